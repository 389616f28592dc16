"""What units said of themselves against what teams then found, and how often they looked at themselves at all."""

import pytest

from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.plans.models import PlanKind
from inspect_app.reports.queries import Day
from inspect_app.reports.queries.honesty import at_unit, of_plan
from inspect_app.visits.models import Scope, Verdict
from tests.reports.world import Story
from tests.support.days import TODAY, ago

FINE, WRONG, UNCHECKED = Verdict.FINE, Verdict.WRONG, Verdict.UNCHECKED


@pytest.fixture
def story(make):
    return Story(make)


@pytest.fixture
def by_units(story, make):
    return make.plan(PlanKind.SELF)


@pytest.fixture
def unit(make):
    return make.unit("Phường Cái Khế")


def told(make, plan, *, days=0, person=None):
    """(called fine, [(area, when said, findings)]) on a day so many days ago."""
    found = of_plan(make.actor(person or make.reviewer), plan, Day(ago(days), TODAY))
    return found.fine, [(gap.area_code, gap.said_on, gap.findings) for gap in found.gaps]


def test_what_was_called_fine_and_found_wrong_is_a_gap_of_both_plans(make, story, by_units, unit):
    make.self_inspection(by_units, unit, day=ago(60), I=FINE, III=FINE, V=WRONG, KL=UNCHECKED)
    story.inspect(unit, ago(40), ("III", "III", "V", "KL"), concluded=ago(30))
    gap = (2, [("III", ago(60), 2)])
    assert told(make, story.plan) == told(make, by_units) == gap
    assert at_unit(make.actor(make.reviewer), unit, Day(TODAY, TODAY)).fine == 2
    assert told(make, make.plan()) == told(make, make.plan(PlanKind.SELF)) == (0, [])


def test_the_latest_word_about_an_area_counts(make, story, by_units, unit):
    make.self_inspection(by_units, unit, day=ago(90), I=FINE, II=WRONG, III=FINE)
    make.self_inspection(by_units, unit, day=ago(60), I=WRONG, II=FINE, III=UNCHECKED)
    make.self_inspection(by_units, unit, day=ago(20), I=FINE, II=WRONG, III=WRONG)
    story.inspect(unit, ago(40), ("I", "II", "III"), concluded=ago(30))
    assert told(make, story.plan) == (2, [("II", ago(60), 1), ("III", ago(90), 1)])


def test_the_word_of_a_former_unit_is_its_successors(make, story, by_units, unit):
    former = make.unit("Phường An Hòa")
    make.succession(former, unit)
    make.self_inspection(by_units, former, day=ago(60), I=FINE, III=FINE)
    make.self_inspection(by_units, unit, day=ago(45), I=WRONG)
    story.inspect(unit, ago(40), ("I", "III"), concluded=ago(30))
    assert told(make, story.plan) == told(make, by_units) == (1, [("III", ago(60), 1)])


@pytest.mark.parametrize(("days", "counts"), [(40, 1), (40 + 365, 1), (40 + 367, 0)])
def test_a_word_holds_for_twelve_months(make, story, by_units, unit, days, counts):
    make.self_inspection(by_units, unit, day=ago(days), I=FINE)
    story.inspect(unit, ago(40), ("I",), concluded=ago(30))
    assert told(make, story.plan)[0] == counts


def test_the_past_comes_out_as_it_was(make, story, by_units, unit):
    make.self_inspection(by_units, unit, day=ago(60), I=FINE, III=FINE)
    _visit, (first, second) = story.inspect(unit, ago(40), ("I", "III"), concluded=ago(30))
    story.tell(second.id, "withdraw", ago(10))
    story.settle(first.id, ago(20), ago(15))
    assert told(make, story.plan, days=31) == (0, [])
    assert told(make, story.plan, days=11) == (2, [("I", ago(60), 1), ("III", ago(60), 1)])
    assert told(make, story.plan) == (2, [("I", ago(60), 1)])


def test_a_thematic_visit_is_asked_about_what_it_looked_at_and_a_follow_up_about_nothing(make, story, by_units, unit):
    make.self_inspection(by_units, unit, day=ago(60), I=FINE, III=FINE)
    visit, _findings = story.inspect(unit, ago(40), ("III",), concluded=ago(30))
    visit.scope = Scope.THEMATIC
    db.session.commit()
    assert told(make, story.plan) == (1, [("III", ago(60), 1)])
    visit.follow_up = True
    db.session.commit()
    assert told(make, story.plan) == (0, [])


def test_readers_count_what_they_may_see(make, story, by_units, unit):
    other = make.unit("Phường Tân An")
    for place in (unit, other):
        make.self_inspection(by_units, place, day=ago(60), I=FINE)
        story.inspect(place, ago(40), ("I",), concluded=ago(30))
    assert told(make, story.plan)[0] == 2
    for role in (Role.OFFICER, Role.VIEWER):
        assert told(make, story.plan, person=make.person(role, unit)) == (1, [("I", ago(60), 1)])
    assert told(make, story.plan, person=make.person(Role.VIEWER, make.unit())) == (0, [])


def test_reports_and_pages_of_units_say_so_and_lead_to_it(make, story, by_units, unit, browser):
    for days in (300, 60, 5):
        make.self_inspection(by_units, unit, day=ago(days), I=FINE, III=FINE)
    make.self_inspection(by_units, make.unit(parent=unit), day=ago(3), I=FINE)
    story.inspect(unit, ago(40), ("III", "III"), concluded=ago(30))
    browser.signed_in_as(make.reviewer)
    for plan in (story.plan, by_units):
        card = browser.get("reports.plan", plan_id=plan.id).html.select_one("[aria-labelledby=h-honesty]")
        assert "1/2" in card.get_text(" ", strip=True).replace(" ", "")
        (link,) = card.select("a[data-count]")
        assert browser.visit(link["href"]).total == int(link["data-count"]) == 2
        assert "trong 12 tháng trước ngày Đoàn kiểm tra" in card.get_text(" ")

    earlier = browser.get("reports.plan", plan_id=by_units.id, as_of=ago(10).isoformat())
    page = browser.get("reports.plan", plan_id=by_units.id)
    for shown, numbers in ((earlier, [2, 2]), (page, [3, 1, 4])):
        links = shown.html.select("[aria-labelledby=h-times] a[data-count]")
        assert [int(link["data-count"]) for link in links] == numbers
        for link in links:
            assert browser.visit(link["href"]).total == int(link["data-count"])

    card = browser.get("profiles.show", unit_id=unit.id).html.select_one("[aria-labelledby=h-self]")
    assert card.select_one("table a[data-count]")["data-count"] == "2"
    assert not browser.get("profiles.show", unit_id=make.unit().id).html.select("[aria-labelledby=h-self]")
