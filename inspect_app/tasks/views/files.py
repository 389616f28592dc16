"""Files that came with reports: the original to keep, and of a picture a small copy to look at."""

from flask.typing import ResponseReturnValue

from inspect_app.tasks import queries
from inspect_app.tasks.models import TaskFile
from inspect_app.tasks.views.shared import READERS, bp
from inspect_app.web.access import actor, for_roles
from inspect_app.web.lookup import one_or_404
from inspect_app.web.previews import original, preview_of


@bp.get("/files/<id:task_file_id>")
@for_roles(*READERS)
def file(task_file_id: int) -> ResponseReturnValue:
    return original(_file(task_file_id))


@bp.get("/files/<id:task_file_id>/preview")
@for_roles(*READERS)
def preview(task_file_id: int) -> ResponseReturnValue:
    return preview_of(_file(task_file_id))


def _file(task_file_id: int) -> TaskFile:
    found: TaskFile = one_or_404(queries.file_visible_to(actor(), task_file_id))
    return found
