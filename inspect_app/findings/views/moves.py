"""What moves a finding on: one address for each move, `/findings/<id>/<move>`."""

from datetime import date
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import Stale
from inspect_app.findings import services
from inspect_app.findings.forms.moves import (
    AcceptForm,
    AllowForm,
    DiscardForm,
    DisputeForm,
    RecallForm,
    ReopenForm,
    ReturnForm,
    StartForm,
    SubmitForm,
    UpholdForm,
    WithdrawForm,
)
from inspect_app.findings.models import Finding
from inspect_app.findings.services.history import CHANGED
from inspect_app.findings.views.page import fit, page
from inspect_app.findings.views.shared import bp, seen, storing
from inspect_app.findings.workflow import FINDING
from inspect_app.web.access import for_roles
from inspect_app.web.drafts import keeps_draft
from inspect_app.web.gate import takes_files
from inspect_app.web.moves import Act, MoveForm, Moving

TEAM = (Role.INSPECTOR, Role.REVIEWER)


@bp.post("/findings/<id:finding_id>/start")
@for_roles(Role.OFFICER)
def start(finding_id: int) -> ResponseReturnValue:
    form = StartForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        plan: dict[str, Any] = {"undertaking": form.undertaking.data, "doer": form.doer.data, "by": form.by.data}
        services.start(finding, assignee_id=form.assignee.data, **plan, **by)

    return make_move(finding_id, form, act, _("Đã ghi nhận. Làm xong thì gửi ảnh, văn bản chứng minh ở trang này."))


@bp.post("/findings/<id:finding_id>/submit")
@for_roles(Role.OFFICER)
@takes_files
@keeps_draft
def submit(finding_id: int) -> ResponseReturnValue:
    form = SubmitForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.submit(
            finding,
            statement=form.statement.data,
            files=form.files.incoming,
            letter_number=form.letter_number.data,
            letter_on=form.letter_on.data,
            **by,
            **storing(),
        )

    return make_move(finding_id, form, act, _("Đã gửi xác nhận. Đoàn kiểm tra sẽ xem và trả lời."))


@bp.post("/findings/<id:finding_id>/recall")
@for_roles(Role.OFFICER)
def recall(finding_id: int) -> ResponseReturnValue:
    return make_move(
        finding_id,
        RecallForm(),
        lambda finding, by: services.recall(finding, **by),
        _("Đã rút lại. Sửa xong thì gửi xác nhận lần nữa."),
    )


@bp.post("/findings/<id:finding_id>/accept")
@for_roles(*TEAM)
def accept(finding_id: int) -> ResponseReturnValue:
    form = AcceptForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.accept(finding, method=form.method.data, note=form.note.data, **by)

    return make_move(finding_id, form, act, _("Đã xác nhận khắc phục. Hạn chế được tính vào tỷ lệ hoàn thành."))


@bp.post("/findings/<id:finding_id>/return")
@for_roles(*TEAM)
def send_back(finding_id: int) -> ResponseReturnValue:
    form = ReturnForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.send_back(finding, reason=form.reason.data, resubmit_by=form.resubmit_by.data, **by)

    return make_move(finding_id, form, act, _("Đã trả lại. Đơn vị đọc lý do, sửa và gửi lại."))


@bp.post("/findings/<id:finding_id>/dispute")
@for_roles(Role.OFFICER)
def dispute(finding_id: int) -> ResponseReturnValue:
    form = DisputeForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.dispute(finding, explanation=form.explanation.data, **by)

    return make_move(finding_id, form, act, _("Đã gửi giải trình. Trưởng đoàn hoặc Sở Nội vụ sẽ xem và trả lời."))


@bp.post("/findings/<id:finding_id>/uphold")
@for_roles(*TEAM)
def uphold(finding_id: int) -> ResponseReturnValue:
    form = UpholdForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.uphold(finding, reason=form.reason.data, **by)

    return make_move(finding_id, form, act, _("Đã giữ nguyên hạn chế. Đơn vị tiếp tục khắc phục theo thời hạn cũ."))


@bp.post("/findings/<id:finding_id>/allow")
@for_roles(*TEAM)
def allow(finding_id: int) -> ResponseReturnValue:
    form = AllowForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.allow(finding, reason=form.reason.data, decision=form.decision.data, **by)

    return make_move(finding_id, form, act, _("Đã chấp nhận giải trình. Hạn chế này không còn tính vào số liệu."))


@bp.post("/findings/<id:finding_id>/withdraw")
@for_roles(Role.REVIEWER)
def withdraw(finding_id: int) -> ResponseReturnValue:
    form = WithdrawForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.withdraw(finding, reason=form.reason.data, decision=form.decision.data, **by)

    return make_move(
        finding_id, form, act, _("Đã rút. Hạn chế này không còn tính vào số liệu, đơn vị không phải làm gì thêm.")
    )


@bp.post("/findings/<id:finding_id>/reopen")
@for_roles(*TEAM)
def reopen(finding_id: int) -> ResponseReturnValue:
    form = ReopenForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        assert isinstance(form.deadline.data, date)
        services.reopen(finding, reason=form.reason.data, deadline=form.deadline.data, **by)

    return make_move(finding_id, form, act, _("Đã mở lại. Đơn vị đọc lý do và khắc phục tiếp."))


@bp.post("/findings/<id:finding_id>/discard")
@for_roles(*TEAM, Role.OFFICER)
def discard(finding_id: int) -> ResponseReturnValue:
    form = DiscardForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.discard(finding, reason=form.reason.data, **by)

    return make_move(
        finding_id, form, act, _("Đã xóa hạn chế khỏi cuộc kiểm tra. Nhật ký còn giữ lý do."), to_visit=True
    )


RACED = Stale("Người khác vừa cập nhật hạn chế này. Xem bản mới rồi gửi lại.")
OVER = Stale(
    "%(name)s vừa cập nhật hạn chế này lúc %(time)s nên không làm được việc này nữa. Xem bản mới rồi làm tiếp."
)
MOVING = Moving(FINDING, seen, fit, page, changed=CHANGED, raced=RACED, over=OVER, end=db.session.commit)


def make_move(
    finding_id: int, form: MoveForm, act: Act[Finding], said: str, *, to_visit: bool = False
) -> ResponseReturnValue:
    """As `Moving.make`; then back to the finding, or to the visit of one that is no more."""

    def back(finding: Finding) -> str:
        if to_visit:
            return url_for("visits.show", visit_id=finding.visit_id)
        return url_for(".show", finding_id=finding.id)

    return MOVING.make(finding_id, form, act, said, back=back)
