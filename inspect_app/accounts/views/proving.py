"""Proving again who one is, before a deed with which a stolen session could do lasting harm."""

from typing import Any

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from inspect_app.accounts import services
from inspect_app.accounts.forms import ProofByCodeForm, ProofForm
from inspect_app.accounts.models import Person
from inspect_app.accounts.services import factors
from inspect_app.accounts.views.session import limits
from inspect_app.accounts.views.signing import bp
from inspect_app.core import clock
from inspect_app.core.connections import read_only, reading
from inspect_app.core.db import db
from inspect_app.web.access import actor, signed_in, visitor
from inspect_app.web.errors import say
from inspect_app.web.gate import SAFE
from inspect_app.web.returning import local_path

NEVER_CARRIED = frozenset({"csrf_token", "proof_password"})


def prove_first() -> ResponseReturnValue | None:
    """For `access.proved_lately`: nothing where the last proof is fresh, or came with this very request.

    The page that asks carries what was sent, so that one sending proves and does.
    """
    if clock.now() - visitor().proved_at <= current_app.config["PROOF_LASTS"]:
        return None
    form = _form()
    if request.method not in SAFE and "proof_password" in request.form and _is_proved(form):
        return None
    return _page(form), 401


@bp.post("/account/prove")
@signed_in
def prove() -> ResponseReturnValue:
    """Before a page that is only read: afterwards on to it."""
    form, wanted = _form(), local_path(request.args.get("next"))
    if _is_proved(form):
        return redirect(wanted, 303)
    return _page(form, wanted), 422


def _form() -> ProofForm | ProofByCodeForm:
    return ProofByCodeForm() if visitor().has_factor else ProofForm()


def _is_proved(form: ProofForm | ProofByCodeForm) -> bool:
    typed = form.proof_password.data or ""
    if not form.validate():
        return False
    person_id, username, now, today = visitor().person_id, visitor().username, clock.now(), clock.today()
    told: dict[str, Any] = {"address": actor().address, "now": now, "today": today, "limits": limits()}
    proof = None if visitor().has_factor else password_of(username, typed)
    read_only(False)
    person = db.session.get_one(Person, person_id)
    try:
        if proof:
            services.prove(person, proof, **told)
        else:
            factors.check_code(person, typed, **told)
    except services.SignInRefused as refused:
        db.session.commit()  # the miss counts
        form.proof_password.errors = [say(refused)]
        return False
    services.proved(visitor().sign_in_id, now=now)
    db.session.commit()
    return True


def password_of(username: str, typed: str) -> services.Proof:
    """Compared before the transaction that acts on it: it takes a tenth of a second."""
    db.session.rollback()
    with reading():
        proof = services.check_password(username, typed)
        db.session.rollback()
    return proof


def _page(form: ProofForm | ProofByCodeForm, wanted: str = "") -> str:
    """For something that is read, `wanted`; else the address itself, with what was sent to it."""
    if request.method in SAFE:
        wanted = request.full_path.rstrip("?")
    sent = [] if wanted else [pair for pair in request.form.items(multi=True) if pair[0] not in NEVER_CARRIED]
    address = "" if wanted else request.script_root + request.full_path.rstrip("?")
    minutes = int(current_app.config["PROOF_LASTS"].total_seconds() // 60)
    return render_template("accounts/prove.html", form=form, wanted=wanted, sent=sent, address=address, minutes=minutes)
