"""What the pages of a visit have in common."""

from flask import Blueprint

from inspect_app.core.actor import Role
from inspect_app.core.shapes import filling_of, shape_of
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
    visit: Visit = one_or_404(queries.one(shape_of(actor())), **filling_of(actor()), visit_id=visit_id)
    return visit
