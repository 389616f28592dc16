"""`backup`, `backup verify` and `restore`."""

from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click
import flask_migrate
import structlog
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from inspect_app.core import audit, clock
from inspect_app.core.actor import SYSTEM
from inspect_app.core.anchors import Anchor, Anchors, Damaged
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError
from inspect_app.findings.services import counts
from inspect_app.upkeep.services import archive, backup, chores, databases, proof, restoring
from inspect_app.upkeep.services.archive import BadBackup, BadKey
from inspect_app.upkeep.services.backup import Made, Place
from inspect_app.upkeep.services.databases import Trouble
from inspect_app.upkeep.services.restoring import Unpacked

CHORE = "backup"
MEGABYTE = 1 << 20
MOST_COUNTS = 20
"""Differences between what is kept and what there is that are named one by one."""
log = structlog.get_logger()


class _MakeUnlessTold(click.Group):
    """`backup FOLDER` is `backup make FOLDER`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group("backup", cls=_MakeUnlessTold)
def make_or_verify() -> None:
    """Back up the database and its files, while people work: `backup FOLDER` or `backup FILE.tar`.

    SECRET_KEY, AUDIT_KEY and the settings are not in a backup: keep them apart from it.
    """


@make_or_verify.command("make")
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--encrypt-to", "keys", multiple=True, envvar="BACKUP_RECIPIENTS", help="Who may open it: age1…, of age-keygen."
)
@click.option("--keep", type=click.IntRange(min=1), help="Of the backups in the folder keep the newest so many.")
@with_appcontext
def make(target: Path, keys: tuple[str, ...], keep: int | None) -> None:
    """Write a new backup into the folder TARGET, or to the file TARGET (….tar, ….tar.age)."""
    now = clock.now()
    try:
        recipients = archive.recipients_of(keys)
        path = backup.path_for(target, now=now, encrypted=bool(recipients))
        if keep and path == target:
            raise click.UsageError("--keep needs a folder.")
        if path.exists():
            raise click.ClickException(f"{path} is there already.")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = backup.make(path, _place(), recipients=recipients, now=now)
    except (BadKey, Trouble, OSError, SQLAlchemyError) as error:
        _note(good=False, at=now, fault=str(error))
        raise click.ClickException(str(error)) from None
    size = path.stat().st_size
    _note(good=not made.faults, at=now, made=made, size=size, encrypted=bool(recipients))
    click.echo(f"Backup: {path}")
    click.echo(
        f"{size / MEGABYTE:.1f} MB; log up to event {made.seq}; {made.files} files of records, {made.waiting} waiting."
    )
    click.echo("Not in it: SECRET_KEY, AUDIT_KEY (secret-key and audit-key of the instance folder) and the settings.")
    if not recipients:
        click.echo("Not encrypted: whoever reads the file reads everything. --encrypt-to age1… encrypts it.")
    for old in backup.prune(path.parent, keep=keep) if keep else ():
        click.echo(f"Removed: {old.name}")
    _end_with(made.faults)


@make_or_verify.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--identity", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file of age-keygen.")
@with_appcontext
def verify(file: Path, identity: Path | None) -> None:
    """Read the backup FILE from end to end and check every byte of it. Changes nothing."""
    place = _place()
    try:
        with _opened(file, identity, place, whole=False) as unpacked:
            click.echo(_about(unpacked))
            faults = unpacked.manifest["faults"]
    except (BadBackup, BadKey, Trouble, OSError) as error:
        raise click.ClickException(str(error)) from None
    _end_with(faults)
    click.echo("Whole: every byte is what was backed up.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--identity", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file of age-keygen.")
@with_appcontext
def restore(file: Path, identity: Path | None) -> None:
    """Put the backup FILE into an empty database and an empty instance folder, and check what is there then.

    The instance folder, or the settings, must hold AUDIT_KEY and SECRET_KEY of the installation that made it. Stop
    server and worker first. Everybody has to sign in again.
    """
    place = _place()
    try:
        restoring.check_empty(place)
        with _opened(file, identity, place) as unpacked:
            click.echo(_about(unpacked))
            restoring.put_down(unpacked, place, anchors_folder=_anchors().folder)
        faults = restoring.differences(unpacked, place.database.tables())
    except (BadBackup, BadKey, Trouble, OSError, SQLAlchemyError) as error:
        raise click.ClickException(str(error)) from None
    flask_migrate.upgrade()
    _settle(unpacked, file, place, faults)


def _settle(unpacked: Unpacked, file: Path, place: Place, faults: list[str]) -> None:
    """What is there now is checked, and the log told."""
    faults += unpacked.manifest["faults"]
    kept = [anchor for anchor in _put_down() if anchor.seq <= unpacked.seq]
    found = proof.verify(db.engine, keys=place.keys, storage=place.storage, anchors=kept, everything=True)
    faults += [str(fault) for fault in found.faults]
    faults += [f"count of {difference}" for difference in islice(counts.differences(), MOST_COUNTS)]
    anchored = max((anchor.seq for anchor in place.anchors), default=0)
    now = clock.now()
    ended = restoring.settle(place.storage, now=now)
    first = next(iter(faults), "")
    restoring.log(unpacked, file.name, anchored=anchored, today=clock.today(), fault=first)
    try:
        db.session.commit()
    except DomainError as refused:
        raise click.ClickException(f"The data are there, but the log does not take it: {refused}") from None
    with suppress(OSError):  # the worker will
        _anchors().drop(*audit.head(), at=now, why="restore")
    db.session.rollback()
    click.echo(f"Restored; {found.files} files and {sum(found.records.values())} records checked against the log.")
    click.echo(f"{ended} sessions ended: everybody signs in again.")
    if anchored > unpacked.seq:
        click.echo(f"Lost: what happened after the backup, at least events {unpacked.seq + 1} to {anchored}.")
    _end_with(faults)


def _opened(file: Path, identity: Path | None, place: Place, *, whole: bool = True) -> Any:
    scripts = ScriptDirectory(current_app.extensions["migrate"].directory)
    return restoring.unpacked(
        file,
        place,
        into=Path(current_app.config["INSTANCE_PATH"]),
        identities=archive.identities_in(identity) if identity else [],
        known={script.revision for script in scripts.walk_revisions()},
        whole=whole,
    )


def _place() -> Place:
    settings = current_app.config
    url = settings.get("MIGRATION_DATABASE_URL") or settings["SQLALCHEMY_DATABASE_URI"]
    keys = [settings["AUDIT_KEY"], *settings["AUDIT_KEY_FALLBACKS"]]
    storage = current_app.extensions["storage"]
    return Place(databases.of_url(url), storage, _put_down(), [key.encode() for key in keys])


def _anchors() -> Anchors:
    return Anchors(Path(current_app.config["INSTANCE_PATH"]) / "anchors")


def _put_down() -> list[Anchor]:
    try:
        return list(_anchors())
    except Damaged as damaged:
        raise click.ClickException(f"A line of the anchors in {damaged} cannot be read.") from None


def _about(unpacked: Unpacked) -> str:
    files = unpacked.manifest["files"]
    return (
        f"Made {unpacked.made_at:%Y-%m-%d %H:%M} UTC; log up to event {unpacked.seq}; {sum(unpacked.tables.values())} "
        f"rows in {len(unpacked.tables)} tables; {files['number']} files of records."
    )


def _note(*, good: bool, at: datetime, fault: str = "", made: Made | None = None, **told: Any) -> None:
    """For the log and for whoever watches; that the database cannot be written is no reason to have no backup."""
    if made:
        told |= {"file": made.path.name, "seq": made.seq, "files": made.files}
        fault = next(iter(made.faults), "")
    try:
        if made:
            audit.record("log:backup", audit.THE_LOG, actor=SYSTEM, on=clock.today(), **told, fault=fault)
        chores.done(CHORE, good=good, at=at, **told, fault=fault)
        db.session.commit()
    except (SQLAlchemyError, DomainError) as error:
        db.session.rollback()
        log.error("backup_not_noted", exc_info=error)


def _end_with(faults: list[str]) -> None:
    for fault in faults:
        click.echo(f"Fault: {fault}", err=True)
    if faults:
        raise click.exceptions.Exit(1)
