"""Lists of findings: one filter, one set of columns, for screens, figures' links, spreadsheets and documents."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, Subquery, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from inspect_app.core import counting, words
from inspect_app.core.actor import Actor
from inspect_app.core.counting import Counts, counted_rows, counts_at_once, counts_of, number_of
from inspect_app.core.db import db
from inspect_app.core.reading_order import ids_among
from inspect_app.core.statements import built_once
from inspect_app.findings.models import ASIDE, FOREVER, LIVE, WAITING, Finding, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.filter import Extended, Filter, Timing
from inspect_app.findings.queries.scope import predecessors, seen_by, ways_to_see
from inspect_app.plans.models import Area, Plan
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import covers_everything, under

Responsible = aliased(Unit, name="responsible")
Counted = aliased(Finding, name="counted")
SOON = timedelta(days=7)
_LAST = literal(FOREVER, literal_execute=True)
"""For what has no day. Spelt out in the statement: only then do the databases see what their index is of."""
MOST_LEVELS = 2
"""The country and its provinces, as steps of a unit's path: places with many findings."""
MOST_LIVE = 4_000
"""Findings of a part of the country that are looked at to count the ready-made views at once."""


VIEWS = {
    "live": Filter(timing=Timing.LIVE),
    "overdue": Filter(timing=Timing.OVERDUE),
    "submitted": Filter(states=(State.SUBMITTED,)),
    "soon": Filter(timing=Timing.SOON),
    "all": Filter(),
}
"""What is ready-made, by name."""
ALSO_OVERDUE = ("live", "overdue", "all")
"""Those that all overdue findings are in."""


def listed(actor: Actor, wanted: Filter, *, today: date) -> tuple[Select[Any], Any]:
    """Rows of a whole list, and where their facts are read from (`Finding` or `Span`), for sorting.

    Columns: id, code, title, required_title, unit_name, unit_id, responsible_name, responsible_unit_id, area,
    area_en, plan_id, plan_number, state, deadline, baseline, in_time, submitted_on, resolved_on, days_late.
    """
    query, facts = _narrowed(actor, wanted, today=today)
    return _told(query.join(Unit, Unit.id == Finding.unit_id), facts), facts


def chosen(
    actor: Actor, wanted: Filter, *, sort: str, many: bool, newest: bool = False, today: date
) -> tuple[Select[Any], Any]:
    """The same rows for one page of a list, as ids that `told` makes into rows once they are sorted and cut.

    `many`: more than `MOST_COUNTED` of them, so that they are walked in their order rather than gathered. `newest`: as
    `counts` tells it of words. Where the filter `is_kept`, the same objects each time.
    """
    choose = _chosen if wanted.is_kept else _chosen.__wrapped__
    return choose(actor, wanted, sort, many, newest, today)


@built_once
def _chosen(actor: Actor, wanted: Filter, sort: str, many: bool, newest: bool, today: date) -> tuple[Select[Any], Any]:
    latest = newest and sort == "newest"
    query, facts = _narrowed(actor, wanted, today=today, walking=many, common=newest, latest=latest)
    if sort.removeprefix("-") == "unit":
        query = query.join(Unit, Unit.id == Finding.unit_id)
    return query.add_columns(Finding.id, facts.id.label("facts_id")), facts


@built_once
def told(facts: Any) -> Callable[[Subquery], Select[Any]]:
    """What makes ids that were `chosen` into the columns of `listed`."""

    def of_these(ids: Subquery) -> Select[Any]:
        query = select().select_from(ids).join(Finding, Finding.id == ids.c.id)
        if facts is not Finding:
            query = query.join(facts, facts.id == ids.c.facts_id)
        return _told(query, facts)

    return of_these


def _told(query: Select[Any], facts: Any) -> Select[Any]:
    return (
        query.join(Responsible, Responsible.id == facts.responsible_unit_id)
        .join(Area, Area.code == facts.area_code)
        .join(Plan, Plan.id == Finding.plan_id)
        .add_columns(
            Finding.id,
            Finding.code,
            Finding.title,
            Finding.required_title,
            Finding.unit_name,
            Finding.unit_id,
            Responsible.name.label("responsible_name"),
            facts.responsible_unit_id,
            Area.short_name.label("area"),
            Area.name_en.label("area_en"),
            Finding.plan_id,
            Plan.number.label("plan_number"),
            facts.state,
            facts.deadline,
            facts.baseline,
            facts.in_time,
            facts.submitted_on,
            facts.resolved_on,
            facts.days_late,
        )
    )


def counts(actor: Actor, wanted: Filter, *, today: date) -> Counts:
    """Of the filtered list, and of the ready-made views over all that the actor may see: one statement.

    Two for who may see some units in which more than `MOST_LIVE` findings are live.
    """
    most = counting.MOST_COUNTED
    if covers_everything(actor.grants):
        return _counts(actor, wanted, _ready_apart(actor, today, most), today=today)
    found = _counts(actor, wanted, _ready(actor, today, most, MOST_LIVE), today=today)
    if found.views["live"] > MOST_LIVE:
        return _counts(actor, wanted, _ready_apart(actor, today, most), today=today)
    return found.up_to(most + 1)


def _counts(actor: Actor, wanted: Filter, ready: Mapping[str, ScalarSelect[int]], *, today: date) -> Counts:
    if wanted.words:
        return _counts_of_words(actor, wanted, ready, today=today)
    view = next((name for name, narrowed in VIEWS.items() if wanted == narrowed), None)
    if view is not None and view in ALSO_OVERDUE:
        return counts_of(ready[view], ready["overdue"], ready)
    query, facts = _narrowed(actor, wanted, today=today)
    total = ready[view] if view else counted_rows(query)
    late = total
    if wanted.timing is not Timing.OVERDUE:
        late = counted_rows(query.where(f.overdue(facts, wanted.as_of or today)))
    return counts_of(total, late, ready)


def _counts_of_words(actor: Actor, wanted: Filter, ready: Mapping[str, ScalarSelect[int]], *, today: date) -> Counts:
    """What has common words and stands in a narrow place is looked for among some that have them."""
    query, facts, more, newest = _with_words(actor, wanted, today)
    late = case((f.overdue(facts, wanted.as_of or today), 1), else_=0).label("late")
    return counts_at_once(query, late, ready, more=more, newest=newest)


def _with_words(actor: Actor, wanted: Filter, today: date) -> tuple[Select[Any], Any, Any, Any]:
    """Those that have the words, to be counted; where their facts are; `more` and `newest` of `words.Sought`."""
    if _leaves_few(actor, wanted):
        return (*_narrowed(actor, wanted, today=today), literal(0), literal(0))
    sought = words.of(Finding).sought(db.session, words.asked(wanted.words))
    return (*_narrowed(actor, wanted, today=today, walking=True, among=sought.ids), sought.more, sought.newest)


def newest_with(actor: Actor, text: str, *, most: int, today: date) -> tuple[list[Row[Any]], Counts]:
    """The newest findings that have the words of a text, at most so many, as `listed`; and how many have them."""
    wanted = Filter(words=text)
    query, _facts, more, newest = _with_words(actor, wanted, today)
    total, left_out, soon = db.session.execute(select(counted_rows(query), more, newest)).one()
    counts = Counts(total, 0, {}, more=bool(left_out), newest=bool(soon))
    if not counts.total and not counts.more:
        return [], counts
    query, facts = chosen(actor, wanted, sort="newest", many=counts.capped, newest=counts.newest, today=today)
    (key,), _downwards = sort_keys("newest", facts, wanted)
    found = query.add_columns(key.label("_key"))
    if _leaves_few(actor, wanted):  # PostgreSQL would walk all that has words, newest first, for these
        gathered = found.offset(0).subquery()
        ids = select(gathered).order_by(gathered.c["_key"].desc()).limit(most).subquery("ids")
    else:
        ids = found.order_by(key.desc()).limit(most).subquery("ids")
    rows = list(db.session.execute(told(facts)(ids).order_by(ids.c["_key"].desc())))
    return rows, counts.seen(len(rows), whole=len(rows) < most)


@lru_cache(maxsize=256)
def _ready(actor: Actor, today: date, most: int, most_live: int) -> dict[str, ScalarSelect[int]]:
    """How many each ready-made view has, of a part of the country: what is live there is read once for all of them.

    Wrong where that is more than `most_live`, and then told as more. Built once a day for whoever holds the same.
    """
    live = select(Finding.state, Finding.deadline, Finding.in_time).where(seen_by(actor), f.live(Finding))
    rows = live.limit(most_live + 1).subquery()
    of_all = {name: _conditions(actor, view, rows.c, day=today, walking=False) for name, view in VIEWS.items()}
    numbers = [func.count().filter(*of_all[name]).label(name) for name in VIEWS if name != "all"]
    at_once = select(*numbers).select_from(rows).cte().prefix_with("MATERIALIZED")
    found = {name: select(at_once.c[name]).scalar_subquery() for name in VIEWS if name != "all"}
    return {**found, "all": _all_of(actor, most)}


def _all_of(actor: Actor, most: int) -> ScalarSelect[int]:
    """How many findings the actor may see, up to `most`: where one way to see them has so many, no other is tried."""
    seen = select().select_from(Finding)
    ways = [number_of(seen.where(way), most=most) for way in ways_to_see(actor, walking=False)]
    alone = number_of(seen.where(seen_by(actor)), most=most)
    if len(ways) < 2 or not _sees_much(actor):
        return alone
    return select(case(*((way > most, most + 1) for way in ways), else_=alone)).scalar_subquery()


@lru_cache(maxsize=256)
def _ready_apart(actor: Actor, today: date, most: int) -> dict[str, ScalarSelect[int]]:
    """The same where there is much of each view, and each is counted up to `most` alone."""
    of_all = {name: _conditions(actor, view, Finding, day=today, walking=False) for name, view in VIEWS.items()}
    # By their days: of the few that are due soon PostgreSQL compares each with every unit of a place otherwise.
    scopes = {name: seen_by(actor, walking=name == "soon") for name in VIEWS}
    scoped = {name: select().select_from(Finding).where(scope) for name, scope in scopes.items()}
    return {name: number_of(scoped[name].where(*conditions), most=most) for name, conditions in of_all.items()}


SORTS = ("deadline", "newest", "unit", "submitted")


def sort_keys(name: str, facts: Any, wanted: Filter) -> tuple[tuple[Any, ...], bool]:
    """The keys of a sort and whether it runs downwards. A name after "-" runs the other way; unknown ones are newest.

    `deadline`: nearest first. `newest`: last recorded first. `unit`: by the inspected unit's name. `submitted`: what
    waits longest first.
    """
    return _sort_keys(name, facts, wanted.is_live, bool(wanted.words))


@built_once
def _sort_keys(name: str, facts: Any, live: bool, by_words: bool) -> tuple[tuple[Any, ...], bool]:
    backwards = name.startswith("-")
    match name.removeprefix("-"):
        case "deadline":
            # Bare where no deadline is missing: then an index gives the order.
            return (facts.deadline if live else func.coalesce(facts.deadline, _LAST), Finding.id), backwards
        case "unit":
            return (Unit.sort_key, Finding.id), backwards
        case "submitted":
            return (func.coalesce(facts.submitted_on, _LAST), Finding.id), backwards
        case _:
            return (words.of(Finding).newest_first if by_words else Finding.id,), not backwards


def _narrowed(
    actor: Actor,
    wanted: Filter,
    *,
    today: date,
    walking: bool = False,
    among: Subquery | None = None,
    common: bool = False,
    latest: bool = False,
) -> tuple[Select[Any], Any]:
    """The rows of a list without columns; `walking`: see `core.reading_order`.

    `among`: ids of those that have the words. `common`: they are `words.Sought.newest`, and `latest` asks for those.
    """
    base = select().select_from(Finding).where(seen_by(actor, walking=walking))
    query, facts = f.facts_on(base, wanted.as_of, walking=wanted.plan_id is None)
    if wanted.words:
        of_findings = words.of(Finding)
        if among is not None:
            query = query.join(among, among.c.id == Finding.id)
        else:
            few = _leaves_few(actor, wanted)
            terms = words.asked(wanted.words)
            query = query.join(of_findings.table, of_findings.joined(terms, few=few, many=common))
        if latest and wanted.unit is not None and not (wanted.alone or wanted.former or wanted.responsible):
            there = _latest_at(wanted.unit)
            query = query.join(there, there.c.id == of_findings.newest_first)
            wanted = replace(wanted, unit=None)
    return query.where(*_conditions(actor, wanted, facts, day=wanted.as_of or today, walking=walking)), facts


def _latest_at(unit: Unit) -> Subquery:
    """Ids of what was found at a unit and those under it, latest first: sorted before anything else is looked at.

    PostgreSQL would walk all findings there are for those of one province, which lie together.
    """
    there = select(Counted.id).where(under(Counted.unit_id, unit))
    return there.order_by(Counted.id.desc()).offset(0).subquery("latest")


def _leaves_few(actor: Actor, wanted: Filter) -> bool:
    """Without the words, what the reader may see of it are the findings of a plan, of a small place, of some teams."""
    of_a_plan = any(number is not None for number in (wanted.plan_id, wanted.visit_id, wanted.team_id))
    of_a_place = wanted.unit is not None and wanted.unit.kind is not UnitKind.CITY
    return of_a_plan or of_a_place or not _sees_much(actor)


def _sees_much(actor: Actor) -> bool:
    """A grant is over the country or a province."""
    return any(held.path.count("/") <= MOST_LEVELS for held in actor.grants)


def _conditions(actor: Actor, wanted: Filter, facts: Any, *, day: date, walking: bool) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if wanted.year is not None:
        chosen += _of_year(wanted.year, walking, bounded=not wanted.is_live or wanted.as_of is not None)
    if wanted.plan_id is not None:
        chosen.append(Finding.plan_id == wanted.plan_id)
    if wanted.visit_id is not None:
        chosen.append(Finding.visit_id == wanted.visit_id)
    if wanted.team_id is not None:
        chosen.append(Finding.team_id == wanted.team_id)
    if wanted.unit is not None:
        place = facts.responsible_unit_id if wanted.responsible else Finding.unit_id
        there = place == wanted.unit.id if wanted.alone else under(place, wanted.unit, walking=walking)
        chosen.append(or_(there, place.in_(predecessors(wanted.unit))) if wanted.former else there)
    if wanted.kinds:
        place = facts.responsible_unit_id if wanted.responsible else Finding.unit_id
        chosen.append(ids_among(place, select(Unit.id).where(Unit.kind.in_(wanted.kinds)), walking=True))
    if wanted.areas:
        chosen.append(facts.area_code.in_(wanted.areas))
    if wanted.states:
        chosen.append(facts.state.in_(wanted.states))
        if set(wanted.states) <= set(LIVE):
            chosen.append(f.live(facts))
        if set(wanted.states) <= set(WAITING):
            chosen.append(f.waiting(facts))
        if set(wanted.states) <= set(ASIDE):
            chosen.append(f.aside(facts))
    if wanted.counted:
        chosen.append(f.counted(facts))
    if wanted.repeats:
        chosen.append(Finding.repeats_id.is_not(None))
    if wanted.returned:
        chosen.append(f.returned_by(day, walking=walking))
    if wanted.moved:
        chosen.append(facts.responsible_unit_id != Finding.unit_id)
    if wanted.timing is not None:
        chosen.append(_timing(wanted.timing, facts, day))
    if wanted.age is not None:
        chosen.append(f.overdue_for(facts, day, *wanted.age.days))
    if wanted.extension is Extended.GRANTED:
        chosen.append(facts.deadline != facts.baseline)
    if wanted.extension is Extended.WAITING:
        chosen.append(f.asks_for_time(wanted.as_of))
    if wanted.entered_after and wanted.as_of is not None:
        chosen.append(f.entered_after(facts, wanted.as_of))
    if wanted.issued is not None:
        chosen.append(facts.issued_on.between(*wanted.issued))
    if wanted.done is not None:
        chosen.append(facts.resolved_on.between(*wanted.done))
    if wanted.lapsed is not None:
        first, last = wanted.lapsed
        chosen.append(f.became_overdue(first, min(last, day), walking=walking))
    if wanted.judged:
        chosen.append(f.judged_by(day))
    if wanted.mine:
        of_my_teams = Finding.team_id.in_(sorted(actor.team_ids))
        me = actor.person_id
        chosen.append(or_(Finding.follower_id == me, Finding.assignee_id == me, of_my_teams))
    return chosen


def _of_year(year: int, walking: bool, *, bounded: bool) -> list[ColumnElement[bool]]:
    """Of the plans of a year. Its findings were written down one after the other: who walks begins among them.

    Not `bounded`: what is walked is short, and where the year begins would cost more than it spares.
    """
    plans = select(Plan.id).where(Plan.year == year)
    if not walking:
        return [ids_among(Finding.plan_id, plans, walking=False)]
    if not bounded:
        return [ids_among(Finding.plan_id, plans, walking=True)]
    ends = []
    for end in (func.min, func.max):
        of_plan = select(end(Counted.id)).where(Counted.plan_id == Plan.id).correlate(Plan).scalar_subquery()
        of_each = select(of_plan.label("end")).where(Plan.year == year).subquery()
        ends.append(select(end(of_each.c.end)).scalar_subquery())
    return [ids_among(Finding.plan_id, plans, walking=True), Finding.id >= ends[0], Finding.id <= ends[1]]


def _timing(timing: Timing, facts: Any, day: date) -> ColumnElement[bool]:
    match timing:
        case Timing.ON_TIME:
            return f.on_time(facts)
        case Timing.EARLY:
            return f.early(facts)
        case Timing.ON_DAY:
            return f.on_the_day(facts)
        case Timing.LATE:
            return f.late(facts)
        case Timing.OVERDUE:
            return f.overdue(facts, day)
        case Timing.SOON:
            return f.due_within(facts, day, day + SOON)
        case Timing.LIVE:
            return f.live(facts)
