"""What a reader asks a report for, and where its figures lead."""

from inspect_app.reports.forms.as_of import AsOfForm
from inspect_app.reports.forms.links import Links
from inspect_app.reports.forms.plan import PlanReportForm, periods_of

__all__ = ["AsOfForm", "Links", "PlanReportForm", "periods_of"]
