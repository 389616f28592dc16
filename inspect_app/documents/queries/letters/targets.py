"""The units of a plan as letters list them: who, when, where, by which team. The surprise embargo holds."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.units.models import TERRITORIAL, UnitKind, name_inside
from inspect_app.visits.models import Visit
from inspect_app.visits.queries import IN_ORDER, Planned, schedule


@dataclass(frozen=True, slots=True)
class Aim:
    name: str
    kind: UnitKind
    month: int | None
    team: str
    begun: bool
    """An inspection has begun there."""
    day: date | None
    at: str
    """Time of day, where one was agreed."""
    place: str

    @property
    def office(self) -> str:
        return f"UBND {name_inside(self.name, self.kind)}" if self.kind in TERRITORIAL else self.name

    @property
    def when(self) -> str:
        """`08:00 ngày 14/10/2026`, or the month alone."""
        if self.day is None:
            return f"Tháng {self.month}" if self.month else ""
        return f"{self.at} ngày {self.day:%d/%m/%Y}" if self.at else f"{self.day:%d/%m/%Y}"

    def first_day(self, year: int) -> date:
        """The day arranged, or the first that it may be."""
        return self.day or date(year, self.month or 12, 1)


def aims(plan: Plan, actor: Actor, today: date) -> list[Aim]:
    """In the order of months; two statements."""
    aimed_at = schedule(actor, today, Planned(plan=plan))
    rows = db.session.execute(aimed_at.order_by(*IN_ORDER)).all()
    ids = [row.visit_id for row in rows if row.visit_id]
    arranged = {
        visit.id: visit
        for visit in db.session.execute(select(Visit.id, Visit.planned_at, Visit.place).where(Visit.id.in_(ids)))
    }
    found = []
    for row in rows:
        visit = arranged.get(row.visit_id)
        at, place = (visit.planned_at, visit.place) if visit else ("", "")
        told = (row.unit_name, row.unit_kind, row.month, row.team_name or "", bool(row.begun))
        found.append(Aim(*told, row.visit_day if visit else None, at, place))
    return found


def deed(plan: Plan) -> str:
    """`kiểm tra công tác cải cách hành chính năm 2026`."""
    what = {
        PlanKind.SURPRISE: "kiểm tra đột xuất kỷ luật, kỷ cương và công tác cải cách hành chính",
        PlanKind.SELF: "tự kiểm tra công tác cải cách hành chính",
        PlanKind.SCHEDULED: "kiểm tra công tác cải cách hành chính",
    }[plan.kind]
    return f"{what} năm {plan.year}"
