"""What the worker does: files, once each and handed to nobody who may see less, and long sheets written down whole."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.findings.models import Finding
from inspect_app.plans.services import load_areas
from inspect_app.sheets import jobs
from inspect_app.sheets.models import Brought, Export, ExportState, SheetKind
from inspect_app.sheets.services import bringing, exports
from tests.sheets.reading import from_xlsx
from tests.sheets.test_bringing import send
from tests.sheets.test_reading import workbook

TODAY = clock.today()


@pytest.fixture
def asked(make):
    """A reviewer asked for the findings by unit; there are two."""
    make.b = make.finding(unit=make.unit("Phường B"))
    make.a = make.finding(unit=make.unit("Phường A"))
    return ask(make, make.reviewer)


def ask(make, person, listing="findings", query="sort=unit", **given):
    made = exports.ask(
        listing,
        query,
        SheetKind.XLSX,
        rows=2,
        actor=make.actor(person),
        language=given.get("language", "vi"),
        on=TODAY,
        at=clock.now(),
    )
    make.session.commit()
    return made


def test_the_worker_makes_what_was_asked_for_and_only_the_asker_fetches_it(asked, make, browser, app):
    assert jobs.make_all(app) == 1
    assert asked.state is ExportState.READY
    assert (asked.done, asked.total) == (2, 2)
    page = browser.signed_in_as(make.reviewer).get("exports.show", export_id=asked.id)
    assert "2 dòng" in page.main
    with browser.client.get(f"/exports/{asked.id}/file") as fetched:
        assert fetched.headers["Content-Disposition"] == f"attachment; filename=han-che-{TODAY}.xlsx"
        assert [row[0] for row in from_xlsx(fetched.get_data())[1:]] == [make.a.code, make.b.code]
    browser.signed_in_as(make.person(Role.REVIEWER)).get("exports.fetch", export_id=asked.id, status=404)


def test_whoever_lost_a_right_meanwhile_gets_no_file(asked, make, browser, app):
    jobs.make_all(app)
    make.grant(make.reviewer, Role.OFFICER, make.unit())
    page = browser.signed_in_as(make.reviewer).get("exports.fetch", export_id=asked.id, status=409)
    assert "Quyền của tài khoản đã thay đổi" in page.main


def test_it_speaks_the_language_in_which_it_was_asked_for(asked, make, app):
    english = ask(make, make.reviewer, language="en")
    jobs.make_all(app)
    words = [
        from_xlsx(app.extensions["storage"].apart("exports").path(one.sha256).read_bytes())[0]
        for one in (asked, english)
    ]
    assert words[0][0] == "Mã"
    assert len(words[0]) == len(words[1])


def test_one_that_cannot_be_made_holds_up_nobody(asked, make, app):
    db.session.execute(update(Export).values(listing="no such list"))
    other = ask(make, make.reviewer)
    assert jobs.make_all(app) == 1
    assert (asked.state, other.state) == (ExportState.FAILED, ExportState.READY)


def test_the_work_of_a_worker_that_is_gone_is_taken_over_and_given_up_in_the_end(asked, make):
    now = clock.now()
    for attempt in range(exports.TRIES):
        at = now + attempt * (exports.TAKEN_FOR + timedelta(seconds=1))
        taken = exports.take(now=at)
        assert taken is asked
        assert exports.take(now=at) is None, "it is being worked at"
    assert exports.take(now=at + exports.TAKEN_FOR + timedelta(seconds=1)) is None
    make.session.refresh(asked)
    assert asked.state is ExportState.FAILED


def test_after_a_day_the_file_is_gone_and_the_account_of_it_stays(asked, app):
    jobs.make_all(app)
    later = clock.now() + exports.KEPT_FOR + timedelta(minutes=1)
    path = app.extensions["storage"].apart("exports").path(asked.sha256 or "")
    assert jobs.sweep(app, now=clock.now()) == 0
    assert path.exists()
    assert jobs.sweep(app, now=later) == 1
    assert not path.exists()
    assert asked.state is ExportState.EXPIRED


# Long sheets that are written down


@pytest.fixture
def agreed(make, browser, monkeypatch):
    """A sheet of three findings, too long for the page here; its sender said yes."""
    load_areas()
    monkeypatch.setattr(bringing, "MOST_AT_ONCE", 2)
    team = make.team(make.plan())
    make.head = make.head_of(team)
    make.at = make.visit(unit=make.unit("Phường Ninh Kiều"), team=team)
    heads = ["Đơn vị", "Hạn chế", "Phải làm gì", "Lĩnh vực", "Số ngày"]
    rows = [["Phường Ninh Kiều", f"Thiếu bảng {n}.", "Bổ sung.", "TTHC", 30] for n in range(3)]
    browser.signed_in_as(make.head)
    page = browser.visit(send(browser, workbook([heads, *rows])).location)
    form = page.html.select_one('form[action$="/write"]')
    make.sent = {one["name"]: one["value"] for one in form.select("input[name]")}
    browser.open("POST", form["action"], data=make.sent, status=303)
    return make.session.scalars(select(Brought)).one()


def test_a_long_sheet_is_written_by_the_worker_while_its_sender_sees_how_far_it_is(agreed, make, browser, app):
    storage = app.extensions["storage"]
    bringing.tell_progress(agreed.id, 1, storage)
    page = browser.get("imports.show", brought_id=agreed.id)
    bar = page.html.select_one("#progress progress")
    assert (bar["value"], bar["max"]) == ("1", "3")
    assert page.html.select_one("#progress")["data-again"]
    browser.get("imports.write", brought_id=agreed.id, status=405)
    again = browser.open("POST", f"/imports/{agreed.id}/write", data=make.sent, status=409)
    assert again.html.select_one("#progress")
    assert jobs.write_all(app) == 1
    assert jobs.write_all(app) == 0
    assert make.session.scalar(select(func.count()).select_from(Finding)) == 3
    assert "3 hạn chế mới" in browser.get("imports.show", brought_id=agreed.id).main
    assert bringing.progress_of(agreed, storage) == 0
    event = make.session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
    assert (event.action, event.actor_id) == ("brought:write_down", make.head.id)


def test_a_worker_that_is_stopped_in_the_middle_leaves_nothing_and_another_takes_over(agreed, make, app, monkeypatch):
    now = clock.now()
    with monkeypatch.context() as at_the_last_row:

        def stopped(*_args):
            raise KeyboardInterrupt

        at_the_last_row.setattr(bringing, "tell_progress", stopped)
        at_the_last_row.setattr(jobs, "TOLD_EVERY", 1)
        with pytest.raises(KeyboardInterrupt):
            jobs.write_all(app)
    make.session.rollback()
    assert make.session.scalar(select(func.count()).select_from(Finding)) == 0
    assert jobs.write_all(app) == 0, "perhaps it is still at it"
    make.session.rollback()
    taken = bringing.take(now=now + bringing.TAKEN_FOR + timedelta(seconds=1))
    assert taken is agreed
    assert taken.tries == 2
    make.session.commit()


def test_a_long_sheet_that_no_longer_does_what_was_agreed_is_not_written_and_says_why(agreed, make, browser, app):
    make.findings_of(make.at, [make.particulars(text="Thiếu bảng 0.")], actor=make.actor(make.head))
    make.session.commit()
    assert jobs.write_all(app) == 0
    make.session.refresh(agreed)
    assert not agreed.is_moving
    page = browser.get("imports.show", brought_id=agreed.id)
    assert "Sổ đã thay đổi từ khi kiểm tra tệp" in page.main
    assert "2 hạn chế mới" in page.main
