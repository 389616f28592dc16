"""The program as the tests make it."""

import tempfile
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from inspect_app import create_app
from inspect_app.config import Config


def program(config: Config) -> Flask:
    """A program whose compiled templates are kept for the next one: a run makes dozens, each with all templates."""
    app = create_app(config)
    folder = Path(tempfile.gettempdir()) / "inspect-templates"
    folder.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    return app
