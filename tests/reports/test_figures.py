"""The figures of a report against an oracle that shares no query with it, and the lists behind them."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import current_app
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.figures import decimal
from inspect_app.findings import queries as findings
from inspect_app.findings.forms import filter_from
from inspect_app.reports import queries
from inspect_app.reports.forms import Links
from inspect_app.reports.queries import Day, Flow, Grouping, Report, Tally
from inspect_app.reports.queries.tally import NAMES
from inspect_app.visits import services as visits
from inspect_app.workdays.periods import Period
from tests.reports.histories import AREAS, FIRST, Cast, Visited, histories
from tests.reports.world import Story
from tests.support.make import Make
from tests.support.oracle import Figures

NOTHING = Period(date(2001, 1, 1), date(2001, 1, 31))


def as_said(tally: Tally) -> dict[str, Any]:
    numbers = {name: getattr(tally, name) for name in (*NAMES, "on_day", "live")}
    return {**numbers, "overdue_over_90": tally.ages[2][1], "days": sorted(tally.days)}


def flow_of(flow: Flow) -> dict[str, int]:
    return {"issued": flow.issued, "resolved": flow.resolved, "lapsed": flow.lapsed}


def check(report: Report, said: Figures, period: Period) -> None:
    """Every line of every grouping."""
    unit, kind = ("responsible", "responsible_kind") if report.by is Grouping.RESPONSIBLE else ("unit", "kind")
    span = period.first, min(period.last, said.day)
    assert as_said(report.total) == said.tally()
    assert flow_of(report.flow) == said.flow(*span)
    assert (report.inspected, report.targets) == said.aims()
    assert {line.kind.value for line in report.kinds} == {getattr(one, kind) for one in said.facts} | {
        said.kinds[one["unit"]] for one in said.targets
    }
    for line in report.kinds:
        assert as_said(line.tally) == said.tally(**{kind: line.kind}), line.kind
        assert flow_of(line.flow) == said.flow(span[0], span[1], **{kind: line.kind.value})
        assert (line.inspected, line.targets) == said.aims(kind=line.kind)
    assert {one.id for one in report.units} == {getattr(one, unit) for one in said.facts} | {
        one["unit"] for one in said.targets
    }
    for one in report.units:
        assert as_said(one.tally) == said.tally(**{unit: one.id}), one.name
        for area in AREAS:
            assert one.by_area.get(area, 0) == len(said.ids("counted", area=area, **{unit: one.id}))
    counting = said.where(counts=True)
    assert [line.code for line in report.areas] == [area for area in AREAS if any(one.area == area for one in counting)]
    for area_line in report.areas:
        assert as_said(area_line.tally) == said.tally(area=area_line.code)
    assert {line.id for line in report.teams} == {one.team for one in counting}
    for team_line in report.teams:
        assert as_said(team_line.tally) == said.tally(team=team_line.id)
    assert [line.month for line in report.months] == sorted({one.month for one in counting if one.month})
    for month_line in report.months:
        assert as_said(month_line.tally) == said.tally(month=month_line.month)


def listed(href: str, actor: Actor, today: date) -> set[int]:
    """What the list shows that a figure leads to."""
    args = MultiDict(parse_qsl(urlsplit(href).query))
    wanted = filter_from(args, today=today, areas=AREAS)
    assert not wanted.problems, href
    query, _facts = findings.listed(actor, wanted.filter, today=today)
    return {row.id for row in db.session.execute(query)}


def follow(links: Links, report: Report, said: Figures, period: Period, actor: Actor) -> None:
    """The list behind every kind of figure has exactly the rows that the oracle counts."""
    today = report.day.today
    for name, href in (
        *((name, links.findings(timing=name)) for name in ("on_time", "early", "on_day", "late", "overdue")),
        *((f"overdue_{name.replace('-', '_')}", links.findings(age=name)) for name in ("1-30", "31-90", "over-90")),
        *((name, f"{links.findings(counted=1)}&{name}=1") for name in ("judged", "returned", "repeats", "moved")),
        ("resolved", links.findings(state="resolved")),
        ("withdrawn", links.findings(state="withdrawn")),
        ("counted", links.findings(counted=1)),
    ):
        assert listed(href, actor, today) == said.ids(name), href
    flowed = said.flowed(period.first, min(period.last, said.day))
    for name, of in (("issued", links.issued), ("resolved", links.done), ("lapsed", links.lapsed)):
        assert listed(of(period), actor, today) == flowed[name], name
    place = "responsible_kind" if report.by is Grouping.RESPONSIBLE else "kind"
    for line in report.kinds:
        href = links.findings(counted=1, kind=line.kind)
        assert listed(href, actor, today) == said.ids("counted", **{place: line.kind})
    for team in report.teams:
        assert listed(links.findings(timing="on_time", team=team.id), actor, today) == said.ids("on_time", team=team.id)
    for month in report.months:
        href = links.issued(Period(month.first, month.last))
        assert listed(href, actor, today) == said.ids("counted", month=month.month)


def compare(cast: Cast, history: list[Visited], days: list[int], period: tuple[int, int]) -> None:
    """What the report says on these days, of both groupings, to everybody and to the leader of one unit."""
    today = clock.today()
    leader = cast.leaders[0]
    first, length = FIRST + timedelta(days=period[0]), timedelta(days=period[1])
    with cast.telling(history), current_app.test_request_context():
        log = cast.log()
        for number, on in enumerate([*(FIRST + timedelta(days=n) for n in days), today]):
            day = Day(on, today)
            asked = Period(first, first + length) if first <= on else NOTHING
            by = list(Grouping)[number % 2]
            said = log.on(on, {cast.plan.id})
            report = queries.report(cast.plan, actor=cast.reviewer, day=day, by=by, period=asked)
            check(report, said, asked)
            follow(Links(cast.plan.id, day, by), report, said, asked, cast.reviewer)
            if number == 0:
                part = queries.report(cast.plan, actor=leader, day=day, by=by, period=asked)
                check(part, log.on(on, {cast.plan.id}, {cast.units[0].id}), asked)
            for point in report.trend:
                then = log.on(point.on, {cast.plan.id}).tally()
                assert (point.counted, point.resolved) == (then["counted"], then["resolved"]), point.on


def told(cast: Cast, examples: int, **size: int) -> None:
    @given(
        histories(**size),
        st.lists(st.integers(50, 330), min_size=2, max_size=2),
        st.tuples(st.integers(0, 300), st.integers(0, 120)),
    )
    @settings(
        max_examples=examples,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),  # a smaller world would take minutes to find
        suppress_health_check=list(HealthCheck),
    )
    def run(history: list[Visited], days: list[int], period: tuple[int, int]) -> None:
        compare(cast, history, days, period)

    run()


def test_every_figure_and_the_list_behind_it_is_what_the_log_says(make: Make) -> None:
    told(Cast(make), 4)


@pytest.mark.long
def test_every_figure_of_long_histories_is_what_the_log_says(make: Make) -> None:
    told(Cast(make), 100, visits=8, moves=12)


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
