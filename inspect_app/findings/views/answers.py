"""What a visit saw of the items of its checklist, to be read."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.findings import queries
from inspect_app.findings.queries import answers as seen
from inspect_app.findings.views.recording import bp, visit_or_404
from inspect_app.findings.views.shared import READERS
from inspect_app.visits.models import Visit
from inspect_app.visits.services.answers import checklist_of
from inspect_app.web.access import actor, for_roles


@bp.get("/visits/<id:visit_id>/answers")
@for_roles(*READERS)
def answers(visit_id: int) -> ResponseReturnValue:
    """Item by item; it does not exist for those who may not see what was found yet."""
    visit = visit_or_404(visit_id)
    if not db.session.scalar(select(Visit.id).join(Visit.plan).where(Visit.id == visit_id, seen.open_to(actor()))):
        abort(404)
    checklist = checklist_of(visit)
    if checklist is None:
        abort(404)
    rows = seen.answered(visit_id, checklist.id)
    findings = queries.of_visit(actor(), visit_id)
    return render_template(
        "findings/answers.html",
        visit=visit,
        checklist=checklist,
        areas=[(area, several, seen.tally(several)) for area, several in seen.by_area(rows)],
        tally=seen.tally(rows),
        pictures=seen.pictures_of(visit_id),
        findings={finding.item_id: finding for finding in findings if finding.item_id},
    )
