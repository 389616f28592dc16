"""Pages of findings: lists, one finding with its moves, writing a visit down, its conclusion, files."""

from inspect_app.findings.views import (
    amending,
    bulk,
    concluding,
    exchange,
    extensions,
    listing,
    moves,
    page,
    rechecking,
    undertaking,
)
from inspect_app.findings.views.evidence import bp as evidence
from inspect_app.findings.views.recording import bp as recording
from inspect_app.findings.views.shared import bp

__all__ = [
    "amending",
    "bp",
    "bulk",
    "concluding",
    "evidence",
    "exchange",
    "extensions",
    "listing",
    "moves",
    "page",
    "rechecking",
    "recording",
    "undertaking",
]
