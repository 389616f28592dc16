"""What one was told, and how one wants to be told."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_of, shape_of
from inspect_app.reminders.forms.settings import DigestForm
from inspect_app.reminders.models import Notice
from inspect_app.reminders.queries import inbox as queries
from inspect_app.reminders.services import notices, settings
from inspect_app.reminders.views.feeds import address_of, path_of
from inspect_app.reminders.views.words import leads_to, look, said
from inspect_app.web.access import actor, signed_in
from inspect_app.web.fields import read_id
from inspect_app.web.lookup import one_or_404
from inspect_app.web.paging import Sort, page

bp = Blueprint("inbox", __name__, url_prefix="/inbox")
NEWEST = Sort("newest", (Notice.id,), descending=True)


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    unread_only = request.args.get("unread") == "1"
    listed = queries.listing(shape_of(actor()), unread_only=unread_only)
    found = page(listed, NEWEST, kept=True, filling=filling_of(actor()))
    return render_template(
        "reminders/inbox.html",
        page=found,
        waits=queries.waits(found.rows),
        unread_only=unread_only,
        said=said,
        look=look,
    )


@bp.post("/<id:notice_id>/open")
@signed_in
def open(notice_id: int) -> ResponseReturnValue:
    """It is read; on to what it is about."""
    notice: Notice = one_or_404(queries.visible_to(actor()).where(Notice.id == notice_id))
    notices.read(notice, at=clock.now())
    address = leads_to(notice.subject_table, notice.subject_id)
    db.session.commit()
    return redirect(address, 303)


@bp.post("/read")
@signed_in
def read_all() -> ResponseReturnValue:
    """Everything that stood on the page or below it."""
    try:
        up_to = read_id(request.form.get("up_to")) or 0
    except ValueError:
        up_to = 0
    notices.read_all(actor=actor(), up_to=up_to, at=clock.now())
    db.session.commit()
    flash(_("Đã đánh dấu là đã xem hết."))
    return redirect(url_for(".index"), 303)


# How one wants to be told


@bp.route("/settings", methods=["GET", "POST"])
@signed_in
def choose() -> ResponseReturnValue:
    form = DigestForm(digest=queries.wants(actor()))
    if not form.is_submitted():
        return _settings(form)
    if not form.validate():
        return _settings(form), 422
    settings.choose_digest(form.digest.data, actor=actor(), today=clock.today())
    db.session.commit()
    flash(_("Đã ghi cách nhận thông báo."))
    return redirect(url_for(".choose"), 303)


@bp.post("/feed")
@signed_in
def open_feed() -> ResponseReturnValue:
    """Shows the new address, the only time that it can be read."""
    token = settings.open_feed(actor=actor(), now=clock.now(), today=clock.today())
    db.session.commit()
    return render_template("reminders/feed.html", address=address_of(token), path=path_of(token))


@bp.post("/feed/close")
@signed_in
def close_feed() -> ResponseReturnValue:
    settings.close_feed(actor=actor(), now=clock.now(), today=clock.today())
    db.session.commit()
    flash(_("Đã thu hồi địa chỉ lịch. Ứng dụng lịch đang dùng địa chỉ cũ không nhận được gì nữa."))
    return redirect(url_for(".choose"), 303)


def _settings(form: DigestForm) -> str:
    email = db.session.get_one(Person, actor().person_id).email
    return render_template("reminders/settings.html", form=form, email=email, feed_since=queries.feed_since(actor()))
