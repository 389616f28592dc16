"""Findings and the notices that issued them, as spreadsheets."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from inspect_app.core import figures
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.findings import queries
from inspect_app.findings.forms import filter_from
from inspect_app.findings.forms.conclusions import LATEST, conclusions_from
from inspect_app.findings.models import LIVE, Conclusion, Finding, State
from inspect_app.findings.queries import conclusions as notices
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan, Team
from inspect_app.sheets.forms import words as w
from inspect_app.sheets.queries.rows import Found, Kind, Listing, Table, Value
from inspect_app.sheets.services.particulars import Field
from inspect_app.visits.models import Visit
from inspect_app.web.asked import Asked
from inspect_app.web.fields import read_id
from inspect_app.web.presentation import FINDING_STATES, UNIT_KINDS

READERS = frozenset({Role.REVIEWER, Role.VIEWER, Role.INSPECTOR, Role.OFFICER})
MOST_TICKED = 200
LABELS = {
    "q": _l("Từ tìm kiếm"),
    "year": _l("Năm của kế hoạch"),
    "plan": _l("Kế hoạch"),
    "visit": _l("Cuộc kiểm tra số"),
    "team": _l("Đoàn kiểm tra"),
    "unit": _l("Đơn vị"),
    "alone": _l("Không gồm đơn vị trực thuộc"),
    "former": _l("Gồm cả đơn vị cũ đã nhập vào"),
    "responsible": _l("Theo đơn vị đang chịu trách nhiệm"),
    "kind": _l("Loại đơn vị"),
    "area": _l("Lĩnh vực"),
    "state": _l("Trạng thái"),
    "timing": _l("Thời hạn"),
    "age": _l("Số ngày quá hạn"),
    "extension": _l("Gia hạn"),
    "counted": _l("Chỉ hạn chế tính vào số liệu"),
    "mine": _l("Của tôi hoặc đoàn của tôi"),
    "repeats": _l("Lặp lại hạn chế trước đây"),
    "returned": _l("Đã từng bị trả lại"),
    "judged": _l("Đã được xem xét"),
    "moved": _l("Đã chuyển cho đơn vị khác"),
    "as_of": _l("Tính đến ngày"),
    "entered_after": _l("Nhập vào sổ sau ngày này"),
    "issued_from": _l("Ban hành từ ngày"),
    "issued_to": _l("Ban hành đến ngày"),
    "done_from": _l("Khắc phục từ ngày"),
    "done_to": _l("Khắc phục đến ngày"),
    "overdue_from": _l("Quá hạn từ ngày"),
    "overdue_to": _l("Quá hạn đến ngày"),
}
TIMINGS = {
    "live": _l("Chưa xong"),
    "overdue": _l("Quá hạn"),
    "soon": _l("Đến hạn trong 7 ngày"),
    "on_time": _l("Xong đúng hạn"),
    "early": _l("Xong trước hạn"),
    "on_day": _l("Xong đúng ngày hạn"),
    "late": _l("Xong muộn"),
}
EXTENSIONS = {"granted": _l("Đã gia hạn"), "waiting": _l("Đang đề nghị gia hạn")}
FLAGS = "alone former responsible counted mine repeats returned judged moved entered_after".split()
DAYS = "as_of issued_from issued_to done_from done_to overdue_from overdue_to".split()


def _findings(args: MultiDict[str, str], actor: Actor, today: date) -> Table:
    areas = plans.areas()
    wanted = filter_from(args, today=today, areas=[area.code for area in areas])
    ids, rows, facts = queries.in_order(actor, wanted.filter, sort=wanted.sort, today=today)
    rows = (
        rows.join(Visit, Visit.id == Finding.visit_id)
        .outerjoin(Conclusion, Conclusion.visit_id == Finding.visit_id)
        .add_columns(
            Finding.text,
            Finding.required,
            Finding.repeats_id,
            Finding.version,
            Finding.fixed_deadline,
            Visit.day.label("visit_day"),
            Conclusion.number.label("notice_number"),
            facts.issued_on,
        )
    )
    if ticked := _ticked(args):
        ids = ids.where(Finding.id.in_(ticked))
    english = w.in_english()
    words = {
        **dict.fromkeys(FLAGS, w.is_so),
        **dict.fromkeys(DAYS, w.a_day),
        "plan": w.named(_named(Plan, Plan.number, wanted.filter.plan_id, plans.plan_open_to(actor))),
        "team": w.named(_team(actor, wanted.filter.team_id)),
        "unit": w.named([(wanted.filter.unit.id, wanted.filter.unit.name)] if wanted.filter.unit else []),
        "kind": w.spelt(UNIT_KINDS).__getitem__,
        "area": w.named([(area.code, area.name_en if english else area.short_name) for area in areas]),
        "state": w.spelt(FINDING_STATES).__getitem__,
        "timing": w.spelt(TIMINGS).__getitem__,
        "extension": w.spelt(EXTENSIONS).__getitem__,
    }
    about = w.conditions(wanted.args, LABELS, words)
    if ticked:
        about.append((str(_("Chỉ các hạn chế được chọn")), str(len(ticked))))
    return Table(
        columns=_finding_columns(wanted.filter.as_of or today, english),
        originals=() if wanted.filter.as_of else _originals(english),
        rows=Found(ids, rows, facts.id),
        about=about,
        as_of=wanted.filter.as_of,
        problems=wanted.problems,
    )


def _ticked(args: MultiDict[str, str]) -> list[int]:
    """`?id=`, repeated: only these of the list."""
    ids = []
    for typed in args.getlist("id")[:MOST_TICKED]:
        with suppress(ValueError):
            ids.append(read_id(typed))
    return [number for number in ids if number is not None]


def _named(model: Any, name: Any, number: int | None, condition: Any) -> Sequence[Any]:
    """(id, name) of the one asked for, where the reader may know of it."""
    if number is None:
        return ()
    return db.session.execute(select(model.id, name).where(model.id == number, condition)).all()


def _team(actor: Actor, number: int | None) -> Sequence[Any]:
    if number is None:
        return ()
    theirs = plans.plan_open_to(actor)
    return db.session.execute(select(Team.id, Team.name).join(Team.plan).where(Team.id == number, theirs)).all()


def _finding_columns(day: date, english: bool) -> tuple[Any, ...]:
    states = w.spelt(FINDING_STATES)
    spoken = {
        "early": str(_("Trước hạn")),
        "on_day": str(_("Đúng hạn")),
        "late": str(_("Muộn")),
        "overdue": str(_("Quá hạn")),
        "in_time": str(_("Gửi đúng hạn")),
        "live": str(_("Trong hạn")),
    }

    def standing(row: Any, _beside: Any) -> Value:
        return spoken.get(_standing(row, day))

    def late(row: Any, _beside: Any) -> Value:
        if row.state is State.RESOLVED:
            return row.days_late if row.days_late and row.days_late > 0 else None
        return (day - row.deadline).days if _standing(row, day) == "overdue" else None

    return (
        w.column(str(_("Mã")), 15, "code"),
        w.column(str(_("Hạn chế")), 60, "text"),
        w.column(str(_("Phải làm gì")), 50, "required"),
        w.column(str(_("Lĩnh vực")), 24, "area_en" if english else "area"),
        w.column(str(_("Đơn vị được kiểm tra")), 28, "unit_name"),
        w.column(str(_("Đơn vị chịu trách nhiệm")), 28, "responsible_name"),
        w.column(str(_("Kế hoạch")), 18, "plan_number"),
        w.day(str(_("Ngày kiểm tra")), "visit_day"),
        w.column(str(_("Số thông báo kết luận")), 16, "notice_number"),
        w.day(str(_("Ngày ban hành")), "issued_on"),
        w.coded(str(_("Trạng thái")), 16, "state", states),
        w.day(str(_("Hạn ban đầu")), "baseline"),
        w.day(str(_("Hạn khắc phục")), "deadline"),
        w.day(str(_("Ngày đơn vị báo cáo")), "submitted_on"),
        w.day(str(_("Ngày xác nhận xong")), "resolved_on"),
        w.computed(str(_("Về thời hạn")), Kind.TEXT, 14, standing),
        w.computed(str(_("Số ngày quá hạn")), Kind.NUMBER, 10, late),
        w.yes(str(_("Lặp lại")), 8, "repeats_id"),
        w.number(str(_("Phiên bản")), "version", 9),
    )


def _originals(english: bool) -> tuple[Any, ...]:
    """What a team may change in the sheet and bring in again."""
    return (
        w.column(Field.CODE, 0, "code"),
        w.column(Field.TEXT, 0, "text"),
        w.column(Field.REQUIRED, 0, "required"),
        w.column(Field.AREA, 0, "area_en" if english else "area"),
        w.computed(Field.DEADLINE, Kind.DAY, 0, lambda row, _beside: row.deadline or row.fixed_deadline),
    )


def _standing(row: Any, day: date) -> str:
    """How it stands to its deadline on `day`."""
    if row.state is State.RESOLVED:
        return "late" if row.days_late > 0 else "early" if row.days_late < 0 else "on_day"
    if row.state not in LIVE or row.deadline is None:
        return ""
    if row.deadline < day:
        return "in_time" if row.in_time else "overdue"
    return "live"


FINDINGS = Listing("findings", _l("Danh sách hạn chế"), "han-che", "findings.index", READERS, _findings)


# Notices of conclusion


def _conclusions(args: MultiDict[str, str], actor: Actor, today: date) -> Table:
    asked = Asked(args)
    wanted = conclusions_from(asked)

    def standings(rows: Sequence[Any]) -> Any:
        return notices.standings(actor, [row.visit_id for row in rows], today)

    def counted(name: str) -> Any:
        return lambda row, beside: getattr(beside[row.visit_id], name) if row.visit_id in beside else 0

    def share(row: Any, beside: Any) -> Value:
        one = beside.get(row.visit_id)
        return figures.percentage(one.done, one.total) if one else None

    words = {
        "plan": w.named(_named(Plan, Plan.number, wanted.plan_id, plans.plan_open_to(actor))),
        "unfinished": w.is_so,
    }
    labels = {"q": _l("Số thông báo"), "plan": _l("Kế hoạch"), "unfinished": _l("Còn hạn chế chưa xong")}
    return Table(
        columns=(
            w.column(str(_("Số thông báo kết luận")), 18, "number"),
            w.day(str(_("Ngày")), "dated_on"),
            w.column(str(_("Người ký")), 24, "signer"),
            w.column(str(_("Đơn vị")), 30, "unit_name"),
            w.column(str(_("Kế hoạch")), 18, "plan_number"),
            w.column(str(_("Tên kế hoạch")), 44, "plan_title"),
            w.computed(str(_("Hạn chế")), Kind.NUMBER, 10, counted("total")),
            w.computed(str(_("Đã khắc phục")), Kind.NUMBER, 10, counted("done")),
            w.computed(str(_("Tỷ lệ")), Kind.PERCENT, 9, share),
            w.computed(str(_("Chờ xác nhận")), Kind.NUMBER, 10, counted("waiting")),
            w.computed(str(_("Quá hạn")), Kind.NUMBER, 10, counted("overdue")),
        ),
        rows=notices.listing(actor, wanted),
        counted=notices.matching(actor, wanted),
        order=w.order(LATEST),
        beside=standings,
        about=w.conditions(asked.said, labels, words),
        problems=asked.problems,
    )


CONCLUSIONS = Listing(
    "conclusions", _l("Thông báo kết luận"), "thong-bao-ket-luan", "conclusions.index", READERS, _conclusions
)
