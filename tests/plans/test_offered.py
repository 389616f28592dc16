"""Filters offer the latest plans, and whichever a list is narrowed to."""

import pytest

from inspect_app.core import clock
from inspect_app.plans.queries import offered


@pytest.mark.parametrize(
    "endpoint", ["findings.index", "visits.index", "visits.schedule", "conclusions.index", "urging.index"]
)
def test_a_list_narrowed_to_a_plan_of_long_ago_says_so(make, browser, endpoint, monkeypatch):
    monkeypatch.setattr(offered, "MOST", 2)
    years = (clock.today().year - ago for ago in (9, 2, 1, 0))
    old, left_out, *latest = (make.plan(year=year, number=f"{year}/KH") for year in years)
    browser.signed_in_as(make.reviewer)
    page = browser.get(endpoint, plan=old.id)
    choices = {box["value"]: "checked" in box.attrs for box in page.html.select("input[name=plan]") if box["value"]}
    assert choices == {str(old.id): True, **{str(plan.id): False for plan in latest}}
    assert left_out.number not in page.main
    assert f"Kế hoạch: {old.number}" in page.main
