"""Writing a group's table: scores typed or pasted, the rules of the year, publishing and opening again."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import WrongState
from inspect_app.grading import queries, services
from inspect_app.grading.forms import (
    STEPS,
    PublishForm,
    ReopenForm,
    RulesForm,
    ScoresForm,
    TableForm,
    Unusable,
    as_typed,
    for_units,
    match,
    points,
)
from inspect_app.grading.forms.words import CRITERIA, GRADES
from inspect_app.grading.models import Grading, Score
from inspect_app.grading.services import Entry
from inspect_app.grading.views.shared import bp, only_writers
from inspect_app.units.models import Unit
from inspect_app.web.access import actor, for_roles
from inspect_app.web.formats import ngettext
from inspect_app.web.gate import takes_files
from inspect_app.web.lookup import one_or_404
from inspect_app.web.refusing import REFUSALS, refuse


@bp.route("/tables/<id:grading_id>/scores", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def scores(grading_id: int) -> ResponseReturnValue:
    """All units of the group on one page; a line left empty is a unit without a score."""
    grading = _to_change(grading_id)
    units, held = list(queries.units_of(grading, clock.today())), queries.scores_of(grading)
    form = for_units(units, held, grading.version)
    if not form.is_submitted():
        return _scores_page(grading, units, form, held)
    if not form.validate():
        return _scores_page(grading, units, form, held), 422
    try:
        changed = services.enter(
            grading,
            form.entries(units),
            units=units,
            source="import" if form.source.data == "import" else "typed",
            version=form.version.data,
            **_by(),
        )
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        grading = _grading(grading_id)
        held = queries.scores_of(grading)
        form.version.data = grading.version
        return _scores_page(grading, units, form, held, lost=status == 409), status
    if changed:
        flash(
            ngettext(
                "Đã ghi điểm của %(num)s đơn vị. Đơn vị thấy điểm sau khi công bố.",
                "Đã ghi điểm của %(num)s đơn vị. Đơn vị thấy điểm sau khi công bố.",
                changed,
            )
        )
    else:
        flash(_("Không có điểm nào thay đổi."))
    return redirect(url_for(".year", year=grading.year), 303)


@bp.route("/tables/<id:grading_id>/import", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
@takes_files
def paste(grading_id: int) -> ResponseReturnValue:
    """A table is read and shown line by line; nothing is stored until that page is sent."""
    grading = _to_change(grading_id)
    form = TableForm(version=grading.version)
    if not form.is_submitted():
        return _paste_page(grading, form)
    if not form.validate():
        return _paste_page(grading, form), 422
    units = list(queries.units_of(grading, clock.today()))
    try:
        found = match(form.rows(), queries.catalogue(units))
    except Unusable as unusable:
        (form.file if getattr(form.file.data, "filename", "") else form.text).errors = [str(unusable)]
        return _paste_page(grading, form), 422
    if found.problems:
        form.form_errors.append(_("Bảng còn dòng cần sửa nên chưa ghi gì"))
        return _paste_page(grading, form, found.problems, len(found.entries)), 422
    held = queries.scores_of(grading)
    checked = for_units(units, {**held, **found.entries}, grading.version, fresh=True)
    checked.source.data = "import"
    return render_template(
        "grading/check.html",
        grading=grading,
        units=units,
        form=checked,
        told=[_told(unit, held.get(unit.id), found.entries[unit.id]) for unit in units if unit.id in found.entries],
        left_out=[unit for unit in units if unit.id not in found.entries],
        grades=GRADES,
    )


@bp.route("/tables/<id:grading_id>/rules", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def rules(grading_id: int) -> ResponseReturnValue:
    """Bands, most points and steps of the group in its year."""
    grading = _to_change(grading_id)
    form = RulesForm(data={**as_typed(queries.rules_of(grading)), "note": grading.note, "version": grading.version})
    if not form.is_submitted():
        return _rules_page(grading, form)
    if not form.validate():
        return _rules_page(grading, form), 422
    try:
        services.change_rules(grading, form.rules, note=form.note.data, version=form.version.data, **_by())
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused, {"bands": "excellent"})
        grading = _grading(grading_id)
        form.version.data = grading.version
        return _rules_page(grading, form, lost=status == 409), status
    flash(_("Đã ghi thang điểm. Xếp loại của năm này tính theo thang mới."))
    return redirect(url_for(".year", year=grading.year), 303)


@bp.route("/tables/<id:grading_id>/publish", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def publish(grading_id: int) -> ResponseReturnValue:
    """A page that says what becomes public, and does it when it is sent."""
    grading = _to_change(grading_id)
    form = PublishForm(version=grading.version)
    if not form.is_submitted():
        return _publish_page(grading, form)
    if not form.validate():
        return _publish_page(grading, form), 422
    try:
        told: dict[str, Any] = {"number": form.number.data, "dated_on": form.dated_on.data}
        services.publish(grading, version=form.version.data, **told, **_by())
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        grading = _grading(grading_id)
        form.version.data = grading.version
        return _publish_page(grading, form), status
    flash(_("Đã công bố. Đơn vị xem được điểm và xếp loại của mình; điểm và thang điểm không sửa được nữa."))
    return redirect(url_for(".year", year=grading.year), 303)


@bp.route("/tables/<id:grading_id>/reopen", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def reopen(grading_id: int) -> ResponseReturnValue:
    """A page that asks why, and takes the scores back when it is sent."""
    only_writers()
    grading = _grading(grading_id)
    form = ReopenForm(version=grading.version)
    if not form.is_submitted():
        return render_template("grading/reopen.html", grading=grading, form=form)
    if not form.validate():
        return render_template("grading/reopen.html", grading=grading, form=form), 422
    try:
        services.reopen(grading, reason=form.reason.data, version=form.version.data, **_by())
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        grading = _grading(grading_id)
        form.version.data = grading.version
        return render_template("grading/reopen.html", grading=grading, form=form), status
    flash(_("Đã mở lại bảng điểm. Sửa xong thì công bố lại; trong lúc đó đơn vị không xem được điểm."))
    return redirect(url_for(".year", year=grading.year), 303)


# Parts


def _grading(grading_id: int) -> Grading:
    found: Grading = one_or_404(queries.visible_to(actor()).where(Grading.id == grading_id))
    return found


def _to_change(grading_id: int) -> Grading:
    """The grading, for those who write it, while it is not published. Raises NotAllowed, WrongState."""
    only_writers()
    grading = _grading(grading_id)
    if grading.is_published and request.method == "GET":
        raise WrongState("Bảng điểm này đã công bố. Mở lại, ghi lý do rồi mới sửa được.")
    return grading


def _by() -> dict[str, Any]:
    return {"actor": actor(), "today": clock.today(), "now": clock.now()}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of an imported table against what there was."""

    unit: Unit
    entry: Entry
    before: Decimal | None
    look: str
    """`new`, `changed` or `same`."""


def _told(unit: Unit, held: Score | None, entry: Entry) -> Told:
    if held is None:
        return Told(unit, entry, None, "new")
    same = (held.total, held.assessed, held.surveyed) == (entry.total, entry.assessed, entry.surveyed)
    return Told(unit, entry, held.total, "same" if same else "changed")


def _scores_page(
    grading: Grading, units: list[Unit], form: ScoresForm, held: Mapping[int, Score], lost: bool = False
) -> str:
    parts = (
        request.args.get("parts") == "1"
        or any(row.assessed is not None for row in held.values())
        or any(name.endswith("-assessed") for name in request.form)
    )
    return render_template(
        "grading/scores.html",
        grading=grading,
        units=units,
        form=form,
        parts=parts,
        scored=len(held),
        differences=_differences(units, form, held) if lost else [],
        grades=GRADES,
    )


def _differences(units: list[Unit], form: ScoresForm, held: Mapping[int, Score]) -> list[tuple[str, str]]:
    """What the table says now of the units for which something else was typed."""
    now = {unit.id: held[unit.id].total if unit.id in held else None for unit in units}
    return [(unit.name, points(now[unit.id])) for unit in units if form.line(unit.id).total.data != now[unit.id]]


def _paste_page(grading: Grading, form: TableForm, problems: Any = (), fine: int = 0) -> str:
    return render_template("grading/import.html", grading=grading, form=form, problems=problems, fine=fine)


def _rules_page(grading: Grading, form: Any, lost: bool = False) -> str:
    return render_template(
        "grading/rules.html", grading=grading, form=form, criteria=CRITERIA, steps=range(1, STEPS + 1), lost=lost
    )


def _publish_page(grading: Grading, form: PublishForm) -> str:
    held = queries.scores_of(grading)
    missing = [unit for unit in queries.units_of(grading, clock.today()) if unit.id not in held]
    return render_template("grading/publish.html", grading=grading, form=form, scored=len(held), missing=missing)
