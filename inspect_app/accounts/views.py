"""Signing in and out, one's own password."""

from datetime import date

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from inspect_app.accounts import queries, services
from inspect_app.accounts.forms import PasswordForm, SignInForm
from inspect_app.accounts.models import Person
from inspect_app.accounts.queries import Visitor
from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role, Seat
from inspect_app.core.db import db, read_only
from inspect_app.core.errors import Invalid
from inspect_app.web.access import actor, forget, public, signed_in, visitor
from inspect_app.web.errors import say
from inspect_app.web.formats import initials
from inspect_app.web.navigation import Signed
from inspect_app.web.returning import local_path

bp = Blueprint("accounts", __name__)


@bp.get("/login")
@public
def sign_in() -> ResponseReturnValue:
    if visitor().is_authenticated:
        return redirect(local_path(request.args.get("next")), 303)
    return _sign_in_page(SignInForm())


@bp.post("/login")
@public
def begin() -> ResponseReturnValue:
    form, settings = SignInForm(), current_app.config
    if not form.validate():
        return _sign_in_page(form), 422
    try:
        token = services.sign_in(
            form.username.data or "",
            form.password.data or "",
            address=request.remote_addr or "",
            device=request.user_agent.string,
            now=clock.now(),
            today=clock.today(),
            limits=services.Limits(settings["MISSES"], settings["MISSES_PER_ADDRESS"], settings["LOCKED_FOR"]),
            production=settings["PRODUCTION"],
        )
    except services.SignInRefused as refused:
        db.session.commit()  # the miss counts
        form.username.errors = [say(refused)]
        return _sign_in_page(form), 422
    db.session.commit()
    if visitor().is_authenticated:
        services.sign_out(visitor().token, actor=actor(), now=clock.now(), today=clock.today())
        db.session.commit()
    found = queries.visitor(token)
    login_user(found)
    forget()
    return redirect(local_path(request.args.get("next")), 303)


@bp.post("/logout")
@signed_in
def sign_out() -> ResponseReturnValue:
    services.sign_out(visitor().token, actor=actor(), now=clock.now(), today=clock.today())
    db.session.commit()
    logout_user()
    forget()
    return redirect(url_for(".sign_in"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if request.method == "GET":
        return render_template("accounts/password.html", form=form)
    if form.validate():
        try:
            services.change_password(
                db.session.get_one(Person, visitor().person_id),
                actor=actor(),
                current=form.current.data or "",
                new=form.new.data or "",
                token=visitor().token,
                now=clock.now(),
                today=clock.today(),
            )
        except Invalid as refused:
            form[refused.field].errors = [say(refused)]
        else:
            db.session.commit()
            flash(_("Đã đổi mật khẩu. Các máy khác đang đăng nhập bằng tài khoản này đã bị thoát."))
            return redirect("/", 303)
    return render_template("accounts/password.html", form=form), 422


@bp.get("/login/forgotten")
@public
def forgotten() -> str:
    return render_template("accounts/forgotten.html")


def _sign_in_page(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", form=form)


def load_visitor(token: str) -> Visitor | None:
    """For Flask-Login: who the cookie's token belongs to. Ends sessions that were idle or lasted too long."""
    found = queries.visitor(token)
    if found is None:
        return None
    now, settings = clock.now(), current_app.config
    unseen = now - found.seen_at
    over = unseen > settings["IDLE"] or now - found.began_at > settings["LONGEST_SESSION"]
    if not over and unseen > settings["IDLE_ADMIN"]:
        held = queries.held_by(found.person_id, clock.today())
        over = any(grant.role is Role.ADMIN for grant in held)
    if over or unseen > services.TOUCH_EVERY:
        db.session.rollback()  # what was read so far read only; this writes
        read_only(False)
        (services.expire if over else services.touch)(found.sign_in_id, now=now)
        db.session.commit()
        read_only(request.method in ("GET", "HEAD"))
    return None if over else found


def actor_of(found: Visitor, seats: tuple[Seat, ...], *, today: date, request_id: str) -> Actor:
    """The signed-in person as services see them."""
    return Actor(
        person_id=found.person_id,
        name=found.name,
        home_unit_id=found.home_unit_id,
        home_path=found.home_path,
        grants=queries.held_by(found.person_id, today),
        seats=seats,
        address=request.remote_addr or "",
        request_id=request_id,
    )


def describe(found: Visitor) -> Signed:
    """Name, initials and post for the head of the page."""
    return Signed(found.name, initials(found.name), found.home_unit_name)
