"""Counting. One statement for each family of figures; nothing is stored, nothing is written."""

from inspect_app.reports.queries.days import Day
from inspect_app.reports.queries.frozen.opening import opened
from inspect_app.reports.queries.honesty import Gap, Honesty, at_unit
from inspect_app.reports.queries.progress import Progress, Results, progress, progress_in, progress_of, results, shares
from inspect_app.reports.queries.report import AreaLine, KindLine, MonthLine, Report, TeamLine, UnitLine, report
from inspect_app.reports.queries.tally import Flow, Grouping, Tally
from inspect_app.reports.queries.trend import Point
from inspect_app.reports.queries.units import Activity, Standing, Times

__all__ = [
    "Activity",
    "AreaLine",
    "Day",
    "Flow",
    "Gap",
    "Grouping",
    "Honesty",
    "KindLine",
    "MonthLine",
    "Point",
    "Progress",
    "Report",
    "Results",
    "Standing",
    "Tally",
    "TeamLine",
    "Times",
    "UnitLine",
    "at_unit",
    "opened",
    "progress",
    "progress_in",
    "progress_of",
    "report",
    "results",
    "shares",
]
