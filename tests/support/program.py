"""The program as the tests make it."""

import tempfile
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from inspect_app import create_app
from inspect_app.config import Config


def settings(database_url: str, folder: Path, **given: object) -> Config:
    chosen: dict[str, Any] = {"SECRET_KEY": "s" * 40, "AUDIT_KEY": "a" * 40, "TESTING": True, **given}
    return Config(DATABASE_URL=database_url, INSTANCE_PATH=folder, **chosen)


def program(config: Config) -> Flask:
    """A program whose compiled templates are kept for the next one: a run makes dozens, each with all templates."""
    app = create_app(config)
    folder = Path(tempfile.gettempdir()) / "inspect-templates"
    folder.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    return app
