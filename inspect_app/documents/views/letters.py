"""Letters as files: `/documents/conclusion/12.docx` and `.pdf`. Each that leaves is noted in the log."""

from io import BytesIO

from flask import Blueprint, abort, current_app, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.connections import read_only
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, WrongState
from inspect_app.documents import policy
from inspect_app.documents.forms import FIRST_YEAR
from inspect_app.documents.queries import templates as queries
from inspect_app.documents.queries.kinds import Letter
from inspect_app.documents.queries.letters import conclusion as conclusions
from inspect_app.documents.queries.letters import decision as decisions
from inspect_app.documents.queries.letters import minutes as minutes_of
from inspect_app.documents.queries.letters import plan as plan_of
from inspect_app.documents.queries.letters import remediation as remediations
from inspect_app.documents.queries.letters import report as reports
from inspect_app.documents.queries.letters import schedule as schedules
from inspect_app.documents.queries.letters import statistics as annexes
from inspect_app.documents.queries.letters import urging as urgings
from inspect_app.documents.queries.statistics import figures
from inspect_app.documents.queries.writers import root_unit, writer_for, writer_of
from inspect_app.documents.services import pdf, templates
from inspect_app.documents.services.leaving import note_leaving
from inspect_app.findings.models import Conclusion
from inspect_app.findings.policy import answers_for
from inspect_app.findings.queries import conclusions as notices
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan, Team
from inspect_app.reminders.models import Level, Urging
from inspect_app.reminders.queries import urging as steps
from inspect_app.reports.queries import Day, Grouping
from inspect_app.reports.queries import report as counted
from inspect_app.reports.views.sentence import sentence
from inspect_app.visits import queries as visits
from inspect_app.visits.models import Visit
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.lookup import one_or_404
from inspect_app.web.previews import alone
from inspect_app.workdays.periods import PeriodCode, period, reporting_year

bp = Blueprint("documents", __name__, url_prefix="/documents")

READERS = (Role.REVIEWER, Role.VIEWER, Role.INSPECTOR, Role.OFFICER)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PERIODS = {
    PeriodCode.Q1: _l("Quý I"),
    PeriodCode.HALF: _l("6 tháng đầu"),
    PeriodCode.Q3: _l("Quý III"),
}
_AS = "<any(docx, pdf):ending>"


@bp.get(f"/conclusion/<id:visit_id>.{_AS}")
@for_roles(*READERS)
def conclusion(visit_id: int, ending: str) -> ResponseReturnValue:
    """The notice of conclusion of a visit."""
    visit = _visit(visit_id)
    _allow(policy.may_take_conclusion(actor(), visit))
    letter = conclusions.letter(visit, actor=actor(), city=_city(), today=clock.today())
    return _leave(letter, ending, visit_id)


@bp.get(f"/minutes/<id:visit_id>.{_AS}")
@for_roles(*READERS)
def minutes(visit_id: int, ending: str) -> ResponseReturnValue:
    """The minutes of a visit."""
    visit = _visit(visit_id)
    _allow(policy.may_take_minutes(actor(), visit))
    letter = minutes_of.letter(visit, actor=actor(), city=_city(), today=clock.today())
    return _leave(letter, ending, visit_id)


@bp.get(f"/report/<id:plan_id>.{_AS}")
@for_roles(*READERS)
def report(plan_id: int, ending: str) -> ResponseReturnValue:
    """What a plan has come to on `?as_of=`, by the units of `?group=`: the figures of its report's page."""
    plan, asked, today = _plan(plan_id), Asked(), clock.today()
    on = asked.day("as_of") or today
    if asked.problems or on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="as_of")
    by = next(iter(asked.among("group", Grouping)), Grouping.INSPECTED)
    found = counted(plan, actor=actor(), day=Day(on, today), by=by)
    with force_locale("vi"):  # a letter is Vietnamese whatever the language of the page
        said = sentence(found)
    writer = writer_of(actor().person_id, otherwise=plan.issuing_unit)
    letter = reports.letter(found, writer=writer, said=said, city=_city(), today=today)
    return _leave(letter, ending, plan_id)


@bp.get(f"/urging/<id:urging_id>.{_AS}")
@for_roles(Role.REVIEWER, Role.INSPECTOR)
def urging(urging_id: int, ending: str) -> ResponseReturnValue:
    """The letter of a step taken with a unit that is late."""
    step: Urging = one_or_404(steps.one(actor(), urging_id))
    if step.level is Level.REMINDER:
        raise WrongState("Nhắc việc không có số văn bản.")
    writer = writer_of(step.taker_id, otherwise=step.plan.issuing_unit)
    return _leave(urgings.letter(step, city=_city(), writer=writer, today=clock.today()), ending, urging_id)


@bp.get(f"/remediation/<id:conclusion_id>.{_AS}")
@for_roles(*READERS)
def remediation(conclusion_id: int, ending: str) -> ResponseReturnValue:
    """What a unit answers to a notice; of a unit with no officer asking, what the unit inspected would."""
    notice: Conclusion = one_or_404(notices.one(actor(), conclusion_id))
    found = list(notices.findings_of(actor(), notice))
    own = [finding for finding in found if answers_for(actor(), finding)]
    unit = own[0].responsible_unit if own else notice.visit.unit
    answered = [finding for finding in found if finding.responsible_unit_id == unit.id]
    team = notice.visit.team_id and db.session.get(Team, notice.visit.team_id)
    letter = remediations.letter(
        notice,
        answered,
        team=team.name if team else notice.visit.plan.issuing_unit.office,
        writer=writer_for(unit),
        city=_city(),
        today=clock.today(),
    )
    return _leave(letter, ending, conclusion_id)


@bp.get(f"/plan/<id:plan_id>.{_AS}")
@for_roles(*READERS)
def plan(plan_id: int, ending: str) -> ResponseReturnValue:
    """A plan with its annex of units."""
    found = _plan(plan_id)
    _allow(policy.may_take_plan(actor(), found))
    writer = writer_for(found.issuing_unit)
    letter = plan_of.letter(found, actor=actor(), writer=writer, city=_city(), today=clock.today())
    return _leave(letter, ending, plan_id)


@bp.get(f"/schedule/<id:plan_id>.{_AS}")
@for_roles(*READERS)
def schedule(plan_id: int, ending: str) -> ResponseReturnValue:
    """When the units of a plan are to expect their inspections."""
    found = _plan(plan_id)
    _allow(policy.may_take_schedule(actor(), found))
    writer = writer_of(actor().person_id, otherwise=found.issuing_unit)
    letter = schedules.letter(found, actor=actor(), writer=writer, city=_city(), today=clock.today())
    return _leave(letter, ending, plan_id)


@bp.get(f"/decision/<id:team_id>.{_AS}")
@for_roles(*READERS)
def decision(team_id: int, ending: str) -> ResponseReturnValue:
    """The decision that forms a team."""
    team = db.session.get(Team, team_id) or abort(404)
    found = _plan(team.plan_id)
    _allow(policy.may_take_plan(actor(), found))
    team = one_or_404(plans.team_of(found, team_id))
    writer = writer_for(found.issuing_unit)
    return _leave(decisions.letter(found, team, writer=writer, city=_city(), today=clock.today()), ending, team_id)


@bp.get("/statistics/")
@for_roles(Role.REVIEWER, Role.VIEWER)
def periods() -> ResponseReturnValue:
    """The periods of this reporting year and the one before, to take the annex of each."""
    today = clock.today()
    this = reporting_year(today)
    return render_template(
        "documents/periods.html",
        rows=[(year, code, period(code, year)) for year in (this, this - 1) for code in PeriodCode],
        today=today,
        words=PERIODS,
        changed=queries.in_force("statistics") is not None,
        keeps=policy.may_keep_templates(actor()),
    )


@bp.get(f"/statistics/<year:year>/<any(q1, half, q3, year):code>.{_AS}")
@for_roles(Role.REVIEWER, Role.VIEWER)
def statistics(year: int, code: str, ending: str) -> ResponseReturnValue:
    """The annex of statistics of one period of a reporting year."""
    today, which = clock.today(), PeriodCode(code)
    if not FIRST_YEAR <= year <= reporting_year(today):
        abort(404)
    told = period(which, year)
    if told.first > today:
        raise WrongState("Kỳ báo cáo này chưa bắt đầu.")
    person = actor().person_id
    writer = writer_of(person, otherwise=root_unit())
    numbers = figures(actor(), told, today)
    letter = annexes.letter(which, year, told, numbers, writer=writer, city=_city(), today=today)
    return _leave(letter, ending, year)


def _plan(plan_id: int) -> Plan:
    plan: Plan = one_or_404(plans.visible_to(actor()).where(Plan.id == plan_id))
    return plan


def _visit(visit_id: int) -> Visit:
    visit: Visit = one_or_404(visits.visible_to(actor()).where(Visit.id == visit_id))
    return visit


def _allow(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed("Văn bản này chưa lấy được bằng tài khoản đang dùng.")


def _city() -> str:
    return queries.city_seat()


def _leave(letter: Letter, ending: str, subject_id: int) -> ResponseReturnValue:
    """The file, once it is noted who took it."""
    if ending == "pdf":
        content, template = _pdf(letter), 0
    else:
        content, template = templates.made(letter, current_app.extensions["storage"])
    db.session.rollback()  # what was read so far read only; this writes
    read_only(False)
    note_leaving(
        letter,
        content,
        ending=ending,
        subject_id=subject_id,
        template=template,
        actor=actor(),
        today=clock.today(),
    )
    db.session.commit()
    read_only(True)
    if "nhat_ky" in letter.fields:
        current_app.extensions["anchor"]("print")
    answer = send_file(
        BytesIO(content),
        mimetype="application/pdf" if ending == "pdf" else WORD,
        as_attachment=True,
        download_name=letter.file_name(ending),
        etag=False,
    )
    answer.headers["Cache-Control"] = "no-store"
    return alone(answer)


def _pdf(letter: Letter) -> bytes:
    if queries.in_force(letter.kind.code):
        raise WrongState("Văn bản này đang dùng mẫu đã sửa nên không có bản PDF. Tải bản Word rồi lưu thành PDF.")
    return pdf.set_letter(letter, title=letter.title, at=clock.now())
