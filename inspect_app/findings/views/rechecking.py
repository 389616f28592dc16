"""Follow-up visits (phúc tra): putting one on the calendar, and writing down what it saw of each earlier finding."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.findings.forms.rechecking import FollowUpForm, RecheckForm, as_seen
from inspect_app.findings.models import Finding, Outcome, Recheck, State
from inspect_app.findings.queries import recheck as queries
from inspect_app.findings.services import recheck as services
from inspect_app.findings.views.recording import HANDS, bp, visit_or_404
from inspect_app.findings.views.shared import seen, storing
from inspect_app.units.models import Unit
from inspect_app.visits import policy
from inspect_app.visits.forms import When
from inspect_app.visits.models import Visit
from inspect_app.web import drafts
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.drafts import done_with, keeps_draft
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, refuse


@bp.route("/visits/follow-up", methods=["GET", "POST"])
@for_roles(Role.REVIEWER, Role.INSPECTOR)
def follow_up() -> ResponseReturnValue:
    """A visit that looks again at what was found at the unit that `?unit=` names."""
    unit = db.session.get(Unit, Asked().id("unit") or abort(404)) or abort(404)
    teams = queries.teams_for(actor()) if queries.something_found_at(actor(), unit) else None
    form = FollowUpForm(when=When.AHEAD)
    form.offer(teams or [])
    if not form.is_submitted() or teams is None:
        return render_template("findings/recheck_new.html", unit=unit, form=form, teams=teams)
    if not form.validate():
        return render_template("findings/recheck_new.html", unit=unit, form=form, teams=teams), 422
    day, done = form.day.data, form.when.data is When.DONE
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        visit = services.plan_follow_up(
            next(team for team in teams if team.id == form.team.data),
            unit,
            planned_on=None if done else day,
            began_on=day if done else None,
            planned_at=form.planned_at.data,
            manner=form.manner.data,
            trigger=form.trigger.data,
            place=form.place.data,
            present=form.present.data,
            actor=actor(),
            today=clock.today(),
        )
        address = leads_to(form, url_for("visits.show", visit_id=visit.id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused, {"planned_on": "day", "began_on": "day"})
        unit, teams = db.session.get_one(Unit, unit.id), queries.teams_for(actor())
        form.offer(teams)
        return render_template("findings/recheck_new.html", unit=unit, form=form, teams=teams), status
    flash(_("Đã lập cuộc phúc tra. Các hạn chế trước đây của đơn vị đã nằm sẵn trong cuộc này."))
    return redirect(address, 303)


@bp.route("/visits/<id:visit_id>/recheck/<id:finding_id>", methods=["GET", "POST"])
@for_roles(*HANDS)
@keeps_draft
def recheck(visit_id: int, finding_id: int) -> ResponseReturnValue:
    """What the follow-up saw of one earlier finding; a relapse is written down as a new one."""
    visit, finding = visit_or_404(visit_id), seen(finding_id)
    state = queries.state_then(finding, visit, today=clock.today()) if visit.follow_up else None
    if state is None:
        abort(404)
    if not policy.may_record(actor(), visit):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    now = queries.recheck_of(visit, finding)
    if request.method == "GET":
        if visit.state not in services.WHILE:
            raise WrongState("Chỉ ghi kết quả phúc tra từ lúc bắt đầu đến trước khi có kết luận.")
        return _page(visit, finding, state, now, RecheckForm(formdata=drafts.kept(), **as_seen(now, finding)))
    form = RecheckForm()
    form.offer(services.outcomes_of(state))
    comes_back = form.outcome.data is Outcome.RELAPSED and (now is None or now.relapse_id is None)
    form.ask_for_a_finding(visit.began_on, comes_back)
    if not form.validate():
        return _page(visit, finding, state, now, form), 422
    try:
        services.look_again(
            visit,
            finding,
            outcome=form.outcome.data,
            note=form.note.data,
            relapse=form.relapse.form.said(finding.area_code, follower_id=_me(visit)) if comes_back else None,
            version=(form.version.data or 1) - 1,
            actor=actor(),
            today=clock.today(),
            **storing(),
        )
        done_with(form)
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused, {"text": "relapse-text"})
        visit, finding = visit_or_404(visit_id), seen(finding_id)
        now = queries.recheck_of(visit, finding)
        form.version.data = (now.version if now else 0) + 1
        return _page(visit, finding, state, now, form), status
    flash(_("Đã ghi kết quả phúc tra của %(code)s.", code=seen(finding_id).code))
    further = request.form.get("go") == "next"
    following = (
        queries.still_to_see(actor(), visit_or_404(visit_id), today=clock.today(), beside=finding_id)
        if further
        else None
    )
    if following is not None:
        return redirect(url_for(".recheck", visit_id=visit_id, finding_id=following), 303)
    return redirect(url_for("visits.show", visit_id=visit_id, _anchor="recheck"), 303)


def _me(visit: Visit) -> int | None:
    """Whoever writes a finding down follows it."""
    return actor().person_id if actor().sits_on(visit.team_id) else None


def _page(visit: Visit, finding: Finding, state: State, now: Recheck | None, form: RecheckForm) -> str:
    form.offer(services.outcomes_of(state))
    context: dict[str, Any] = {"visit": visit, "finding": finding, "state": state, "now": now, "form": form}
    relapse = seen(now.relapse_id) if now is not None and now.relapse_id is not None else None
    return render_template("findings/recheck.html", relapse=relapse, **context)
