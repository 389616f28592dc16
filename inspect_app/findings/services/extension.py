"""Putting a deadline off: asked for by the unit, granted or refused, or granted unasked. Never a state of the finding.

Whether a submission came in time stays what it was on the day it was sent.
"""

from datetime import date

from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid, sentence
from inspect_app.core.moves import said
from inspect_app.core.text import clean
from inspect_app.findings.models import Extension, Finding
from inspect_app.findings.services.history import prepare, settle, tell
from inspect_app.findings.workflow import FINDING
from inspect_app.workdays.services import PuttingOff

EXTENSIONS: PuttingOff[Finding, Extension] = PuttingOff(
    Extension,
    of="finding_id",
    day="deadline",
    prepare=prepare,
    tell=tell,
    exhausted=sentence("Hạn chế này đã được gia hạn %(times)s lần theo đề nghị của đơn vị, không đề nghị thêm được"),
)
ask_extension = EXTENSIONS.ask
take_back_extension = EXTENSIONS.take_back
refuse_extension = EXTENSIONS.refuse


def extend(
    finding: Finding,
    *,
    actor: Actor,
    until: date | None,
    note: str = "",
    on: date,
    today: date,
    version: int | None = None,
) -> None:
    """Put the deadline off: in answer to the request that waits, or else unasked, which needs a reason in `note`.

    The finding is not overdue from `on` as long as the new deadline lasts; the days before stay as they were.
    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    prepare(finding, "extend", actor=actor, on=on, today=today, version=version)
    request, old = finding.request, finding.deadline
    note = clean(note) if request is not None else said(note, sentence("Nhập lý do gia hạn"), "note")
    if until is None:
        raise Invalid("Nhập hạn khắc phục mới", field="until")
    EXTENSIONS.check_later(finding, until, on=on, field="until")
    FINDING.apply("extend", finding, actor=actor)
    EXTENSIONS.put_off(finding, until=until, actor=actor, reason=note, on=on)
    asked = {"asker_id": request.asker_id, "wanted": request.wanted} if request is not None else {}
    settle(finding, "extend", actor=actor, on=on, note=note, old=old, until=until, **asked)
