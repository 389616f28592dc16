"""The list of checklists, the page of each, and writing the next version."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.checklists import policy, queries, services
from inspect_app.checklists.forms import ChecklistForm, CopyForm, ItemForm, NewItemForm, StepForm, chosen
from inspect_app.checklists.models import Checklist, Item
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Area
from inspect_app.units.models import Unit
from inspect_app.units.queries import root
from inspect_app.web.access import actor, for_roles
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, differences, refuse, refuse_again

bp = Blueprint("checklists", __name__, url_prefix="/checklists")

READERS = (Role.REVIEWER, Role.VIEWER, Role.INSPECTOR, Role.OFFICER)
FACTS = ("title", "year", "note")
WORDS = ("text", "evidence", "measure", "shortcoming", "required")


# Reading


@bp.get("/")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    return render_template("checklists/index.html", rows=db.session.execute(queries.listing(actor())).all())


@bp.get("/<id:checklist_id>")
@for_roles(*READERS)
def show(checklist_id: int) -> ResponseReturnValue:
    checklist = _seen(checklist_id)
    return render_template(
        "checklists/show.html",
        checklist=checklist,
        areas=_by_area(queries.items_of(checklist_id)),
        may_write=policy.may_write(actor(), checklist, _root()) and not checklist.is_published,
        may_copy=Role.REVIEWER in actor().roles and checklist.is_published,
    )


# Versions


@bp.route("/<id:checklist_id>/copy", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def copy(checklist_id: int) -> ResponseReturnValue:
    source = _seen(checklist_id)
    choices = queries.plans_to_write_for(actor(), source.plan_id)
    form = CopyForm(title=source.title, year=max(source.year, clock.today().year), plan=source.plan_id)
    form.offer(choices, all_plans=actor().reviews(_root()))
    page = {"checklist": source, "form": form}
    if not form.is_submitted():
        return render_template("checklists/copy.html", **page)
    if not form.validate():
        return render_template("checklists/copy.html", **page), 422
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        made = services.copy(source, plan=chosen(form, choices), **_said(form), actor=actor(), today=clock.today())
        address = leads_to(form, url_for(".show", checklist_id=made.id))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return render_template("checklists/copy.html", **{**page, "checklist": _seen(checklist_id)}), status
    flash(_("Đã sao chép. Sửa các tiêu chí ở bản mới rồi công bố."))
    return redirect(address, 303)


@bp.route("/<id:checklist_id>/edit", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def edit(checklist_id: int) -> ResponseReturnValue:
    checklist = _written(checklist_id)
    choices = queries.plans_to_write_for(actor(), checklist.plan_id)
    form = ChecklistForm(
        title=checklist.title,
        year=checklist.year,
        plan=checklist.plan_id,
        note=checklist.note,
        version=checklist.version,
    )
    form.offer(choices, all_plans=actor().reviews(_root()))
    if not form.is_submitted():
        return render_template("checklists/edit.html", checklist=checklist, form=form)
    if not form.validate():
        return render_template("checklists/edit.html", checklist=checklist, form=form), 422
    try:
        services.change(
            checklist,
            plan=chosen(form, choices),
            note=form.note.data,
            version=form.version.data,
            **_said(form),
            actor=actor(),
            today=clock.today(),
        )
        db.session.commit()
    except REFUSALS as refused:
        status, checklist, newer = refuse_again(form, refused, lambda: _seen(checklist_id), FACTS)
        return render_template("checklists/edit.html", checklist=checklist, form=form, newer=newer), status
    flash(_("Đã ghi thay đổi của bộ tiêu chí."))
    return redirect(url_for(".show", checklist_id=checklist_id), 303)


@bp.route("/<id:checklist_id>/publish", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def publish(checklist_id: int) -> ResponseReturnValue:
    """Look at the whole list as it will be asked, then publish it."""
    checklist, form = _written(checklist_id), StepForm()
    if request.method == "GET":
        areas = _by_area(queries.items_of(checklist_id))
        return render_template("checklists/publish.html", checklist=checklist, areas=areas)
    services.publish(checklist, version=form.version.data, actor=actor(), today=clock.today())
    db.session.commit()
    flash(_("Đã công bố. Các cuộc kiểm tra từ nay dùng bản này; bản này không sửa được nữa."))
    return redirect(url_for(".show", checklist_id=checklist_id), 303)


@bp.route("/<id:checklist_id>/discard", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def discard(checklist_id: int) -> ResponseReturnValue:
    checklist, form = _written(checklist_id), StepForm()
    if request.method == "GET":
        return render_template("checklists/discard.html", checklist=checklist)
    services.discard(checklist, version=form.version.data, actor=actor(), today=clock.today())
    db.session.commit()
    flash(_("Đã bỏ bản đang soạn."))
    return redirect(url_for(".index"), 303)


# Items


@bp.route("/<id:checklist_id>/items/new", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def new_item(checklist_id: int) -> ResponseReturnValue:
    checklist, areas = _written(checklist_id), plans.areas()
    form = NewItemForm(version=checklist.version, area=request.args.get("area"))
    form.offer(areas)
    if not form.is_submitted():
        return _item_page(checklist, form)
    if not form.validate():
        return _item_page(checklist, form), 422
    area = next(area for area in areas if area.code == form.area.data)
    try:
        if before := sent_before(form):
            return redirect(before, 303)
        version = form.version.data
        item = services.add_item(checklist, area, form.worded(), version=version, actor=actor(), today=clock.today())
        address = leads_to(form, url_for(".show", checklist_id=checklist_id, _anchor=f"item-{item.id}"))
        db.session.commit()
    except REFUSALS as refused:
        status, checklist = refuse(form, refused), _seen(checklist_id)
        form.version.data = checklist.version
        return _item_page(checklist, form), status
    flash(_("Đã thêm tiêu chí %(code)s.", code=item.code))
    return redirect(address, 303)


@bp.route("/<id:checklist_id>/items/<id:item_id>", methods=["GET", "POST"])
@for_roles(Role.REVIEWER)
def edit_item(checklist_id: int, item_id: int) -> ResponseReturnValue:
    checklist = _written(checklist_id)
    item = _item(checklist, item_id)
    form = ItemForm(version=checklist.version, **{name: getattr(item, name) for name in WORDS})
    if not form.is_submitted():
        return _item_page(checklist, form, item)
    if not form.validate():
        return _item_page(checklist, form, item), 422
    try:
        services.change_item(item, form.worded(), version=form.version.data, actor=actor(), today=clock.today())
        db.session.commit()
    except REFUSALS as refused:
        status, checklist = refuse(form, refused), _seen(checklist_id)
        item = _item(checklist, item_id)
        form.version.data = checklist.version
        newer = differences(form, item, WORDS) if status == 409 else []
        return _item_page(checklist, form, item, newer=newer), status
    flash(_("Đã ghi tiêu chí %(code)s.", code=item.code))
    return redirect(url_for(".show", checklist_id=checklist_id, _anchor=f"item-{item_id}"), 303)


@bp.post("/<id:checklist_id>/items/<id:item_id>/move")
@for_roles(Role.REVIEWER)
def move_item(checklist_id: int, item_id: int) -> ResponseReturnValue:
    checklist, form = _written(checklist_id), StepForm()
    up = request.form.get("way") != "down"
    item = _item(checklist, item_id)
    services.move_item(item, up=up, version=form.version.data, actor=actor(), today=clock.today())
    db.session.commit()
    return redirect(url_for(".show", checklist_id=checklist_id, _anchor=f"item-{item_id}"), 303)


@bp.post("/<id:checklist_id>/items/<id:item_id>/remove")
@for_roles(Role.REVIEWER)
def remove_item(checklist_id: int, item_id: int) -> ResponseReturnValue:
    checklist, form = _written(checklist_id), StepForm()
    item = _item(checklist, item_id)
    code = item.code
    services.remove_item(item, version=form.version.data, actor=actor(), today=clock.today())
    db.session.commit()
    flash(_("Đã bỏ tiêu chí %(code)s khỏi bản đang soạn.", code=code))
    return redirect(url_for(".show", checklist_id=checklist_id), 303)


# Shared


def _seen(checklist_id: int) -> Checklist:
    found: Checklist = one_or_404(queries.visible_to(actor()).where(Checklist.id == checklist_id))
    return found


def _written(checklist_id: int) -> Checklist:
    """The list, where it is the actor's to write and still can be."""
    checklist = _seen(checklist_id)
    if not policy.may_write(actor(), checklist, _root()):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
    if checklist.is_published:
        raise WrongState("Bộ tiêu chí này đã công bố nên không sửa được. Sao chép thành bản mới để sửa.")
    return checklist


def _item(checklist: Checklist, item_id: int) -> Item:
    found: Item = one_or_404(queries.item_of(checklist, item_id))
    return found


def _root() -> Unit:
    found = root()
    assert found is not None
    return found


def _said(form: Any) -> dict[str, Any]:
    return {"title": form.title.data, "year": cast(int, form.year.data)}


def _by_area(items: Sequence[Item]) -> list[tuple[Area, list[Item]]]:
    return [(area, list(rows)) for area, rows in groupby(items, key=lambda item: item.area)]


def _item_page(checklist: Checklist, form: Any, item: Item | None = None, **more: Any) -> str:
    return render_template("checklists/item.html", checklist=checklist, form=form, item=item, **more)
