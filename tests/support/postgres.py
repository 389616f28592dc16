"""A throw-away PostgreSQL for one run of the tests.

`start` in the controlling process, hand the address to the workers in TEST_POSTGRES_URL, `stop` at the end.
Where that variable is set already, the server it names is used and left as it was found. The cluster listens
only on a Unix socket in a folder of its own and forgets durability, since nothing in it outlives the run; it
also goes when the process that started it dies, however it dies.

Databases are made with the locale "C" and UTF-8, so that a run does not depend on the locales that a machine
has installed, and so that whatever orders, folds or searches Vietnamese text by the server's locale shows
itself: the program brings folded and sort columns of its own.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text

VARIABLE = "TEST_POSTGRES_URL"

# $0 is the folder. The shell keeps the cluster while its standard input, our end of a pipe, stays open.
KEEPER = """
trap '' INT TERM HUP
PATH="$1:$PATH"
{
    initdb --pgdata="$0/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync \
        && pg_ctl --pgdata="$0/data" --log="$0/log" --silent --wait --options="$2" start
} >"$0/log" 2>&1 && echo ready || tail -n 20 "$0/log"
cat >/dev/null
pg_ctl --pgdata="$0/data" --silent --mode=immediate stop >/dev/null 2>&1
rm -rf "$0"
"""

SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "timezone": "UTC",
}

_keeper: subprocess.Popen[str] | None = None


def start() -> str:
    """Return the address of a running server, a new one unless TEST_POSTGRES_URL names one.

    Raises:
        RuntimeError: PostgreSQL is not installed, or did not start; the message says why.
    """
    global _keeper
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    programs = _programs()
    folder = tempfile.mkdtemp(prefix="postgres-")
    user = "postgres" if os.geteuid() == 0 else None  # initdb refuses root
    if user:
        shutil.chown(folder, user, user)
    settings = {**SETTINGS, "unix_socket_directories": f"'{folder}'"}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    _keeper = subprocess.Popen(
        ["sh", "-c", KEEPER, folder, programs, options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        user=user,
        group=user,
        extra_groups=[] if user else None,
        start_new_session=True,
    )
    assert _keeper.stdin is not None
    assert _keeper.stdout is not None
    said = _keeper.stdout.readline()
    if said != "ready\n":
        _keeper.stdin.close()
        raise RuntimeError(f"PostgreSQL did not start:\n{said}{_keeper.stdout.read()}")
    return str(URL.create("postgresql", username="postgres", database="postgres", query={"host": folder}))


def stop() -> None:
    """End the server that `start` started, and remove every trace of it."""
    global _keeper
    if _keeper is not None:
        _keeper.communicate()
        _keeper = None


def create_database(url: str, name: str, *, template: str = "template0") -> str:
    """Make an empty database, or a copy of `template` that nobody is connected to, and return its address."""
    with _maintenance(url) as connection:
        quoted, source = _quoted(connection, name), _quoted(connection, template)
        connection.execute(
            text(f"CREATE DATABASE {quoted} TEMPLATE {source} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        )
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str, name: str) -> None:
    """Remove a database, and whoever is still connected to it."""
    with _maintenance(url) as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {_quoted(connection, name)} WITH (FORCE)"))


def _maintenance(url: str) -> Connection:
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _programs() -> str:
    """The folder of initdb and pg_ctl, the newest where there are several."""
    on_path = shutil.which("initdb")
    if on_path:
        return str(Path(on_path).parent)
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not folders:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return str(max(folders, key=lambda folder: int(folder.parent.name)))
