"""What a unit was, what it became, and who is offered when its duties have to go somewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Integer, Select, bindparam, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from inspect_app.core.actor import Placed
from inspect_app.core.db import db
from inspect_app.core.statements import prepared
from inspect_app.units.models import Succession, SuccessionKind, Unit, UnitKind
from inspect_app.units.queries.scope import in_force

_WEIGHT = (SuccessionKind.UNCHANGED, SuccessionKind.RENAME, SuccessionKind.MERGE, SuccessionKind.SPLIT)
"""A chain of steps is what its weightiest step is."""


@dataclass(frozen=True, slots=True)
class Step:
    """One succession, seen from one of its ends: `unit` is the other."""

    unit: Unit
    kind: SuccessionKind
    is_default: bool
    proposed: bool
    effective: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class History:
    was: list[Step]
    became: list[Step]


@dataclass(frozen=True, slots=True)
class Offer:
    """A unit that may take over. `kind` is empty where the choice is free: nothing says which one it is."""

    unit: Unit
    is_default: bool
    kind: SuccessionKind | None = None

    @property
    def moves_by_itself(self) -> bool:
        """It is the same unit under another row, be it with a new name."""
        return self.kind in (SuccessionKind.UNCHANGED, SuccessionKind.RENAME)


def history(unit: Unit) -> History:
    """The units it came from and those it became, one step each way, in one query."""
    steps = db.session.scalars(
        select(Succession)
        .where(or_(Succession.old_id == unit.id, Succession.new_id == unit.id))
        .options(joinedload(Succession.old), joinedload(Succession.new))
    )
    return _seen_from(unit, steps)


def with_history(unit_id: int) -> tuple[Unit, History] | None:
    """The unit, with its parent, and what `history` says of it, in one query; nothing where there is no such unit."""
    rows = db.session.execute(_with_history(), {"unit": unit_id}).all()
    return (rows[0][0], _seen_from(rows[0][0], [step for _unit, step in rows if step])) if rows else None


@cache
def _with_history() -> Select[Unit, Succession]:
    """What `with_history` asks of the unit `unit`."""
    return prepared(
        select(Unit, Succession)
        .outerjoin(Succession, or_(Succession.old_id == Unit.id, Succession.new_id == Unit.id))
        .where(Unit.id == bindparam("unit", type_=Integer))
        .options(joinedload(Unit.parent), joinedload(Succession.old), joinedload(Succession.new))
    )


def _seen_from(unit: Unit, steps: Iterable[Succession]) -> History:
    several = list(steps)
    was = [_step(step, step.old) for step in several if step.new_id == unit.id]
    became = [_step(step, step.new) for step in several if step.old_id == unit.id]
    return History(sorted(was, key=_default_first), sorted(became, key=_default_first))


def _step(step: Succession, other: Unit) -> Step:
    return Step(other, step.kind, step.is_default, step.proposed, step.effective, step.basis)


def _default_first(step: Step | Offer) -> tuple[bool, str, int]:
    return not step.is_default, step.unit.sort_key, step.unit.id


def successors_offered(unit: Unit, *, day: date) -> list[Offer]:
    """Who may take over from a unit that is no more, among the units in force on `day`; nobody while it is.

    A district has no single successor: the communes that its communes became and the departments of the city
    are offered, none by default. Otherwise the successions are followed until a unit in force is reached,
    leaving out steps that are not verified; every default is offered, first.
    """
    if unit.in_force(day):
        return []
    if unit.kind is UnitKind.DISTRICT:
        return _for_a_district(unit, day)
    found = _heirs([unit.id], day)
    return sorted((Offer(heir, default, kind) for heir, default, kind in found), key=_default_first)


def carries_on_as(unit: Unit, *, day: date) -> Unit | None:
    """The row under which a unit that ended is still the same unit on `day`, if it is."""
    offers = successors_offered(unit, day=day)
    return offers[0].unit if len(offers) == 1 and offers[0].moves_by_itself else None


def _for_a_district(district: Unit, day: date) -> list[Offer]:
    communes = db.session.scalars(select(Unit.id).where(Unit.parent_id == district.id)).all()
    reached = sorted((heir for heir, _default, _kind in _heirs(communes, day)), key=lambda unit: unit.sort_key)
    departments = db.session.scalars(
        select(Unit)
        .where(Unit.parent_id == _root_id(district), Unit.kind == UnitKind.DEPARTMENT, in_force(day))
        .order_by(Unit.sort_key)
    )
    return [Offer(heir, is_default=False) for heir in (*reached, *departments)]


def _root_id(unit: Placed) -> int:
    return int(unit.path.split("/", 1)[0])


def _heirs(unit_ids: Iterable[int], day: date) -> list[tuple[Unit, bool, SuccessionKind]]:
    """(unit in force on `day`, default all the way, weightiest step) for all that follow these units."""
    found: dict[int, tuple[Unit, bool, SuccessionKind]] = {}
    reached = dict.fromkeys(unit_ids, (True, SuccessionKind.UNCHANGED))
    seen = set(reached)
    while reached:
        steps = db.session.scalars(
            select(Succession)
            .join(Succession.new)
            .where(Succession.old_id.in_(reached), Succession.proposed)
            .options(contains_eager(Succession.new))
            .order_by(Succession.is_default.desc(), Succession.id)
        ).all()
        further: dict[int, tuple[bool, SuccessionKind]] = {}
        for step in steps:
            default, kind = reached[step.old_id]
            way = (default and step.is_default, max(kind, step.kind, key=_WEIGHT.index))
            if step.new.in_force(day):
                found.setdefault(step.new_id, (step.new, *way))
            elif step.new_id not in seen:
                further.setdefault(step.new_id, way)
        seen |= further.keys()
        reached = further
    return list(found.values())
