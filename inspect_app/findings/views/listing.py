"""The list of findings: ready-made views, filters, words, sorting, pages; everything is in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.findings import queries
from inspect_app.findings.forms import Wanted, filter_from
from inspect_app.findings.models import State
from inspect_app.findings.queries import MOST_COUNTED, Counts, Extended
from inspect_app.findings.views.bulk import offers_to
from inspect_app.findings.views.shared import READERS, bp
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan, Team
from inspect_app.visits import queries as visits
from inspect_app.visits.models import Visit
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


@bp.get("/findings/")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    today, areas = clock.today(), plans.areas()
    wanted = filter_from(request.args, today=today, areas=[area.code for area in areas])
    query, facts = queries.listed(actor(), wanted.filter, today=today)
    keys, downwards = queries.sort_keys(wanted.sort, facts, wanted.filter)
    shown = page(query, Sort(wanted.sort, keys, downwards))
    counts = queries.counts(actor(), wanted.filter, today=today)
    offered = _plans_offered(wanted)
    body = render_template(
        "findings/index.html",
        wanted=wanted,
        chosen=wanted.filter,
        rows=shown.rows,
        older=shown.older,
        newer=shown.newer,
        counts=counts,
        capped=bool(wanted.filter.words) and counts.total > MOST_COUNTED,
        most=MOST_COUNTED,
        day=wanted.filter.as_of or today,
        areas=areas,
        plans=offered,
        plan=next((plan for plan in offered if plan.id == wanted.filter.plan_id), None),
        tags=_tags(wanted),
        sorts=_sort_links(wanted),
        views=_views(wanted, counts),
        states=[state for state in State if state is not State.RECORDED or _sees_unissued()],
        of_the_unit=_is_the_units(),
        bulk=[] if wanted.filter.as_of else offers_to(actor()),
        here=_here(wanted),
    )
    return (body, 422) if wanted.problems else body


def _here(wanted: Wanted) -> str:
    """The address of this very page of the list."""
    place: dict[str, Any] = {name: request.args[name] for name in ("after", "before") if request.args.get(name)}
    return url_for(".index", **place, **wanted.args)


def _is_the_units() -> bool:
    """The reader answers for units and does nothing else."""
    return actor().roles == {Role.OFFICER}


def _sees_unissued() -> bool:
    return bool(actor().roles & {Role.REVIEWER, Role.INSPECTOR})


def _plans_offered(wanted: Wanted) -> Sequence[Any]:
    """The latest plans that the reader may see, and the one chosen: (id, number, title)."""
    query = plans.listing(actor())
    latest = list(db.session.execute(query.order_by(Plan.year.desc(), Plan.id.desc()).limit(PLANS_OFFERED)))
    chosen = wanted.filter.plan_id
    if chosen is not None and all(plan.id != chosen for plan in latest):
        latest.extend(db.session.execute(query.where(Plan.id == chosen)))
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
        view(_("Chờ xác nhận"), "submitted", state=["submitted"]),
        view(_("Đến hạn trong 7 ngày"), "soon", timing="soon"),
        view(_("Tất cả"), "all"),
    ]


def _sort_links(wanted: Wanted) -> dict[str, tuple[str, str]]:
    """Column -> address that sorts by it, the other way if it does so already; and how it is sorted now."""
    links = {}
    for name, upwards in (("newest", False), ("unit", True), ("deadline", True)):
        here = wanted.sort.removeprefix("-") == name
        backwards = wanted.sort.startswith("-")
        turned = f"-{name}" if here and not backwards else name
        now = ("ascending" if upwards != backwards else "descending") if here else ""
        links[name] = (url_for(".index", **{**wanted.args, "sort": turned}), now)
    return links


def _tags(wanted: Wanted) -> list[Tag]:
    chosen, tags = wanted.filter, list[Tag]()

    def tag(label: str, *names: str) -> None:
        rest = {name: value for name, value in wanted.args.items() if name not in names}
        tags.append(Tag(label, url_for(".index", **rest)))

    if chosen.year is not None:
        tag(_("Theo các kế hoạch năm %(year)s", year=chosen.year), "year")
    if chosen.visit_id is not None:
        tag(_visit_label(chosen.visit_id), "visit")
    if chosen.team_id is not None:
        tag(_team_label(chosen.team_id), "team")
    if chosen.as_of is not None:
        tag(_("Tính đến ngày %(day)s", day=shown_day(chosen.as_of)), "as_of")
    if chosen.entered_after:
        tag(_("Nhập vào sổ sau ngày này"), "entered_after")
    if chosen.alone:
        tag(_("Không gồm đơn vị trực thuộc"), "alone")
    if chosen.former:
        tag(_("Kể cả đơn vị trước đây"), "former")
    if chosen.responsible:
        tag(_("Theo đơn vị đang chịu trách nhiệm"), "responsible")
    if chosen.counted:
        tag(_("Chỉ hạn chế tính vào số liệu"), "counted")
    if chosen.repeats:
        tag(_("Lặp lại hạn chế trước đây"), "repeats")
    if chosen.returned:
        tag(_("Từng bị trả lại"), "returned")
    if chosen.judged:
        tag(_("Đã có kết quả xác nhận"), "judged")
    if chosen.moved:
        tag(_("Đã chuyển cho đơn vị khác"), "moved")
    if chosen.mine:
        tag(_("Giao cho tôi") if _is_the_units() else _("Của tôi hoặc đoàn của tôi"), "mine")
    if chosen.extension is Extended.GRANTED:
        tag(_("Đã gia hạn"), "extension")
    if chosen.extension is Extended.WAITING:
        tag(_("Đang đề nghị gia hạn"), "extension")
    if chosen.issued is not None:
        tag(_issued_label(wanted), "issued_from", "issued_to")
    if chosen.done is not None:
        tag(_done_label(wanted), "done_from", "done_to")
    if chosen.lapsed is not None:
        tag(_lapsed_label(wanted), "overdue_from", "overdue_to")
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
