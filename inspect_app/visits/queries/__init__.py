"""Reading visits and how far plans have come. Never writes, never sees a request.

Until it is reported a visit is seen by its team and by reviewers only; from then on by leaders and by the officers of
the unit too. A visit of a surprise plan that has not begun exists only for its team and for reviewers at the unit
that issued the plan. A unit's own self-inspections are its officers' at any time.
"""

from inspect_app.visits.queries.coverage import (
    IN_ORDER,
    Coverage,
    counted,
    coverage,
    coverage_by,
    coverage_of,
    coverage_under,
    first_of,
)
from inspect_app.visits.queries.listing import MOST_GATHERED, Filter, chosen, latest_at, listing, tally, told
from inspect_app.visits.queries.page import (
    called_wrong,
    events_of,
    one,
    said_of_areas,
    team_on,
    units_for_self_inspection,
)
from inspect_app.visits.queries.planned import Planned, planned, schedule, told_of
from inspect_app.visits.queries.scope import (
    REPORTED,
    begun,
    inspected,
    known_on,
    open_to,
    state_on,
    unvisited_target,
    visible_to,
    visit_for,
    visited,
)

__all__ = [
    "IN_ORDER",
    "MOST_GATHERED",
    "REPORTED",
    "Coverage",
    "Filter",
    "Planned",
    "begun",
    "called_wrong",
    "chosen",
    "counted",
    "coverage",
    "coverage_by",
    "coverage_of",
    "coverage_under",
    "events_of",
    "first_of",
    "inspected",
    "known_on",
    "latest_at",
    "listing",
    "one",
    "open_to",
    "planned",
    "said_of_areas",
    "schedule",
    "state_on",
    "tally",
    "team_on",
    "told",
    "told_of",
    "units_for_self_inspection",
    "unvisited_target",
    "visible_to",
    "visit_for",
    "visited",
]
