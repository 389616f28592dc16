"""Notices of conclusion: what was issued to a unit, how far each is put right, and one letter in answer to one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspect_app.core import clock, counting
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.findings import policy
from inspect_app.findings.forms.conclusions import LATEST, conclusions_from
from inspect_app.findings.forms.together import TogetherForm, for_findings
from inspect_app.findings.models import Conclusion, Finding
from inspect_app.findings.queries import conclusions as queries
from inspect_app.findings.queries.recording import scans_of
from inspect_app.findings.services.together import Claim, Refused, submit_together
from inspect_app.findings.views.shared import READERS, storing
from inspect_app.findings.workflow import UNITS_TURN
from inspect_app.plans.queries.offered import offered
from inspect_app.web import drafts
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.drafts import keeps_draft
from inspect_app.web.errors import say
from inspect_app.web.formats import ngettext
from inspect_app.web.gate import takes_files
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.paging import count, page
from inspect_app.web.refusing import REFUSALS, refuse

bp = Blueprint("conclusions", __name__, url_prefix="/conclusions")


@bp.get("/")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    asked = Asked()
    chosen = conclusions_from(asked)
    shape, filling = shape_of(actor()), filling_of(actor())
    total = count(queries.matching(shape, chosen), most=counting.MOST_COUNTED, kept=True, filling=filling)
    rows = queries.listing(shape, chosen, walking=total > counting.MOST_COUNTED)
    found = page(rows, LATEST, kept=True, filling=filling)
    return render_template(
        "findings/conclusions.html",
        page=found,
        total=total,
        most=counting.MOST_COUNTED,
        standings=queries.standings(actor(), [row.visit_id for row in found.rows], clock.today()),
        q=chosen.text,
        plan_id=chosen.plan_id,
        plans=offered(actor(), chosen.plan_id),
        unfinished=chosen.unfinished,
        said=asked.said,
        answers=Role.OFFICER in actor().roles,
        of_the_unit=actor().roles == {Role.OFFICER},
    )


@bp.get("/<id:conclusion_id>")
@for_roles(*READERS)
def show(conclusion_id: int) -> ResponseReturnValue:
    notice, findings = _notice(conclusion_id)
    return render_template(
        "findings/conclusion.html",
        notice=notice,
        visit=notice.visit,
        findings=findings,
        standing=queries.standings(actor(), [notice.visit_id], clock.today()).get(notice.visit_id, queries.Standing()),
        scans=scans_of(notice.visit),
        to_report=_to_report(findings),
        knows_the_visit=any(policy.knows_the_visit(actor(), finding) for finding in findings),
        day=clock.today(),
    )


@bp.route("/<id:conclusion_id>/report", methods=["GET", "POST"])
@for_roles(Role.OFFICER)
@takes_files
@keeps_draft
def report(conclusion_id: int) -> ResponseReturnValue:
    """One letter for the findings that are ticked: all of them are submitted, or none."""
    notice, findings = _notice(conclusion_id)
    if not any(policy.answers_for(actor(), finding) for finding in findings):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    if request.method == "GET":
        waiting = _to_report(findings)
        if not waiting:
            raise WrongState("Không còn hạn chế nào của thông báo này chờ đơn vị báo cáo.")
        return _report_page(notice, waiting, for_findings(waiting, drafts.kept()))
    # Also those that a colleague sent meanwhile: their lines say so, and nothing typed is lost.
    asked = [finding for finding in findings if f"f{finding.id}-version" in request.form]
    form = for_findings(asked)
    if not form.validate():
        return _report_page(notice, asked, form), 422
    try:
        if (led := sent_before(form)) is not None:
            db.session.rollback()
            return redirect(led, 303)
        sent = _submit(form, asked)
        done = leads_to(form, url_for(".show", conclusion_id=conclusion_id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        notice, findings = _notice(conclusion_id)
        again = [finding for finding in findings if finding.id in {one.id for one in asked}]
        if isinstance(refused, Refused):
            status = _say_at_each(form, refused, again)
        return _report_page(notice, again, form), status
    flash(
        ngettext(
            "Đã gửi xác nhận %(num)s hạn chế. Đoàn kiểm tra xem và trả lời từng hạn chế.",
            "Đã gửi xác nhận %(num)s hạn chế. Đoàn kiểm tra xem và trả lời từng hạn chế.",
            sent,
        )
    )
    return redirect(done, 303)


def _notice(conclusion_id: int) -> tuple[Conclusion, list[Finding]]:
    """The notice and those of its findings that the reader may know of."""
    notice: Conclusion = one_or_404(queries.one(actor(), conclusion_id))
    return notice, list(queries.findings_of(actor(), notice))


def _to_report(findings: list[Finding]) -> list[Finding]:
    """Those that it is the reader's turn to report on."""
    return [one for one in findings if one.state in UNITS_TURN and policy.answers_for(actor(), one)]


def _submit(form: TogetherForm, asked: list[Finding]) -> int:
    """How many were sent."""
    by_id = {finding.id: finding for finding in asked}
    claims = [
        Claim(by_id[number], form.said_of(number), form.line(number).version.data or 0) for number in form.taken(by_id)
    ]
    made = submit_together(
        claims,
        actor=actor(),
        files=form.files.incoming,
        letter_number=form.letter_number.data,
        letter_on=form.letter_on.data,
        on=clock.today(),
        today=clock.today(),
        **storing(),
    )
    return len(made)


def _say_at_each(form: TogetherForm, refused: Refused, findings: list[Finding]) -> int:
    """Why, at the line of each; who sends again has seen how each stands now. Gives the status to answer with."""
    for finding in findings:
        line = form.line(finding.id)
        line.version.data = finding.version
        if finding.id in refused.by_finding:
            why = refused.by_finding[finding.id]
            field = line.statement if isinstance(why, Invalid) and why.field == "statement" else line.take
            field.errors = [say(why)]
    lost = any(isinstance(why, Stale | WrongState) for why in refused.by_finding.values())
    return 409 if lost else 422


def _report_page(notice: Conclusion, findings: list[Finding], form: TogetherForm) -> str:
    return render_template(
        "findings/together.html", notice=notice, visit=notice.visit, findings=findings, form=form, day=clock.today()
    )
