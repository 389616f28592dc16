"""Files that prove something: the original to keep, and of a picture a small copy to look at."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from inspect_app.core import clock
from inspect_app.core.connections import read_only
from inspect_app.core.db import db
from inspect_app.findings import queries
from inspect_app.findings.models import Evidence
from inspect_app.findings.services import evidence as services
from inspect_app.findings.views.shared import READERS
from inspect_app.web.access import actor, for_roles
from inspect_app.web.lookup import one_or_404
from inspect_app.web.previews import original, preview_of

bp = Blueprint("evidence", __name__, url_prefix="/evidence")


@bp.get("/<id:evidence_id>")
@for_roles(*READERS)
def show(evidence_id: int) -> ResponseReturnValue:
    """The file as it came, once it is noted who took it."""
    answer = original(_file(evidence_id))
    db.session.rollback()  # what was read so far read only; this writes
    read_only(False)
    services.hand_out(db.session.get_one(Evidence, evidence_id), actor=actor(), today=clock.today())
    db.session.commit()
    read_only(True)
    return answer


@bp.get("/<id:evidence_id>/preview")
@for_roles(*READERS)
def preview(evidence_id: int) -> ResponseReturnValue:
    return preview_of(_file(evidence_id))


def _file(evidence_id: int) -> Evidence:
    file: Evidence = one_or_404(queries.evidence_visible_to(actor(), evidence_id))
    return file
