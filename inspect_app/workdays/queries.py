"""Reading the working calendar and the terms. Never writes, never sees a request."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import CompoundSelect, Date, Integer, String, cast, null, select, union_all

from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.workdays.models import DayOverride, Term
from inspect_app.workdays.policy import DAY, DEFAULTS, WORKING_DAY, Calendar, DeadlineRule, TermCode

CHANGES_SHOWN = 6


def calendar() -> Calendar:
    """The working days as they are decided now: one query. Ask once and count with the answer."""
    rows = db.session.execute(select(DayOverride.day, DayOverride.working))
    return _calendar_of(frozenset((row.day, row.working) for row in rows))


def overrides(first: date, last: date) -> Sequence[DayOverride]:
    """What was decided otherwise about the days from `first` to `last`, in their order."""
    return db.session.scalars(
        select(DayOverride).where(DayOverride.day.between(first, last)).order_by(DayOverride.day)
    ).all()


def changes() -> Sequence[Event]:
    """The latest that people changed about single days, newest first."""
    return db.session.scalars(
        select(Event)
        .where(Event.subject_table == DayOverride.__tablename__, Event.action != "day_override:load")
        .order_by(Event.seq.desc())
        .limit(CHANGES_SHOWN)
    ).all()


def terms() -> Mapping[TermCode, DeadlineRule]:
    """Every term as it is decided now, `DEFAULTS` for the rest: one query. Ask once and count with the answer."""
    return _with_defaults(db.session.execute(select(Term.code, Term.days, Term.working)))


def calendar_and_terms() -> tuple[Calendar, Mapping[TermCode, DeadlineRule]]:
    """Both in one query, for pages that say how long something has waited."""
    rows: Sequence[Any] = db.session.execute(_calendar_and_terms()).all()
    overrides = frozenset((row.day, row.working) for row in rows if row.day is not None)
    return _calendar_of(overrides), _with_defaults([row for row in rows if row.day is None])


@lru_cache(maxsize=4)
def _calendar_of(overrides: frozenset[tuple[date, bool]]) -> Calendar:
    """The same one for as long as nothing else is decided: what was counted with it is kept."""
    return Calendar(dict(overrides))


@cache
def _calendar_and_terms() -> CompoundSelect[Any]:
    no_day, no_code, no_days = cast(null(), Date), cast(null(), String), cast(null(), Integer)
    days = select(DayOverride.day, DayOverride.working, no_code.label("code"), no_days.label("days"))
    return union_all(days, select(no_day, Term.working, Term.code, Term.days))


def _with_defaults(rows: Iterable[Any]) -> Mapping[TermCode, DeadlineRule]:
    decided = {row.code: DeadlineRule(row.days, WORKING_DAY if row.working else DAY) for row in rows}
    return MappingProxyType({code: decided.get(code, rule) for code, rule in DEFAULTS.items()})


def term(code: TermCode) -> Term | None:
    """The decision about one term; none where the default holds."""
    return db.session.scalars(select(Term).where(Term.code == code)).one_or_none()
