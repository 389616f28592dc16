"""Which units a plan means to inspect: adding several at once, another month or team, taking one out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.text import fold, one_line
from inspect_app.plans import queries, services
from inspect_app.plans.forms import MOST_LINES, MOST_UNITS, AimForm, RemoveForm, TargetsForm
from inspect_app.plans.models import Plan, Target, Team
from inspect_app.plans.views.shared import bp, written
from inspect_app.units.models import Unit
from inspect_app.web.access import actor, for_roles
from inspect_app.web.asked import Asked
from inspect_app.web.fields import choice, read_id
from inspect_app.web.formats import ngettext
from inspect_app.web.lookup import one_or_404
from inspect_app.web.refusing import REFUSALS, refuse


@dataclass(slots=True)
class Lines:
    """What typed lines came to."""

    found: list[int] = field(default_factory=list)
    unclear: list[tuple[str, Sequence[Any]]] = field(default_factory=list)
    """Lines that several units may be meant by, with those units."""
    unknown: list[str] = field(default_factory=list)


@bp.route("/<id:plan_id>/targets", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def targets(plan_id: int) -> ResponseReturnValue:
    """Search and tick, or type one name a line; the button "Tìm" sends the same form, so that no tick is lost."""
    plan = written(plan_id)
    form, searching = TargetsForm(since=_first_day(plan)), request.form.get("do") == "search"
    form.offer_teams(queries.teams_of(plan))
    day, q = form.since.data or _first_day(plan), Asked(request.values).words()
    hits, chosen = _offer(form, plan, day, q)
    context: dict[str, Any] = {"plan": plan, "form": form, "q": q, "hits": hits, "chosen": chosen, "unclear": []}
    if not form.is_submitted() or searching:
        return render_template("plans/targets.html", **context)
    lines = _read(form, day)
    context["unclear"] = lines.unclear
    if not form.validate() or _say(form, lines):
        return render_template("plans/targets.html", **context), 422
    units = db.session.scalars(select(Unit).where(Unit.id.in_({*form.units.data, *lines.found}))).all()
    try:
        added = services.add_targets(
            plan,
            sorted(units, key=lambda unit: unit.sort_key),
            since=form.since.data,
            month=form.month.data,
            team=db.session.get(Team, form.team.data) if form.team.data else None,
            actor=actor(),
            today=clock.today(),
        )
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        context["plan"] = written(plan_id)
        return render_template("plans/targets.html", **context), status
    flash(ngettext("Đã thêm %(num)s đơn vị vào kế hoạch.", "Đã thêm %(num)s đơn vị vào kế hoạch.", len(added)))
    return redirect(url_for(".show", plan_id=plan_id), 303)


@bp.route("/<id:plan_id>/targets/<id:target_id>", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def target(plan_id: int, target_id: int) -> ResponseReturnValue:
    """Another month, another team."""
    plan = written(plan_id)
    target = _target(plan, target_id)
    form = AimForm(month=target.month, team=target.team_id)
    form.offer_teams(queries.teams_of(plan))
    if not form.is_submitted():
        return render_template("plans/target.html", plan=plan, target=target, form=form)
    if not form.validate():
        return render_template("plans/target.html", plan=plan, target=target, form=form), 422
    try:
        services.change_target(
            target,
            month=form.month.data,
            team=db.session.get(Team, form.team.data) if form.team.data else None,
            actor=actor(),
            today=clock.today(),
        )
        db.session.commit()
    except REFUSALS as refused:
        status, plan = refuse(form, refused), written(plan_id)
        return render_template("plans/target.html", plan=plan, target=_target(plan, target_id), form=form), status
    flash(_("Đã ghi tháng và đoàn kiểm tra của đơn vị."))
    return redirect(url_for(".show", plan_id=plan_id), 303)


@bp.route("/<id:plan_id>/targets/<id:target_id>/remove", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def remove_target(plan_id: int, target_id: int) -> ResponseReturnValue:
    plan = written(plan_id)
    target, form = _target(plan, target_id), RemoveForm(on=clock.today())
    if not form.is_submitted():
        return render_template("plans/remove.html", plan=plan, target=target, form=form)
    if not form.validate():
        return render_template("plans/remove.html", plan=plan, target=target, form=form), 422
    try:
        services.remove_target(target, reason=form.reason.data, on=form.on.data, actor=actor(), today=clock.today())
        db.session.commit()
    except REFUSALS as refused:
        status, plan = refuse(form, refused), written(plan_id)
        return render_template("plans/remove.html", plan=plan, target=_target(plan, target_id), form=form), status
    flash(_("Đã đưa đơn vị ra khỏi kế hoạch. Số liệu đến trước ngày đó không thay đổi."))
    return redirect(url_for(".show", plan_id=plan_id), 303)


def _target(plan: Plan, target_id: int) -> Target:
    target: Target = one_or_404(
        queries.targets_visible_to(actor()).where(Target.plan_id == plan.id, Target.id == target_id)
    )
    return target


def _first_day(plan: Plan) -> date:
    """The day from which new targets count unless said otherwise: of an old plan, the day it was issued."""
    today = clock.today()
    if plan.year < today.year:
        return min(plan.issued_on or date(plan.year, 1, 1), today)
    return today


def _offer(form: TargetsForm, plan: Plan, day: date, q: str) -> tuple[list[Any], list[Any]]:
    """What was found, and what was ticked before: both may be ticked."""
    ticked = _ticked()
    chosen = list(queries.units_to_add(actor(), plan, day, ids=ticked)) if ticked else []
    known = {row.id for row in chosen}
    hits = [row for row in queries.units_to_add(actor(), plan, day, text=q) if row.id not in known] if q else []
    form.units.choices = [choice(row.id, row.name) for row in (*chosen, *hits)]
    return hits, chosen


def _ticked() -> set[int]:
    found = set()
    for typed in request.form.getlist("units")[:MOST_UNITS]:
        try:
            found.add(read_id(typed) or 0)
        except ValueError:
            continue  # the form says that it is none of the choices
    return found - {0}


def _read(form: TargetsForm, day: date) -> Lines:
    """A line that names one unit is found; one whose unit is ticked is settled; the rest are asked about."""
    typed = [line for line in dict.fromkeys(one_line(line) for line in form.lines.data.split("\n")) if line]
    lines, ticked = Lines(), _ticked()
    typed = typed[:MOST_LINES]  # the form has refused more
    for line, rows in zip(typed, queries.named_line_by_line(actor(), typed, day), strict=True):
        one = _only(line, rows)
        if one is not None:
            lines.found.append(one)
        elif not rows:
            lines.unknown.append(line)
        elif not ticked & {row.id for row in rows}:
            lines.unclear.append((line, rows))
    return lines


def _only(line: str, rows: Sequence[Any]) -> int | None:
    """The one unit that is called exactly so, or the only one that may be meant."""
    folded = fold(line)
    for so_called in (
        [row for row in rows if row.name_folded == folded],
        [row for row in rows if row.name_folded.endswith(f" {folded}")],
        rows,
    ):
        if len(so_called) == 1:
            return int(so_called[0].id)
    return None


def _say(form: TargetsForm, lines: Lines) -> bool:
    """Whether something has to be put right first; the sentences stand at the field."""
    errors = [
        _("Không có đơn vị nào tên “%(line)s” vào ngày đó, sửa hoặc bỏ dòng này", line=line) for line in lines.unknown
    ]
    errors += [
        _("Nhiều đơn vị có thể là “%(line)s”, chọn một ở bên dưới hoặc gõ đủ tên", line=line)
        for line, _rows in lines.unclear
    ]
    if not errors and not form.units.data and not lines.found:
        errors = [_("Chọn hoặc gõ tên ít nhất một đơn vị")]
    form.lines.errors = [*form.lines.errors, *errors]
    return bool(errors)
