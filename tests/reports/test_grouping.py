"""Findings counted by the unit inspected, or by the unit that answers for them: totals never differ."""

from datetime import timedelta

from inspect_app.core import clock
from inspect_app.findings.services import custody
from inspect_app.findings.services.custody import Decision
from inspect_app.reports import queries
from inspect_app.reports.queries import Day, Grouping
from inspect_app.units.models import UnitKind

TODAY = clock.today()
MOVED = TODAY - timedelta(days=3)


def handed_on(make, finding, to, on=MOVED):
    told = {"decision": Decision("1/QĐ", on), "on": on, "today": TODAY}
    custody.move(finding, to, actor=make.actor(make.reviewer), **told)
    make.session.commit()


def by_unit(make, plan, by, day=TODAY):
    report = queries.report(plan, actor=make.actor(make.reviewer), day=Day(day, TODAY), by=by)
    return report.total, {unit.id: unit.tally.counted for unit in report.units if unit.tally.counted}


def test_what_was_handed_on_counts_for_the_unit_that_answers_from_that_day(make):
    plan, district, ward = make.plan(), make.unit(kind=UnitKind.DISTRICT), make.unit()
    team = make.team(plan)
    finding = make.finding(unit=district, team=team)
    make.finding(unit=ward, team=team)
    handed_on(make, finding, ward)
    before, after = MOVED - timedelta(days=1), TODAY
    for day, expected in ((before, {district.id: 1, ward.id: 1}), (after, {ward.id: 2})):
        total, units = by_unit(make, plan, Grouping.RESPONSIBLE, day)
        assert units == expected, day
        other, inspected = by_unit(make, plan, Grouping.INSPECTED, day)
        assert inspected == {district.id: 1, ward.id: 1}
        assert total == other


def test_figures_by_the_unit_that_answers_lead_to_their_rows(make, browser):
    plan, district, ward = make.plan(), make.unit(kind=UnitKind.DISTRICT), make.unit()
    team = make.team(plan)
    first, second = make.finding(unit=district, team=team), make.finding("resolved", unit=ward, team=team)
    second.repeats_id = first.id
    handed_on(make, first, ward)
    browser.signed_in_as(make.reviewer)
    assert "Theo đơn vị đang chịu trách nhiệm" in browser.get("reports.plan", plan_id=plan.id).main
    page = browser.get("reports.plan", plan_id=plan.id, group="responsible")
    links = {(a["href"], int(a["data-count"])) for a in page.html.select("main a[data-count]")}
    lists = {href: number for href, number in links if href.startswith("/findings/") and "responsible=1" in href}
    for told_by in ("repeats=1", "moved=1", "unit=", "kind="):
        several = [href for href in lists if told_by in href][:3]
        assert several, told_by
        for href in several:
            assert browser.visit(href).total == lists[href], href


def test_nothing_is_asked_where_nothing_was_handed_on(make, browser):
    finding = make.finding()
    page = browser.signed_in_as(make.reviewer).get("reports.plan", plan_id=finding.plan_id)
    assert "Theo đơn vị đang chịu trách nhiệm" not in page.main
