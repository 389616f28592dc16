"""Panels: what a higher feature says on a lower feature's page.

app.py hangs them; a panel is a function of (actor, subject) that gives the context of a partial template, or
nothing where it has nothing to say. In a template: `{{ panels("units.show", unit) }}`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, render_template
from markupsafe import Markup

from inspect_app.core.actor import Actor
from inspect_app.web.access import actor

Panel = Callable[[Actor, Any], Mapping[str, Any] | None]


@dataclass(slots=True)
class Wall:
    hung: dict[str, list[tuple[Panel, str]]] = field(default_factory=lambda: defaultdict(list))

    def hang(self, place: str, panel: Panel, template: str) -> None:
        """Show `template` with what `panel` gives at `place`, after those hung before."""
        self.hung[place].append((panel, template))


def shown_at(place: str, subject: Any) -> Markup:
    """What hangs at `place`, drawn one after the other; empty where nobody has anything to say."""
    wall: Wall = current_app.extensions["panels"]
    shown = []
    for panel, template in wall.hung.get(place, ()):
        context = panel(actor(), subject)
        if context is not None:
            shown.append(render_template(template, **context))
    return Markup("").join(Markup(part) for part in shown)  # noqa: S704 - rendered by autoescaping templates


def init_app(app: Flask) -> Wall:
    wall = app.extensions["panels"] = Wall()
    app.jinja_env.globals["panels"] = shown_at
    return wall
