"""What moves a task on: one address for each move, `/tasks/<id>/<move>`."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import Stale
from inspect_app.tasks import services
from inspect_app.tasks.forms.moves import (
    AcceptForm,
    EnterForm,
    ExtendForm,
    HandOnForm,
    ProgressForm,
    RecallForm,
    ReopenForm,
    ReportForm,
    ReturnForm,
    StartForm,
    WithdrawForm,
)
from inspect_app.tasks.forms.plans import TaskForm
from inspect_app.tasks.models import Task
from inspect_app.tasks.services import Particulars
from inspect_app.tasks.services.history import CHANGED
from inspect_app.tasks.views.naming import Named
from inspect_app.tasks.views.page import fit, page
from inspect_app.tasks.views.shared import bp, seen, storing
from inspect_app.tasks.workflow import TASK
from inspect_app.web.access import actor, for_roles
from inspect_app.web.drafts import keeps_draft
from inspect_app.web.gate import takes_files
from inspect_app.web.moves import Act, MoveForm, Moving
from inspect_app.web.refusing import REFUSALS, refuse_again
from inspect_app.workdays.forms import AskExtensionForm, DropExtensionForm, RefuseExtensionForm

WORDS = ("text", "product", "due_on", "source_number", "source_on", "source_item")


@bp.post("/<id:task_id>/start")
@for_roles(Role.OFFICER)
def start(task_id: int) -> ResponseReturnValue:
    form = StartForm()
    said = _("Đã ghi nhận. Làm xong thì gửi báo cáo và minh chứng ở trang này.")
    return make_move(task_id, form, lambda task, by: services.start(task, note=form.note.data, **by), said)


@bp.post("/<id:task_id>/progress")
@for_roles(Role.OFFICER)
def progress(task_id: int) -> ResponseReturnValue:
    form = ProgressForm()
    said = _("Đã cập nhật tiến độ.")
    return make_move(task_id, form, lambda task, by: services.report_progress(task, note=form.note.data, **by), said)


@bp.post("/<id:task_id>/report")
@for_roles(Role.OFFICER)
@takes_files
@keeps_draft
def report(task_id: int) -> ResponseReturnValue:
    form = ReportForm()

    def act(task: Task, by: dict[str, Any]) -> None:
        letter: dict[str, Any] = {"letter_number": form.letter_number.data, "letter_on": form.letter_on.data}
        services.report(task, statement=form.statement.data, files=form.files.incoming, **letter, **by, **storing())

    return make_move(task_id, form, act, _("Đã gửi báo cáo. Sở Nội vụ sẽ xem và trả lời."))


@bp.post("/<id:task_id>/recall")
@for_roles(Role.OFFICER)
def recall(task_id: int) -> ResponseReturnValue:
    said = _("Đã rút lại. Sửa xong thì gửi báo cáo lần nữa.")
    return make_move(task_id, RecallForm(), lambda task, by: services.recall(task, **by), said)


@bp.post("/<id:task_id>/accept")
@for_roles(Role.REVIEWER)
def accept(task_id: int) -> ResponseReturnValue:
    form = AcceptForm()
    said = _("Đã xác nhận hoàn thành. Nhiệm vụ được tính vào tỷ lệ hoàn thành.")
    return make_move(task_id, form, lambda task, by: services.accept(task, note=form.note.data, **by), said)


@bp.post("/<id:task_id>/return")
@for_roles(Role.REVIEWER)
def send_back(task_id: int) -> ResponseReturnValue:
    form = ReturnForm()
    said = _("Đã trả lại. Đơn vị đọc lý do, bổ sung và gửi lại.")
    return make_move(task_id, form, lambda task, by: services.send_back(task, reason=form.reason.data, **by), said)


@bp.post("/<id:task_id>/reopen")
@for_roles(Role.REVIEWER)
def reopen(task_id: int) -> ResponseReturnValue:
    form = ReopenForm()
    said = _("Đã mở lại. Đơn vị đọc lý do và làm tiếp.")
    return make_move(task_id, form, lambda task, by: services.reopen(task, reason=form.reason.data, **by), said)


@bp.post("/<id:task_id>/enter")
@for_roles(Role.REVIEWER)
@takes_files
def enter(task_id: int) -> ResponseReturnValue:
    form = EnterForm()

    def act(task: Task, by: dict[str, Any]) -> None:
        told: dict[str, Any] = {"letter_number": form.letter_number.data, "letter_on": form.letter_on.data}
        when = {**by, "on": form.on.data}
        services.enter(task, statement=form.statement.data, files=form.files.incoming, **told, **when, **storing())

    return make_move(task_id, form, act, _("Đã ghi kết quả hoàn thành."))


@bp.post("/<id:task_id>/withdraw")
@for_roles(Role.REVIEWER)
def withdraw(task_id: int) -> ResponseReturnValue:
    form = WithdrawForm()
    said = _("Đã rút. Nhiệm vụ này không còn tính vào số liệu, đơn vị không phải làm gì thêm.")
    return make_move(task_id, form, lambda task, by: services.withdraw(task, reason=form.reason.data, **by), said)


@bp.post("/<id:task_id>/ask-extension")
@for_roles(Role.OFFICER)
def ask_extension(task_id: int) -> ResponseReturnValue:
    form = AskExtensionForm()

    def act(task: Task, by: dict[str, Any]) -> None:
        letter: dict[str, Any] = {"letter_number": form.letter_number.data, "letter_on": form.letter_on.data}
        services.ask_extension(task, wanted=form.wanted.data, reason=form.reason.data, **letter, **by)

    said = _("Đã gửi đề nghị gia hạn. Thời hạn chưa đổi cho đến khi Sở Nội vụ trả lời.")
    return make_move(task_id, form, act, said)


@bp.post("/<id:task_id>/drop-extension")
@for_roles(Role.OFFICER)
def drop_extension(task_id: int) -> ResponseReturnValue:
    said = _("Đã rút đề nghị gia hạn. Thời hạn giữ nguyên.")
    return make_move(task_id, DropExtensionForm(), lambda task, by: services.take_back_extension(task, **by), said)


@bp.post("/<id:task_id>/extend")
@for_roles(Role.REVIEWER)
def extend(task_id: int) -> ResponseReturnValue:
    form = ExtendForm()

    def act(task: Task, by: dict[str, Any]) -> None:
        services.extend(task, until=form.until.data, reason=form.reason.data, **by)

    return make_move(task_id, form, act, _("Đã gia hạn. Đơn vị làm theo hạn mới."))


@bp.post("/<id:task_id>/refuse-extension")
@for_roles(Role.REVIEWER)
def refuse_extension(task_id: int) -> ResponseReturnValue:
    form = RefuseExtensionForm()
    said = _("Đã trả lời không gia hạn. Thời hạn giữ nguyên.")
    return make_move(
        task_id, form, lambda task, by: services.refuse_extension(task, reason=form.reason.data, **by), said
    )


@bp.post("/<id:task_id>/hand-on")
@for_roles(Role.REVIEWER)
def hand_on(task_id: int) -> ResponseReturnValue:
    form = HandOnForm()

    def act(task: Task, by: dict[str, Any]) -> None:
        named = Named([form.unit.data], actor(), clock.today())
        services.hand_on(task, named.unit(form.unit.data, "unit"), reason=form.reason.data, **by)

    return make_move(task_id, form, act, _("Đã chuyển nhiệm vụ. Đơn vị mới chủ trì từ hôm nay."))


RACED = Stale("Người khác vừa cập nhật nhiệm vụ này. Xem bản mới rồi gửi lại.")
OVER = Stale(
    "%(name)s vừa cập nhật nhiệm vụ này lúc %(time)s nên không làm được việc này nữa. Xem bản mới rồi làm tiếp."
)
MOVING = Moving(TASK, seen, fit, page, changed=CHANGED, raced=RACED, over=OVER, end=db.session.commit)


def make_move(task_id: int, form: MoveForm, act: Act[Task], said: str) -> ResponseReturnValue:
    """As `Moving.make`; then back to the task."""
    return MOVING.make(task_id, form, act, said, back=lambda task: url_for(".show", task_id=task.id))


@bp.route("/<id:task_id>/edit", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def edit(task_id: int) -> ResponseReturnValue:
    """The words of a task on which nobody has begun."""
    task = seen(task_id)
    TASK.check("edit", task, actor=actor())
    form = TaskForm(obj=task)
    if not form.is_submitted():
        form.joining.data = "; ".join(unit.name for unit in task.joining)
        return render_template("tasks/edit.html", task=task, form=form)
    if not form.validate():
        return render_template("tasks/edit.html", task=task, form=form), 422
    try:
        named = Named([form.joining.data], actor(), task.given_on)
        particulars = Particulars(
            text=form.text.data,
            unit=task.unit,
            due_on=form.due_on.data,
            product=form.product.data,
            joining=named.units(form.joining.data, "joining"),
            source_number=form.source_number.data,
            source_on=form.source_on.data,
            source_item=form.source_item.data,
        )
        today = clock.today()
        services.edit(task, particulars, actor=actor(), on=today, today=today, version=form.version.data)
        db.session.commit()
    except REFUSALS as refused:
        status, task, newer = refuse_again(form, refused, lambda: seen(task_id), WORDS)
        return render_template("tasks/edit.html", task=task, form=form, newer=newer), status
    flash(_("Đã ghi thay đổi của nhiệm vụ."))
    return redirect(url_for(".show", task_id=task_id), 303)
