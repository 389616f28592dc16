"""One task: where it stands, what it is about, who did what, and the forms of the moves that are the reader's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.accounts import queries as accounts
from inspect_app.core import clock
from inspect_app.core.privacy import may_see_contact
from inspect_app.tasks import policy, queries
from inspect_app.tasks.forms.moves import FORMS, ExtendForm, ReportForm
from inspect_app.tasks.models import Task, TaskFile, TaskReport, TaskState, TaskVerdict
from inspect_app.tasks.views.log import due_days, lines
from inspect_app.tasks.views.shared import READERS, bp, seen
from inspect_app.tasks.workflow import TASK, UNITS_TURN
from inspect_app.web import drafts
from inspect_app.web.access import actor, for_roles
from inspect_app.web.formats import date as shown
from inspect_app.web.moves import MoveForm
from inspect_app.web.timeline import Line


@dataclass(frozen=True, slots=True)
class Round:
    """One report with its files."""

    report: TaskReport
    files: list[TaskFile]


@bp.get("/<id:task_id>")
@for_roles(*READERS)
def show(task_id: int) -> ResponseReturnValue:
    return page(seen(task_id))


def page(task: Task, refused: MoveForm | None = None, conflict: str = "") -> str:
    """The task's page; `refused` is a form to be shown with what was typed, `conflict` who was first."""
    offered = TASK.offered_to(actor(), task)
    forms = {move: _blank(move, task) for move in FORMS if move in offered}
    left_over: list[tuple[str, str]] = []
    if refused is not None and refused.move in forms:
        forms[refused.move] = refused
    elif refused is not None:
        left_over = refused.typed()
    for form in forms.values():
        fit(form, task)
    rounds, events = _rounds(task), accounts.events_of(task)
    log = lines(events)
    return render_template(
        "tasks/show.html",
        task=task,
        form=refused if refused is not None and not conflict else None,
        invalid=bool(conflict),
        moved=refused.move if refused is not None else "report" if drafts.filled() else "",
        conflict=conflict,
        left_over=left_over,
        forms=forms,
        may_edit="edit" in offered,
        answers=policy.answers_for(actor(), task),
        confirms="accept" in offered,
        sees_contact=may_see_contact(actor(), of=None, sent_for=task.unit),
        rounds=rounds,
        history=due_days(events),
        log=log,
        why=_why(task, log),
        notes=_step_notes(task, rounds, log),
        day=clock.today(),
    )


def fit(form: MoveForm, task: Task) -> None:
    """Ask in the words of where the task stands."""
    if isinstance(form, ReportForm) and task.state is TaskState.RETURNED:
        form.statement.label.text = _("Đơn vị đã bổ sung gì?")
    elif isinstance(form, ExtendForm) and task.request is not None:
        form.reason.label.text = _("Ghi chú")


def _blank(move: str, task: Task) -> MoveForm:
    """The form with what is known already."""
    begun = drafts.kept(url_for(".report", task_id=task.id)) if move == "report" else None
    known: dict[str, Any] = {"note": task.progress_note} if move == "start" else {}
    if move == "extend" and task.request is not None:
        known = {"until": task.request.wanted}
    return FORMS[move](formdata=begun, data=known)


def _rounds(task: Task) -> list[Round]:
    """The reports, newest first, with their files."""
    if not task.rounds:
        return []
    files: dict[int, list[TaskFile]] = {}
    for file in queries.files_of(task):
        files.setdefault(file.report_id, []).append(file)
    return [Round(report, files.get(report.id, [])) for report in queries.reports_of(task)]


def _why(task: Task, log: Sequence[Line]) -> Line | None:
    """The decision that the task stands on now."""
    if task.state in UNITS_TURN:
        verbs: tuple[str, ...] = ("return", "reopen")
    else:
        verbs = {TaskState.WITHDRAWN: ("withdraw",)}.get(task.state, ())
    return next((line for line in log if line.verb in verbs), None)


def _step_notes(task: Task, rounds: Sequence[Round], log: Sequence[Line]) -> dict[int, Any]:
    """What is written under the steps: when each was reached, and who acts next."""
    notes = {1: _("giao ngày %(day)s", day=shown(task.given_on))}
    returned = sum(one.report.verdict is TaskVerdict.RETURNED for one in rounds)
    returned += sum(line.verb == "reopen" for line in log)
    started = next((line for line in log if line.verb == "start"), None)
    if task.state is TaskState.RETURNED:
        notes[2] = _("sửa lại lần %(n)s", n=returned)
    elif started is not None:
        notes[2] = shown(started.on)
    if task.state is TaskState.REPORTED:
        notes[3] = _("gửi ngày %(day)s", day=shown(task.reported_on))
    elif task.state is TaskState.DONE:
        notes[3], notes[4] = shown(task.reported_on), shown(task.done_on)
    else:
        notes[3] = _("đơn vị gửi, Sở Nội vụ xem")
    return notes
