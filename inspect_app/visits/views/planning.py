"""Putting visits on the calendar, and changing that."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed
from inspect_app.plans import queries as plans
from inspect_app.plans.models import PlanKind, Target, Team
from inspect_app.visits import policy, queries, services
from inspect_app.visits.forms import HowForm, NewVisitForm, ScheduleForm, When
from inspect_app.visits.models import Visit
from inspect_app.visits.views.shared import bp, seen
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, refuse, refuse_again

FACTS = ("planned_on", "planned_at", "place", "present")


@bp.route("/new", methods=["GET", "POST"])
@for_roles(Role.REVIEWER, Role.INSPECTOR)
def new() -> ResponseReturnValue:
    """A visit to the unit that `?target=` names: on the calendar, or already made."""
    target = _target()
    if request.method == "GET" and (made := queries.visit_for(target)) is not None:
        return render_template("visits/made.html", target=target, visit=made)
    form = NewVisitForm(when=When.AHEAD)
    if target.team_id is not None:
        del form.team
    else:
        form.offer_teams(_own_teams(target))
    form.ask_for_a_trigger(target.plan.kind is PlanKind.SURPRISE)
    form.offer_checklists(target.plan)
    if not form.is_submitted():
        return render_template("visits/new.html", target=target, form=form)
    if not form.validate():
        return render_template("visits/new.html", target=target, form=form), 422
    day, done = form.day.data, form.when.data is When.DONE
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        visit = services.plan_visit(
            target,
            planned_on=None if done else day,
            began_on=day if done else None,
            planned_at=form.planned_at.data,
            place=form.place.data,
            present=form.present.data,
            **form.how,
            team=db.session.get(Team, form.team.data) if "team" in form else None,
            actor=actor(),
            today=clock.today(),
        )
        _choose_checklist(visit, form)
        address = leads_to(form, url_for(".show", visit_id=visit.id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused, {"planned_on": "day", "began_on": "day"})
        return render_template("visits/new.html", target=_target(), form=form), status
    if done:
        flash(_("Đã ghi cuộc kiểm tra. Tiếp theo, ghi kết quả tại đơn vị."))
    else:
        flash(_("Đã lên lịch cuộc kiểm tra. Đến ngày, bấm “Bắt đầu kiểm tra” trên trang này."))
    return redirect(address, 303)


@bp.route("/<id:visit_id>/edit", methods=["GET", "POST"])
@for_roles(Role.REVIEWER, Role.INSPECTOR)
def edit(visit_id: int) -> ResponseReturnValue:
    """Another day, time or place, while the visit has not begun."""
    visit = seen(visit_id)
    if not (policy.may_record(actor(), visit) or policy.may_sign(actor(), visit)):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    form = ScheduleForm(obj=visit)
    form.ask_for_a_trigger(visit.plan.kind is PlanKind.SURPRISE)
    form.offer_checklists(visit.plan, visit)
    if not form.is_submitted():
        return render_template("visits/edit.html", visit=visit, form=form)
    if not form.validate():
        return render_template("visits/edit.html", visit=visit, form=form), 422
    try:
        services.note(
            visit,
            planned_on=form.planned_on.data,
            planned_at=form.planned_at.data,
            place=form.place.data,
            present=form.present.data,
            **form.how,
            version=form.version.data,
            actor=actor(),
            today=clock.today(),
        )
        _choose_checklist(visit, form)
        db.session.commit()
    except REFUSALS as refused:
        status, visit, newer = refuse_again(form, refused, lambda: seen(visit_id), FACTS)
        return render_template("visits/edit.html", visit=visit, form=form, newer=newer), status
    flash(_("Đã ghi lịch mới của cuộc kiểm tra."))
    return redirect(url_for(".show", visit_id=visit_id), 303)


def _choose_checklist(visit: Visit, form: HowForm) -> None:
    if "checklist_id" in form:
        services.choose_checklist(visit, form.checklist_id.data, actor=actor(), today=clock.today())


def _target() -> Target:
    """The target of `?target=`, where the actor may plan a visit to it."""
    wanted = Asked().id("target") or abort(404)
    target: Target = one_or_404(plans.targets_visible_to(actor()).where(Target.id == wanted))
    if not policy.may_plan(actor(), target):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    return target


def _own_teams(target: Target) -> list[Team]:
    teams = plans.teams_of(target.plan)
    return [team for team in teams if actor().reviews(target.plan.issuing_unit) or actor().sits_on(team.id)]
