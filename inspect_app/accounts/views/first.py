"""What comes before anything else: a password of one's own, and a second factor where it is required.

Neither of those who came with the organisation's own sign-in: it vouches for both.
"""

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from inspect_app.accounts.views.factor import is_required
from inspect_app.accounts.views.outside import VOUCHED
from inspect_app.accounts.views.session import password_is_too_old
from inspect_app.accounts.views.signing import bp
from inspect_app.web.access import is_program_file, visitor

ALWAYS = frozenset({"accounts.sign_out", "language.switch"})
OF_PASSWORDS = ALWAYS | {"accounts.password"}
OF_FACTORS = ALWAYS | {"accounts.factor", "accounts.enrol", "accounts.app"}


@bp.before_app_request
def first_things_first() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if endpoint is None or is_program_file(endpoint) or endpoint in ALWAYS or not visitor().is_authenticated:
        return None
    if session.get(VOUCHED):
        return None
    if visitor().must_change_password or password_is_too_old():
        return None if endpoint in OF_PASSWORDS else redirect(url_for("accounts.password"), 303)
    if visitor().has_factor or endpoint in OF_FACTORS or not is_required():
        return None
    return redirect(url_for("accounts.factor"), 303)
