"""What waits for somebody, and the guide. Never writes, never sees a request."""

from inspect_app.home.queries.duties import MOST, unit_tasks
from inspect_app.home.queries.found import plans_with
from inspect_app.home.queries.guide import GUIDE, GuidePage, guide_page
from inspect_app.home.queries.progress import PlanLine, Year, plans_in_progress, year_so_far
from inspect_app.home.queries.terms import Pace, pace
from inspect_app.home.queries.visits import VisitLine, visits_waiting
from inspect_app.home.queries.work import (
    SHOWN,
    Tally,
    decision_queue,
    late_units,
    tally,
    unit_queues,
    verification_queue,
    waiting,
)

__all__ = [
    "GUIDE",
    "MOST",
    "SHOWN",
    "GuidePage",
    "Pace",
    "PlanLine",
    "Tally",
    "VisitLine",
    "Year",
    "decision_queue",
    "guide_page",
    "late_units",
    "pace",
    "plans_in_progress",
    "plans_with",
    "tally",
    "unit_queues",
    "unit_tasks",
    "verification_queue",
    "visits_waiting",
    "waiting",
    "year_so_far",
]
