"""The catalogue of units and the page of each: what it is, what it was and what it became."""

from datetime import date
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError, Invalid, NotAllowed, sentence
from inspect_app.units import policy, queries, services
from inspect_app.units.forms import BY_KIND, ChangeForm, EndForm, FoundForm, units_from
from inspect_app.units.models import Unit, UnitKind
from inspect_app.web.access import actor, for_roles, signed_in
from inspect_app.web.errors import STATUS, say
from inspect_app.web.fields import choice, read_id
from inspect_app.web.forms import BaseForm, VersionedForm
from inspect_app.web.lookup import one_or_404
from inspect_app.web.paging import page
from inspect_app.web.presentation import UNIT_KINDS

bp = Blueprint("units", __name__, url_prefix="/units")

EDITORS = (Role.ADMIN, Role.REVIEWER)
NOT_THEIRS = sentence("Việc này không thuộc quyền của tài khoản đang dùng.")


@bp.get("/")
@signed_in
def index() -> str:
    today, chosen = clock.today(), units_from(request.args)
    q, kinds, under, state = chosen.q, chosen.kinds, chosen.under, chosen.state
    rows = queries.chosen(query=q, kinds=kinds, parent=under and under.place)
    found = page(queries.of_state(rows, state, today), BY_KIND, told=queries.told, kept=True)
    root = queries.root()
    return render_template(
        "units/index.html",
        page=found,
        former=queries.former_names([row.id for row in found.rows], q) if q else {},
        tally=queries.tally(rows, today),
        state=state,
        q=q,
        kinds=kinds,
        under=under,
        wanted=_wanted(q, kinds, under),
        root=root,
        may_add=root is not None and policy.may_add(actor(), root),
    )


@bp.get("/<id:unit_id>")
@signed_in
def show(unit_id: int) -> str:
    found = queries.with_history(unit_id)
    if found is None:
        abort(404)
    (unit, history), today = found, clock.today()
    in_force = unit.in_force(today)
    offers = queries.successors_offered(unit, day=today) if unit.kind is UnitKind.DISTRICT else []
    return render_template(
        "units/show.html",
        unit=unit,
        in_force=in_force,
        history=history,
        reached=[offer.unit for offer in offers if offer.unit.kind is UnitKind.COMMUNE],
        numbers_under=queries.numbers_under(unit, today if in_force else None),
        may_add=policy.may_add(actor(), unit) and not unit.ended,
        may_edit=policy.may_edit(actor(), unit) and not unit.ended,
    )


@bp.route("/new", methods=["GET", "POST"])
@for_roles(*EDITORS)
def new() -> ResponseReturnValue:
    """A form for a unit under the one that `?parent=` names, under the root without it."""
    parent, form = _parent(), FoundForm()
    if not policy.may_add(actor(), parent):
        raise NotAllowed(NOT_THEIRS)
    form.kind.choices = [choice(kind.value, UNIT_KINDS[kind.value]) for kind in policy.BELOW[parent.kind]]
    if request.method == "GET":
        return _new_page(parent, form)
    if not form.validate():
        return _new_page(parent, form), 422
    try:
        unit = services.found(
            parent,
            actor=actor(),
            code=form.code.data,
            name=form.name.data,
            kind=form.kind.data,
            valid_from=form.valid_from.data,
            basis=form.basis.data,
            today=clock.today(),
        )
    except Invalid as refused:
        status = _refuse(form, refused)
        return _new_page(_parent(), form), status
    db.session.commit()
    flash(_("Đã thêm %(name)s. Có thể chọn đơn vị này khi lập kế hoạch và cấp quyền.", name=unit.name_inside))
    return redirect(url_for(".show", unit_id=unit.id), 303)


@bp.route("/<id:unit_id>/edit", methods=["GET", "POST"])
@for_roles(*EDITORS)
def edit(unit_id: int) -> ResponseReturnValue:
    unit = _editable(unit_id)
    form = ChangeForm(version=unit.version, name=unit.name, parent=unit.parent_id)
    form.parent.choices = _parent_choices(unit)
    if request.method == "GET":
        return _edit_page(unit, form)
    if not form.validate():
        return _edit_page(unit, form), 422
    try:
        heir = services.change(
            unit,
            actor=actor(),
            name=form.name.data,
            parent=db.session.get_one(Unit, form.parent.data),
            since=cast(date, form.since.data),
            basis=form.basis.data,
            today=clock.today(),
            version=form.version.data,
        )
    except DomainError as refused:
        status = _refuse(form, refused)
        return _edit_page(_again(unit_id, form), form), status
    db.session.commit()
    flash(_("Đã ghi thay đổi. Tên và cấp trên cũ vẫn được giữ trong lịch sử của đơn vị."))
    return redirect(url_for(".show", unit_id=heir.id), 303)


@bp.route("/<id:unit_id>/end", methods=["GET", "POST"])
@for_roles(*EDITORS)
def end(unit_id: int) -> ResponseReturnValue:
    unit = _editable(unit_id)
    form = EndForm(version=unit.version)
    if request.method == "GET":
        return _end_page(unit, form)
    if not form.validate():
        return _end_page(unit, form), 422
    try:
        services.end(
            unit,
            actor=actor(),
            last_day=cast(date, form.last_day.data),
            successors=_successors(form),
            basis=form.basis.data,
            today=clock.today(),
            version=form.version.data,
        )
    except DomainError as refused:
        status = _refuse(form, refused)
        return _end_page(_again(unit_id, form), form), status
    db.session.commit()
    flash(_("Đã ghi ngày kết thúc của %(name)s. Cuộc kiểm tra và hạn chế cũ vẫn được giữ.", name=unit.name_inside))
    return redirect(url_for(".show", unit_id=unit.id), 303)


# Loading


def _unit(unit_id: int) -> Unit:
    found: Unit = one_or_404(queries.visible_to(actor()).where(Unit.id == unit_id))
    return found


def _editable(unit_id: int) -> Unit:
    unit = _unit(unit_id)
    if not policy.may_edit(actor(), unit):
        raise NotAllowed(NOT_THEIRS)
    return unit


def _parent() -> Unit:
    wanted = _id_of("parent")
    return _unit(wanted) if wanted else queries.root() or abort(404)


def _id_of(name: str) -> int | None:
    try:
        return read_id(request.args.get(name))
    except ValueError:
        abort(404)


def _wanted(q: str, kinds: tuple[UnitKind, ...], under: Unit | None) -> dict[str, Any]:
    """The filter as the arguments of its address."""
    wanted = {"q": q, "kind": [kind.value for kind in kinds], "under": under.id if under else None}
    return {name: value for name, value in wanted.items() if value}


def _parent_choices(unit: Unit) -> list[Any]:
    kinds = [kind for kind in UnitKind if policy.may_hang(unit.kind, kind)]
    rows = queries.possible_parents(actor().held(*EDITORS), kinds, clock.today())
    return [choice(row.id, row.name) for row in rows]


def _successors(form: EndForm) -> list[Unit]:
    """The units whose codes were typed, as they are on the day after the last. Raises Invalid (successors)."""
    day = cast(date, form.last_day.data) + services.A_DAY
    found = []
    for code in filter(None, (part.strip() for part in form.successors.data.split(","))):
        unit = queries.by_code(code, day)
        if unit is None:
            raise Invalid("Không có đơn vị nào mang mã %(code)s vào ngày đó", field="successors", code=code)
        found.append(unit)
    return found


# Refusing


def _refuse(form: BaseForm, refused: DomainError) -> int:
    """Say it at the field or over the form, undo what was begun, and give the status."""
    if isinstance(refused, Invalid) and refused.field:
        form[refused.field].errors = [say(refused)]
    else:
        form.form_errors.append(say(refused))
    db.session.rollback()
    return next(status for kind, status in STATUS.items() if isinstance(refused, kind))


def _again(unit_id: int, form: VersionedForm) -> Unit:
    """The unit as it is now; the form goes on from there with what was typed."""
    unit = _editable(unit_id)
    form.version.data = unit.version
    return unit


# Pages


def _new_page(parent: Unit, form: FoundForm) -> str:
    return render_template("units/new.html", parent=parent, form=form)


def _edit_page(unit: Unit, form: ChangeForm) -> str:
    return render_template("units/edit.html", unit=unit, form=form)


def _end_page(unit: Unit, form: EndForm) -> str:
    return render_template("units/end.html", unit=unit, form=form)
