"""Files that came with reports: the original to keep, and of a picture a small copy to look at."""

from flask.typing import ResponseReturnValue

from inspect_app.core import clock
from inspect_app.core.connections import read_only
from inspect_app.core.db import db
from inspect_app.tasks import queries
from inspect_app.tasks.models import TaskFile
from inspect_app.tasks.services import files as services
from inspect_app.tasks.views.shared import READERS, bp
from inspect_app.web.access import actor, for_roles
from inspect_app.web.lookup import one_or_404
from inspect_app.web.previews import original, preview_of


@bp.get("/files/<id:task_file_id>")
@for_roles(*READERS)
def file(task_file_id: int) -> ResponseReturnValue:
    """The file as it came, once it is noted who took it."""
    answer = original(_file(task_file_id))
    db.session.rollback()  # what was read so far read only; this writes
    read_only(False)
    services.hand_out(db.session.get_one(TaskFile, task_file_id), actor=actor(), today=clock.today())
    db.session.commit()
    read_only(True)
    return answer


@bp.get("/files/<id:task_file_id>/preview")
@for_roles(*READERS)
def preview(task_file_id: int) -> ResponseReturnValue:
    return preview_of(_file(task_file_id))


def _file(task_file_id: int) -> TaskFile:
    found: TaskFile = one_or_404(queries.file_visible_to(actor(), task_file_id))
    return found
