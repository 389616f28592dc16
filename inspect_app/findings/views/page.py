"""One finding: where it stands, what it is about, who did what, and the forms of the moves that are the reader's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.connections import read_only
from inspect_app.core.db import db
from inspect_app.core.privacy import may_see_contact
from inspect_app.findings import policy, queries, services
from inspect_app.findings.forms.moves import FORMS, AssignForm, ExtendForm, MessageForm, StartForm, SubmitForm
from inspect_app.findings.models import Evidence, Finding, Side, State, Submission, Verdict
from inspect_app.findings.queries.conclusions import Companion, sent_with
from inspect_app.findings.views.log import deadlines, lines
from inspect_app.findings.views.shared import READERS, bp, seen
from inspect_app.findings.workflow import FINDING, UNITS_TURN
from inspect_app.web import drafts
from inspect_app.web.access import actor, for_roles
from inspect_app.web.formats import date as shown
from inspect_app.web.moves import MoveForm
from inspect_app.web.timeline import Line


@dataclass(frozen=True, slots=True)
class Round:
    """One submission with its files."""

    submission: Submission
    files: list[Evidence]
    others: Sequence[Companion] = ()
    """Findings that were sent with the same letter."""


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
    forms = {move: _blank(move, finding) for move in FORMS if move in offered}
    left_over: list[tuple[str, str]] = []
    if refused is not None and refused.move in forms:
        forms[refused.move] = refused
    elif refused is not None:
        left_over = refused.typed()
    for form in forms.values():
        fit(form, finding)
    rounds, found = _files(finding)
    events = queries.events_of(finding)
    log, history = lines(events), deadlines(events)
    return render_template(
        "findings/show.html",
        finding=finding,
        form=refused if refused is not None and not conflict else None,
        invalid=bool(conflict),
        moved=refused.move if refused is not None else "submit" if drafts.filled() else "",
        conflict=conflict,
        left_over=left_over,
        forms=forms,
        may_edit="discard" in offered,
        answers=policy.answers_for(actor(), finding),
        knows_the_visit=policy.knows_the_visit(actor(), finding),
        verifies="accept" in offered,
        queue=_queue(finding) if "accept" in offered or _just_judged(rounds) else None,
        sees_contact=may_see_contact(actor(), of=None, sent_for=finding.responsible_unit, team_id=finding.team_id),
        rounds=rounds,
        found=found,
        conclusion=finding.conclusion if finding.issued_on else None,
        messages=finding.messages if policy.reads_messages(actor(), finding) else (),
        of_team=policy.speaks_for_the_team(actor(), finding),
        history=history,
        log=log,
        why=_why(finding, log),
        notes=_step_notes(finding, rounds, log),
        day=clock.today(),
    )


def _just_judged(rounds: Sequence[Round]) -> bool:
    """The reader has said today whether it is put right, and may go on to the next."""
    latest = rounds[0].submission if rounds else None
    return latest is not None and latest.judge_id == actor().person_id and latest.judged_on == clock.today()


def _queue(finding: Finding) -> str:
    """Where everything stands that waits for the reader's verdict, sent first first."""
    mine = 1 if actor().sits_on(finding.team_id) else None
    return url_for(".index", state="submitted", mine=mine, sort="submitted")


def fit(form: MoveForm, finding: Finding) -> None:
    """Offer what this finding has to choose from, in the words of where it stands."""
    if isinstance(form, StartForm | AssignForm):
        form.offer(_officers(finding))
    elif isinstance(form, SubmitForm) and finding.state is State.RETURNED:
        form.statement.label.text = _("Đơn vị đã làm gì thêm?")
    elif isinstance(form, MessageForm) and policy.answers_for(actor(), finding):
        form.text.label.text = _("Đơn vị muốn hỏi gì?")
    elif isinstance(form, ExtendForm) and finding.request is not None:
        form.reason.label.text = _("Ghi chú")


def _blank(move: str, finding: Finding) -> MoveForm:
    """The form with what is known already."""
    known: dict[str, Any] = {}
    if move in ("start", "replan"):
        known = {"undertaking": finding.undertaking, "doer": finding.doer, "by": finding.undertaking_by}
    if move in ("start", "assign"):
        known["assignee"] = finding.assignee_id
    if move == "progress":
        known = {"percent": finding.progress}
    if move == "extend" and finding.request is not None:
        known = {"until": finding.request.wanted}
    begun = drafts.kept(url_for(".submit", finding_id=finding.id)) if move == "submit" else None
    return FORMS[move](formdata=begun, data=known)


def _officers(finding: Finding) -> Sequence[Any]:
    """Those who may be given the finding, and whoever has it; asked for once for all forms of a page."""
    if "officers" not in g:
        g.officers = list(queries.officers_of(finding.responsible_unit, clock.today()))
        given = finding.assignee
        if given is not None and all(person.id != given.id for person in g.officers):
            g.officers.append(given)
    return cast(Sequence[Any], g.officers)


def _files(finding: Finding) -> tuple[list[Round], list[Evidence]]:
    """The submissions, newest first, with their files; and what the team photographed."""
    rounds: dict[int, Round] = {}
    found = []
    for file, submission in queries.files_of(finding):
        if submission is not None:
            rounds.setdefault(submission.round, Round(submission, [])).files.append(file)
        elif file.side is Side.FOUND:
            found.append(file)
    if len(rounds) < finding.rounds:  # what was copied from a sheet came without files
        for submission in queries.submissions_of(finding):
            rounds.setdefault(submission.round, Round(submission, []))
    bundles = {one.submission.bundle for one in rounds.values() if one.submission.bundle is not None}
    others = sent_with(actor(), finding, bundles)
    newest_first = (rounds[n] for n in sorted(rounds, reverse=True))
    return [Round(one.submission, one.files, others.get(one.submission.bundle or 0, ())) for one in newest_first], found


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
