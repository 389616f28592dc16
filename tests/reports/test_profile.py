"""The profile of a unit: figures of what it answers for, each leading to its rows, for whom it is."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from inspect_app.core.actor import Role
from inspect_app.findings.forms import filter_from
from inspect_app.findings.queries import counts
from inspect_app.findings.services import custody, extension
from inspect_app.findings.services.custody import Decision
from inspect_app.plans import queries as plans
from inspect_app.plans.models import PlanKind
from inspect_app.reports.queries import Day
from inspect_app.reports.queries.profile import profile
from inspect_app.units.models import UnitKind
from inspect_app.units.queries import history
from inspect_app.visits.models import Verdict
from tests.reports.world import Story
from tests.support.days import TODAY, ago


class Told:
    """A ward that grew out of another and took over one finding of it, with four findings of its own."""

    def __init__(self, make):
        self.make, story = make, Story(make)
        self.story = story
        self.old = make.unit("Phường Tân An", valid_to=ago(100))
        self.ward = make.unit("Phường Ninh Kiều")
        self.other = make.unit("Sở Y tế", kind=UnitKind.DEPARTMENT)
        make.succession(self.old, self.ward)
        _visit, self.before = story.inspect(self.old, ago(900), ("I", "III", "V"), concluded=ago(890), days=30)
        story.settle(self.before[0].id, ago(880), ago(875))
        self.hand_on(self.before[1], self.ward, ago(90))
        make.self_inspection(make.plan(PlanKind.SELF), self.ward, day=ago(70), I=Verdict.FINE, III=Verdict.WRONG)
        _visit, self.own = story.inspect(self.ward, ago(60), ("I", "III", "III", "KL", "V"), concluded=ago(50), days=20)
        first, second, third, fourth, fifth = self.own
        story.settle(first.id, ago(45), ago(40))
        story.tell(second.id, "submit", ago(44))
        story.tell(second.id, "return", ago(43))
        asked: dict[str, Any] = {"reason": "Chờ hệ thống.", "wanted": ago(20), "on": ago(40), "today": TODAY}
        extension.ask_extension(second, actor=make.actor(story.officer), **asked)
        story.settle(third.id, ago(20), ago(10))
        story.tell(fourth.id, "withdraw", ago(5))
        story.inspect(self.other, ago(30), ("I",), concluded=ago(20))
        self.hand_on(fifth, self.other, ago(3))
        make.session.commit()

    def hand_on(self, finding, to, on):
        told = {"decision": Decision("1/QĐ", on), "on": on, "today": TODAY}
        custody.move(finding, to, actor=self.make.actor(self.make.reviewer), **told)

    def profile(self, unit=None, *, day=TODAY, former=False, person=None):
        actor = self.make.actor(person or self.make.reviewer)
        unit = unit or self.ward
        return profile(unit, history(unit), actor=actor, day=Day(day, TODAY), former=former)


@pytest.fixture
def told(make):
    return Told(make)


def not_issued_or_under_embargo(told, make):
    leader = make.person(Role.VIEWER, told.ward)
    story = Story(make, PlanKind.SURPRISE)
    story.inspect(told.ward, ago(2), ("I",), concluded=None)
    make.visit("planned", plan=make.plan(PlanKind.SURPRISE), unit=told.ward)
    for person, visits in ((leader, 1), (make.officer(told.ward), 1), (make.reviewer, 3)):
        found = told.profile(person=person)
        assert (found.total.counted, found.visit_number) == (4, visits)


def test_it_counts_what_the_unit_answers_for_on_that_day_and_what_the_reader_may_know(told, make):
    now, whole = told.profile(), told.profile(former=True)
    assert (now.total.resolved, now.total.counted, now.total.withdrawn) == (2, 4, 1)
    assert (now.total.overdue, now.total.returned, now.asks, now.handed_on) == (2, 1, 1, 1)
    assert [row.id for row in now.open] == [told.before[1].id, told.own[1].id]
    assert (whole.total.resolved, whole.total.counted) == (3, 6)
    assert [(line.name, line.resolved, line.counted) for line in now.formers] == [("Phường Tân An", 1, 2)]
    assert [line.tally.counted for line in now.years][-1] == 1
    assert sum(line.tally.counted for line in now.years) == now.total.counted
    assert [line.code for line in now.areas] == ["I", "III"]
    assert now.honesty.fine == 1
    assert now.self_number == now.visit_number == 1

    then = told.profile(day=ago(30))
    assert (then.total.resolved, then.total.counted, then.handed_on, then.asks) == (1, 6, 0, 1)
    assert told.profile(told.old).total.counted == 2
    not_issued_or_under_embargo(told, make)


def test_every_figure_leads_to_exactly_its_rows_and_the_page_is_for_those_in_scope(told, make, browser):
    browser.signed_in_as(make.reviewer)
    for asked in ({"former": 1}, {"as_of": ago(15).isoformat()}):
        follow(browser, make.actor(make.reviewer), browser.get("profiles.show", unit_id=told.ward.id, **asked))

    officer, leader = make.officer(told.ward), make.person(Role.VIEWER, told.other)
    own = browser.signed_in_as(officer).get("profiles.own", status=302)
    page = browser.visit(own.location)
    assert page.h1 == "Phường Ninh Kiều"
    assert "1 hạn chế phát hiện tại đây nay do đơn vị khác chịu trách nhiệm" in page.main
    browser.get("profiles.show", unit_id=told.other.id, status=404)
    browser.signed_in_as(leader).get("profiles.show", unit_id=told.ward.id, status=404)
    browser.get("profiles.show", unit_id=told.other.id)
    assert "Hồ sơ đơn vị" in browser.get("units.show", unit_id=told.other.id).main
    assert "Hồ sơ đơn vị" not in browser.get("units.show", unit_id=told.ward.id).main


def follow(browser, actor, page):
    """Every figure; a list of findings is counted as its page counts it."""
    areas = [area.code for area in plans.areas()]
    links = {(link["href"], int(link["data-count"])) for link in page.html.select("main a[data-count]")}
    assert len(links) >= 25
    for href, number in links:
        address = urlsplit(href)
        if address.path != "/findings/":
            assert browser.visit(href).total == number, href
            continue
        wanted = filter_from(MultiDict(parse_qsl(address.query)), today=TODAY, areas=areas)
        assert not wanted.problems
        assert counts(actor, wanted.filter, today=TODAY).total == number, href
