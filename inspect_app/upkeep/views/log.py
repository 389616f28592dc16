"""For administrators: the log, by person, record, kind and day, and what its last check found."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from inspect_app.core.actor import Role
from inspect_app.core.anchors import Damaged
from inspect_app.core.audit import Event
from inspect_app.core.errors import NotAllowed
from inspect_app.upkeep import policy
from inspect_app.upkeep.jobs.log import CHORE, anchors_of
from inspect_app.upkeep.queries import chores
from inspect_app.upkeep.queries import log as queries
from inspect_app.upkeep.views.words import ALL, ALL_KINDS, KINDS, VERBS
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.paging import Sort, page

bp = Blueprint("log", __name__, url_prefix="/log")
NEWEST = Sort("newest", (Event.at, Event.seq), descending=True)
LONGEST = 300


@bp.get("/")
@for_roles(Role.ADMIN)
def index() -> ResponseReturnValue:
    if not policy.may_read_the_log(actor()):
        raise NotAllowed("Trang này dành cho quản trị hệ thống của cấp cao nhất.")
    asked = Asked()
    asked.expect({"kind": [*KINDS], "verb": [*VERBS]})
    period = (asked.day("from"), asked.day("to"))
    kind, verb = asked.args.get("kind", ""), asked.args.get("verb", "")
    wanted = queries.Wanted(
        words=asked.words("q"),
        table=kind if kind in KINDS else "",
        record_id=asked.number("record", 1, 2**31 - 1),
        verb=verb if verb in VERBS else "",
        first=period[0],
        last=period[1],
    )
    ways, walked = queries.ways(wanted), wanted.record_id is None
    found = page(ways, NEWEST, told=queries.told, walked=walked, kept=ways is queries.EVERYTHING)
    shown = render_template(
        "upkeep/log.html",
        page=found,
        wanted=wanted,
        args=_args(wanted),
        kinds=KINDS,
        all_kinds=ALL_KINDS,
        verbs=VERBS,
        words=ALL,
        problems=asked.problems,
        details={row.seq: _details(row) for row in found.rows},
        check=chores.last(CHORE),
        anchored=_anchored(),
    )
    return shown, 422 if asked.problems else 200


def _args(wanted: queries.Wanted) -> dict[str, Any]:
    said = {
        "q": wanted.words,
        "kind": wanted.table,
        "record": wanted.record_id,
        "verb": wanted.verb,
        "from": _iso(wanted.first),
        "to": _iso(wanted.last),
    }
    return {name: value for name, value in said.items() if value}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _details(row: Any) -> list[tuple[str, str]]:
    """What the event says, of what administrators look after; nothing of somebody whose identity was erased."""
    if row.about_erased or row.subject_table not in queries.OPEN or not isinstance(row.payload, Mapping):
        return []
    return [(str(name), _short(value)) for name, value in row.payload.items() if value not in ("", None, [], {})]


def _short(value: Any) -> str:
    text = " → ".join(str(one) for one in value) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _anchored() -> tuple[int, datetime] | None:
    """The last event that was put down outside the database, and when."""
    try:
        last = anchors_of(current_app).last()
    except (Damaged, OSError):
        return None
    return (last.seq, last.at) if last else None
