"""How the databases read lists: through indexes, in their order, never a whole table of findings.

Statements are planned on nearly empty tables, on SQLite by its rules alone, on PostgreSQL with reading whole tables
forbidden: what still reads one could not do otherwise.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock, counting
from inspect_app.core.actor import Role
from inspect_app.core.counting import number_of
from inspect_app.core.shapes import filling_with
from inspect_app.findings import queries
from inspect_app.findings.models import Conclusion, State
from inspect_app.findings.queries import Age, Extended, Filter, Timing, conclusions, listing
from inspect_app.findings.queries import recheck as rechecks
from inspect_app.findings.queries import repeats as alike
from inspect_app.units import queries as units
from inspect_app.units.models import Unit, UnitKind
from tests.support.plans import explained, for_all_values, plans, prepared, watched

TODAY = clock.today()
NARROW = {
    "none": Filter(),
    "plan": Filter(plan_id=1),
    "visit": Filter(visit_id=1),
    "team": Filter(team_id=1),
    "kind": Filter(kinds=(UnitKind.DEPARTMENT,)),
    "area": Filter(areas=("KL",)),
    "open": Filter(states=(State.OPEN,)),
    "withdrawn": Filter(states=(State.WITHDRAWN,)),
    "late": Filter(timing=Timing.LATE),
    "overdue": Filter(timing=Timing.OVERDUE),
    "soon": Filter(timing=Timing.SOON),
    "age": Filter(age=Age.MONTH),
    "mine": Filter(mine=True),
    "returned": Filter(returned=True),
    "repeats": Filter(repeats=True),
    "moved": Filter(moved=True),
    "extended": Filter(extension=Extended.GRANTED),
    "waiting": Filter(extension=Extended.WAITING),
    "year": Filter(year=2023),
    "as of": Filter(as_of=TODAY - timedelta(days=1)),
    "done": Filter(done=(date(2023, 1, 1), date(2023, 3, 31))),
}
OF_A_PLAN = Filter(plan_id=1, returned=True)
FEW = frozenset({"live", "unit_live", "overdue", "unit_queue", "aside", "moved", "extended"})
"""Indexes that are kept for some findings only, and may be read whole."""


@pytest.fixture
def plan_of(session):
    return lambda query: explained(session, query, without=("seqscan", "bitmapscan"))


def _whole(plan):
    """The lines that read all findings, all their days or all submissions."""
    tables = ("finding", "span", "submission")
    spared = [f"INDEX ix_finding_{name}" for name in FEW] + ["INDEX ix_submission_returned"]
    return [
        line
        for line in plan
        if any(line.startswith(f"SCAN {table}") or f"Seq Scan on {table}" in line for table in tables)
        and not any(f"{name} " in f"{line} " for name in spared)
    ]


def _page(actor, wanted, *, sort="newest", many, first=False):
    query, facts = queries.chosen(actor, wanted, sort=sort, many=many, first=first, today=TODAY)
    keys, downwards = queries.sort_keys(sort, facts, wanted, many=many)
    page = query.order_by(*(key.desc() if downwards else key for key in keys)).limit(51)
    return page.params(filling_with(actor, wanted))


def test_who_sees_some_units_reads_what_is_found_there(make, plan_of):
    district = make.unit(kind=UnitKind.DISTRICT)
    ward = make.unit(parent=district)
    actors = [
        make.actor(make.person(Role.REVIEWER, district)),
        make.actor(make.officer(ward)),
        make.actor(make.head_of(make.team())),
    ]
    for actor in actors:
        for name, wanted in NARROW.items():
            assert not _whole(plan_of(_page(actor, wanted, many=False))), (name, actor)
            assert not _whole(plan_of(_page(actor, replace(wanted, unit=ward), many=False))), (name, actor)


def test_who_sees_everything_walks_it_in_its_order(make, plan_of):
    actor = make.actor(make.reviewer)
    for sort in ("newest", "-newest", "deadline", "-deadline", "submitted"):
        plan = plan_of(_page(actor, Filter(), sort=sort, many=True))
        assert not [line for line in plan if "Sort" in line or "TEMP B-TREE" in line], (sort, plan)


@pytest.mark.parametrize("sort", ["newest", "-newest", "deadline", "submitted"])
def test_what_a_team_sees_is_gathered_before_it_is_sorted(make, session, browser, monkeypatch, sort):
    """However much that is, it lies together, and of an order that all findings stand in nobody knows where."""
    monkeypatch.setattr(counting, "MOST_COUNTED", 0)
    team = make.team()
    make.finding(team=team)
    browser.signed_in_as(make.head_of(team))
    with watched(session.connection()) as asked:
        browser.get("findings.index", sort=sort)
    (rows,) = [one for one in asked if "responsible_name" in one[0]]
    plan = plans(session.connection(), [rows], without=("seqscan", "sort"))
    assert [line for line in plan if "ix_finding_team_id" in line], plan


A_DAY_PAST = Filter(as_of=TODAY - timedelta(days=1))


def test_a_past_day_is_walked_by_what_was_known_then_alone(make, plan_of):
    """Of findings that came later only the days are read, in an index that has them in order."""
    actor = make.actor(make.reviewer)
    for sort in ("newest", "-newest"):
        plan = plan_of(_page(actor, A_DAY_PAST, sort=sort, many=True))
        assert not [line for line in plan if "finding" in line.replace("ix_span_finding_id", "") and "SCAN" in line]
        assert not [line for line in plan if "Sort" in line or "TEMP B-TREE" in line or "pk_finding" in line], plan
        assert "ix_span_finding_id" in " ".join(plan), plan


def test_the_first_page_of_a_past_day_begins_with_the_newest_of_that_day(make, plan_of):
    """Of the days alone, or of findings where not everybody sees them all: an index of thousands knows it."""
    ward = make.unit()
    of_a_place, there = replace(A_DAY_PAST, unit=ward), make.actor(make.person(Role.VIEWER, make.unit()))
    everything, leader = make.actor(make.reviewer), make.actor(make.person(Role.VIEWER, make.root))
    for actor, wanted in (
        (everything, A_DAY_PAST),
        (leader, A_DAY_PAST),
        (everything, of_a_place),
        (there, A_DAY_PAST),
    ):
        plan = plan_of(_page(actor, wanted, many=True, first=True))
        assert [line for line in plan if "id<?" in line or ("Index Cond" in line and "id <= " in line)], plan
        assert [line for line in plan if "ix_finding_blocks" in line], plan
        assert not [line for line in plan if "Merge" in line], plan


def test_a_past_day_is_walked_in_the_order_of_deadlines(make, session):
    """By whoever sees all that was issued, of the days alone."""
    for person in (make.reviewer, make.person(Role.VIEWER, make.root)):
        for wanted in (A_DAY_PAST, replace(A_DAY_PAST, states=(State.RESOLVED,))):
            for sort in ("deadline", "-deadline"):
                page = _page(make.actor(person), wanted, sort=sort, many=True)
                plan = explained(session, page, without=("seqscan", "bitmapscan", "sort"))
                assert [line for line in plan if "ix_span_by_deadline" in line], plan
                assert not [line for line in plan if "Sort" in line or "TEMP B-TREE" in line], plan


@pytest.mark.only_on("postgresql")
def test_a_past_day_of_a_place_is_walked_in_the_order_of_deadlines(make, session):
    city = make.unit(kind=UnitKind.CITY)
    there, everything = make.actor(make.person(Role.REVIEWER, city)), make.actor(make.reviewer)
    for actor, wanted in ((there, A_DAY_PAST), (everything, replace(A_DAY_PAST, unit=city))):
        page = _page(actor, wanted, sort="deadline", many=True)
        plan = explained(session, page, without=("seqscan", "bitmapscan", "sort"))
        assert [line for line in plan if "ix_span_by_deadline" in line], plan


def test_what_lies_together_on_a_past_day_is_not_looked_for_among_all_deadlines(make, plan_of):
    """Nor is what was live, which another index knows."""
    actor, months = make.actor(make.reviewer), (date(2023, 1, 1), date(2023, 3, 31))
    together = {"year": 2023}, {"plan_id": 1}, {"issued": months}, {"done": months}, {"timing": Timing.OVERDUE}
    for narrow in together:
        plan = plan_of(_page(actor, replace(A_DAY_PAST, **narrow), sort="deadline", many=True))
        assert not [line for line in plan if "ix_span_by_deadline" in line], (narrow, plan)


@pytest.mark.only_on("postgresql")
def test_few_findings_of_a_past_day_are_gathered_and_then_sorted(make, plan_of):
    actor = make.actor(make.officer(make.unit()))
    plan = plan_of(_page(actor, A_DAY_PAST, many=False))
    assert [line for line in plan if "Sort" in line], plan
    assert not [line for line in plan if "Scan Backward" in line], plan


def test_what_was_overdue_on_a_past_day_or_soon_to_be_is_found_by_an_index(make, session, plan_of):
    """Of few days PostgreSQL takes either of two that have them."""
    index = "ix_span_live_" if session.get_bind().dialect.name == "postgresql" else "ix_span_live_blocks"
    place = make.unit(kind=UnitKind.CITY)
    for person in (make.reviewer, make.person(Role.VIEWER, make.root), make.person(Role.VIEWER, place)):
        for narrow in ({"timing": Timing.OVERDUE}, {"timing": Timing.SOON}, {"age": Age.QUARTER}):
            plan = plan_of(_page(make.actor(person), replace(A_DAY_PAST, **narrow), sort="deadline", many=True))
            assert index in " ".join(plan), (narrow, plan)
            assert not _whole(plan), plan


def test_a_unit_is_found_by_an_index_of_codes(session):
    with watched(session.connection()) as asked:
        units.search("H31")
    assert "ix_unit_code" in " ".join(plans(session.connection(), asked, without=("seqscan",)))


def test_units_are_listed_by_an_index_in_their_order(plan_of):
    in_force = units.of_state(units.chosen(), "in_force", TODAY)
    plan = plan_of(in_force.order_by(units.KIND_ORDER, Unit.sort_key, Unit.id).limit(51))
    assert "ix_unit_listed" in " ".join(plan), plan
    assert not [line for line in plan if "Sort" in line or "TEMP B-TREE" in line], plan


@pytest.mark.only_on("postgresql")
def test_the_units_of_a_place_are_looked_up_once_for_all_views(make, session):
    actor = make.actor(make.person(Role.REVIEWER, make.unit(kind=UnitKind.DISTRICT)))
    with watched(session.connection()) as asked:
        queries.counts(actor, Filter(), today=TODAY)
    plan = plans(session.connection(), asked, without=("seqscan", "bitmapscan"))
    assert [len(asked), sum(" on unit " in line for line in plan)] == [1, 1], plan


@pytest.mark.only_on("postgresql")
def test_what_is_due_soon_is_not_compared_with_each_unit_of_a_place(make, session, monkeypatch):
    monkeypatch.setattr(listing, "MOST_LIVE", -1)
    actor = make.actor(make.person(Role.REVIEWER, make.unit(kind=UnitKind.DISTRICT)))
    with watched(session.connection()) as asked:
        queries.counts(actor, Filter(), today=TODAY)
    plan = plans(session.connection(), asked, without=("seqscan", "bitmapscan"))
    soon = next(n for n, line in enumerate(plan) if "deadline <=" in line)
    assert any("hashed SubPlan" in line for line in plan[soon : soon + 2])


def test_what_few_findings_have_is_found_by_it(make, plan_of):
    actor = make.actor(make.reviewer)
    narrow = NARROW.keys() - {"none", "kind", "area", "late", "repeats", "as of"}
    for name in sorted(narrow):
        sort = "deadline" if NARROW[name].is_live else "newest"
        assert not _whole(plan_of(_page(actor, NARROW[name], sort=sort, many=False))), name


@pytest.mark.only_on("sqlite")
def test_of_few_findings_each_is_asked_whether_it_was_returned(make, plan_of):
    """All that were ever returned to anybody are ten thousands."""
    ward = make.unit(parent=make.unit(kind=UnitKind.DISTRICT))
    actors = [make.actor(make.officer(ward)), make.actor(make.head_of(make.team()))]
    for actor, wanted in [*((actor, NARROW["returned"]) for actor in actors), (make.actor(make.reviewer), OF_A_PLAN)]:
        plan = plan_of(_page(actor, wanted, many=False))
        assert [line for line in plan if "submission" in line and "finding_id=?" in line], plan


def test_what_was_found_at_a_unit_and_its_predecessors_is_looked_up_there(make, session):
    visit = make.visit(unit=make.unit())
    actor = make.actor(make.reviewer)
    found = make.finding(visit=visit, state=State.RECORDED)
    with watched(session.connection()) as asked:
        rechecks.something_found_at(actor, visit.unit)
        rechecks.earlier_rows(actor, visit, today=TODAY)
        alike.alike([found], actor)
    assert len(asked) == 3
    assert not _whole(plans(session.connection(), asked, without=("seqscan", "bitmapscan")))


def test_who_may_not_hear_what_a_follow_up_saw_asks_for_nothing_of_it(make, session):
    """A join that finds nothing led SQLite to every day there is: six seconds at a million findings."""
    visit = make.visit(unit=make.unit())
    make.finding(visit=visit)
    for person, hears in ((make.person(Role.VIEWER, visit.unit), False), (make.reviewer, True)):
        with watched(session.connection()) as asked:
            rechecks.earlier_rows(make.actor(person), make.visit(unit=visit.unit, day=None), today=TODAY)
        plan = plans(session.connection(), asked[-1:], without=("seqscan", "bitmapscan"))
        assert any("recheck" in line for line in plan) is hears, plan
        assert not _whole(plan)


def test_a_file_is_looked_at_with_what_it_belongs_to(make, plan_of):
    """Not with everything that its reader may know of."""
    actors = [make.actor(make.person(role, make.unit(kind=UnitKind.CITY))) for role in (Role.REVIEWER, Role.VIEWER)]
    for actor in [*actors, make.actor(make.officer(make.unit()))]:
        plan = plan_of(queries.evidence_visible_to(actor, 1))
        assert not _whole(plan)
        assert not [line for line in plan if "LIST SUBQUERY" in line and "finding" in line], plan


def test_who_sees_everything_walks_the_notices(make, plan_of):
    actor = make.actor(make.reviewer)
    for wanted in (conclusions.Filter(), conclusions.Filter(unfinished=True)):
        latest = (
            conclusions.listing(actor, wanted, walking=True)
            .order_by(Conclusion.dated_on.desc(), Conclusion.id.desc())
            .limit(51)
        )
        assert not _whole(plan_of(latest))


def test_notices_and_units_are_counted_without_what_is_told_of_them(make, plan_of):
    actor = make.actor(make.reviewer)
    for wanted in (conclusions.Filter(), conclusions.Filter(unfinished=True)):
        plan = plan_of(select(number_of(conclusions.matching(actor, wanted))))
        assert not _whole(plan)
        assert not [line for line in plan if "visit " in f"{line} " and "finding" not in line], plan
    assert not [line for line in plan_of(units.chosen()) if "above" in line]


def test_who_looks_for_a_unit_looks_at_each_name_once(make, session):
    make.unit("Phường Ninh Kiều")
    with watched(session.connection()) as asked:
        assert units.search("p ninh kieu", day=TODAY)
    plan = plans(session.connection(), asked, without=())
    assert len(asked) == 1
    assert [line.strip() for line in plan if "matched" in line and line.startswith(("MATERIALIZE", "  CTE"))], plan


@pytest.mark.only_on("postgresql")
def test_what_is_planned_once_for_all_values_reads_no_table_whole(make, session, browser):
    ward = make.unit(parent=make.unit(kind=UnitKind.DISTRICT))
    team = make.team()
    finding = make.finding(unit=ward, team=team)
    with prepared(session.connection()) as asked:
        for person in (make.reviewer, make.person(Role.REVIEWER, ward), make.officer(ward), make.head_of(team)):
            browser.signed_in_as(person)
            browser.get("home.index")
            browser.get("findings.show", finding_id=finding.id)
        for endpoint, named in (
            ("visits.show", {"visit_id": finding.visit_id}),
            ("plans.show", {"plan_id": finding.plan_id}),
            ("reports.plan", {"plan_id": finding.plan_id}),
            ("units.show", {"unit_id": ward.id}),
        ):
            browser.get(endpoint, **named)
    assert len(asked) > 10
    for statement in asked:
        plan = for_all_values(session.connection(), statement, without=("seqscan", "bitmapscan"))
        assert _whole(plan) == [], statement
