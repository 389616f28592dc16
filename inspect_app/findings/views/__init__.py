"""Pages of findings: lists, one finding with its moves, writing a visit down, its conclusion, files."""

from inspect_app.findings.views import concluding, listing, moves, page
from inspect_app.findings.views.evidence import bp as evidence
from inspect_app.findings.views.recording import bp as recording
from inspect_app.findings.views.shared import bp

__all__ = ["bp", "concluding", "evidence", "listing", "moves", "page", "recording"]
