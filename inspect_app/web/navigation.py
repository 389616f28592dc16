"""The frame around every page: menu, who is signed in, whose installation it is. app.py fills it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel.speaklater import LazyString

from inspect_app.core.actor import Actor, Role
from inspect_app.web.access import actor, visitor
from inspect_app.web.templating import language

MOST = 99
"""What is more is shown as `99+`: beside a word nobody reads three figures."""


def _shown(count: int) -> str:
    return str(count) if count <= MOST else f"{MOST}+"


@dataclass(frozen=True, slots=True)
class Entry:
    endpoint: str
    label: LazyString
    icon: str
    roles: frozenset[Role] = frozenset()
    """Who sees it; empty for everybody who is signed in."""
    unless: frozenset[Role] = frozenset()
    """Who does not see it, since another entry leads them there."""
    count: Callable[[Actor], int] | None = None
    below: tuple[str, ...] = ()
    """Blueprints and single pages that belong under this entry."""
    short: LazyString | None = None
    """The label under the icon on a phone, where `label` is too long for a fifth of its width."""
    asks: Mapping[str, Any] = field(default_factory=dict)
    """What the list is narrowed to when it is opened from here."""


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    icon: str
    count: int
    active: bool
    short: str

    @property
    def shown_count(self) -> str:
        return _shown(self.count)


@dataclass(frozen=True, slots=True)
class Signed:
    name: str
    initials: str
    subtitle: str


@dataclass(frozen=True, slots=True)
class Site:
    organisation: str
    help_phone: str
    help_hours: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Bell:
    """The way to what one was told, and how much of it is new."""

    url: str
    count: int

    @property
    def shown_count(self) -> str:
        return _shown(self.count)


@dataclass(slots=True)
class Frame:
    entries: list[Entry] = field(default_factory=list)
    describe: Callable[[Any], Signed] | None = None
    notice: Callable[[], str] | None = None
    bell: Callable[[Actor], Bell] | None = None
    drawn: dict[tuple[frozenset[Role], str, str], list[tuple[Entry, str, str, str]]] = field(default_factory=dict)
    """Label, short label and address of each entry, for those who wear the same hats and speak the same language."""

    def entries_for(self, roles: frozenset[Role]) -> list[tuple[Entry, str, str, str]]:
        key = (roles, language(), request.script_root)
        if key not in self.drawn:
            self.drawn[key] = [
                (entry, str(entry.label), str(entry.short or entry.label), url_for(entry.endpoint, **entry.asks))
                for entry in self.entries
                if not (entry.roles and not entry.roles & roles) and not entry.unless & roles
            ]
        return self.drawn[key]


def _links() -> list[Link]:
    frame: Frame = current_app.extensions["frame"]
    endpoint = request.endpoint or ""
    blueprint = endpoint.split(".")[0]
    links = []
    for entry, label, short, url in frame.entries_for(actor().roles):
        active = endpoint == entry.endpoint or blueprint in entry.below or endpoint in entry.below
        count = entry.count(actor()) if entry.count else 0
        links.append(Link(label, url, entry.icon, count, active, short))
    return links


def _context() -> dict[str, Any]:
    """Asked for by every template that is drawn, panels too; counted once for the whole page."""
    if "frame" not in g:
        g.frame = _drawn()
    drawn: dict[str, Any] = g.frame
    return drawn


def _drawn() -> dict[str, Any]:
    frame: Frame = current_app.extensions["frame"]
    signed = not g.get("bare") and visitor().is_authenticated
    config = current_app.config
    return {
        "nav": _links() if signed else [],
        "bell": frame.bell(actor()) if signed and frame.bell else None,
        "person": frame.describe(visitor()) if signed and frame.describe else None,
        "site": Site(
            config["ORGANISATION"],
            config["HELP_PHONE"],
            config["HELP_HOURS"],
            frame.notice() if signed and frame.notice else "",
        ),
    }


def init_app(app: Flask) -> Frame:
    frame = app.extensions["frame"] = Frame()
    app.context_processor(_context)
    return frame
