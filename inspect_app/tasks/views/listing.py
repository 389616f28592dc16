"""The list of tasks: ready-made views, filters, words, sorting, pages; everything is in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.tasks import queries
from inspect_app.tasks.forms import Wanted, filter_from
from inspect_app.tasks.models import TaskPlan, TaskState
from inspect_app.tasks.queries import MOST_COUNTED, Counts
from inspect_app.tasks.views.shared import READERS, bp
from inspect_app.web.access import actor, for_roles
from inspect_app.web.formats import date as shown_day
from inspect_app.web.formats import thousands
from inspect_app.web.paging import Sort, page

PLANS_OFFERED = 12


@dataclass(frozen=True, slots=True)
class Tag:
    """A condition that no chip shows, with the address of the list without it."""

    label: str
    without: str


@bp.get("/")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    today = clock.today()
    wanted = filter_from(request.args, today=today)
    query, facts = queries.listed(actor(), wanted.filter, today=today)
    keys, downwards = queries.sort_keys(wanted.sort, facts)
    shown = page(query, Sort(wanted.sort, keys, downwards))
    counts = queries.counts(actor(), wanted.filter, today=today)
    offered = _plans_offered(wanted)
    body = render_template(
        "tasks/index.html",
        wanted=wanted,
        chosen=wanted.filter,
        rows=shown.rows,
        older=shown.older,
        newer=shown.newer,
        counts=counts,
        capped=bool(wanted.filter.words) and counts.total > MOST_COUNTED,
        most=MOST_COUNTED,
        day=wanted.filter.as_of or today,
        plans=offered,
        plan=next((plan for plan in offered if plan.id == wanted.filter.plan_id), None),
        tags=_tags(wanted),
        sorts=_sort_links(wanted),
        views=_views(wanted, counts),
        states=list(TaskState),
        roles=actor().roles,
        of_the_unit=actor().roles == {Role.OFFICER},
    )
    return (body, 422) if wanted.problems else body


def _plans_offered(wanted: Wanted) -> Sequence[Any]:
    """The latest lists that the reader may see, and the one chosen."""
    query = queries.plans_listed(actor())
    latest = list(db.session.execute(query.order_by(TaskPlan.year.desc(), TaskPlan.id.desc()).limit(PLANS_OFFERED)))
    chosen = wanted.filter.plan_id
    if chosen is not None and all(plan.id != chosen for plan in latest):
        latest.extend(db.session.execute(query.where(TaskPlan.id == chosen)))
    return latest


def _views(wanted: Wanted, counts: Counts) -> list[tuple[str, str, int | str, bool, str]]:
    """The ready-made views: label, address, how many, whether it is this one, look."""
    chosen = wanted.filter
    now = {"timing": chosen.timing.value} if chosen.timing else {"state": [s.value for s in chosen.states]}

    def view(label: str, count: str, look: str = "", **args: Any) -> tuple[str, str, int | str, bool, str]:
        many = counts.views[count]
        said = many if many <= MOST_COUNTED else _("hơn %(most)s", most=thousands(MOST_COUNTED))
        return label, url_for(".index", **args), said, now == (args or {"state": []}), look

    return [
        view(_("Chưa xong"), "live", timing="live"),
        view(_("Quá hạn"), "overdue", "late", timing="overdue"),
        view(_("Chờ xác nhận"), "reported", state=["reported"]),
        view(_("Đến hạn trong 7 ngày"), "soon", timing="soon"),
        view(_("Tất cả"), "all"),
    ]


def _sort_links(wanted: Wanted) -> dict[str, tuple[str, str]]:
    """Column -> address that sorts by it, the other way if it does so already; and how it is sorted now."""
    links = {}
    for name, upwards in (("newest", False), ("unit", True), ("due", True)):
        here = wanted.sort.removeprefix("-") == name
        backwards = wanted.sort.startswith("-")
        turned = f"-{name}" if here and not backwards else name
        now = ("ascending" if upwards != backwards else "descending") if here else ""
        links[name] = (url_for(".index", **{**wanted.args, "sort": turned}), now)
    return links


def _tags(wanted: Wanted) -> list[Tag]:
    chosen, tags = wanted.filter, list[Tag]()

    def tag(label: str, name: str) -> None:
        rest = {key: value for key, value in wanted.args.items() if key != name}
        tags.append(Tag(label, url_for(".index", **rest)))

    if chosen.as_of is not None:
        tag(_("Tính đến ngày %(day)s", day=shown_day(chosen.as_of)), "as_of")
    if chosen.year is not None:
        tag(_("Năm %(year)s", year=chosen.year), "year")
    if chosen.alone:
        tag(_("Không gồm đơn vị trực thuộc"), "alone")
    if chosen.joining:
        tag(_("Gồm cả nhiệm vụ phối hợp"), "joining")
    if chosen.counted:
        tag(_("Chỉ nhiệm vụ tính vào số liệu"), "counted")
    if chosen.extended:
        tag(_("Đã gia hạn"), "extended")
    if chosen.mine:
        tag(_("Đơn vị tôi chủ trì hoặc tôi giao"), "mine")
    if chosen.confirm:
        tag(_("Chờ tôi xác nhận"), "confirm")
    return tags
