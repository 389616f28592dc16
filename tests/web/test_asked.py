"""What the address of a list asks for."""

from datetime import date
from enum import StrEnum

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from inspect_app.web.asked import Asked


class Fruit(StrEnum):
    PEAR = "pear"
    PLUM = "plum"


@pytest.fixture(autouse=True)
def request_context(app):
    with app.test_request_context():
        yield


def _asked(*pairs):
    return Asked(MultiDict(pairs))


def test_what_was_understood_is_said_again_in_an_address():
    asked = _asked(("q", "  Cái   Khế "), ("year", "2026"), ("fruit", "plum"), ("fruit", "fig"), ("mine", "1"))
    assert asked.words() == "Cái Khế"
    assert asked.number("year", 2000, 2100) == 2026
    assert asked.among("fruit", Fruit) == [Fruit.PLUM]
    assert asked.choice("mine") is True
    assert asked.said == {"q": "Cái Khế", "year": "2026", "fruit": ["plum"], "mine": "1"}


def test_nothing_is_asked_for_by_an_empty_address():
    asked = _asked()
    assert (asked.words(), asked.day("as_of"), asked.id("plan"), asked.among("fruit", Fruit)) == ("", None, None, [])
    assert (asked.number("year", 2000, 2100), asked.choice("mine")) == (None, None)
    assert (asked.said, asked.problems) == ({}, [])


@pytest.mark.parametrize("typed", ["31/12/2022", "2022-12-31", "31122022", " 31-12-2022 "])
def test_days_as_people_and_links_write_them(typed):
    asked = _asked(("as_of", typed))
    assert asked.day("as_of") == date(2022, 12, 31)
    assert asked.said == {"as_of": "2022-12-31"}


@pytest.mark.parametrize("typed", ["31/02/2022", "nay", "1/1/1900", "٣١/١٢/٢٠٢٢"])
def test_a_day_that_cannot_be_read_is_a_problem(typed):
    asked = _asked(("as_of", typed))
    assert asked.day("as_of") is None
    assert len(asked.problems) == 1
    assert asked.said == {}


@pytest.mark.parametrize("typed", ["abc", "0", "-1", "99999999999", "1.5", "٣"])
def test_an_unreadable_id_is_no_address(typed):
    with pytest.raises(NotFound):
        _asked(("plan", typed)).id("plan")


@pytest.mark.parametrize("typed", ["1999", "2101", "abc", "٢٠٢٦", "99999999999999999999", "2026.0"])
def test_a_number_out_of_reach_asks_for_nothing(typed):
    assert _asked(("year", typed)).number("year", 2000, 2100) is None


def test_choices_are_yes_no_or_neither():
    assert _asked(("begun", "0")).choice("begun") is False
    assert _asked(("begun", "yes")).choice("begun") is None
