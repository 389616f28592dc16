"""The operator's command line: `flask --app inspect_app …`."""

import signal
import threading

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError
from waitress import create_server

from inspect_app.accounts import queries as accounts_queries
from inspect_app.accounts import services as accounts
from inspect_app.config import ROOT
from inspect_app.core import clock, outage
from inspect_app.core.actor import SYSTEM, Role
from inspect_app.core.connections import engine_name, take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError
from inspect_app.demo import story
from inspect_app.findings.commands import recount
from inspect_app.reminders import jobs as reminders
from inspect_app.sheets import jobs as sheets
from inspect_app.units import queries as units
from inspect_app.upkeep.commands import audit, backup
from inspect_app.upkeep.jobs import beating, files, scanning, statistics
from inspect_app.upkeep.jobs import log as of_the_log
from inspect_app.web import assets, serving

LONGEST_PREPARATION = 600
"""Seconds that one start waits for another that migrates or tells the demo."""


def init_app(app: Flask) -> None:
    for command in (make_assets, prepare, serve, reference, demo, demo_password, create_admin, sweep, worker, remind):
        app.cli.add_command(command)
    for command in (audit.commands, backup.make_or_verify, backup.restore, recount):
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
    """Serve with waitress, until Ctrl-C or SIGTERM; what is being answered is finished first."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        server = create_server(app, host=host, port=port, threads=8)
    except OSError as error:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {error.strerror}.") from None
    click.echo(f"http://{host}:{port}")
    try:
        click.echo(f"Database: {engine_name(db.engine)}")
        if names := accounts_queries.demo_usernames():
            click.echo(f"Demo accounts: {', '.join(names)}")
    except OperationalError as error:
        click.echo(f"The database does not answer yet: {error.orig}", err=True)
    db.session.remove()
    serving.serve(server)


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Remind people of what is due, send the mails and make large files, until Ctrl-C or SIGTERM.

    The mail in hand is finished first.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    reminders.work(
        app,
        stop,
        [
            beating.heart(),
            files.daily(app),
            scanning.every_minute(app),
            of_the_log.anchoring(app),
            lambda going_on: sheets.make_all(app, going_on=going_on),
            statistics.daily(),
            statistics.after(lambda going_on: sheets.write_all(app, going_on=going_on)),
            of_the_log.nightly(app),  # minutes where there is much: nobody's file waits for it
        ],
    )
    of_the_log.anchor(app, "worker")


@click.command("remind")
@with_appcontext
def remind() -> None:
    """Do once what the worker does: remind, write the mails of the day, send what is due, make large files."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    done = reminders.one_pass(app, now=clock.now())
    click.echo(f"Notices: {done.told}. Mails written: {done.written}, sent: {done.sent}, not sent: {done.not_sent}.")
    click.echo(f"Files made: {sheets.make_all(app)}. Sheets written down: {sheets.write_all(app)}.")
    if reminders.server_of(app.config) is None:
        click.echo("No mail server is named (SMTP_HOST, MAIL_FROM): people are told on screen alone.")


@click.command("reference")
@with_appcontext
def reference() -> None:
    """Load units, areas and days off. Loading them again changes nothing."""
    story.load_reference(clock.today())
    db.session.commit()


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing, silently, where there is anybody already.")
@with_appcontext
def demo(if_empty: bool) -> None:
    """Tell the demo: the real case of 2022 and a plan of this year. Prints its accounts and their password."""
    take_turns(db.session, "demo", patient=True)
    if accounts_queries.anybody():
        if if_empty:
            return
        raise click.ClickException("There are people already; the demo is told to an empty database only.")
    if current_app.config["PRODUCTION"]:
        raise click.ClickException("The demo is not for production.")
    password = current_app.config["DEMO_PASSWORD"] or accounts.new_secret()
    cast = story.tell(
        password=password,
        storage=current_app.extensions["storage"],
        now=clock.now(),
        today=clock.today(),
    )
    db.session.commit()
    click.echo(f"Demo accounts: {', '.join(person.username for person in cast.accounts)}")
    click.echo(f"Their password: {password}")


@click.command("prepare")
@click.pass_context
@with_appcontext
def prepare(context: click.Context) -> None:
    """Bring the database up to date, and tell the demo to an empty one unless this is production.

    Of several at once one does the work, and the others wait for it.
    """
    with outage.waiting(LONGEST_PREPARATION):
        try:
            flask_migrate.upgrade()
            statistics.measure()  # of an index that is not measured SQLite expects too much
        except OperationalError as error:
            raise click.ClickException(f"The database does not answer: {error.orig}") from None
        if not current_app.config["PRODUCTION"]:
            context.invoke(demo, if_empty=True)


@click.command("sweep")
@with_appcontext
def sweep() -> None:
    """Drop drafts, files, keys of forms and sessions that nobody came back to; the worker does it daily.

    Content that no record names goes, too. Ends with 1 where a record names a file that is missing.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    dropped = reminders.sweep(app, now=clock.now()) | {"exports": sheets.sweep(app, now=clock.now())}
    cleared, held = files.sweep(app)
    for what, number in (dropped | cleared).items():
        click.echo(f"{what}: {number}")
    for file in held.first:
        click.echo(f"Missing or cut off: {file.table} {file.id}: {file.sha256}", err=True)
    if held.missing:
        raise click.ClickException(f"{held.missing} of {held.looked_at} rows name a file that is missing or cut off.")


@click.command("demo-password")
@with_appcontext
def demo_password() -> None:
    """Give the people of the demo a new password: DEMO_PASSWORD, or a random one. Prints it; signs them out."""
    password = current_app.config["DEMO_PASSWORD"] or accounts.new_secret()
    names = accounts.set_demo_passwords(password, now=clock.now(), today=clock.today())
    if not names:
        raise click.ClickException("There are no demo people here.")
    db.session.commit()
    click.echo(f"Demo accounts: {', '.join(names)}")
    click.echo(f"Their password: {password}")


@click.command("create-admin")
@click.argument("username")
@click.argument("name")
@with_appcontext
def create_admin(username: str, name: str) -> None:
    """Create an administrator over everything: USERNAME to sign in with, NAME in full.

    Prints a first password, which works for three days; the first sign-in asks for another.
    """
    password, now, today = accounts.new_secret(), clock.now(), clock.today()
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
            expires_at=now + accounts.FIRST_SECRET_LASTS,
        )
        accounts.grant(person, actor=SYSTEM, role=Role.ADMIN, unit=root, since=today, until=None, today=today)
    except DomainError as refused:
        raise click.ClickException(str(refused)) from None
    db.session.commit()
    click.echo(f"User name: {person.username}")
    click.echo(f"First password: {password}")
    click.echo(f"It has to be changed at the first sign-in, within {accounts.FIRST_SECRET_LASTS.days} days.")
