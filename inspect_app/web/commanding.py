"""The command line and what comes with it: the demo, backups, Alembic. Loaded when a command is looked for.

A worker that answers pages looks for none.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from inspect_app.config import ROOT
from inspect_app.core.db import db


class Commands(AppGroup):
    """Those that `add` adds to the program, once somebody asks which there are."""

    def __init__(self, name: str, add: Callable[[], None]) -> None:
        super().__init__(name)
        self._add = cache(add)

    def list_commands(self, context: click.Context) -> list[str]:
        self._add()
        return super().list_commands(context)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        self._add()
        return super().get_command(context, name)


class Migrations:
    """In place of what Flask-Migrate keeps with the program, until somebody asks for something of it."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        self.give_way()
        return getattr(self._app.extensions["migrate"], name)

    def give_way(self) -> None:
        """To Flask-Migrate, which adds its own commands to the program's."""
        from flask_migrate import Migrate

        Migrate(self._app, db, directory=str(ROOT / "inspect_app" / "migrations"), render_as_batch=True)


def init_app(app: Flask, add: Callable[[Flask], None]) -> None:
    """`add` gives the program its commands; Flask-Migrate's come with them."""
    migrations = app.extensions["migrate"] = Migrations(app)

    def everything() -> None:
        migrations.give_way()
        add(app)

    app.cli = Commands(app.name, everything)
