"""Tile = list = spreadsheet = document, in a world drawn at random and told through the services."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from inspect_app.core import clock
from inspect_app.reports.queries import Grouping
from inspect_app.tasks.models import TaskState
from inspect_app.workdays.periods import reporting_year
from tests.documents.same import annex_agrees, report_agrees
from tests.reports.histories import FIRST, Cast, Visited, histories
from tests.support.make import Make
from tests.support.tasks import task, task_plan

TODAY = clock.today()
DONE = (TaskState.DONE, 9, 12, 15), (TaskState.DONE, 12, 12, 13), (TaskState.DONE, 14, 12, 20)
"""State, and days after it was given: of the report, of the due day, of the answer."""
NOT_DONE = (TaskState.TODO, 0, 12, 0), (TaskState.REPORTED, 9, 12, 0), (TaskState.WITHDRAWN, 0, 12, 5)


def tasks(make: Make) -> None:
    """Of each sort some, in this reporting year and the one before."""
    plan, units = task_plan(make), [make.unit(), make.unit()]
    for number, (state, sent, due, judged) in enumerate((*DONE, *NOT_DONE, *DONE)):
        given_on = TODAY - timedelta(days=40 + 45 * number)
        after = {name: given_on + timedelta(days=days) for name, days in (("sent", sent), ("judged", judged))}
        due_on = given_on + timedelta(days=due)
        task(make, state, plan=plan, unit=units[number % 2], given=given_on, due_on=due_on, **after)


@pytest.mark.tried_on("sqlite", "postgresql")
def test_every_figure_of_a_letter_is_that_of_page_list_and_sheet(make, browser):
    cast = Cast(make)
    tasks(make)

    @given(histories(), st.integers(120, 330))
    @settings(
        max_examples=1,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def run(history: list[Visited], days: int) -> None:
        with cast.telling(history), browser.app.test_request_context():
            browser.signed_in_as(make.reviewer)
            report_agrees(browser, cast.reviewer, cast.plan, FIRST + timedelta(days=days))
            report_agrees(browser, cast.reviewer, cast.plan, TODAY, Grouping.RESPONSIBLE)
            for year, code in ((reporting_year(TODAY), "half"), (reporting_year(TODAY), "year")):
                annex_agrees(browser, cast.reviewer, year, code)

    run()
