"""Pages of findings: lists, one finding with its moves, writing a visit down, its conclusion, files."""

from inspect_app.findings.views import (
    amending,
    answers,
    bulk,
    concluding,
    custody,
    exchange,
    extensions,
    listing,
    moves,
    page,
    rechecking,
    repeats,
    undertaking,
)
from inspect_app.findings.views.conclusions import bp as conclusions
from inspect_app.findings.views.evidence import bp as evidence
from inspect_app.findings.views.recording import bp as recording
from inspect_app.findings.views.shared import bp

__all__ = [
    "amending",
    "answers",
    "bp",
    "bulk",
    "concluding",
    "conclusions",
    "custody",
    "evidence",
    "exchange",
    "extensions",
    "listing",
    "moves",
    "page",
    "rechecking",
    "recording",
    "repeats",
    "undertaking",
]
