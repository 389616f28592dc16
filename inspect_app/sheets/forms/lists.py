"""Every list that can be taken away, by its name in addresses."""

from inspect_app.sheets.forms import (
    findings,
    inspections,
    people,
    plans,
    ranking,
    reports,
    reviews,
    statistics,
    tasks,
    units,
    urging,
)
from inspect_app.sheets.queries.rows import Listing

LISTS: dict[str, Listing] = {
    one.name: one
    for one in (
        findings.FINDINGS,
        findings.CONCLUSIONS,
        inspections.VISITS,
        inspections.SCHEDULE,
        plans.PLANS,
        units.UNITS,
        people.PEOPLE,
        reviews.REVIEW,
        urging.URGING,
        tasks.TASKS,
        ranking.RANKING,
        reports.REPORT,
        statistics.STATISTICS,
    )
}
