"""Giving tasks to units, many at once: typed row by row, or pasted from a table and then looked over."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.tasks import services
from inspect_app.tasks.forms.plans import MOST_ROWS, GiveForm, RowForm, read_table
from inspect_app.tasks.models import TaskPlan
from inspect_app.tasks.services import Particulars
from inspect_app.tasks.views.naming import Named
from inspect_app.tasks.views.shared import bp, written_plan
from inspect_app.web.access import actor, for_roles
from inspect_app.web.errors import say
from inspect_app.web.formats import ngettext
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, refuse


@bp.route("/plans/<id:task_plan_id>/give", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def give(task_plan_id: int) -> ResponseReturnValue:
    """The buttons "Thêm dòng" and "Điền vào các dòng" send the same form, so that nothing typed is lost."""
    plan, do = written_plan(task_plan_id), request.form.get("do")
    form = GiveForm(on=_first_day(plan))
    if not form.is_submitted():
        form.more()
        return _page(plan, form)
    if do == "more":
        form.more()
        return _page(plan, form)
    if do == "fill":
        return _filled(plan, form)
    valid = form.validate()
    rows = [entry.form for entry in form.rows if not entry.form.is_empty]
    particulars = _read(rows, form.on.data or clock.today())
    if not rows:
        form.form_errors.append(_("Nhập ít nhất một nhiệm vụ"))
    if not valid or not rows or len(particulars) < len(rows):
        return _page(plan, form), 422
    try:
        if before := sent_before(form):
            db.session.rollback()
            return redirect(before, 303)
        made = services.give(plan, particulars, actor=actor(), today=clock.today(), on=form.on.data)
        address = leads_to(form, url_for(".plan", task_plan_id=task_plan_id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return _page(written_plan(task_plan_id), form), status
    flash(ngettext("Đã giao %(num)s nhiệm vụ.", "Đã giao %(num)s nhiệm vụ.", len(made)))
    return redirect(address, 303)


def _page(plan: TaskPlan, form: GiveForm) -> str:
    if not len(form.rows):
        form.more()
    return render_template("tasks/give.html", plan=plan, form=form, most=MOST_ROWS)


def _filled(plan: TaskPlan, form: GiveForm) -> ResponseReturnValue:
    """The pasted table, row by row, to be looked over; nothing is given yet."""
    several, problems = read_table(form.paste.data)
    if not several:
        form.paste.errors = [_("Dán các dòng của bảng vào ô này rồi bấm “Điền vào các dòng”")]
        return _page(plan, form), 422
    left = several[MOST_ROWS:]
    form.fill(several)
    form.paste.data = ""
    if left:
        problems.append(_("Mỗi lần giao không quá %(most)s nhiệm vụ, dán phần còn lại ở lần sau", most=MOST_ROWS))
    form.form_errors.extend(problems)
    return (_page(plan, form), 422) if problems else _page(plan, form)


def _read(rows: list[RowForm], day: date) -> list[Particulars]:
    """The tasks of the rows that can be given; what is wrong with others stands at their fields."""
    named = Named([text for row in rows for text in (row.unit.data, row.joining.data)], actor(), day)
    found = []
    for row in rows:
        try:
            found.append(_particulars(row, named, day))
        except Invalid as refused:
            field = row[refused.field]
            if not field.errors:
                field.errors = [say(refused)]
    return found


def _particulars(row: RowForm, named: Named, day: date) -> Particulars:
    """Raises Invalid with the name of a field of the row."""
    if row.due_on.data is not None and row.due_on.data < day:
        raise Invalid("Hạn phải từ ngày giao %(day)s trở đi", field="due_on", day=f"{day:%d/%m/%Y}")
    return Particulars(
        text=row.text.data,
        unit=named.unit(row.unit.data, "unit"),
        due_on=row.due_on.data,
        product=row.product.data,
        joining=named.units(row.joining.data, "joining"),
        source_number=row.source_number.data,
        source_on=row.source_on.data,
        source_item=row.source_item.data,
    )


def _first_day(plan: TaskPlan) -> date:
    """The day from which new tasks count unless said otherwise: of an old list, the day it was issued."""
    today = clock.today()
    if plan.year < today.year:
        return min(plan.issued_on or date(plan.year, 1, 1), today)
    return today
