"""What a day of reminders has to look at."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from inspect_app.core.db import db
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import due_within
from inspect_app.findings.workflow import UNITS_TURN
from inspect_app.units.models import Unit

FIRST_DAY = date(1, 1, 1)


def deadlines(until: date) -> Sequence[Row[Any]]:
    """Findings whose unit must act by `until` or should have acted before.

    Columns: id, code, required_title, unit_name, responsible_unit_id, responsible, assignee_id, deadline, issued_on.
    """
    columns: tuple[Any, ...] = (
        Finding.id,
        Finding.code,
        Finding.required_title,
        Finding.unit_name,
        Finding.responsible_unit_id,
        Unit.name.label("responsible"),
        Finding.assignee_id,
        Finding.deadline,
        Finding.issued_on,
    )
    rows = (
        select(*columns)
        .join(Finding.responsible_unit)
        .where(due_within(Finding, FIRST_DAY, until), Finding.state.in_(sorted(UNITS_TURN)))
        .order_by(Finding.id)
    )
    return db.session.execute(rows).all()


def places(unit_ids: Iterable[int]) -> dict[int, Row[int, str]]:
    """Unit -> where it stands: its id and path."""
    rows = db.session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(sorted(unit_ids))))
    return {row.id: row for row in rows}
