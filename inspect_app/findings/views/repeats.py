"""Whether a finding repeats an earlier one of the unit: the answer of whoever writes it down."""

from typing import cast

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.findings.forms.repeats import RepeatForm
from inspect_app.findings.services.repeats import answer_repeat
from inspect_app.findings.views.shared import bp, seen
from inspect_app.findings.workflow import FINDING
from inspect_app.web.access import actor, for_roles
from inspect_app.web.returning import local_path


@bp.post("/findings/<id:finding_id>/repeat")
@for_roles(Role.INSPECTOR, Role.OFFICER, Role.REVIEWER)
def repeat(finding_id: int) -> ResponseReturnValue:
    """Confirm or deny; back to the page on which it was asked."""
    finding, form = seen(finding_id), RepeatForm()
    FINDING.check("repeat", finding, actor=actor())
    if not form.validate():
        raise Invalid("Tải lại trang rồi chọn lại")
    repeats = form.repeats.data == "1"
    earlier = answer_repeat(
        finding,
        cast(int, form.earlier.data),
        repeats=repeats,
        actor=actor(),
        today=clock.today(),
        version=form.version.data,
    )
    code = earlier.code
    db.session.commit()
    if repeats:
        flash(_("Đã ghi: hạn chế này lặp lại %(code)s.", code=code))
    else:
        flash(_("Đã ghi: hạn chế này không lặp lại %(code)s.", code=code))
    return redirect(local_path(request.form.get("back"), url_for(".show", finding_id=finding_id)), 303)
