"""Databases that are made once in a run; whoever wants one takes a copy, which costs a file or a template."""

import fcntl
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from flask import Flask

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.demo import story
from tests.support import postgres
from tests.support.program import program, settings

PASSWORD = "mat-khau-cua-ban-thu-nghiem"
"""Of the people of the demo."""
FILE = "test.sqlite"


def _tell(app: Flask) -> None:
    story.tell(password=PASSWORD, storage=app.extensions["storage"], now=clock.now(), today=clock.today())
    db.session.commit()


FILLED: dict[str, Callable[[Flask], None]] = {"empty": lambda app: None, "demo": _tell}
"""What there is to copy: the bare schema as migrations make it, and the demo."""


@contextmanager
def copy(what: str, kind: str, into: Path, *, once: Path) -> Iterator[Flask]:
    """A program on its own copy of `what`, on `kind`, with its files in `into`; `once`: the folder of the whole run."""
    original = once / f"{what}-{kind}"
    name = f"copy_{zlib.crc32(str(into).encode()):08x}"
    url = f"sqlite:///{into / FILE}"
    with (once / f"{original.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other worker waits for what the first one makes
        if not (original / "made").exists():
            _make(what, kind, original)
        shutil.copytree(original, into, dirs_exist_ok=True)
        if kind == "postgresql":
            url = postgres.create_database(os.environ[postgres.VARIABLE], name, template=_template(original))
    app = program(settings(url, into))
    yield app
    with app.app_context():
        db.engine.dispose()
    if kind == "postgresql":
        postgres.drop_database(os.environ[postgres.VARIABLE], name)


def _make(what: str, kind: str, folder: Path) -> None:
    folder.mkdir()
    url = f"sqlite:///{folder / FILE}"
    if kind == "postgresql":
        url = postgres.create_database(os.environ[postgres.VARIABLE], _template(folder))
    app = program(settings(url, folder))
    with app.app_context():
        flask_migrate.upgrade()
        FILLED[what](app)
        db.session.remove()
        db.engine.dispose()
    (folder / "made").touch()


def _template(folder: Path) -> str:
    """One for each run: several may share a server."""
    return f"made_{zlib.crc32(str(folder).encode()):08x}"
