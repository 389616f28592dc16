"""The overview of today, read from what is kept, says what the findings say; and no report reads all there are."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.loading import load
from inspect_app.findings.services import custody
from inspect_app.findings.services.custody import Decision
from inspect_app.plans.models import PlanKind
from inspect_app.reports.queries import Day, Grouping, report
from inspect_app.reports.queries.overview import kept
from inspect_app.reports.queries.overview.compare import side
from inspect_app.reports.queries.overview.known import plans_of
from inspect_app.reports.queries.overview.lines import View
from inspect_app.reports.queries.overview.shown import ALL
from inspect_app.reports.queries.overview.whole import overview
from inspect_app.units.models import UnitKind
from inspect_app.visits.queries import Coverage, coverage_under
from tests.reports.alike import FEW, same
from tests.reports.world import Story
from tests.support.days import TODAY, ago
from tests.support.make import Make
from tests.support.plans import plans, watched

YEAR = TODAY.year


class Told:
    """Plans of two years with something in every state, in time and late, handed on, taken back and still a secret."""

    def __init__(self, make: Make) -> None:
        story = self.story = Story(make, year=YEAR)
        department, self.district = make.unit(kind=UnitKind.DEPARTMENT), make.unit(kind=UnitKind.DISTRICT)
        commune = make.unit(parent=self.district)
        _visit, first = story.inspect(department, ago(100), ("I", "III", "III", "VII"), concluded=ago(90), days=30)
        _visit, second = story.inspect(self.district, ago(60), ("I", "VII", "KL"), concluded=ago(50), days=49)
        story.settle(first[0].id, ago(70), ago(65))
        story.settle(first[1].id, ago(20), ago(3))
        story.tell(first[2].id, "withdraw", ago(10))
        story.tell(first[3].id, "start", ago(80))
        story.tell(second[0].id, "submit", ago(5))
        story.tell(second[1].id, "submit", ago(20))
        story.tell(second[1].id, "return", ago(9))
        story.tell(second[2].id, "dispute", ago(8))
        moved: dict[str, Any] = {"decision": Decision("1/QĐ", ago(2)), "on": ago(2), "today": TODAY}
        custody.move(second[1], commune, actor=make.actor(make.reviewer), **moved)
        story.inspect(make.unit(), ago(40), (), concluded=ago(30))
        story.inspect(commune, ago(4), ("III",), concluded=None)
        make.target(story.plan, make.unit(), team=story.team)
        before = Story(make, year=YEAR - 1)
        _visit, third = before.inspect(department, ago(500), ("I", "II"), concluded=ago(490), days=30)
        before.settle(third[0].id, ago(470), ago(460))
        self.first = first
        surprise = Story(make, PlanKind.SURPRISE, year=YEAR)
        make.target(surprise.plan, commune, team=surprise.team)
        by_units = make.plan(PlanKind.SELF, year=YEAR)
        for _time in range(2):
            make.self_inspection(by_units, commune, day=ago(7))
        reader, other, part = (
            make.person(Role.VIEWER),
            make.person(Role.VIEWER),
            make.person(Role.VIEWER, self.district),
        )
        make.grant(other, Role.OFFICER, make.unit())
        self.reviewer, self.leader = make.actor(make.reviewer), make.actor(reader)
        self.with_two_hats, self.of_district = make.actor(other), make.actor(part)
        sat = make.sitting(make.team(make.plan(year=YEAR - 5)))
        make.grant(sat, Role.VIEWER, make.root)
        self.counting = make.actor(sat)
        """Sees the same of these years, and is told all of it from findings: they sit on a team of years ago."""


@pytest.fixture
def told(make: Make) -> Told:
    return Told(make)


def test_what_is_kept_says_what_the_findings_say(told):
    for year in (YEAR, YEAR - 1):
        for by in Grouping:
            view = View(year, Day(TODAY, TODAY), by=by)
            assert not kept.tells(told.with_two_hats, view)
            found = overview(view, actor=told.with_two_hats)
            assert found.total.counted == (6 if year == YEAR else 2)
            for reader in (told.reviewer, told.leader):
                assert kept.tells(reader, view)
                same(overview(view, actor=reader), found)
                for named in FEW:
                    told_of = overview(view, actor=told.with_two_hats, named=named)
                    same(overview(view, actor=reader, named=named), told_of)


KINDS = [
    (UnitKind.DEPARTMENT,),
    (UnitKind.DISTRICT,),
    (UnitKind.COMMUNE,),
    (UnitKind.COMMUNE, UnitKind.DEPARTMENT),
    (UnitKind.AFFILIATE,),
    tuple(UnitKind),
]


@pytest.mark.parametrize("kinds", KINDS, ids="-".join)
def test_what_is_kept_by_kinds_says_what_the_findings_say(told, kinds):
    for year, by in product((YEAR, YEAR - 1), Grouping):
        view = View(year, Day(TODAY, TODAY), kinds=kinds, by=by)
        assert not kept.tells(told.with_two_hats, view)
        for named in (ALL, *FEW):
            counted = overview(view, actor=told.counting, named=named)
            for reader in (told.reviewer, told.leader):
                assert kept.tells(reader, view)
                same(overview(view, actor=reader, named=named), counted)
            same(overview(view, actor=told.with_two_hats, named=named), counted)


@pytest.mark.parametrize("days", [1, 2, 9, 64, 465])
def test_months_of_a_past_day_are_kept_by_kinds_of_the_units_that_answered_then(told, days):
    past = Day(ago(days), TODAY)
    for year, by, kinds in product((YEAR, YEAR - 1), Grouping, ((), *KINDS[:4])):
        view = View(year, past, kinds=kinds, by=by)
        counted = overview(view, actor=told.counting)
        for reader in (told.reviewer, told.leader, told.with_two_hats):
            same(overview(view, actor=reader), counted)


def test_a_finding_handed_on_is_kept_under_the_kind_that_it_came_to(told):
    def counted(kind, by):
        view = View(YEAR, Day(TODAY, TODAY), kinds=(kind,), by=by)
        found = overview(view, actor=told.leader)
        return found.total.counted, sum(plan.numbers.counted for plan in found.plans.of_year)

    assert counted(UnitKind.DISTRICT, Grouping.INSPECTED) == (3, 3)
    assert counted(UnitKind.DISTRICT, Grouping.RESPONSIBLE) == (2, 2)
    assert counted(UnitKind.COMMUNE, Grouping.INSPECTED) == (0, 0)
    assert counted(UnitKind.COMMUNE, Grouping.RESPONSIBLE) == (1, 1)


def test_who_sees_a_part_or_looks_at_a_part_is_told_from_the_findings(told):
    today, yesterday = Day(TODAY, TODAY), Day(ago(1), TODAY)
    assert not kept.tells(told.of_district, View(YEAR, today))
    assert not kept.tells(told.leader, View(YEAR, yesterday))
    assert not kept.tells(told.leader, View(YEAR, today, unit_id=told.district.id))
    assert overview(View(YEAR, today), actor=told.of_district).total.counted == 3


def test_how_far_inspections_have_come_is_kept_for_whoever_reviews_for_the_issuer(told):
    of_one = View(YEAR, Day(TODAY, TODAY), unit_id=told.district.id)
    as_of_today = replace(of_one, day=Day(TODAY, TODAY + timedelta(days=1)))
    for kinds in ((), *KINDS):
        kept = overview(replace(of_one, kinds=kinds), actor=told.reviewer).plans
        assert kept == overview(replace(as_of_today, kinds=kinds), actor=told.reviewer).plans
    kept = overview(replace(of_one, kinds=tuple(UnitKind)), actor=told.reviewer).plans
    counted_plans = [*kept.of_year, *kept.earlier]
    assert [(plan.targets, plan.inspected, plan.ended, plan.self_inspections) for plan in counted_plans] == [
        (5, 4, 3, 0),
        (1, 0, 0, 0),
        (0, 0, 0, 2),
        (1, 1, 1, 0),
    ]


@pytest.mark.parametrize("year", [YEAR, YEAR - 1])
def test_of_years_that_are_compared_as_much_was_inspected_as_the_visits_say(told, year):
    for kinds in ((), *KINDS):
        view = View(year, Day(TODAY, TODAY), kinds=kinds)
        counted = coverage_under(told.counting, plans_of(told.counting, year).of(year), TODAY, kinds)
        for reader in (told.reviewer, told.leader):
            assert side(reader, view, plans_of(reader, year)).coverage == counted
        assert kinds or counted == Coverage(*{YEAR: (4, 6), YEAR - 1: (1, 1)}[year])


# What the database reads

LARGE = re.compile(r"SCAN (finding|span|visit|target)\b|Seq Scan on (finding|span|visit|target)\b", re.IGNORECASE)
BY_UNIT = re.compile(r"(finding|span|visit|target) USING .*_unit_")


def test_no_report_reads_all_findings(told):
    view, plan = View(YEAR, Day(TODAY, TODAY)), told.story.plan
    load(plan, "issuing_unit")
    with watched(db.engine.engine) as asked:
        overview(view, actor=told.leader)
        overview(view, actor=told.of_district)
        overview(View(YEAR, Day(ago(30), TODAY)), actor=told.leader)
        report(plan, actor=told.leader, day=view.day)
        report(plan, actor=told.of_district, day=Day(ago(30), TODAY))
    assert len(asked) == 3 + 5 + 4 + 3 + 3
    lines = plans(db.session.connection(), asked, without=("seqscan",))
    assert [line for line in lines if LARGE.search(line)] == []


def test_who_sees_a_part_is_told_from_what_stands_in_indexes(told, database_kind):
    with watched(db.engine.engine) as asked:
        overview(View(YEAR, Day(TODAY, TODAY)), actor=told.of_district)
    lines = "\n".join(plans(db.session.connection(), asked, without=("seqscan",)))
    assert "ix_finding_responsible_unit_id" not in lines, "the plans lead, and the scope only leaves out"
    if database_kind == "sqlite":  # of tables so small PostgreSQL reads by whichever index it likes
        for index in ("ix_finding_plan_facts", "ix_span_plan_facts", "ix_target_unit_plans"):
            assert f"COVERING INDEX {index}" in lines


@pytest.mark.only_on("postgresql")
def test_of_plans_that_are_compared_both_tables_are_told(told):
    """Told of one alone, PostgreSQL would go through all plans there are, or through all that they aim at."""
    with watched(db.engine.engine) as asked:
        coverage_under(told.leader, [told.story.plan.id], TODAY)
    lines = plans(db.session.connection(), asked, without=("seqscan",))
    named = [line.strip() for line in lines if re.search(r"\b(plan_)?id = ANY", line)]
    assert len(named) == 2, lines
    assert len({"plan_id" in line for line in named}) == 2, lines


@pytest.mark.tried_on("sqlite")
def test_a_kind_of_unit_leaves_out_and_leads_to_nothing(told):
    view = View(YEAR, Day(TODAY, TODAY), kinds=(UnitKind.COMMUNE,))
    with watched(db.engine.engine) as asked:
        overview(view, actor=told.of_district)
        overview(view.on(ago(30)), actor=told.of_district)
    lines = plans(db.session.connection(), asked, without=())
    assert [line for line in lines if BY_UNIT.search(line)] == []
