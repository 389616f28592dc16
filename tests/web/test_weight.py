"""What a page costs the line of a ward office, and the database before it shows anything."""

import re

import pytest
from sqlalchemy import select

from inspect_app.checklists import services as checklists
from inspect_app.checklists.models import Checklist
from inspect_app.checklists.queries import items_of
from inspect_app.core import clock
from inspect_app.core.actor import SYSTEM, Role
from inspect_app.plans import services as plans
from tests.findings.written import filled

FIRST_VISIT = 150 * 1024
NEXT_PAGE = 20 * 1024
ROWS = 50
FRAME = 2
"""Statements of whoever is signed in, on every page: who is asking; what waits for them."""


@pytest.fixture
def reviewer(make):
    visit = make.visit()
    make.findings_of(visit, [make.particulars() for _ in range(ROWS)], actor=make.actor(make.head_of(visit.team)))
    return make.reviewer


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_page_is_light_on_the_first_visit_and_on_the_next(make, browser, reviewer, coding):
    client, accepts = browser.signed_in_as(reviewer).client, {"Accept-Encoding": coding}
    home, found = client.get("/", headers=accepts), client.get("/findings/", headers=accepts)
    assert found.content_encoding == home.content_encoding == coding
    assert found.content_length <= NEXT_PAGE, "a list that is full"
    names = set(re.findall(r'/assets/[^"#]+', client.get("/").text))
    for name in [name for name in names if name.endswith(".css")]:
        with client.get(name) as sheet:
            names |= {f"/assets/{file}" for file in re.findall(r"url\(\W*\.\./([^)\"']+)", sheet.text)}
    assert any(name.endswith(".woff2") for name in names)
    whole = home.content_length
    for name in names:
        file = client.get(name, headers=accepts)
        assert re.search(r"\.[0-9a-f]{12}\.", name)
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        whole += file.content_length
        file.close()
    assert whole <= FIRST_VISIT, "a home with all that it loads"


@pytest.fixture
def whole_list(make):
    """The items that a province begins with: 73 of them."""
    plans.load_areas()
    checklists.load_reference(actor=SYSTEM, today=clock.today())
    checklist = make.session.scalars(select(Checklist)).one()
    checklists.publish(checklist, actor=make.actor(make.reviewer), today=clock.today())
    make.session.commit()
    return items_of(checklist.id)


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_the_form_on_site_is_light_from_the_first_item_to_the_last(make, browser, whole_list, coding):
    visit = make.visit()
    browser.signed_in_as(make.head_of(visit.team))

    def weight():
        address, accepts = browser.address("recording.record", {"visit_id": visit.id}), {"Accept-Encoding": coding}
        return browser.client.get(address, headers=accepts).content_length

    assert weight() <= NEXT_PAGE, "nothing is answered"
    page = browser.get("recording.record", visit_id=visit.id)
    results = {f"answers-{item.id}-result": "met" if place % 8 else "unmet" for place, item in enumerate(whole_list)}
    browser.post("recording.record", visit_id=visit.id, data=filled(page, **results))
    assert weight() <= NEXT_PAGE, "everything is, and ten findings are written down"


def test_whoever_is_asking_costs_one_statement_and_the_menu_another(make, browser):
    somebody = make.person(Role.OFFICER, make.unit())
    make.grant(somebody, Role.VIEWER, make.unit())
    make.sitting(make.team())
    for person in (somebody, make.reviewer, make.sitting(make.team()), make.person()):
        assert len(browser.signed_in_as(person).get("home.guide").queries) == FRAME
