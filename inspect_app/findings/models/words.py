"""The codes of findings: states, verdicts, sides. Words on screen are the business of `views`."""

from datetime import date
from enum import StrEnum

FOREVER = date(9999, 12, 31)
"""`Span.until` of what holds today."""


class State(StrEnum):
    RECORDED = "recorded"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


LIVE = (State.OPEN, State.IN_PROGRESS, State.SUBMITTED, State.RETURNED, State.DISPUTED)
"""Issued and neither resolved nor withdrawn."""
ASIDE = (State.RECORDED, State.WITHDRAWN)
"""Not issued yet, or no longer counted: few."""
COUNTED = (*LIVE, State.RESOLVED)
"""What a plan's figures count: issued and not withdrawn."""
WAITING = (State.SUBMITTED, State.DISPUTED)
"""Shown as one in bars: it is somebody else's turn than the unit's."""
DOING = (State.IN_PROGRESS, State.RETURNED)


class Verification(StrEnum):
    DOCUMENTS = "documents"
    ON_SITE = "on_site"
    SAMPLING = "sampling"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    RETURNED = "returned"
    RECALLED = "recalled"


class DeadlineUnit(StrEnum):
    DAY = "day"
    WORKING_DAY = "working_day"


class CountedFrom(StrEnum):
    CONCLUSION = "conclusion"
    VISIT = "visit"


class Side(StrEnum):
    """Who put a file there, and why."""

    FOUND = "found"
    """The team, when it recorded the finding."""
    REMEDY = "remedy"
    """The unit, with a submission."""
    CONCLUSION = "conclusion"
    """The signed notice, scanned."""


class Outcome(StrEnum):
    """What a follow-up visit saw of an earlier finding."""

    HELD = "held"
    """Still put right."""
    RELAPSED = "relapsed"
    UNFINISHED = "unfinished"
    """Was not put right yet, and still is not."""
