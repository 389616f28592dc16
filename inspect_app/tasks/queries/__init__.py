"""Reading tasks: who sees which, how lists filter, what figures count, what one page shows. Never writes."""

from inspect_app.tasks.queries.facts import due_within, facts_on, live, overdue
from inspect_app.tasks.queries.figures import Report, Tally, UnitLine, YearLine, of_units, report, tallies, years_of
from inspect_app.tasks.queries.listing import (
    MOST_COUNTED,
    SOON,
    SORTS,
    Counts,
    Filter,
    Timing,
    counts,
    listed,
    sort_keys,
)
from inspect_app.tasks.queries.page import (
    events_of,
    file_visible_to,
    files_of,
    one,
    one_plan,
    plan_years,
    plans_listed,
    reports_of,
)
from inspect_app.tasks.queries.scope import in_charge, plan_open_to, seen_by, to_confirm, visible_to

__all__ = [
    "MOST_COUNTED",
    "SOON",
    "SORTS",
    "Counts",
    "Filter",
    "Report",
    "Tally",
    "Timing",
    "UnitLine",
    "YearLine",
    "counts",
    "due_within",
    "events_of",
    "facts_on",
    "file_visible_to",
    "files_of",
    "in_charge",
    "listed",
    "live",
    "of_units",
    "one",
    "one_plan",
    "overdue",
    "plan_open_to",
    "plan_years",
    "plans_listed",
    "report",
    "reports_of",
    "seen_by",
    "sort_keys",
    "tallies",
    "to_confirm",
    "visible_to",
    "years_of",
]
