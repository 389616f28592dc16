"""Checking that what is kept is what was written: the log, the records against it, the files.

Writes nothing, holds the database only for so many rows at a time, and needs no memory for the rest; works on a copy
of a database as on the one in use.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, select

from inspect_app.core.anchors import Anchor, Damaged
from inspect_app.core.audit import Event, plain
from inspect_app.core.errors import sentence
from inspect_app.core.storage import Storage, StoreAway
from inspect_app.units.models import Unit
from inspect_app.upkeep.queries import tree
from inspect_app.upkeep.queries.beside import BESIDE
from inspect_app.upkeep.queries.chain import Fault, Walk, events_of, read
from inspect_app.upkeep.queries.kept import named_files
from inspect_app.upkeep.queries.looking import at_one_moment
from inspect_app.upkeep.queries.recount import COVERED, Account, Facts

BATCH = 200
"""Records, each with all its events."""


@dataclass(slots=True)
class Proof:
    """What was looked at, and what was found."""

    seq: int = 0
    """The last event."""
    head: str = ""
    anchors: int = 0
    changes_of_key: int = 0
    restores: int = 0
    records: dict[str, int] = field(default_factory=dict)
    """Table -> how many of its records were recounted from the log."""
    files: int = 0
    faults: list[Fault] = field(default_factory=list)
    """The first one only, unless all were asked for."""

    @property
    def good(self) -> bool:
        return not self.faults


def verify(
    engine: Engine,
    *,
    keys: Sequence[bytes],
    storage: Storage | None = None,
    anchors: Iterable[Anchor] = (),
    since: int = 1,
    everything: bool = False,
) -> Proof:
    """Go through the log, the anchors, the records and, where their `storage` is told, the files, in this order.

    `keys`: the log's own, then earlier ones. `since`: the event that the chain is followed from. Stops at the first
    fault unless `everything` is asked for.
    """
    proof = Proof()
    for fault in _faults(proof, engine, tuple(keys), storage, anchors, since):
        proof.faults.append(fault)
        if not everything:
            break
    return proof


def _faults(
    proof: Proof,
    engine: Engine,
    keys: tuple[bytes, ...],
    storage: Storage | None,
    anchors: Iterable[Anchor],
    since: int,
) -> Iterator[Fault]:
    put_down: defaultdict[int, tuple[Anchor, ...]] = defaultdict(tuple)
    try:
        for anchor in anchors:
            if anchor.seq >= since:
                put_down[anchor.seq] += (anchor,)
                proof.anchors += 1
    except Damaged as damaged:
        yield Fault(sentence("Tệp neo %(name)s có dòng không đọc được."), {"name": str(damaged)}, "anchor")
    walk = Walk(keys, dict(put_down), since)
    yield from walk.along(events_of(engine, since=since))
    proof.seq, proof.head = walk.seq, walk.head
    proof.changes_of_key, proof.restores = walk.changes_of_key, len(walk.restores)
    for account in COVERED:
        yield from _recounted(proof, engine, account)
    yield from _tree(proof, engine)
    if storage is not None:
        yield from _files(proof, engine, storage)


# The records


def _recounted(proof: Proof, engine: Engine, account: Account) -> Iterator[Fault]:
    proof.records[account.table] = last = 0
    while True:
        with at_one_moment(engine) as connection:
            ids = _next_ids(connection, account, last)
            if not ids:
                return
            last = ids[-1]
            found = _rows(connection, account, ids)
            try:
                events = _events(connection, account, ids)
            except ValueError:
                events = {}
        proof.records[account.table] += len(found)
        for record_id in ids:
            yield from _compared(account, record_id, found.get(record_id), events.get(record_id, []))


def _next_ids(connection: Connection, account: Account, last: int) -> list[int]:
    """Of rows and of what the log tells of: a row may be missing on either side."""
    table = account.model.__table__
    rows = connection.scalars(select(table.c.id).where(table.c.id > last).order_by(table.c.id).limit(BATCH)).all()
    told = connection.scalars(
        select(Event.subject_id)
        .where(Event.subject_table == account.table, Event.subject_id > last)
        .distinct()
        .order_by(Event.subject_id)
        .limit(BATCH)
    ).all()
    both = sorted({*rows, *told})
    return both[:BATCH]


def _rows(connection: Connection, account: Account, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    table = account.model.__table__
    columns = [column.label(name) for name, column in account.columns.items()]
    found = {}
    for row in connection.execute(select(table.c.id.label("_id"), *columns).where(table.c.id.in_(ids))).mappings():
        found[row["_id"]] = {name: row[name] for name in account.columns}
    for name in account.beside:
        held = BESIDE[account.table, name](connection, ids)
        for record_id, facts in found.items():
            facts[name] = held.get(record_id, [])
    return {record_id: plain(facts) for record_id, facts in found.items()}


def _events(connection: Connection, account: Account, ids: Sequence[int]) -> Mapping[int, list[Mapping[str, Any]]]:
    told = defaultdict(list)
    for row in read(connection, Event.subject_table == account.table, Event.subject_id.in_(ids)):
        told[row["subject_id"]].append(row)
    return told


def _compared(
    account: Account, record_id: int, row: Facts | None, events: Sequence[Mapping[str, Any]]
) -> Iterator[Fault]:
    record = {"record": f"{account.table} {record_id}"}
    try:
        facts = account.of(events)
    except (AttributeError, IndexError, KeyError, TypeError):
        yield Fault(sentence("Không đọc được các sự kiện của %(record)s: đã bị sửa."), record, "state")
        return
    if row is None:
        if facts is not None:
            yield Fault(sentence("%(record)s có trong nhật ký nhưng không còn trong dữ liệu."), record, "state")
        return
    if facts is None:
        yield Fault(sentence("%(record)s có trong dữ liệu nhưng nhật ký không ghi."), record, "state")
        return
    for name, value in row.items():
        if name == "files":
            unknown = sorted(set(value) - facts.get(name, set()))
            if unknown:
                yield _differs(record, name, unknown[0], "")
        elif name in facts and facts[name] != value:
            yield _differs(record, name, value, facts[name])


def _differs(record: Mapping[str, Any], name: str, held: object, told: object) -> Fault:
    values = {**record, "name": name, "held": _short(held), "told": _short(told)}
    return Fault(
        sentence("%(record)s: %(name)s là %(held)s, nhưng theo nhật ký phải là %(told)s."),
        values,
        "state",
    )


def _short(value: object) -> str:
    """So that the place where two long lists differ is still on the line."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 300 else f"{text[:300]}…"


def _tree(proof: Proof, engine: Engine) -> Iterator[Fault]:
    """The units all at once: moving one moves those under it."""
    table = Unit.__table__
    with at_one_moment(engine) as connection:
        rows = {
            row["id"]: plain(dict(row))
            for row in connection.execute(
                select(table.c.id, table.c.code, *(table.c[name] for name in tree.FACTS)).order_by(table.c.id)
            ).mappings()
        }
        try:
            events = read(connection, Event.subject_table == Unit.__tablename__)
            units = tree.units_of(events, {(row["code"], row["valid_from"]): key for key, row in rows.items()})
        except (AttributeError, KeyError, TypeError, ValueError):
            yield Fault(sentence("Không đọc được các sự kiện của %(record)s: đã bị sửa."), {"record": "unit"}, "state")
            return
    proof.records["unit"] = len(rows)
    for unit_id in sorted(rows.keys() | units.keys()):
        record = {"record": f"unit {unit_id}"}
        if unit_id not in rows:
            yield Fault(sentence("%(record)s có trong nhật ký nhưng không còn trong dữ liệu."), record, "state")
        elif unit_id not in units:
            yield Fault(sentence("%(record)s có trong dữ liệu nhưng nhật ký không ghi."), record, "state")
        else:
            for name, told in units[unit_id].items():
                if rows[unit_id][name] != told:
                    yield _differs(record, name, rows[unit_id][name], told)


# The files


def _files(proof: Proof, engine: Engine, storage: Storage) -> Iterator[Fault]:
    for sha256, named_by in named_files(engine):
        proof.files += 1
        told = {"name": sha256, "record": named_by}
        try:
            digest = storage.digest(sha256)
        except StoreAway:
            raise  # nobody knows what is there
        except OSError:
            yield Fault(sentence("Tệp %(name)s của %(record)s không còn."), told, "file")
            continue
        if digest != sha256:
            yield Fault(sentence("Nội dung tệp %(name)s của %(record)s đã bị sửa."), told, "file")
