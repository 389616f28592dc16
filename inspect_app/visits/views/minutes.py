"""The minutes of a visit: to be read and printed, and to be written until there is a conclusion."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.core.privacy import may_see_absent
from inspect_app.plans.models import PlanKind
from inspect_app.visits import policy, queries, services
from inspect_app.visits.forms import MinutesForm
from inspect_app.visits.models import Visit
from inspect_app.visits.services.minutes import WHILE
from inspect_app.visits.views.shared import HANDS, READERS, bp, seen
from inspect_app.web import drafts
from inspect_app.web.access import actor, for_roles
from inspect_app.web.drafts import done_with, keeps_draft
from inspect_app.web.panels import shown_at
from inspect_app.web.refusing import REFUSALS, refuse_again


@bp.get("/<id:visit_id>/minutes")
@for_roles(*READERS)
def minutes(visit_id: int) -> ResponseReturnValue:
    """The minutes as they would be signed: printed on A4."""
    visit = seen(visit_id)
    if visit.began_on is None:
        raise WrongState("Cuộc kiểm tra chưa bắt đầu nên chưa có biên bản.")
    return render_template(
        "visits/minutes.html",
        visit=visit,
        members=queries.team_on(visit) if visit.team_id else [],
        found=shown_at("visits.minutes", visit),
        sees_absent=may_see_absent(actor(), unit=visit.unit, team_id=visit.team_id),
        may_write=policy.may_write_minutes(actor(), visit),
    )


@bp.route("/<id:visit_id>/minutes/write", methods=["GET", "POST"])
@for_roles(*HANDS)
@keeps_draft
def edit_minutes(visit_id: int) -> ResponseReturnValue:
    visit = seen(visit_id)
    if not (policy.may_record(actor(), visit) or policy.may_sign(actor(), visit)):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    form = MinutesForm(obj=visit) if request.method == "POST" else MinutesForm(formdata=drafts.kept(), obj=visit)
    form.ask_for_a_trigger(visit.plan.kind is PlanKind.SURPRISE)
    form.offer_checklists(visit.plan, visit)
    if not form.is_submitted():
        if visit.state not in WHILE:
            raise WrongState("Biên bản chỉ ghi từ lúc bắt đầu kiểm tra đến trước khi có kết luận.")
        return _page(visit, form)
    if not form.validate():
        return _page(visit, form), 422
    try:
        services.write_minutes(
            visit,
            version=form.version.data,
            actor=actor(),
            today=clock.today(),
            **form.how,
            **{name: form[name].data for name in form.NOTED},
        )
        if "checklist_id" in form:
            services.choose_checklist(visit, form.checklist_id.data, actor=actor(), today=clock.today())
        done_with(form)
        db.session.commit()
    except REFUSALS as refused:
        status, visit, newer = refuse_again(form, refused, lambda: seen(visit_id), form.NOTED)
        return _page(visit, form, newer=newer), status
    flash(_("Đã lưu biên bản."))
    return redirect(url_for(".minutes", visit_id=visit_id), 303)


def _page(visit: Visit, form: MinutesForm, **more: Any) -> str:
    return render_template("visits/minutes_edit.html", visit=visit, form=form, **more)
