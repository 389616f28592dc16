"""Telling the whole demo, in one transaction that the caller commits."""

from datetime import date, datetime

from inspect_app.accounts import services as accounts
from inspect_app.checklists import queries as checklist_queries
from inspect_app.checklists import services as checklists
from inspect_app.core.actor import SYSTEM
from inspect_app.core.storage import Storage
from inspect_app.demo import again, cast, duties, frozen, graded, past, present, reorganisation, themselves, urged
from inspect_app.demo.cast import Cast, Homes
from inspect_app.demo.past import Stage
from inspect_app.plans import services as plans
from inspect_app.units import queries as units
from inspect_app.units import services as unit_services
from inspect_app.units.models import Unit
from inspect_app.workdays import services as workdays


def load_reference(today: date) -> None:
    """Units, areas, a first checklist and days off: what every installation starts with."""
    unit_services.load_reference(actor=SYSTEM, today=today)
    plans.load_areas()
    checklists.load_reference(actor=SYSTEM, today=today)
    workdays.load_reference(actor=SYSTEM, today=today)


def tell(*, password: str, storage: Storage, now: datetime, today: date) -> Cast:
    """Reference data, people, 2022, the reorganisation of 2025 and this year."""
    load_reference(today)
    city = units.root()
    assert city is not None
    homes = Homes(city, _unit("SNV", today), _unit("VPUBND", today), _unit("31135", today))
    people = cast.gather(homes, password=password, now=now, today=today)
    for checklist in checklist_queries.unpublished():
        checklists.publish(checklist, actor=cast.on(people.reviewer, today), today=today)
    stage = Stage(people, city, storage, today)
    past.tell(stage)
    graded.tell(stage)
    reorganisation.tell(stage)
    present.tell(stage)
    again.tell(stage)
    themselves.tell(stage)
    urged.tell(stage)
    duties.tell(stage)
    frozen.tell(stage, now)
    for person in (people.head_2022, people.officer_2022):
        accounts.deactivate(person, actor=cast.on(people.admin, today), reach=(), now=now, today=today)
    return people


def _unit(code: str, day: date) -> Unit:
    found = units.by_code(code, day)
    if found is None:
        raise LookupError(f"no unit {code} on {day}")
    return found
