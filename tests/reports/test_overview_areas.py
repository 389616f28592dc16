"""Whoever compares is told of each area what the overview of that year and day says of it."""

from datetime import timedelta
from itertools import product

import pytest

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.reports.queries import Day, Grouping
from inspect_app.reports.queries.overview.areas import areas_of
from inspect_app.reports.queries.overview.known import plans_of
from inspect_app.reports.queries.overview.lines import View
from inspect_app.reports.queries.overview.whole import overview
from inspect_app.units.models import UnitKind
from tests.reports.test_overview_part import YEAR, District
from tests.support.make import Make

TODAY = clock.today()


@pytest.fixture
def district(make: Make) -> District:
    return District(make)


def test_areas_are_those_of_the_overview(district, make):
    readers = (district.reader(Role.REVIEWER), district.counted(Role.VIEWER), make.actor(make.reviewer))
    kinds = ((), (UnitKind.COMMUNE,))
    for actor, year, days, by, chosen in product(readers, (YEAR, YEAR - 1), (0, 1, 26, 66, 465), Grouping, kinds):
        view = View(year, Day(TODAY - timedelta(days=days), TODAY), chosen, by)
        said = sorted(areas_of(actor, view, plans_of(actor, year)).values(), key=lambda area: area.position)
        assert said == overview(view, actor=actor).areas, (actor.name, view)
