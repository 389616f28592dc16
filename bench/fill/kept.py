"""Filled databases that are kept and handed out again, while the schema and the filling are what they were.

They lie in `.bench/`: SQLite as files, PostgreSQL as a cluster of its own that is started when somebody asks for it.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine, text

from bench.fill import Filled, fill

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / ".bench"
KINDS = ("sqlite", "postgresql")
SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_compression": "lz4",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "timezone": "UTC",
}
"""What docs/deploy.md advises, for a machine that has 8 GB for it."""


def fingerprint() -> str:
    """Of the migrations and of the filling."""
    digest = hashlib.sha256()
    paths = [*(ROOT / "inspect_app" / "migrations" / "versions").glob("0*.py"), *Path(__file__).parent.glob("*.py")]
    for path in sorted(paths):
        if path != Path(__file__):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def filled(
    kind: str,
    findings: int,
    *,
    seed: int = 1,
    anew: bool = False,
    as_it_is: bool = False,
    say: Callable[[str], None] | None = None,
) -> Iterator[Filled]:
    """A filled database of `kind`, one of KINDS, served while the block runs.

    `anew`: made again whatever is there. `as_it_is`: taken though schema or filling have changed since.
    """
    folder = KEPT / f"{kind}-{findings}"
    with cluster() if kind == "postgresql" else _nothing() as server:
        file, stamp = folder / "filled.json", folder / "fingerprint"
        mine = f"{fingerprint()} {seed}"
        fits = file.exists() and (as_it_is or (stamp.exists() and stamp.read_text() == mine))
        if anew or not fits:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            url = f"sqlite:///{folder / 'bench.sqlite'}"
            if server:
                url = _create(server, f"bench_{findings}")
            made = fill(url, findings, seed=seed, storage=folder, say=say)
            made.save(file)
            stamp.write_text(mine)
        yield Filled.read(file)


@contextmanager
def _nothing() -> Iterator[str]:
    yield ""


@contextmanager
def cluster() -> Iterator[str]:
    """The address of the cluster's own database; it is stopped afterwards unless it ran before or is still in use."""
    data, programs = KEPT / "postgresql", _programs()
    socket = Path(tempfile.gettempdir()) / f"inspect-bench-{zlib.crc32(str(data).encode()):08x}"
    user = "postgres" if os.geteuid() == 0 else None
    for folder in (data, socket):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if user:
            shutil.chown(folder, user, user)
    if not (data / "PG_VERSION").exists():
        _as(user, programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
    runs = _as(user, programs / "pg_ctl", "-D", data, "status", check=False) == 0
    if not runs:
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        options += f" -c unix_socket_directories={socket}"
        _as(user, programs / "pg_ctl", "-D", data, "-l", data / "server.log", "-w", "-o", options, "start")
    try:
        url = str(URL.create("postgresql", username="postgres", database="postgres", query={"host": str(socket)}))
        yield url
    finally:
        if not runs and not _in_use(url):
            _as(user, programs / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop", check=False)


def _in_use(server: str) -> bool:
    others = "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1"
    with create_engine(server, poolclass=NullPool).connect() as connection:
        return connection.scalar(text(others)) is not None


def _as(user: str | None, *command: str | Path, check: bool = True) -> int:
    """Its exit code. Raises CalledProcessError, with what it said printed, unless told not to `check`."""
    done = subprocess.run(
        command,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=check,
    )
    return done.returncode


def _create(server: str, name: str) -> str:
    with create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        made = f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        connection.execute(text(made))
        return connection.engine.url.set(database=name).render_as_string(hide_password=False)


def _programs() -> Path:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not folders:
        raise SystemExit("PostgreSQL is not installed: apt-get install postgresql")
    return max(folders, key=lambda folder: int(folder.parent.name))
