"""The half-yearly review of access: who may do what, since when, and whether that stays."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.accounts import policy
from inspect_app.accounts.forms import REVIEWED_BY_UNIT, ROLES, ReviewForm
from inspect_app.accounts.models import AccessReview, Decision
from inspect_app.accounts.queries import reviews as queries
from inspect_app.accounts.services import reviews
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.web.access import actor, for_roles, proved_lately
from inspect_app.web.errors import say
from inspect_app.web.fields import read_id
from inspect_app.web.formats import ngettext
from inspect_app.web.lookup import one_or_404
from inspect_app.web.paging import Sort, count, page

bp = Blueprint("reviews", __name__, url_prefix="/people/reviews")
NEWEST = Sort("newest", (AccessReview.id,), descending=True)
LINE = "line-"
"""Before the number of a line in the name of its choice."""


@bp.get("/")
@for_roles(Role.ADMIN)
def index() -> str:
    _allowed()
    listed = queries.listing(actor())
    return render_template(
        "accounts/reviews.html",
        page=page(listed, NEWEST),
        total=count(listed),
        open_one=queries.under_way(),
        due=queries.due_on(current_app.config["REVIEW_MONTHS"]),
    )


@bp.post("/")
@for_roles(Role.ADMIN)
def begin() -> ResponseReturnValue:
    review = reviews.open_review(actor=actor(), now=clock.now(), today=clock.today())
    db.session.commit()
    return redirect(url_for(".show", review_id=review.id), 303)


@bp.get("/<id:review_id>")
@for_roles(Role.ADMIN)
def show(review_id: int) -> str:
    return _page(_review(review_id))


@bp.post("/<id:review_id>/decide")
@for_roles(Role.ADMIN)
def decide(review_id: int) -> ResponseReturnValue:
    """The choices of a page; its buttons beside a unit keep all that is undecided there."""
    review = _review(review_id)
    changed = reviews.decide(review, _decisions(), actor=actor(), today=clock.today(), unit_id=_id("unit"))
    db.session.commit()
    flash(ngettext("Đã ghi quyết định cho %(num)s dòng.", "Đã ghi quyết định cho %(num)s dòng.", changed))
    after, left = request.form.get("after") or None, request.form.get("left") or None
    return redirect(url_for(".show", review_id=review.id, after=after, left=left), 303)


@bp.route("/<id:review_id>/close", methods=["GET", "POST"])
@for_roles(Role.ADMIN)
@proved_lately
def close(review_id: int) -> ResponseReturnValue:
    review = _review(review_id)
    form = ReviewForm(obj=review) if request.method == "GET" else ReviewForm()
    if request.method == "GET":
        return _closing(review, form)
    if not form.validate():
        return _closing(review, form), 422
    try:
        ended = reviews.close_review(
            review,
            note=form.note.data,
            version=form.version.data,
            actor=actor(),
            now=clock.now(),
            today=clock.today(),
        )
    except Invalid as refused:
        form[refused.field].errors = [say(refused)]
        return _closing(review, form), 422
    except (Stale, WrongState) as refused:
        db.session.rollback()
        review = _review(review_id)
        form.version.data = review.version
        return _closing(review, form, lost=say(refused)), 409
    db.session.commit()
    flash(
        ngettext(
            "Đã kết thúc rà soát và thu hồi %(num)s vai trò.", "Đã kết thúc rà soát và thu hồi %(num)s vai trò.", ended
        )
        if ended
        else _("Đã kết thúc rà soát.")
    )
    return redirect(url_for(".show", review_id=review.id), 303)


# Shared by the views above


def _allowed() -> None:
    if not policy.may_review(actor()):
        raise NotAllowed("Rà soát quyền truy cập là việc của quản trị toàn hệ thống.")


def _review(review_id: int) -> AccessReview:
    _allowed()
    found: AccessReview = one_or_404(queries.visible_to(actor()).where(AccessReview.id == review_id))
    return found


def _page(review: AccessReview) -> str:
    only = "open" if request.args.get("left") == "open" else ""
    listed = queries.lines(review, only_open=bool(only))
    return render_template(
        "accounts/review.html",
        review=review,
        page=page(listed, REVIEWED_BY_UNIT),
        tally=queries.tally(review),
        names=queries.names([review.opener_id, review.closer_id]),
        roles=ROLES,
        only=only,
        here=request.args.get("after", ""),
        decisions=Decision,
    )


def _closing(review: AccessReview, form: ReviewForm, lost: str = "") -> str:
    told = queries.tally(review)
    return render_template("accounts/review_close.html", review=review, form=form, tally=told, lost=lost)


def _decisions() -> dict[int, Decision]:
    """What was chosen, of the lines that have a choice; odd values choose nothing."""
    words = {decision.value: decision for decision in Decision}
    found = {}
    for name, value in request.form.items():
        number = _number(name.removeprefix(LINE)) if name.startswith(LINE) else None
        if number is not None and value in words:
            found[number] = words[value]
    return found


def _id(name: str) -> int | None:
    return _number(request.form.get(name))


def _number(text: str | None) -> int | None:
    try:
        return read_id(text)
    except ValueError:
        return None
