"""Findings that no unit in force answers for, and who may take them over."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, not_, or_, select
from sqlalchemy.orm import aliased, joinedload

from inspect_app.core.actor import Actor, Role
from inspect_app.core.counting import counted_rows, number_of
from inspect_app.core.db import db
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.scope import seen_by
from inspect_app.plans.models import Plan
from inspect_app.units.models import Unit
from inspect_app.units.queries import successors_offered, under, within
from inspect_app.units.queries.history import Offer
from inspect_app.visits.models import Visit

# Names of their own: the query around them may well have joined the table already.
Ended, Lasting = aliased(Unit), aliased(Unit)

MOST = 100
"""Findings of one unit that are moved in one go."""


def has_ended(day: date, unit: type[Unit] = Unit) -> ColumnElement[bool]:
    """No more on `day`; where the last day is not known, from the day after the last for which a source names it."""
    last = func.coalesce(unit.valid_to, unit.last_known)
    return and_(unit.ended, or_(last.is_(None), last < day))


def orphaned(day: date) -> ColumnElement[bool]:
    """Still to be put right, by a unit that is no more. Condition on `Finding`."""
    return and_(f.live(Finding), Finding.responsible_unit_id.in_(select(Ended.id).where(has_ended(day, Ended))))


def orphaned_under(actor: Actor, day: date) -> ColumnElement[bool]:
    """The same in the reviewer's scope.

    Most units are no more. It is asked of those alone that answer for something, and first whether they have not ended:
    this leaves next to none to be asked when they did, which no index tells.
    """
    there = within(Finding.responsible_unit_id, actor.held(Role.REVIEWER), walking=False)
    answering = select(Finding.responsible_unit_id.label("id")).where(f.live(Finding), there).distinct().subquery()
    lasting = select(Lasting.id).where(Lasting.id == answering.c.id, not_(Lasting.ended)).exists()
    ended = select(Ended.id).where(Ended.id == answering.c.id, has_ended(day, Ended)).exists()
    left = select(answering.c.id).where(~lasting, ended)
    return and_(f.live(Finding), Finding.responsible_unit_id.in_(left))


def orphan_units(actor: Actor, today: date) -> list[Row[Any]]:
    """Units that ended and left findings in the reviewer's scope, those that ended last first.

    Columns: id, name, kind, valid_to, many, overdue.
    """
    many = func.count().label("many")
    rows: Iterable[Row[Any]] = db.session.execute(
        select(
            Unit.id,
            Unit.name,
            Unit.kind,
            Unit.valid_to,
            many,
            func.count().filter(f.overdue(Finding, today)).label("overdue"),
        )
        .join(Finding, Finding.responsible_unit_id == Unit.id)
        .where(f.live(Finding), has_ended(today), _reviewed(actor))
        .group_by(Unit.id, Unit.name, Unit.kind, Unit.valid_to, Unit.sort_key)
        .order_by(Unit.valid_to.desc(), Unit.sort_key, Unit.id)
    )
    return list(rows)


def orphan_count(actor: Actor, today: date) -> int:
    """How many findings in the reviewer's scope no unit in force answers for."""
    return db.session.scalar(select(func.count()).select_from(Finding).where(orphaned_under(actor, today))) or 0


def units_left(today: date) -> Select[Unit]:
    """Every unit that ended and still answers for something."""
    left = select(Finding.responsible_unit_id).where(f.live(Finding))
    return select(Unit).where(has_ended(today), Unit.id.in_(left)).order_by(Unit.id)


def orphans_of(unit: Unit, today: date) -> Select[Finding]:
    """What the unit left, if it has ended."""
    return select(Finding).where(orphaned(today), Finding.responsible_unit_id == unit.id).order_by(Finding.id)


def answered_for_by(actor: Actor, unit: Unit, only: int | None = None) -> Sequence[Finding]:
    """What the unit has still to put right in the reviewer's scope, with all that a move reads; `only` names one.

    The nearest deadline first, at most `MOST`.
    """
    rows = (
        select(Finding)
        .where(f.live(Finding), Finding.responsible_unit_id == unit.id, _reviewed(actor))
        .options(
            joinedload(Finding.visit).options(
                joinedload(Visit.unit), joinedload(Visit.plan).joinedload(Plan.issuing_unit)
            ),
            joinedload(Finding.area),
            joinedload(Finding.unit),
            joinedload(Finding.responsible_unit),
            joinedload(Finding.latest),
            joinedload(Finding.request),
        )
        .order_by(Finding.deadline, Finding.id)
        .limit(MOST)
    )
    return db.session.scalars(rows.where(Finding.id == only) if only else rows).unique().all()


def at_unit(actor: Actor, unit: Unit, today: date) -> Row[int, int, int]:
    """In one statement: `total` and `overdue` of what was found there and under it, as far as the reader sees it.

    Neither is counted beyond `MOST_COUNTED + 1`. `left` is what the unit itself has still to put right, in a
    reviewer's scope.
    """
    found = (seen_by(actor), under(Finding.unit_id, unit))
    return db.session.execute(
        select(
            counted_rows(select(Finding.id).where(*found)).label("total"),
            counted_rows(select(Finding.id).where(*found, f.overdue(Finding, today))).label("overdue"),
            number_of(
                select(Finding.id).where(f.live(Finding), Finding.responsible_unit_id == unit.id, _reviewed(actor))
            ).label("left"),
        )
    ).one()


def numbers_of(unit_ids: Collection[int]) -> dict[int, int]:
    """How many findings each unit has still to put right; those without any are left out."""
    rows = db.session.execute(
        select(Finding.responsible_unit_id, func.count())
        .where(f.live(Finding), Finding.responsible_unit_id.in_(sorted(unit_ids)))
        .group_by(Finding.responsible_unit_id)
    )
    return {row[0]: row[1] for row in rows}


def heirs_offered(actor: Actor, unit: Unit, *, day: date) -> list[Offer]:
    """Who may take over from the unit, as far as the reviewer covers them."""
    return [offer for offer in successors_offered(unit, day=day) if actor.reviews(offer.unit)]


def _reviewed(actor: Actor) -> ColumnElement[bool]:
    return within(Finding.responsible_unit_id, actor.held(Role.REVIEWER))
