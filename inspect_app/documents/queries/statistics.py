"""The figures of the periodical annex, each under the name by which a template asks for it.

Two questions, never mixed: what happened between the first and the last day of the period, and how things stood at
its end. Of everything that the reader may see.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, case, cast, func, literal, or_, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.figures import percent, thousands
from inspect_app.documents.queries.statistics_findings import of_findings
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.plans.queries import plan_open_to
from inspect_app.reminders.models import Level, Urging
from inspect_app.tasks.queries import happened
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import within
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.queries import open_to
from inspect_app.workdays.periods import Period

SHARES = {
    "ty_le_han_che_da_xu_ly": ("han_che_da_xu_ly", "han_che_ket_luan"),
    "ty_le_dung_han": ("khac_phuc_dung_han", "khac_phuc_trong_ky"),
}
"""Share -> the two numbers that it is made of."""


def figures(actor: Actor, period: Period, today: date) -> dict[str, str]:
    """Every number and share, printed as offices print them."""
    return printed(numbers_of(actor, period, today))


def printed(numbers: Mapping[str, int]) -> dict[str, str]:
    shares = {name: percent(numbers[part], numbers[whole]) for name, (part, whole) in SHARES.items()}
    return {name: thousands(number) for name, number in numbers.items()} | shares


def numbers_of(actor: Actor, period: Period, today: date) -> dict[str, int]:
    """What is still ahead of `today` is not counted. Five statements."""
    end = min(period.last, today)
    return {
        **_plans(actor, period, end),
        **_visits(actor, period, end),
        **_row(of_findings(actor, Period(period.first, end), today)),
        **_letters(actor, period, end),
        **_tasks(actor, period, end, today),
    }


def _plans(actor: Actor, period: Period, end: date) -> dict[str, int]:
    issued = and_(plan_open_to(actor), Plan.issued_on.between(period.first, end))
    number = db.session.scalar(select(func.count()).select_from(Plan).where(issued, Plan.kind != PlanKind.SELF))
    return {"ke_hoach_kiem_tra": number or 0}


def _visits(actor: Actor, period: Period, end: date) -> dict[str, int]:
    """Inspections that began in the period and were not cancelled by its end, and the units that they were at.

    Counted for each unit first: so thousands of visits are sorted once.
    """
    by_team = Visit.team_id.is_not(None)
    at_unit = (
        select(
            Visit.unit_id,
            func.count().filter(by_team).label("by_team"),
            func.count().filter(by_team, Plan.kind == PlanKind.SURPRISE).label("surprise"),
            func.count().filter(by_team, Visit.follow_up).label("follow_up"),
            func.count().filter(Visit.team_id.is_(None)).label("alone"),
        )
        .join(Visit.plan)
        # The day of a visit that has begun is the one on which it did, and has an index.
        .where(open_to(actor), Visit.day.between(period.first, end), Visit.began_on.is_not(None))
        .where(or_(Visit.state != VisitState.CANCELLED, Visit.ended_on > end))
        .group_by(Visit.unit_id)
        .subquery()
        .c
    )

    def units(*which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(at_unit.by_team > 0, *which)

    columns = {
        "cuoc_kiem_tra": _sum(at_unit.by_team),
        "cuoc_dot_xuat": _sum(at_unit.surprise),
        "cuoc_phuc_tra": _sum(at_unit.follow_up),
        "luot_tu_kiem_tra": _sum(at_unit.alone),
        "don_vi_duoc_kiem_tra": units(),
        "so_nganh_duoc_kiem_tra": units(Unit.kind == UnitKind.DEPARTMENT),
        "quan_huyen_duoc_kiem_tra": units(Unit.kind == UnitKind.DISTRICT),
        "xa_phuong_duoc_kiem_tra": units(Unit.kind == UnitKind.COMMUNE),
        "don_vi_truc_thuoc_duoc_kiem_tra": units(Unit.kind == UnitKind.AFFILIATE),
    }
    return _row(select(*_labelled(columns)).join(Unit, Unit.id == at_unit.unit_id))


def _sum(numbers: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(numbers), 0), Integer)


def _letters(actor: Actor, period: Period, end: date) -> dict[str, int]:
    """One letter may go to several units: it is written down for each of them under the same number and day."""
    day = func.coalesce(cast(Urging.dated_on, String), "")
    unnumbered, numbered = literal("#").concat(cast(Urging.id, String)), Urging.number.concat(" ").concat(day)
    letter = case((Urging.number == "", unnumbered), else_=numbered)
    sent = select(func.count(letter.distinct()).label("cong_van_don_doc")).select_from(Urging)
    mine = (Urging.level.in_((Level.LETTER_1, Level.LETTER_2)), Urging.taken_on.between(period.first, end))
    return _row(sent, within(Urging.unit_id, actor.grants), *mine)


def _tasks(actor: Actor, period: Period, end: date, today: date) -> dict[str, int]:
    found = happened(actor, period.first, end, today=today)
    return {
        "nhiem_vu_giao": found.given,
        "nhiem_vu_xong": found.done,
        "nhiem_vu_truoc_han": found.before,
        "nhiem_vu_dung_han": found.on_day,
        "nhiem_vu_qua_han": found.late,
        "nhiem_vu_khong_han": found.undated,
        "nhiem_vu_con_lai": found.live,
        "nhiem_vu_con_qua_han": found.overdue,
    }


def _labelled(columns: dict[str, Any]) -> list[Any]:
    return [column.label(name) for name, column in columns.items()]


def _row(query: Any, *which: ColumnElement[bool]) -> dict[str, int]:
    return dict(db.session.execute(query.where(*which)).one()._mapping)
