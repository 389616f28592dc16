"""Home of each role, search over everything, the guide."""

from typing import Any

from flask import Blueprint, abort, g, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.accounts import queries as accounts
from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.text import one_line, words
from inspect_app.findings.queries import newest_with
from inspect_app.home import queries
from inspect_app.tasks import queries as tasks
from inspect_app.units import queries as units
from inspect_app.web.access import actor, signed_in, visitor
from inspect_app.web.formats import ngettext, thousands
from inspect_app.workdays.forms import TERMS

bp = Blueprint("home", __name__)
LONGEST_SEARCH = 200
ONE_DAY = 86_400
"""Seconds."""
SHOWN = 10
"""Rows of each kind on the page of a search."""


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    who, today = actor(), clock.today()
    roles = who.roles
    parts: dict[str, Any] = {}
    if Role.OFFICER in roles:
        parts["unit"] = {
            "tally": queries.tally(who, today),
            "queues": queries.unit_queues(who, today),
            "tasks": queries.unit_tasks(who, today),
        }
    visits, to_conclude = queries.visits_waiting(who)
    if Role.INSPECTOR in roles:
        parts["team"] = {
            "visits": [visit for visit in visits if visit.is_due(today)],
            "ahead": [visit for visit in visits if not visit.is_due(today)][: queries.SHOWN],
            "verify": queries.verification_queue(who, today=today),
        }
    if roles & {Role.INSPECTOR, Role.REVIEWER}:
        pace = parts["pace"] = queries.pace(who, today)
        late_units, orphans, reports, asked = (
            queries.late_units(who, today) if Role.REVIEWER in roles else (None, 0, 0, 0)
        )
        decide = {
            "late_units": late_units,
            "orphans": orphans,
            "findings": sorted(queries.decision_queue(who, today=today), key=lambda row: not pace.answers(row.id)),
            "conclude": to_conclude,
            "tasks": reports,
            "asked": asked,
        }
        if Role.REVIEWER in roles or any(decide.values()):
            parts["decide"] = decide
        if Role.REVIEWER in roles and pace.total:
            parts["late"] = {
                "rows": pace.longest(queries.SHOWN),
                "total": pace.total,
                "more": pace.more,
                "words": TERMS,
            }
    if roles & {Role.REVIEWER, Role.VIEWER, Role.INSPECTOR}:
        parts["progress"] = queries.plans_in_progress(who, today)
        parts["year"] = queries.year_so_far(parts["progress"], today)
    if roles == {Role.ADMIN}:
        parts["nobody_plans"] = not accounts.anybody_is(Role.REVIEWER, today)
    return render_template(
        "home/index.html",
        heading=_heading(roles, parts, counted(who)[0]),
        roles=roles,
        today=today,
        visitor=visitor(),
        **parts,
    )


def counted(who: Actor) -> tuple[int, int]:
    """What waits for the actor and what they were told and have not opened, counted once for a page."""
    kept = g.get("waiting")
    if kept is None or kept[0] is not who:
        kept = g.waiting = (who, queries.waiting(who, clock.today()))
    found: tuple[int, int] = kept[1]
    return found


def _heading(roles: frozenset[Role], parts: dict[str, Any], to_do: int) -> str:
    """The load, in the words of the hat that decides most."""
    late_units = parts.get("decide", {}).get("late_units")
    late = late_units.findings if late_units else 0
    if Role.REVIEWER in roles:
        if not to_do and not late:
            return str(_("Không còn việc phải xử lý"))
        shown = to_do if to_do <= queries.MOST else f"{queries.MOST}+"
        return str(_("%(n)s việc cần xử lý, %(late)s hạn chế đang quá hạn", n=shown, late=thousands(late)))
    if "team" in parts:
        visits, verify = len(parts["team"]["visits"]), parts["team"]["verify"]
        waiting = verify[0].total if verify else 0
        if visits:
            shown = thousands(waiting)
            return str(_("Hôm nay: %(visits)s cuộc kiểm tra, %(n)s kết quả chờ xác nhận", visits=visits, n=shown))
        if waiting:
            return ngettext("%(num)s kết quả chờ xác nhận", "%(num)s kết quả chờ xác nhận", waiting)
        return str(_("Hôm nay không có cuộc kiểm tra"))
    if "unit" in parts:
        tasks = parts["unit"]["tasks"]
        left = parts["unit"]["tally"].left + (tasks[0].total if tasks else 0)
        if not left:
            return str(_("Đơn vị không còn việc phải làm"))
        return ngettext("Đơn vị còn %(num)s việc phải làm", "Đơn vị còn %(num)s việc phải làm", left)
    if "year" in parts:
        year = parts["year"]
        if not year.progress.counted:
            return str(_("Năm %(year)s: chưa ban hành hạn chế nào", year=year.year))
        return str(
            _(
                "Năm %(year)s: đã khắc phục %(done)s/%(all)s hạn chế",
                year=year.year,
                done=thousands(year.progress.resolved),
                all=thousands(year.progress.counted),
            )
        )
    return str(_("Việc cần làm"))


@bp.get("/search")
@signed_in
def search() -> ResponseReturnValue:
    who, today = actor(), clock.today()
    q = one_line(request.args.get("q", ""))[:LONGEST_SEARCH]
    if not words(q):
        return render_template("home/search.html", q="")
    found, counts = newest_with(who, q, most=SHOWN, today=today)
    return render_template(
        "home/search.html",
        q=q,
        findings=found,
        total=counts.least + counts.capped,
        most=counts.least,
        tasks=tasks.newest_with(who, q, most=SHOWN, today=today),
        units=units.search(q, limit=SHOWN + 1),
        shown=SHOWN,
        plans=queries.plans_with(who, q, most=SHOWN + 1),
    )


@bp.get("/guide/")
@signed_in
def guide() -> ResponseReturnValue:
    return _guide_page("README")


@bp.get("/guide/<string:page>")
@signed_in
def guide_page(page: str) -> ResponseReturnValue:
    return _guide_page(page)


@bp.get("/guide/hinh/<string:name>")
@signed_in
def guide_picture(name: str) -> ResponseReturnValue:
    return send_from_directory(queries.GUIDE / "hinh", name, max_age=ONE_DAY)


def _guide_page(page: str) -> ResponseReturnValue:
    found = queries.guide_page(page)
    if found is None:
        abort(404)
    return render_template("home/guide.html", page=found)
