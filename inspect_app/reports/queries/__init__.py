"""Counting. One statement for each family of figures; nothing is stored, nothing is written."""

from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.report import AreaLine, KindLine, Report, UnitLine, home_of, report
from inspect_app.reports.queries.tally import Tally
from inspect_app.reports.queries.trend import Point
from inspect_app.reports.queries.units import Activity, Progress, Standing, is_partial, progress

__all__ = [
    "Activity",
    "AreaLine",
    "Day",
    "KindLine",
    "Point",
    "Progress",
    "Report",
    "Standing",
    "Tally",
    "UnitLine",
    "home_of",
    "is_partial",
    "progress",
    "report",
]
