"""Conditions that hold a query to some units: what a grant covers, what is under a unit, what was in force.

A subtree is a range of paths, which an index answers: five times quicker than LIKE, seventy than a closure.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from inspect_app.core.actor import Held, Placed
from inspect_app.core.db import db
from inspect_app.units.models import Lineage, Unit

UnitId = ColumnElement[Any] | InstrumentedAttribute[Any]

# Names of their own, since the query around may well have joined `unit` already; made once, since making one is dear.
Covered, Heir, Former = aliased(Unit), aliased(Unit), aliased(Unit)


def in_force(day: date, unit: type[Unit] = Unit) -> ColumnElement[bool]:
    """`Unit.in_force` in SQL: where the last day is not known, up to the last for which a source names it."""
    last = func.coalesce(unit.valid_to, unit.last_known)
    return and_(
        or_(unit.valid_from.is_(None), unit.valid_from <= day),
        or_(unit.ended.is_(False), and_(last.is_not(None), last >= day)),
    )


def below(path: str, unit: type[Unit] = Unit) -> ColumnElement[bool]:
    """The unit at `path` and everything under it. The range ends at `0`, the character after `/`."""
    return and_(unit.path >= path, unit.path < f"{path[:-1]}0")


def is_root(path: str) -> bool:
    return path.count("/") == 1


def within(unit_id: UnitId, held: Iterable[Held]) -> ColumnElement[bool]:
    """Rows whose `unit_id` one of the grants covers: its unit, all under it, and their predecessors.

    True for a grant over the root, so that the database is not asked about every unit there is.
    """
    grants = list(held)
    if any(is_root(grant.path) for grant in grants):
        return true()
    if not grants:
        return false()
    predecessors = frozenset[int]().union(*(grant.predecessors for grant in grants))
    return _among(unit_id, {grant.path for grant in grants}, predecessors)


def under(unit_id: UnitId, unit: Placed) -> ColumnElement[bool]:
    """Rows whose `unit_id` is this unit or one under it. For filters; what an actor may see is `within`."""
    return true() if is_root(unit.path) else _among(unit_id, {unit.path}, frozenset())


def _among(unit_id: UnitId, paths: Iterable[str], others: frozenset[int]) -> ColumnElement[bool]:
    inside = unit_id.in_(select(Covered.id).where(or_(*(below(path, Covered) for path in sorted(paths)))))
    return or_(inside, unit_id.in_(sorted(others))) if others else inside


def predecessors_of(path: str) -> frozenset[int]:
    """Units outside the subtree at `path` that became part of it, near and far."""
    if is_root(path):
        return frozenset()
    return frozenset(db.session.scalars(_predecessors(path)))


def entering(paths: Subquery) -> Select[Any]:
    """(path, predecessor_id): the same of several subtrees, whose `path` the database knows."""
    inside = and_(Heir.path >= paths.c.path, Heir.path < _end(paths.c.path))
    outside = or_(Former.path < paths.c.path, Former.path >= _end(paths.c.path))
    return (
        select(paths.c.path, Lineage.predecessor_id)
        .select_from(paths)
        .join(Heir, inside)
        .join(Lineage, Lineage.unit_id == Heir.id)
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
