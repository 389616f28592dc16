"""Writing a visit down with its findings, and a finding again before it is issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, Stale, WrongState
from inspect_app.findings import queries, services
from inspect_app.findings.forms.answers import pattern
from inspect_app.findings.forms.recording import FindingBlock, FindingForm, RecordForm, as_typed
from inspect_app.findings.forms.wording import Within
from inspect_app.findings.models import Finding
from inspect_app.findings.queries.answers import Answered
from inspect_app.findings.queries.answers import answered as answered_items
from inspect_app.findings.queries.recording import photo_counts
from inspect_app.findings.views.outline import sections, whole
from inspect_app.findings.views.shared import seen, storing
from inspect_app.findings.workflow import FINDING
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Area, TeamMember
from inspect_app.visits import policy
from inspect_app.visits import queries as visits
from inspect_app.visits import services as visit_services
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.services.answers import UNCHECKED, Seen, checklist_of
from inspect_app.web import drafts
from inspect_app.web.access import actor, for_roles
from inspect_app.web.drafts import done_with, keeps_draft
from inspect_app.web.formats import ngettext
from inspect_app.web.gate import takes_files
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.presentation import RESULTS, TEAM_ROLES
from inspect_app.web.refusing import REFUSALS, differences, refuse, refuse_again

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
        return {"within": Within.FIFTEEN, "follower": self.follower_id}

    @property
    def follower_id(self) -> int | None:
        me = actor().person_id
        return me if any(member.person_id == me for member in self.seated) else None

    @property
    def roll(self) -> str:
        """Who sits on the team, as it is written down under those present."""
        return ", ".join(f"{member.person.name} ({str(TEAM_ROLES[member.role]).lower()})" for member in self.seated)


# Writing down


@bp.route("/visits/<id:visit_id>/record", methods=["GET", "POST"])
@for_roles(*HANDS)
@takes_files
@keeps_draft
def record(visit_id: int) -> ResponseReturnValue:
    visit = _written_by_me(visit_id)
    offer, answered = _offer(visit), _answered(visit)
    if request.method == "GET":
        if visit.state not in NOT_ISSUED_YET:
            raise WrongState("Cuộc kiểm tra đã kết thúc hoặc đã hủy nên không ghi thêm được.")
        return _record_page(visit, _drawn(visit, offer, answered), offer, answered)
    form = _sent(visit, offer, answered)
    if not {"add", "unfold"}.isdisjoint(request.form):
        return _record_page(visit, form, offer, answered)
    form.offer(offer.areas, offer.people)
    if not form.validate():
        return _record_page(visit, form, offer, answered), 422
    try:
        if (before := sent_before(form)) is not None:
            return redirect(before, 303)
        if form.answers.of_another_list:
            raise Stale("Bộ tiêu chí của cuộc kiểm tra này vừa thay đổi. Xem bản mới rồi gửi lại.")
        made, noted = _write(visit, form, offer)
        further = request.form.get("go") == "review" and visit.state is VisitState.BEGUN
        address = leads_to(form, url_for(".review", visit_id=visit_id) if further else _further(visit_id))
        db.session.commit()
    except REFUSALS as refused:
        return _record_again(visit_id, form, refused)
    if made or noted or not further:
        flash(_saved(made, noted))
    return redirect(address, 303)


def _further(visit_id: int) -> str:
    """Where writing goes on: at the area whose button was pressed."""
    code = request.form.get("next", "")[:10]
    return (
        url_for(".record", visit_id=visit_id, area=code, _anchor=f"area-{code}")
        if code
        else url_for(".record", visit_id=visit_id)
    )


def _answered(visit: Visit) -> Sequence[Answered]:
    """The items of the visit's checklist with what was seen of them; none where it has no checklist."""
    checklist = checklist_of(visit)
    return answered_items(visit.id, checklist.id) if checklist else []


def _drawn(visit: Visit, offer: Offer, answered: Sequence[Answered]) -> RecordForm:
    """The form as it is opened, with what was typed into it and not sent."""
    typed = drafts.kept()
    likely = visit.planned_on if visit.planned_on and visit.planned_on <= clock.today() else None
    form = RecordForm(
        formdata=typed,
        version=visit.version,
        began_on=visit.began_on or likely,
        place=visit.place,
        present=visit.present or offer.roll,
        remark=visit.remark,
        opinion=visit.opinion,
    )
    if visit.state in NOT_WRITTEN_YET:
        form.answers.ask(answered, follower_id=offer.follower_id)
        if typed is None or "opened" not in typed:
            form.opened.show(answered)
    else:
        form.leave_the_visit_alone()
    return form


def _sent(visit: Visit, offer: Offer, answered: Sequence[Answered]) -> RecordForm:
    """The form as it came back; what it did not ask about is left alone."""
    form = RecordForm()
    form.begun = visit.began_on
    if request.form and "began_on" not in request.form:
        form.leave_the_visit_alone()
    if "opened" in request.form:
        form.answers.ask(answered, follower_id=offer.follower_id, wanted=request.form.get("unfold", ""))
    return form


def _write(visit: Visit, form: RecordForm, offer: Offer) -> tuple[list[Finding], bool]:
    """What was made, and whether something changed on the visit itself."""
    today = clock.today()
    noted = form.asks_about_the_visit and bool(differences(form, visit, form.NOTED))
    if noted:
        facts = {name: form[name].data for name in form.NOTED}
        visit_services.note(visit, actor=actor(), today=today, version=form.version.data, **facts)
    unmet = [block.particulars() for block in form.unmet]
    if form.answered:
        noted |= services.check(
            visit,
            {block.item.id: block.seen for block in form.answered},
            opened=form.opened.marks,
            findings=unmet,
            files={block.item.id: block.pictures for block in form.answered if not block.makes_a_finding},
            actor=actor(),
            today=today,
            **storing(),
        )
    typed = [block.particulars() for block in form.blocks]
    several = [one for area in offer.areas for one in (*unmet, *typed) if one.area_code == area.code]
    made = services.record(visit, several, actor=actor(), today=today, **storing()) if several else []
    return made, noted


def _record_again(visit_id: int, form: RecordForm, refused: Exception) -> ResponseReturnValue:
    """With everything that was typed; pictures that came with it must be chosen again, browsers keep none."""
    status, visit = refuse(form, refused), _written_by_me(visit_id)
    form.version.data = visit.version
    answered = _answered(visit)
    newer: list[tuple[str, Any]] = []
    if status == 409:
        newer = differences(form, visit, form.NOTED) if form.asks_about_the_visit else []
        newer += _answered_meanwhile(form, answered)
        form.opened.show(answered)
    return _record_page(visit, form, _offer(visit), answered, newer=newer), status


def _answered_meanwhile(form: RecordForm, answered: Sequence[Answered]) -> list[tuple[str, Any]]:
    """(code, answer) of the items that this form changed and others answered otherwise since it was opened.

    What it left as it was now says what they wrote: sending it again does not mean to undo that.
    """
    typed, marks, found = {block.item.id: block for block in form.answered}, form.opened.marks, []
    for one in answered:
        block, opened = typed.get(one.item.id), marks.get(one.item.id, UNCHECKED.mark)
        if block is None or one.seen.mark in (opened, block.seen.mark):
            continue
        if block.seen.mark == opened and not block.makes_a_finding:
            block.take_over(one.seen)
        else:
            found.append((one.item.code, _told(one.seen)))
    return found


def _told(seen: Seen) -> str:
    """The whole answer, as a line above a form."""
    figures = "" if seen.numerator is None else f"{seen.numerator}/{seen.denominator}"
    return " · ".join(filter(None, (str(RESULTS[seen.result.value]), figures, seen.observed_at, seen.note)))


def _record_page(visit: Visit, form: RecordForm, offer: Offer, answered: Sequence[Answered], **more: Any) -> str:
    saved = queries.of_visit(actor(), visit.id)
    blank = FindingBlock(formdata=None, prefix="findings-__n__-", **offer.usual)
    for block in (blank, form):
        block.offer(offer.areas, offer.people)
    parts = sections(
        offer.areas,
        saved,
        form,
        answered,
        more_in=request.form.get("add"),
        shown=request.form.get("add") or request.args.get("area"),
    )
    return render_template(
        "findings/record.html",
        visit=visit,
        form=form,
        blank=blank,
        unfolding=pattern() if form.answered else None,
        sections=parts,
        checked=whole(parts),
        called_wrong={area.code for area in visits.called_wrong(visit)},
        saved=saved,
        photos=photo_counts(saved) if saved else {},
        may_save=visit.state in NOT_ISSUED_YET,
        may_send=visit.state in NOT_WRITTEN_YET,
        **more,
    )


def _saved(made: Sequence[Finding], noted: bool) -> str:
    if made:
        return str(
            ngettext(
                "Đã lưu %(num)s hạn chế. Đơn vị chỉ thấy sau khi ban hành thông báo kết luận.",
                "Đã lưu %(num)s hạn chế. Đơn vị chỉ thấy sau khi ban hành thông báo kết luận.",
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
        done_with(form)
        db.session.commit()
    except REFUSALS as refused:
        status, finding, newer = refuse_again(form, refused, lambda: seen(finding_id), ("text", "required"))
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
