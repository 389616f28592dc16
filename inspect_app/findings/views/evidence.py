"""Files that prove something: the original to keep, and of a picture a small copy to look at."""

from flask import Blueprint, abort, current_app, send_file
from flask.typing import ResponseReturnValue

from inspect_app.core.storage import Storage
from inspect_app.findings import queries
from inspect_app.findings.models import Evidence
from inspect_app.findings.views.shared import READERS
from inspect_app.web.access import actor, for_roles
from inspect_app.web.lookup import one_or_404
from inspect_app.web.previews import alone, small_copy

bp = Blueprint("evidence", __name__, url_prefix="/evidence")


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
    answer.headers["Cache-Control"] = "no-store"
    return alone(answer)


@bp.get("/<id:evidence_id>/preview")
@for_roles(*READERS)
def preview(evidence_id: int) -> ResponseReturnValue:
    """A small upright copy, made here, without where and with what the picture was taken."""
    file = _file(evidence_id)
    if not file.can_be_shown:
        abort(404)
    return small_copy(_storage(), file.sha256)


def _file(evidence_id: int) -> Evidence:
    file: Evidence = one_or_404(queries.evidence_visible_to(actor(), evidence_id))
    return file


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage
