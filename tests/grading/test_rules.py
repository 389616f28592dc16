"""The arithmetic of the index: grades from bands, points from steps. No database."""

from decimal import Decimal

import pytest

from inspect_app.grading.models import Criterion, Grade
from inspect_app.grading.policy import DEFAULTS, FULL, Rules, Rung, award, grade_of, read_points

GRADES = """
100    excellent
90     excellent
89.99  good
80     good
79.99  fair
70     fair
69.99  average
50     average
49.99  weak
0      weak
"""

AWARDS = """
inspected   6 20   1.00  30%
inspected  29 100  0.50  29%
inspected   4 20   0.50  20%
inspected  19 100  0.00  19%
inspected   1 3    1.00  33,3%
inspected   0 20   0.00  0%
handled    41 41   1.00  100%
handled    40 41   0.98  97,6%
handled     7 10   0.70  70%
handled    69 100  0.00  69%
handled     2 3    0.00  66,7%
"""


def test_a_total_has_the_best_grade_whose_bound_it_reaches():
    for line in GRADES.split("\n"):
        if line:
            total, grade = line.split()
            assert grade_of(Decimal(total), DEFAULTS.bands) == grade, line


def test_a_year_may_know_fewer_grades():
    assert grade_of(Decimal(95), {Grade.GOOD: Decimal(80)}) is Grade.GOOD
    assert grade_of(Decimal(75), {Grade.GOOD: Decimal(80)}) is Grade.WEAK


def test_a_criterion_gives_its_points_by_the_step_that_is_reached():
    for line in AWARDS.split("\n"):
        if line:
            criterion, part, whole, points, share = line.split()
            given = award(DEFAULTS, Criterion(criterion), int(part), int(whole))
            assert (str(given.points), given.percent()) == (points, share), line


def test_the_share_is_compared_exactly_and_printed_on_its_side_of_every_bound():
    just_below = award(DEFAULTS, Criterion.INSPECTED, 2996, 10000)
    assert just_below.points == Decimal("0.50")
    assert just_below.percent() == "29,96%"
    all_but_one = award(DEFAULTS, Criterion.HANDLED, 2999, 3000)
    assert all_but_one.points == Decimal("1.00")  # pro rata, half up
    assert all_but_one.percent() == "99,97%"


def test_nothing_to_divide_by_gives_no_points_at_all():
    given = award(DEFAULTS, Criterion.HANDLED, 0, 0)
    assert (given.points, given.percent()) == (None, "–")


def test_other_maximum_points_and_steps_are_followed():
    rules = Rules(
        bands=DEFAULTS.bands,
        points={**DEFAULTS.points, Criterion.INSPECTED: Decimal("1.5")},
        rungs={**DEFAULTS.rungs, Criterion.INSPECTED: (Rung(Decimal(50), FULL), Rung(Decimal(10)))},
    )
    assert award(rules, Criterion.INSPECTED, 1, 3).points == Decimal("0.50")
    assert award(rules, Criterion.INSPECTED, 1, 2).points == Decimal("1.50")


@pytest.mark.parametrize(("typed", "value"), [("85", "85"), ("85,2", "85.2"), (" 85.25 ", "85.25"), ("85,500", "85.5")])
def test_points_are_read_with_a_comma_or_a_point(typed, value):
    assert read_points(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "-1", "100,01", "85,255", "8 5", "1e2", "٨٥", "85,,2", "1.000,5"])
def test_anything_else_is_no_number_of_points(typed):
    with pytest.raises(ValueError):  # noqa: PT011 - the number itself is all it says
        read_points(typed)
