"""What a reader asks a report for, and where its figures lead."""

from inspect_app.reports.forms.as_of import AsOfForm
from inspect_app.reports.forms.links import Links

__all__ = ["AsOfForm", "Links"]
