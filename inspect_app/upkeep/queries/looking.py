"""Looking at a database without writing to it: this program's own, or a copy of one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import make_url

from inspect_app.core.connections import engine_options, reading, sqlite_driver


def opened(url: str) -> Engine:
    """An engine that only looks: a file of SQLite is opened so that nothing beside it is made either."""
    if not url.startswith("sqlite"):
        return create_engine(url, **engine_options(url))
    path = Path(make_url(url).database or "").resolve()
    mode = "ro" if path.with_name(f"{path.name}-wal").exists() else "ro&immutable=1"
    return create_engine(f"sqlite:///file:{path.as_posix()}?mode={mode}&uri=true", module=sqlite_driver())


@contextmanager
def at_one_moment(engine: Engine) -> Iterator[Connection]:
    """All that is read inside stood so at the same time; people go on writing meanwhile."""
    with reading(), engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection
