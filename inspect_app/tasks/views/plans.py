"""Lists of tasks: which there are, what each has come to on a day, and writing them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.plans.forms import issuer_choices
from inspect_app.plans.queries import issuers
from inspect_app.plans.services import FIRST_YEAR, LAST_YEAR
from inspect_app.tasks import policy, queries, services
from inspect_app.tasks.forms.plans import NewPlanForm, PlanForm
from inspect_app.tasks.models import TaskPlan, TaskPlanKind
from inspect_app.tasks.views.sentence import sentence
from inspect_app.tasks.views.shared import READERS, bp, seen_plan, written_plan
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.paging import Sort, count, page
from inspect_app.web.refusing import REFUSALS, refuse, refuse_again

LATEST_FIRST = Sort("latest", (TaskPlan.year, TaskPlan.id), descending=True)
FACTS = ("title", "number", "issued_on", "year", "note")


@bp.get("/plans/")
@for_roles(*READERS)
def plans() -> ResponseReturnValue:
    asked = Asked()
    q, year, kinds = asked.words(), asked.number("year", FIRST_YEAR, LAST_YEAR), asked.among("kind", TaskPlanKind)
    shape, filling = shape_of(actor()), filling_of(actor())
    wanted = queries.plans_listed(shape, text=q, year=year, kinds=tuple(kinds))
    found = page(wanted, LATEST_FIRST, kept=True, filling=filling)
    return render_template(
        "tasks/plans.html",
        page=found,
        total=count(wanted, kept=True, filling=filling),
        tallies=queries.tallies(actor(), [row.id for row in found.rows], today=clock.today()),
        years=queries.plan_years(actor()),
        q=q,
        year=year,
        kinds=kinds,
        said=asked.said,
        may_write=Role.REVIEWER in actor().roles,
    )


@bp.get("/plans/<id:task_plan_id>")
@for_roles(*READERS)
def plan(task_plan_id: int) -> ResponseReturnValue:
    """What the list has come to on the day asked for; a day that is not known yet is said, and today's shown."""
    shown, today, asked = seen_plan(task_plan_id), clock.today(), Asked()
    as_of = asked.known_day("as_of", today, _l("Ngày %(day)s chưa đến, trang này là số liệu đến hôm nay"))
    report = queries.report(shown, actor(), today=today, as_of=as_of)
    body = render_template(
        "tasks/plan.html",
        plan=shown,
        report=report,
        sentence=sentence(report) if report.total.total else "",
        as_of=as_of,
        typed=f"{as_of:%d/%m/%Y}" if as_of else request.args.get("as_of", ""),
        problems=asked.problems,
        may_write=policy.may_write_plan(actor(), shown),
    )
    return (body, 422) if asked.problems else body


@bp.route("/plans/new", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def new_plan() -> ResponseReturnValue:
    offered = issuers(actor())
    form = NewPlanForm(year=clock.today().year, kind=TaskPlanKind.PLAN)
    form.issuing_unit.choices = issuer_choices(offered)
    if not form.is_submitted():
        return render_template("tasks/plan_new.html", form=form)
    if not form.validate():
        return render_template("tasks/plan_new.html", form=form), 422
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        made = services.create_plan(
            kind=form.kind.data,
            issuing_unit=next(unit for unit in offered if unit.id == form.issuing_unit.data),
            **form.told(),
            actor=actor(),
            today=clock.today(),
        )
        address = leads_to(form, url_for(".give", task_plan_id=made.id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return render_template("tasks/plan_new.html", form=form), status
    flash(_("Đã lập danh mục. Tiếp theo, thêm các nhiệm vụ."))
    return redirect(address, 303)


@bp.route("/plans/<id:task_plan_id>/edit", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def edit_plan(task_plan_id: int) -> ResponseReturnValue:
    shown = written_plan(task_plan_id)
    form = PlanForm(obj=shown)
    if not form.is_submitted():
        return render_template("tasks/plan_edit.html", plan=shown, form=form)
    if not form.validate():
        return render_template("tasks/plan_edit.html", plan=shown, form=form), 422
    try:
        services.change_plan(
            shown,
            **form.told(),
            version=form.version.data,
            actor=actor(),
            today=clock.today(),
        )
        db.session.commit()
    except REFUSALS as refused:
        status, shown, newer = refuse_again(form, refused, lambda: written_plan(task_plan_id), FACTS)
        return render_template("tasks/plan_edit.html", plan=shown, form=form, newer=newer), status
    flash(_("Đã ghi thay đổi của kế hoạch."))
    return redirect(url_for(".plan", task_plan_id=task_plan_id), 303)
