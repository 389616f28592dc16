"""Making a backup: the database at one moment, then the files that it names.

Files are kept by their hashes and never changed, and none goes while a record names it: copied after the database
they are what it says, however long that takes and whatever people do meanwhile. The secrets are not in it: whoever
gets hold of a backup shall not be able to write a log that checks out, nor sign somebody in.
"""

import json
import re
import tempfile
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, column, select, table

from inspect_app.core.anchors import Anchor
from inspect_app.core.audit import GENESIS, Event
from inspect_app.core.storage import Storage
from inspect_app.upkeep.queries import files as queries
from inspect_app.upkeep.services import archive
from inspect_app.upkeep.services.archive import Writer
from inspect_app.upkeep.services.databases import Database, tables_in

NAME = "so-kiem-tra-%Y%m%dT%H%M%SZ.tar"
ABOUT, ANCHORS = "READ-ME-FIRST.txt", "anchors.jsonl"
COPIED = {"staged", "brought"}
"""Tables of what waits. Files that were made to be fetched can be made again."""
_OF_OURS = re.compile(r"so-kiem-tra-\d{8}T\d{6}Z\.tar(\.age)?")
_WORDS = """\
Backup of the inspection register (So kiem tra CCHC), made {at:%Y-%m-%d %H:%M} UTC.

{member}   the database ({kind})
files/     what records name, each file called by the SHA-256 of its content, in folders of its first letters;
           the tables evidence, task_file and letter_template say what each one is
waiting/   what was sent ahead of a form, or to be read as a sheet
SHA256SUMS everything above: `sha256sum --check SHA256SUMS`

To restore: `flask --app inspect_app restore FILE`, into an empty database and an empty instance folder.
Not in here: SECRET_KEY and AUDIT_KEY (files secret-key and audit-key of the instance folder, or settings) and the
other settings. Keep them apart from this file. Without AUDIT_KEY the log cannot be checked and this file is not taken.
"""


@dataclass(slots=True)
class Made:
    """What is in the backup."""

    path: Path
    seq: int = 0
    """The last event of the log."""
    head: str = GENESIS
    files: int = 0
    size: int = 0
    """Bytes of the files."""
    waiting: int = 0
    faults: list[str] = field(default_factory=list)
    """Files that are missing, or whose content is not what it was: `evidence 12: …`."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a backup is made of, and restored to."""

    database: Database
    storage: Storage
    anchors: Sequence[Anchor]
    keys: Sequence[bytes]
    """Of the log: the one in force, then earlier ones."""


def path_for(target: Path, *, now: datetime, encrypted: bool) -> Path:
    """The file itself where `target` ends in .tar or .age, otherwise one named by the moment in the folder."""
    if target.name.endswith((".tar", archive.ENCRYPTED)):
        return target
    return target / (now.strftime(NAME) + (archive.ENCRYPTED if encrypted else ""))


def make(path: Path, place: Place, *, recipients: Sequence[Any], now: datetime) -> Made:
    """A backup at `path`, which must not be there yet. Raises Trouble, OSError."""
    made, at = Made(path), now.timestamp()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-")))
        listed: IO[str] = stack.enter_context(tempfile.TemporaryFile("w+", dir=folder))
        copy = folder / place.database.member
        with place.database.copied(copy) as connection:
            manifest = _facts(connection, place, made)
            _list_files(connection, manifest["database"]["tables"], listed)
        writer = stack.enter_context(archive.writing(path, recipients))
        words = _WORDS.format(at=now, member=place.database.member, kind=place.database.kind)
        writer.add_bytes(ABOUT, words.encode(), at=at)
        with copy.open("rb") as source:
            writer.add(place.database.member, source, at=at)
        copy.unlink()
        anchors = [anchor for anchor in place.anchors if anchor.seq <= made.seq]
        writer.add_bytes(ANCHORS, b"".join(map(_line, anchors)), at=at)
        _add_files(writer, listed, place.storage, made, at)
        manifest |= {
            "made_at": now.isoformat(timespec="seconds"),
            "files": {"number": made.files, "bytes": made.size, "waiting": made.waiting},
            "faults": made.faults,
        }
        writer.finish(manifest, key=place.keys[0], at=at)
    return made


def prune(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest backups of the folder that are named as `path_for` names them; those removed."""
    ours = sorted(path for path in folder.iterdir() if _OF_OURS.fullmatch(path.name))
    old = ours[:-keep]
    for path in old:
        path.unlink()
    return old


def member_of(sha256: str, kind: str = "") -> str:
    """What a file is called in a backup; `kind` of what waits."""
    return f"{f'waiting/{kind}' if kind else 'files'}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _facts(connection: Connection, place: Place, made: Made) -> dict[str, Any]:
    last = connection.execute(select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)).first()
    if last:
        made.seq, made.head = last.seq, last.hash
    version = connection.scalar(select(table("alembic_version", column("version_num"))))
    return {
        "database": {"kind": place.database.kind, "migration": version, "tables": tables_in(connection)},
        "log": {"seq": made.seq, "hash": made.head},
    }


def _list_files(connection: Connection, tables: Collection[str], listed: IO[str]) -> None:
    """One line for each content: which storage, its hash, and the first row that names it."""
    for sha256, several in groupby(queries.of_records(connection, tables), lambda file: file.sha256):
        first = next(several)
        listed.write(f"records {sha256} {first.table} {first.id}\n")
    for kind in sorted(COPIED.intersection(tables)):
        listed.writelines(f"{kind} {sha256} - -\n" for sha256 in queries.waiting(connection, kind))
    listed.seek(0)


def _add_files(writer: Writer, listed: Iterable[str], storage: Storage, made: Made, at: float) -> None:
    apart = queries.apart(storage)
    for line in listed:
        kind, sha256, named, row = line.split()
        of_a_record = kind == "records"
        try:
            file = (storage if of_a_record else apart[kind]).open(sha256)
        except FileNotFoundError:
            if of_a_record:  # what waited may have been sent, or given up, meanwhile
                made.faults.append(f"{named} {row}: its file {sha256} is missing")
            continue
        with file:
            digest, size = writer.add(member_of(sha256, "" if of_a_record else kind), file, at=at)
        if digest != sha256:
            made.faults.append(f"{named} {row}: the content of its file {sha256} was changed")
        if of_a_record:
            made.files += 1
            made.size += size
        else:
            made.waiting += 1


def _line(anchor: Anchor) -> bytes:
    told = {"seq": anchor.seq, "hash": anchor.hash, "at": anchor.at.isoformat(timespec="seconds"), "why": anchor.why}
    return f"{json.dumps(told)}\n".encode()
