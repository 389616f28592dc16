"""Whose name a letter goes out in."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from inspect_app.accounts.models import Person
from inspect_app.core.db import db
from inspect_app.documents.queries.letters.wording import Writer
from inspect_app.units.models import Unit


def writer_of(person_id: int | None, *, otherwise: Unit) -> Writer:
    """The home unit of that person; `otherwise` where they are at home nowhere."""
    at_home = select(Unit).join(Person, Person.home_unit_id == Unit.id).where(Person.id == person_id)
    home = db.session.scalars(at_home.options(joinedload(Unit.parent))).one_or_none()
    return Writer(home, home.parent) if home else writer_for(otherwise)


def root_unit() -> Unit:
    """The topmost one."""
    return db.session.scalars(select(Unit).where(Unit.parent_id.is_(None))).one()


def writer_for(unit: Unit) -> Writer:
    """The unit itself."""
    above = db.session.get(Unit, unit.parent_id) if unit.parent_id else None
    return Writer(unit, above)
