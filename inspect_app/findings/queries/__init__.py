"""Reading findings: who sees which, how lists filter, what one page shows. Never writes, never sees a request."""

from inspect_app.findings.queries.facts import (
    F,
    counted,
    facts_on,
    late,
    on_time,
    overdue,
    resolved,
)
from inspect_app.findings.queries.listing import SORTS, Filter, Timing, listed, sort_keys
from inspect_app.findings.queries.page import (
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
    "SORTS",
    "F",
    "Filter",
    "Timing",
    "counted",
    "events_of",
    "evidence_of",
    "evidence_visible_to",
    "extensions_of",
    "facts_on",
    "late",
    "listed",
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
