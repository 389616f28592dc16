"""Taking a copy of the database while people write, and putting one into an empty place.

The copy is the database at one moment: whole transactions and nothing else. SQLite's own backup makes it, or pg_dump
from a snapshot that our own connection reads, too.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Connection, NullPool, create_engine, func, inspect, make_url, select, table, text

from inspect_app.core.connections import engine_options, sqlite_driver

_PROGRAMS = Path("/usr/lib/postgresql")
_TOLD = 500
"""Characters of what a program said when it failed."""


class Trouble(Exception):
    """The database cannot be copied or put back; `str()` says why, for an operator."""


class Database(Protocol):
    kind: str
    member: str
    """What its copy is called in a backup."""

    @contextmanager
    def copied(self, path: Path) -> Iterator[Connection]:
        """Put a copy at `path`; the connection reads what is in the copy, until the block ends. Raises Trouble."""

    def is_empty(self) -> bool:
        """Whether nothing is there yet. Raises Trouble."""

    def tables(self) -> dict[str, int]:
        """How many rows each table has now."""

    def look_at(self, copy: Path) -> None:
        """Raises Trouble where the copy cannot be read."""

    def put_back(self, copy: Path) -> None:
        """All of it or nothing, into an empty place; the copy is used up. Raises Trouble."""


def of_url(url: str) -> Database:
    """The database at this address."""
    parsed = make_url(url)
    return SQLite(Path(parsed.database or "")) if parsed.get_backend_name() == "sqlite" else PostgreSQL(parsed)


def tables_in(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = sorted(inspect(connection).get_table_names())
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


class SQLite:
    kind = "sqlite"
    member = "database.sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def copied(self, path: Path) -> Iterator[Connection]:
        driver = sqlite_driver()
        try:
            with closing(_looked_into(self.path)) as source, closing(driver.connect(path)) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, whoever opens it
        except driver.Error as error:
            raise Trouble(f"The database cannot be copied: {error}.") from error
        path.chmod(0o600)
        with _engine(path).connect() as connection:
            yield connection

    def is_empty(self) -> bool:
        if not self.path.exists() or self.path.stat().st_size == 0:
            return True
        return not self.tables()

    def tables(self) -> dict[str, int]:
        with _engine(self.path).connect() as connection:
            return tables_in(connection)

    def look_at(self, copy: Path) -> None:
        driver = sqlite_driver()
        try:
            with closing(_looked_into(copy)) as connection:
                said = connection.execute("PRAGMA integrity_check").fetchone()[0]
                lost = connection.execute("PRAGMA foreign_key_check").fetchone()
        except driver.Error as error:
            raise Trouble(f"The database in the backup cannot be read: {error}.") from error
        if said != "ok" or lost:
            raise Trouble(f"The database in the backup is damaged: {said if said != 'ok' else lost}.")

    def put_back(self, copy: Path) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.path.with_name(f".{self.path.name}-restoring")  # it may be another disk
        try:
            shutil.copyfile(copy, draft)
            draft.chmod(0o600)
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(draft, self.path)
        finally:
            draft.unlink(missing_ok=True)


class PostgreSQL:
    kind = "postgresql"
    member = "database.dump"

    def __init__(self, url: URL) -> None:
        self.url = url

    @contextmanager
    def copied(self, path: Path) -> Iterator[Connection]:
        with self._engine().connect() as connection:
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            dump = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}"]
            self._run("pg_dump", self._major(connection), *dump)
            path.chmod(0o600)
            yield connection

    def is_empty(self) -> bool:
        with self._engine().connect() as connection:
            return not inspect(connection).get_table_names()

    def tables(self) -> dict[str, int]:
        with self._engine().connect() as connection:
            return tables_in(connection)

    def look_at(self, copy: Path) -> None:
        with self._engine().connect() as connection:
            major = self._major(connection)
        self._run("pg_restore", major, "--list", str(copy), connected=False)

    def put_back(self, copy: Path) -> None:
        with self._engine().connect() as connection:
            major = self._major(connection)
        whole = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        self._run("pg_restore", major, *whole, str(copy))
        copy.unlink()

    def _engine(self) -> Any:
        return create_engine(self.url, poolclass=NullPool, connect_args=_patient(self.url))

    def _major(self, connection: Connection) -> int:
        return int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000

    def _run(self, name: str, major: int, *words: str, connected: bool = True) -> None:
        """The address goes as a word, the password through the environment, which only its owner reads."""
        to = [f"--dbname={self.address()}"] if connected else []
        environment = {**os.environ, "PGPASSWORD": str(self.url.password or "")}
        if not self.url.password:
            del environment["PGPASSWORD"]
        ran = subprocess.run(
            [program(name, major), *to, *words], env=environment, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise Trouble(f"{name} failed: {ran.stderr.strip()[-_TOLD:]}")

    def address(self) -> str:
        """As a word on a command line: without the password, which everybody on the machine could read there."""
        url = self.url
        return URL.create(
            "postgresql", url.username, host=url.host, port=url.port, database=url.database, query=url.query
        ).render_as_string()


def program(name: str, major: int) -> str:
    """The PostgreSQL program of the server's own version, or else of a newer one. Raises Trouble."""
    beside = [folder / "bin" / name for folder in sorted(_PROGRAMS.glob("[0-9]*"), key=lambda it: int(it.name))]
    on_path = shutil.which(name)
    candidates = [path for path in (*map(str, beside), on_path) if path and os.access(path, os.X_OK)]
    versions = {path: _version_of(path) for path in candidates}
    fitting = [path for path in candidates if versions[path] >= major]
    if not fitting:
        raise Trouble(f"The server is PostgreSQL {major}: install its {name} (postgresql-client-{major}) here.")
    return min(fitting, key=lambda path: versions[path])


def _version_of(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r" (\d+)", said)
    return int(found[1]) if found else 0


def _patient(url: URL) -> dict[str, Any]:
    """As everybody connects, but a table may take as long as it takes to be read."""
    given: dict[str, Any] = dict(engine_options(str(url))["connect_args"])
    return {**given, "options": f"{given['options']} -c statement_timeout=0"}


def _looked_into(path: Path) -> Any:
    return sqlite_driver().connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _engine(path: Path) -> Any:
    return create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool, module=sqlite_driver())
