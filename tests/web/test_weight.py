"""What a page costs the line of a ward office, and the database before it shows anything."""

import re

import pytest

from inspect_app.core.actor import Role

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


def test_whoever_is_asking_costs_one_statement_and_the_menu_another(make, browser):
    somebody = make.person(Role.OFFICER, make.unit())
    make.grant(somebody, Role.VIEWER, make.unit())
    make.sitting(make.team())
    for person in (somebody, make.reviewer, make.sitting(make.team()), make.person()):
        assert len(browser.signed_in_as(person).get("home.guide").queries) == FRAME
