"""The moves of a visit that write no findings: begin, report that there are none, close, cancel."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.core.errors import WrongState
from inspect_app.visits import policy, queries, services
from inspect_app.visits.forms import BeginForm, CancelForm, CloseForm, DatedForm, ReportForm
from inspect_app.visits.models import Entry, Visit
from inspect_app.visits.views.shared import HANDS, bp, seen
from inspect_app.visits.views.show import visit_page
from inspect_app.visits.workflow import VISIT
from inspect_app.web.access import actor, for_roles
from inspect_app.web.refusing import REFUSALS, refuse


@bp.post("/<id:visit_id>/begin")
@for_roles(*HANDS)
def begin(visit_id: int) -> ResponseReturnValue:
    visit, form = seen(visit_id), BeginForm()
    VISIT.check("begin", visit, actor=actor())
    if not form.validate():
        return visit_page(visit, form), 422
    try:
        services.begin(visit, on=form.began_on.data, actor=actor(), today=clock.today())
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return visit_page(seen(visit_id), form), status
    flash(_("Đã bắt đầu cuộc kiểm tra. Ghi kết quả tại đơn vị ngay trên trang này."))
    return _back_to(visit_id)


@bp.post("/<id:visit_id>/report")
@for_roles(*HANDS)
def report(visit_id: int) -> ResponseReturnValue:
    """Send a result without findings; one with findings is sent from the form that records them."""
    visit, form = seen(visit_id), ReportForm()
    form.keep_day(policy.may_enter_history(actor(), visit.plan))
    form.ask_why(queries.called_wrong(visit))
    VISIT.check("report", visit, actor=actor())
    if visit.entry is Entry.FOUND:
        raise WrongState("Cuộc kiểm tra đã ghi hạn chế, xem lại rồi gửi kết quả ở trang ghi nhận.")
    if not form.validate():
        return visit_page(visit, form), 422
    try:
        services.report(visit, entry=form.entry.data, reason=form.why, on=form.day, actor=actor(), today=clock.today())
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return visit_page(seen(visit_id), form), status
    flash(_("Đã gửi kết quả. Trưởng đoàn hoặc Sở Nội vụ sẽ xem và kết thúc cuộc kiểm tra."))
    return _back_to(visit_id)


@bp.route("/<id:visit_id>/close", methods=["GET", "POST"])
@for_roles(*HANDS)
def close(visit_id: int) -> ResponseReturnValue:
    def act(visit: Visit, form: CloseForm) -> None:
        services.close(visit, on=form.day, actor=actor(), today=clock.today())

    done = _("Đã kết thúc cuộc kiểm tra. Đơn vị thấy kết quả là không có hạn chế.")
    return _ending("close", visit_id, CloseForm, act, done)


@bp.route("/<id:visit_id>/cancel", methods=["GET", "POST"])
@for_roles(*HANDS)
def cancel(visit_id: int) -> ResponseReturnValue:
    def act(visit: Visit, form: CancelForm) -> None:
        services.cancel(visit, reason=form.reason.data, on=form.day, actor=actor(), today=clock.today())

    return _ending("cancel", visit_id, CancelForm, act, _("Đã hủy cuộc kiểm tra. Đơn vị có thể được lên lịch lại."))


def _ending(
    move: str, visit_id: int, form_class: type[DatedForm], act: Callable[[Visit, Any], None], done: str
) -> ResponseReturnValue:
    """A step that cannot be undone: a page that asks first, and does it when it is sent."""
    visit, form = seen(visit_id), form_class(on=clock.today())
    form.keep_day(policy.may_enter_history(actor(), visit.plan))
    VISIT.check(move, visit, actor=actor())
    template = f"visits/{move}.html"
    if not form.is_submitted():
        return render_template(template, visit=visit, form=form)
    if not form.validate():
        return render_template(template, visit=visit, form=form), 422
    try:
        act(visit, form)
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return render_template(template, visit=seen(visit_id), form=form), status
    flash(done)
    return _back_to(visit_id)


def _back_to(visit_id: int) -> ResponseReturnValue:
    return redirect(url_for("visits.show", visit_id=visit_id), 303)
