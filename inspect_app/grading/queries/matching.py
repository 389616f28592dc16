"""Which unit a line of somebody's table means, among the units of a group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from inspect_app.core.db import db
from inspect_app.core.text import fold
from inspect_app.grading.models import Grading, Score
from inspect_app.grading.policy import day_of
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import KIND_ORDER, in_force

_OFFICE = "ubnd "


def graded_on(day: date) -> ColumnElement[bool]:
    """Condition on `Unit`: in force on the day, and not under another province that was to merge in later.

    Such a province hangs under the city with all that belonged to it; its own index graded them.
    """
    other = aliased(Unit)
    another = exists().where(
        other.kind == UnitKind.CITY, other.parent_id.is_not(None), Unit.path.like(other.path.concat("%"))
    )
    return and_(in_force(day), ~another)


def units_of(grading: Grading, today: date) -> Sequence[Unit]:
    """The units that are graded: those of `graded_on` the year's last day, and whoever has a score already; by name."""
    scored = select(Score.unit_id).where(Score.grading_id == grading.id)
    meant = Unit.kind == grading.kind
    return db.session.scalars(
        select(Unit)
        .where(meant, or_(graded_on(day_of(grading.year, today)), Unit.id.in_(scored)))
        .options(joinedload(Unit.parent))
        .order_by(KIND_ORDER, Unit.sort_key, Unit.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The units of a group by everything that a table may call them."""

    by_name: dict[str, list[Unit]]
    by_code: dict[str, Unit]

    def called(self, name: str) -> list[Unit]:
        """The units of exactly this code or name, with or without marks, capitals and "UBND"; nothing is guessed."""
        if (unit := self.by_code.get(name.strip().upper())) is not None:
            return [unit]
        folded = fold(name)
        return self.by_name.get(folded) or self.by_name.get(folded.removeprefix(_OFFICE), [])


def catalogue(units: Iterable[Unit]) -> Catalogue:
    names: dict[str, list[Unit]] = {}
    codes = {}
    for unit in units:
        names.setdefault(unit.name_folded, []).append(unit)
        codes[unit.code.upper()] = unit
    return Catalogue(names, codes)
