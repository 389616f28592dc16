"""Personal data: who sees what, one's own handed out, who somebody was erased, everything registered."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from flask import g
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, inspect, select

from inspect_app.accounts.models import Grant, Person, SignIn
from inspect_app.accounts.queries import personal as held
from inspect_app.accounts.services import edit_person, reactivate
from inspect_app.accounts.services.personal import erase
from inspect_app.accounts.views.register import LINES, NAMED
from inspect_app.config import KEPT_DAYS, BadSetting, Config
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, WrongState
from inspect_app.core.privacy import may_see_absent, may_see_contact
from inspect_app.core.pseudonyms import references
from inspect_app.findings.models import State, Submission
from inspect_app.units.models import Unit
from inspect_app.visits.services import write_minutes
from tests.support.tables import cells
from tests.support.world import World

PHONE, MAIL, ABSENT = "0912 345 678", "khong.ai.biet@example.vn", "Trần Văn Vắng Mặt, công chức tư pháp"

LOOKED_UP = (PrimaryKeyConstraint, UniqueConstraint)
"""Rules of a table that bring an index along."""
CONTACT = """
                    own_unit  other_unit
admin               yes       no
reviewer            no        no
inspector           no        no
officer             no        no
viewer              no        no
"""
"""Who sees how to reach somebody at home in their unit, or in another, who handed nothing in."""

SENT = """
                    own_unit  other_unit
admin               no        no
reviewer            yes       no
inspector           yes       no
officer             no        no
viewer              no        no
"""
"""The same of whoever handed something in for the unit: those who verify it."""

NAMES = """
                    own_unit  other_unit
admin               no        no
reviewer            yes       no
inspector           yes       no
officer             yes       no
viewer              no        no
"""
"""Who sees the names of officials who were not at their post."""


def test_ones_own_data_stand_under_no_entry_of_the_menu(browser, make):
    browser.signed_in_as(make.person(Role.ADMIN))
    here = {name: browser.get(name).links("nav.nav-v a[aria-current]") for name in ("personal.show", "personal.listed")}
    assert here == {"personal.show": [], "personal.listed": ["/people/"]}


def test_who_sees_what_is_personal(make):
    """Each role over a unit of their own, asked about that unit and about another."""
    units = {"own_unit": make.unit(), "other_unit": make.unit()}
    visits = {name: make.visit(unit=unit) for name, unit in units.items()}
    actors = {
        role: make.actor(make.person(Role(role), units["own_unit"])) for role in "admin reviewer officer viewer".split()
    }
    actors["inspector"] = make.actor(make.head_of(make.whole(visits["own_unit"]).team))

    def seen(role: str, where: str) -> tuple[bool, bool, bool]:
        actor, unit, team_id = actors[role], units[where], visits[where].team_id
        return (
            may_see_contact(actor, of=0, home=unit),
            may_see_contact(actor, of=0, sent_for=unit, team_id=team_id),
            may_see_absent(actor, unit=unit, team_id=team_id),
        )

    for number, table in enumerate((CONTACT, SENT, NAMES)):
        wrong = [
            (role, where) for role, where, said in cells(table) if seen(role, where)[number] is not (said == "yes")
        ]
        assert wrong == [], number
    officer = actors["officer"]
    assert may_see_contact(officer, of=officer.person_id), "one's own"


def test_no_way_out_shows_it_to_anybody_else(app, browser, make):
    """Pages, letters, sheets and the search, opened by everybody: only those of the tables above meet it."""
    world = World(make)
    sender, visit = world.officer, world.visit()
    sender.phone, sender.email = PHONE, MAIL
    make.session.commit()
    make.whole(visit)
    head = make.actor(make.head_of(world.team))
    write_minutes(visit, absent=ABSENT, actor=head, today=clock.today())
    finding = world.finding(State.SUBMITTED)
    make.session.commit()

    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    ways: dict[str, dict[str, Any]] = {
        **{name: {"visit_id": visit.id} for name in ("visits.show", "visits.minutes", "visits.edit_minutes")},
        "findings.show": {"finding_id": finding.id},
        "documents.minutes": {"visit_id": visit.id, "ending": "docx"},
        **{name: {} for name in ("visits.index", "findings.index", "people.index", "units.show", "people.show")},
        **{f"exports.{name}": {"kind": "csv"} for name in ("findings", "visits", "schedule", "plans", "people")},
        "home.search": {"q": "vang mat"},
    }
    met = set()
    for role in ("admin", "reviewer", "inspector", "officer", "viewer"):
        browser.signed_in_as(world.person_as(role))
        for endpoint, values in ways.items():
            given = {**world.values(rules[endpoint]), **values}
            for name in list(g):
                g.pop(name)  # who asked last
            text = read(browser.client.get(browser.address(endpoint, given)).data)
            met |= {(role, endpoint, word) for word in (PHONE, MAIL, "Vắng Mặt") if word in text}
    minutes = {(role, way, "Vắng Mặt") for role in ("reviewer", "inspector") for way in ways if "minutes" in way}
    assert met == {
        *minutes,
        ("inspector", "findings.show", PHONE),
        ("reviewer", "findings.show", PHONE),
        ("admin", "people.show", PHONE),
        ("admin", "people.show", MAIL),
    }
    logged = json.dumps([event.payload for event in make.session.scalars(select(Event))], ensure_ascii=False)
    assert "Vắng Mặt" not in logged


def read(data: bytes) -> str:
    """The words of a page, a sheet or a Word file."""
    if data[:2] != b"PK":
        return data.decode()
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(data)).paragraphs)


def test_the_log_can_prove_a_change_of_address_without_telling_it(make):
    admin, person = make.actor(make.person(Role.ADMIN)), make.person(home=make.unit())
    facts = {"name": person.name, "title": "", "home_unit": make.session.get_one(Unit, person.home_unit_id)}
    edit_person(person, actor=admin, reach=[], phone=PHONE, email=MAIL, version=None, today=clock.today(), **facts)
    make.session.commit()
    payload = make.session.scalars(select(Event.payload).where(Event.action == "person:edit")).one()
    assert payload.keys() == {"phone", "email"}
    assert PHONE not in json.dumps(payload)
    assert payload["phone"][1]


# One's own


def test_people_take_away_what_is_held_about_them_and_no_secret(make, browser, account):
    person = account(Role.OFFICER, make.unit(), phone=PHONE)
    make.person(Role.OFFICER)
    browser.signed_in_as(person)
    page = browser.get("personal.show")
    assert PHONE in page.main
    answer = browser.client.post("/account/data")
    found = json.loads(answer.data)
    assert found["person"]["phone"] == PHONE
    assert [one["role"] for one in found["own"]["grant"]] == ["officer"]
    assert len(found["own"]["sign_in"]) == 1
    for secret in ("password_hash", "token_hash", "argon2"):
        assert secret not in answer.get_data(as_text=True)
    assert make.session.scalars(select(Event.action).order_by(Event.seq.desc())).first() == "person:hand_out"


def test_nothing_that_is_handed_out_is_a_secret(app):
    columns = {column.name for table, _column in references() if table.name in held.PRIVATE for column in table.columns}
    assert {one for one in columns if re.search(r"hash|secret|token|password", one)} <= held.SECRETS | {"sha256"}


# Erased


def test_who_was_erased_appears_under_a_pseudonym_and_the_log_still_holds(make, browser):
    finding = make.finding(State.SUBMITTED)
    sender = make.session.scalars(select(Person).join(Submission, Submission.sender_id == Person.id)).one()
    name, username = sender.name, sender.username
    admin, today = make.actor(make.person(Role.ADMIN)), clock.today()
    facts = {"title": "", "home_unit": make.session.get_one(Unit, sender.home_unit_id), "version": None}
    edit_person(sender, actor=admin, reach=[], name=f"{name} Hai", phone=PHONE, email="", today=today, **facts)
    name = sender.name
    browser.signed_in_as(sender)
    told = {"actor": admin, "reach": [], "now": clock.now(), "today": today}
    before = [(event.seq, event.hash) for event in make.session.scalars(select(Event).order_by(Event.seq))]

    with pytest.raises(WrongState, match="Ngừng hoạt động"):
        erase(sender, typed=username, **told)
    sender.active = False
    make.session.commit()
    with pytest.raises(Invalid):
        erase(sender, typed="ai-do", **told)
    pseudonym = erase(sender, typed=username, **told)
    make.session.commit()

    assert (sender.name, sender.phone) == (pseudonym, "")
    assert make.session.scalars(select(SignIn.id).where(SignIn.person_id == sender.id)).all() == []
    assert not any(
        one.may_hold(today) for one in make.session.scalars(select(Grant).where(Grant.person_id == sender.id))
    )
    after = make.session.execute(select(Event.seq, Event.hash).order_by(Event.seq)).all()
    assert [tuple(row) for row in after[: len(before)]] == before, "the log is as it was"
    pages = {make.reviewer: ("findings.show", {"finding_id": finding.id}), make.person(Role.ADMIN): ("log.index", {})}
    for reader, (endpoint, values) in pages.items():
        text = browser.signed_in_as(reader).get(endpoint, **values).text
        assert name not in text, endpoint
        assert pseudonym in text, endpoint
    with pytest.raises(WrongState, match="đã được xóa"):
        erase(sender, typed=sender.username, **told)
    with pytest.raises(WrongState, match="đã được xóa"):
        reactivate(sender, actor=admin, reach=[], today=today)


def test_nobody_erases_somebody_who_reaches_further(make, browser):
    chief, below = make.person(Role.ADMIN), make.person(Role.ADMIN, make.unit())
    chief.active = False
    told = {"actor": make.actor(below), "reach": [make.root], "now": clock.now(), "today": clock.today()}
    with pytest.raises(NotAllowed):
        erase(chief, typed=chief.username, **told)


# Registered


def test_everything_that_names_a_person_stands_in_the_register():
    registered = {table for line in LINES for table in line.tables}
    named = {table.name for table, _column in references()}
    assert named <= registered
    assert NAMED.keys() <= named
    told = (Path(__file__).parents[2] / "docs" / "personal-data.md").read_text("utf-8")
    assert {table for table in named if f"`{table}`" not in told} == set()
    assert {name for name in KEPT_DAYS if f"`{name}_DAYS`" not in told} == set()


def test_where_somebody_is_named_is_found_by_an_index():
    """Who asks what is held about them, or is erased, is looked for in every table there is."""
    assert [
        f"{table.name}.{column.name}"
        for table, column in references()
        if not any(
            next(iter(led.columns)) is column
            for led in (*table.indexes, *(rule for rule in table.constraints if isinstance(rule, LOOKED_UP)))
        )
    ] == []


def test_how_long_things_stay_is_bounded(tmp_path):
    with pytest.raises(BadSetting, match="90 to 3660"):
        Config.from_environ({"INSTANCE_PATH": str(tmp_path), "KEEP_NOTICES_DAYS": "30"})
    chosen = Config.from_environ({"INSTANCE_PATH": str(tmp_path), "KEEP_NOTICES_DAYS": "400"})
    assert chosen.KEEP_NOTICES.days == 400


def test_the_shown_name_stands_beside_the_column_that_is_sealed():
    assert "shown_name" not in Event.__table__.columns
    assert "shown_name" in inspect(Event).attrs
