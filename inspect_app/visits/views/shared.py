"""What the pages of a visit have in common."""

from flask import Blueprint
from sqlalchemy.orm import joinedload

from inspect_app.core.actor import Role
from inspect_app.visits import queries
from inspect_app.visits.models import Visit
from inspect_app.web.access import actor
from inspect_app.web.lookup import one_or_404

bp = Blueprint("visits", __name__, url_prefix="/visits")

READERS = (Role.REVIEWER, Role.VIEWER, Role.INSPECTOR, Role.OFFICER)
HANDS = (Role.REVIEWER, Role.INSPECTOR, Role.OFFICER)
"""Who may have a move to make: officers make theirs on self-inspections."""


def seen(visit_id: int) -> Visit:
    """The visit, or 404 where it does not exist for the actor."""
    query = queries.visible_to(actor()).options(joinedload(Visit.checklist))
    visit: Visit = one_or_404(query.where(Visit.id == visit_id))
    return visit
