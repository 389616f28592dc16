"""Where one is signed in oneself, and how to end it."""

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.accounts import queries, services
from inspect_app.accounts.models import Person, SignIn
from inspect_app.accounts.views.devices import in_words
from inspect_app.accounts.views.signing import bp
from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.web.access import actor, signed_in, visitor
from inspect_app.web.formats import ngettext
from inspect_app.web.lookup import one_or_404


@bp.get("/account/sessions")
@signed_in
def sessions() -> str:
    alive = clock.now() - current_app.config["IDLE"]
    found = queries.sessions_of(_myself(), alive_since=alive)
    rows = [(session, in_words(session.device), session.id == visitor().sign_in_id) for session in found]
    return render_template("accounts/sessions.html", rows=sorted(rows, key=lambda row: not row[2]))


@bp.post("/account/sessions/<id:sign_in_id>/end")
@signed_in
def end_session(sign_in_id: int) -> ResponseReturnValue:
    if sign_in_id == visitor().sign_in_id:
        return redirect(url_for(".sessions"), 303)  # for that there is the way out
    alive = clock.now() - current_app.config["IDLE"]
    session: SignIn = one_or_404(queries.session_of(actor().person_id, sign_in_id, alive_since=alive))
    services.end_session(session, _myself(), actor=actor(), reach=[], now=clock.now(), today=clock.today())
    db.session.commit()
    flash(_("Máy đó đã bị thoát."))
    return redirect(url_for(".sessions"), 303)


@bp.post("/account/sessions/end-others")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    ended = services.end_other_sessions(
        _myself(), actor=actor(), token=visitor().token, now=clock.now(), today=clock.today()
    )
    db.session.commit()
    flash(ngettext("Đã thoát khỏi %(num)s máy khác.", "Đã thoát khỏi %(num)s máy khác.", ended))
    return redirect(url_for(".sessions"), 303)


def _myself() -> Person:
    return db.session.get_one(Person, visitor().person_id)
