"""A page of confirmation asks its question once, as its title."""

import pytest

from inspect_app.core.actor import Role
from inspect_app.visits.models import Entry, VisitState


def asked(page):
    """The question; nothing else on the page is a heading."""
    assert page.html.select("main h2") == []
    return page.h1


@pytest.mark.parametrize("act", ["deactivate", "reset_password", "reset_factor"])
def test_what_happens_to_an_account_is_asked_with_its_name(make, browser, act):
    person = make.officer(make.unit())
    browser.signed_in_as(make.person(Role.ADMIN))
    question = asked(browser.get(f"people.{act}", person_id=person.id))
    assert question.endswith(f"{person.name}?")


@pytest.mark.parametrize(("act", "words"), [("cancel", "Hủy cuộc kiểm tra"), ("close", "không có hạn chế?")])
def test_what_happens_to_a_visit_is_asked_with_its_unit(make, browser, act, words):
    state = VisitState.BEGUN if act == "cancel" else VisitState.REPORTED
    visit = make.visit(state, unit=make.unit("Phường Tân An"), entry=Entry.NONE_FOUND)
    browser.signed_in_as(make.reviewer)
    question = asked(browser.get(f"visits.{act}", visit_id=visit.id))
    assert "phường Tân An" in question
    assert words in question
    assert question.endswith("?")
