"""The calendar on screen: what everybody may ask of it, what an administrator may change, and what stays."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import SYSTEM, Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale
from inspect_app.findings.models import DeadlineUnit, Finding
from inspect_app.workdays import queries, services
from inspect_app.workdays.models import DayOverride
from inspect_app.workdays.policy import DEFAULTS, DeadlineRule, TermCode

TODAY = clock.today()
NEW_YEAR = date(2026, 1, 2)
SATURDAY = date(2026, 1, 10)


@pytest.fixture
def admin(make):
    return make.person(Role.ADMIN)


@pytest.fixture
def decided(session):
    services.load_reference(actor=SYSTEM, today=TODAY)
    session.commit()


def shown(page, look):
    return [cell.get_text(" ", strip=True) for cell in page.html.select(f".cal .cal-{look}")]


def test_a_year_at_a_glance_with_its_swaps(browser, make, decided):
    page = browser.signed_in_as(make.person(Role.OFFICER)).get("workdays.index", year=2026)
    assert len(page.html.select(".cal")) == 12
    assert shown(page, "swap")[0].startswith("10 làm việc")
    assert shown(page, "off")[:2] == ["1 nghỉ: Tết Dương lịch", "2 nghỉ: Nghỉ hoán đổi Tết Dương lịch 2026"]
    assert "12729/VPCP-KGVX" in page.main
    assert not page.links("main a[href*=days]")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (
            {"n": 15, "unit": "working_day", "start": "16/01/2023"},
            "15 ngày làm việc từ ngày 16/01/2023: hết hạn ngày 13/02/2023",
        ),
        (
            {"n": 1, "unit": "working_day", "start": "31/12/2025"},
            "1 ngày làm việc từ ngày 31/12/2025: hết hạn ngày 05/01/2026",
        ),
        ({"n": 30, "unit": "day", "start": "15/10/2023"}, "30 ngày từ ngày 15/10/2023: hết hạn ngày 14/11/2023"),
    ],
)
def test_it_says_when_a_period_ends(browser, make, decided, asked, answer):
    page = browser.signed_in_as(make.person(Role.OFFICER)).get("workdays.index", **asked)
    assert page.html.select_one("#answer").get_text(strip=True) == answer


@pytest.mark.parametrize(
    ("asked", "field"), [({"n": 0, "start": "1/1/2026"}, "n"), ({"n": 5, "start": "mai"}, "start")]
)
def test_a_question_that_it_cannot_read_comes_back(browser, make, asked, field):
    page = browser.signed_in_as(make.person(Role.OFFICER)).get("workdays.index", status=422, **asked)
    assert page.error_on(field)
    assert page.html.select_one(f"#{field}")["value"] == str(asked[field])


def test_an_administrator_adds_corrects_and_removes_a_day(browser, admin):
    browser.signed_in_as(admin)
    typed = {"day": "02/01/2026", "working": "off", "note": "Nghỉ hoán đổi", "basis": "CV 1"}
    typed["once"] = browser.get("workdays.new_day").html.select_one("#once")["value"]
    assert {browser.post("workdays.new_day", data=typed).location for _ in range(2)} == {"/calendar/?year=2026"}
    override = db.session.get_one(DayOverride, NEW_YEAR)
    assert not queries.calendar().is_working(NEW_YEAR)

    version = browser.get("workdays.day", day_id=override.id).html.select_one("[name=version]")["value"]
    better = {"working": "off", "note": "Nghỉ hoán đổi", "basis": "12729/VPCP-KGVX", "version": version}
    browser.post("workdays.day", day_id=override.id, data=better)
    late = browser.post("workdays.day", day_id=override.id, data={**better, "basis": "CV 2"}, status=409)
    assert late.html.select_one("#basis")["value"] == "CV 2"
    assert "12729/VPCP-KGVX" in late.main

    asked = browser.get("workdays.remove_day", day_id=override.id)
    assert "lại là ngày làm việc" in asked.main
    version = asked.html.select_one("main [name=version]")["value"]
    browser.post("workdays.remove_day", day_id=override.id, data={"version": version})
    assert queries.calendar().is_working(NEW_YEAR)
    told = db.session.scalars(
        select(Event.action).where(Event.subject_table == "day_override").order_by(Event.seq)
    ).all()
    assert told == ["day_override:decide", "day_override:change", "day_override:remove"]
    assert "Bỏ điều chỉnh ngày 02/01/2026" in browser.get("workdays.index", year=2026).main


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"day": "11/01/2026"}, "day"),
        ({"day": "13/01/2026", "working": "work"}, "day"),
        ({"day": ""}, "day"),
        ({"basis": " "}, "basis"),
    ],
)
def test_a_day_that_says_nothing_new_comes_back(browser, admin, given, field):
    typed = {"day": "02/01/2026", "working": "off", "note": "Nghỉ", "basis": "CV 1", **given}
    page = browser.signed_in_as(admin).post("workdays.new_day", data=typed, status=422)
    assert page.error_on(field)
    assert page.html.select_one("#note")["value"] == "Nghỉ"


def test_a_day_is_decided_once_and_by_those_who_may(make, admin):
    facts: dict[str, Any] = {"working": True, "note": "Làm bù", "basis": "CV 1", "today": TODAY}
    services.decide(SATURDAY, actor=make.actor(admin), **facts)
    with pytest.raises(Stale):
        services.decide(SATURDAY, actor=make.actor(admin), **facts)
    below = make.person(Role.ADMIN, make.unit())
    for person in (make.reviewer, below):
        with pytest.raises(NotAllowed):
            services.decide(date(2026, 1, 17), actor=make.actor(person), **facts)


def test_a_removed_day_of_the_reference_does_not_come_back(make, admin, decided):
    services.remove(db.session.get_one(DayOverride, NEW_YEAR), actor=make.actor(admin), today=TODAY)
    db.session.commit()
    assert services.load_reference(actor=SYSTEM, today=TODAY) == 0
    assert queries.calendar().is_working(NEW_YEAR)


def test_deadlines_that_were_issued_stay_when_the_calendar_changes(make, admin):
    finding = make.finding("open", deadline_n=5, deadline_unit=DeadlineUnit.WORKING_DAY)
    was = finding.deadline
    services.decide(was, working=False, note="Nghỉ", basis="CV 1", actor=make.actor(admin), today=TODAY)
    db.session.commit()
    assert db.session.get_one(Finding, finding.id).deadline == was


def test_terms_are_defaults_until_somebody_decides(browser, make, admin, decided):
    assert queries.terms() == DEFAULTS
    assert "5 ngày làm việc" in browser.signed_in_as(make.reviewer).get("workdays.terms").main
    browser.signed_in_as(admin)
    browser.post("workdays.term", code="verify", data={"days": "3", "unit": "day"})
    assert queries.terms()[TermCode.VERIFY] == DeadlineRule(3, "day")
    late = browser.post("workdays.term", code="verify", data={"days": "4", "unit": "day"}, status=409)
    assert late.html.select_one("#days")["value"] == "4"
    version = browser.get("workdays.term", code="verify").html.select_one("[name=version]")["value"]
    browser.post("workdays.term", code="verify", data={"days": "4", "unit": "working_day", "version": version})
    assert queries.terms()[TermCode.VERIFY] == DeadlineRule(4, "working_day")
    assert len(db.session.scalars(select(Event).where(Event.action == "term:set")).all()) == 2
    calendar, terms = queries.calendar_and_terms()
    assert terms == queries.terms()
    assert calendar.is_working(SATURDAY)


def test_a_number_that_is_no_time_is_asked_without_a_unit(browser, admin):
    browser.signed_in_as(admin)
    assert not browser.get("workdays.term", code="extension_times").html.select("[name=unit]")
    browser.post("workdays.term", code="extension_times", data={"days": "1"})
    assert queries.terms()[TermCode.EXTENSION_TIMES].n == 1
    browser.post("workdays.term", code="extension_times", data={"days": "0"}, status=422)
    browser.get("workdays.term", code="no_such_term", status=404)


def test_a_term_has_1_to_366_days():
    for n in (0, 367):
        with pytest.raises(Invalid):
            services.rule_of(n, "day")
