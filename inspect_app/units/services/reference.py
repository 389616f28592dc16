"""Loading the reference data: the tables of `units/reference`, made into units and successions.

Rows that are there already, known by their code and first day, stay as they are, whatever an editor made of
them since. What is uncertain about the tables stands in their README.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import String, cast, func, insert, select, update
from sqlalchemy.orm import aliased

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import WrongState
from inspect_app.core.text import fold, sort_key
from inspect_app.units import queries
from inspect_app.units.models import Succession, SuccessionKind, Unit, UnitKind
from inspect_app.units.services.lineage import TURN, keep_lineage

TABLES = Path(__file__).parent.parent / "reference"

REORGANISED = date(2025, 7, 1)
"""Districts ended, communes and departments were made anew: Resolution 1668/NQ-UBTVQH15."""
EVE = REORGANISED - timedelta(days=1)
LISTED = date(2022, 12, 31)
"""The last day for which the lists of 2022 speak."""

KINDS = {"tinh": UnitKind.CITY, "huyen": UnitKind.DISTRICT, "xa": UnitKind.COMMUNE}
LIST_OF_2022 = "Danh mục đơn vị hành chính năm 2022"
DISTRICTS_ENDED = "Bỏ cấp huyện từ 01/07/2025, Nghị quyết 1668/NQ-UBTVQH15 (16/06/2025)"
UNVERIFIED_STEP = "merge_step_2024"


class Key(NamedTuple):
    """What tells a unit from others of the same code."""

    code: str
    valid_from: date | None


CITY = Key("92", None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit to be."""

    key: Key
    name: str
    kind: UnitKind
    parent: Key | None
    basis: str
    ended: bool = False
    valid_to: date | None = None
    last_known: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A succession to be."""

    old: Key
    new: Key
    kind: SuccessionKind
    is_default: bool
    effective: date | None
    basis: str
    proposed: bool = True


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were new."""

    units: dict[UnitKind, int]
    successions: int

    def __bool__(self) -> bool:
        return bool(self.units) or bool(self.successions)


def load_reference(*, actor: Actor, today: date) -> Loaded:
    """Add what is missing of Cần Thơ's units of 2022 and of today; a second call changes nothing.

    Raises WrongState where the tree of units has another root already.
    """
    take_turns(db.session, TURN)
    root = queries.root()
    if root is not None and root.code != CITY.code:
        raise WrongState("Cây đơn vị đã có gốc khác, không nạp danh mục của Cần Thơ vào được.")
    kept = _kept_units()
    new = [entry for entry in entries() if entry.key not in kept]
    for level in _levels(new):
        _add_units(level, kept)
    steps = _add_successions(_steps(), kept)
    if steps:
        keep_lineage()
    loaded = Loaded(dict(Counter(entry.kind for entry in new)), steps)
    if loaded:
        city = db.session.get_one(Unit, kept[CITY])
        audit.record(
            "unit:load_reference",
            city,
            actor=actor,
            on=today,
            units=loaded.units,
            successions=loaded.successions,
            tables=digest(),
        )
    return loaded


# What the tables say


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def digest() -> str:
    """SHA-256 over all tables, so that the log tells which edition was loaded."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(TABLES.glob("*.csv")))).hexdigest()


def entries() -> Iterator[Entry]:
    """Every unit that the tables name."""
    yield from _former("units_2022.csv")
    yield from _former("units_2022_haugiang_soctrang.csv")
    notes = {row["code"]: row["legal_note"] for row in _rows("units_2025_notes.csv")}
    for row in _rows("units_2025.csv"):
        if row["code"] != CITY.code:
            key = Key(row["code"], REORGANISED)
            yield Entry(key, row["name"], KINDS[row["level"]], CITY, notes.get(row["code"], ""))
    began = {row["code"]: date.fromisoformat(row["valid_from"]) for row in _rows("agencies_2025.csv")}
    for row in _rows("agencies_2022.csv"):
        last = began[row["successor_code_2025"]] - timedelta(days=1)
        key = Key(row["code"], None)
        yield Entry(key, row["name"], UnitKind.DEPARTMENT, CITY, row["name_basis"], ended=True, valid_to=last)
    for row in _rows("agencies_2025.csv"):
        yield Entry(Key(row["code"], began[row["code"]]), row["name"], UnitKind.DEPARTMENT, CITY, row["basis"])


def _former(table: str) -> Iterator[Entry]:
    """The units of 2022. The two other provinces hang under the city, as former units of its area."""
    no_last_day = {row["old_code"] for row in _rows("mapping.csv") if row["kind"] == UNVERIFIED_STEP}
    for row in _rows(table):
        key, kind = Key(row["code"], None), KINDS[row["level"]]
        if key == CITY:
            yield Entry(key, row["name"], kind, None, LIST_OF_2022)
            continue
        parent = Key(row["parent_code"], None) if row["parent_code"] else CITY
        basis = DISTRICTS_ENDED if kind is UnitKind.DISTRICT else LIST_OF_2022
        if row["code"] in no_last_day:
            yield Entry(key, row["name"], kind, parent, basis, ended=True, last_known=LISTED)
        else:
            yield Entry(key, row["name"], kind, parent, basis, ended=True, valid_to=EVE)


def _steps() -> Iterator[Step]:
    for row in _rows("mapping.csv"):
        unverified = row["kind"] == UNVERIFIED_STEP
        yield Step(
            Key(row["old_code"], None),
            Key(row["new_code"], None if unverified else REORGANISED),
            SuccessionKind.MERGE if unverified else SuccessionKind(row["kind"]),
            row["is_default"] == "1",
            date.fromisoformat(row["effective"]) if row["effective"] else None,
            row["basis"],
            proposed=not unverified,
        )
    for row in _rows("provinces_2025.csv"):
        yield Step(
            Key(row["old_code"], None),
            Key(row["new_code"], None),
            SuccessionKind(row["kind"]),
            row["is_default"] == "1",
            date.fromisoformat(row["effective"]),
            row["basis"],
        )
    yield from _department_steps()


def _department_steps() -> Iterator[Step]:
    """Departments have one successor each: a merger where several met, else a new name or only a new row."""
    today = {row["code"]: row for row in _rows("agencies_2025.csv")}
    former = list(_rows("agencies_2022.csv"))
    met = Counter(row["successor_code_2025"] for row in former)
    for row in former:
        heir = today[row["successor_code_2025"]]
        if met[heir["code"]] > 1:
            kind = SuccessionKind.MERGE
        else:
            kind = SuccessionKind.UNCHANGED if row["name"] == heir["name"] else SuccessionKind.RENAME
        began = date.fromisoformat(heir["valid_from"])
        basis = row["merge_basis"] or heir["basis"]
        yield Step(Key(row["code"], None), Key(heir["code"], began), kind, True, began, basis)


# Into the database


def _kept_units() -> dict[Key, int]:
    rows = db.session.execute(select(Unit.code, Unit.valid_from, Unit.id))
    return {Key(row.code, row.valid_from): row.id for row in rows}


def _levels(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Parents before children: those whose parent is not among the rest come first."""
    waiting = list(entries)
    while waiting:
        keys = {entry.key for entry in waiting}
        yield [entry for entry in waiting if entry.parent not in keys]
        waiting = [entry for entry in waiting if entry.parent in keys]


def _add_units(entries: list[Entry], kept: dict[Key, int]) -> None:
    """Insert the entries, give them their paths and add them to `kept`."""
    rows: list[dict[str, Any]] = [
        {
            "code": entry.key.code,
            "name": entry.name,
            "kind": entry.kind,
            "parent_id": kept[entry.parent] if entry.parent else None,
            "path": "",
            "valid_from": entry.key.valid_from,
            "valid_to": entry.valid_to,
            "ended": entry.ended,
            "last_known": entry.last_known,
            "name_folded": fold(entry.name),
            "sort_key": sort_key(entry.name),
            "basis": entry.basis,
        }
        for entry in entries
    ]
    db.session.execute(insert(Unit), rows)
    above = aliased(Unit)
    parent_path = select(above.path).where(above.id == Unit.parent_id).scalar_subquery()
    placed = db.session.execute(
        update(Unit)
        .where(Unit.path == "")
        .values(path=func.coalesce(parent_path, "") + cast(Unit.id, String) + "/")
        .returning(Unit.code, Unit.valid_from, Unit.id)
        .execution_options(synchronize_session=False)
    )
    kept.update({Key(row.code, row.valid_from): row.id for row in placed})


def _add_successions(steps: Iterable[Step], kept: dict[Key, int]) -> int:
    """Insert the steps that are not there yet; return how many."""
    there = {(row.old_id, row.new_id) for row in db.session.execute(select(Succession.old_id, Succession.new_id))}
    rows = [
        {
            "old_id": kept[step.old],
            "new_id": kept[step.new],
            "kind": step.kind,
            "is_default": step.is_default,
            "proposed": step.proposed,
            "effective": step.effective,
            "basis": step.basis,
        }
        for step in steps
    ]
    missing = [row for row in rows if (row["old_id"], row["new_id"]) not in there]
    if missing:
        db.session.execute(insert(Succession), missing)
    return len(missing)
