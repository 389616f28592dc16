"""Saying whether a finding repeats an earlier one of the same unit, while it is being written down."""

from datetime import date

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.findings.models import Finding
from inspect_app.findings.queries.repeats import candidate
from inspect_app.findings.services.history import prepare, tell
from inspect_app.findings.workflow import FINDING


def answer_repeat(
    finding: Finding,
    earlier_id: int,
    *,
    repeats: bool,
    actor: Actor,
    today: date,
    version: int | None = None,
) -> Finding:
    """Confirm that the finding repeats the earlier one, or deny it; the last word counts. Returns the earlier one.

    Raises NotAllowed, Stale, WrongState once it is issued, Invalid where the other is no earlier one of the unit.
    """
    on = finding.moved_on
    prepare(finding, "repeat", actor=actor, on=on, today=today, version=version)
    earlier = db.session.scalars(candidate(finding, earlier_id)).one_or_none()
    if earlier is None:
        raise Invalid("Hạn chế này không phải hạn chế trước đây của đơn vị", field="earlier")
    FINDING.apply("repeat", finding, actor=actor)
    if repeats:
        finding.repeats_id = earlier.id
    elif finding.repeats_id == earlier.id:
        finding.repeats_id = None
    db.session.flush()
    tell(finding, "repeat", actor=actor, on=on, repeats=repeats, earlier_id=earlier.id, earlier=earlier.code)
    return earlier
