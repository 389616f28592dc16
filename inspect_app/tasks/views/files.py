"""Files that came with reports: the original to keep, and of a picture a small copy to look at."""

from flask import abort, current_app, send_file
from flask.typing import ResponseReturnValue

from inspect_app.core.storage import Storage
from inspect_app.tasks import queries
from inspect_app.tasks.models import TaskFile
from inspect_app.tasks.views.shared import READERS, bp
from inspect_app.web.access import actor, for_roles
from inspect_app.web.lookup import one_or_404
from inspect_app.web.previews import alone, small_copy


@bp.get("/files/<id:task_file_id>")
@for_roles(*READERS)
def file(task_file_id: int) -> ResponseReturnValue:
    """The file as it came: always to be saved, never shown by the browser."""
    file = _file(task_file_id)
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


@bp.get("/files/<id:task_file_id>/preview")
@for_roles(*READERS)
def preview(task_file_id: int) -> ResponseReturnValue:
    """A small upright copy, made here, without where and with what the picture was taken."""
    file = _file(task_file_id)
    if not file.can_be_shown:
        abort(404)
    return small_copy(_storage(), file.sha256)


def _file(task_file_id: int) -> TaskFile:
    found: TaskFile = one_or_404(queries.file_visible_to(actor(), task_file_id))
    return found


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage
