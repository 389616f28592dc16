"""The second factor: an authenticator app, and recovery codes for the day on which the telephone is gone.

Codes are those of RFC 6238: six digits, thirty seconds. One step early or late is taken, no step twice. Wrong codes
are counted together with wrong passwords, and lock the name as those do.
"""

import base64
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import pyotp
from sqlalchemy import CursorResult, delete, update

from inspect_app.accounts.models import Person, RecoveryCode, SecondFactor
from inspect_app.accounts.queries import factors
from inspect_app.accounts.services import passwords
from inspect_app.accounts.services.authority import check_manages
from inspect_app.accounts.services.sessions import How, begin_session, close_sessions
from inspect_app.accounts.services.signing import (
    Limits,
    SignInRefused,
    forgive,
    may_enter,
    note_miss,
    one_by_one,
    refuse,
    refuse_if_locked,
)
from inspect_app.core import audit, sealing
from inspect_app.core.actor import Actor, Placed
from inspect_app.core.db import db
from inspect_app.core.errors import WrongState

SECONDS = 30
CODES = 10
OPENING = 4
"""Letters of a recovery code that are kept as they are, to find it by."""
HALF_LASTS = timedelta(minutes=5)
"""From the password to the code."""
ENROLLING_LASTS = timedelta(minutes=15)
"""From the drawing of the secret to its first code."""
_DIGITS = re.compile(r"[0-9]{6}")


class HalfIsOver(WrongState):
    """Signing in begins anew: too much time passed since the password, or somebody ended it."""


# Having one


def enrol(person: Person, *, now: datetime) -> str:
    """A new secret for the person's app, in Base32; it counts once `confirm` saw a code of it. Raises WrongState."""
    held = factors.factor_of(person.id)
    if held is not None and held.confirmed_at is not None:
        raise WrongState("Xác thực hai bước đang bật. Tắt trước khi gắn ứng dụng khác.")
    secret = secrets.token_bytes(20)
    sealed = sealing.seal(secret)
    if held is None:
        db.session.add(SecondFactor(person_id=person.id, secret=sealed, made_at=now))
    else:
        held.secret, held.made_at = sealed, now
    db.session.flush()
    return _base32(secret)


def secret_to_show(person: Person, *, now: datetime) -> str | None:
    """The secret in Base32 while its first code is awaited; None where there is none, or it waited too long."""
    held = factors.factor_of(person.id)
    if held is None or held.confirmed_at is not None or now - held.made_at > ENROLLING_LASTS:
        return None
    try:
        return _base32(sealing.unseal(held.secret))
    except sealing.CannotUnseal:
        return None


def new_codes() -> list[tuple[str, str]]:
    """(recovery code, its hash): slow, so made before the transaction that keeps them."""
    return [(code, passwords.hashed(code)) for code in (passwords.new_secret() for _ in range(CODES))]


def confirm(
    person: Person,
    code: str,
    codes: Sequence[tuple[str, str]],
    *,
    actor: Actor,
    token: str,
    now: datetime,
    today: date,
    limits: Limits,
) -> None:
    """The app works: signing in asks for it from now on, and the person's other sessions end.

    Raises WrongState when nothing waits to be confirmed, SignInRefused, having noted the miss, when the code is wrong.
    """
    one_by_one(person.username)
    refuse_if_locked(person.username, address=actor.address, now=now, limits=limits, field="code")
    if secret_to_show(person, now=now) is None:
        raise WrongState("Mã QR này đã quá hạn. Bắt đầu lại để lấy mã mới.")
    if not _is_current(person, code, now=now):
        note_miss(person.username, person, address=actor.address, now=now, today=today, limits=limits)
        raise SignInRefused("Mã chưa đúng. Xem lại giờ trên điện thoại rồi nhập mã mới nhất", field="code")
    db.session.execute(update(SecondFactor).where(SecondFactor.person_id == person.id).values(confirmed_at=now))
    _keep(person, codes)
    close_sessions(person, now=now, but=token)
    audit.record("person:add_factor", person, actor=actor, on=today)


def replace_codes(person: Person, codes: Sequence[tuple[str, str]], *, actor: Actor, today: date) -> None:
    """The old recovery codes work no more. Raises WrongState."""
    if not factors.confirmed(person.id):
        raise WrongState("Xác thực hai bước chưa bật.")
    _keep(person, codes)
    audit.record("person:replace_codes", person, actor=actor, on=today)


def remove(person: Person, *, actor: Actor, today: date) -> None:
    """By the person. Raises WrongState."""
    _drop(person)
    audit.record("person:remove_factor", person, actor=actor, on=today)


def reset_factor(person: Person, *, actor: Actor, reach: Iterable[Placed], now: datetime, today: date) -> None:
    """By an administrator, for somebody whose telephone is gone; signs them out. Raises NotAllowed, WrongState."""
    check_manages(actor, person, reach)
    _drop(person)
    close_sessions(person, now=now)
    audit.record("person:reset_factor", person, actor=actor, on=today)


def _drop(person: Person) -> None:
    held = factors.factor_of(person.id)
    if held is None or held.confirmed_at is None:
        raise WrongState("Xác thực hai bước chưa bật.")
    if person.password_set_at >= held.confirmed_at:
        person.must_change_password = True  # it may be shorter than one that stands alone has to be
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    db.session.delete(held)
    db.session.flush()


def _keep(person: Person, codes: Sequence[tuple[str, str]]) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    db.session.add_all(
        RecoveryCode(person_id=person.id, opening=code[:OPENING], code_hash=code_hash) for code, code_hash in codes
    )
    db.session.flush()


# Using it


def finish(
    token: str,
    code: str,
    *,
    address: str,
    device: str,
    now: datetime,
    today: date,
    limits: Limits,
    production: bool = False,
) -> str:
    """The second step of signing in: the token of the session that begins.

    Raises HalfIsOver, and SignInRefused, having noted the miss.
    """
    half = factors.half_of(token)
    person = db.session.get(Person, half.person_id) if half else None
    if (
        half is None
        or person is None
        or now - half.began_at > HALF_LASTS
        or not may_enter(person, production=production)
    ):
        raise HalfIsOver("Đã quá thời gian nhập mã. Đăng nhập lại từ đầu.")
    how = check_code(person, code, address=address, now=now, today=today, limits=limits)
    half.ended_at = now
    return begin_session(person, how=how, address=address, device=device, now=now, today=today)


def check_code(person: Person, code: str, *, address: str, now: datetime, today: date, limits: Limits) -> How:
    """A code of the app or a recovery code, which is then used up. Raises SignInRefused, having noted the miss."""
    one_by_one(person.username)
    refuse_if_locked(person.username, address=address, now=now, limits=limits, field="code")
    if _is_current(person, code, now=now):
        how = How.CODE
    elif _use_up(person, code, now=now):
        how = How.RECOVERY
        nobody = Actor(person_id=None, name="", address=address)
        audit.record("person:use_code", person, actor=nobody, on=today, left=factors.codes_left(person.id))
    else:
        refused = SignInRefused("Mã chưa đúng hoặc đã dùng rồi", field="code")
        refuse(refused, person.username, person, address=address, now=now, today=today, limits=limits)
    forgive(person.username)
    return how


def _is_current(person: Person, code: str, *, now: datetime) -> bool:
    """A code of this half minute, the one before or the one after, later than any that was taken."""
    typed, held = re.sub(r"\s", "", code), factors.factor_of(person.id)
    if held is None or not _DIGITS.fullmatch(typed):
        return False
    try:
        secret = sealing.unseal(held.secret)
    except sealing.CannotUnseal:
        return False
    app, step = pyotp.TOTP(_base32(secret), interval=SECONDS), int(now.timestamp()) // SECONDS
    meant = [s for s in (step, step - 1, step + 1) if hmac.compare_digest(app.generate_otp(s), typed)]
    if not meant:
        return False
    resealed = {"secret": sealing.seal(secret)} if sealing.is_dated(held.secret) else {}
    taken = db.session.execute(
        update(SecondFactor)
        .where(SecondFactor.person_id == person.id, SecondFactor.last_step < meant[0])
        .values(last_step=meant[0], **resealed)
    )
    assert isinstance(taken, CursorResult)
    return taken.rowcount == 1


def _use_up(person: Person, code: str, *, now: datetime) -> bool:
    letters = re.sub(r"[^a-z0-9]", "", code.lower())
    if len(letters) != 4 * OPENING:
        return False
    whole = "-".join(letters[at : at + OPENING] for at in range(0, len(letters), OPENING))
    for held in db.session.scalars(factors.unused_code(person.id, letters[:OPENING])).all():
        if passwords.is_right(held.code_hash, whole):
            used = db.session.execute(
                update(RecoveryCode)
                .where(RecoveryCode.id == held.id, RecoveryCode.used_at.is_(None))
                .values(used_at=now)
            )
            assert isinstance(used, CursorResult)
            return used.rowcount == 1
    return False


def address_for_app(secret: str, username: str, issuer: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def _base32(secret: bytes) -> str:
    return base64.b32encode(secret).decode()
