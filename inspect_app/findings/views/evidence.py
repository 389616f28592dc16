"""Files that prove something: the original to keep, and of a picture a small copy to look at."""

from flask import Blueprint, abort, current_app, make_response, send_file
from flask.typing import ResponseReturnValue

from inspect_app.core import pictures
from inspect_app.core.pictures import NoPicture, TooManyPixels
from inspect_app.core.storage import Storage
from inspect_app.findings import queries
from inspect_app.findings.models import Evidence
from inspect_app.findings.views.shared import READERS
from inspect_app.web.access import actor, for_roles
from inspect_app.web.lookup import one_or_404

bp = Blueprint("evidence", __name__, url_prefix="/evidence")

ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""A browser that shows it all the same may load nothing and run nothing."""


@bp.get("/<id:evidence_id>")
@for_roles(*READERS)
def show(evidence_id: int) -> ResponseReturnValue:
    """The file as it came: always to be saved, never shown by the browser."""
    file = _file(evidence_id)
    answer = send_file(
        _storage().path(file.sha256),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.name,
        etag=False,
        conditional=False,
        last_modified=file.received_at,
    )
    answer.headers["Content-Security-Policy"] = ALONE
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/<id:evidence_id>/preview")
@for_roles(*READERS)
def preview(evidence_id: int) -> ResponseReturnValue:
    """A small upright copy, made here, without where and with what the picture was taken."""
    file = _file(evidence_id)
    if not file.can_be_shown:
        abort(404)
    try:
        content = pictures.small_of(_storage(), file.sha256)
    except (NoPicture, TooManyPixels):
        abort(404)
    answer = make_response(content)
    answer.mimetype = "image/jpeg"
    answer.headers["Content-Security-Policy"] = ALONE
    return answer


def _file(evidence_id: int) -> Evidence:
    file: Evidence = one_or_404(queries.evidence_visible_to(actor(), evidence_id))
    return file


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage
