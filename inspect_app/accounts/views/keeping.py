"""What was sent when nobody was signed in any more: kept for its sender, and given back after signing in.

It is kept on the server under the name of the person whose session came to its end; whoever else signs in on the same
browser never meets it. Files are not kept, but for those that went up ahead of their form.
"""

from contextlib import suppress

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_login import login_user
from sqlalchemy.exc import SQLAlchemyError

from inspect_app.accounts import queries
from inspect_app.accounts.forms import SignInForm
from inspect_app.accounts.views.session import visitor_of
from inspect_app.core import clock, drafts
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.web.access import actor, forget, signed_in, visitor
from inspect_app.web.drafts import page_that_keeps
from inspect_app.web.forms import BaseForm
from inspect_app.web.gate import SAFE
from inspect_app.web.returning import local_path, page_before
from inspect_app.web.typed import OURS, PROSE, SECRETIVE

bp = Blueprint("kept", __name__, url_prefix="/account/kept")

SENT_AGAIN = "sent_again"
"""In a form that the page below made of what was kept."""
NEVER_KEPT = frozenset({"csrf_token", SENT_AGAIN})


def sign_in_first() -> ResponseReturnValue:
    """To the page of signing in, and afterwards back; what was sent is kept for its sender meanwhile."""
    if request.method in SAFE:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    if request.blueprint in SECRETIVE:
        flash(_("Trang này mở đã lâu. Đăng nhập lại."), "back")
        return redirect(url_for("accounts.sign_in", next=local_path(request.args.get("next"))), 303)
    return sign_in_page(
        SignInForm(formdata=None),
        back=page_before(request.referrer),
        kept=_keep(),
        over=True,
        files=any(file.filename for file in request.files.values()),
    ), 401


def sign_in_page(form: SignInForm, *, back: str, kept: str, over: bool = False, files: bool = False) -> str:
    """`kept`: what waits for its sender; `over`: something was sent too late; `files`: so were files."""
    return render_template("accounts/sign_in.html", form=form, back=back, kept=kept, over=over, files=files)


def wanted() -> tuple[str, str]:
    """Where to go after signing in, and what was kept before, as the address says it."""
    return local_path(request.args.get("next")), local_path(request.args.get("kept"), "")


def go_in(token: str, *, back: str, kept: str = "") -> ResponseReturnValue:
    """From now on this browser is signed in with the session of `token`; on to where its person wanted to go."""
    before, pages = session.get("_user_id"), session.get("csrf_token")
    found = visitor_of(token)
    same = found is not None and bool(before) and queries.sender_of(str(before)) == found.person_id
    session.clear()
    if same and pages:
        session["csrf_token"] = pages  # pages that the same person left open can still be sent
    login_user(found)
    forget()
    if not kept or drafts.kept(kept, actor=actor()) is None:
        return redirect(back, 303)
    if page_that_keeps(kept) and back != "/":
        return redirect(back, 303)  # the form itself is filled in from the draft
    return redirect(url_for("kept.show", page=kept, next=back), 303)


def _keep() -> str:
    """Under which address what was sent is kept now; empty where its sender is not known, or it is too much."""
    token = session.get("_user_id")
    sender = queries.sender_of(str(token)) if token else None
    if sender is None:
        return ""
    address = request.path if page_that_keeps(request.path) else request.full_path.rstrip("?")
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in NEVER_KEPT and "password" not in name
    ]
    now = clock.now()
    try:
        drafts.save(address, fields, actor=Actor(person_id=sender, name=""), typed_at=now, saved_at=now)
        db.session.commit()
    except Invalid:
        db.session.rollback()
        return ""
    return address


# After signing in


@bp.get("")
@signed_in
def show() -> str:
    """What was typed into the form at `page`, to be sent after all."""
    page = local_path(request.args.get("page"), "")
    draft = drafts.kept(page, actor=actor()) or abort(404)
    texts = [text for name, text in draft.fields if name not in OURS and len(text) >= PROSE]
    back = local_path(request.args.get("next"))
    return render_template("accounts/send_again.html", page=page, fields=draft.fields, texts=texts, back=back)


@bp.post("/drop")
@signed_in
def drop() -> ResponseReturnValue:
    """It is not to be sent."""
    if BaseForm().validate():
        drafts.discard(request.form.get("page", "")[:2000], actor=actor())
        db.session.commit()
    return redirect(local_path(request.form.get("next")), 303)


@bp.after_app_request
def sent(answer: Response) -> Response:
    """What was sent again and done waits no longer."""
    done = request.method == "POST" and answer.status_code == 303
    if done and SENT_AGAIN in request.form and visitor().is_authenticated:
        with suppress(SQLAlchemyError):  # what the view did stands; the draft goes with the next sweep
            drafts.discard(request.full_path.rstrip("?"), actor=actor())
            db.session.commit()
    return answer
