"""Panels: what a higher feature says on a lower feature's page.

app.py hangs them; a panel is a function of (actor, subject) that gives the context of a partial template, or
nothing where it has nothing to say. In a template: `{{ panels("units.show", unit) }}`.

A column says something of every row of a list: one function for all rows, which gives the arguments of the macro
`cell` of a partial template, by the row's id. In a template: `{% for column in columns("plans.index", rows) %}`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, render_template
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from inspect_app.core.actor import Actor
from inspect_app.web.access import actor

Panel = Callable[[Actor, Any], Mapping[str, Any] | None]
Cells = Callable[[Actor, Sequence[Any]], Mapping[int, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Column:
    label: LazyString
    cells: Mapping[int, Markup]


@dataclass(slots=True)
class Wall:
    hung: dict[str, list[tuple[Panel, str]]] = field(default_factory=lambda: defaultdict(list))
    columns: dict[str, list[tuple[LazyString, Cells, str]]] = field(default_factory=lambda: defaultdict(list))

    def hang(self, place: str, panel: Panel, template: str) -> None:
        """Show `template` with what `panel` gives at `place`, after those hung before."""
        self.hung[place].append((panel, template))

    def add_column(self, place: str, label: LazyString, cells: Cells, template: str) -> None:
        """A column called `label` in the list at `place`, drawn by the macro `cell` of `template`."""
        self.columns[place].append((label, cells, template))


def shown_at(place: str, subject: Any) -> Markup:
    """What hangs at `place`, drawn one after the other; empty where nobody has anything to say."""
    wall: Wall = current_app.extensions["panels"]
    shown = []
    for panel, template in wall.hung.get(place, ()):
        context = panel(actor(), subject)
        if context is not None:
            shown.append(render_template(template, **context))
    return Markup("").join(Markup(part) for part in shown)  # noqa: S704 - rendered by autoescaping templates


def columns_at(place: str, rows: Sequence[Any]) -> list[Column]:
    """The columns that were added to the list at `place`; one query each, however many rows."""
    wall: Wall = current_app.extensions["panels"]
    found = []
    for label, cells, template in wall.columns.get(place, ()) if rows else ():
        cell = current_app.jinja_env.get_template(template).make_module().cell  # type: ignore[attr-defined]
        found.append(Column(label, {key: cell(**said) for key, said in cells(actor(), rows).items()}))
    return found


def init_app(app: Flask) -> Wall:
    wall = app.extensions["panels"] = Wall()
    app.jinja_env.globals.update(panels=shown_at, columns=columns_at)
    return wall
