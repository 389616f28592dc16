"""What a register holds little of, told through the services once all the rows are there: a checklist made public,
frozen figures, a review of access, sheets that somebody is looking at before they are written down. Nobody grades the
whole country: each province does it by itself."""

from datetime import date

from flask import current_app
from sqlalchemy import select

from bench.fill.sheets import written
from inspect_app.accounts import queries as accounts
from inspect_app.accounts.models import Person
from inspect_app.accounts.services.reviews import open_review
from inspect_app.checklists import queries as checklists
from inspect_app.checklists.services import publish
from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.storage import Incoming
from inspect_app.findings.models import Finding
from inspect_app.plans.models import Area, Plan
from inspect_app.plans.queries import seats_of
from inspect_app.reports.queries.frozen.freezing import Of
from inspect_app.reports.services import freeze
from inspect_app.sheets.services import bringing
from inspect_app.sheets.services.kinds import KINDS
from inspect_app.visits.models import Visit

ROWS = 100
"""Of a sheet."""


def tell(people: dict[str, int], plan_id: int, visit_id: int, today: date) -> tuple[int, dict[str, int]]:
    """Commits; returns the id of the review of access, and those of sheets by their kinds.

    `people` are those of `Filled`, by their ids; `visit_id` is under way.
    """
    for checklist in checklists.unpublished():
        publish(checklist, actor=_as(people["root_reviewer"], today), today=today)
    _freeze(_as(people["reviewer"], today), plan_id, today)
    review = open_review(actor=_as(people["admin"], today), now=clock.now(), today=today)
    found = db.session.scalars(select(Finding).where(Finding.plan_id == plan_id).order_by(Finding.id).limit(ROWS)).all()
    head, reviewer = _as(people["head"], today), _as(people["reviewer"], today)
    sheets = {
        "findings": _bring("findings", [_at(visit_id, one) for one in found], head),
        "history": _bring("history", [_of_old(one) for one in found], reviewer),
    }
    db.session.commit()
    return review.id, sheets


def _at(visit_id: int, finding: Finding) -> dict[str, str]:
    """Something like it, found at another visit."""
    visit = db.session.get_one(Visit, visit_id)
    day = f"{visit.began_on:%d/%m/%Y}" if visit.began_on else ""
    return {"unit": visit.unit_name, "visit_day": day, **_said(finding)}


def _of_old(finding: Finding) -> dict[str, str]:
    """Something like it, put right under a plan of a year long past."""
    plan = {"plan": "15/KH-UBND", "plan_day": "10/01/2019", "year": "2019", "unit": finding.unit_name}
    visited = {"visit_day": "20/05/2019", "notice": f"{finding.unit_id}/TB-ĐKT", "notice_day": "05/06/2019"}
    done = {"state": "Đã khắc phục", "result": "Đã làm xong.", "done_day": "01/07/2019", "verified_day": "05/07/2019"}
    return {**plan, **visited, **_said(finding), **done}


def _said(finding: Finding) -> dict[str, str]:
    area = db.session.get_one(Area, finding.area_code).name
    return {"text": f"{finding.title} Ghi bổ sung.", "required": finding.required, "area": area, "days": "30"}


def _bring(name: str, rows: list[dict[str, str]], actor: Actor) -> int:
    storage, kind = current_app.extensions["storage"], KINDS[name]
    file = Incoming(f"{name}.csv", "text/csv", written(name, rows))
    kept, book, sheet = bringing.receive(file, kind, storage=storage, limit=10_000_000)
    return bringing.bring(file.name, kept, book, sheet=sheet, kind=kind, actor=actor, at=clock.now()).id


def _as(person_id: int, today: date) -> Actor:
    person = db.session.get_one(Person, person_id)
    grants, seats = accounts.held_by(person.id, today), seats_of(person.id, today)
    return Actor(person_id=person.id, name=person.name, home_unit_id=person.home_unit_id, grants=grants, seats=seats)


def _freeze(actor: Actor, plan_id: int, today: date) -> None:
    """The figures of a plan, and those of its province."""
    plan = db.session.get_one(Plan, plan_id)
    for of, title in ((Of(plan.year, plan), "Báo cáo kết quả kế hoạch"), (Of(plan.year), "Báo cáo năm")):
        freeze(of, actor=actor, as_of=today, title=title, now=clock.now(), today=today)
