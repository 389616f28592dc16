"""After a conclusion was issued: numbered amendments, and the signed paper scanned later. The notice itself stays."""

from datetime import date
from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.findings import queries
from inspect_app.findings.forms.amending import AmendForm, ScanForm, amend_form
from inspect_app.findings.models import Conclusion
from inspect_app.findings.queries.recording import scans_of
from inspect_app.findings.services import amendment as services
from inspect_app.findings.services.conclusion import attach as attach_scan
from inspect_app.findings.views.recording import HANDS, bp, visit_or_404
from inspect_app.findings.views.shared import storing
from inspect_app.plans import queries as plans
from inspect_app.visits import policy
from inspect_app.visits.models import Visit
from inspect_app.web.access import actor, for_roles
from inspect_app.web.gate import takes_files
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, refuse


@bp.route("/visits/<id:visit_id>/amend", methods=["GET", "POST"])
@for_roles(*HANDS)
@takes_files
def amend(visit_id: int) -> ResponseReturnValue:
    """Correct what the notice says, by the next amendment."""
    visit, issued = _issued(visit_id)
    form = _form(visit, issued)
    if request.method == "GET":
        return _amend_page(visit, issued, form)
    if not form.validate():
        return _amend_page(visit, issued, form), 422
    try:
        if (answered := sent_before(form)) is not None:
            return redirect(answered, 303)
        made = services.amend(
            visit,
            number=form.number.data,
            dated_on=cast(date, form.dated_on.data),
            signer=form.signer.data,
            reason=form.reason.data,
            findings={finding.id: block.corrected for finding, block in form.blocks},
            notice=form.notice,
            scan=form.scan.incoming,
            ordinal=form.ordinal.data,
            actor=actor(),
            today=clock.today(),
            **storing(),
        )
        ordinal, address = made.ordinal, leads_to(form, url_for("visits.show", visit_id=visit_id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        visit, issued = _issued(visit_id)
        form.ordinal.data = services.number_of(issued) + 1
        return _amend_page(visit, issued, form), status
    flash(_("Đã ghi đính chính số %(ordinal)s. Thông báo đã ban hành vẫn được giữ nguyên.", ordinal=ordinal))
    return redirect(address, 303)


@bp.route("/visits/<id:visit_id>/scan", methods=["GET", "POST"])
@for_roles(*HANDS)
@takes_files
def attach(visit_id: int) -> ResponseReturnValue:
    """Add the signed notice, scanned."""
    visit, issued = _issued(visit_id)
    form = ScanForm()
    if request.method == "GET":
        return _scan_page(visit, issued, form)
    if not form.validate():
        return _scan_page(visit, issued, form), 422
    try:
        if (answered := sent_before(form)) is not None:
            return redirect(answered, 303)
        added = attach_scan(visit, form.scan.incoming, actor=actor(), today=clock.today(), **storing())
        address = leads_to(form, url_for("visits.show", visit_id=visit_id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return _scan_page(*_issued(visit_id), form), status
    flash(_("Đã thêm bản quét.") if added else _("Tệp này đã có trong thông báo kết luận."))
    return redirect(address, 303)


def _issued(visit_id: int) -> tuple[Visit, Conclusion]:
    """The visit and its notice, for whoever signs. Raises NotAllowed, WrongState."""
    visit = visit_or_404(visit_id)
    if not policy.may_sign(actor(), visit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    issued = queries.conclusion_of(visit_id)
    if issued is None:
        raise WrongState("Chưa có thông báo kết luận nên chưa có gì để đính chính.")
    return visit, issued


def _form(visit: Visit, issued: Conclusion) -> AmendForm:
    earlier = services.amendments_of(issued)
    reads = {f"notice_{name}": value for name, value in services.as_corrected(issued, earlier).items()}
    return amend_form(
        services.amendable(visit), plans.areas(), ordinal=len(earlier) + 1, dated_on=clock.today(), **reads
    )


def _amend_page(visit: Visit, issued: Conclusion, form: AmendForm) -> str:
    return render_template("findings/amend.html", visit=visit, notice=issued, form=form)


def _scan_page(visit: Visit, issued: Conclusion, form: ScanForm) -> str:
    return render_template("findings/amend_scan.html", visit=visit, notice=issued, form=form, scans=scans_of(visit))
