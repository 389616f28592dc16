"""Questions and answers about a finding between the unit and the team. Change no state, and wait for nobody."""

from datetime import date

from sqlalchemy import update

from inspect_app.core import clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import sentence
from inspect_app.core.moves import said
from inspect_app.findings import policy
from inspect_app.findings.models import Finding, Message
from inspect_app.findings.services.history import prepare, tell


def send_message(finding: Finding, *, actor: Actor, text: str, on: date, today: date) -> Message:
    """Write to the other side. What the unit writes waits for an answer; any word of the team is one.

    There is no version to check: words overtake nothing. Raises NotAllowed, WrongState, Invalid.
    """
    prepare(finding, "message", actor=actor, on=on, today=today, version=None)
    text = said(text, sentence("Nhập nội dung muốn hỏi hoặc trả lời"), "text")
    from_unit = policy.answers_for(actor, finding)
    answered = 0
    if not from_unit:
        waiting = update(Message).where(Message.finding_id == finding.id, Message.unanswered)
        answered = len(db.session.scalars(waiting.values(unanswered=False).returning(Message.id)).all())
    message = Message(
        finding_id=finding.id,
        from_unit=from_unit,
        unanswered=from_unit,
        author_id=actor.person_id,
        author_name=actor.name,
        text=text,
        sent_at=clock.now(),
    )
    db.session.add(message)
    db.session.flush()
    tell(
        finding,
        "message",
        actor=actor,
        on=on,
        message_id=message.id,
        from_unit=from_unit,
        answers=answered > 0,
    )
    return message


def let_lapse(finding: Finding) -> None:
    """The finding is over: what was asked about it waits for nobody any more."""
    waiting = update(Message).where(Message.finding_id == finding.id, Message.unanswered)
    db.session.execute(waiting.values(unanswered=False), execution_options={"synchronize_session": False})
