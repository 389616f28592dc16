"""Every address of the program, who may open it, and the names that it reads."""

import re
from pathlib import Path

from inspect_app.web.forms import BaseForm
from tests.support.tables import cells

PROGRAM = Path(__file__).parent.parent.parent / "inspect_app"
CAN_BE_DONE = {"200", "303", "409", "422"}
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


def names_of_fields() -> list[str]:
    found: set[str] = set()
    forms: list[type] = [BaseForm]
    while forms:
        form = forms.pop()
        forms.extend(form.__subclasses__())
        found |= {name for name in dir(form) if hasattr(getattr(form, name, None), "field_class")}
    return sorted(found)


def names_of_arguments() -> list[str]:
    """Whatever views read from an address: `request.args.get("…")`, `asked.day("…")` and the like."""
    asked = re.compile(r"\.(?:get|getlist|words|day|period|number|id|chosen_id|among|choice)\(\s*[\"']([a-z_]+)[\"']")
    found = {name for path in PROGRAM.rglob("*.py") for name in asked.findall(path.read_text("utf-8"))}
    return sorted(found)


def routes(access: str) -> dict[str, str]:
    """Method and endpoint -> a role for whom it can be done, by the table of permissions; all of a role together."""
    found: dict[str, str] = {}
    for row, role, status in cells(access):
        if status in CAN_BE_DONE and role != "nobody":
            found.setdefault(row, role)
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def everybody(access: str) -> list[tuple[str, str]]:
    """(Method and endpoint, role) of everything that can be done, all of a role together."""
    found = {(row, role) for row, role, status in cells(access) if status in CAN_BE_DONE}
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


def method_and_endpoint(row: str) -> tuple[str, str]:
    """`post:plans.new` as ("POST", "plans.new")."""
    method, _, endpoint = row.partition(":")
    return method.upper(), endpoint
