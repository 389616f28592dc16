"""Reading units. Never writes, never sees a request."""

from inspect_app.units.queries.catalogue import (
    KIND_ORDER,
    Tally,
    by_code,
    former_names,
    listing,
    numbers_under,
    possible_parents,
    root,
    subtree,
    tally,
    visible_to,
)
from inspect_app.units.queries.history import (
    History,
    Offer,
    Step,
    carries_on_as,
    history,
    successors_offered,
    with_history,
)
from inspect_app.units.queries.scope import below, entering, in_force, predecessors_of, under, within
from inspect_app.units.queries.search import Hit, called, named, search

__all__ = [
    "KIND_ORDER",
    "History",
    "Hit",
    "Offer",
    "Step",
    "Tally",
    "below",
    "by_code",
    "called",
    "carries_on_as",
    "entering",
    "former_names",
    "history",
    "in_force",
    "listing",
    "named",
    "numbers_under",
    "possible_parents",
    "predecessors_of",
    "root",
    "search",
    "subtree",
    "successors_offered",
    "tally",
    "under",
    "visible_to",
    "with_history",
    "within",
]
