"""What is typed and not sent is kept for its writer alone, and gone once it is sent."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from inspect_app.core import clock, drafts
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.drafts import LONGEST, MOST_DRAFTS, Draft
from inspect_app.units.models import Unit
from tests.findings.test_page import photo, send

KEY = "k" * 32


@pytest.fixture
def finding(make):
    return make.finding("in_progress")


@pytest.fixture
def officer(make, session, finding):
    return make.officer(session.get_one(Unit, finding.unit_id))


def page_of(finding):
    return f"/findings/{finding.id}/submit"


def keep(browser, page, *, status=200, **fields):
    return browser.open("POST", f"/drafts?page={page}&typed=1700000000000", data=fields, status=status)


def kept_of(session, person):
    return session.scalars(select(Draft).where(Draft.person_id == person.id)).all()


def test_what_was_typed_stands_in_the_form_again(browser, finding, officer, session):
    browser.signed_in_as(officer)
    keep(browser, page_of(finding), statement="Đã thay bảng.\nCòn chờ ảnh.", letter_on="31/02/2023", csrf_token="x")
    page = browser.get("findings.show", finding_id=finding.id)
    assert page.html.select_one("textarea[name=statement]").text.strip() == "Đã thay bảng.\nCòn chờ ảnh."
    assert page.html.select_one("[name=letter_on]")["value"] == "31/02/2023", "as it was typed"
    assert "Đã lưu nháp lúc" in page.main
    assert "Bỏ bản nháp" in page.buttons
    assert page.html.select_one("form[data-draft]")["data-draft-typed"] == "1700000000000"
    draft = kept_of(session, officer)[0]
    assert "csrf_token" not in dict(draft.fields)
    assert draft.typed_at == datetime.fromtimestamp(1_700_000_000, UTC)


def test_a_form_in_which_nothing_stands_is_no_draft(browser, finding, officer, session):
    browser.signed_in_as(officer)
    keep(browser, page_of(finding), statement="Đã thay bảng.")
    keep(browser, page_of(finding), once=KEY, version="3", statement=" ", letter_on="")
    assert kept_of(session, officer) == []
    assert "Đã lưu nháp lúc" not in browser.get("findings.show", finding_id=finding.id).main


def test_keeping_leaves_no_trace_in_the_log_and_changes_no_record(browser, finding, officer, session):
    before, version = session.scalar(select(func.count(Event.seq))), finding.version
    browser.signed_in_as(officer)
    keep(browser, page_of(finding), statement="Đã thay bảng.")
    assert session.scalar(select(func.count(Event.seq))) == before
    session.refresh(finding)
    assert finding.version == version


def test_nobody_else_sees_it(browser, finding, officer, make, session):
    unit = session.get_one(Unit, finding.unit_id)
    colleague = make.person(Role.OFFICER, unit, home=unit)
    keep(browser.signed_in_as(officer), page_of(finding), statement="Đã thay bảng.")
    page = browser.signed_in_as(colleague).get("findings.show", finding_id=finding.id)
    assert "Đã thay bảng." not in page.text
    browser.open("POST", "/drafts/discard", data={"page": page_of(finding)}, status=303)
    assert len(kept_of(session, officer)) == 1, "nor throws it away"


def test_it_is_gone_once_the_form_is_sent(browser, finding, officer, session):
    browser.signed_in_as(officer)
    keep(browser, page_of(finding), statement="Đã thay bảng.")
    send(browser, finding, "submit", files=photo())
    assert kept_of(session, officer) == []


def test_a_refused_form_keeps_it(browser, finding, officer, session):
    browser.signed_in_as(officer)
    keep(browser, page_of(finding), statement="Đã thay bảng.")
    page = send(browser, finding, "submit", statement="", status=422)
    assert "Đã thay bảng." not in page.main, "what was just sent counts"
    assert len(kept_of(session, officer)) == 1


def test_a_form_that_was_sent_is_nobodys_draft_however_late_it_comes(browser, finding, officer, session):
    browser.signed_in_as(officer)
    send(browser, finding, "submit", once=KEY, files=photo())
    keep(browser, page_of(finding), once=KEY, statement="Đã thay bảng.", status=409)
    assert kept_of(session, officer) == []
    session.add(
        Draft(
            person_id=officer.id,
            page=page_of(finding),
            fields=[["once", KEY], ["statement", "Đã thay bảng."]],
            typed_at=clock.now(),
            saved_at=clock.now(),
        )
    )
    send(browser, finding, "recall", status=303)
    assert "Đã thay bảng." not in browser.get("findings.show", finding_id=finding.id).main


def test_it_can_be_thrown_away(browser, finding, officer, session):
    browser.signed_in_as(officer)
    keep(browser, page_of(finding), statement="Đã thay bảng.")
    told = browser.get("findings.show", finding_id=finding.id).html.select_one("form[data-draft-drop]")
    data = {field["name"]: field["value"] for field in told.select("input")}
    answer = browser.open("POST", told["action"], data=data, status=303)
    assert answer.location == f"/findings/{finding.id}"
    assert kept_of(session, officer) == []


@pytest.mark.parametrize(
    "page", ["/account/password", "/findings/1/start", "/nowhere", "//elsewhere", "", "/login", "x" * 1500]
)
def test_only_forms_that_say_so_are_kept(browser, officer, session, page):
    keep(browser.signed_in_as(officer), page, statement="Đã thay bảng.", status=422)
    assert kept_of(session, officer) == []


def test_too_much_is_refused_and_what_was_kept_before_stays(browser, finding, officer, session):
    browser.signed_in_as(officer)
    keep(browser, page_of(finding), statement="Đã thay bảng.")
    keep(browser, page_of(finding), statement="x" * LONGEST, status=422)
    assert ["statement", "Đã thay bảng."] in kept_of(session, officer)[0].fields


def test_one_draft_too_many_takes_the_place_of_the_oldest(make, session):
    actor, now = make.actor(make.person(Role.VIEWER)), clock.now()
    for n in range(MOST_DRAFTS + 1):
        drafts.save(f"/visits/{n}/record", [("a", "b")], actor=actor, typed_at=now, saved_at=now + timedelta(seconds=n))
    pages = set(session.scalars(select(Draft.page)))
    assert len(pages) == MOST_DRAFTS
    assert "/visits/0/record" not in pages


def test_the_notice_of_a_conclusion_is_kept_too(browser, make, session):
    visit = make.visit("reported")
    head = make.head_of(visit.team)
    assert visit.team
    browser.signed_in_as(head)
    keep(browser, f"/visits/{visit.id}/conclude", number="57/TB-ĐKT", version=visit.version)
    assert len(kept_of(session, head)) == 1
