"""`audit …`: what an operator does with the log."""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import IO, Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from inspect_app.core import audit, clock
from inspect_app.core.actor import SYSTEM
from inspect_app.core.anchors import Anchor
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.core.storage.folder import Folder
from inspect_app.upkeep.jobs import log as jobs
from inspect_app.upkeep.queries.chain import Walk
from inspect_app.upkeep.queries.looking import opened
from inspect_app.upkeep.services import handing_on
from inspect_app.upkeep.services.proof import Proof


class _Day(click.ParamType):  # type: ignore[type-arg]  # generic in later releases of click
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day such as 2026-11-22.", param, ctx)


@click.group("audit")
def commands() -> None:
    """Check, anchor and hand on the log."""


@commands.command("verify")
@click.option("--from", "since", type=click.IntRange(min=1), default=1, help="Follow the chain from this event on.")
@click.option("--database", help="Another database, such as a restored copy; it is only read, and has no anchors.")
@click.option("--files", type=click.Path(path_type=Path), help="The evidence folder that goes with --database.")
@click.option(
    "--printed", multiple=True, metavar="NUMBER:CODE", help="What a report on paper says of the log; like an anchor."
)
@click.option("--all", "everything", is_flag=True, help="Name every fault, not the first one only.")
@with_appcontext
def verify(since: int, database: str | None, files: Path | None, printed: tuple[str, ...], everything: bool) -> None:
    """Check the log, its anchors, the records against it, and the files. Ends with 1 and the first fault, if any."""
    app = _app()
    choices: dict[str, Any] = {"since": since, "everything": everything}
    on_paper = [_printed(one) for one in printed]
    if database is None:
        proof = jobs.proven(app, anchors=chain(jobs.anchors_of(app), on_paper), **choices)
    else:
        engine = opened(database)
        storage = Folder(files) if files else None
        try:
            proof = jobs.proven(app, engine=engine, storage=storage, anchors=on_paper, **choices)
        finally:
            engine.dispose()
    _say(proof)


@commands.command("check")
@with_appcontext
def check() -> None:
    """What the worker does at night: check everything, keep the result, and tell administrators of a fault."""
    _say(jobs.check(_app()))


@commands.command("anchor")
@with_appcontext
def anchor() -> None:
    """Put the head of the log down outside the database, and print it, short enough to be written on paper."""
    app = _app()
    try:
        jobs.anchor(app, "operator")
    except OSError as error:
        raise click.ClickException(f"The anchor cannot be written: {error}") from None
    seq, head = audit.head()
    db.session.rollback()
    click.echo(f"{seq} {head}")


@commands.command("new-key")
@click.confirmation_option(prompt="Only where the key before is lost. What it sealed can be checked no more. Go on?")
@with_appcontext
def new_key() -> None:
    """Go on with AUDIT_KEY although the key that sealed the log is lost. A key that is there needs no command:
    name it in AUDIT_KEY_FALLBACKS."""
    audit.begin_anew(actor=SYSTEM, on=clock.today())
    db.session.commit()
    seq, _head = audit.head()
    db.session.rollback()
    click.echo(f"The new key takes over with event {seq}: check from there with `audit verify --from {seq}`.")


@commands.command("export")
@click.option("--since", type=_Day(), help="The first day, in Vietnam.")
@click.option("--until", type=_Day(), help="The last day.")
@click.option("--syslog", is_flag=True, help="Lines of syslog (RFC 5424) instead of bare JSON.")
@click.option("--output", type=click.File("x", encoding="utf-8"), default=None, help="A new file; otherwise to print.")
@with_appcontext
def export(since: date | None, until: date | None, syslog: bool, output: IO[str] | None) -> None:
    """Write events as JSON, one a line, with the hashes by which `audit verify-export` checks them. It is logged."""
    first, last = _moments(since, until)
    handing_on.note_leaving(since=since, until=until, actor=SYSTEM, today=clock.today())
    db.session.commit()
    out = output or sys.stdout
    written = 0
    for line in handing_on.lines(db.engine, first=first, last=last, syslog=syslog):
        out.write(f"{line}\n")
        written += 1
    click.echo(f"Events: {written}.", err=True)


@commands.command("verify-export")
@click.argument("file", type=click.File(encoding="utf-8"))
@with_appcontext
def verify_export(file: IO[str]) -> None:
    """Check that FILE is an unbroken piece of a log that AUDIT_KEY or its fallbacks sealed."""
    app = _app()
    walk = Walk(tuple(key.encode() for key in (app.config["AUDIT_KEY"], *app.config["AUDIT_KEY_FALLBACKS"])), since=2)
    try:
        fault = next(walk.along(_rows(file)), None)
    except handing_on.Unreadable as unreadable:
        raise click.ClickException(str(unreadable)) from None
    if fault is not None:
        raise click.ClickException(str(fault))
    click.echo(f"Up to event {walk.seq} everything is as it was written.")


def _printed(said: str) -> Anchor:
    number, _colon, code = said.replace(".", "").partition(":")
    if not number.isdecimal() or not re.fullmatch("[0-9a-f]{8,64}", code):
        raise click.BadParameter("Write it as 12345:0123456789abcdef.", param_hint="--printed")
    return Anchor(int(number), code, datetime.min.replace(tzinfo=UTC), "print")


def _rows(file: IO[str]) -> Iterator[dict[str, Any]]:
    return (handing_on.row_of(line) for line in file if line.strip())


def _moments(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """The first moment of the first day, and the first one after the last."""
    first = datetime.combine(since, time(), HANOI) if since else None
    return first, datetime.combine(until + timedelta(days=1), time(), HANOI) if until else None


def _say(proof: Proof) -> None:
    for fault in proof.faults:
        click.echo(f"{fault.kind}: {fault}", err=True)
    if proof.faults:
        raise click.ClickException(f"Not everything is as the log says; the first fault: {proof.faults[0]}")
    told = ", ".join(f"{number} {table}" for table, number in sorted(proof.records.items()))
    click.echo(f"Events: {proof.seq}; head {proof.head[:16]}; changes of key: {proof.changes_of_key}.")
    click.echo(f"Anchors: {proof.anchors}. Restores told of in the log: {proof.restores}.")
    click.echo(f"Records recounted from the log: {told}.")
    click.echo(f"Files: {proof.files}.")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
