"""Reading findings: who sees which, how lists filter, what one page shows. Never writes, never sees a request."""

from inspect_app.findings.queries.facts import (
    F,
    counted,
    due_within,
    facts_on,
    late,
    live,
    on_time,
    overdue,
    resolved,
)
from inspect_app.findings.queries.listing import MOST_COUNTED, SORTS, Counts, Filter, Timing, counts, listed, sort_keys
from inspect_app.findings.queries.page import (
    conclusion_of,
    events_of,
    evidence_of,
    evidence_visible_to,
    extensions_of,
    of_visit,
    one,
    submissions_of,
)
from inspect_app.findings.queries.scope import seen_by, visible_to

__all__ = [
    "MOST_COUNTED",
    "SORTS",
    "Counts",
    "F",
    "Filter",
    "Timing",
    "conclusion_of",
    "counted",
    "counts",
    "due_within",
    "events_of",
    "evidence_of",
    "evidence_visible_to",
    "extensions_of",
    "facts_on",
    "late",
    "listed",
    "live",
    "of_visit",
    "on_time",
    "one",
    "overdue",
    "resolved",
    "seen_by",
    "sort_keys",
    "submissions_of",
    "visible_to",
]
