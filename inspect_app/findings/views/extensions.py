"""Asking for a later deadline, granting it, refusing it, taking the request back."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core.actor import Role
from inspect_app.findings import services
from inspect_app.findings.forms.moves import ExtendForm
from inspect_app.findings.models import Finding
from inspect_app.findings.views.moves import make_move
from inspect_app.findings.views.shared import bp
from inspect_app.web.access import for_roles
from inspect_app.workdays.forms import AskExtensionForm, DropExtensionForm, RefuseExtensionForm


@bp.post("/findings/<id:finding_id>/ask-extension")
@for_roles(Role.OFFICER)
def ask_extension(finding_id: int) -> ResponseReturnValue:
    form = AskExtensionForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        letter: dict[str, Any] = {"letter_number": form.letter_number.data, "letter_on": form.letter_on.data}
        services.ask_extension(finding, wanted=form.wanted.data, reason=form.reason.data, **letter, **by)

    said = _("Đã gửi đề nghị gia hạn. Thời hạn chưa đổi cho đến khi Sở Nội vụ trả lời.")
    return make_move(finding_id, form, act, said)


@bp.post("/findings/<id:finding_id>/drop-extension")
@for_roles(Role.OFFICER)
def drop_extension(finding_id: int) -> ResponseReturnValue:
    return make_move(
        finding_id,
        DropExtensionForm(),
        lambda finding, by: services.take_back_extension(finding, **by),
        _("Đã rút đề nghị gia hạn. Thời hạn giữ nguyên."),
    )


@bp.post("/findings/<id:finding_id>/extend")
@for_roles(Role.REVIEWER)
def extend(finding_id: int) -> ResponseReturnValue:
    form = ExtendForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.extend(finding, until=form.until.data, reason=form.reason.data, **by)

    return make_move(finding_id, form, act, _("Đã gia hạn. Đơn vị khắc phục theo thời hạn mới."))


@bp.post("/findings/<id:finding_id>/refuse-extension")
@for_roles(Role.REVIEWER)
def refuse_extension(finding_id: int) -> ResponseReturnValue:
    form = RefuseExtensionForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.refuse_extension(finding, reason=form.reason.data, **by)

    return make_move(finding_id, form, act, _("Đã trả lời không gia hạn. Thời hạn giữ nguyên."))
