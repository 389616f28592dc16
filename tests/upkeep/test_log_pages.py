"""What is read, refused and typed leaves in the log what it should, and nothing that it should not."""

import json
import re
from datetime import timedelta

from sqlalchemy import delete, select, text

from inspect_app.accounts.models import Grant
from inspect_app.core import audit, clock
from inspect_app.core.actor import SYSTEM, Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.findings.models import Evidence
from inspect_app.upkeep.services.handing_on import line_of, row_of
from inspect_app.upkeep.views import refusals
from inspect_app.upkeep.views.words import ALL, ALL_KINDS
from tests.support.make import PASSWORD
from tests.support.routes import PROGRAM

SECRET = "Bi-mat-nay-khong-o-dau-ca-7431"


def events(*actions):
    db.session.expire_all()
    return db.session.scalars(select(Event).where(Event.action.in_(actions)).order_by(Event.seq)).all()


def test_a_file_that_leaves_is_noted_and_a_picture_on_a_page_is_not(make, browser, session):
    finding = make.finding("submitted")
    file = session.scalars(select(Evidence).where(Evidence.finding_id == finding.id)).first()
    browser.signed_in_as(make.reviewer)
    browser.get("findings.show", finding_id=finding.id)
    assert events("evidence:download") == []
    page = browser.open("GET", f"/evidence/{file.id}", read=False)
    (event,) = events("evidence:download")
    assert page.status == 200
    assert (event.actor_id, event.subject_id) == (make.reviewer.id, file.id)
    assert event.payload["sha256"] == file.sha256
    assert (event.address, event.request_id) == ("127.0.0.1", page.headers["X-Request-ID"])


def test_refusals_are_noted_but_nobody_fills_the_log_with_them(make, browser):
    finding = make.finding("open")
    browser.signed_in_as(make.person(Role.OFFICER, make.unit()))
    browser.get("findings.show", finding_id=finding.id, status=404)
    browser.get("people.index", status=403)
    browser.open("GET", "/no-such-page", status=404)
    first, second = events("person:refused")
    assert first.payload == {"status": 404, "method": "GET", "page": "findings.show", "finding_id": finding.id}
    assert second.payload == {"status": 403, "method": "GET", "page": "people.index"}
    assert (second.address, bool(second.request_id)) == ("127.0.0.1", True)
    for _again in range(refusals.MOST):
        browser.open("GET", f"/findings/{finding.id}", status=404, read=False)
    noted = events("person:refused")
    assert len(noted) == refusals.MOST
    assert [event.seq for event in noted if event.payload.get("more")] == [noted[-1].seq]


def test_refusals_are_counted_from_the_log_whichever_server_noted_them(browser, make, session):
    someone = make.person(Role.OFFICER, make.unit())
    session.commit()
    elsewhere = make.actor(someone)
    for _before in range(refusals.MOST - 1):
        audit.record(refusals.ACTION, someone, actor=elsewhere, on=clock.today(), status=404)
    session.commit()
    browser.signed_in_as(someone)
    for _again in range(2):
        browser.get("people.index", status=403)
    *others, last = events(refusals.ACTION)
    assert (len(others), last.payload["page"], last.payload["more"]) == (refusals.MOST - 1, "people.index", True)
    now = clock.now()
    assert refusals.noted(someone.id, now) == refusals.MOST
    assert refusals.noted(someone.id, now + refusals.WITHIN) == 0
    assert refusals.noted(someone.id, now - timedelta(hours=1)) == 0, "the clock was put back: none of it was yet"


def test_every_event_of_a_request_names_address_and_request(account, browser, make):
    person = account(Role.ADMIN)
    browser.signed_in_as(None)
    page = browser.open("POST", "/login", data={"username": person.username, "password": PASSWORD})
    browser.open("POST", "/login", data={"username": "khong-ai", "password": "sai"})
    (event,) = events("person:sign_in")
    assert (event.address, event.request_id) == ("127.0.0.1", page.headers["X-Request-ID"])
    audit.record("person:try", person, actor=SYSTEM, on=clock.today())
    db.session.commit()
    assert [(one.address, one.request_id) for one in events("person:try")] == [("", "")]


def test_whatever_the_program_notes_is_shown_in_words():
    text = "\n".join(path.read_text("utf-8") for path in PROGRAM.rglob("*.py"))
    noted = set(re.findall(r'audit\.record\(\s*"([a-z_]+):([a-z_]+)"', text))
    verbs = {verb for _kind, verb in noted} | set(re.findall(r'(?:settle\(\s*\w+,\s*|Move\()"([a-z_]+)"', text))
    assert len(verbs) > 80
    assert verbs - set(ALL) == set()
    assert {kind for kind, _verb in noted} - set(ALL_KINDS) == set()


def test_a_wrong_name_at_the_door_is_noted_without_the_name(browser):
    browser.signed_in_as(None)
    browser.open("POST", "/login", data={"username": SECRET.lower(), "password": SECRET})
    (event,) = events("log:sign_in_missed")
    assert (event.subject_table, event.payload) == ("log", {})
    assert event.address == "127.0.0.1"


def test_what_is_typed_into_fields_for_secrets_is_nowhere(app, account, browser, make, capsys):
    """Every form that takes no record, each of its fields filled with a secret."""
    admin = account(Role.ADMIN)
    browser.signed_in_as(admin)
    fields = "password current new again code token secret key otp username typed q next".split()
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "POST" in rule.methods and not rule.arguments and rule.endpoint != "accounts.sign_out":
            browser.open("POST", rule.rule, data=dict.fromkeys(fields, SECRET), read=False)
            browser.in_another_window()
    browser.signed_in_as(None)
    browser.open("POST", "/login", data={"username": admin.username, "password": SECRET})
    written = capsys.readouterr()
    assert SECRET not in written.out + written.err
    for table in ("event", "draft", "notice", "miss", "sign_in"):
        kept = json.dumps(
            [[str(value) for value in row] for row in db.session.execute(text(f'SELECT * FROM "{table}"'))]
        )
        assert SECRET.lower() not in kept.lower(), table


def test_line_breaks_in_what_is_logged_make_no_lines(make, session):
    audit.record("person:try", make.person(), actor=SYSTEM, on=clock.today(), note="một\r\nhai\u2028ba")
    session.commit()
    (row,) = db.session.execute(select(Event.__table__).where(Event.action == "person:try")).mappings()
    line = line_of(dict(row))
    assert "\n" not in line
    assert "\r" not in line
    assert row_of(line)["payload"] == {"note": "một\r\nhai\u2028ba"}


def test_the_administrator_reads_who_did_what_but_not_what_records_say(make, account, browser):
    admin, finding = account(Role.ADMIN), make.finding("returned")
    browser.signed_in_as(admin)
    page = browser.get("log.index", kind="finding")
    assert f"Hạn chế {finding.id}" in page.main
    assert finding.text[:20] not in page.text
    assert "Không có sự kiện phù hợp" in browser.get("log.index", kind="finding", record=999999).main
    assert browser.get("log.index", kind="sai", status=422).status == 422
    day = (clock.today() - timedelta(days=1)).isoformat()
    assert "Không có sự kiện phù hợp" in browser.get("log.index", to=day).main


def test_the_log_is_for_the_topmost_administrators(make, account, browser, session):
    person = account(Role.ADMIN, make.unit())
    assert session.scalars(select(Grant).where(Grant.person_id == person.id)).one()
    browser.signed_in_as(person)
    browser.get("log.index", status=403)
    session.execute(delete(Grant).where(Grant.person_id == person.id))
    session.commit()
