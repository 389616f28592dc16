"""The frame around every page: menu, who is signed in, whose installation it is. app.py fills it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel.speaklater import LazyString

from inspect_app.core.actor import Actor, Role
from inspect_app.web.access import actor, visitor


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
    """Blueprints whose pages belong under this entry."""
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


@dataclass(slots=True)
class Frame:
    entries: list[Entry] = field(default_factory=list)
    describe: Callable[[Any], Signed] | None = None
    notice: Callable[[], str] | None = None
    bell: Callable[[Actor], Bell] | None = None


def _links() -> list[Link]:
    frame: Frame = current_app.extensions["frame"]
    roles = actor().roles
    links = []
    for entry in frame.entries:
        if (entry.roles and not entry.roles & roles) or entry.unless & roles:
            continue
        blueprint = (request.endpoint or "").split(".")[0]
        active = request.endpoint == entry.endpoint or blueprint in entry.below
        count = entry.count(actor()) if entry.count else 0
        label, short = str(entry.label), str(entry.short or entry.label)
        links.append(Link(label, url_for(entry.endpoint, **entry.asks), entry.icon, count, active, short))
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
