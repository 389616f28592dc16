"""Urging units that are late: who is due for which step, its draft, and what was done before."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed
from inspect_app.plans.queries.offered import offered
from inspect_app.reminders.forms.urging import NAMES, LetterForm, NumberForm, StepForm, urging_from
from inspect_app.reminders.models import Level, Urging
from inspect_app.reminders.queries import urging as queries
from inspect_app.reminders.queries.urging import MOST, STEPS, Standing
from inspect_app.reminders.services import urging as services
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, refuse
from inspect_app.workdays import queries as workdays

bp = Blueprint("urging", __name__, url_prefix="/urging")

URGING = (Role.REVIEWER, Role.INSPECTOR)
DONE = {
    Level.REMINDER: _l("Đã gửi nhắc việc. Cán bộ của đơn vị thấy ngay trong mục thông báo."),
    Level.LETTER_1: _l("Đã ghi bước đôn đốc lần 1. In dự thảo, trình ký rồi nhập số và ngày văn bản."),
    Level.LETTER_2: _l("Đã ghi bước đôn đốc lần 2. In dự thảo, trình ký rồi nhập số và ngày văn bản."),
    Level.CHAIRMAN: _l("Đã ghi bước báo cáo Chủ tịch. In dự thảo, trình ký rồi nhập số và ngày văn bản."),
}
UNHEARD = _l("Đã ghi bước nhắc việc. Đơn vị chưa có cán bộ dùng phần mềm, gửi nội dung này bằng cách khác.")
NEW_DAY = 5
"""Working days that a draft gives the unit, until somebody types another day."""


@bp.get("/")
@for_roles(*URGING)
def index() -> ResponseReturnValue:
    asked = urging_from(Asked())
    found = queries.cases(actor(), clock.today(), plan_id=asked.plan_id, finding_ids=asked.finding_ids)
    due = [case for case in found if case.is_due(clock.today())]
    return render_template(
        "reminders/urging.html",
        rows=due if asked.due_only else found,
        every=len(found),
        of_ticked=bool(asked.finding_ids),
        due=len(due),
        due_only=asked.due_only,
        most=MOST,
        plan_id=asked.plan_id,
        plans=offered(actor(), asked.plan_id),
        names=NAMES,
        writes_letters=Role.REVIEWER in actor().roles,
        today=clock.today(),
    )


@bp.get("/plans/<id:plan_id>/units/<id:unit_id>")
@for_roles(*URGING)
def show(plan_id: int, unit_id: int) -> ResponseReturnValue:
    now = _standing(plan_id, unit_id)
    return render_template(
        "reminders/urging_unit.html",
        now=now,
        proposal=now.proposal(clock.today()),
        names=NAMES,
        steps=STEPS,
        may_remind=bool(now.rows),
        may_write=actor().reviews(now.unit),
        today=clock.today(),
    )


@bp.route("/plans/<id:plan_id>/units/<id:unit_id>/take", methods=["GET", "POST"])
@for_roles(*URGING)
def take(plan_id: int, unit_id: int) -> ResponseReturnValue:
    """`?level=`: which step; `?until=`: the new day that the draft asks for."""
    now, asked = _standing(plan_id, unit_id), Asked()
    level = next(iter(asked.among("level", Level)), Level.REMINDER)
    if not services.may_take(actor(), level, now.unit, bool(now.rows)):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    until = asked.day("until") or workdays.calendar().add_working_days(clock.today(), NEW_DAY)
    kind = StepForm if level is Level.REMINDER else LetterForm
    if request.method == "GET":
        return _draft(now, level, kind(content=_drafted(now, level, until), seen=now.seen or None), until)
    form = kind()
    if not form.validate():
        return _draft(now, level, form, until), 422
    letter: dict[str, Any] = (
        {"number": form.number.data, "dated_on": form.dated_on.data} if isinstance(form, LetterForm) else {}
    )
    try:
        if (led := sent_before(form)) is not None:
            db.session.rollback()
            return redirect(led, 303)
        step = services.take(
            plan_id,
            unit_id,
            level,
            actor=actor(),
            content=form.content.data,
            seen=form.seen.data or 0,
            today=clock.today(),
            **letter,
        )
        done = leads_to(form, url_for(".letter", urging_id=step.id))
        reached = level is not Level.REMINDER or bool(queries.recipients(now.unit, clock.today(), but=actor()))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        now = _standing(plan_id, unit_id)
        form.seen.data = now.seen or None
        return _draft(now, level, form, until), status
    flash(str(DONE[level] if reached else UNHEARD))
    return redirect(done, 303)


@bp.get("/<id:urging_id>")
@for_roles(*URGING)
def letter(urging_id: int) -> ResponseReturnValue:
    step = _step(urging_id)
    return _letter(step, NumberForm())


@bp.post("/<id:urging_id>/number")
@for_roles(Role.REVIEWER)
def number(urging_id: int) -> ResponseReturnValue:
    step, form = _step(urging_id), NumberForm()
    if not form.validate():
        return _letter(step, form), 422
    try:
        services.put_number(
            step, number=form.number.data, dated_on=form.dated_on.data, actor=actor(), today=clock.today()
        )
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return _letter(_step(urging_id), form), status
    flash(_("Đã ghi số và ngày văn bản."))
    return redirect(url_for(".letter", urging_id=urging_id), 303)


def _standing(plan_id: int, unit_id: int) -> Standing:
    now = queries.standing(actor(), plan_id, unit_id, clock.today())
    return abort(404) if now is None else now


def _step(urging_id: int) -> Urging:
    step: Urging = one_or_404(queries.one(actor(), urging_id))
    return step


def _drafted(now: Standing, level: Level, until: date) -> str:
    """The draft of the step in official Vietnamese, whatever the language of the page."""
    notices = dict.fromkeys((row.notice_number, row.notice_on) for row in now.rows if row.notice_number)
    text = render_template(
        f"reminders/letters/{level.value}.txt",
        now=now,
        notices=notices,
        before=[step for step in reversed(now.taken) if step.level is not Level.REMINDER],
        reminded=[step for step in reversed(now.taken) if step.level is Level.REMINDER],
        today=clock.today(),
        until=until,
    )
    return text.strip()


def _draft(now: Standing, level: Level, form: StepForm, until: date) -> str:
    people = queries.recipients(now.unit, clock.today(), but=actor()) if level is Level.REMINDER else []
    return render_template(
        "reminders/urging_take.html",
        now=now,
        level=level,
        name=NAMES[level],
        form=form,
        until=until,
        people=people,
        is_letter=level is not Level.REMINDER,
    )


def _letter(step: Urging, form: NumberForm) -> str:
    return render_template(
        "reminders/urging_letter.html",
        step=step,
        name=NAMES[step.level],
        form=form,
        may_number=not step.number and step.level is not Level.REMINDER and actor().reviews(step.unit),
    )
