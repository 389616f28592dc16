"""Forms whose text is kept on the server while it is typed, and comes back when the page is opened again.

A view that takes such a form is marked with `keeps_draft`: nothing that is sent anywhere else is ever kept. What was
kept is the form as it stood, sent to nobody; the view that draws the form reads it with `kept`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from wtforms import Form

from inspect_app.core import drafts, once, staging
from inspect_app.web.access import actor
from inspect_app.web.gate import SAFE
from inspect_app.web.uploads import numbers_in

P = ParamSpec("P")
R = TypeVar("R")

KEEPS = "__keeps_draft__"
NEVER = frozenset({"csrf_token"})
"""Fields that no draft holds. Forms with passwords are sent to views that keep none."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as the page tells of it."""

    page: str
    saved_at: datetime
    typed_at: datetime


def keeps_draft(view: Callable[P, R]) -> Callable[P, R]:
    """What is typed into the form that this view takes may be kept before it is sent."""
    setattr(view, KEEPS, True)
    return view


def init_app(app: Flask) -> None:
    """Give templates `kept_drafts()`, what this page was filled from."""
    app.jinja_env.globals["kept_drafts"] = filled
    app.jinja_env.globals["draft_of"] = lambda page: g.get("drafts", {}).get(_inside(page))
    app.jinja_env.globals["draft_owner"] = lambda: actor().person_id


def kept(page: str | None = None) -> MultiDict[str, str] | None:
    """What the person left of the form at `page`, this page's own by default, to make the form from; None otherwise.

    A form that was sent meanwhile is nobody's draft any more; on the way to a refusal what was just sent counts.
    """
    if request.method not in SAFE:
        return None
    page = _inside(page) if page else request.path
    draft = drafts.kept(page, actor=actor())
    if draft is None:
        return None
    fields = MultiDict([(name, text) for name, text in draft.fields])
    if was_sent(fields):
        return None
    g.setdefault("drafts", {})[page] = Kept(page, draft.saved_at, draft.typed_at)
    return fields


def filled() -> list[Kept]:
    """The drafts that this page's forms were filled from."""
    return list(g.get("drafts", {}).values())


def was_sent(fields: MultiDict[str, str]) -> bool:
    """Whether the very form that these come from did its work already."""
    key = fields.get("once")
    return bool(key) and once.is_taken(str(key), actor=actor())


def done_with(form: Form) -> None:
    """The form was sent: neither its draft nor the files that came ahead of it wait any longer."""
    drafts.discard(request.path, actor=actor())
    staging.let_go(numbers_in(form), actor=actor())


def page_that_keeps(address: str | None) -> str | None:
    """The path of a form that keeps drafts; None for anything else."""
    page = _inside(address or "")
    try:
        endpoint, _values = current_app.url_map.bind("", path_info=page).match(method="POST")
    except HTTPException:
        return None
    return page if hasattr(current_app.view_functions[endpoint], KEEPS) else None


def _inside(address: str) -> str:
    """The path within the program, wherever it is mounted."""
    return address.removeprefix(request.script_root)
