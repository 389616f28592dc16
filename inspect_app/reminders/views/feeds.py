"""The calendar of one's deadlines, for calendar programs: open to whoever knows its private address."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.connections import read_only
from inspect_app.core.db import db
from inspect_app.reminders.queries import feed as queries
from inspect_app.reminders.services import settings as services
from inspect_app.web.access import public

bp = Blueprint("feeds", __name__, url_prefix="/feeds")


@bp.get("/<string(length=43):token>.ics")
@public
def show(token: str) -> Response:
    """404 for an address that was revoked or never was, and for whoever is not active any more."""
    from icalendar import Calendar

    reader = queries.reader_of(token, clock.today())
    if reader is None:
        abort(404)
    calendar = Calendar()
    calendar.add("prodid", "-//So kiem tra CCHC//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _("Hạn khắc phục"))
    calendar.add("x-wr-calname", _("Hạn khắc phục"))
    now = clock.now()
    for row in queries.deadlines_of(reader):
        named = {"responsible": row.responsible, "unit": row.unit_name}
        about = _("%(responsible)s chịu trách nhiệm. Kiểm tra tại %(unit)s.", **named)
        summary = _("Hạn %(code)s: %(title)s", code=row.code, title=row.required_title)
        page = _own_path("findings.show", finding_id=row.id)
        calendar.add_component(_due(f"finding-{row.id}", row.deadline, summary, about, page, now))
    for row in queries.tasks_of(reader):
        about = _("%(unit)s chủ trì.", unit=row.unit_name)
        summary = _("Hạn %(code)s: %(title)s", code=row.code, title=row.title)
        page = _own_path("tasks.show", task_id=row.id)
        calendar.add_component(_due(f"task-{row.id}", row.due_on, summary, about, page, now))
    db.session.rollback()  # what was read so far read only; this writes
    read_only(False)
    if services.hand_out_feed(token, actor=reader, address=request.remote_addr or "", today=clock.today()):
        db.session.commit()
    read_only(True)
    return Response(calendar.to_ical(), mimetype="text/calendar")


def _due(name: str, day: date, summary: str, about: str, page: str, now: datetime) -> Any:
    """A whole day on which something is due."""
    from icalendar import Event

    event = Event()
    event.add("uid", f"{name}@so-kiem-tra-cchc")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", about)
    event.add("transp", "TRANSPARENT")
    if site := current_app.config["PUBLIC_URL"]:
        event.add("url", f"{site}{page}")
    return event


def path_of(token: str) -> str:
    return url_for("feeds.show", token=token)


def address_of(token: str) -> str:
    """The whole address, where the operator said what the program's own is; never made from the request's Host."""
    site: str = current_app.config["PUBLIC_URL"]
    return f"{site}{_own_path('feeds.show', token=token)}" if site else ""


def _own_path(endpoint: str, **values: object) -> str:
    """Without the place that a proxy put the program at: that is part of the site's own address."""
    return current_app.url_map.bind("localhost").build(endpoint, values)
