"""Signing in, and the clock while somebody is signed in."""

import pytest
import time_machine

from inspect_app.core import clock
from tests.support.make import PASSWORD


@pytest.fixture
def hands():
    """The hands of the clock, which stand still until a test says `hands.shift(timedelta(…))`."""
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def enter(browser):
    """`enter(person)`: through the page of signing in, as a browser that nobody used before."""

    def signed_in(person, password=PASSWORD, *, status=303, where="", **data):
        browser.signed_in_as(None)
        typed = {"username": getattr(person, "username", person), "password": password, **data}
        return browser.open("POST", f"/login{where}", data=typed, status=status)

    return signed_in
