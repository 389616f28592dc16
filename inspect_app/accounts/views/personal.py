"""Personal data: what is held about oneself, the register of all of it, and the erasing of who somebody was."""

import json
from collections import Counter

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _

from inspect_app.accounts import queries
from inspect_app.accounts.forms import ROLES, EraseForm
from inspect_app.accounts.models import Person
from inspect_app.accounts.queries import personal as held
from inspect_app.accounts.services import personal
from inspect_app.accounts.views.people import managed
from inspect_app.accounts.views.register import NAMED, register
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.core.loading import load
from inspect_app.web.access import actor, for_roles, proved_lately, signed_in
from inspect_app.web.errors import say

bp = Blueprint("personal", __name__)


@bp.get("/account/data")
@signed_in
def show() -> str:
    """What the program holds about whoever asks."""
    person, today = _oneself(), clock.today()
    return render_template(
        "accounts/personal.html",
        subject=person,
        grants=[given for given in queries.grants_of(person) if given.may_hold(today)],
        roles=ROLES,
        counted=_counted(person),
        lines=held.log_of(person),
    )


@bp.post("/account/data")
@signed_in
def take() -> Response:
    """All of it, to be kept: JSON, in the words of the schema."""
    found = personal.hand_out(_oneself(), actor=actor(), today=clock.today())
    db.session.commit()
    answer = Response(json.dumps(found, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = f"attachment; filename=du-lieu-ca-nhan-{clock.today():%Y-%m-%d}.json"
    return answer


@bp.get("/people/register")
@for_roles(Role.ADMIN)
def listed() -> str:
    """What personal data the program holds, why, who sees it and how long it stays."""
    return render_template("accounts/register.html", rows=register(current_app.config))


@bp.route("/people/<id:person_id>/erase", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
@proved_lately
def erase(person_id: int) -> ResponseReturnValue:
    person, reach = managed(person_id)
    form = EraseForm()
    if request.method == "GET":
        return render_template("accounts/erase.html", subject=person, form=form)
    if not form.validate():
        return render_template("accounts/erase.html", subject=person, form=form), 422
    try:
        pseudonym = personal.erase(
            person, typed=form.typed.data, actor=actor(), reach=reach, now=clock.now(), today=clock.today()
        )
    except Invalid as refused:
        form[refused.field].errors = [say(refused)]
        return render_template("accounts/erase.html", subject=person, form=form), 422
    db.session.commit()
    flash(_("Đã xóa thông tin cá nhân. Trên mọi trang người này hiện là %(name)s.", name=pseudonym))
    return redirect(url_for("people.show", person_id=person.id), 303)


def _oneself() -> Person:
    person = db.session.get_one(Person, actor().person_id)
    load(person, "home_unit")
    return person


def _counted(person: Person) -> list[tuple[LazyString, int]]:
    """How many rows of each kind name the person, in words; kinds without any are left out."""
    many: Counter[str] = Counter()
    for one in held.counted(person):
        many[one.table] += one.number
    return [(word, many[table]) for table, word in NAMED.items() if many[table]]
