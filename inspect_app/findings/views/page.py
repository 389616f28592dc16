"""One finding: where it stands, what it is about, who did what, and the forms of the moves that are the reader's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.db import db, read_only
from inspect_app.findings import policy, queries, services
from inspect_app.findings.forms.moves import FORMS, MoveForm
from inspect_app.findings.models import Evidence, Finding, Side, State, Submission, Verdict
from inspect_app.findings.views.log import Line, lines
from inspect_app.findings.views.shared import READERS, bp, seen
from inspect_app.findings.workflow import FINDING, UNITS_TURN
from inspect_app.web.access import actor, for_roles
from inspect_app.web.formats import date as shown


@dataclass(frozen=True, slots=True)
class Round:
    """One submission with its files."""

    submission: Submission
    files: Sequence[Evidence]


@bp.get("/findings/<id:finding_id>")
@for_roles(*READERS)
def show(finding_id: int) -> ResponseReturnValue:
    finding = seen(finding_id)
    if _opens(finding):
        assert finding.latest is not None
        _note_opening(finding.latest)
        finding = seen(finding_id)
    return page(finding)


def _opens(finding: Finding) -> bool:
    """A verifier looks at what nobody has looked at yet."""
    latest = finding.latest
    waiting = finding.state is State.SUBMITTED and latest is not None and latest.opened_at is None
    return waiting and policy.may_verify(actor(), finding)


def _note_opening(submission: Submission) -> None:
    db.session.rollback()  # what was read so far read only; this writes
    read_only(False)
    services.mark_opened(submission, at=clock.now())
    db.session.commit()
    read_only(True)


def page(finding: Finding, refused: MoveForm | None = None, conflict: str = "") -> str:
    """The finding's page; `refused` is a form to be shown with what was typed, `conflict` who was first."""
    offered = FINDING.offered_to(actor(), finding)
    forms: dict[str, MoveForm] = {move: form(formdata=None) for move, form in FORMS.items() if move in offered}
    left_over: list[tuple[str, str]] = []
    if refused is not None and refused.move in forms:
        forms[refused.move] = refused
    elif refused is not None:
        left_over = refused.typed()
    if finding.state is State.RETURNED and "submit" in forms:
        forms["submit"]["statement"].label.text = _("Đơn vị đã làm gì thêm?")
    rounds, found = _files(finding)
    log = lines(queries.events_of(finding))
    return render_template(
        "findings/show.html",
        finding=finding,
        form=refused if refused is not None and not conflict else None,
        invalid=bool(conflict),
        moved=refused.move if refused is not None else "",
        conflict=conflict,
        left_over=left_over,
        forms=forms,
        may_edit="discard" in offered,
        answers=policy.answers_for(actor(), finding),
        verifies="accept" in offered,
        rounds=rounds,
        found=found,
        conclusion=queries.conclusion_of(finding.visit_id) if finding.issued_on else None,
        log=log,
        why=_why(finding, log),
        notes=_step_notes(finding, rounds, log),
        day=clock.today(),
    )


def _files(finding: Finding) -> tuple[list[Round], list[Evidence]]:
    """The submissions, newest first, with their files; and what the team photographed."""
    files = queries.evidence_of(finding)
    submissions = queries.submissions_of(finding) if finding.rounds else []
    rounds = [Round(one, [file for file in files if file.submission_id == one.id]) for one in submissions]
    return rounds, [file for file in files if file.side is Side.FOUND]


def _why(finding: Finding, log: Sequence[Line]) -> Line | None:
    """The decision or explanation that the finding stands on now."""
    if finding.state in UNITS_TURN:
        verbs: tuple[str, ...] = ("return", "reopen", "uphold")
    else:
        verbs = {State.DISPUTED: ("dispute",), State.WITHDRAWN: ("withdraw", "allow")}.get(finding.state, ())
    return next((line for line in log if line.verb in verbs), None)


def _step_notes(finding: Finding, rounds: Sequence[Round], log: Sequence[Line]) -> dict[int, Any]:
    """What is written under the steps: when each was reached, and who acts next."""
    notes = {1: shown(finding.issued_on)}
    returned = sum(one.submission.verdict is Verdict.RETURNED for one in rounds)
    returned += sum(line.verb == "reopen" for line in log)
    started = next((line for line in log if line.verb == "start"), None)
    if finding.state is State.RETURNED:
        notes[2] = _("sửa lại lần %(n)s", n=returned)
    elif started is not None:
        notes[2] = shown(started.on)
    if finding.state is State.SUBMITTED:
        notes[3] = _("gửi ngày %(day)s", day=shown(finding.submitted_on))
    elif finding.state is State.DISPUTED:
        notes[3] = _("chờ trả lời giải trình")
    elif finding.state is State.RESOLVED:
        notes[3] = shown(finding.submitted_on)
        notes[4] = shown(finding.resolved_on)
    else:
        notes[3] = _("đơn vị gửi, Đoàn xem")
    return notes
