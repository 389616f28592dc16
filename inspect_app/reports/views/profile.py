"""The profile of a unit: what it owes, did and was graded. Only reads."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.reports import policy
from inspect_app.reports.forms.profile import ProfileForm, UnitLinks
from inspect_app.reports.queries import Day
from inspect_app.reports.queries.profile import SHOWN, Subject, profile
from inspect_app.units import queries as units
from inspect_app.web import standby
from inspect_app.web.access import actor, for_roles

bp = Blueprint("profiles", __name__)


@bp.get("/units/<id:unit_id>/profile")
@for_roles(*policy.PROFILED)
@standby.reads_apart
def show(unit_id: int) -> ResponseReturnValue:
    """The unit on `?as_of=`, with those that became part of it where `?former=1`.

    A day that cannot be shown is refused above the figures of today. What higher features know of the unit hangs at
    `reports.profile`; its subject is a `Subject`.
    """
    there = units.with_history(unit_id)
    if there is None or not policy.may_read_profile(actor(), there[0]):
        abort(404)
    unit, history = there
    today = clock.today()
    form = ProfileForm(request.args, today=today)
    accepted = form.validate()
    if accepted and form.as_of.data is None:
        form.as_of.data = today
    day = Day((accepted and form.as_of.data) or today, today)
    found = profile(unit, history, actor=actor(), day=day, former=form.with_former)
    page = render_template(
        "reports/profile.html",
        found=found,
        subject=Subject(unit, day),
        form=form,
        links=UnitLinks(0, day, unit_id=unit.id, former=found.former),
        most=SHOWN,
        of_the_unit=actor().roles == {Role.OFFICER},
    )
    return page, 200 if accepted else 422


@bp.get("/profile")
@for_roles(Role.OFFICER)
def own() -> ResponseReturnValue:
    """To the profile of the officer's own unit."""
    return redirect(url_for(".show", unit_id=policy.own_unit(actor())))
