"""The unit's plan to put a finding right, how far it has come, and who sees to it."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core.actor import Role
from inspect_app.findings import services
from inspect_app.findings.forms.moves import AssignForm, ProgressForm, ReplanForm
from inspect_app.findings.models import Finding
from inspect_app.findings.views.moves import make_move
from inspect_app.findings.views.shared import bp
from inspect_app.web.access import for_roles


@bp.post("/findings/<id:finding_id>/replan")
@for_roles(Role.OFFICER)
def replan(finding_id: int) -> ResponseReturnValue:
    form = ReplanForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        plan: dict[str, Any] = {"undertaking": form.undertaking.data, "doer": form.doer.data, "by": form.by.data}
        services.replan(finding, **plan, **by)

    return make_move(finding_id, form, act, _("Đã sửa kế hoạch khắc phục."))


@bp.post("/findings/<id:finding_id>/progress")
@for_roles(Role.OFFICER)
def progress(finding_id: int) -> ResponseReturnValue:
    form = ProgressForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.report_progress(finding, percent=form.percent.data, note=form.note.data, **by)

    said = _("Đã cập nhật tiến độ. Làm xong thì gửi ảnh, văn bản chứng minh ở trang này.")
    return make_move(finding_id, form, act, said)


@bp.post("/findings/<id:finding_id>/assign")
@for_roles(Role.OFFICER)
def assign(finding_id: int) -> ResponseReturnValue:
    form = AssignForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.assign(finding, assignee_id=form.assignee.data, **by)

    return make_move(finding_id, form, act, _("Đã ghi người được giao việc này."))
