"""Signing in and out, one's own password."""

from typing import Any

import structlog
from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from inspect_app.accounts import services
from inspect_app.accounts.forms import CodeForm, NewPasswordForm, PasswordForm, SignInForm
from inspect_app.accounts.models import Person
from inspect_app.accounts.queries import factors as factors_held
from inspect_app.accounts.services import factors
from inspect_app.accounts.views.keeping import go_in, sign_in_page, wanted
from inspect_app.accounts.views.session import limits, password_is_too_old, password_rules
from inspect_app.core import clock
from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, WrongState
from inspect_app.web.access import actor, forget, public, signed_in, visitor
from inspect_app.web.errors import say

bp = Blueprint("accounts", __name__)
HALF = "half"
"""In the cookie, from the password to the code."""
log = structlog.get_logger()


@bp.get("/login")
@public
def sign_in() -> ResponseReturnValue:
    back, kept = wanted()
    if visitor().is_authenticated:
        return redirect(back, 303)
    return sign_in_page(SignInForm(formdata=None), back=back, kept=kept)


@bp.post("/login")
@public
def begin() -> ResponseReturnValue:
    form, (back, kept) = SignInForm(), wanted()
    if not form.validate():
        return sign_in_page(form, back=back, kept=kept), 422
    try:
        entered = _new_session(form.username.data, form.password.data or "")
    except services.SignInRefused as refused:
        db.session.commit()  # the miss counts
        log.warning("sign_in_refused", address=request.remote_addr, said=refused.message)
        form.username.errors = [say(refused)]
        return sign_in_page(form, back=back, kept=kept), 422
    if entered.half:
        db.session.commit()
        session[HALF] = entered.token
        return redirect(url_for(".code", next=back, kept=kept or None), 303)
    return _enter(entered.token, back, kept)


@bp.route("/login/code", methods=["GET", "POST"])
@public
def code() -> ResponseReturnValue:
    """The second step, for who has a second factor."""
    form, (back, kept) = CodeForm(), wanted()
    half = session.get(HALF)
    if not half:
        return redirect(url_for(".sign_in", next=back, kept=kept or None), 303)
    if request.method == "GET":
        return _code_page(form, back, kept)
    if not form.validate():
        return _code_page(form, back, kept), 422
    try:
        token = factors.finish(
            str(half),
            form.code.data,
            address=request.remote_addr or "",
            device=request.user_agent.string,
            now=clock.now(),
            today=clock.today(),
            limits=limits(),
            production=current_app.config["PRODUCTION"],
        )
    except factors.HalfIsOver as over:
        session.pop(HALF)
        flash(say(over), "back")
        return redirect(url_for(".sign_in", next=back, kept=kept or None), 303)
    except services.SignInRefused as refused:
        db.session.commit()  # the miss counts
        log.warning("sign_in_refused", address=request.remote_addr, said=refused.message)
        form.code.errors = [say(refused)]
        return _code_page(form, back, kept), 422
    return _enter(token, back, kept)


def _code_page(form: CodeForm, back: str, kept: str) -> str:
    return render_template("accounts/code.html", form=form, back=back, kept=kept)


def _enter(token: str, back: str, kept: str) -> ResponseReturnValue:
    if visitor().is_authenticated:
        services.sign_out(visitor().token, actor=actor(), now=clock.now(), today=clock.today())
    db.session.commit()
    return go_in(token, back=back, kept=kept)


def _new_session(username: str, password: str) -> services.Entered:
    address, now, today = request.remote_addr or "", clock.now(), clock.today()
    db.session.rollback()
    with reading():
        # Comparing takes a tenth of a second: not while everybody else waits to write.
        services.refuse_if_locked(username, address=address, now=now, limits=limits())
        proof = services.check_password(username, password)
        db.session.rollback()
    return services.sign_in(
        username,
        password,
        proof,
        address=address,
        device=request.user_agent.string,
        now=now,
        today=today,
        limits=limits(),
        production=current_app.config["PRODUCTION"],
    )


@bp.post("/logout")
@signed_in
def sign_out() -> ResponseReturnValue:
    services.sign_out(visitor().token, actor=actor(), now=clock.now(), today=clock.today())
    db.session.commit()
    logout_user()
    session.clear()
    forget()
    flash(_("Đã đăng xuất."))
    return redirect(url_for(".sign_in"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if request.method == "GET":
        return _password_page(form)
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
                limits=limits(),
                **_rules(),
            )
        except Invalid as refused:
            if isinstance(refused, services.SignInRefused):
                db.session.commit()  # the miss counts
            else:
                db.session.rollback()
            form[refused.field].errors = [say(refused)]
        else:
            db.session.commit()
            flash(_("Đã đổi mật khẩu. Các máy khác đang đăng nhập bằng tài khoản này đã bị thoát."))
            return redirect("/", 303)
    return _password_page(form), 422


def _password_page(form: PasswordForm) -> str:
    form.new.description = _advice(has_factor=visitor().has_factor)
    days = current_app.config["PASSWORD_DAYS"] if password_is_too_old() else 0
    forced = bool(visitor().must_change_password or days)
    return render_template("accounts/password.html", form=form, forced=forced, days=days)


def _advice(*, has_factor: bool) -> str:
    rules = password_rules()
    shortest = rules.length_with_factor if has_factor else rules.length
    return str(_("Ít nhất %(length)s ký tự, ví dụ bốn từ ghép lại.", length=shortest))


def _rules() -> dict[str, Any]:
    return {"rules": password_rules(), "organisation": current_app.config["ORGANISATION"]}


@bp.route("/login/new-password/<string(length=43):token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> ResponseReturnValue:
    """The address that an administrator gave: opened by anybody who holds it, good for one password."""
    form, now, production = NewPasswordForm(), clock.now(), current_app.config["PRODUCTION"]
    person = services.bearer(token, now=now, production=production)
    if person is None:
        return render_template("accounts/link_over.html"), 404
    page: dict[str, Any] = {"form": form, "username": person.username, "name": person.name, "token": token}
    form.new.description = _advice(has_factor=factors_held.confirmed(person.id))
    if request.method == "GET":
        return render_template("accounts/new_password.html", **page)
    if not form.validate():
        return render_template("accounts/new_password.html", **page), 422
    try:
        told: dict[str, Any] = {"address": request.remote_addr or "", "now": now, "today": clock.today()}
        services.use_link(token, form.new.data or "", production=production, **told, **_rules())
    except Invalid as refused:
        db.session.rollback()
        form[refused.field].errors = [say(refused)]
        return render_template("accounts/new_password.html", **page), 422
    except WrongState:
        db.session.rollback()
        return render_template("accounts/link_over.html"), 404
    db.session.commit()
    flash(_("Đã đặt mật khẩu mới. Đăng nhập bằng mật khẩu vừa đặt."))
    return redirect(url_for(".sign_in"), 303)


@bp.get("/login/forgotten")
@public
def forgotten() -> str:
    return render_template("accounts/forgotten.html")
