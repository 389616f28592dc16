"""Addresses that serve every form: what is typed is kept as a draft, files come ahead one by one.

Answers are for the page's script, in JSON; whoever has none sends the form with its files, and needs nothing here.
"""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from inspect_app.core import clock, drafts, staging
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.core.staging import Staged
from inspect_app.web.access import actor, for_roles
from inspect_app.web.drafts import NEVER, page_that_keeps, was_sent
from inspect_app.web.errors import say
from inspect_app.web.formats import file_size
from inspect_app.web.formats import time as shown
from inspect_app.web.gate import takes_files
from inspect_app.web.previews import small_copy
from inspect_app.web.returning import local_path
from inspect_app.web.typed import OURS
from inspect_app.web.uploads import Refused, admit

bp = Blueprint("sending", __name__)

HANDS = (Role.REVIEWER, Role.INSPECTOR, Role.OFFICER)
"""Who has forms that are long, or take files."""
LONGEST_PAGE = 200
_KEPT_AS_IT_IS = _l("Ảnh loại này được giữ nguyên, có thể còn kèm vị trí chụp.")


@bp.post("/drafts")
@for_roles(*HANDS)
def save() -> ResponseReturnValue:
    """Keep the fields of the form at `page`, typed at `typed` (milliseconds, by the device's clock).

    A form in which nothing stands is no draft: the page would tell of words that came back, and show none.
    """
    page = page_that_keeps(request.args.get("page"))
    if page is None:
        return {"message": _("Biểu mẫu này không lưu nháp.")}, 422
    fields = MultiDict([pair for pair in request.form.items(multi=True) if pair[0] not in NEVER])
    if was_sent(fields):
        return {"message": _("Nội dung này đã gửi rồi.")}, 409
    now, typed_at = clock.now(), request.args.get("typed")
    try:
        if any(text.strip() for name, text in fields.items(multi=True) if name not in OURS):
            told = list(fields.items(multi=True))
            drafts.save(page, told, actor=actor(), typed_at=_moment(typed_at, now), saved_at=now)
        else:
            drafts.discard(page, actor=actor())
        db.session.commit()
    except Invalid as refused:
        db.session.rollback()
        return {"message": say(refused)}, 422
    return {"message": _("Đã lưu nháp lúc %(time)s", time=shown(now))}, 200


@bp.post("/drafts/discard")
@for_roles(*HANDS)
def discard() -> ResponseReturnValue:
    """Forget what was typed into the form at `page`, its files too, and open the page again."""
    page = request.form.get("page", "")[:LONGEST_PAGE]
    drafts.discard(page, actor=actor())
    staging.let_go_of_page(page, actor=actor())
    db.session.commit()
    return redirect(local_path(request.form.get("back")), 303)


@bp.post("/uploads")
@for_roles(*HANDS)
@takes_files
def stage() -> ResponseReturnValue:
    """Take one file ahead of the form at `page`."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return {"message": _("Chọn một tệp")}, 422
    actor()
    db.session.rollback()  # drawing a picture anew takes its time: nobody else's writing waits for it
    settings = current_app.config
    try:
        staged = staging.stage(
            admit(sent, limit=settings["FILE_LIMIT"]),
            actor=actor(),
            page=request.form.get("page", "").removeprefix(request.script_root)[:LONGEST_PAGE],
            at=clock.now(),
            storage=current_app.extensions["storage"],
            limit=settings["FILE_LIMIT"],
            quota=settings["STAGED_LIMIT"],
        )
        db.session.commit()
    except Refused as refused:
        return {"message": str(refused)}, 422
    except Invalid as refused:
        db.session.rollback()
        return {"message": say(refused)}, 422
    preview = url_for(".preview", staged_id=staged.id) if staged.can_be_shown else ""
    return {
        "number": staged.id,
        "name": staged.name,
        "size": file_size(staged.size),
        "preview": preview,
        "note": "" if preview or not staged.media_type.startswith("image/") else str(_KEPT_AS_IT_IS),
    }, 201


@bp.post("/uploads/<id:staged_id>/remove")
@for_roles(*HANDS)
def remove(staged_id: int) -> ResponseReturnValue:
    """The file is not to be sent after all."""
    staging.let_go([_mine(staged_id).id], actor=actor())
    db.session.commit()
    return {}, 200


@bp.get("/uploads/<id:staged_id>/preview")
@for_roles(*HANDS)
def preview(staged_id: int) -> ResponseReturnValue:
    """A small copy, for the one who sent it."""
    staged = _mine(staged_id)
    try:
        return small_copy(staging.aside(current_app.extensions["storage"]), staged.sha256)
    except FileNotFoundError:
        abort(404)


def _mine(staged_id: int) -> Staged:
    found = staging.waiting_of(actor()).get(staged_id)
    return abort(404) if found is None else found


def _moment(milliseconds: str | None, now: datetime) -> datetime:
    """By the device's clock; ours where it says nothing that makes sense."""
    if milliseconds and milliseconds.isascii() and milliseconds.isdecimal() and len(milliseconds) <= 14:
        told = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
        if abs(told - now) < timedelta(days=3650):
            return told
    return now
