"""Pages that are read from the standby copy of the database, where there is one, and say how old what they show is.

Who may see what is settled by the database itself before: a copy never decides that. Whoever has just written asks
the database itself until the copy has seen it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response, current_app, g, request, session
from sqlalchemy.exc import SQLAlchemyError

from inspect_app.core import clock, outage
from inspect_app.core.db import apart, db
from inspect_app.core.standby import Standby
from inspect_app.web.access import actor

P = ParamSpec("P")
R = TypeVar("R")
WROTE = "wrote"
"""Of the cookie: the second in which its bearer last wrote something."""


def init_app(app: Flask) -> None:
    if app.config["REPORT_DATABASE_URL"]:
        app.extensions["standby"] = Standby(app.config["REPORT_DELAY"])
        app.after_request(_remember)


def reads_apart(view: Callable[P, R]) -> Callable[P, R]:
    """The view only reads, may be asked twice, and its page says how old it is. Stands below what says who may come."""

    @wraps(view)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        standby: Standby | None = current_app.extensions.get("standby")
        if standby is None:
            return view(*args, **kwargs)
        actor()  # by the database itself
        g.read_at = standby.reached(now=clock.now(), wrote_at=_wrote_at())
        if g.read_at is None:
            return view(*args, **kwargs)
        try:
            with apart():
                return view(*args, **kwargs)
        except SQLAlchemyError as error:
            if not outage.is_outage(error):
                raise
            db.session.rollback()
            standby.leave(type(error).__name__)
        for made in ("read_at", "frame"):
            g.pop(made, None)
        return view(*args, **kwargs)

    return asked


def _wrote_at() -> datetime | None:
    told = session.get(WROTE)
    return datetime.fromtimestamp(told, UTC) if isinstance(told, int) else None


def _remember(response: Response) -> Response:
    if request.method == "POST" and response.status_code < 400:
        session[WROTE] = int(clock.now().timestamp())
    return response
