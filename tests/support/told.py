"""The demo, told once in a run for each database; whoever wants it takes a copy, which costs a file or a template."""

import fcntl
import os
import shutil
from pathlib import Path

import flask_migrate
from flask import Flask

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.demo import story
from tests.support import postgres
from tests.support.program import program, settings

PASSWORD = "mat-khau-cua-ban-thu-nghiem"
DATABASE = "demo.sqlite"


def copy(kind: str, into: Path, *, once: Path, name: str) -> Flask:
    """A program of its own with the demo in it, on `kind`, its files in `into`.

    `once` is the folder of the whole run, `name` that of the new PostgreSQL database.
    """
    original = once / f"demo-{kind}"
    with (once / f"demo-{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other worker waits for what the first one tells
        if not (original / "told").exists():
            _tell(kind, original)
        shutil.copytree(original, into, dirs_exist_ok=True)
        url = f"sqlite:///{into / DATABASE}"
        if kind == "postgresql":
            url = postgres.create_database(os.environ[postgres.VARIABLE], name, template=_name(original))
    return program(settings(url, into))


def _tell(kind: str, folder: Path) -> None:
    folder.mkdir()
    url = f"sqlite:///{folder / DATABASE}"
    if kind == "postgresql":
        url = postgres.create_database(os.environ[postgres.VARIABLE], _name(folder))
    app = program(settings(url, folder))
    with app.app_context():
        flask_migrate.upgrade()
        story.tell(password=PASSWORD, storage=app.extensions["storage"], now=clock.now(), today=clock.today())
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    (folder / "told").touch()


def _name(folder: Path) -> str:
    """One for each run: several may share a server."""
    return f"told_{folder.parent.parent.name}_{folder.parent.name}".replace("-", "_")
