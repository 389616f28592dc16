"""Which findings a list holds: what the reader may see, narrowed by a filter. Rows without columns, for `listing`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    func,
    literal_column,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from inspect_app.core import words
from inspect_app.core.actor import Actor, Placed, covers_everything, is_root
from inspect_app.core.reading_order import gathered, held_back, ids_among, said_again
from inspect_app.core.shapes import among
from inspect_app.core.statements import spelt_out
from inspect_app.findings.models import ASIDE, LIVE, WAITING, Finding, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.filter import Extended, Filter, Timing
from inspect_app.findings.queries.scope import ids_seen, predecessors, seen_by, sees_all_issued
from inspect_app.plans.models import Plan
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import under

Counted = aliased(Finding, name="counted")
SOON = timedelta(days=7)
LATEST: ColumnElement[int] = literal_column("latest.id", Integer)
"""Its id, of what `narrowed` finds `by_words`."""
RECENT = 100_000
"""Findings, the newest of all, among which a page of a province's with common words is looked for first."""
RECENT_SEEN = 4_000
"""Of these, so many at most of what somebody may see."""
MOST_LEVELS = 2
"""The country and its provinces, as steps of a unit's path: places with many findings."""


def narrowed(
    actor: Actor,
    wanted: Filter,
    *,
    today: date,
    walking: bool = False,
    among: Subquery | None = None,
    common: bool = False,
    latest: bool = False,
    by_words: bool = False,
    by_deadline: bool = False,
    recent: bool = False,
    from_newest: bool = False,
    facts_alone: bool = False,
) -> tuple[Select[Any], Any]:
    """The rows of a list without columns; `walking`: see `core.reading_order`. The filter is one of `Filter.shape`.

    `among`: ids of those that have the words. `common`: they are `words.Sought.newest`, and `latest` asks for those.
    `by_words`: the index of words finds them before anything else is looked at, and they are walked from the newest on.
    `by_deadline`: they are walked in this order. `recent`: only those among the `RECENT` newest of all; of a place, or
    of what the actor sees. `from_newest`: they are walked from the newest on, which of a past day is one long past.
    `facts_alone`: of a past day no finding is looked at where nothing else is asked for; `facts.id_in` has its id.
    """
    due_first = by_deadline and _led_by_deadline(actor, wanted)
    if facts_alone and wanted.as_of is not None and sees_all_issued(actor) and _asks_for_facts(wanted):
        query, facts = f.facts_alone(wanted.as_of)
        if _live_in_days(wanted):
            query = query.where(f.live_on(facts, wanted.as_of))
        elif due_first:
            query = query.where(f.due(facts))
        else:
            query = query.where(*_of_these_days(wanted, f.id_in(facts), from_newest))
        return query.where(*conditions(actor, wanted, facts, day=wanted.as_of, walking=walking)), facts
    by_days = among is None and _live_in_days(wanted) and not leaves_few(actor, wanted)
    walking = walking or by_days
    recent_seen = recent and place_of(wanted) is None
    seen = true() if recent_seen else seen_by(actor, walking=walking)
    base = select().select_from(Finding).where(seen)
    led = by_days or wanted.plan_id is not None
    if wanted.as_of is not None and due_first:
        query, facts = f.facts_by_deadline(base, wanted.as_of)
    else:
        query, facts = f.facts_on(base, wanted.as_of, its=Finding.id if led else _each(walking))
    if by_days and wanted.as_of is not None:
        query = query.where(f.live_first(wanted.as_of, *_of_facts(actor, wanted, f.Then)))
    latest_by = f.latest_by(wanted.as_of) if from_newest and wanted.as_of is not None and not led else None
    if latest_by is not None and not wanted.words:
        query = query.where(Finding.id <= latest_by)
    if isinstance(wanted.words, words.Blanks):
        of_findings = words.of(Finding)
        if among is not None:
            query = query.join(among, among.c.id == Finding.id)
        elif by_words:
            its = gathered(of_findings.newest_first)
            bounds = [] if latest_by is None else [its <= latest_by]
            if wanted.year is not None:
                bounds.append(its.between(*_ends_of(wanted.year)))
            latest_with = _latest_with(wanted.words, bounds)
            query = query.join(latest_with, gathered(latest_with.c.id) == Finding.id)
        else:
            few = by_days or leaves_few(actor, wanted)
            query = query.join(of_findings.table, of_findings.joined(wanted.words, few=few, many=common))
        key = of_findings.newest_first
        if latest_by is not None and among is None and not by_words:
            query = query.where(key <= latest_by)
        if recent_seen:
            newest = ids_seen(actor, Finding.id > _before_recent(Counted))
            query = _those(query, key, newest, latest=latest, most=RECENT_SEEN)
        elif (latest or recent) and (place := place_of(wanted)):
            query = _those(query, key, [_found_at(place, recent)], latest=latest)
            wanted = replace(wanted, unit=None)
        if recent and not latest:
            query = query.where(key > _before_recent(Counted))
    day = wanted.as_of or today
    return query.where(
        *conditions(
            actor,
            wanted,
            facts,
            day=day,
            walking=walking,
            by_deadline=by_deadline and wanted.as_of is None,
            bounded=not by_words and not by_days,
        )
    ), facts


def _asks_for_facts(wanted: Filter) -> bool:
    """For nothing but what `models.Facts` tell."""
    told = {name: getattr(wanted, name) for name in _OF_FACTS}
    return wanted == Filter(**told) and wanted.extension is not Extended.WAITING


def _of_facts(actor: Actor, wanted: Filter, facts: Any) -> list[ColumnElement[bool]]:
    """What is asked of `facts` of a past day alone."""
    asked = Filter(**{name: getattr(wanted, name) for name in _OF_FACTS if name != "extension"})
    return conditions(actor, asked, facts, day=wanted.as_of or date.max, walking=True)


_OF_FACTS = "as_of areas states timing age counted extension entered_after issued done".split()


def _live_in_days(wanted: Filter) -> bool:
    """Of a past day, and an index of the past knows them: what was live then, late or not."""
    if wanted.as_of is None:
        return False
    of_live = wanted.timing in (Timing.LIVE, Timing.OVERDUE, Timing.SOON) or wanted.age is not None
    return of_live or (bool(wanted.states) and set(wanted.states) <= set(LIVE))


def _of_these_days(wanted: Filter, its: Any, from_newest: bool) -> list[ColumnElement[bool]]:
    """Of a past day: what was issued between two days stands together, what was put right by one is no newer."""
    last_days = [days[1] for days in (wanted.issued, wanted.done) if days is not None]
    if wanted.as_of is None or not (last_days or from_newest):
        return []
    bounds = [its <= f.latest_by(min([wanted.as_of, *last_days]))]
    return bounds if wanted.issued is None else [*bounds, its >= f.earliest_from(wanted.issued[0])]


def _led_by_deadline(actor: Actor, wanted: Filter) -> bool:
    """Of a past day, and what is asked for lies anywhere among all deadlines: the days are walked in their order."""
    of_some_days = [wanted.year, wanted.issued, wanted.done, wanted.lapsed] != [None] * 4 or wanted.entered_after
    lies_together = of_some_days or wanted.mine or leaves_few(actor, wanted)
    return wanted.as_of is not None and not lies_together and not _live_in_days(wanted)


def _each(walking: bool) -> ColumnElement[int]:
    """The id of each finding, which finds its day. Beside findings in order PostgreSQL would walk all their days."""
    its: ColumnElement[int] = held_back(Finding.id)
    return gathered(its) if walking else its


def place_of(wanted: Filter) -> Placed | None:
    """Of what was found at this unit and those under it the list is; none where that is everything."""
    unit = wanted.unit
    if unit is None or is_root(unit.path) or wanted.alone or wanted.former or wanted.responsible:
        return None
    return unit


def _found_at(unit: Placed, recent: bool) -> Select[int]:
    """Ids of what was found at a unit and those under it; `recent`: of the `RECENT` newest findings."""
    there = select(Counted.id).where(under(Counted.unit_id, unit))
    return there.where(Counted.id > _before_recent(Finding)) if recent else there


def _before_recent(findings: Any) -> ColumnElement[int]:
    before: ColumnElement[int] = select(func.max(findings.id)).scalar_subquery() - RECENT
    return before


def _latest_with(terms: words.Blanks, bounds: Sequence[ColumnElement[bool]]) -> Subquery:
    """Ids of all that have the words, the latest first, for whoever sorts by `LATEST`; only those within `bounds`."""
    of_findings = words.of(Finding)
    key = of_findings.newest_first
    found = select(key.label("id")).where(of_findings.having(terms), *bounds)
    return found.order_by(key.desc()).offset(0).subquery("latest")


def _those(
    query: Select[Any], key: ColumnElement[int], ids: Sequence[Select[int]], *, latest: bool, most: int | None = None
) -> Select[Any]:
    """Only those with one of these ids. `latest`: of the ids the latest come first, before anything else is looked at.

    PostgreSQL would walk all findings there are for those of one province, which lie together. That there are `most` of
    them at most tells it that they are few: it would take them for a sixth of all. SQLite walks the index of words,
    latest first, and need not look at a finding to know whether it is one of these.
    """
    if not latest:
        return query.where(held_back(key).in_(union_all(*ids)))
    there = union(*ids).subquery().c.id
    in_order = select(there).order_by(there.desc())
    first = (in_order.offset(0) if most is None else in_order.limit(spelt_out(most))).subquery("latest")
    return query.join(first, first.c.id == key)


def sees_provinces(actor: Actor) -> bool:
    """In order, what the actor may see is far between, and there is much of it."""
    return sees_much(actor) and not covers_everything(actor.grants)


def leaves_few(actor: Actor, wanted: Filter) -> bool:
    """Without the words, what the reader may see of it are the findings of a plan, of a small place, of some teams."""
    of_a_plan = any(number is not None for number in (wanted.plan_id, wanted.visit_id, wanted.team_id))
    of_a_place = wanted.unit is not None and wanted.unit.kind is not UnitKind.CITY
    return of_a_plan or of_a_place or not sees_much(actor)


def sees_much(actor: Actor) -> bool:
    """A grant is over the country or a province."""
    return any(held.path.count("/") <= MOST_LEVELS for held in actor.grants)


def conditions(
    actor: Actor,
    wanted: Filter,
    facts: Any,
    *,
    day: date,
    walking: bool,
    by_deadline: bool = False,
    bounded: bool = True,
) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if wanted.year is not None:
        long = not wanted.is_live or wanted.as_of is not None
        everywhere = wanted.unit is None and covers_everything(actor.grants)
        chosen += _of_year(wanted.year, walking, bounded=bounded and long and (walking or everywhere))
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
        with_plans = wanted.year is not None and wanted.as_of is None
        chosen += _in_states(wanted.states, facts, by_deadline=by_deadline, with_plans=with_plans)
    if wanted.counted:
        chosen.append(f.counted(facts))
    if wanted.repeats:
        chosen.append(Finding.repeats_id.is_not(None))
    if wanted.returned:
        chosen.append(f.returned_by(day, walking=walking or leaves_few(actor, wanted)))
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
        of_my_teams = among(Finding.team_id, actor.team_ids)
        me = actor.person_id
        chosen.append(or_(Finding.follower_id == me, Finding.assignee_id == me, of_my_teams))
    return chosen


def _in_states(
    states: tuple[State, ...], facts: Any, *, by_deadline: bool, with_plans: bool
) -> list[ColumnElement[bool]]:
    """By an index of those that wait; `by_deadline`: by that of what is live, which is walked so.

    `with_plans`: by one of the two in any case, since both have deadline, state and plan.
    """
    asked = set(states)
    if with_plans and not by_deadline and asked <= set(WAITING):
        return [facts.state.in_(states), f.live(facts), said_again(f.waiting(facts))]
    if (by_deadline or with_plans) and asked <= set(LIVE):
        return [held_back(facts.state).in_(states), f.live(facts)]
    groups = (f.live, LIVE), (f.waiting, WAITING), (f.aside, ASIDE)
    return [facts.state.in_(states), *(one_of_them(facts) for one_of_them, group in groups if asked <= set(group))]


def _of_year(year: int, walking: bool, *, bounded: bool) -> list[ColumnElement[bool]]:
    """Of the plans of a year. Its findings were written down one after the other: who walks begins among them.

    Not `bounded`: what is live is short, its index knows the plans, and to look at each of the year's in another, or
    where the year begins, would cost more than it spares. Nor does who has its ends already.
    """
    plans = select(Plan.id).where(Plan.year == year)
    if not bounded:
        return [ids_among(Finding.plan_id, plans, walking=True)]
    if not walking:
        return [ids_among(Finding.plan_id, plans, walking=False)]
    return [ids_among(Finding.plan_id, plans, walking=True), Finding.id.between(*_ends_of(year))]


def _ends_of(year: int) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The first and the last finding of the plans of a year."""

    def end(which: Any) -> ColumnElement[int]:
        of_plan = select(which(Counted.id)).where(Counted.plan_id == Plan.id).correlate(Plan).scalar_subquery()
        of_each = select(of_plan.label("end")).where(Plan.year == year).subquery()
        return select(which(of_each.c.end)).scalar_subquery()

    return end(func.min), end(func.max)


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
