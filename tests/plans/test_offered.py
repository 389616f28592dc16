"""Filters offer the latest plans, and whichever a list is narrowed to."""

import pytest

from inspect_app.core import clock
from inspect_app.plans.queries import offered


@pytest.mark.parametrize(
    "endpoint", ["findings.index", "visits.index", "visits.schedule", "conclusions.index", "urging.index"]
)
def test_a_list_narrowed_to_a_plan_of_long_ago_says_so(make, browser, endpoint):
    year = clock.today().year
    old, left_out = make.plan(year=year - 9, number="9/KH-UBND"), make.plan(year=year - 8, number="8/KH-UBND")
    latest = [make.plan(year=year, number=f"{number}/KH-HĐND") for number in range(offered.MOST)]
    browser.signed_in_as(make.reviewer)
    page = browser.get(endpoint, plan=old.id)
    choices = {box["value"]: "checked" in box.attrs for box in page.html.select("input[name=plan]") if box["value"]}
    assert choices == {str(old.id): True, **{str(plan.id): False for plan in latest}}
    assert left_out.number not in page.main
    assert f"Kế hoạch: {old.number}" in page.main
