"""Issuing the conclusion of a visit, as people meet it."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from inspect_app.core import clock
from inspect_app.core.actor import Role, TeamRole
from inspect_app.core.db import db
from inspect_app.findings.models import Conclusion, State
from inspect_app.plans import services as plans
from inspect_app.visits.models import Entry, VisitState
from tests.findings.written import filled, recorded, shown, summary

TODAY = clock.today()
A_DAY = timedelta(days=1)


@pytest.fixture
def team(make):
    plans.load_areas()
    return make.team(secretary=make.person(), member=make.person())


@pytest.fixture
def head(browser, make, team):
    return browser.signed_in_as(make.head_of(team))


@pytest.fixture
def reported(make, team):
    visit = make.visit(team=team, unit=make.unit("Phường An Khánh"), day=TODAY - 5 * A_DAY)
    make.finding("recorded", visit=visit)
    make.finding("recorded", visit=visit, fixed_deadline=TODAY + 30 * A_DAY)
    visit.state, visit.reported_on = VisitState.REPORTED, TODAY - 3 * A_DAY
    make.session.commit()
    return make.whole(visit)


def concluding(page, **typed):
    return filled(page, number="57/TB-ĐKT", signer="Lê Thị Ký", **typed)


@pytest.mark.parametrize(
    ("typed", "answers"),
    [
        ({"number": " "}, ["Nhập số thông báo kết luận"]),
        ({"signer": ""}, ["Nhập người ký thông báo kết luận"]),
        ({"dated_on": ""}, ["Nhập ngày thông báo kết luận, ví dụ 20/11/2023"]),
        ({"dated_on": "32/13/2026"}, ["Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023"]),
        ({"dated_on": shown(TODAY + A_DAY)}, ["Ngày này chưa đến, nhập ngày không sau hôm nay"]),
        (
            {"dated_on": shown(TODAY - 6 * A_DAY)},
            [f"Ngày thông báo kết luận phải từ ngày kiểm tra {shown(TODAY - 5 * A_DAY)} trở đi"],
        ),
    ],
)
def test_a_notice_that_cannot_be_is_not_issued(head, reported, typed, answers):
    page = head.get("recording.conclude", visit_id=reported.id)
    data = {**concluding(page), **typed}
    page = head.post("recording.conclude", visit_id=reported.id, data=data, status=422)
    if typed.get("dated_on") == "32/13/2026":
        assert summary(page) == ["Không có ngày 32/13/2026, xem lại lịch"]
    else:
        assert summary(page) == answers
    assert {found.state for found in recorded()} == {State.RECORDED}


def test_the_expected_deadlines_follow_the_day_typed(head, reported):
    page = head.get("recording.conclude", visit_id=reported.id)
    assert "Hạn 15 ngày, dự kiến" in page.main
    assert f"Hạn {shown(TODAY + 30 * A_DAY)}" in page.main
    data = filled(page, dated_on="02/03/2026", number="57", preview="1")
    page = head.post("recording.conclude", visit_id=reported.id, data=data, status=200)
    assert "Hạn 15 ngày, dự kiến 17/03/2026" in page.main
    assert filled(page)["number"] == "57"
    assert not page.html.select("#errors")


def test_a_scan_is_a_picture_or_a_pdf(head, reported):
    page = head.get("recording.conclude", visit_id=reported.id)
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")
    data = concluding(page, scan=[(BytesIO(ole), "thong-bao.doc")])
    page = head.post("recording.conclude", visit_id=reported.id, data=data, status=422)
    assert summary(page) == ["Tệp thong-bao.doc không nhận được, hãy chọn ảnh hoặc PDF"]


def test_nobody_issues_what_they_have_not_seen(head, make, reported):
    page = head.get("recording.conclude", visit_id=reported.id)
    make.finding("recorded", visit=reported)
    page = head.post("recording.conclude", visit_id=reported.id, data=concluding(page), status=409)
    assert "Danh sách hạn chế vừa thay đổi" in summary(page)[0]
    assert "3 hạn chế sẽ ban hành" in page.main
    head.post("recording.conclude", visit_id=reported.id, data=concluding(page))
    assert [found.state for found in recorded()] == [State.OPEN] * 3


def test_a_conclusion_sent_twice_is_issued_once(head, reported):
    page = head.get("recording.conclude", visit_id=reported.id)
    first = head.post("recording.conclude", visit_id=reported.id, data=concluding(page))
    second = head.post("recording.conclude", visit_id=reported.id, data=concluding(page))
    assert first.location == second.location == f"/visits/{reported.id}"
    head.post("recording.conclude", visit_id=reported.id, data=concluding(page, once="y" * 20), status=409)
    assert db.session.scalar(select(func.count()).select_from(Conclusion)) == 1


def test_only_head_secretary_and_reviewers_conclude(browser, make, team, reported):
    def answer(person, status):
        browser.signed_in_as(person).get("recording.conclude", visit_id=reported.id, status=status)

    answer(make.sitting(team), 403)
    answer(make.sitting(team, TeamRole.DEPUTY), 403)
    answer(make.sitting(team, TeamRole.SECRETARY), 200)
    answer(make.reviewer, 200)
    answer(make.person(Role.REVIEWER, make.unit()), 404)
    answer(make.officer(make.whole(reported).unit), 403)
    answer(make.officer(make.unit()), 404)


def test_only_a_reported_visit_with_findings_is_concluded(head, make, team):
    visit = make.visit(team=team)
    head.get("recording.conclude", visit_id=visit.id, status=409)
    head.post("recording.conclude", visit_id=visit.id, data={"version": "1"}, status=422)
    nothing = make.visit("reported", team=team, entry=Entry.NONE_FOUND)
    head.get("recording.conclude", visit_id=nothing.id, status=409)
    missing = make.visit("reported", team=team, entry=Entry.MISSING)
    assert "chưa ghi hạn chế nào" in head.get("recording.conclude", visit_id=missing.id).main


def test_the_unit_sees_what_was_found_only_when_it_was_issued(browser, make, reported):
    officer = browser.signed_in_as(make.officer(make.whole(reported).unit))
    page = officer.get("visits.show", visit_id=reported.id)
    assert "HC-" not in page.main
