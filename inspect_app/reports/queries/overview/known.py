"""Which plans concern the reader of an overview, what they may know of each, and how much of it is theirs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    CompoundSelect,
    Integer,
    Select,
    case,
    cast,
    false,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from inspect_app.core.actor import Actor, Held, Role, covers_everything
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.findings.models import By, FindingCount
from inspect_app.plans.models import Plan
from inspect_app.plans.queries import plan_open_to
from inspect_app.units.queries import within


class Known(IntEnum):
    """How much of a plan the reader may know."""

    BY_FINDINGS = 0
    """That it is, from findings of theirs, if they count."""
    OPENED = 1
    """They may open it."""
    INSPECTIONS = 2
    """And see every inspection under it: they review for the unit that issued it."""


@dataclass(frozen=True, slots=True)
class Plans:
    """Those that concern the reader. Named one by one they lead the database to an index."""

    known: Mapping[int, Mapping[int, Known]]
    """Year -> ids of its plans."""
    there: Mapping[int, bool]
    """Ids of those with findings that the reader sees -> whether these are all that the plan has, on any day."""

    def of(self, *years: int) -> dict[int, Known]:
        """Those of the years."""
        return {plan_id: known for year in years for plan_id, known in self.known[year].items()}

    def whole(self, *years: int) -> list[int]:
        """Those of the years of which the reader sees every finding, and there are some."""
        return [plan_id for plan_id in self.of(*years) if self.there.get(plan_id) is True]

    def in_part(self, *years: int) -> list[int]:
        """Those of the years of which the reader sees some findings, or may see some."""
        return [plan_id for plan_id in self.of(*years) if self.there.get(plan_id) is False]


def in_scope(actor: Actor) -> tuple[Held, ...]:
    """Grants over units of which every finding is seen that was issued."""
    return actor.held(Role.REVIEWER, Role.VIEWER, Role.OFFICER)


def sees_everything(actor: Actor) -> bool:
    """Whether what is kept of a year as a whole is what they see; a member of a team sees what others do not."""
    return not actor.seats and covers_everything(in_scope(actor))


def plans_of(actor: Actor, *years: int) -> Plans:
    """One statement. The plans that the actor may open, and those with findings in their scope.

    Of whoever sits on a team every plan, none of them whole: a follow-up visit shows what was found under others.
    """
    known: dict[int, dict[int, Known]] = {year: {} for year in years}
    there: dict[int, bool] = {}
    for year, plan_id, how, whole in db.session.execute(_plans_of(shape_of(actor), years), filling_of(actor)):
        known[year][plan_id] = max(Known(how), known[year].get(plan_id, Known.BY_FINDINGS))
        if whole is not None:
            there[plan_id] = whole
    if covers_everything(in_scope(actor)):
        there = {plan_id: there.get(plan_id, False) for year in years for plan_id in known[year]}
    return Plans(known, there)


@built_once
def _plans_of(actor: Actor, years: Iterable[int]) -> CompoundSelect[Any]:
    """Columns: year, id, a number of `Known`, whether it is whole, or none who does not tell; a plan may come twice."""
    reviewed = within(Plan.issuing_unit_id, actor.held(Role.REVIEWER))
    how = case((reviewed, Known.INSPECTIONS.value), else_=Known.OPENED.value)
    opened = select(Plan.year, Plan.id, how, cast(null(), Boolean)).where(Plan.year.in_(years), plan_open_to(actor))
    return union_all(opened, _there(actor, years))


def _there(actor: Actor, years: Iterable[int]) -> Select[int, int, int, bool]:
    """Plans with findings that the actor sees, or of a member of a team may see. The columns of `_plans_of`."""
    by_findings = literal(Known.BY_FINDINGS.value)
    if actor.seats:
        return select(Plan.year, Plan.id, by_findings, false()).where(Plan.year.in_(years))
    everywhere = aliased(FindingCount)
    whole = select(everywhere.counted).where(everywhere.by == By.EVERYWHERE)
    if covers_everything(in_scope(actor)):
        of_years = (everywhere.year.in_(years), everywhere.counted > 0)
        return whole.with_only_columns(everywhere.year, everywhere.key, by_findings, true()).where(*of_years)
    plan_id = cast(FindingCount.code, Integer)
    whole = whole.where(everywhere.year == FindingCount.year, everywhere.key == plan_id)
    all_of_it = func.coalesce(func.sum(FindingCount.counted) == whole.scalar_subquery(), false())
    return (
        select(FindingCount.year, plan_id, by_findings, all_of_it)
        .where(FindingCount.year.in_(years), FindingCount.by == By.AT, within(FindingCount.key, in_scope(actor)))
        .group_by(FindingCount.year, FindingCount.code)
    )
