"""What the list of plans says of them."""

from inspect_app.core.db import db
from inspect_app.plans import queries


def targets_told(actor, day):
    """Plan -> how many units, of every plan that the actor may see."""
    rows = db.session.execute(queries.told(actor, day)(queries.chosen(actor).subquery()))
    return {row.id: row.targets for row in rows}
