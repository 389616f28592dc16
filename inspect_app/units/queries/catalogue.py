"""The catalogue of units. The names of public bodies are no secret: everybody signed in may read all of it.

What hangs on a unit's page (visits, findings) is scoped by the features it belongs to.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, Select, Subquery, func, select
from sqlalchemy.orm import aliased, joinedload

from inspect_app.core.actor import Actor, Held, Placed
from inspect_app.core.db import db
from inspect_app.core.statements import built_once
from inspect_app.units.models import KIND_ORDER, Lineage, Place, Unit, UnitKind, name_inside
from inspect_app.units.queries.scope import below, in_force, within
from inspect_app.units.queries.search import called, named

Above = aliased(Unit, name="above")


def visible_to(actor: Actor) -> Select[Unit]:
    return select(Unit).options(joinedload(Unit.parent))


def root() -> Unit | None:
    return db.session.scalars(_root()).one_or_none()


@cache
def _root() -> Select[Unit]:
    return select(Unit).where(Unit.parent_id.is_(None))


def by_code(code: str, day: date) -> Unit | None:
    """The unit that has this code on `day`; codes are reused, so never without a day."""
    return db.session.scalars(
        select(Unit).where(Unit.code == code, in_force(day)).order_by(Unit.id.desc()).limit(1)
    ).one_or_none()


def subtree(unit: Placed) -> Select[Unit]:
    return select(Unit).where(below(unit.path))


def numbers_under(unit: Placed, day: date | None) -> dict[UnitKind, int]:
    """How many units of each kind are under this one, near and far: in force on `day`, or ever without one."""
    rows = (
        select(Unit.kind, func.count().label("number"))
        .where(below(unit.path), Unit.id != unit.id)
        .group_by(Unit.kind)
        .order_by(KIND_ORDER)
    )
    counted = db.session.execute(rows.where(in_force(day)) if day else rows)
    return {row.kind: row.number for row in counted}


def possible_parents(held: Iterable[Held], kinds: Collection[UnitKind], day: date) -> Sequence[Row[int, str]]:
    """(id, name) of the units of these kinds that the grants cover and that are in force on `day`."""
    return db.session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.kind.in_(kinds), in_force(day), within(Unit.id, held))
        .order_by(KIND_ORDER, Unit.sort_key, Unit.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many units of a list are in force and how many are no more."""

    in_force: int
    ended: int

    @property
    def all(self) -> int:
        return self.in_force + self.ended


def tally(rows: Select[int], day: date) -> Tally:
    """Counts the units that were `chosen`, not held to a day."""
    now, every = db.session.execute(_numbers(rows, day)).one()
    return Tally(now, every - now)


@built_once
def _numbers(rows: Select[int], day: date) -> Executable:
    return rows.with_only_columns(func.count().filter(in_force(day)), func.count())


@built_once
def chosen(*, query: str = "", kinds: tuple[UnitKind, ...] = (), parent: Place | None = None) -> Select[int]:
    """The ids of units, unsorted, which `told` makes into rows. `parent` keeps those under a unit, itself left out."""
    wanted: list[ColumnElement[bool]] = []
    if query:
        wanted.append(called(query))
    if kinds:
        wanted.append(Unit.kind.in_(kinds))
    if parent:
        wanted += [below(parent.path), Unit.id != parent.id]
    return select(Unit.id).where(*wanted)


@built_once
def of_state(rows: Select[int], state: str, day: date) -> Select[int]:
    """Of the units that were `chosen`, those that are `in_force` on the day, those that have `ended`, or `all`."""
    if state == "all":
        return rows
    return rows.where(in_force(day) if state == "in_force" else ~in_force(day))


def told(ids: Subquery) -> Select[Any]:
    """(id, code, name, kind, parent_name, valid_from, valid_to, ended) of the units with these ids."""
    columns: Sequence[Any] = (Unit.id, Unit.code, Unit.name, Unit.kind, Above.name.label("parent_name"))
    days = (Unit.valid_from, Unit.valid_to, Unit.ended)
    found = select(*columns, *days).select_from(ids).join(Unit, Unit.id == ids.c.id)
    return found.outerjoin(Above, Above.id == Unit.parent_id)


def former_names(unit_ids: Collection[int], query: str) -> dict[int, list[str]]:
    """For the units that `query` finds by a name they no longer bear: that name ("phường Tân An"), by unit."""
    former = aliased(Unit)
    found: dict[int, list[str]] = {}
    for unit_id, name, kind in db.session.execute(
        select(Lineage.unit_id, former.name, former.kind)
        .join(former, former.id == Lineage.predecessor_id)
        .join(Unit, Unit.id == Lineage.unit_id)
        .where(Lineage.unit_id.in_(unit_ids), named(query, former), former.name != Unit.name)
        .order_by(former.sort_key, former.id)
    ):
        names = found.setdefault(unit_id, [])
        if (was := name_inside(name, kind)) not in names:
            names.append(was)
    return found
