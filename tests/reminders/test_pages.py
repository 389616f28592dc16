"""The inbox, how one is told, the private calendar, and what administrators see of rules and mail."""

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.findings import services as findings
from inspect_app.reminders.models import Feed, Mail, Notice
from inspect_app.reminders.services import notices
from inspect_app.units.models import Unit
from tests.reminders.conftest import outbox


@pytest.fixture
def officer(make):
    """Told of a conclusion, and that their claim came back."""
    unit = make.unit("Phường Cái Khế")
    officer = make.officer(unit)
    make.finding("returned", unit=unit)
    return officer


def bell(page):
    return page.html.select_one("a.bell").get_text(" ", strip=True)


# The inbox


def test_the_inbox_says_what_happened_newest_first(browser, officer):
    page = browser.signed_in_as(officer).get("inbox.index")
    said = [" ".join(one.get_text(" ").split()) for one in page.html.select("main li h3")]
    assert "bị trả lại, hạn khắc phục là ngày" in said[0]
    assert said[1].startswith("Thông báo kết luận")
    assert "Ảnh chưa rõ." in page.main
    assert "2 chưa xem" in bell(page)


def test_opening_a_notice_leads_to_the_finding_and_it_is_read(browser, make, officer):
    notice = make.session.scalars(select(Notice).where(Notice.rule_code == "finding:return")).one()
    answer = browser.signed_in_as(officer).post("inbox.open", notice_id=notice.id)
    page = browser.visit(answer.location)
    assert "1 chưa xem" in bell(page)
    assert len(browser.get("inbox.index", unread=1).html.select("main li.task")) == 1


def test_nobody_opens_what_somebody_else_was_told(browser, make, officer):
    notice = make.session.scalars(select(Notice).where(Notice.recipient_id == officer.id)).first()
    browser.signed_in_as(make.reviewer).post("inbox.open", notice_id=notice.id, status=404)
    assert notice.read_at is None


def test_all_that_stood_on_the_page_is_read_and_what_came_meanwhile_is_not(browser, make, officer):
    browser.signed_in_as(officer)
    up_to = browser.get("inbox.index").html.select_one("input[name=up_to]")["value"]
    words = {"code": "HC-1", "deadline": "20/11/2026"}
    notices.tell("due", ("finding", 1), [officer.id], occurrence="x", words=words, at=clock.now())
    browser.post("inbox.read_all", data={"up_to": up_to})
    assert "1 chưa xem" in bell(browser.get("inbox.index"))


def test_whoever_was_told_nothing_finds_that_said(browser, make):
    page = browser.signed_in_as(make.person(Role.VIEWER)).get("inbox.index")
    assert "Chưa có thông báo" in page.main
    assert bell(page) == "Thông báo"


def test_a_page_of_the_inbox_costs_the_same_for_one_notice_and_for_many(browser, make, officer):
    browser.signed_in_as(officer)
    few = len(browser.get("inbox.index").queries)
    words = {"code": "HC-1", "deadline": "20/11/2026"}
    for number in range(60):
        notices.tell("due", ("finding", number), [officer.id], occurrence="x", words=words, at=clock.now())
    page = browser.get("inbox.index")
    assert len(page.queries) == few
    older = browser.visit(page.html.select_one("a[rel=next]")["href"])
    assert len(older.html.select("main li.task")) == 12


def test_somebody_says_that_they_want_no_mail(browser, make, officer):
    browser.signed_in_as(officer).post("inbox.choose", data={"digest": "none"})
    chosen = browser.get("inbox.choose").html.select_one("input[name=digest][checked]")
    assert chosen["value"] == "none"


# The calendar


def calendar_of(browser, path, *, status=200):
    response = browser.client.get(path)
    assert response.status_code == status
    return Calendar.from_ical(response.get_data()) if status == 200 else None


def open_feed(browser, person):
    page = browser.signed_in_as(person).open("POST", browser.address("inbox.open_feed", {}), status=200)
    return page.html.select_one("#address").get_text(strip=True)


def test_the_calendar_has_the_deadlines_of_the_unit_and_no_others(browser, make, monkeypatch, app):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://kiemtra.cantho.example")
    unit = make.unit("Phường Cái Khế")
    officer = make.officer(unit)
    deadline = clock.today() + timedelta(days=40)
    mine = make.finding("open", unit=unit, fixed_deadline=deadline, required="Niêm yết đủ, đúng và rõ.")
    make.finding("resolved", unit=unit)
    make.finding("recorded", unit=unit)
    make.finding("open")
    address = open_feed(browser, officer)
    assert address.startswith("https://kiemtra.cantho.example/feeds/")
    browser.signed_in_as(None)
    (event,) = calendar_of(browser, address.removeprefix("https://kiemtra.cantho.example")).walk("VEVENT")
    assert event.decoded("dtstart") == deadline
    assert str(event["summary"]) == f"Hạn {mine.code}: Niêm yết đủ, đúng và rõ"
    assert str(event["url"]) == f"https://kiemtra.cantho.example/findings/{mine.id}"


def test_whoever_follows_a_finding_has_its_deadline_in_their_calendar(browser, make):
    team = make.team()
    follower = make.sitting(team)
    finding = make.finding("submitted", team=team)
    finding.follower_id = follower.id
    make.session.commit()
    path = open_feed(browser, follower)
    assert len(calendar_of(browser, path).walk("VEVENT")) == 1
    make.unseat(team, follower)
    assert calendar_of(browser, path).walk("VEVENT") == []


def test_a_calendar_address_is_good_until_it_is_revoked_replaced_or_its_person_goes(browser, make):
    officer = make.officer(make.unit())
    first = open_feed(browser, officer)
    calendar_of(browser, first)
    second = open_feed(browser, officer)
    calendar_of(browser, first, status=404)
    calendar_of(browser, second)
    browser.post("inbox.close_feed")
    calendar_of(browser, second, status=404)
    third = open_feed(browser, officer)
    officer.active = False
    make.session.commit()
    calendar_of(browser, third, status=404)


def test_who_fetches_a_calendar_is_noted_once_a_day(browser, make):
    officer = make.officer(make.unit())
    path = open_feed(browser, officer)
    for _again in range(3):
        calendar_of(browser, path)
    (event,) = make.session.scalars(select(Event).where(Event.action == "feed:fetch")).all()
    assert (event.actor_id, event.address) == (officer.id, "127.0.0.1")
    assert path.removeprefix("/feeds/").removesuffix(".ics") not in str(event.payload)


def test_only_the_hash_of_a_calendar_address_is_kept(browser, make):
    token = open_feed(browser, make.officer(make.unit())).removeprefix("/feeds/").removesuffix(".ics")
    assert token not in str(make.session.scalars(select(Feed.token_hash)).all())


# For administrators


@pytest.fixture
def admin(make):
    return make.person(Role.ADMIN)


def test_an_administrator_edits_a_rule(browser, admin):
    browser.signed_in_as(admin).post("rules.edit", code="after", data={"days": "14", "active": "y"})
    row = next(row for row in browser.get("rules.index").html.select("tbody tr") if "Sau hạn" in row.get_text())
    assert [" ".join(cell.get_text().split()) for cell in row.select("td")][:3] == ["14 ngày một lần", "Có", "Không"]


def test_of_two_administrators_the_second_sees_what_the_first_decided(browser, make, admin):
    browser.signed_in_as(admin)
    browser.post("rules.edit", code="after", data={"days": "14", "active": "y"})
    page = browser.post("rules.edit", code="after", data={"days": "21", "active": "y"}, status=409)
    assert page.html.select_one("input[name=days]")["value"] == "21"
    assert "14" in page.html.select_one(".note-back").get_text()


def test_a_number_of_days_that_will_not_do_is_said_at_its_field(browser, admin):
    page = browser.signed_in_as(admin).post("rules.edit", code="after", data={"days": "0"}, status=422)
    assert page.error_on("days") == "Nhập số ngày từ 1 đến 60"


def test_an_administrator_of_a_part_does_not_decide_for_everybody(browser, make):
    browser.signed_in_as(make.person(Role.ADMIN, make.unit()))
    browser.get("rules.index", status=403)
    browser.get("rules.mail", status=403)


def test_what_was_given_up_is_shown_and_sent_again(browser, make, admin):
    (mail_id,) = outbox("nobody@cantho.example")
    mail = make.session.get_one(Mail, mail_id)
    mail.given_up_at, mail.error = clock.now(), "550 No such user"
    make.session.commit()
    page = browser.signed_in_as(admin).get("rules.index")
    assert "1 thư không gửi được." in page.main
    page = browser.get("rules.mail", show="given_up")
    assert "550 No such user" in page.main
    assert "Chưa khai báo máy chủ thư." in page.main
    browser.post("rules.send_again", mail_id=mail_id)
    assert make.session.get_one(Mail, mail_id).given_up_at is None
    assert "Chờ gửi" in browser.get("rules.mail").main


def test_the_inbox_says_what_was_dealt_with_meanwhile(make, browser):
    finding = make.finding("in_progress", deadline_n=20)
    officer = make.actor(make.officer(make.session.get_one(Unit, finding.unit_id)))
    when: Any = {"on": clock.today(), "today": clock.today()}
    until = finding.deadline + timedelta(days=10)
    findings.ask_extension(finding, actor=officer, wanted=until, reason="Chờ kinh phí.", **when)
    make.session.commit()
    browser.signed_in_as(make.reviewer)
    assert "đề nghị gia hạn" in browser.get("inbox.index").main
    assert "Chờ xử lý" in browser.get("inbox.index").main
    findings.refuse_extension(finding, actor=make.actor(make.reviewer), reason="Không đủ lý do.", **when)
    make.session.commit()
    page = browser.get("inbox.index").main
    assert ("Chờ xử lý" in page, "Đã xử lý" in page) == (False, True)
