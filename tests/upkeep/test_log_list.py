"""The log on screen: narrowed to whomever or whatever, every event that fits, latest first, by an index."""

import re
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import false, select

from inspect_app.core import audit, clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.text import fold
from inspect_app.upkeep.queries import log
from inspect_app.upkeep.views.log import NEWEST
from inspect_app.web import paging
from inspect_app.web.paging import page
from tests.support.plans import plans, watched

TODAY = clock.today()


@pytest.fixture
def deeds(make, session):
    """A hundred and forty events of three kinds, by three people in turns."""
    people = [make.person(Role.REVIEWER) for _n in range(3)]
    for person, name in zip(people, ("Tòng Thị Ái", "Tòng Văn Bá", "Lò Văn Pọm"), strict=True):
        person.name, person.name_folded = name, fold(name)
    unit = make.unit()
    for number in range(140):
        action, subject = (("unit:edit", unit), ("unit:end", unit), ("person:edit", people[0]))[number % 3]
        audit.record(action, subject, actor=make.actor(people[number // 7 % 3]), on=TODAY, number=number)
    session.commit()
    return people


@pytest.fixture
def reader(account, browser):
    browser.signed_in_as(account(Role.ADMIN))
    return browser


def _shown(page):
    rows = (row.get_text(" ") for row in page.html.select("main ul.rows li"))
    return [int(re.findall(r"số ([\d.]+)", row)[0].replace(".", "")) for row in rows]


def _read_through(browser, **asked):
    """Numbers of the events on all pages, forwards, and then those seen on the way back."""
    pages, address = [browser.get("log.index", **asked)], None
    while address := next(iter(pages[-1].links('a[rel="next"]')), None):
        pages.append(browser.visit(address))
    back, address = [], next(iter(pages[-1].links('a[rel="prev"]')), None)
    while address:
        back.append(browser.visit(address))
        address = next(iter(back[-1].links('a[rel="prev"]')), None)
    return [_shown(page) for page in pages], [_shown(page) for page in back]


def _those(*conditions):
    return list(db.session.scalars(select(Event.seq).where(*conditions).order_by(Event.seq.desc())))


ALL_THAT_FITS = {
    "people": ({"q": "tong"}, lambda people: _by(people[:2])),
    "one": ({"q": "pom"}, lambda people: _by(people[2:])),
    "nobody": ({"q": "khong ai"}, lambda _people: false()),
    "kind": ({"kind": "unit"}, lambda _people: Event.subject_table == "unit"),
    "verb": ({"verb": "edit"}, lambda _people: Event.action.endswith(":edit")),
    "both": ({"kind": "unit", "verb": "edit"}, lambda _people: Event.action == "unit:edit"),
    "neither": ({"kind": "unit", "verb": "sign_in"}, lambda _people: false()),
    "people's": ({"q": "tong", "verb": "edit"}, lambda people: _by(people[:2]) & Event.action.endswith(":edit")),
    "today": ({"from": f"{TODAY:%d/%m/%Y}", "verb": "end"}, lambda _people: Event.action == "unit:end"),
    "later": ({"from": f"{TODAY + timedelta(days=1):%d/%m/%Y}", "kind": "unit"}, lambda _people: false()),
}


def _by(people):
    return Event.actor_id.in_([person.id for person in people])


@pytest.mark.parametrize("most_apart", [log.MOST_APART, 1])
@pytest.mark.parametrize("name", ALL_THAT_FITS)
def test_all_that_fits_is_listed_latest_first(reader, deeds, monkeypatch, name, most_apart):
    monkeypatch.setattr(log, "MOST_APART", most_apart)
    asked, condition = ALL_THAT_FITS[name]
    forwards, back = _read_through(reader, **asked)
    wanted = _those(condition(deeds))
    assert list(chain(*forwards)) == wanted
    assert [len(page) for page in forwards[:-1]] == [50] * (len(forwards) - 1)
    assert back == forwards[-2::-1]


def test_of_a_record_everything_is_listed(reader, deeds):
    (unit_id,) = set(db.session.scalars(select(Event.subject_id).where(Event.action == "unit:end")))
    of_it = Event.subject_id == unit_id
    forwards, _back = _read_through(reader, record=unit_id)
    assert list(chain(*forwards)) == _those(of_it)
    forwards, _back = _read_through(reader, record=unit_id, kind="unit", q="tong")
    assert list(chain(*forwards)) == _those(of_it, Event.subject_table == "unit", _by(deeds[:2]))


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (log.Wanted(), "ix_event_at"),
        (log.Wanted(words="pom"), "ix_event_actor"),
        (log.Wanted(table="unit"), "ix_event_kind"),
        (log.Wanted(verb="end"), "ix_event_kind"),
        (log.Wanted(words="pom", first=TODAY, last=TODAY), "ix_event_actor"),
        (log.Wanted(first=TODAY, last=TODAY), "ix_event_at"),
    ],
    ids=["all", "person", "kind", "verb", "person on a day", "day"],
)
def test_what_is_rare_is_found_by_an_index_that_knows_the_latest(app, deeds, session, wanted, index):
    with app.test_request_context("/log/"):
        with watched(session.connection()) as asked:
            page(log.ways(wanted), NEWEST, told=log.told)
        plan = plans(session.connection(), asked[-1:], without=("seqscan", "bitmapscan", "sort"))
    assert any(index in line for line in plan), plan
    assert not [line for line in plan if "SCAN event" in line and index not in line], plan


def test_the_statement_of_the_whole_log_is_built_once(reader, deeds):
    reader.get("log.index")
    before = paging._built.cache_info()
    reader.get("log.index")
    after = paging._built.cache_info()
    assert (after.misses, after.hits) == (before.misses, before.hits + 1)
