"""People, as administrators see to them: who they are, what they were granted, where they are signed in."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.accounts import policy, queries, services
from inspect_app.accounts.forms import (
    BY_NAME,
    ROLES,
    ROLES_MAY,
    STATES,
    GrantForm,
    NewPersonForm,
    PersonForm,
    people_from,
)
from inspect_app.accounts.models import Grant, Person, SignIn
from inspect_app.accounts.queries import factors as held_factors
from inspect_app.accounts.services import factors
from inspect_app.accounts.views.devices import in_words
from inspect_app.accounts.views.factor import qr_of
from inspect_app.accounts.views.session import limits
from inspect_app.accounts.views.unit_choice import chosen_unit
from inspect_app.core import clock
from inspect_app.core.actor import Placed, Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.privacy import may_see_contact
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.web.access import actor, for_roles, proved_lately
from inspect_app.web.errors import say
from inspect_app.web.lookup import one_or_404
from inspect_app.web.paging import count, page

bp = Blueprint("people", __name__, url_prefix="/people")


# The list


@bp.get("/")
@for_roles(Role.ADMIN)
def index() -> str:
    today = clock.today()
    asked = people_from(request.args, actor(), today=today)
    active = STATES.get(asked.state)
    place = asked.unit and asked.unit.place
    shape, filling = shape_of(actor()), filling_of(actor())
    wanted = queries.chosen(shape, today=today, text=asked.q, role=asked.role, unit=place, active=active)
    found = page(wanted, BY_NAME, told=queries.told, kept=True, filling=filling)
    return render_template(
        "accounts/people.html",
        page=found,
        held=queries.roles_of([row.id for row in found.rows], today),
        total=count(wanted, kept=True, filling=filling),
        filters=asked.args,
        unit=asked.unit,
        unit_q=asked.unit_q,
        units_offered=asked.units_offered,
        roles=ROLES,
        may_review=policy.may_review(actor()),
    )


# One person


@bp.get("/<id:person_id>")
@for_roles(Role.ADMIN)
def show(person_id: int) -> str:
    return _page(_person(person_id), GrantForm(formdata=None, since=clock.today()))


@bp.route("/new", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
@proved_lately
def new() -> ResponseReturnValue:
    form = NewPersonForm()
    if request.method == "GET":
        return render_template("accounts/person_new.html", form=form, explained=_roles_explained())
    unit = chosen_unit(form) if form.validate() else None
    if unit is None:
        return render_template("accounts/person_new.html", form=form, explained=_roles_explained()), 422
    now, today, secret = clock.now(), clock.today(), services.new_secret()
    try:
        person = services.add_person(
            actor=actor(),
            username=form.username.data,
            name=form.name.data,
            password=secret,
            home_unit=unit,
            now=now,
            today=today,
            title=form.title.data,
            phone=form.phone.data,
            email=form.email.data,
            expires_at=now + services.FIRST_SECRET_LASTS,
        )
        if form.role.data:
            services.grant(person, actor=actor(), role=form.role.data, unit=unit, since=today, until=None, today=today)
    except Invalid as refused:
        db.session.rollback()
        form[refused.field].errors = [say(refused)]
        return render_template("accounts/person_new.html", form=form, explained=_roles_explained()), 422
    db.session.commit()
    return _secret_page(person, secret, is_new=True)


@bp.route("/<id:person_id>/edit", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
def edit(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    reach = _reach(person)
    if not (policy.may_manage(actor(), person, reach) or _is_self(person)):
        raise _not_theirs()
    home = person.home_unit
    form = PersonForm(obj=person, unit=home.name if home else "")
    if request.method == "GET":
        return render_template("accounts/person_edit.html", form=form, subject=person)
    # The unit that it was needs no looking up: it may be a former one, or share its name.
    unit = None
    if form.validate():
        unit = home if home and form.unit.data == home.name and not form.unit_id.data else chosen_unit(form)
    if unit is None:
        return render_template("accounts/person_edit.html", form=form, subject=person), 422
    try:
        services.edit_person(
            person,
            actor=actor(),
            reach=reach,
            name=form.name.data,
            title=form.title.data,
            phone=form.phone.data,
            email=form.email.data,
            home_unit=unit,
            version=form.version.data,
            today=clock.today(),
        )
    except Stale as lost:
        form.version.data = person.version
        return render_template("accounts/person_edit.html", form=form, subject=person, lost=say(lost)), 409
    db.session.commit()
    flash(_("Đã lưu thông tin của %(name)s.", name=person.name))
    return _back(person)


@bp.route("/<id:person_id>/reset-password", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
@proved_lately
def reset_password(person_id: int) -> ResponseReturnValue:
    person, reach = managed(person_id)
    if request.method == "GET":
        return render_template("accounts/reset_password.html", subject=person)
    secret = services.reset_password(person, actor=actor(), reach=reach, now=clock.now(), today=clock.today())
    db.session.commit()
    return _secret_page(person, secret, is_new=False)


@bp.route("/<id:person_id>/deactivate", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
def deactivate(person_id: int) -> ResponseReturnValue:
    person, reach = managed(person_id)
    if request.method == "GET":
        return render_template("accounts/deactivate.html", subject=person)
    services.deactivate(person, actor=actor(), reach=reach, now=clock.now(), today=clock.today())
    db.session.commit()
    flash(_("%(name)s không đăng nhập được nữa. Những việc đã ghi vẫn giữ nguyên.", name=person.name))
    return _back(person)


@bp.post("/<id:person_id>/reactivate")
@for_roles(Role.ADMIN)
@proved_lately
def reactivate(person_id: int) -> ResponseReturnValue:
    person, reach = managed(person_id)
    services.reactivate(person, actor=actor(), reach=reach, today=clock.today())
    db.session.commit()
    flash(_("%(name)s đăng nhập lại được bằng mật khẩu cũ.", name=person.name))
    return _back(person)


@bp.route("/<id:person_id>/reset-link", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
@proved_lately
def reset_link(person_id: int) -> ResponseReturnValue:
    """An address at which the person sets a password themselves, once."""
    person, reach = managed(person_id)
    if not _public_url():
        raise WrongState("Chưa lập được đường dẫn vì hệ thống chưa biết địa chỉ của mình (PUBLIC_URL).")
    if request.method == "GET":
        return render_template("accounts/reset_link.html", subject=person, hours=_hours(services.LINK_LASTS))
    token = services.make_link(person, actor=actor(), reach=reach, now=clock.now(), today=clock.today())
    db.session.commit()
    address = _public_url() + current_app.url_map.bind("localhost").build("accounts.new_password", {"token": token})
    until = clock.now() + services.LINK_LASTS
    return render_template("accounts/slip.html", subject=person, address=address, qr=qr_of(address), until=until)


@bp.route("/<id:person_id>/reset-factor", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
@proved_lately
def reset_factor(person_id: int) -> ResponseReturnValue:
    """For somebody whose telephone and recovery codes are gone."""
    person, reach = managed(person_id)
    if request.method == "GET":
        return render_template("accounts/reset_factor.html", subject=person)
    factors.reset_factor(person, actor=actor(), reach=reach, now=clock.now(), today=clock.today())
    db.session.commit()
    flash(_("Đã tắt xác thực hai bước của %(name)s. Người này đăng nhập bằng mật khẩu rồi bật lại.", name=person.name))
    return _back(person)


@bp.post("/<id:person_id>/unlock")
@for_roles(Role.ADMIN)
def unlock(person_id: int) -> ResponseReturnValue:
    person, reach = managed(person_id)
    services.unlock(person, actor=actor(), reach=reach, today=clock.today())
    db.session.commit()
    flash(_("Đã mở khóa. %(name)s thử đăng nhập lại được ngay.", name=person.name))
    return _back(person)


@bp.post("/<id:person_id>/end-sessions")
@for_roles(Role.ADMIN)
def end_sessions(person_id: int) -> ResponseReturnValue:
    person, reach = managed(person_id)
    services.end_sessions(person, actor=actor(), reach=reach, now=clock.now(), today=clock.today())
    db.session.commit()
    flash(_("%(name)s đã bị thoát khỏi mọi máy, phải đăng nhập lại.", name=person.name))
    return _back(person)


@bp.post("/<id:person_id>/sessions/<id:sign_in_id>/end")
@for_roles(Role.ADMIN)
def end_session(person_id: int, sign_in_id: int) -> ResponseReturnValue:
    person, reach = managed(person_id)
    alive = clock.now() - current_app.config["IDLE"]
    session: SignIn = one_or_404(queries.session_of(person.id, sign_in_id, alive_since=alive))
    services.end_session(session, person, actor=actor(), reach=reach, now=clock.now(), today=clock.today())
    db.session.commit()
    flash(_("%(name)s đã bị thoát khỏi máy đó.", name=person.name))
    return _back(person)


# What the person was granted


@bp.post("/<id:person_id>/grants")
@for_roles(Role.ADMIN)
@proved_lately
def grant(person_id: int) -> ResponseReturnValue:
    person, form = _person(person_id), GrantForm()
    unit = chosen_unit(form) if form.validate() else None
    if unit is None:
        return _page(person, form), 422
    try:
        services.grant(
            person,
            actor=actor(),
            role=form.role.data,
            unit=unit,
            since=form.since.data or clock.today(),
            until=form.until.data,
            today=clock.today(),
        )
    except Invalid as refused:
        form[refused.field].errors = [say(refused)]
        return _page(person, form), 422
    db.session.commit()
    flash(_("Đã phân quyền. %(name)s dùng được ngay ở trang mở tiếp theo.", name=person.name))
    return _back(person)


@bp.post("/<id:person_id>/grants/<id:grant_id>/end")
@for_roles(Role.ADMIN)
@proved_lately
def end_grant(person_id: int, grant_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    given: Grant = one_or_404(queries.grant_of(person).where(Grant.id == grant_id))
    services.end_grant(given, actor=actor(), now=clock.now(), today=clock.today())
    db.session.commit()
    flash(_("Đã thu hồi vai trò. %(name)s không còn quyền đó từ trang mở tiếp theo.", name=person.name))
    return _back(person)


# Shared by the views above


def _person(person_id: int) -> Person:
    found: Person = one_or_404(queries.visible_to(actor()).where(Person.id == person_id))
    return found


def managed(person_id: int) -> tuple[Person, list[Placed]]:
    """The person and their reach. Raises NotAllowed where that is further than the administrator's own."""
    person = _person(person_id)
    reach = _reach(person)
    if not policy.may_manage(actor(), person, reach):
        raise _not_theirs()
    return person, reach


def _is_self(person: Person) -> bool:
    return person.id == actor().person_id


def _reach(person: Person) -> list[Placed]:
    """Where the person can do something: home and grants, and what app.py knows of higher features."""
    further: Callable[[int], list[Placed]] = current_app.extensions["reach_by_teams"]
    return [*queries.reach_of(person, clock.today()), *further(person.id)]


def _not_theirs() -> NotAllowed:
    return NotAllowed("Tài khoản này có quyền rộng hơn phạm vi quản trị đang dùng, hoặc là tài khoản của chính mình.")


def _back(person: Person) -> ResponseReturnValue:
    return redirect(url_for(".show", person_id=person.id), 303)


def _secret_page(person: Person, secret: str, *, is_new: bool) -> str:
    """The one time that the secret is shown; only its hash is kept."""
    address = _public_url()
    return render_template(
        "accounts/secret.html",
        subject=person,
        secret=secret,
        is_new=is_new,
        address=address,
        qr=qr_of(address) if address else "",
    )


def _public_url() -> str:
    return str(current_app.config["PUBLIC_URL"])


def _hours(lasts: timedelta) -> int:
    return int(lasts.total_seconds() // 3600)


def _page(person: Person, form: GrantForm) -> str:
    today, now = clock.today(), clock.now()
    grants = queries.grants_of(person)
    held = [given for given in grants if given.may_hold(today)]
    return render_template(
        "accounts/person.html",
        subject=person,
        form=form,
        held=held,
        past=[given for given in grants if not given.may_hold(today)],
        may_end={given.id for given in held if policy.may_grant(actor(), given.role, given.unit)},
        may_manage=policy.may_manage(actor(), person, _reach(person)),
        is_self=_is_self(person),
        sees_contact=may_see_contact(actor(), of=person.id, home=person.home_unit),
        sessions=queries.sessions_of(person, alive_since=now - current_app.config["IDLE"]),
        in_words=in_words,
        ways_in=held_factors.ways_in(person.id, now=now),
        may_link=bool(_public_url()),
        locked=services.is_locked(person, now=now, limits=limits()),
        expired=person.secret_expires_at is not None and person.secret_expires_at < now,
        roles=ROLES,
        explained=_roles_explained(),
    )


def _roles_explained() -> list[tuple[str, str]]:
    return [(word, ROLES_MAY[role]) for role, word in ROLES.items()]
