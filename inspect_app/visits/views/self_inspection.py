"""A unit inspected itself: one light form, an answer for each area. A reviewer enters it from paper."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan
from inspect_app.units.models import Unit
from inspect_app.visits import queries, services
from inspect_app.visits.forms import SelfInspectionForm, self_inspection_form
from inspect_app.visits.models import Verdict, Visit
from inspect_app.visits.views.shared import bp
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.fields import choice
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, refuse

UNITS_OFFERED = 20


@bp.route("/self", methods=["GET", "POST"])
@for_roles(Role.OFFICER, Role.REVIEWER)
def self_inspection() -> ResponseReturnValue:
    q, asked_for, areas = Asked(request.values).words(), plans.of_self_inspections(actor()), plans.areas()
    units = queries.units_for_self_inspection(actor(), q, clock.today(), UNITS_OFFERED)
    form = self_inspection_form(areas, in_english=str(get_locale()) == "en")(began_on=clock.today())
    form.plan.choices = [choice(plan.id, plan.number or plan.title) for plan in asked_for]
    form.unit.choices = [choice(unit.id, unit.name) for unit in units]
    context = {"form": form, "q": q, "plans": asked_for, "units": units, "looks": Role.REVIEWER in actor().roles}
    if not form.is_submitted():
        return render_template("visits/self.html", **context)
    if "fine" in request.form:
        form.say_all_is_fine()
    if not form.validate():
        return render_template("visits/self.html", **context), 422
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        visit = _log(form, asked_for, units)
        address = leads_to(form, _further(visit, form.verdicts))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused, {"areas": form.area_fields[0].short_name} if form.area_fields else {})
        return render_template("visits/self.html", **context), status
    if _is_open(visit):
        flash(_("Đã ghi cuộc tự kiểm tra. Tiếp theo, ghi từng hạn chế đã thấy."))
    else:
        flash(_("Đã ghi kết quả tự kiểm tra."))
    return redirect(address, 303)


def _log(form: SelfInspectionForm, asked_for: Sequence[Plan], units: Sequence[Unit]) -> Visit:
    """What it says about areas counts; without any, what it says of the whole."""
    began_on = cast(date, form.began_on.data)
    told: dict[str, Any] = {"present": form.present.data, "remark": form.remark.data}
    return services.log_self_inspection(
        next(plan for plan in asked_for if plan.id == form.plan.data),
        next(unit for unit in units if unit.id == form.unit.data),
        began_on=began_on,
        areas=form.verdicts,
        entry=form.result.data,
        on=began_on,
        actor=actor(),
        today=clock.today(),
        **told,
    )


def _further(visit: Visit, verdicts: dict[str, Verdict]) -> str:
    """To writing down what was wrong, at the first area; otherwise to what was just logged."""
    if not _is_open(visit):
        return url_for(".show", visit_id=visit.id)
    wrong = [code for code, verdict in verdicts.items() if verdict is Verdict.WRONG]
    where: dict[str, Any] = {"area": wrong[0], "_anchor": f"area-{wrong[0]}"} if wrong else {}
    return url_for("recording.record", visit_id=visit.id, **where)


def _is_open(visit: Visit) -> bool:
    """Something was found and is still to be written down."""
    return visit.ended_on is None
