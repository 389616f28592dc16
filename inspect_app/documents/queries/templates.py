"""Which template of a kind of letter is in force, and its earlier versions."""

from collections.abc import Sequence

from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.documents.models import LetterTemplate
from inspect_app.documents.queries.letters.wording import seat
from inspect_app.units.models import Unit


def in_force(kind: str) -> LetterTemplate | None:
    """The changed template that letters of the kind are made from; None while it is the house's own."""
    wanted = select(LetterTemplate).where(LetterTemplate.kind == kind, LetterTemplate.in_force)
    return db.session.scalars(wanted).one_or_none()


def all_in_force() -> dict[str, LetterTemplate]:
    """By kind."""
    return {one.kind: one for one in db.session.scalars(select(LetterTemplate).where(LetterTemplate.in_force))}


def changed() -> frozenset[str]:
    """The kinds of letters that are made from a changed template."""
    return frozenset(db.session.scalars(_changed))


_changed = select(LetterTemplate.kind).where(LetterTemplate.in_force)


def versions(kind: str) -> Sequence[LetterTemplate]:
    """The latest first."""
    wanted = select(LetterTemplate).where(LetterTemplate.kind == kind).order_by(LetterTemplate.ordinal.desc())
    return db.session.scalars(wanted).all()


def city_seat() -> str:
    """The name of the topmost unit as it stands before a day: `Cần Thơ`."""
    return seat(db.session.scalars(select(Unit.name).where(Unit.parent_id.is_(None))).first() or "")
