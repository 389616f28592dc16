"""What visits saw of the items of their checklists.

An answer says what will be a finding before anything is issued. Until the visit is over it is seen by whoever sees
its findings then: the team and reviewers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from inspect_app.checklists.models import Checklist, Item
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.core.shapes import among
from inspect_app.findings.models import Evidence, Side
from inspect_app.plans.models import Area, Plan
from inspect_app.units.queries import within
from inspect_app.visits.models import Answer, Result, Visit, VisitState
from inspect_app.visits.queries import open_to as visits_open_to
from inspect_app.visits.services.answers import Seen, checklist_of, seen_in

OVER = (VisitState.CONCLUDED, VisitState.CLOSED)


def open_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Visit` joined with `Plan`: the actor may see its answers and the pictures taken with them."""
    reviewing = actor.held(Role.REVIEWER)
    whoever_records = or_(
        among(Visit.team_id, actor.team_ids) if actor.seats else false(),
        within(Plan.issuing_unit_id, reviewing),
        within(Visit.unit_id, reviewing),
    )
    return and_(visits_open_to(actor), or_(Visit.state.in_(OVER), whoever_records))


def may_be_seen(actor: Actor, visit: Visit) -> bool:
    """The same for one visit that the actor sees already."""
    return (
        visit.state in OVER
        or actor.sits_on(visit.team_id)
        or actor.reviews(visit.plan.issuing_unit)
        or actor.reviews(visit.unit)
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """An item and what was seen of it."""

    item: Item
    seen: Seen
    answer_id: int | None
    photos: int = 0
    """Pictures taken with the answer itself; those of a finding are the finding's."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items of a list, or of one area of it, were answered how."""

    met: int = 0
    unmet: int = 0
    not_applicable: int = 0
    unchecked: int = 0

    @property
    def total(self) -> int:
        return self.met + self.unmet + self.not_applicable + self.unchecked

    @property
    def answered(self) -> int:
        return self.total - self.unchecked


def answered(visit_id: int, checklist_id: int) -> Sequence[Answered]:
    """Every item of the list in the order of the areas, with what the visit saw of it."""
    photos = (
        select(func.count())
        .where(Evidence.answer_id == Answer.id, Evidence.side == Side.FOUND)
        .correlate(Answer)
        .scalar_subquery()
    )
    its = and_(Answer.item_id == Item.id, Answer.visit_id == visit_id)
    rows = db.session.execute(
        select(Item, Answer, photos)
        .join(Item.area)
        .outerjoin(Answer, its)
        .where(Item.checklist_id == checklist_id)
        .options(joinedload(Item.area))
        .order_by(Area.position, Item.position, Item.id)
    )
    return [Answered(item, seen_in(answer), answer.id if answer else None, number) for item, answer, number in rows]


def tally(several: Iterable[Answered]) -> Tally:
    numbers = dict.fromkeys(Result, 0)
    for one in several:
        numbers[one.seen.result] += 1
    return Tally(*(numbers[result] for result in (Result.MET, Result.UNMET, Result.NOT_APPLICABLE, Result.UNCHECKED)))


def by_area(several: Iterable[Answered]) -> list[tuple[Area, list[Answered]]]:
    """The same rows, those of one area together."""
    return [(area, list(rows)) for area, rows in groupby(several, key=lambda one: one.item.area)]


@dataclass(frozen=True, slots=True)
class Progress:
    checklist: Checklist
    tally: Tally
    areas: list[tuple[Area, Tally]]


def progress(actor: Actor, visit: Visit) -> Progress | None:
    """How far the checklist of a visit has come; once the result is sent, only where something was answered."""
    if (visit.checklist_id is None and visit.state is not VisitState.BEGUN) or not may_be_seen(actor, visit):
        return None
    checklist = checklist_of(visit)
    if checklist is None:
        return None
    rows = answered(visit.id, checklist.id)
    if visit.state is not VisitState.BEGUN and all(row.answer_id is None for row in rows):
        return None
    return Progress(checklist, tally(rows), [(area, tally(several)) for area, several in by_area(rows)])


def pictures_of(visit_id: int) -> dict[int, list[Evidence]]:
    """Answer -> the pictures taken with it."""
    taken: dict[int, list[Evidence]] = {}
    rows = select(Evidence).where(Evidence.visit_id == visit_id, Evidence.answer_id.is_not(None)).order_by(Evidence.id)
    for file in db.session.scalars(rows):
        assert file.answer_id is not None
        taken.setdefault(file.answer_id, []).append(file)
    return taken
