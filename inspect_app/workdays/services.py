"""Changing the working calendar. One verb per function; each logs itself; none commits."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import select

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.workdays.models import DayOverride

REFERENCE = Path(__file__).parent / "reference"


def load_reference(*, actor: Actor, today: date) -> int:
    """Enter the days that the library of holidays does not know; how many were new.

    A day that is in the table already stays as it is: somebody may have corrected it.
    """
    entered = set(db.session.scalars(select(DayOverride.day)))
    new = [override for override in _reference() if override.day not in entered]
    for override in new:
        db.session.add(override)
        audit.record("day_override:load", override, actor=actor, on=today, day=override.day, working=override.working)
    return len(new)


def _reference() -> Iterator[DayOverride]:
    with (REFERENCE / "overrides_vn.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield DayOverride(
                day=date.fromisoformat(row["date"]),
                working=row["kind"] == "work",
                note=row["name"],
                basis=row["source"],
            )
