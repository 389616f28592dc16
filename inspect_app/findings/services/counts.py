"""Keeping what is counted: beside every change, in its last moment, and all anew.

What is kept is derived: making it anew changes no fact and leaves no event.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from inspect_app.core.audit import TURN, Noted
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.findings.models import By, FindingCount, PlanStanding, State
from inspect_app.findings.queries.kept import (
    NUMBERS,
    STANDINGS,
    anew,
    key_of,
    month_of,
    numbers_in,
    standings_anew,
)
from inspect_app.plans.models import Plan

Facts = Mapping[str, Any]
NOTHING = (0,) * len(NUMBERS)
REWRITES_THE_VISIT = frozenset({"finding:record", "finding:discard", "finding:retell"})
"""What changes whether its visit found anything, without an event of the visit."""
_NAMES = ", ".join(NUMBERS)
_KINDS = (
    "SELECT ' ' || inspected.kind || ' ' || answering.kind FROM unit AS inspected, unit AS answering "
    "WHERE inspected.id = :inspected AND answering.id = :answering"
)
_ADD = text(
    f'INSERT INTO finding_count ("year", "by", "key", "code", {_NAMES}) '  # noqa: S608  (names of ours)
    f"SELECT plan.year, :by, :key, :code || coalesce(({_KINDS}), ''), {', '.join(f':{name}' for name in NUMBERS)} "
    "FROM plan WHERE plan.id = :plan "
    'ON CONFLICT ("year", "by", "key", "code") DO UPDATE SET '
    + ", ".join(f"{name} = finding_count.{name} + excluded.{name}" for name in NUMBERS)
)


class Key(NamedTuple):
    """Which row of `FindingCount` something is added to; the year is that of the plan."""

    plan: int
    by: By
    key: int
    code: str = ""
    """Without the kinds."""
    inspected: int = 0
    """With `answering` the units whose kinds end the code, where the sort is told apart by them."""
    answering: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """From `on` a finding counts as `after`, and no longer as `before`; either may be nothing."""

    on: date
    before: Facts | None
    after: Facts | None


def undone(spans: Sequence[Facts]) -> list[Change]:
    """What takes back all that these spans of one finding, in their order, ever added."""
    befores = [None, *spans[:-1]]
    return [Change(span["since"], span, before) for span, before in zip(spans, befores, strict=True)][::-1]


def keep(session: Session, noted: Sequence[Noted]) -> None:
    """For `audit.configure`: bring what is kept up to date with what happened in this transaction."""
    sums: dict[Key, list[int]] = {}
    for one in noted:
        for change in one.changes:
            _count(change, sums)
    rows = [
        {**key._asdict(), "by": key.by.value, **dict(zip(NUMBERS, added, strict=True))}
        for key, added in sorted(sums.items())
        if any(added)
    ]
    if rows:
        session.connection().execute(_ADD, rows)
    if inspected := sorted({plan_id for one in noted for plan_id in _inspected_under(one)}):
        _keep_standings(session, inspected)
    for year in sorted({year for one in noted for year in _years_left(one)}):
        _make_anew(session, year)


def _count(change: Change, sums: dict[Key, list[int]]) -> None:
    for facts, sign in ((change.before, -1), (change.after, 1)):
        if facts:
            numbers = numbers_in(facts)
            for key in _keys(facts, change.on):
                _add(sums, key, numbers, sign)
            _add_places(sums, facts, sign)


def _keys(facts: Facts, on: date) -> Iterator[Key]:
    plan_id, area = facts["plan_id"], facts["area_code"]
    units = facts["unit_id"], facts["responsible_unit_id"]
    yield Key(plan_id, By.PLAN, plan_id)
    yield Key(plan_id, By.PLAN, plan_id, "", *units)
    yield Key(plan_id, By.UNIT, units[0])
    yield Key(plan_id, By.RESPONSIBLE, units[1])
    yield Key(plan_id, By.AREA, 0, area, *units)
    yield Key(plan_id, By.PLAN_AREA, plan_id, area)
    yield Key(plan_id, By.DAY, key_of(on), "", *units)
    yield Key(plan_id, By.MONTH, plan_id, month_of(on))


def _add_places(sums: dict[Key, list[int]], facts: Facts, sign: int) -> None:
    if facts["state"] is State.RECORDED:
        return
    plan_id, one = facts["plan_id"], (1, *NOTHING[1:])
    for unit_id in {facts["unit_id"], facts["responsible_unit_id"]}:
        _add(sums, Key(plan_id, By.AT, unit_id, str(plan_id)), one, sign)
        _add(sums, Key(plan_id, By.EVERYWHERE, plan_id), one, sign)


def _add(sums: dict[Key, list[int]], key: Key, numbers: Sequence[int], sign: int) -> None:
    added = sums.setdefault(key, [*NOTHING])
    for place, number in enumerate(numbers):
        added[place] += sign * number


def _inspected_under(one: Noted) -> Iterator[int]:
    """Plans whose inspections may have come further by this event."""
    table = one.subject.__tablename__
    if table == "visit" or table == "target":
        yield one.subject.plan_id  # type: ignore[attr-defined]
    elif one.action in REWRITES_THE_VISIT:
        yield one.payload["plan_id"]


def _keep_standings(session: Session, plan_ids: Sequence[int]) -> None:
    found = session.execute(standings_anew(Plan.id.in_(plan_ids))).all()
    session.execute(delete(PlanStanding).where(PlanStanding.plan_id.in_(plan_ids)))
    _add_standings(session, found)


def _add_standings(session: Session, found: Iterable[Any]) -> None:
    rows = [
        {"plan_id": row.plan_id, "kind": row.kind, **{name: int(getattr(row, name)) for name in STANDINGS}}
        for row in found
    ]
    if rows:
        session.execute(insert(PlanStanding), rows)


def _years_left(one: Noted) -> Iterator[int]:
    """Both years of a plan that was put into another one."""
    if one.action == "plan:change" and one.payload["before"]["year"] != one.payload["year"]:
        yield from (one.payload["before"]["year"], one.payload["year"])


# All anew


def years() -> list[int]:
    """The years of which anything is, or has to be, kept."""
    planned, kept = select(Plan.year), select(FindingCount.year)
    return sorted(set(db.session.scalars(planned.union(kept))))


def recount(year: int) -> None:
    """Make what is kept of the findings of one year's plans anew. Nobody else writes until the transaction ends."""
    take_turns(db.session, TURN, patient=True)
    _make_anew(db.session(), year)


def recount_standings() -> None:
    """Make anew how far inspections have come, of all plans. Nobody else writes until the transaction ends."""
    take_turns(db.session, TURN, patient=True)
    session = db.session()
    found = session.execute(standings_anew()).all()
    session.execute(delete(PlanStanding))
    _add_standings(session, found)


def _make_anew(session: Session, year: int) -> None:
    session.execute(delete(FindingCount).where(FindingCount.year == year))
    for by in By:
        session.execute(insert(FindingCount).from_select(["year", "by", "key", "code", *NUMBERS], anew(by, year)))


# Checking


@dataclass(frozen=True, slots=True)
class Difference:
    what: str
    """`2022 unit 17`, `standing 4`: year, sort and key of the row, or the plan."""
    kept: tuple[int, ...]
    counted: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.what}: kept {_said(self.kept)}, counted {_said(self.counted)}"


def _said(numbers: tuple[int, ...]) -> str:
    return "/".join(map(str, numbers))


def differences() -> Iterator[Difference]:
    """Where what is kept is not what the findings, spans and visits say. Reads; within one transaction, one moment."""
    for year in years():
        for by in By:
            columns = (FindingCount.key, FindingCount.code, *(getattr(FindingCount, name) for name in NUMBERS))
            kept = select(*columns).where(FindingCount.year == year, FindingCount.by == by)
            true = anew(by, year).subquery().c
            yield from _compared(
                f"{year} {by.value}", _rows(kept, 2), _rows(select(true.key, true.code, *(true[n] for n in NUMBERS)), 2)
            )
    numbers = (getattr(PlanStanding, name) for name in STANDINGS)
    kept_standings = select(PlanStanding.plan_id, PlanStanding.kind, *numbers)
    yield from _compared("standing", _rows(kept_standings, 2), _rows(standings_anew(), 2))


def _rows(statement: Any, keys: int) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Those that say more than nothing."""
    found = {tuple(row[:keys]): tuple(int(number) for number in row[keys:]) for row in db.session.execute(statement)}
    return {key: numbers for key, numbers in found.items() if any(numbers)}


def _compared(
    what: str, kept: Mapping[tuple[Any, ...], tuple[int, ...]], true: Mapping[tuple[Any, ...], tuple[int, ...]]
) -> Iterator[Difference]:
    for key in sorted(kept.keys() | true.keys(), key=str):
        numbers = true.get(key) or kept[key]
        nothing = (0,) * len(numbers)
        if kept.get(key, nothing) != true.get(key, nothing):
            name = " ".join(str(part).strip() for part in key if part not in ("", 0))
            yield Difference(f"{what} {name}", kept.get(key, nothing), true.get(key, nothing))
