"""Writing a visit down with its findings, and a finding again before it is issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.findings import queries, services
from inspect_app.findings.forms.recording import FindingBlock, FindingForm, RecordForm, Within, as_typed
from inspect_app.findings.models import Finding
from inspect_app.findings.queries.recording import photo_counts
from inspect_app.findings.views.shared import seen, storing
from inspect_app.findings.workflow import FINDING
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Area, TeamMember
from inspect_app.visits import policy
from inspect_app.visits import queries as visits
from inspect_app.visits import services as visit_services
from inspect_app.visits.models import Visit, VisitState
from inspect_app.web.access import actor, for_roles
from inspect_app.web.gate import takes_files
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.presentation import TEAM_ROLES
from inspect_app.web.refusing import REFUSALS, differences, refuse

bp = Blueprint("recording", __name__)

HANDS = (Role.INSPECTOR, Role.OFFICER, Role.REVIEWER)
"""The team; of a self-inspection the officers of the unit, and the reviewer who enters it for them."""
NOT_WRITTEN_YET = (VisitState.PLANNED, VisitState.BEGUN)
"""The visit itself can still be written down."""
NOT_ISSUED_YET = (*NOT_WRITTEN_YET, VisitState.REPORTED)
"""Findings can still be added."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the fields of a finding offer to choose from; read once for a page."""

    areas: Sequence[Area]
    seated: Sequence[TeamMember]

    @property
    def people(self) -> list[Person]:
        """Who may follow a finding."""
        active = {member.person.id: member.person for member in self.seated if member.person.active}
        return sorted(active.values(), key=lambda person: (person.sort_key, person.id))

    @property
    def usual(self) -> dict[str, Any]:
        """What a blank block begins with: whoever writes a finding down follows it."""
        me = actor().person_id
        follows = any(member.person_id == me for member in self.seated)
        return {"within": Within.FIFTEEN, "follower": me if follows else None}

    @property
    def roll(self) -> str:
        """Who sits on the team, as it is written down under those present."""
        return ", ".join(f"{member.person.name} ({str(TEAM_ROLES[member.role]).lower()})" for member in self.seated)


@dataclass(frozen=True, slots=True)
class Section:
    """One area on the page: what was saved in it, what is being typed, the number of its blank block if it has one."""

    area: Area
    saved: list[Finding]
    typed: list[FindingBlock]
    blank: int | None

    @property
    def written(self) -> int:
        return len(self.saved) + len(self.typed)


# Writing down


@bp.route("/visits/<id:visit_id>/record", methods=["GET", "POST"])
@for_roles(*HANDS)
@takes_files
def record(visit_id: int) -> ResponseReturnValue:
    visit = _written_by_me(visit_id)
    offer = _offer(visit)
    if request.method == "GET":
        if visit.state not in NOT_ISSUED_YET:
            raise WrongState("Cuộc kiểm tra đã kết thúc hoặc đã hủy nên không ghi thêm được.")
        return _record_page(visit, _drawn(visit, offer), offer)
    form = _sent(visit)
    if "add" in request.form:
        return _record_page(visit, form, offer)
    form.offer(offer.areas, offer.people)
    if not form.validate():
        return _record_page(visit, form, offer), 422
    try:
        if (answered := sent_before(form)) is not None:
            return redirect(answered, 303)
        made, noted = _write(visit, form, offer)
        further = request.form.get("go") == "review" and visit.state is VisitState.BEGUN
        address = leads_to(form, url_for(".review" if further else ".record", visit_id=visit_id))
        db.session.commit()
    except REFUSALS as refused:
        return _record_again(visit_id, form, refused)
    if made or noted or not further:
        flash(_saved(made, noted))
    return redirect(address, 303)


def _drawn(visit: Visit, offer: Offer) -> RecordForm:
    """The form as it is opened."""
    likely = visit.planned_on if visit.planned_on and visit.planned_on <= clock.today() else None
    form = RecordForm(
        version=visit.version,
        began_on=visit.began_on or likely,
        place=visit.place,
        present=visit.present or offer.roll,
        remark=visit.remark,
        opinion=visit.opinion,
    )
    if visit.state not in NOT_WRITTEN_YET:
        form.leave_the_visit_alone()
    return form


def _sent(visit: Visit) -> RecordForm:
    """The form as it came back; what it did not ask about is left alone."""
    form = RecordForm()
    form.begun = visit.began_on
    if request.form and "began_on" not in request.form:
        form.leave_the_visit_alone()
    return form


def _write(visit: Visit, form: RecordForm, offer: Offer) -> tuple[list[Finding], bool]:
    """What was made, and whether something changed on the visit itself."""
    today = clock.today()
    noted = form.asks_about_the_visit and bool(differences(form, visit, form.NOTED))
    if noted:
        facts = {name: form[name].data for name in form.NOTED}
        visit_services.note(visit, actor=actor(), today=today, version=form.version.data, **facts)
    several = [block.particulars() for area in offer.areas for block in form.blocks if block.area.data == area.code]
    made = services.record(visit, several, actor=actor(), today=today, **storing()) if several else []
    return made, noted


def _record_again(visit_id: int, form: RecordForm, refused: Exception) -> ResponseReturnValue:
    """With everything that was typed; pictures must be chosen again, browsers keep none."""
    status, visit = refuse(form, refused), _written_by_me(visit_id)
    form.version.data = visit.version
    newer = differences(form, visit, form.NOTED) if status == 409 and form.asks_about_the_visit else []
    return _record_page(visit, form, _offer(visit), newer=newer), status


def _record_page(visit: Visit, form: RecordForm, offer: Offer, **more: Any) -> str:
    saved = queries.of_visit(actor(), visit.id)
    blank = FindingBlock(formdata=None, prefix="findings-__n__-", **offer.usual)
    for block in (blank, form):
        block.offer(offer.areas, offer.people)
    return render_template(
        "findings/record.html",
        visit=visit,
        form=form,
        blank=blank,
        sections=_sections(offer.areas, saved, form),
        saved=saved,
        photos=photo_counts(saved) if saved else {},
        may_save=visit.state in NOT_ISSUED_YET,
        may_send=visit.state in NOT_WRITTEN_YET,
        **more,
    )


def _sections(areas: Sequence[Area], saved: Sequence[Finding], form: RecordForm) -> list[Section]:
    """By area; a block of no known one stands in the first.

    There is a blank block where nothing was written, and where one more was asked for.
    """
    known, sections, number = {area.code for area in areas}, list[Section](), len(form.blocks)
    for area in areas:
        already = [finding for finding in saved if finding.area_code == area.code]
        odd = known if area is areas[0] else ()
        typed = [block for block in form.blocks if block.area.data == area.code or (odd and block.area.data not in odd)]
        wanted = request.form.get("add") == area.code or not (already or typed)
        sections.append(Section(area, already, typed, number if wanted else None))
        number += wanted
    return sections


def _saved(made: Sequence[Finding], noted: bool) -> str:
    if made:
        return str(
            ngettext(
                "Đã lưu %(num)d hạn chế. Đơn vị chỉ thấy sau khi ban hành thông báo kết luận.",
                "Đã lưu %(num)d hạn chế. Đơn vị chỉ thấy sau khi ban hành thông báo kết luận.",
                len(made),
            )
        )
    if noted:
        return str(_("Đã lưu nội dung cuộc kiểm tra."))
    return str(_("Nội dung không thay đổi so với bản đã lưu."))


# One finding again


@bp.route("/findings/<id:finding_id>/edit", methods=["GET", "POST"])
@for_roles(*HANDS)
@takes_files
def edit(finding_id: int) -> ResponseReturnValue:
    """Rewrite a finding that was not issued yet."""
    finding = seen(finding_id)
    if not policy.may_record(actor(), finding.visit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    if request.method == "GET":
        FINDING.check("discard", finding, actor=actor())
        return _edit_page(finding, FindingForm(**as_typed(finding)))
    form = FindingForm()
    form.begun = finding.visit.began_on
    form.offer(*_choices_for(finding))
    if not form.validate():
        return _edit_page(finding, form), 422
    try:
        services.edit(
            finding,
            form.particulars(finding.counted_from),
            version=form.version.data,
            actor=actor(),
            today=clock.today(),
            **storing(),
        )
        db.session.commit()
    except REFUSALS as refused:
        status, finding = refuse(form, refused), seen(finding_id)
        form.version.data = finding.version
        newer = differences(form, finding, ("text", "required")) if status == 409 else []
        return _edit_page(finding, form, newer=newer), status
    flash(_("Đã lưu hạn chế %(code)s.", code=finding.code))
    return redirect(url_for(".record", visit_id=finding.visit_id), 303)


def _edit_page(finding: Finding, form: FindingForm, **more: Any) -> str:
    form.offer(*_choices_for(finding))
    return render_template(
        "findings/record_edit.html", finding=finding, form=form, files=queries.evidence_of(finding), **more
    )


def _choices_for(finding: Finding) -> tuple[Sequence[Area], list[Person]]:
    """Whoever follows the finding already stays in the list."""
    offer = _offer(finding.visit)
    people, follower = offer.people, finding.follower
    return offer.areas, people if follower is None or follower in people else [*people, follower]


# Shared


def visit_or_404(visit_id: int) -> Visit:
    found: Visit = one_or_404(visits.visible_to(actor()).where(Visit.id == visit_id))
    return found


def _written_by_me(visit_id: int) -> Visit:
    visit = visit_or_404(visit_id)
    if not policy.may_record(actor(), visit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    return visit


def _offer(visit: Visit) -> Offer:
    return Offer(plans.areas(), visits.team_on(visit) if visit.team_id else [])
