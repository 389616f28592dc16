"""Conditions that hold a query to some units: what a grant covers, what is under a unit, what was in force.

A subtree is a range of paths, which an index answers: five times quicker than LIKE, seventy than a closure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import CTE, BindParameter, ColumnElement, Select, Subquery, and_, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from inspect_app.core.actor import Held, Placed, covers_everything, is_root
from inspect_app.core.db import db
from inspect_app.core.reading_order import ids_among
from inspect_app.core.shapes import Blank, among, blank_path, end_of, path_filling
from inspect_app.units.models import Lineage, Unit, UnitKind

UnitId = ColumnElement[Any] | InstrumentedAttribute[Any]
_Several: TypeAlias = frozenset[frozenset[int]]

# Names of their own, since the query around may well have joined `unit` already; made once, since making one is dear.
Covered, Heir, Former = aliased(Unit), aliased(Unit), aliased(Unit)


@dataclass(frozen=True, slots=True)
class Spot:
    """As much of a unit as a list needs."""

    id: int
    path: str
    kind: UnitKind
    name: str


def blank_unit(unit: Unit | Spot) -> Spot:
    """Stands in a statement for any unit of the kind and as far down the tree."""
    return Spot(Blank("unit"), blank_path("unit_path", unit.path), unit.kind, "")


def unit_filling(unit: Unit | Spot) -> dict[str, Any]:
    """What a statement of the `blank_unit` is asked with."""
    return {"unit": unit.id, **path_filling("unit_path", unit.path)}


def in_force(day: date | BindParameter[date], unit: type[Unit] = Unit) -> ColumnElement[bool]:
    """`Unit.in_force` in SQL: where the last day is not known, up to the last for which a source names it."""
    last = func.coalesce(unit.valid_to, unit.last_known)
    return and_(
        or_(unit.valid_from.is_(None), unit.valid_from <= day),
        or_(unit.ended.is_(False), and_(last.is_not(None), last >= day)),
    )


def below(path: str, unit: type[Unit] = Unit) -> ColumnElement[bool]:
    """The unit at `path` and everything under it."""
    return and_(unit.path >= path, unit.path < end_of(path))


def within(unit_id: UnitId, held: Iterable[Held], *, walking: bool | None = None) -> ColumnElement[bool]:
    """Rows whose `unit_id` one of the grants covers: its unit, all under it, and their predecessors.

    True for a grant over the root, so that the database is not asked about every unit there is. `walking` says how
    rows of a large table are read (`core.reading_order`); where nothing is said, the database decides.
    """
    grants = list(held)
    if covers_everything(grants):
        return true()
    if not grants:
        return false()
    predecessors = frozenset(grant.predecessors for grant in grants if grant.predecessors)
    return _among(unit_id, frozenset(grant.path for grant in grants), predecessors, walking)


def under(unit_id: UnitId, unit: Placed, *, walking: bool | None = None) -> ColumnElement[bool]:
    """Rows whose `unit_id` is this unit or one under it. For filters; what an actor may see is `within`."""
    return true() if is_root(unit.path) else _among(unit_id, frozenset({unit.path}), frozenset(), walking)


@lru_cache(maxsize=64)
def _among(unit_id: UnitId, paths: frozenset[str], others: _Several, walking: bool | None) -> ColumnElement[bool]:
    """Built once for what it depends on: a page says it a dozen times, and building it is dearer than asking."""
    if walking is None:
        return unit_id.in_(_ids(paths, others))
    return ids_among(unit_id, select(_ids_once(paths, others).c.id), walking=walking)


def _ids(paths: frozenset[str], others: _Several) -> Select[Any]:
    wanted = [below(path, Covered) for path in sorted(paths)]
    wanted += [among(Covered.id, ids) for ids in sorted(others, key=min)]
    return select(Covered.id).where(or_(*wanted))


@lru_cache(maxsize=64)
def _ids_once(paths: frozenset[str], others: _Several) -> CTE:
    """The same one each time: a statement that speaks of it ten times finds those units once."""
    return _ids(paths, others).cte()


def predecessors_of(path: str) -> frozenset[int]:
    """Units outside the subtree at `path` that became part of it, near and far."""
    if is_root(path):
        return frozenset()
    return frozenset(db.session.scalars(_predecessors(path)))


def entering(paths: Subquery) -> Select[Any]:
    """(path, predecessor_id): the same of several subtrees, whose `path` the database knows."""
    heirs = select(Heir.id).where(Heir.path >= paths.c.path, Heir.path < _end(paths.c.path)).correlate(paths)
    outside = or_(Former.path < paths.c.path, Former.path >= _end(paths.c.path))
    return (
        select(paths.c.path, Lineage.predecessor_id)
        .select_from(paths)
        # Looked up for each: PostgreSQL expects many heirs of a commune too, and would read every line there is.
        .join(Lineage, ids_among(Lineage.unit_id, heirs, walking=False))
        .join(Former, and_(Former.id == Lineage.predecessor_id, outside))
    )


def _end(path: ColumnElement[str]) -> ColumnElement[str]:
    return func.substr(path, 1, func.length(path) - 1).concat("0")


def _predecessors(path: str) -> Select[int]:
    return (
        select(Lineage.predecessor_id)
        .join(Heir, Heir.id == Lineage.unit_id)
        .join(Former, Former.id == Lineage.predecessor_id)
        .where(below(path, Heir), ~below(path, Former))
        .distinct()
    )
