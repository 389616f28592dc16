"""Changing who people are and what they may do. One verb per function; each logs itself; none commits."""

from inspect_app.accounts.services.grants import end_grant, grant
from inspect_app.accounts.services.passwords import new_secret
from inspect_app.accounts.services.people import (
    FIRST_SECRET_LASTS,
    add_person,
    change_password,
    deactivate,
    edit_person,
    reactivate,
    reset_password,
    set_demo_passwords,
)
from inspect_app.accounts.services.sessions import TOUCH_EVERY, end_sessions, expire, sign_out, touch
from inspect_app.accounts.services.signing import (
    Limits,
    Proof,
    SignInRefused,
    check_password,
    is_locked,
    refuse_if_locked,
    sign_in,
    unlock,
)

__all__ = [
    "FIRST_SECRET_LASTS",
    "TOUCH_EVERY",
    "Limits",
    "Proof",
    "SignInRefused",
    "add_person",
    "change_password",
    "check_password",
    "deactivate",
    "edit_person",
    "end_grant",
    "end_sessions",
    "expire",
    "grant",
    "is_locked",
    "new_secret",
    "reactivate",
    "refuse_if_locked",
    "reset_password",
    "set_demo_passwords",
    "sign_in",
    "sign_out",
    "touch",
    "unlock",
]
