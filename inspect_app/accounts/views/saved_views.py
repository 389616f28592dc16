"""Saved views: a list's address under a name of one's own.

The lists themselves belong to higher features; app.py tells their endpoints and which arguments each understands.
A saved view names an endpoint and such arguments, never a path.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from inspect_app.accounts import queries
from inspect_app.accounts.forms import SavedViewForm
from inspect_app.accounts.models import SavedView
from inspect_app.accounts.services import saved_views as services
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.text import readable
from inspect_app.web.access import actor, for_roles
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import leads_to, sent_before
from inspect_app.web.refusing import REFUSALS, refuse

bp = Blueprint("saved", __name__, url_prefix="/saved-views")

READERS = (Role.REVIEWER, Role.VIEWER, Role.INSPECTOR, Role.OFFICER)
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class SavedList:
    """A list whose views may be saved."""

    label: LazyString
    arguments: frozenset[str]


class Kept(Protocol):
    """What is read of a saved view."""

    @property
    def name(self) -> str: ...
    @property
    def page(self) -> str: ...
    @property
    def query(self) -> str: ...


def shown_with(
    page: str, said: Mapping[str, Any], kept: Sequence[Kept] | None = None
) -> list[tuple[str, str, None, bool, str]]:
    """The reader's own views of the list `page`, as `components/filters.views` draws them.

    `said` is what the address now asks for; `kept` are the views, where they were read already.
    """
    now = sorted(_pairs(said))
    found: Sequence[Kept] = queries.saved_views(actor().person_id, page) if kept is None else kept
    return [(view.name, address(view), None, sorted(parse_qsl(view.query)) == now, "") for view in found]


def address(view: Kept) -> str:
    return url_for(view.page, **_grouped(view.query))


@bp.get("/")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    lists = _lists()
    rows = [
        (lists[view.page].label, view, address(view))
        for view in queries.saved_views(actor().person_id)
        if view.page in lists
    ]
    return render_template("accounts/saved_views.html", rows=rows)


@bp.route("/new", methods=["GET", "POST"])
@for_roles(*READERS)
def new() -> ResponseReturnValue:
    """`?list=<endpoint>&…`, the rest being the arguments of the list."""
    page = request.args.get("list", "")
    wanted = _lists().get(page) or abort(404)
    query = _kept(request.args.items(multi=True), wanted.arguments)
    form = SavedViewForm()
    if not form.is_submitted():
        return _new(form, page, query)
    if not form.validate():
        return _new(form, page, query), 422
    try:
        if (led := sent_before(form)) is not None:
            db.session.rollback()
            return redirect(led, 303)
        view = services.save_view(page=page, name=form.name.data, query=query, actor=actor())
        done = leads_to(form, address(view))
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return _new(form, page, query), status
    flash(_("Đã lưu cách xem. Tên này đứng cùng các cách xem có sẵn ở đầu danh sách."))
    return redirect(done, 303)


def _new(form: SavedViewForm, page: str, query: str) -> str:
    args: dict[str, Any] = {"list": page, **_grouped(query)}
    back = url_for(page, **_grouped(query))
    return render_template("accounts/saved_view_new.html", form=form, action=url_for(".new", **args), back=back)


@bp.route("/<id:view_id>/edit", methods=["GET", "POST"])
@for_roles(*READERS)
def edit(view_id: int) -> ResponseReturnValue:
    view: SavedView = one_or_404(queries.saved_view(actor().person_id, view_id))
    form = SavedViewForm(obj=view)
    if not form.is_submitted():
        return render_template("accounts/saved_view_edit.html", form=form, view=view)
    if not form.validate():
        return render_template("accounts/saved_view_edit.html", form=form, view=view), 422
    try:
        services.rename_view(view, name=form.name.data, actor=actor())
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        view = one_or_404(queries.saved_view(actor().person_id, view_id))
        return render_template("accounts/saved_view_edit.html", form=form, view=view), status
    flash(_("Đã đổi tên cách xem."))
    return redirect(url_for(".index"), 303)


@bp.post("/<id:view_id>/remove")
@for_roles(*READERS)
def remove(view_id: int) -> ResponseReturnValue:
    view: SavedView = one_or_404(queries.saved_view(actor().person_id, view_id))
    services.remove_view(view, actor=actor())
    db.session.commit()
    flash(_("Đã xóa cách xem. Danh sách và số liệu không đổi."))
    return redirect(url_for(".index"), 303)


def _lists() -> Mapping[str, SavedList]:
    lists: Mapping[str, SavedList] = current_app.extensions["lists"]
    return lists


def _kept(pairs: Iterable[tuple[str, str]], known: frozenset[str]) -> str:
    """Of what was asked, what the list understands, as a query string."""
    return urlencode([(name, readable(value)[:LONGEST_VALUE]) for name, value in pairs if name in known and value])


def _grouped(query: str) -> dict[str, Any]:
    args: dict[str, Any] = {}
    for name, value in parse_qsl(query):
        args.setdefault(name, []).append(value)
    return args


def _pairs(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The arguments of `url_for` as they stand in an address."""
    return parse_qsl(urlencode({name: value for name, value in said.items() if value}, doseq=True))
