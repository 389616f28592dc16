"""How far plans have come by today, as a line about each says it: as many plans at once as there are."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, literal, select, union_all

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.core.statements import built_once
from inspect_app.findings.models import DOING, WAITING, Finding
from inspect_app.findings.queries import counted, on_time, overdue, resolved, seen_by
from inspect_app.plans.models import Target
from inspect_app.plans.queries import counting, target_open_to
from inspect_app.visits.queries import inspected


@dataclass(frozen=True, slots=True)
class Results:
    """What has come of a plan's findings by today."""

    counted: int = 0
    resolved: int = 0
    overdue: int = 0
    on_time: int = 0
    waiting: int = 0
    doing: int = 0

    @property
    def new(self) -> int:
        return self.counted - self.resolved - self.waiting - self.doing

    @property
    def parts(self) -> list[tuple[str, int]]:
        """For a bar, in its order."""
        return [("ok", self.resolved), ("wait", self.waiting), ("doing", self.doing), ("new", self.new)]


@dataclass(frozen=True, slots=True)
class Progress(Results):
    """What a line about a plan says of it today."""

    targets: int = 0
    inspected: int = 0

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(*(getattr(self, one) + getattr(other, one) for one in PROGRESS))


T = TypeVar("T")


class Share(NamedTuple):
    """As `Results` has them."""

    counted: int = 0
    resolved: int = 0


RESULTS = tuple(one.name for one in fields(Results))
PROGRESS = tuple(one.name for one in fields(Progress))


def results(plan_ids: Collection[int], actor: Actor, today: date) -> dict[int, Results]:
    """Plan -> its results; one statement."""
    return _told_by(Results, RESULTS, plan_ids, actor, today)


def shares(plan_ids: Collection[int], actor: Actor, today: date) -> dict[int, Share]:
    """Plan -> how much of it is put right; one statement, which reads a list's plans in half the time of `results`."""
    return _told_by(Share, Share._fields, plan_ids, actor, today)


def _told_by(
    kind: Callable[..., T], names: tuple[str, ...], plan_ids: Collection[int], actor: Actor, today: date
) -> dict[int, T]:
    asked = {**filling_of(actor), "plans": sorted(plan_ids)}
    rows = db.session.execute(_results(shape_of(actor), today, names), asked)
    return dict.fromkeys(plan_ids, kind()) | {plan_id: kind(*numbers) for plan_id, *numbers in rows}


@built_once
def _results(actor: Actor, today: date, names: tuple[str, ...]) -> Select[Any]:
    return _results_of(bindparam("plans", expanding=True), actor, today, names)


def _results_of(plans: Any, actor: Actor, today: date, names: tuple[str, ...] = RESULTS) -> Select[Any]:
    """Columns: plan_id and those of `Results` that are named."""
    sorts = {
        "counted": counted(Finding),
        "resolved": resolved(Finding),
        "overdue": overdue(Finding, today),
        "on_time": on_time(Finding),
        "waiting": Finding.state.in_(WAITING),
        "doing": Finding.state.in_(DOING),
    }
    numbers: list[Any] = [func.count().filter(sorts[name]).label(name) for name in names]
    return (
        select(Finding.plan_id, *numbers)
        .where(Finding.plan_id.in_(plans), seen_by(actor, walking=True))
        .group_by(Finding.plan_id)
    )


def progress(plan_ids: Collection[int], actor: Actor, today: date) -> dict[int, Progress]:
    """The same with how far the inspections are; one statement."""
    found = dict.fromkeys(plan_ids, Progress())
    for row in db.session.execute(_progress(shape_of(actor), today), {**filling_of(actor), "plans": sorted(plan_ids)}):
        found[row.plan_id] = progress_in(row)
    return found


@built_once
def _progress(actor: Actor, today: date) -> Select[Any]:
    return progress_of(bindparam("plans", expanding=True), actor, today)


def progress_in(row: Row[Any]) -> Progress:
    """Out of the columns of `progress_of`; nothing where they are empty."""
    return Progress(*(int(getattr(row, one) or 0) for one in PROGRESS))


def progress_of(plans: Any, actor: Actor, today: date) -> Select[Any]:
    """Of the plans whose ids `plans` are, or finds. Columns: plan_id and those of `Progress`."""
    none: ColumnElement[int] = literal(0)
    findings = _results_of(plans, actor, today).add_columns(none.label("targets"), none.label("inspected"))
    targets = (
        select(Target.plan_id, *(none for _name in RESULTS), func.count(), func.count().filter(inspected(today)))
        .join(Target.plan)
        .where(Target.plan_id.in_(plans), counting(today), target_open_to(actor))
        .group_by(Target.plan_id)
    )
    each = union_all(findings, targets).subquery().c
    numbers = (func.sum(each[one]).label(one) for one in PROGRESS)
    return select(each.plan_id, *numbers).group_by(each.plan_id)
