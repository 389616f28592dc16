"""The operator's command line: `flask --app inspect_app …`."""

import secrets
from datetime import timedelta

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from waitress import create_server

from inspect_app.accounts import services as accounts
from inspect_app.config import ROOT
from inspect_app.core import clock
from inspect_app.core.actor import SYSTEM, Role
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError
from inspect_app.units import queries as units
from inspect_app.web import assets

FIRST_SECRET_LASTS = timedelta(days=3)


def init_app(app: Flask) -> None:
    for command in (make_assets, serve, create_admin):
        app.cli.add_command(command)


@click.command("assets")
def make_assets() -> None:
    """Cut fonts, styles and icons down into .assets/ and compile the messages."""
    assets.build(ROOT / ".assets")
    assets.compile_messages(ROOT)


@click.command("serve")
@click.option("--host", default="127.0.0.1", envvar="HOST", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, envvar="PORT", show_default=True, help="Port to listen on.")
@with_appcontext
def serve(host: str, port: int) -> None:
    """Serve with waitress, until Ctrl-C."""
    server = create_server(current_app._get_current_object(), host=host, port=port, threads=8)  # type: ignore[attr-defined]
    click.echo(f"http://{host}:{port}")
    try:
        server.run()
    finally:
        server.close()


@click.command("create-admin")
@click.argument("username")
@click.argument("name")
@with_appcontext
def create_admin(username: str, name: str) -> None:
    """Create a first administrator, over everything, with a password that is printed once and expires."""
    password, now, today = secrets.token_urlsafe(15), clock.now(), clock.today()
    root = units.root()
    if root is None:
        raise click.ClickException("There are no units yet; run `flask --app inspect_app reference` first.")
    try:
        person = accounts.add_person(
            actor=SYSTEM,
            username=username,
            name=name,
            password=password,
            home_unit=None,
            now=now,
            today=today,
            expires_at=now + FIRST_SECRET_LASTS,
        )
        accounts.grant(person, actor=SYSTEM, role=Role.ADMIN, unit=root, since=today, until=None, today=today)
    except DomainError as refused:
        raise click.ClickException(str(refused)) from None
    db.session.commit()
    click.echo(f"{username} {password}")
    click.echo(f"Change it at the first sign-in, within {FIRST_SECRET_LASTS.days} days.", err=True)
