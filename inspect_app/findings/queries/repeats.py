"""Which earlier findings a new one may repeat, and which it was confirmed to repeat.

Whoever writes a finding down is told of earlier ones of the same unit, whichever team made them: code, first sentence
and how it stands. The page of such a finding opens only for those who may know of it anyway.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select

from inspect_app.core.actor import Actor
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.reading_order import held_back
from inspect_app.core.text import fold
from inspect_app.findings.models import Finding, State
from inspect_app.findings.queries.scope import found_at, seen_by

MOST_COMPARED = 200
"""The newest earlier findings that are looked at for one visit."""
MOST_SHOWN = 3
ALIKE = 0.3
"""From this share of common pairs of words on, of those of the shorter text, two findings are alike."""
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A finding that a new one may repeat."""

    id: int
    code: str
    title: str
    unit_name: str
    state: State
    issued_on: date
    opens: bool
    """The reader may open its page."""


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0–1: common pairs of neighbouring words, of those of the shorter text.

    Pairs, since a Vietnamese word is mostly two syllables, and single ones are common to everything.
    """
    first, second = _pairs(one), _pairs(other)
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    words = _WORD.findall(fold(text))
    return frozenset(pairwise(words))


def alike(findings: Sequence[Finding], actor: Actor) -> dict[int, list[Earlier]]:
    """Finding -> the earlier ones that it may repeat, the most alike first, without those that were denied.

    `findings` are of one visit and not issued yet; those linked already and those with nothing alike are left out.
    Two statements.
    """
    asked = [one for one in findings if one.state is State.RECORDED and one.repeats_id is None]
    if not asked:
        return {}
    rows = list(db.session.execute(_candidates(asked, actor)))
    if not rows:
        return {}
    denied = _denied({one.id: one.code for one in asked})
    found = {one.id: _nearest(one, rows, denied.get(one.id, frozenset())) for one in asked}
    return {number: earlier for number, earlier in found.items() if earlier}


def _candidates(asked: Sequence[Finding], actor: Actor) -> Select[*tuple[Any, ...]]:
    """Issued to the same unit or one that became part of it, in these areas, the newest first."""
    return (
        select(
            Finding.id,
            Finding.code,
            Finding.title,
            Finding.unit_name,
            Finding.state,
            Finding.issued_on,
            Finding.area_code,
            Finding.text,
            Finding.required,
            seen_by(actor).label("opens"),
        )
        .where(
            found_at(asked[0].unit_id, Finding.unit_id),
            Finding.area_code.in_(sorted({one.area_code for one in asked})),
            Finding.visit_id != asked[0].visit_id,
            Finding.state.not_in((State.RECORDED, State.WITHDRAWN)),
        )
        .order_by(Finding.issued_on.desc(), Finding.id.desc())
        .limit(MOST_COMPARED)
    )


def _denied(codes: Mapping[int, str]) -> dict[int, frozenset[int]]:
    """Finding -> the earlier ones of which somebody said that it does not repeat them.

    Of findings by number and code: SQLite may give a number again once a finding was discarded.
    """
    said: dict[int, set[int]] = {}
    answers = select(Event.subject_id, Event.payload).where(
        Event.subject_table == Finding.__tablename__,
        Event.subject_id.in_(sorted(codes)),
        held_back(Event.action) == "finding:repeat",
    )
    for finding_id, payload in db.session.execute(answers):
        if not payload["repeats"] and payload["code"] == codes[finding_id]:
            said.setdefault(finding_id, set()).add(payload["earlier_id"])
    return {number: frozenset(ids) for number, ids in said.items()}


def _nearest(finding: Finding, rows: Sequence[Row[Any]], denied: frozenset[int]) -> list[Earlier]:
    text = f"{finding.text}\n{finding.required}"
    near = [
        (likeness(text, f"{row.text}\n{row.required}"), row)
        for row in rows
        if row.area_code == finding.area_code and row.id not in denied
    ]
    near = sorted((one for one in near if one[0] >= ALIKE), key=lambda one: -one[0])
    return [_earlier(row) for _alike, row in near[:MOST_SHOWN]]


def _earlier(row: Row[Any]) -> Earlier:
    return Earlier(row.id, row.code, row.title, row.unit_name, row.state, row.issued_on, bool(row.opens))


def candidate(finding: Finding, earlier_id: int) -> Select[Finding]:
    """The earlier finding, if this one may repeat it: issued to its unit or a former one, not withdrawn."""
    return select(Finding).where(
        Finding.id == earlier_id,
        found_at(finding.unit_id, Finding.unit_id),
        Finding.visit_id != finding.visit_id,
        Finding.state.not_in((State.RECORDED, State.WITHDRAWN)),
    )


@dataclass(frozen=True, slots=True)
class Links:
    """What a finding repeats, and by what it was repeated as far as the reader may know."""

    repeats: Row[Any] | None
    """id, code, opens."""
    repeated_by: Sequence[Row[Any]]


def links_of(finding: Finding, actor: Actor) -> Links:
    """One statement."""
    seen = seen_by(actor)
    found: Iterable[Row[Any]] = db.session.execute(
        select(Finding.id, Finding.code, Finding.repeats_id, seen.label("opens"))
        .where(or_(Finding.id == finding.repeats_id, and_(Finding.repeats_id == finding.id, seen)))
        .order_by(Finding.id)
    )
    rows = list(found)
    repeats = next((row for row in rows if row.id == finding.repeats_id), None)
    return Links(repeats, [row for row in rows if row.repeats_id == finding.id])
