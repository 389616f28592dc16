"""Nothing that anybody types anywhere is answered with a fault of the server.

Every address of the program, opened by somebody who may open it, with odd values under every name that a form or
a view of the program knows.
"""

import pytest

from inspect_app.core.db import db
from tests.support.routes import ODD, method_and_endpoint, names_of_arguments, names_of_fields, routes
from tests.support.world import World
from tests.test_permissions import ACCESS

ROUNDS = {"sqlite": 0, "postgresql": 1}
"""Every name gets another odd value on each database."""


def odd_values(names, turn, values):
    return {name: values[(place + turn * len(values) // len(ROUNDS)) % len(values)] for place, name in enumerate(names)}


@pytest.mark.early
@pytest.mark.tried_on("postgresql")
def test_odd_values_are_no_fault(app, browser, make):
    world, can_be_done = World(make), routes(ACCESS)
    people = {role: world.person_as(role) for role in set(can_be_done.values())}
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    fields = names_of_fields()
    arguments = sorted({*fields, *names_of_arguments()})
    turn = ROUNDS[db.engine.dialect.name]
    faults, person = {}, None
    for row, role in can_be_done.items():
        if person is not people[role]:
            person = people[role]
            browser.signed_in_as(person)
        method, endpoint = method_and_endpoint(row)
        values = world.values(rules[endpoint])
        typed = odd_values(fields, turn, ODD) if method == "POST" else None
        # The gate would refuse what is unreadable, and nothing would reach the view.
        asked = odd_values(arguments, turn, [odd[:200] for odd in ODD[1:]]) if method == "GET" else {}
        with world.undone():
            address = browser.address(endpoint, {**asked, **values})
            page = browser.in_another_window().open(method, address, data=typed, read=False, parts=method == "POST")
        if page.status >= 500 or page.status in {400, 413}:
            faults[row] = page.status
    assert faults == {}
