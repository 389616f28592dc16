"""What the index says on the page of a unit."""

from collections.abc import Mapping
from typing import Any

from inspect_app.core.actor import Actor, Role
from inspect_app.grading import queries
from inspect_app.grading.forms.words import GRADES
from inspect_app.reports.queries.profile import Subject


def at_unit(actor: Actor, subject: Subject) -> Mapping[str, Any] | None:
    """Its grades by year, for its own officers too, once they are published; of decisions up to the page's day."""
    years = queries.of_unit(actor, subject.unit, subject.day)
    if not years:
        return None
    return {"years": years, "grades": GRADES, "reads": bool({Role.REVIEWER, Role.VIEWER} & actor.roles)}
