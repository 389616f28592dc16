"""Tile = list = spreadsheet = document, in the demo as it was told once in this run."""

from datetime import date

import pytest
from sqlalchemy import select

from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.plans.models import Plan
from inspect_app.reports.queries import Grouping
from inspect_app.workdays.periods import reporting_year
from tests.documents.same import annex_agrees, report_agrees
from tests.support import copies


@pytest.fixture(scope="module")
def app(database_kind, tmp_path_factory, whole_run):
    with copies.copy("demo", database_kind, tmp_path_factory.mktemp("same"), once=whole_run) as app:
        yield app


@pytest.mark.tried_on("sqlite", "postgresql")
def test_every_figure_of_the_demos_letters_is_that_of_page_list_and_sheet(session, browser, make):
    reviewer = session.scalars(select(Person).where(Person.username == "sonoivu")).one()
    browser.signed_in_as(reviewer)
    actor, today = make.actor(reviewer), clock.today()
    plans = {plan.number: plan for plan in session.scalars(select(Plan))}
    with browser.app.test_request_context():
        compared = [
            report_agrees(browser, actor, plans["262/KH-UBND"], date(2022, 6, 30)),
            report_agrees(browser, actor, plans["18/KH-UBND"], today, Grouping.RESPONSIBLE),
        ]
        for year, code in ((2022, "half"), (reporting_year(today), "year")):
            compared.append(annex_agrees(browser, actor, year, code))
    assert min(compared) >= 29
