"""What waits for somebody today. Each function is one statement; each starts from what the actor may know of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from inspect_app.core.actor import Actor, Role
from inspect_app.core.counting import number_of
from inspect_app.core.db import db
from inspect_app.core.reading_order import held_back, met_by_one
from inspect_app.core.shapes import among, filling_of, shape_of
from inspect_app.core.statements import built_once, prepared, spelt_out
from inspect_app.findings.models import Evidence, Extension, Finding, State, Submission
from inspect_app.findings.queries import (
    Filter,
    Timing,
    asks_for_time,
    asks_the_team,
    chosen,
    live,
    overdue,
    seen_among,
    told,
)
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.orphans import orphaned_under
from inspect_app.home.queries import duties
from inspect_app.home.queries.duties import MOST
from inspect_app.home.queries.visits import concluding, to_conclude, to_visit
from inspect_app.reminders.queries.inbox import unread
from inspect_app.tasks.models import Task
from inspect_app.tasks.queries import to_confirm, to_extend
from inspect_app.units.models import Unit
from inspect_app.units.queries import within
from inspect_app.visits.models import Visit

# A name of its own: the query around it may well have joined the table already.
Sent = aliased(Submission)

SHOWN = 8
"""Rows of a queue on the page; the rest is a link to the list."""
WORST = 3
"""Units named of those with overdue findings."""
TO_DO_BY_THE_UNIT = (State.OPEN, State.IN_PROGRESS, State.RETURNED)
DONE = (State.RESOLVED,)
_LATEST = and_(Submission.finding_id == Finding.id, Submission.round == Finding.rounds)
WITH_SOMEBODY_ELSE = (State.SUBMITTED, State.DISPUTED)


def waiting(actor: Actor, today: date) -> tuple[int, int]:
    """How many things wait for the actor, the number beside "Việc cần làm", and how many notices they have not opened.

    One statement for every page. Of each sort `MOST + 1` stand for more.
    """
    found = db.session.execute(_waiting(shape_of(actor), today), filling_of(actor)).one()
    return found.to_do or 0, found.unread


@built_once
def _waiting(actor: Actor, today: date) -> Select[Any]:
    """Built once for a day of somebody's: building it takes longer than the database does."""
    return prepared(select(_to_do(actor, today).label("to_do"), unread(actor).label("unread")))


def _to_do(actor: Actor, today: date) -> Any:
    parts = []
    if actor.held(Role.OFFICER):
        parts.append(_count(Finding, _answers(actor), live(Finding), Finding.state.in_(TO_DO_BY_THE_UNIT)))
    if actor.seats:
        parts.append(_count(Finding, _to_verify(actor)))
        parts.append(_count(Visit, to_visit(actor, today)))
    if actor.seats or actor.held(Role.REVIEWER):
        parts.append(_count(Finding, _to_answer(actor)))
    if actor.held(Role.REVIEWER):
        parts.append(_count(Finding, _to_extend(actor)))
    if concluding(actor):
        parts.append(_count(Visit, to_conclude(actor)))
    if _deciding(actor):
        parts.append(_count(Finding, _to_decide(actor)))
    parts += duties.to_do(actor, today)
    total: Any = parts[0] if parts else literal(0)
    for part in parts[1:]:
        total = total + part
    return total


@dataclass(frozen=True, slots=True)
class Tally:
    """How the findings that a unit answers for stand."""

    done: int
    waiting: int
    doing: int
    new: int
    overdue: int

    @property
    def total(self) -> int:
        return self.done + self.waiting + self.doing + self.new

    @property
    def left(self) -> int:
        """What the unit itself has to do: not what waits for somebody else."""
        return self.doing + self.new


def tally(actor: Actor, today: date) -> Tally:
    """Of the findings that the officer's units answer for."""
    rows = db.session.execute(_tally(shape_of(actor), today), filling_of(actor)).all()
    many = {state: number for state, number, _late in rows}
    return Tally(
        done=many.get(State.RESOLVED, 0),
        waiting=many.get(State.SUBMITTED, 0) + many.get(State.DISPUTED, 0),
        doing=many.get(State.IN_PROGRESS, 0) + many.get(State.RETURNED, 0),
        new=many.get(State.OPEN, 0),
        overdue=sum(late for _state, _number, late in rows),
    )


@built_once
def _tally(actor: Actor, today: date) -> Select[*tuple[Any, ...]]:
    return prepared(
        select(Finding.state, func.count(), func.count().filter(overdue(Finding, today)))
        .where(_answers(actor), Finding.state.not_in((State.RECORDED, State.WITHDRAWN)))
        .group_by(Finding.state),
        always=True,
    )


@dataclass(frozen=True, slots=True)
class UnitQueues:
    """Findings that the officer's units answer for, the first ones each.

    Columns of `listed`, of the latest submission (`note`, `judge_name`, `judged_on`, `sent_on`, `opened_at`) and of the
    unit's plan (`assignee_id`, `progress`).
    """

    to_do: Sequence[Row[Any]]
    """Nearest deadline first."""
    sent: Sequence[Row[Any]]
    """What waits for somebody else, nearest deadline first."""
    done: Sequence[Row[Any]]
    """Last resolved first."""


def unit_queues(actor: Actor, today: date) -> UnitQueues:
    rows = db.session.execute(_unit_queues(shape_of(actor), today), filling_of(actor)).all()

    def queue(states: Sequence[State], order: Callable[[Row[Any]], Any], *, newest: bool = False) -> list[Row[Any]]:
        return sorted((row for row in rows if row.state in states), key=order, reverse=newest)

    return UnitQueues(
        to_do=queue(TO_DO_BY_THE_UNIT, lambda row: (row.deadline, row.id)),
        sent=queue(WITH_SOMEBODY_ELSE, lambda row: (row.deadline, row.id)),
        done=queue(DONE, lambda row: (row.resolved_on, row.id), newest=True),
    )


@built_once
def _unit_queues(actor: Actor, today: date) -> Select[Any]:
    parts = []
    for states in (TO_DO_BY_THE_UNIT, WITH_SOMEBODY_ELSE, DONE):
        if states is DONE:
            ids = _chosen(actor, Filter(states=states), today)
        else:  # an index has the unit's queue by deadline, for what is live; SQLite would see all that waits anywhere
            ids = _chosen(actor, Filter(timing=Timing.LIVE), today).where(held_back(Finding.state).in_(states))
        ids, newest = ids.where(_answers(actor)), states is DONE
        order = (Finding.resolved_on.desc(), Finding.id.desc()) if newest else (Finding.deadline, Finding.id)
        parts.append(select(_first(ids, *order)))
    return prepared(_with_latest(told(Finding)(union_all(*parts).subquery())), always=True)


def verification_queue(actor: Actor, *, today: date) -> list[Row[Any]]:
    """What units sent to the actor's teams, first sent first.

    Columns of `listed` and of the latest submission; `files`, how many came with it; `total`, the whole queue.
    """
    return list(db.session.execute(_verification_queue(shape_of(actor), today), filling_of(actor)))


@built_once
def _verification_queue(actor: Actor, today: date) -> Select[Any]:
    files = select(func.count()).where(Evidence.submission_id == Submission.id).scalar_subquery()
    ids = _chosen(actor, Filter(states=(State.SUBMITTED,)), today).outerjoin(Submission, _LATEST)
    ids = ids.where(_to_verify(actor)).add_columns(func.count().over().label("total"))
    order = (Submission.sent_on, Finding.id)
    first = _first(ids, *order)
    rows = _with_latest(told(Finding)(first)).add_columns(files.label("files"), first.c.total)
    return prepared(rows.order_by(*order))


def decision_queue(actor: Actor, *, today: date) -> list[Row[Any]]:
    """Explanations, requests for time and questions of units that the actor may answer, oldest first.

    Columns of `listed`; `disputed`, `wanted` (the day asked for) and `asks` say what waits; `total`, the whole queue.
    """
    return list(db.session.execute(_decision_queue(shape_of(actor), today), filling_of(actor)))


@built_once
def _decision_queue(actor: Actor, today: date) -> Select[Any]:
    disputed, asks = _to_decide(actor), _to_answer(actor)
    request = select(Extension.wanted).where(Extension.finding_id == Finding.id, Extension.granted.is_(None))
    wanted = case((_to_extend(actor), request.scalar_subquery()))
    ids = _chosen(actor, Filter(timing=Timing.LIVE), today, few=True)
    ids = ids.where(met_by_one(Finding.id, disputed, _to_extend(actor), asks)).add_columns(
        disputed.label("disputed"), wanted.label("wanted"), asks.label("asks"), func.count().over().label("total")
    )
    order = (Finding.moved_on, Finding.id)
    first = _first(ids, *order)
    more = (first.c[name] for name in ("disputed", "wanted", "asks", "total"))
    return prepared(told(Finding)(first).add_columns(*more).order_by(*order), always=True)


@dataclass(frozen=True, slots=True)
class LateUnits:
    """Units with overdue findings: the worst of them, and how many there are of both."""

    worst: Sequence[Row[Any]]
    """`name`, `many`."""
    findings: int
    units: int


def late_units(actor: Actor, today: date) -> tuple[LateUnits | None, int, int, int]:
    """What is overdue in the reviewer's scope, by unit; nothing where nothing is.

    And how many findings in it no unit in force answers for, how many reports of tasks wait for the reviewer, and for
    how many tasks a later day was asked: one statement.
    """
    rows: Sequence[Any] = db.session.execute(_late_units(shape_of(actor), today), filling_of(actor)).all()
    worst = sorted((row for row in rows if row.name is not None), key=lambda row: (-row.many, row.sort_key))
    others = {row.sort_key: row.many for row in rows if row.name is None}
    late = LateUnits(worst, worst[0].findings, worst[0].units) if worst else None
    return late, others[None], others["tasks"], others["asked"]


@built_once
def _late_units(actor: Actor, today: date) -> CompoundSelect[Any]:
    many = func.count().label("many")
    units = (
        select(Finding.responsible_unit_id.label("unit_id"), many)
        .where(seen_among(actor, overdue(Finding, today)))
        .group_by(Finding.responsible_unit_id)
        .subquery()
    )
    all_of_them = (func.sum(units.c.many).over(), func.count().over())
    findings, number = (
        cast(one, Integer).label(name) for one, name in zip(all_of_them, ("findings", "units"), strict=True)
    )
    first = (
        select(units, findings, number)
        .order_by(units.c.many.desc(), units.c.unit_id)
        .limit(spelt_out(WORST))
        .subquery()
    )
    worst = select(Unit.name, first.c.many, Unit.sort_key, first.c.findings, first.c.units).join(
        first, first.c.unit_id == Unit.id
    )
    nobody, nothing = cast(null(), String), cast(null(), Integer)

    def count(of: type[Any], name: Any, *where: ColumnElement[bool]) -> Select[Any]:
        return select(nobody, func.count(), name, nothing, nothing).select_from(of).where(*where)

    return prepared(
        union_all(
            worst,
            count(Finding, nobody, orphaned_under(actor, today)),
            count(Task, literal("tasks"), to_confirm(actor)),
            count(Task, literal("asked"), to_extend(actor)),
        )
    )


def _chosen(actor: Actor, wanted: Filter, today: date, *, few: bool = False) -> Select[Any]:
    """Ids of findings, for `told`: a queue is planned three times as fast where names are joined to few rows.

    `few`: what else is asked of them leaves so few that each is asked whether the actor may see it.
    """
    ids, _facts = chosen(actor, wanted, sort="newest", many=few, today=today)
    return ids


def _first(ids: Select[Any], *order: Any) -> Subquery:
    return ids.order_by(*order).limit(spelt_out(SHOWN)).subquery()


def _with_latest(query: Select[Any]) -> Select[Any]:
    return query.outerjoin(Submission, _LATEST).add_columns(
        Submission.note,
        Submission.judge_name,
        Submission.judged_on,
        Submission.sent_on,
        Submission.opened_at,
        Finding.assignee_id,
        Finding.progress,
    )


def _count(of: type[Finding] | type[Visit], *where: ColumnElement[bool]) -> Any:
    return number_of(select(literal(1)).select_from(of).where(*where), most=MOST)


def _answers(actor: Actor) -> ColumnElement[bool]:
    return within(Finding.responsible_unit_id, actor.held(Role.OFFICER), walking=False)


def _to_verify(actor: Actor) -> ColumnElement[bool]:
    """Sent to a team of the actor's, not by the actor and not by their own unit."""
    sent_by_me = (
        select(Sent.id)
        .where(Sent.finding_id == Finding.id, Sent.round == Finding.rounds, Sent.sender_id == actor.person_id)
        .exists()
    )
    own = actor.home_unit_id if actor.home_unit_id is not None else -1
    return and_(
        f.waiting(Finding),
        Finding.state == State.SUBMITTED,
        among(Finding.team_id, actor.team_ids),
        Finding.responsible_unit_id != own,
        ~_answers(actor),
        ~sent_by_me,
    )


def _deciding(actor: Actor) -> bool:
    return bool(actor.led_team_ids or actor.held(Role.REVIEWER))


def _to_decide(actor: Actor) -> ColumnElement[bool]:
    own = actor.home_unit_id if actor.home_unit_id is not None else -1
    return and_(
        f.waiting(Finding),
        Finding.state == State.DISPUTED,
        Finding.responsible_unit_id != own,
        or_(
            among(Finding.team_id, actor.led_team_ids),
            within(Finding.responsible_unit_id, actor.held(Role.REVIEWER)),
        ),
    )


def _to_extend(actor: Actor) -> ColumnElement[bool]:
    """Units asked for time, and the reviewer decides."""
    return and_(live(Finding), asks_for_time(), _reviewed(actor))


def _to_answer(actor: Actor) -> ColumnElement[bool]:
    """Units asked the actor's teams; of self-inspections, the reviewer."""
    own = actor.home_unit_id if actor.home_unit_id is not None else -1
    ours = and_(among(Finding.team_id, actor.team_ids), Finding.responsible_unit_id != own)
    return and_(live(Finding), asks_the_team(), or_(ours, and_(Finding.team_id.is_(None), _reviewed(actor))))


def _reviewed(actor: Actor) -> ColumnElement[bool]:
    own = actor.home_unit_id if actor.home_unit_id is not None else -1
    return and_(Finding.responsible_unit_id != own, within(Finding.responsible_unit_id, actor.held(Role.REVIEWER)))
