"""Questions and answers between the unit and the team."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core.actor import Role
from inspect_app.findings import services
from inspect_app.findings.forms.moves import MessageForm
from inspect_app.findings.models import Finding
from inspect_app.findings.views.moves import make_move
from inspect_app.findings.views.shared import bp
from inspect_app.web.access import for_roles


@bp.post("/findings/<id:finding_id>/message")
@for_roles(Role.OFFICER, Role.INSPECTOR, Role.REVIEWER)
def message(finding_id: int) -> ResponseReturnValue:
    form = MessageForm()

    def act(finding: Finding, by: dict[str, Any]) -> None:
        services.send_message(finding, actor=by["actor"], text=form.text.data, on=by["on"], today=by["today"])

    return make_move(finding_id, form, act, _("Đã gửi. Trạng thái và thời hạn của hạn chế không đổi."))
