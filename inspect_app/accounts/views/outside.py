"""To the organisation's own sign-in and back; without its settings there is no such page."""

from typing import Any

import structlog
from flask import Blueprint, abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.accounts import services
from inspect_app.accounts.services import outside
from inspect_app.accounts.views.keeping import go_in, wanted
from inspect_app.core import clock
from inspect_app.core.connections import read_only
from inspect_app.core.db import db
from inspect_app.web.access import public, visitor
from inspect_app.web.errors import say
from inspect_app.web.returning import local_path

bp = Blueprint("outside", __name__, url_prefix="/login/outside")
KEPT = "outside"
"""In the cookie, from going there to coming back."""
VOUCHED = "vouched_for"
"""In the cookie of a session that began that way."""
log = structlog.get_logger()


def provider() -> outside.Provider | None:
    """The organisation's, if it is named and the library for it is installed."""
    settings = current_app.config
    if not settings["OIDC_ISSUER"] or not outside.is_installed():
        return None
    return outside.Provider(
        name=settings["OIDC_NAME"] or str(_("tài khoản cơ quan")),
        issuer=settings["OIDC_ISSUER"],
        client_id=settings["OIDC_CLIENT_ID"],
        client_secret=settings["OIDC_CLIENT_SECRET"],
        claim=settings["OIDC_CLAIM"],
        # Never made from the Host of a request: only from what the operator said.
        comes_back_to=settings["PUBLIC_URL"] + current_app.url_map.bind("localhost").build("outside.back"),
    )


def offered() -> str:
    """What the organisation's sign-in is called, for the button; empty where there is none."""
    named = provider()
    return named.name if named else ""


@bp.get("")
@public
def begin() -> ResponseReturnValue:
    """A link and not a form: the content security policy lets no form lead elsewhere."""
    back, waiting = wanted()
    if visitor().is_authenticated:
        return redirect(back, 303)
    named = provider() or abort(404)
    db.session.rollback()
    try:
        address, asked = outside.ask(named)
    except services.SignInRefused as refused:
        return _refused(refused, back)
    session[KEPT] = {
        "state": asked.state,
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "next": back,
        "kept": waiting,
    }
    return redirect(address, 303)


@bp.get("/back")
@public
def back() -> ResponseReturnValue:
    """Where the provider sends the browser. Begins a session, though it is a GET: the state makes it this browser's."""
    named = provider() or abort(404)
    kept: dict[str, Any] = session.pop(KEPT, None) or {}
    to = local_path(kept.get("next"))
    if visitor().is_authenticated:
        return redirect(to, 303)
    if not kept:
        return redirect(url_for("accounts.sign_in"), 303)
    asked = outside.Asked(kept["state"], kept["nonce"], kept["verifier"])
    db.session.rollback()
    read_only(False)
    try:
        username = outside.answer(named, asked, request.args.to_dict(), now=clock.now())
        token = outside.enter(
            username,
            asked.state,
            address=request.remote_addr or "",
            device=request.user_agent.string,
            now=clock.now(),
            today=clock.today(),
            production=current_app.config["PRODUCTION"],
        )
    except services.SignInRefused as refused:
        db.session.commit()  # what was noted of an account that is not active
        return _refused(refused, to)
    db.session.commit()
    answer = go_in(token, back=to, kept=local_path(kept.get("kept"), ""))
    session[VOUCHED] = True
    return answer


def _refused(refused: services.SignInRefused, back: str) -> ResponseReturnValue:
    log.warning(
        "sign_in_refused", address=request.remote_addr, how="outside", said=getattr(refused, "why", str(refused))
    )
    flash(say(refused), "late")
    return redirect(url_for("accounts.sign_in", next=back), 303)
