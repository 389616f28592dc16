"""What a register holds little of, told through the services once all the rows are there: a checklist made public,
frozen figures and a review of access. Nobody grades the whole country: each province does it by itself."""

from datetime import date

from inspect_app.accounts import queries as accounts
from inspect_app.accounts.models import Person
from inspect_app.accounts.services.reviews import open_review
from inspect_app.checklists import queries as checklists
from inspect_app.checklists.services import publish
from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.plans.models import Plan
from inspect_app.reports.queries.frozen.freezing import Of
from inspect_app.reports.services import freeze


def tell(people: dict[str, int], plan_id: int, today: date) -> int:
    """Commits; returns the id of the review of access. `people` are those of `Filled`, by their ids."""
    for checklist in checklists.unpublished():
        publish(checklist, actor=_as(people["root_reviewer"], today), today=today)
    _freeze(_as(people["reviewer"], today), plan_id, today)
    review = open_review(actor=_as(people["admin"], today), now=clock.now(), today=today)
    db.session.commit()
    return review.id


def _as(person_id: int, today: date) -> Actor:
    person = db.session.get_one(Person, person_id)
    return Actor(person_id=person.id, name=person.name, grants=accounts.held_by(person.id, today))


def _freeze(actor: Actor, plan_id: int, today: date) -> None:
    """The figures of a plan, and those of its province."""
    plan = db.session.get_one(Plan, plan_id)
    for of, title in ((Of(plan.year, plan), "Báo cáo kết quả kế hoạch"), (Of(plan.year), "Báo cáo năm")):
        freeze(of, actor=actor, as_of=today, title=title, now=clock.now(), today=today)
