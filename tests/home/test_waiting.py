"""The verifier's clock at home: how long something has waited, and what waits too long."""

import re
from datetime import date, datetime

import pytest
import time_machine

from inspect_app.core.actor import Role
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.home.queries import work
from inspect_app.workdays.models import Term
from tests.support.plans import plans, watched

MONDAY = date(2023, 11, 6)


@pytest.fixture(autouse=True)
def _on_the_next_thursday():
    with time_machine.travel(datetime(2023, 11, 16, 9, tzinfo=HANOI), tick=False):
        yield


def tasks(page, heading):
    return [" ".join(task.get_text(" ").split()) for task in page.html.select(f"[aria-labelledby={heading}] li")]


def test_a_verifier_reads_how_long_units_have_waited(browser, make):
    team = make.team()
    make.finding("submitted", team=team, sent=MONDAY)
    make.finding("submitted", team=make.team(head=make.head_of(team)), sent=date(2023, 11, 13))
    page = browser.signed_in_as(make.head_of(team)).get("home.index")
    first, second = tasks(page, "h-verify")
    assert "Chờ 8 ngày làm việc, quá 3 ngày so với hạn xử lý 5 ngày" in first
    assert "đã chờ 3 ngày làm việc" in second

    db.session.add(Term(code="verify", days=2, working=False))
    db.session.commit()
    _, second = tasks(browser.get("home.index"), "h-verify")
    assert "Chờ 3 ngày, quá 1 ngày so với hạn xử lý 2 ngày" in second


def test_a_reviewer_sees_what_teams_are_late_with(browser, make):
    make.finding("submitted", sent=MONDAY)
    make.visit("begun", day=date(2023, 11, 7))
    make.visit("reported", day=date(2023, 10, 30))
    page = browser.signed_in_as(make.reviewer).get("home.index")
    longest, *others = tasks(page, "h-late")
    assert longest.startswith("Ban hành thông báo kết luận:")
    assert "quá 3 ngày so với hạn xử lý 10 ngày" in longest
    assert [other.split(":")[0] for other in others] == ["Xác nhận kết quả khắc phục", "Gửi kết quả kiểm tra"]
    conclude = tasks(page, "h-decide")[-1]
    assert "Chờ 13 ngày làm việc, quá 3 ngày so với hạn xử lý 10 ngày" in conclude


def test_what_is_late_is_decided_first(browser, make):
    make.finding("disputed", issued=date(2023, 10, 20), started=date(2023, 11, 15))
    old = make.finding("disputed", issued=date(2023, 10, 20), started=MONDAY)
    old.moved_on = date(2023, 11, 16)
    db.session.commit()
    page = browser.signed_in_as(make.reviewer).get("home.index")
    first, second = (task for task in tasks(page, "h-decide") if task.startswith("Giải trình"))
    assert old.code in first
    assert "Chờ 8 ngày làm việc, quá 3 ngày so với hạn xử lý 5 ngày" in first
    assert "quá" not in second.split(old.code)[0].replace("quá hạn", "")


def test_nothing_late_needs_no_card(browser, make):
    make.finding("submitted", sent=date(2023, 11, 15))
    assert not browser.signed_in_as(make.reviewer).get("home.index").html.select("[aria-labelledby=h-late]")


def test_a_reviewer_of_a_part_reads_their_home_in_the_same_budget(browser, make):
    district = make.unit("Quận Cái Răng")
    make.finding("submitted", unit=make.unit(parent=district), sent=MONDAY)
    page = browser.signed_in_as(make.person(Role.REVIEWER, district)).get("home.index")
    assert len(tasks(page, "h-late")) == 1
    elsewhere = browser.signed_in_as(make.person(Role.REVIEWER, make.unit())).get("home.index")
    assert not elsewhere.html.select("[aria-labelledby=h-late]")


def test_what_is_late_in_a_province_is_gathered_unit_by_unit(make, database_kind):
    actor = make.actor(make.person(Role.REVIEWER, make.unit()))
    today = date(2023, 11, 16)
    with watched(db.engine.engine) as asked:
        work.late_units(actor, today)
    lines = plans(db.session.connection(), asked, without=("seqscan", "bitmapscan"))
    if database_kind == "sqlite":  # of tables so small PostgreSQL reads by whichever index it likes
        assert re.search(r"ix_finding_unit_(overdue|queue|live)\b", "\n".join(lines))
    assert not [line for line in lines if re.search(r"SCAN finding|Seq Scan on finding", line)]
