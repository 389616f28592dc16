"""Nothing that anybody types anywhere is answered with a fault of the server.

Every address of the program, opened by somebody who may open it, with odd values under every name that a form or
a view of the program knows.
"""

import re
from pathlib import Path

import pytest

from inspect_app.core.db import db
from inspect_app.web.forms import BaseForm
from tests.support.tables import cells
from tests.support.world import World
from tests.test_permissions import ACCESS

PROGRAM = Path(__file__).parent.parent / "inspect_app"
ODD = [
    "a\uffffb\x0b",
    "\"'><script>alert(1)</script>{{ 7*7 }}%(x)s %s",
    "' OR 1=1; DROP TABLE person; -- %_\\",
    "9" * 30,
    "-1",
    "٣٤",
    "NaN",
    "31/02/2023",
    "01/01/0001",
    "ơ" * 5_001,
    "e\u0301\u0302\u0303" * 50 + "\u202e\u200b",
]
ROUNDS = {"sqlite": 0, "postgresql": 1}
"""Every name gets another odd value on each database."""
CAN_BE_DONE = {"200", "303", "409", "422"}


def names_of_fields():
    found, forms = set(), [BaseForm]
    while forms:
        form = forms.pop()
        forms.extend(form.__subclasses__())
        found |= {name for name in dir(form) if hasattr(getattr(form, name, None), "field_class")}
    return sorted(found)


def names_of_arguments():
    """Whatever views read from an address: `request.args.get("…")` and the like."""
    asked = re.compile(r"\.(?:get|getlist)\(\s*[\"']([a-z_]+)[\"']")
    return sorted({name for path in PROGRAM.rglob("*.py") for name in asked.findall(path.read_text("utf-8"))})


def routes():
    """(method and endpoint, a role for whom it can be done)."""
    found: dict[str, str] = {}
    for row, role, status in cells(ACCESS):
        if status in CAN_BE_DONE and role != "nobody":
            found.setdefault(row, role)
    return found


def odd_values(names, turn, values):
    return {name: values[(place + turn * len(values) // len(ROUNDS)) % len(values)] for place, name in enumerate(names)}


@pytest.mark.tried_on("postgresql")
def test_odd_values_are_no_fault(app, browser, make):
    world = World(make)
    people = {role: world.person_as(role) for role in set(routes().values())}
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    fields = names_of_fields()
    arguments = sorted({*fields, *names_of_arguments()})
    turn = ROUNDS[db.engine.dialect.name]
    faults, person = {}, None
    for row, role in sorted(routes().items(), key=lambda asked: asked[1]):
        if person is not people[role]:
            person = people[role]
            browser.signed_in_as(person)
        method, _, endpoint = row.partition(":")
        values = world.values(rules[endpoint])
        typed = odd_values(fields, turn, ODD) if method == "post" else None
        # The gate would refuse what is unreadable, and nothing would reach the view.
        asked = odd_values(arguments, turn, [odd[:200] for odd in ODD[1:]]) if method == "get" else {}
        with world.undone():
            address = browser.address(endpoint, {**asked, **values})
            page = browser.in_another_window().open(method.upper(), address, data=typed, read=False)
        if page.status >= 500 or page.status in {400, 413}:
            faults[row] = page.status
    assert faults == {}
