"""The list of tasks: ready-made views, filters, words, sorting, pages; everything is in the address."""

from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row

from inspect_app.core import clock, counting
from inspect_app.core.actor import Role
from inspect_app.core.counting import Counts
from inspect_app.core.shapes import filling_with
from inspect_app.tasks import queries
from inspect_app.tasks.forms import Wanted, filter_from
from inspect_app.tasks.models import TaskState
from inspect_app.tasks.views.shared import READERS, bp
from inspect_app.web.access import actor, for_roles
from inspect_app.web.formats import date as shown_day
from inspect_app.web.listing import Tag, View, ready_view, sort_links, tag
from inspect_app.web.paging import Page, Sort, page

COLUMNS = {"newest": False, "unit": True, "due": True}
"""What the rows are sorted by from their heads, and whether upwards."""


@bp.get("/")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    today = clock.today()
    wanted = filter_from(request.args, today=today)
    counts = queries.counts(actor(), wanted.filter, today=today)
    shown = _page(wanted, counts, today)
    offered = queries.plans_offered(actor(), wanted.filter.plan_id)
    body = render_template(
        "tasks/index.html",
        wanted=wanted,
        chosen=wanted.filter,
        rows=shown.rows,
        older=shown.older,
        newer=shown.newer,
        counts=counts,
        capped=counts.capped,
        most=counting.MOST_COUNTED,
        day=wanted.filter.as_of or today,
        plans=offered,
        plan=next((plan for plan in offered if plan.id == wanted.filter.plan_id), None),
        tags=_tags(wanted),
        sorts=sort_links(wanted.sort, wanted.args, COLUMNS),
        views=_views(wanted, counts),
        states=list(TaskState),
        roles=actor().roles,
        of_the_unit=actor().roles == {Role.OFFICER},
    )
    return (body, 422) if wanted.problems else body


def _page(wanted: Wanted, counts: Counts, today: date) -> Page[Row[Any]]:
    walked = queries.are_walked(actor(), wanted.filter, counts, sort=wanted.sort)
    query, facts = queries.chosen(actor(), wanted.filter, sort=wanted.sort, walked=walked, today=today)
    keys, downwards = queries.sort_keys(wanted.sort, facts, with_words=bool(wanted.filter.words))
    in_order, filling = Sort(wanted.sort, keys, downwards), filling_with(actor(), wanted.filter)
    return page(query, in_order, told=queries.told(facts), walked=walked, kept=True, filling=filling)


def _views(wanted: Wanted, counts: Counts) -> list[View]:
    chosen = wanted.filter
    now = {"timing": chosen.timing.value} if chosen.timing else {"state": [s.value for s in chosen.states]}

    def view(label: str, count: str, look: str = "", **args: Any) -> View:
        return ready_view(label, counts.views[count], now, look, **args)

    return [
        view(_("Chưa xong"), "live", timing="live"),
        view(_("Quá hạn"), "overdue", "late", timing="overdue"),
        view(_("Chờ xác nhận"), "reported", state=["reported"]),
        view(_("Đến hạn trong 7 ngày"), "soon", timing="soon"),
        view(_("Tất cả"), "all"),
    ]


def _tags(wanted: Wanted) -> list[Tag]:
    chosen, tags = wanted.filter, list[Tag]()

    def add(label: str, *names: str) -> None:
        tags.append(tag(label, wanted.args, *names))

    if chosen.as_of is not None:
        add(_("Tính đến ngày %(day)s", day=shown_day(chosen.as_of)), "as_of")
    if chosen.year is not None:
        add(_("Năm %(year)s", year=chosen.year), "year")
    if chosen.alone:
        add(_("Không gồm đơn vị trực thuộc"), "alone")
    if chosen.joining:
        add(_("Gồm cả nhiệm vụ phối hợp"), "joining")
    if chosen.counted:
        add(_("Chỉ nhiệm vụ tính vào số liệu"), "counted")
    if chosen.extended:
        add(_("Đã gia hạn"), "extended")
    if chosen.asked:
        add(_("Đang đề nghị gia hạn"), "asked")
    if chosen.mine:
        add(_("Đơn vị tôi chủ trì hoặc tôi giao"), "mine")
    if chosen.confirm:
        add(_("Chờ tôi xác nhận"), "confirm")
    if chosen.decide:
        add(_("Chờ tôi trả lời gia hạn"), "decide")
    if chosen.given is not None:
        add(_given_label(wanted.days), "given_from", "given_to")
    if chosen.done is not None:
        add(_done_label(wanted.days), "done_from", "done_to")
    return tags


def _given_label(days: dict[str, str]) -> str:
    first, last = days["given_from"], days["given_to"]
    if first and last:
        return str(_("Giao từ %(first)s đến %(last)s", first=first, last=last))
    return str(_("Giao từ %(first)s", first=first) if first else _("Giao đến %(last)s", last=last))


def _done_label(days: dict[str, str]) -> str:
    first, last = days["done_from"], days["done_to"]
    if first and last:
        return str(_("Hoàn thành từ %(first)s đến %(last)s", first=first, last=last))
    return str(_("Hoàn thành từ %(first)s", first=first) if first else _("Hoàn thành đến %(last)s", last=last))
