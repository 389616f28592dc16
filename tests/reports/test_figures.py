"""The figures of a report against a recount of the log that shares no query with it."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.figures import decimal
from inspect_app.findings.models import Finding
from inspect_app.reports import queries
from inspect_app.reports.queries import Day, Report, Tally
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits import services as visits
from tests.reports.world import MOVES, Recount, Story, at
from tests.support.make import Make

AREAS = ("I", "III", "VII", "KL")
KINDS = (UnitKind.DEPARTMENT, UnitKind.DISTRICT, UnitKind.COMMUNE)
FIRST = clock.today() - timedelta(days=420)
LAST = 400
"""Days after `FIRST` on which something may still happen: all of it before today."""


@st.composite
def history(draw: DrawFn) -> list[tuple[UnitKind, int, int | None, list[tuple[str, int, list[tuple[int, int, int]]]]]]:
    """Units, each with the day of its visit, the days to its conclusion (or none), and its findings.

    A finding has an area, the days to put it right, and moves: which of those possible, days later, days until entered.
    """
    moves = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 40), st.integers(0, 20)), max_size=6)
    finding = st.tuples(st.sampled_from(AREAS), st.integers(1, 60), moves)
    unit = st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 150),
        st.none() | st.integers(0, 20),
        st.lists(finding, max_size=4),
    )
    return draw(st.lists(unit, max_size=4))


def told(make: Make, units: object) -> tuple[Story, list[Unit]]:
    """The history, entered move by move on the day that each was entered."""
    with at(FIRST):
        story = Story(make)
        places = [make.unit(kind=kind) for kind, *_ in units]  # type: ignore[attr-defined]
    for place, (_kind, visited, concluded, findings) in zip(places, units, strict=True):  # type: ignore[call-overload]
        day = FIRST + timedelta(days=visited)
        end = None if concluded is None else day + timedelta(days=concluded)
        days = min((days for _area, days, _moves in findings), default=20)
        with at(end or day):
            _visit, made = story.inspect(place, day, tuple(area for area, *_ in findings), concluded=end, days=days)
        if end is None:
            continue
        for finding, (_area, _days, moves) in zip(made, findings, strict=True):
            _follow(story, finding.id, moves, end)
    return story, places


def _follow(story: Story, finding_id: int, moves: list[tuple[int, int, int]], since: date) -> None:
    on = entered = since
    for which, later, lag in moves:
        possible = MOVES[db.session.get_one(Finding, finding_id).state]
        on += timedelta(days=later)
        entered = max(entered, on + timedelta(days=lag))
        if not possible or entered > FIRST + timedelta(days=LAST):
            return
        with at(entered):
            story.tell(finding_id, possible[which % len(possible)], on)


def as_counted(tally: Tally) -> dict[str, int]:
    names = "counted resolved on_time late overdue waiting doing new withdrawn".split()
    return _some({**{name: getattr(tally, name) for name in names}, "days_taken": sum(tally.days)})


def check(report: Report, log: Recount, places: list[Unit]) -> None:
    assert as_counted(report.total) == _some(log.tally())
    assert report.total.entered_after == log.entered_after()
    assert (report.inspected, report.targets) == log.aims()
    shown = {line.kind: line for line in report.kinds}
    for kind in KINDS:
        line = shown.get(kind)
        tally, aims = (line.tally, (line.inspected, line.targets)) if line else (Tally(), (0, 0))
        assert as_counted(tally) == _some(log.tally(kind=kind)), kind
        assert aims == log.aims(kind), kind
    areas = {line.code: line.tally for line in report.areas}
    for area in AREAS:
        found = log.tally(area_code=area)
        assert as_counted(areas.get(area, Tally())) == (_some(found) if found.get("counted") else {}), area
    units = {line.id: line for line in report.units}
    for place in places:
        unit = units.get(place.id)
        assert as_counted(unit.tally if unit else Tally()) == _some(log.tally(unit_id=place.id))
        for area in AREAS:
            expected = log.tally(unit_id=place.id, area_code=area).get("counted", 0)
            assert (unit.by_area.get(area, 0) if unit else 0) == expected


def _some(numbers: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in numbers.items() if number}


@given(history(), st.lists(st.integers(-5, LAST), min_size=1, max_size=3))
@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a smaller world would take minutes to find
    suppress_health_check=list(HealthCheck),
)
def test_every_figure_is_what_the_log_says(make: Make, units: object, days: list[int]) -> None:
    story, places = told(make, units)
    actor, today = make.actor(make.reviewer), clock.today()
    leader = make.actor(make.person(Role.VIEWER, places[0])) if places else None
    kinds = {place.id: place.kind for place in places}
    for day in [*(FIRST + timedelta(days=n) for n in days), today]:
        report = queries.report(story.plan, actor=actor, day=Day(day, today))
        log = Recount(story.plan.id, kinds, day)
        check(report, log, places)
        for point in report.trend:
            then = Recount(story.plan.id, kinds, point.on).tally()
            assert (point.counted, point.resolved) == (then.get("counted", 0), then.get("resolved", 0)), point.on
        if leader is not None:
            part = queries.report(story.plan, actor=leader, day=Day(day, today))
            check(part, Recount(story.plan.id, kinds, day, only={places[0].id}), places)


def test_today_is_read_alike_from_what_is_kept_now_and_from_the_past(make: Make) -> None:
    story = Story(make)
    first, today = clock.today() - timedelta(days=90), clock.today()
    _visit, made = story.inspect(make.unit(), first, AREAS, concluded=first + timedelta(days=9), days=30)
    story.settle(made[0].id, first + timedelta(days=20), first + timedelta(days=25))
    story.tell(made[1].id, "submit", first + timedelta(days=60))
    story.tell(made[2].id, "dispute", today)
    actor = make.actor(make.reviewer)
    now = queries.report(story.plan, actor=actor, day=Day(today, today))
    kept = queries.report(story.plan, actor=actor, day=Day(today, today + timedelta(days=1)))
    assert (now.total, now.units, now.areas, now.trend) == (kept.total, kept.units, kept.areas, kept.trend)


def test_the_past_comes_out_the_same_after_later_changes(make: Make) -> None:
    story = Story(make)
    today = clock.today()
    first, asked = today - timedelta(days=90), today - timedelta(days=30)
    _visit, made = story.inspect(make.unit(), first, ("I", "III", "VII"), concluded=first, days=30)
    story.settle(made[0].id, first + timedelta(days=20), first + timedelta(days=25))
    actor = make.actor(make.reviewer)

    def told_of_that_day() -> tuple[object, ...]:
        found = queries.report(story.plan, actor=actor, day=Day(asked, today))
        return found.total, found.units, found.areas, found.trend, found.targets, found.inspected

    before = told_of_that_day()
    story.tell(made[0].id, "reopen", today)
    story.tell(made[1].id, "withdraw", today)
    story.settle(made[2].id, today, today)
    story.inspect(make.unit(), today, ("I",), concluded=today)
    assert told_of_that_day() == before


def test_withdrawn_leaves_both_numbers_and_reopened_drops_back(make: Make) -> None:
    story = Story(make)
    today = clock.today()
    first = today - timedelta(days=60)
    _visit, made = story.inspect(make.unit(), first, ("I", "III"), concluded=first, days=30)
    actor, now = make.actor(make.reviewer), Day(today, today)

    def completion() -> tuple[int, int]:
        total = queries.report(story.plan, actor=actor, day=now).total
        return total.resolved, total.counted

    story.settle(made[0].id, first + timedelta(days=20), first + timedelta(days=25))
    assert completion() == (1, 2)
    story.tell(made[1].id, "withdraw", today)
    assert completion() == (1, 1)
    story.tell(made[0].id, "reopen", today)
    assert completion() == (0, 1)


def test_days_are_counted_to_the_accepted_submission_and_rounded_half_up(make: Make) -> None:
    story = Story(make)
    first = clock.today() - timedelta(days=60)
    _visit, made = story.inspect(make.unit(), first, ("I", "III"), concluded=first, days=30)
    story.settle(made[0].id, first + timedelta(days=10), first + timedelta(days=40))
    story.settle(made[1].id, first + timedelta(days=15), first + timedelta(days=15))
    today = clock.today()
    total = queries.report(story.plan, actor=make.actor(make.reviewer), day=Day(today, today)).total
    assert total.mean_days == Fraction(25, 2)
    assert decimal(total.mean_days, 0) == "13"
    assert Tally().mean_days is None


def test_a_cancelled_visit_counts_until_the_day_it_was_cancelled(make: Make) -> None:
    story, today = Story(make), clock.today()
    begun, cancelled = today - timedelta(days=9), today - timedelta(days=5)
    visit, _made = story.inspect(make.unit(), begun, (), concluded=None)
    visits.cancel(visit, reason="Hoãn", actor=story.actors["head"], today=today, on=cancelled)
    db.session.commit()
    actor = make.actor(make.reviewer)
    for day, inspected in ((begun - timedelta(days=1), 0), (begun, 1), (cancelled, 0), (today, 0)):
        report = queries.report(story.plan, actor=actor, day=Day(day, today))
        assert report.inspected == inspected, day
