"""What asks for a fresh proof, and several processes that count the same wrong passwords."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from inspect_app.accounts import queries, services
from inspect_app.accounts.models import Grant, SignIn
from inspect_app.accounts.services import Limits, SignInRefused, factors
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.plans.queries import seats_in_sql
from tests.support.make import PASSWORD, Make
from tests.support.program import program, settings


def sent_along(page):
    return {
        field["name"]: field.get("value", "")
        for field in page.html.select("main form[data-once] input")
        if field["name"] not in ("csrf_token", "proof_password")
    }


def test_what_was_sent_is_done_with_the_proof(account, browser, make, session):
    admin, somebody = account(Role.ADMIN), make.person(Role.OFFICER, make.unit("Phường Cái Khế"))
    browser.signed_in_as(admin, proved_at=clock.now() - timedelta(minutes=11))
    browser.get("people.show", person_id=somebody.id)  # looking needs none
    address = f"/people/{somebody.id}/grants"
    typed = {"role": "viewer", "unit": "cái khế", "since": "20/11/2023", "until": ""}
    asked = browser.open("POST", address, data=typed, status=401)
    assert asked.html.select_one("main form[data-once]")["action"] == address
    assert sent_along(asked) == typed
    missed = browser.open("POST", address, data={**typed, "proof_password": "sai"}, status=401)
    assert missed.error_on("proof_password") == "Mật khẩu chưa đúng"
    assert sent_along(missed) == typed
    held = select(Grant.role).where(Grant.person_id == somebody.id)
    assert session.scalars(held).all() == [Role.OFFICER]

    browser.open("POST", address, data={**sent_along(missed), "proof_password": PASSWORD}, status=303)
    assert sorted(session.scalars(held)) == [Role.OFFICER, Role.VIEWER]
    given = session.scalars(select(Grant.id).where(Grant.person_id == somebody.id).order_by(Grant.id.desc())).first()
    browser.post("people.end_grant", person_id=somebody.id, grant_id=given)  # the proof is fresh


def test_a_list_of_people_is_taken_away_after_the_proof(account, browser):
    browser.signed_in_as(account(Role.ADMIN), proved_at=clock.now() - timedelta(minutes=11))
    asked = browser.visit("/exports/people.csv?q=a", status=401)
    prove = asked.html.select_one("main form[data-once]")["action"]
    browser.open("POST", prove, data={"proof_password": "sai"}, status=422)
    assert browser.open("POST", prove, data={"proof_password": PASSWORD}).location == "/exports/people.csv?q=a"
    browser.visit("/exports/people.csv?q=a")


def test_who_has_a_second_factor_proves_it_with_a_code(account, browser, make):
    admin, now = account(Role.ADMIN), clock.now()
    app = pyotp.TOTP(factors.enrol(admin, now=now))
    told: dict[str, Any] = {"actor": make.actor(admin), "token": "", "now": now, "today": clock.today()}
    limits = Limits(misses=5, misses_per_address=50, locked_for=timedelta(minutes=15))
    factors.confirm(admin, app.at(now - timedelta(seconds=30)), [], limits=limits, **told)
    browser.signed_in_as(admin, proved_at=now - timedelta(minutes=11))
    typed = {"name": "Trần Minh Khoa"}
    asked = browser.post("people.new", data={**typed, "proof_password": PASSWORD}, status=401)
    assert asked.error_on("proof_password") == "Mã chưa đúng hoặc đã dùng rồi"
    browser.post("people.new", data={**typed, "proof_password": app.at(clock.now())}, status=422)


def test_two_processes_on_one_database_count_the_same_misses_and_end_the_same_sessions(own_app, tmp_path):
    with own_app.app_context():
        person = Make(db.session).person()
        username, person_id = person.username, person.id
    other = program(settings(own_app.config["DATABASE_URL"], tmp_path))
    limits = Limits(misses=5, misses_per_address=50, locked_for=timedelta(minutes=15))
    told: dict[str, Any] = {"address": "10.0.0.1", "device": "", "today": clock.today(), "limits": limits}
    said = []
    for number in range(6):
        with (own_app, other)[number % 2].app_context():
            with pytest.raises(SignInRefused) as refused:
                services.sign_in(username, "sai", services.Proof(None, right=False), now=clock.now(), **told)
            db.session.commit()
            said.append(bool(refused.value.values))
    assert said == [False] * 4 + [True] * 2
    with own_app.app_context():
        found = db.session.get_one(type(person), person_id)
        token = services.begin_session(found, address="", device="", now=clock.now(), today=clock.today())
        db.session.commit()
    with other.app_context():
        found = db.session.get_one(type(person), person_id)
        services.sessions.close_sessions(found, now=clock.now())
        db.session.commit()
        db.engine.dispose()
    with own_app.app_context():
        assert queries.visitor(token, today=clock.today(), seats=seats_in_sql) is None


def test_a_locked_name_costs_nothing_and_any_other_one_comparison(account, enter, monkeypatch):
    """The same for a name that exists, one that does not, one put out of action, one with too old a secret."""
    compared, compare = [], PasswordHasher.verify

    def counting(*given):
        compared.append(given)
        return compare(*given)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    names = [
        account().username,
        "khongaico",
        account(active=False).username,
        account(secret_expires_at=clock.now() - timedelta(days=1)).username,
    ]
    for name in names:
        compared.clear()
        costs = []
        for _ in range(6):
            enter(name, "sai", status=422)
            costs.append(len(compared))
        assert costs == [1, 2, 3, 4, 5, 5], name


# Where one is signed in


def test_my_sessions_are_shown_in_words_and_ended_one_by_one_or_all(account, enter, browser, session):
    person = account()
    windows = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0 Safari/537.36"
    )
    for _ in range(3):
        enter(person)
    rows = session.scalars(select(SignIn).where(SignIn.person_id == person.id).order_by(SignIn.id)).all()
    rows[0].device = windows
    session.commit()
    page = browser.get("accounts.sessions")
    assert "Chrome trên Windows" in page.main
    assert page.main.count("Máy này") == 1
    browser.post("accounts.end_session", sign_in_id=rows[0].id)
    browser.post("accounts.end_session", sign_in_id=rows[0].id, status=404)
    browser.post("accounts.end_session", sign_in_id=rows[2].id)  # this one: for that there is the way out
    elsewhere = SignIn(
        token_hash="1", person_id=account().id, began_at=clock.now(), seen_at=clock.now(), address="", device=""
    )
    session.add(elsewhere)
    session.commit()
    browser.post("accounts.end_session", sign_in_id=elsewhere.id, status=404)
    browser.post("accounts.end_other_sessions")
    session.expire_all()
    assert [row.ended_at is None for row in rows] == [False, False, True]
    browser.get("accounts.sessions")
