"""The working calendar on screen: a year at a glance, days decided otherwise, terms, and a question it answers."""

import calendar as months
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed
from inspect_app.web.access import actor, for_roles, signed_in
from inspect_app.web.asked import Asked
from inspect_app.web.fields import FIRST_YEAR, LAST_YEAR
from inspect_app.web.forms import BaseForm
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, refuse
from inspect_app.workdays import policy, queries, services
from inspect_app.workdays.forms import TERMS, CountForm, DayForm, RemoveForm, Said, TermForm, Unit
from inspect_app.workdays.models import DayOverride
from inspect_app.workdays.policy import DEFAULTS, PLAIN_NUMBERS, SATURDAY, Calendar, TermCode, due, holidays_of

bp = Blueprint("workdays", __name__, url_prefix="/calendar")


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a month on the page."""

    day: date
    look: str
    """`work`, `rest` for a weekend, `off` for a day off in the week, `swap` for a weekend day that is worked."""
    name: str
    """What makes it so, where that is no plain weekend."""
    override: bool


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """`?year=` at a glance; with `?n=`, `?unit=` and `?start=` also the day on which that period ends."""
    today = clock.today()
    year = Asked().number("year", FIRST_YEAR, LAST_YEAR) or today.year
    calendar, form = queries.calendar(), CountForm(request.args)
    asked = form.n.raw_data is not None or form.start.raw_data is not None
    counted = form.validate() if asked else True
    decided = queries.overrides(date(year, 1, 1), date(year, 12, 31))
    names = holidays_of(year, str(get_locale()))
    page = render_template(
        "workdays/index.html",
        year=year,
        today=today,
        years=(FIRST_YEAR, LAST_YEAR),
        months=_months(year, calendar, decided, names),
        holidays=[(day, name) for day, name in names.items() if day not in {override.day for override in decided}],
        overrides=decided,
        changes=[(event, date.fromordinal(event.subject_id)) for event in queries.changes()],
        form=form,
        last=_last(form, calendar) if asked and counted else None,
        may_edit=policy.may_edit(actor()),
        sees_terms=bool({Role.ADMIN, Role.REVIEWER} & actor().roles),
    )
    return page, 200 if counted else 422


def _last(form: CountForm, calendar: Calendar) -> date:
    return due(services.rule_of(form.n.data or 0, form.unit.data.value), cast(date, form.start.data), calendar)


def _months(year: int, calendar: Calendar, decided: Any, names: Any) -> list[tuple[int, list[list[Cell | None]]]]:
    said = {override.day: override.note for override in decided}

    def cell(number: int, month: int) -> Cell | None:
        if not number:
            return None
        day = date(year, month, number)
        working, weekend = calendar.is_working(day), day.weekday() >= SATURDAY
        look = ("swap" if weekend else "work") if working else "rest" if weekend and day not in names else "off"
        name = said.get(day) or ("" if working else names.get(day, ""))
        return Cell(day, look, name, day in said)

    return [
        (month, [[cell(number, month) for number in week] for week in months.Calendar().monthdayscalendar(year, month)])
        for month in range(1, 13)
    ]


# Days decided otherwise


@bp.route("/days/new", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
def new_day() -> ResponseReturnValue:
    _only_editors()
    form = DayForm()
    del form.version
    if not form.is_submitted():
        return render_template("workdays/day.html", form=form, override=None)
    if not form.validate():
        return render_template("workdays/day.html", form=form, override=None), 422
    day = cast(date, form.day.data)
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        services.decide(day, actor=actor(), today=clock.today(), **_decided(form))
        address = leads_to(form, url_for(".index", year=day.year))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return render_template("workdays/day.html", form=form, override=None), status
    flash(
        _(
            "Đã ghi ngày %(day)s. Thời hạn đã ban hành giữ nguyên, thời hạn ban hành sau tính theo lịch mới.",
            day=_d(day),
        )
    )
    return redirect(address, 303)


@bp.route("/days/<id:day_id>", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
def day(day_id: int) -> ResponseReturnValue:
    """Correct what was decided about the day of this number."""
    _only_editors()
    override = _override(day_id)
    said = Said.WORK if override.working else Said.OFF
    form = DayForm(version=override.version, working=said, note=override.note, basis=override.basis)
    del form.day
    if not form.is_submitted():
        return render_template("workdays/day.html", form=form, override=override)
    if not form.validate():
        return render_template("workdays/day.html", form=form, override=override), 422
    try:
        version = form.version.data
        services.change(override, version=version, actor=actor(), today=clock.today(), **_decided(form))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        override = _override(day_id)
        form.version.data = override.version
        return render_template("workdays/day.html", form=form, override=override, lost=status == 409), status
    flash(_("Đã sửa ngày %(day)s. Thời hạn đã ban hành giữ nguyên.", day=_d(override.day)))
    return redirect(url_for(".index", year=override.day.year), 303)


@bp.route("/days/<id:day_id>/remove", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
def remove_day(day_id: int) -> ResponseReturnValue:
    """A page that asks first, and does it when it is sent."""
    _only_editors()
    override = _override(day_id)
    form, day = RemoveForm(version=override.version), override.day
    if not form.is_submitted():
        return render_template("workdays/remove.html", form=form, override=override)
    if not form.validate():
        return render_template("workdays/remove.html", form=form, override=override), 422
    try:
        services.remove(override, version=form.version.data, actor=actor(), today=clock.today())
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        override = _override(day_id)
        form.version.data = override.version
        return render_template("workdays/remove.html", form=form, override=override), status
    flash(_("Đã bỏ điều chỉnh ngày %(day)s. Thời hạn đã ban hành giữ nguyên.", day=_d(day)))
    return redirect(url_for(".index", year=day.year), 303)


# Terms


@bp.get("/terms")
@for_roles(Role.ADMIN, Role.REVIEWER)
def terms() -> str:
    """How long what is no unit's deadline may take."""
    return render_template(
        "workdays/terms.html",
        terms=queries.terms(),
        words=TERMS,
        defaults=DEFAULTS,
        numbers=PLAIN_NUMBERS,
        may_edit=policy.may_edit(actor()),
    )


@bp.route("/terms/<string:code>", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
def term(code: str) -> ResponseReturnValue:
    _only_editors()
    if code not in DEFAULTS:
        abort(404)
    which = TermCode(code)
    form = _term_form(which)
    if not form.is_submitted():
        return _term_page(which, form)
    if not form.validate():
        return _term_page(which, form), 422
    rule = services.rule_of(form.days.data or 0, form.unit.data.value if "unit" in form else DEFAULTS[which].unit)
    try:
        services.set_term(which, rule, version=form.version.data, actor=actor(), today=clock.today())
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        now = queries.term(which)
        form.version.data = now.version if now else None
        return _term_page(which, form, lost=status == 409), status
    flash(_("Đã ghi. Việc đang chờ được tính theo mức mới từ hôm nay."))
    return redirect(url_for(".terms"), 303)


def _term_form(code: TermCode) -> TermForm:
    decided, rule = queries.term(code), queries.terms()[code]
    form = TermForm(version=decided.version if decided else None, days=rule.n, unit=Unit(rule.unit))
    if form.is_submitted() and not form.version.raw_data:
        form.version.data = None
    if code in PLAIN_NUMBERS:
        del form.unit
    return form


def _term_page(code: TermCode, form: BaseForm, lost: bool = False) -> str:
    name, counted_from = TERMS[code]
    rule = queries.terms()[code]
    return render_template(
        "workdays/term.html",
        code=code,
        name=name,
        counted_from=counted_from,
        form=form,
        rule=rule,
        is_number=code in PLAIN_NUMBERS,
        lost=lost,
    )


# Parts


def _only_editors() -> None:
    if not policy.may_edit(actor()):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")


def _override(number: int) -> DayOverride:
    if number > date.max.toordinal():
        abort(404)
    return db.session.get(DayOverride, date.fromordinal(number)) or abort(404)


def _decided(form: DayForm) -> dict[str, Any]:
    return {"working": form.working.data is Said.WORK, "note": form.note.data, "basis": form.basis.data}


def _d(day: date) -> str:
    return f"{day:%d/%m/%Y}"
