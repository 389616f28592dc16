"""A filled database to write in: a copy that goes with the measuring, so that the kept one stays what it was."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url, text

from bench.fill import Filled
from inspect_app.core.connections import sqlite_driver


@contextmanager
def copied(filled: Filled) -> Iterator[Filled]:
    """While the block runs. On PostgreSQL nobody may be at the kept one when it begins."""
    with tempfile.TemporaryDirectory(dir=filled.storage) as folder:
        make = _file if filled.url.startswith("sqlite") else _database
        with make(filled.url, Path(folder)) as url:
            yield replace(filled, url=url, storage=Path(folder))


@contextmanager
def _file(url: str, folder: Path) -> Iterator[str]:
    driver, mine = sqlite_driver(), folder / "copy.sqlite"
    with closing(driver.connect(url.removeprefix("sqlite:///"))) as kept, closing(driver.connect(mine)) as copy:
        kept.backup(copy)
    yield f"sqlite:///{mine}"


@contextmanager
def _database(url: str, _folder: Path) -> Iterator[str]:
    kept = make_url(url)
    name, server = f"writes_{os.getpid()}", kept.set(database="postgres")
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def run(statement: str) -> None:
        with engine.connect() as connection:
            connection.execute(text(statement))

    run(f"CREATE DATABASE {name} TEMPLATE {kept.database}")
    try:
        yield kept.set(database=name).render_as_string(hide_password=False)
    finally:
        run(f"DROP DATABASE {name} WITH (FORCE)")
