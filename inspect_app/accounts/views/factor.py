"""The second factor of one's own account: put on, recovery codes, taken off. Each asks for the password again."""

from typing import Any

import segno
from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.accounts import services
from inspect_app.accounts.forms import CodeForm, ProofForm
from inspect_app.accounts.models import Person
from inspect_app.accounts.queries import factors as held
from inspect_app.accounts.services import factors
from inspect_app.accounts.views.proving import password_of
from inspect_app.accounts.views.session import limits
from inspect_app.accounts.views.signing import bp
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.connections import read_only
from inspect_app.core.db import db
from inspect_app.core.errors import WrongState
from inspect_app.web.access import actor, signed_in, visitor
from inspect_app.web.errors import say
from inspect_app.web.refusing import REFUSALS, refuse

HELD_TO_IT = frozenset({Role.ADMIN, Role.REVIEWER})
"""Whom SECOND_FACTOR=required means."""


def is_required() -> bool:
    """Whether the one who asks may do nothing before having a second factor."""
    return current_app.config["SECOND_FACTOR"] == "required" and bool(actor().roles & HELD_TO_IT)


@bp.get("/account/second-factor")
@signed_in
def factor() -> str:
    return _page()


@bp.post("/account/second-factor/enrol")
@signed_in
def enrol() -> ResponseReturnValue:
    if current_app.config["SECOND_FACTOR"] == "off":
        abort(404)
    form = ProofForm()
    person = _proved(form)
    if person is None:
        return _page(enrolling=form), 422
    factors.enrol(person, now=clock.now())
    db.session.commit()
    return redirect(url_for(".app"), 303)


@bp.route("/account/second-factor/app", methods=["GET", "POST"])
@signed_in
def app() -> ResponseReturnValue:
    """The QR code for the app, until its first code is right; then, once, the recovery codes."""
    form, person = CodeForm(), _myself()
    secret = factors.secret_to_show(person, now=clock.now())
    if secret is None:
        return redirect(url_for(".factor"), 303)
    if not form.is_submitted():
        return _app_page(form, person, secret)
    if not form.validate():
        return _app_page(form, person, secret), 422
    db.session.rollback()
    codes = factors.new_codes()
    read_only(False)
    try:
        person = _myself()
        told: dict[str, Any] = {"actor": actor(), "token": visitor().token, "now": clock.now(), "today": clock.today()}
        factors.confirm(person, form.code.data, codes, limits=limits(), **told)
    except services.SignInRefused as refused:
        db.session.commit()  # the miss counts
        form.code.errors = [say(refused)]
        return _app_page(form, person, secret), 422
    db.session.commit()
    return _codes_page(codes, is_new=True)


@bp.post("/account/second-factor/codes")
@signed_in
def new_codes() -> ResponseReturnValue:
    form = ProofForm(prefix="codes-")
    person = _proved(form)
    if person is None:
        return _page(renewing=form), 422
    db.session.rollback()
    codes = factors.new_codes()
    factors.replace_codes(_myself(), codes, actor=actor(), today=clock.today())
    db.session.commit()
    return _codes_page(codes, is_new=False)


@bp.post("/account/second-factor/remove")
@signed_in
def remove_factor() -> ResponseReturnValue:
    form = ProofForm(prefix="remove-")
    person = _proved(form)
    if person is None:
        return _page(removing=form), 422
    if is_required():
        raise WrongState("Vai trò của tài khoản này bắt buộc xác thực hai bước nên không tắt được.")
    try:
        factors.remove(person, actor=actor(), today=clock.today())
        db.session.commit()
    except REFUSALS as refused:
        status = refuse(form, refused)
        return _page(removing=form), status
    flash(_("Đã tắt xác thực hai bước. Từ nay đăng nhập chỉ cần mật khẩu."))
    return redirect(url_for(".factor"), 303)


def _proved(form: ProofForm) -> Person | None:
    """Who asks, if the password is right; the miss counts."""
    typed = form.proof_password.data or ""
    if not form.validate():
        return None
    proof, now = password_of(visitor().username, typed), clock.now()
    read_only(False)
    person = _myself()
    try:
        services.prove(person, proof, address=actor().address, now=now, today=clock.today(), limits=limits())
    except services.SignInRefused as refused:
        db.session.commit()  # the miss counts
        form.proof_password.errors = [say(refused)]
        return None
    services.proved(visitor().sign_in_id, now=now)
    db.session.commit()
    return person


def _myself() -> Person:
    return db.session.get_one(Person, visitor().person_id)


def _page(
    *, enrolling: ProofForm | None = None, renewing: ProofForm | None = None, removing: ProofForm | None = None
) -> str:
    person_id = visitor().person_id
    factor = held.factor_of(person_id)
    confirmed_at = factor.confirmed_at if factor else None
    return render_template(
        "accounts/factor.html",
        form=enrolling or renewing or removing,
        enrolling=enrolling or ProofForm(formdata=None),
        renewing=renewing or ProofForm(formdata=None, prefix="codes-"),
        removing=removing or ProofForm(formdata=None, prefix="remove-"),
        confirmed_at=confirmed_at,
        left=held.codes_left(person_id) if confirmed_at else 0,
        most=factors.CODES,
        off=current_app.config["SECOND_FACTOR"] == "off",
        required=is_required(),
        bare=is_required() and not confirmed_at,
    )


def _app_page(form: CodeForm, person: Person, secret: str) -> str:
    address = factors.address_for_app(secret, person.username, issuer=str(_("Sổ kiểm tra CCHC")))
    form.code.description = _("Sáu chữ số đang hiện trong ứng dụng.")
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return render_template(
        "accounts/factor_app.html", form=form, qr=qr_of(address), groups=groups, bare=is_required(), address=address
    )


def _codes_page(codes: list[tuple[str, str]], *, is_new: bool) -> str:
    return render_template(
        "accounts/recovery_codes.html",
        codes=[code for code, _hash in codes],
        is_new=is_new,
        username=visitor().username,
    )


def qr_of(text: str) -> str:
    """A picture as an address that stands in the page itself; nothing is fetched, no style is needed."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=5, border=2, dark="#000", light="#fff"))
