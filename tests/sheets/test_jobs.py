"""Files that a worker makes: once each, whatever happens meanwhile, and handed to nobody who may see less."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.sheets import jobs
from inspect_app.sheets.models import Export, ExportState, SheetKind
from inspect_app.sheets.services import exports
from tests.sheets.reading import from_xlsx

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
        from_xlsx(exports.storing(app.extensions["storage"]).path(one.sha256).read_bytes())[0]
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
    path = exports.storing(app.extensions["storage"]).path(asked.sha256 or "")
    assert jobs.sweep(app, now=clock.now()) == 0
    assert path.exists()
    assert jobs.sweep(app, now=later) == 1
    assert not path.exists()
    assert asked.state is ExportState.EXPIRED
