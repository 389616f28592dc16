"""Keeping the past: every change of a finding ends one span, begins another and is logged with all its facts."""

from datetime import date
from typing import Any

from sqlalchemy import update

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.findings.models import FOREVER, Finding, Span

FACTS = tuple(sorted({*Finding.__table__.columns.keys()} & {*Span.__table__.columns.keys()} - {"id"}))
"""The columns that both share: what figures are counted from."""


def check_day(finding: Finding, *, on: date, today: date) -> None:
    """A change counts for a day that has come, and not before the one that it follows. Raises Invalid."""
    if on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="on")
    if on < finding.moved_on:
        raise Invalid(
            "Ngày này trước lần thay đổi gần nhất, nhập ngày từ %(day)s trở đi",
            field="on",
            day=f"{finding.moved_on:%d/%m/%Y}",
        )


def settle(finding: Finding, verb: str, *, actor: Actor, on: date, **payload: Any) -> None:
    """The finding's facts are as they should be from `on`: keep what was before, and log the change."""
    action = f"finding:{verb}"
    finding.moved_on = on
    db.session.flush()
    db.session.execute(
        update(Span).where(Span.finding_id == finding.id, Span.until == FOREVER).values(until=on)
    )
    facts = {name: getattr(finding, name) for name in FACTS}
    db.session.add(
        Span(finding_id=finding.id, since=on, until=FOREVER, at=clock.now(), action=action, **facts)
    )
    audit.record(action, finding, actor=actor, on=on, code=finding.code, **facts, **payload)
