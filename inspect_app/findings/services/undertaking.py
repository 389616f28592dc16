"""The unit's plan to put a finding right: what, by whom, by when, how far it has come. Changes no state, no figure."""

from datetime import date

from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid, sentence
from inspect_app.core.moves import said
from inspect_app.core.text import clean, one_line
from inspect_app.findings import queries
from inspect_app.findings.models import Finding
from inspect_app.findings.services.history import prepare, tell
from inspect_app.findings.workflow import FINDING

NOT_THEIRS = sentence("Chọn một cán bộ của đơn vị phải khắc phục")


def replan(
    finding: Finding,
    *,
    actor: Actor,
    undertaking: str,
    by: date | None,
    doer: str = "",
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """Change what was undertaken at the start. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(finding, "replan", actor=actor, on=on, today=today, version=version)
    undertake(finding, undertaking=undertaking, by=by, doer=doer, on=on)
    FINDING.apply("replan", finding, actor=actor)
    told = {"undertaking": finding.undertaking, "by": by, "doer": finding.doer}
    tell(finding, "replan", actor=actor, on=on, **told)


def report_progress(
    finding: Finding,
    *,
    actor: Actor,
    percent: int | None,
    note: str = "",
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """Say how far it has come: `percent` from 0 to 100. Raises NotAllowed, Stale, WrongState, Invalid."""
    prepare(finding, "progress", actor=actor, on=on, today=today, version=version)
    if percent is None or not 0 <= percent <= 100:
        raise Invalid("Nhập một số từ 0 đến 100", field="percent")
    FINDING.apply("progress", finding, actor=actor)
    finding.progress, finding.progress_note, finding.progress_on = percent, clean(note), on
    tell(finding, "progress", actor=actor, on=on, percent=percent, note=finding.progress_note)


def assign(
    finding: Finding,
    *,
    actor: Actor,
    assignee_id: int | None,
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """Let this officer of the responsible unit see to it, or nobody in particular.

    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(finding, "assign", actor=actor, on=on, today=today, version=version)
    entrust(finding, assignee_id, actor=actor, on=on, today=today)


def undertake(finding: Finding, *, undertaking: str, by: date | None, doer: str, on: date) -> None:
    """What will be done, by whom, by when; logged by whoever calls. Raises Invalid."""
    undertaking = said(undertaking, sentence("Nhập việc đơn vị sẽ làm"), "undertaking")
    if by is None:
        raise Invalid("Nhập ngày dự kiến làm xong", field="by")
    if by < on:
        raise Invalid("Ngày dự kiến làm xong phải từ %(day)s trở đi", field="by", day=f"{on:%d/%m/%Y}")
    finding.undertaking, finding.undertaking_by, finding.doer = undertaking, by, one_line(doer)


def entrust(finding: Finding, assignee_id: int | None, *, actor: Actor, on: date, today: date) -> None:
    """Give it to an officer of the responsible unit and log it; nothing where it is theirs already. Raises Invalid."""
    if assignee_id == finding.assignee_id:
        return
    names = {row.id: row.name for row in queries.officers_of(finding.responsible_unit, today)}
    if assignee_id is not None and assignee_id not in names:
        raise Invalid(NOT_THEIRS, field="assignee")
    before, finding.assignee_id = finding.assignee_id, assignee_id
    name = names.get(assignee_id, "") if assignee_id is not None else ""
    tell(finding, "assign", actor=actor, on=on, assignee_id=assignee_id, assignee=name, was=before)
