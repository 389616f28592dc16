"""Findings, what units claim about them, and the files that prove it.

`Finding` holds today's facts; `Span` holds the facts of every earlier day, so that a figure of any day is a plain
query. Both share `Facts`: one definition counts either.
"""

from inspect_app.findings.models.count import By, FindingCount, PlanStanding
from inspect_app.findings.models.finding import Facts, Finding, Span
from inspect_app.findings.models.notice import Amendment, Conclusion, Recheck, Series
from inspect_app.findings.models.remedy import Custody, Evidence, Extension, Message, Submission
from inspect_app.findings.models.words import (
    ASIDE,
    COUNTED,
    DOING,
    FOREVER,
    LIVE,
    WAITING,
    CountedFrom,
    DeadlineUnit,
    Outcome,
    Side,
    State,
    Verdict,
    Verification,
)

__all__ = [
    "ASIDE",
    "COUNTED",
    "DOING",
    "FOREVER",
    "LIVE",
    "WAITING",
    "Amendment",
    "By",
    "Conclusion",
    "CountedFrom",
    "Custody",
    "DeadlineUnit",
    "Evidence",
    "Extension",
    "Facts",
    "Finding",
    "FindingCount",
    "Message",
    "Outcome",
    "PlanStanding",
    "Recheck",
    "Series",
    "Side",
    "Span",
    "State",
    "Submission",
    "Verdict",
    "Verification",
]
