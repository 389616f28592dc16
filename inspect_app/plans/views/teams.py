"""Teams of a plan: who sits on them, in which role, from when to when."""

from datetime import date
from typing import cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.core.actor import Role, TeamRole
from inspect_app.core.db import db
from inspect_app.plans import policy, queries, services
from inspect_app.plans.forms import NewTeamForm, SeatForm, TeamForm, UnseatForm
from inspect_app.plans.models import Plan, Team, TeamMember
from inspect_app.plans.views.shared import READERS, bp, seen, written
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.fields import choice
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, refuse, refuse_again

FACTS = ("name", "decision_number", "decision_on")


@bp.route("/<id:plan_id>/teams/new", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def new_team(plan_id: int) -> ResponseReturnValue:
    plan, form = written(plan_id), NewTeamForm()
    if not form.is_submitted():
        return render_template("plans/team_new.html", plan=plan, form=form)
    if not form.validate():
        return render_template("plans/team_new.html", plan=plan, form=form), 422
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        team = services.make_team(
            plan,
            name=form.name.data,
            decision_number=form.decision_number.data,
            decision_on=form.decision_on.data,
            actor=actor(),
            today=clock.today(),
        )
        address = leads_to(form, url_for(".team", plan_id=plan_id, team_id=team.id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return render_template("plans/team_new.html", plan=written(plan_id), form=form), status
    flash(_("Đã lập đoàn. Tiếp theo, thêm trưởng đoàn và các thành viên."))
    return redirect(address, 303)


@bp.get("/<id:plan_id>/teams/<id:team_id>")
@for_roles(*READERS)
def team(plan_id: int, team_id: int) -> ResponseReturnValue:
    plan = seen(plan_id)
    q = Asked().words()
    form = SeatForm(formdata=None, since=clock.today())
    _offer(form, q)
    return _team_page(plan, _team(plan, team_id), form, q)


@bp.route("/<id:plan_id>/teams/<id:team_id>/edit", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def edit_team(plan_id: int, team_id: int) -> ResponseReturnValue:
    plan = written(plan_id)
    team = _team(plan, team_id)
    form = TeamForm(obj=team)
    if not form.is_submitted():
        return render_template("plans/team_edit.html", plan=plan, team=team, form=form)
    if not form.validate():
        return render_template("plans/team_edit.html", plan=plan, team=team, form=form), 422
    try:
        services.change_team(
            team,
            name=form.name.data,
            decision_number=form.decision_number.data,
            decision_on=form.decision_on.data,
            version=form.version.data,
            actor=actor(),
            today=clock.today(),
        )
        db.session.commit()
    except REFUSALS as refused:
        status, team, newer = refuse_again(form, refused, lambda: _team(written(plan_id), team_id), FACTS)
        plan = written(plan_id)
        return render_template("plans/team_edit.html", plan=plan, team=team, form=form, newer=newer), status
    flash(_("Đã ghi thay đổi của đoàn."))
    return redirect(url_for(".team", plan_id=plan_id, team_id=team_id), 303)


@bp.post("/<id:plan_id>/teams/<id:team_id>/seat")
@for_roles(Role.REVIEWER)
def seat(plan_id: int, team_id: int) -> ResponseReturnValue:
    plan = written(plan_id)
    team, form, q = _team(plan, team_id), SeatForm(), Asked(request.form).words()
    _offer(form, q)
    if not form.validate():
        return _team_page(plan, team, form, q), 422
    person = db.session.get(Person, form.person.data)
    assert person is not None
    try:
        services.seat(
            team,
            person,
            role=form.role.data,
            since=cast(date, form.since.data),
            until=form.until.data,
            actor=actor(),
            today=clock.today(),
        )
        db.session.commit()
    except REFUSALS as refused:
        status, plan = refuse(form, refused), written(plan_id)
        return _team_page(plan, _team(plan, team_id), form, q), status
    flash(_("Đã thêm người vào đoàn. Người này thấy kế hoạch và các cuộc kiểm tra của đoàn từ ngày tham gia."))
    return redirect(url_for(".team", plan_id=plan_id, team_id=team_id), 303)


@bp.route("/<id:plan_id>/teams/<id:team_id>/members/<id:member_id>/end", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def unseat(plan_id: int, team_id: int, member_id: int) -> ResponseReturnValue:
    plan = written(plan_id)
    team = _team(plan, team_id)
    member, form = _member(team, member_id), UnseatForm(last_day=clock.today())
    facts = {"plan": plan, "team": team, "member": member, "form": form}
    if not form.is_submitted():
        return render_template("plans/unseat.html", **facts)
    if not form.validate():
        return render_template("plans/unseat.html", **facts), 422
    try:
        services.unseat(member, last_day=cast(date, form.last_day.data), actor=actor(), today=clock.today())
        db.session.commit()
    except REFUSALS as refused:
        status, plan = refuse(form, refused), written(plan_id)
        team = _team(plan, team_id)
        facts |= {"plan": plan, "team": team, "member": _member(team, member_id)}
        return render_template("plans/unseat.html", **facts), status
    flash(_("Đã ghi ngày kết thúc tham gia đoàn. Việc người này đã làm vẫn được giữ."))
    return redirect(url_for(".team", plan_id=plan_id, team_id=team_id), 303)


def _team(plan: Plan, team_id: int) -> Team:
    team: Team = one_or_404(queries.team_of(plan, team_id))
    return team


def _member(team: Team, member_id: int) -> TeamMember:
    return next((one for one in team.members if one.id == member_id), None) or abort(404)


def _offer(form: SeatForm, q: str) -> None:
    """The people whose names were looked for, to choose one of."""
    form.person.choices = [choice(person.id, _who(person)) for person in queries.people_named(q)] if q else []


def _who(person: Person) -> str:
    return f"{person.name}, {person.home_unit.name_inside}" if person.home_unit else person.name


def _team_page(plan: Plan, team: Team, form: SeatForm, q: str) -> str:
    members = sorted(team.members, key=lambda one: (list(TeamRole).index(one.role), one.person.sort_key))
    return render_template(
        "plans/team.html",
        plan=plan,
        team=team,
        members=members,
        form=form,
        q=q,
        today=clock.today(),
        may_write=policy.may_write_plan(actor(), plan),
    )
