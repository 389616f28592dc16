"""Who sees some units is told of today what the findings say: of plans that lie there, and of such as reach further."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from sqlalchemy import delete

from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.findings.models import By, FindingCount
from inspect_app.findings.services import custody
from inspect_app.findings.services.custody import Decision
from inspect_app.reports.queries import Day, Grouping
from inspect_app.reports.queries.overview.known import plans_of
from inspect_app.reports.queries.overview.lines import View
from inspect_app.reports.queries.overview.shown import ALL
from inspect_app.reports.queries.overview.whole import overview
from inspect_app.units.models import UnitKind
from inspect_app.visits import services as visits
from tests.reports.alike import FEW, same
from tests.reports.world import Story
from tests.support.days import TODAY, ago
from tests.support.make import Make

YEAR = TODAY.year


class District:
    """Plans that lie in a district of two communes, of this year and the one before, and one that reaches further."""

    def __init__(self, make: Make) -> None:
        self.make = make
        department, self.unit = make.unit(kind=UnitKind.DEPARTMENT), make.unit(kind=UnitKind.DISTRICT)
        first, second = make.unit(parent=self.unit), make.unit(parent=self.unit)
        self.own, self.wider = Story(make, year=YEAR), Story(make, year=YEAR)
        _visit, here = self.own.inspect(first, ago(100), ("I", "III", "III", "VII"), concluded=ago(90), days=30)
        self.own.inspect(second, ago(30), ("I", "KL"), concluded=ago(25), days=60)
        self.own.settle(here[0].id, ago(70), ago(65))
        self.own.tell(here[1].id, "submit", ago(5))
        self.own.tell(here[3].id, "withdraw", ago(10))
        _visit, there = self.wider.inspect(department, ago(80), ("I", "II", "VII"), concluded=ago(70), days=20)
        _visit, seen = self.wider.inspect(second, ago(60), ("II", "III", "KL"), concluded=ago(50), days=15)
        self.wider.settle(seen[2].id, ago(45), ago(40))
        before = Story(make, year=YEAR - 1)
        _visit, old = before.inspect(first, ago(500), ("I", "II"), concluded=ago(490), days=30)
        before.settle(old[0].id, ago(470), ago(460))
        before.inspect(department, ago(480), ("I",), concluded=ago(470))
        Story(make, year=YEAR).inspect(department, ago(30), ("I", "III"), concluded=ago(20))
        for finding, heir in ((here[2], second), (there[0], first), (seen[0], department)):
            handed: dict[str, Any] = {"decision": Decision("1/QĐ", ago(2)), "on": ago(2), "today": TODAY}
            custody.move(finding, heir, actor=make.actor(make.reviewer), **handed)
        db.session.commit()

    def reader(self, role: Role) -> Actor:
        return self.make.actor(self.make.person(role, self.unit))

    def counted(self, role: Role) -> Actor:
        """Who sees the same of these years, and is told from findings: they sit on a team of years ago."""
        person = self.make.sitting(self.make.team(self.make.plan(year=YEAR - 5)))
        self.make.grant(person, role, self.unit)
        return self.make.actor(person)


@pytest.fixture
def district(make: Make) -> District:
    return District(make)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.VIEWER, Role.OFFICER])
def test_what_is_kept_of_a_part_says_what_the_findings_say(district, role):
    reader, counted = district.reader(role), district.counted(role)
    plans = plans_of(reader, YEAR, YEAR - 1)
    assert plans.whole(YEAR) == [district.own.plan.id]
    assert plans.in_part(YEAR) == [district.wider.plan.id]
    assert plans_of(counted, YEAR, YEAR - 1).whole(YEAR) == []
    for by in Grouping:
        view = View(YEAR, Day(TODAY, TODAY), by=by)
        assert overview(view, actor=counted).total[:4] == (9, 2, 2, 5)
        for named in (ALL, *FEW):
            same(overview(view, actor=reader, named=named), overview(view, actor=counted, named=named))


@pytest.mark.parametrize("days", [1, 5, 26, 47, 66, 95, 465])
def test_a_past_day_is_told_by_months_that_are_kept_as_by_what_happened(district, days):
    reader, counted = district.reader(Role.REVIEWER), district.counted(Role.REVIEWER)
    for year, by in product((YEAR, YEAR - 1), Grouping):
        view = View(year, Day(ago(days), TODAY), by=by)
        same(overview(view, actor=reader), overview(view, actor=counted))
        of_kinds = replace(view, kinds=(UnitKind.COMMUNE, UnitKind.DEPARTMENT))
        same(overview(of_kinds, actor=reader), overview(of_kinds, actor=counted))


def test_a_plan_is_whole_only_where_what_is_kept_says_so(district):
    reader = district.reader(Role.VIEWER)
    before = overview(View(YEAR, Day(TODAY, TODAY)), actor=reader)
    db.session.execute(delete(FindingCount).where(FindingCount.by == By.EVERYWHERE))
    plans = plans_of(reader, YEAR)
    assert plans.whole(YEAR) == []
    assert sorted(plans.in_part(YEAR)) == sorted((district.own.plan.id, district.wider.plan.id))
    same(overview(View(YEAR, Day(TODAY, TODAY)), actor=reader), before)


def test_a_visit_that_was_cancelled_counts_on_the_days_before(make):
    story = Story(make, year=YEAR)
    visit, _findings = story.inspect(make.unit(), ago(9), (), concluded=None)
    visits.cancel(visit, reason="Hoãn", actor=story.actors["head"], today=TODAY, on=ago(5))
    reviewer = make.actor(make.reviewer)
    for days, inspected in ((10, 0), (9, 1), (6, 1), (5, 0)):
        plans = overview(View(YEAR, Day(ago(days), TODAY)), actor=reviewer).plans
        assert (plans.targets, plans.inspected) == (int(days < 10), inspected)
