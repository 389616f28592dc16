"""The list of plans, the page of each, and writing them."""

from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.plans import policy, queries, services
from inspect_app.plans.forms import LATEST_FIRST, NewPlanForm, PlanForm, issuer_choices, plans_from
from inspect_app.plans.models import PlanKind
from inspect_app.plans.queries.around import around
from inspect_app.plans.views.shared import READERS, bp, seen, written
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.paging import count, page
from inspect_app.web.refusing import REFUSALS, refuse, refuse_again

ARGUMENTS = frozenset(("q", "year", "kind", "issued_from", "issued_to"))
"""What the address of the list may ask for, beside the place of the page."""
FACTS = ("title", "number", "issued_on", "year", "note")


@bp.get("/")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    asked = Asked()
    chosen = plans_from(asked)
    narrowed = {"text": chosen.text, "year": chosen.year, "kinds": tuple(chosen.kinds), "issued": chosen.issued}
    shape, filling = shape_of(actor()), filling_of(actor())
    wanted = queries.chosen(shape, **narrowed)
    beside = around(actor(), page="plans.index")
    issued = {name: asked.said.get(name) for name in ("issued_from", "issued_to")}
    body = render_template(
        "plans/index.html",
        page=page(wanted, LATEST_FIRST, told=queries.told(shape, clock.today()), kept=True, filling=filling),
        total=count(wanted, kept=True, filling=filling),
        years=beside.years,
        own=beside.views,
        q=chosen.text,
        year=chosen.year,
        kinds=chosen.kinds,
        said=asked.said,
        problems=asked.problems,
        issued={name: date.fromisoformat(str(day)) if day else None for name, day in issued.items()},
        may_write=Role.REVIEWER in actor().roles,
    )
    return body, 422 if asked.problems else 200


@bp.get("/<id:plan_id>")
@for_roles(*READERS)
def show(plan_id: int) -> ResponseReturnValue:
    plan = seen(plan_id)
    return render_template(
        "plans/show.html",
        plan=plan,
        teams=queries.teams_of(plan),
        today=clock.today(),
        may_write=policy.may_write_plan(actor(), plan),
    )


@bp.route("/new", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def new() -> ResponseReturnValue:
    issuers = queries.issuers(actor())
    form = NewPlanForm(year=clock.today().year, kind=PlanKind.SCHEDULED)
    form.issuing_unit.choices = issuer_choices(issuers)
    if not form.is_submitted():
        return render_template("plans/new.html", form=form)
    if not form.validate():
        return render_template("plans/new.html", form=form), 422
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        plan = services.create_plan(
            kind=form.kind.data,
            issuing_unit=next(unit for unit in issuers if unit.id == form.issuing_unit.data),
            **form.told(),
            actor=actor(),
            today=clock.today(),
        )
        address = leads_to(form, url_for(".show", plan_id=plan.id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return render_template("plans/new.html", form=form), status
    flash(_("Đã lập kế hoạch. Tiếp theo, lập đoàn kiểm tra và thêm các đơn vị được kiểm tra."))
    return redirect(address, 303)


@bp.route("/<id:plan_id>/edit", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def edit(plan_id: int) -> ResponseReturnValue:
    plan = written(plan_id)
    form = PlanForm(obj=plan)
    if not form.is_submitted():
        return render_template("plans/edit.html", plan=plan, form=form)
    if not form.validate():
        return render_template("plans/edit.html", plan=plan, form=form), 422
    try:
        services.change_plan(
            plan,
            **form.told(),
            version=form.version.data,
            actor=actor(),
            today=clock.today(),
        )
        db.session.commit()
    except REFUSALS as refused:
        status, plan, newer = refuse_again(form, refused, lambda: written(plan_id), FACTS)
        return render_template("plans/edit.html", plan=plan, form=form, newer=newer), status
    flash(_("Đã ghi thay đổi của kế hoạch."))
    return redirect(url_for(".show", plan_id=plan.id), 303)
