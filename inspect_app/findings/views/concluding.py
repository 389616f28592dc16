"""Sending the result of a visit, and the conclusion that issues what was found."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, Stale, WrongState
from inspect_app.findings import services
from inspect_app.findings.forms.recording import ConcludeForm, SendForm, seen_of
from inspect_app.findings.models import Finding
from inspect_app.findings.queries.answers import progress
from inspect_app.findings.queries.recording import photo_counts
from inspect_app.findings.queries.repeats import alike
from inspect_app.findings.services.recording import hold
from inspect_app.findings.views.recording import HANDS, bp, visit_or_404
from inspect_app.findings.views.shared import storing
from inspect_app.visits import policy
from inspect_app.visits.forms import ReportForm
from inspect_app.visits.models import Entry, Visit, VisitState
from inspect_app.visits.queries import called_wrong
from inspect_app.visits.workflow import VISIT
from inspect_app.web import drafts
from inspect_app.web.access import actor, for_roles
from inspect_app.web.drafts import keeps_draft
from inspect_app.web.formats import ngettext
from inspect_app.web.gate import takes_files
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, refuse
from inspect_app.workdays import queries as workdays


@bp.route("/visits/<id:visit_id>/record/review", methods=["GET", "POST"])
@for_roles(*HANDS)
def review(visit_id: int) -> ResponseReturnValue:
    """Look once more before sending. A result without findings goes to `visits.report`, with what that means."""
    visit, form = visit_or_404(visit_id), SendForm(on=clock.today())
    VISIT.check("report", visit, actor=actor())
    form.keep_day(policy.may_enter_history(actor(), visit.plan))
    findings = db.session.scalars(services.recorded(visit)).all()
    form.ask_why(called_wrong(visit, but={one.area_code for one in findings}) if findings else [])
    if request.method == "GET":
        form.version.data = visit.version
        return _review_page(visit, form, findings)
    if visit.entry is not Entry.FOUND:
        raise WrongState("Cuộc kiểm tra chưa ghi hạn chế nào. Chọn không có hạn chế hoặc chưa nhập số liệu rồi gửi.")
    if not form.validate():
        return _review_page(visit, form, findings), 422
    try:
        services.send(
            visit, on=form.day, reason=form.why, version=form.version.data, actor=actor(), today=clock.today()
        )
        db.session.commit()
    except REFUSALS as refused:
        status, visit = refuse(form, refused), visit_or_404(visit_id)
        form.version.data = visit.version
        return _review_page(visit, form, db.session.scalars(services.recorded(visit)).all()), status
    flash(_("Đã gửi kết quả. Trưởng đoàn, thư ký hoặc Sở Nội vụ sẽ xem và ban hành thông báo kết luận."))
    return redirect(url_for("visits.show", visit_id=visit_id), 303)


def _review_page(visit: Visit, form: SendForm, findings: Sequence[Finding]) -> str:
    nothing = ReportForm(formdata=None, on=clock.today())
    nothing.keep_day("on" in form)
    nothing.ask_why([] if findings else called_wrong(visit))
    return render_template(
        "findings/record_review.html",
        visit=visit,
        form=form,
        nothing_form=nothing,
        findings=findings,
        expected_days=_expected(findings, clock.today()),
        photos=photo_counts(findings) if findings else {},
        alike=alike(findings, actor()),
        checked=progress(actor(), visit),
    )


# The conclusion


@bp.route("/visits/<id:visit_id>/conclude", methods=["GET", "POST"])
@for_roles(*HANDS)
@takes_files
@keeps_draft
def conclude(visit_id: int) -> ResponseReturnValue:
    """Issue all findings of the visit with the numbered notice; a self-inspection's needs no number."""
    visit = visit_or_404(visit_id)
    if not policy.may_sign(actor(), visit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    if request.method == "POST":
        form = ConcludeForm()
    else:
        form = ConcludeForm(formdata=drafts.kept(), version=visit.version, dated_on=clock.today())
    if visit.is_self_inspection:
        form.of_itself()
    if request.method == "GET":
        _concludable(visit)
        return _conclude_page(visit, form)
    if "preview" in request.form:
        return _conclude_page(visit, form)
    if not form.validate():
        return _conclude_page(visit, form), 422
    try:
        if (answered := sent_before(form)) is not None:
            return redirect(answered, 303)
        issued = _issue(visit, form)
        address = leads_to(form, url_for("visits.show", visit_id=visit_id))
        db.session.commit()
    except REFUSALS as refused:
        status, visit = refuse(form, refused), visit_or_404(visit_id)
        form.version.data = visit.version
        return _conclude_page(visit, form), status
    flash(
        ngettext(
            "Đã ban hành %(num)s hạn chế. %(unit)s thấy ngay và bắt đầu tính hạn.",
            "Đã ban hành %(num)s hạn chế. %(unit)s thấy ngay và bắt đầu tính hạn.",
            len(issued),
            unit=visit.unit_name,
        )
    )
    return redirect(address, 303)


def _concludable(visit: Visit) -> None:
    """Raises WrongState."""
    if visit.state is not VisitState.REPORTED:
        raise WrongState("Chỉ ban hành thông báo kết luận khi đoàn kiểm tra đã gửi kết quả và chưa có kết luận.")
    if visit.entry is Entry.NONE_FOUND:
        raise WrongState("Cuộc kiểm tra không có hạn chế nên không ban hành thông báo kết luận mà kết thúc ngay.")


def _issue(visit: Visit, form: ConcludeForm) -> list[Finding]:
    hold(visit)
    _concludable(visit)
    findings = db.session.scalars(services.recorded(visit)).all()
    if form.seen.data and form.seen.data != seen_of(findings):
        raise Stale("Danh sách hạn chế vừa thay đổi. Xem lại danh sách rồi ban hành; nội dung đã nhập vẫn còn.")
    return services.conclude(
        visit,
        number=form.number.data,
        dated_on=cast(date, form.dated_on.data),
        signer=form.signer.data,
        scan=form.scan.incoming,
        version=form.version.data,
        actor=actor(),
        today=clock.today(),
        **storing(),
    )


def _conclude_page(visit: Visit, form: ConcludeForm) -> str:
    findings = db.session.scalars(services.recorded(visit)).all()
    form.seen.data = seen_of(findings)
    day = form.dated_on.data or clock.today()
    return render_template(
        "findings/conclude.html",
        visit=visit,
        form=form,
        findings=findings,
        day=day,
        expected_days=_expected(findings, day),
        may_record=policy.may_record(actor(), visit),
    )


def _expected(findings: Sequence[Finding], day: date) -> dict[int, date]:
    """Finding -> the deadline that it would have if the notice were of this day."""
    calendar = workdays.calendar()
    return {f.id: services.expected_deadline(f, counted_from=day, calendar=calendar) for f in findings}
