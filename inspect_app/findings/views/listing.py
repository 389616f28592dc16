"""The list of findings: ready-made views, filters, words, sorting, pages; everything is in the address."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row, select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.counting import Counts
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_with
from inspect_app.findings import queries
from inspect_app.findings.forms import Wanted, filter_from
from inspect_app.findings.models import State
from inspect_app.findings.queries import Extended
from inspect_app.findings.views.bulk import offers_to
from inspect_app.findings.views.shared import READERS, bp
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Team
from inspect_app.visits import queries as visits
from inspect_app.visits.models import Visit
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.formats import date as shown_day
from inspect_app.web.listing import Tag, View, ready_view, sort_links, tag
from inspect_app.web.paging import Page, Sort, page

COLUMNS = {"newest": False, "unit": True, "deadline": True}
"""What the rows are sorted by from their heads, and whether upwards."""


@bp.get("/findings/")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    today = clock.today()
    beside = queries.around(actor(), page="findings.index", plan_id=Asked().chosen_id("plan"))
    wanted = filter_from(request.args, today=today, areas=[area.code for area in beside.areas])
    counts = queries.counts(actor(), wanted.filter, today=today)
    shown = _page(wanted, counts, today)
    counts = counts.seen(len(shown.rows), whole=shown.older is None and shown.newer is None)
    body = render_template(
        "findings/index.html",
        wanted=wanted,
        chosen=wanted.filter,
        rows=shown.rows,
        older=shown.older,
        newer=shown.newer,
        counts=counts,
        capped=counts.capped,
        most=counts.least,
        day=wanted.filter.as_of or today,
        areas=beside.areas,
        plans=beside.plans,
        plan=next((plan for plan in beside.plans if plan.id == wanted.filter.plan_id), None),
        own=beside.views,
        tags=_tags(wanted),
        sorts=sort_links(wanted.sort, wanted.args, COLUMNS),
        views=_views(wanted, counts),
        states=[state for state in State if state is not State.RECORDED or _sees_unissued()],
        of_the_unit=_is_the_units(),
        bulk=[] if wanted.filter.as_of else offers_to(actor()),
        here=_here(wanted),
    )
    return (body, 422) if wanted.problems else body


def _page(wanted: Wanted, counts: Counts, today: date) -> Page[Row[Any]]:
    many = queries.are_walked(actor(), wanted.filter, counts, sort=wanted.sort)
    is_first = not (request.args.get("after") or request.args.get("before"))

    def read(recent: bool) -> Page[Row[Any]]:
        query, facts = queries.chosen(
            actor(),
            wanted.filter,
            sort=wanted.sort,
            many=many,
            newest=counts.newest,
            recent=recent,
            first=is_first,
            today=today,
        )
        keys, downwards = queries.sort_keys(wanted.sort, facts, wanted.filter, many=many, newest=counts.newest)
        in_order = Sort(wanted.sort, keys, downwards)
        filling = filling_with(actor(), wanted.filter)
        return page(query, in_order, told=queries.told(facts), walked=many, kept=True, filling=filling)

    if not is_first:
        return read(False)
    return queries.first_page(
        actor(),
        wanted.filter,
        sort=wanted.sort,
        counts=counts,
        read=read,
        is_whole=lambda shown: shown.older is not None,
    )


def _here(wanted: Wanted) -> str:
    """The address of this very page of the list."""
    place: dict[str, Any] = {name: request.args[name] for name in ("after", "before") if request.args.get(name)}
    return url_for(".index", **place, **wanted.args)


def _is_the_units() -> bool:
    """The reader answers for units and does nothing else."""
    return actor().roles == {Role.OFFICER}


def _sees_unissued() -> bool:
    return bool(actor().roles & {Role.REVIEWER, Role.INSPECTOR})


def _views(wanted: Wanted, counts: Counts) -> list[View]:
    chosen = wanted.filter
    now = {"timing": chosen.timing.value} if chosen.timing else {"state": [s.value for s in chosen.states]}

    def view(label: str, count: str, look: str = "", **args: Any) -> View:
        return ready_view(label, counts.views[count], now, look, **args)

    return [
        view(_("Chưa xong"), "live", timing="live"),
        view(_("Quá hạn"), "overdue", "late", timing="overdue"),
        view(_("Chờ xác nhận"), "submitted", state=["submitted"]),
        view(_("Đến hạn trong 7 ngày"), "soon", timing="soon"),
        view(_("Tất cả"), "all"),
    ]


def _tags(wanted: Wanted) -> list[Tag]:
    chosen, tags = wanted.filter, list[Tag]()

    def add(label: str, *names: str) -> None:
        tags.append(tag(label, wanted.args, *names))

    if chosen.year is not None:
        add(_("Theo các kế hoạch năm %(year)s", year=chosen.year), "year")
    if chosen.visit_id is not None:
        add(_visit_label(chosen.visit_id), "visit")
    if chosen.team_id is not None:
        add(_team_label(chosen.team_id), "team")
    if chosen.as_of is not None:
        add(_("Tính đến ngày %(day)s", day=shown_day(chosen.as_of)), "as_of")
    if chosen.entered_after:
        add(_("Nhập vào sổ sau ngày này"), "entered_after")
    if chosen.alone:
        add(_("Không gồm đơn vị trực thuộc"), "alone")
    if chosen.former:
        add(_("Kể cả đơn vị trước đây"), "former")
    if chosen.responsible:
        add(_("Theo đơn vị đang chịu trách nhiệm"), "responsible")
    if chosen.counted:
        add(_("Chỉ hạn chế tính vào số liệu"), "counted")
    if chosen.repeats:
        add(_("Lặp lại hạn chế trước đây"), "repeats")
    if chosen.returned:
        add(_("Từng bị trả lại"), "returned")
    if chosen.judged:
        add(_("Đã có kết quả xác nhận"), "judged")
    if chosen.moved:
        add(_("Đã chuyển cho đơn vị khác"), "moved")
    if chosen.mine:
        add(_("Giao cho tôi") if _is_the_units() else _("Của tôi hoặc đoàn của tôi"), "mine")
    if chosen.extension is Extended.GRANTED:
        add(_("Đã gia hạn"), "extension")
    if chosen.extension is Extended.WAITING:
        add(_("Đang đề nghị gia hạn"), "extension")
    if chosen.issued is not None:
        add(_issued_label(wanted), "issued_from", "issued_to")
    if chosen.done is not None:
        add(_done_label(wanted), "done_from", "done_to")
    if chosen.lapsed is not None:
        add(_lapsed_label(wanted), "overdue_from", "overdue_to")
    return tags


def _visit_label(visit_id: int) -> str:
    visit = db.session.scalars(visits.visible_to(actor()).where(Visit.id == visit_id)).unique().one_or_none()
    if visit is None:
        return str(_("Cuộc kiểm tra không xem được"))
    return str(_("Kiểm tra tại %(unit)s ngày %(day)s", unit=visit.unit_name, day=shown_day(visit.day)))


def _team_label(team_id: int) -> str:
    theirs = plans.plan_open_to(actor())
    name = db.session.scalar(select(Team.name).join(Team.plan).where(Team.id == team_id, theirs))
    return name or str(_("Đoàn kiểm tra không xem được"))


def _issued_label(wanted: Wanted) -> str:
    first, last = wanted.days["issued_from"], wanted.days["issued_to"]
    if first and last:
        return str(_("Ban hành từ %(first)s đến %(last)s", first=first, last=last))
    return str(_("Ban hành từ %(first)s", first=first) if first else _("Ban hành đến %(last)s", last=last))


def _done_label(wanted: Wanted) -> str:
    first, last = wanted.days["done_from"], wanted.days["done_to"]
    if first and last:
        return str(_("Khắc phục từ %(first)s đến %(last)s", first=first, last=last))
    return str(_("Khắc phục từ %(first)s", first=first) if first else _("Khắc phục đến %(last)s", last=last))


def _lapsed_label(wanted: Wanted) -> str:
    first, last = wanted.days["overdue_from"], wanted.days["overdue_to"]
    if first and last:
        return str(_("Phát sinh quá hạn từ %(first)s đến %(last)s", first=first, last=last))
    if first:
        return str(_("Phát sinh quá hạn từ %(first)s", first=first))
    return str(_("Phát sinh quá hạn đến %(last)s", last=last))
