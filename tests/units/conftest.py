from datetime import date

import pytest

from inspect_app.core.actor import SYSTEM
from inspect_app.units import queries, services
from inspect_app.units.models import Unit

TODAY = date(2026, 3, 2)
THEN = date(2022, 6, 1)


@pytest.fixture
def reference(session):
    """The units of Cần Thơ of 2022 and of today."""
    services.load_reference(actor=SYSTEM, today=TODAY)
    session.commit()


@pytest.fixture
def unit(reference):
    """`unit("31135", THEN)`: the unit that had the code on that day."""

    def find(code: str, day: date = TODAY) -> Unit:
        found = queries.by_code(code, day)
        assert found is not None, f"{code} on {day}"
        return found

    return find
