"""Putting a backup into an empty place: looked through first, put down only when every byte is what it should be.

The files come first and the database last, in one step: until then there is nothing that names them.
"""

import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update

from inspect_app.accounts.models import SignIn
from inspect_app.core import audit
from inspect_app.core.actor import SYSTEM
from inspect_app.core.db import db
from inspect_app.core.staging import Staged
from inspect_app.core.storage import Storage
from inspect_app.core.storage.folder import Folder, make_folder
from inspect_app.sheets.models import Brought, Export, ExportState
from inspect_app.upkeep.queries import files as queries
from inspect_app.upkeep.queries.chain import RESTORE
from inspect_app.upkeep.services import archive
from inspect_app.upkeep.services.archive import BadBackup, Readable
from inspect_app.upkeep.services.backup import ABOUT, ANCHORS, COPIED, Place, member_of
from inspect_app.upkeep.services.databases import Trouble

_FILE = re.compile(rf"(?:files|waiting/({'|'.join(sorted(COPIED))}))/\w\w/\w\w/([0-9a-f]{{64}})")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A backup that was looked through, and lies unpacked aside."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def seq(self) -> int:
        """The last event of its log."""
        return int(self.manifest["log"]["seq"])

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest["made_at"])

    @property
    def tables(self) -> dict[str, int]:
        """How many rows each has."""
        tables: dict[str, int] = self.manifest["database"]["tables"]
        return tables


@contextmanager
def unpacked(
    path: Path,
    place: Place,
    *,
    into: Path,
    identities: Sequence[Any],
    known: Collection[str],
    whole: bool = True,
) -> Iterator[Unpacked]:
    """The backup looked through and unpacked in a folder below `into`, which goes with the block.

    `known`: the migrations that this program knows. Without `whole`, its files are looked through and not unpacked.
    Raises BadBackup, Trouble, OSError.
    """
    with tempfile.TemporaryDirectory(dir=into, prefix="restoring-") as name:
        folder = Path(name)
        taking = _Taking(folder, whole)
        manifest = archive.read(path, taking.take, identities=identities, keys=place.keys)
        copied = manifest["database"]
        if copied["kind"] != place.database.kind:
            raise BadBackup(
                f"{path.name} holds a database of {copied['kind']}; DATABASE_URL names one of {place.database.kind}."
            )
        if copied["migration"] not in known:
            raise BadBackup(f"{path.name} was made by a newer version of the program. Install that one first.")
        copy = folder / place.database.member
        if not copy.exists() or (taking.files, taking.waiting) != (
            manifest["files"]["number"],
            manifest["files"]["waiting"],
        ):
            raise BadBackup(f"{path.name} does not hold what its manifest says.")
        place.database.look_at(copy)
        yield Unpacked(folder, manifest)


class _Taking:
    """Takes the members of a backup; whatever they are called, they end up where they belong or nowhere."""

    def __init__(self, folder: Path, whole: bool) -> None:
        self.folder = folder
        self.whole = whole
        self.files = 0
        self.waiting = 0

    def take(self, name: str, size: int, content: Readable) -> None:
        found = _FILE.fullmatch(name)
        if found and name == member_of(found[2], found[1] or ""):
            self.files += not found[1]
            self.waiting += bool(found[1])
            kept = Folder(self.folder / "evidence" / (found[1] or "")).path(found[2]) if self.whole else None
        elif name in ("database.sqlite", "database.dump", ANCHORS):
            kept = self.folder / name
        elif name == ABOUT:
            kept = None
        else:
            raise BadBackup(f"{name!r} does not belong into a backup.")
        if kept is None:
            while content.read(_CHUNK):
                pass
            return
        make_folder(kept.parent)
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            while chunk := content.read(_CHUNK):
                file.write(chunk)


def check_empty(place: Place) -> None:
    """Raises Trouble where anything is there that a restore would write over."""
    if not place.database.is_empty():
        raise Trouble("There is a database already. Restore into an empty one only.")
    if not place.storage.is_empty():
        raise Trouble(
            f"There are files in {place.storage.place} already. A backup is restored into an empty place only."
        )


def put_down(backup: Unpacked, place: Place, *, anchors_folder: Path) -> None:
    """Files first, the database last. Raises Trouble, OSError; then nothing stays behind."""
    check_empty(place)
    try:
        place.storage.adopt(backup.folder / "evidence")
        if not any(place.anchors):
            _move_anchors(backup.folder / ANCHORS, anchors_folder)
        place.database.put_back(backup.folder / place.database.member)
    except BaseException:
        with suppress(OSError):
            place.storage.clear()
        raise


def _move_anchors(anchors: Path, folder: Path) -> None:
    """Whatever month they are of, they were put down before this month's."""
    if anchors.exists() and anchors.stat().st_size:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(anchors, folder / "0000-restored.jsonl")


def differences(backup: Unpacked, tables: dict[str, int]) -> list[str]:
    """Tables that do not have as many rows as when the backup was made."""
    return [
        f"{name}: {backup.tables.get(name, 0)} rows were backed up, {tables.get(name, 0)} are there"
        for name in sorted({*backup.tables, *tables})
        if backup.tables.get(name, 0) != tables.get(name, 0)
    ]


def settle(storage: Storage, *, now: datetime) -> int:
    """Nobody is signed in any more, and what waited without its file waits no longer; how many sessions that ended.

    A session that somebody had ended after the backup was made would otherwise be good again.
    """
    sessions = db.session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all()
    for session in sessions:
        session.ended_at = now
    gone = _gone(storage)
    db.session.execute(delete(Staged).where(Staged.sha256.in_(gone("staged"))))
    db.session.execute(delete(Brought).where(Brought.sha256.in_(gone("brought")), Brought.done_at.is_(None)))
    expired = update(Export).where(Export.state == ExportState.READY)
    db.session.execute(expired.values(state=ExportState.EXPIRED, sha256=None))
    return len(sessions)


def _gone(storage: Storage) -> Callable[[str], list[str]]:
    apart = queries.apart(storage)

    def gone(kind: str) -> list[str]:
        waiting = queries.waiting(db.session, kind)
        there = apart[kind].sizes(waiting)
        return [sha256 for sha256 in waiting if sha256 not in there]

    return gone


def log(backup: Unpacked, name: str, *, anchored: int, today: date, fault: str) -> None:
    """Say in the log where the data come from, and what happened after it was backed up and is lost.

    `anchored`: the last event that is known to have been there.
    """
    audit.record(
        RESTORE,
        audit.THE_LOG,
        actor=SYSTEM,
        on=today,
        backup=name,
        made_at=backup.made_at,
        seq=backup.seq,
        hash=backup.manifest["log"]["hash"],
        anchored=max(anchored, backup.seq),
        lost=max(anchored - backup.seq, 0),
        fault=fault,
    )
