from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspect_app.core import figures

shares = st.integers(1, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (41, 41, "100%"),
        (0, 41, "0%"),
        (61, 74, "82,4%"),
        (13, 74, "17,6%"),
        (1, 2, "50%"),
        (1, 3, "33,3%"),
        (2, 3, "66,7%"),
        (1, 16, "6,3%"),  # 6.25, which a float prints as 6.2
        (3, 16, "18,8%"),
        (1, 2000, "0,1%"),
        (1, 3000, "0,1%"),
        (1999, 2000, "99,9%"),
        (999_999, 1_000_000, "99,9%"),
        (0, 0, "–"),
    ],
)
def test_percent(part, whole, printed):
    assert figures.percent(part, whole) == printed


@given(shares)
def test_all_is_100_none_is_0_and_nothing_else_is(share):
    part, whole = share
    assert (figures.percent(part, whole) == "100%") == (part == whole)
    assert (figures.percent(part, whole) == "0%") == (part == 0)


@given(shares)
def test_a_share_is_at_most_a_twentieth_of_a_point_off_between_the_ends(share):
    part, whole = share
    printed = figures.percentage(part, whole)
    assert printed is not None
    assert 0 <= printed <= 100
    if Decimal("0.1") < printed < Decimal("99.9"):
        assert abs(Fraction(printed) - Fraction(100 * part, whole)) <= Fraction(1, 20)


@given(shares, shares)
def test_a_larger_share_never_prints_smaller(one, other):
    smaller, larger = sorted((one, other), key=lambda share: Fraction(*share))
    assert (figures.percentage(*smaller) or 0) <= (figures.percentage(*larger) or 0)


@pytest.mark.parametrize(("part", "whole"), [(-1, 3), (4, 3), (1, 0), (0, -1)])
def test_what_is_no_part_of_the_whole_has_no_share(part, whole):
    for printed in (figures.percent, figures.percentage, figures.completion):
        with pytest.raises(ValueError, match="no part"):
            printed(part, whole)


def test_a_share_for_a_spreadsheet_is_the_printed_number():
    assert figures.percentage(1999, 2000) == Decimal("99.9")
    assert figures.percentage(0, 0) is None


def test_completion_is_the_fraction_then_the_percentage():
    assert figures.completion(41, 41) == "41/41 (100%)"
    assert figures.completion(1234, 5678) == "1.234/5.678 (21,7%)"
    assert figures.completion(0, 0) == "–"
    assert figures.fraction(0, 0) == "0/0"


@pytest.mark.parametrize(
    ("number", "printed"),
    [(0, "0"), (999, "999"), (1288, "1.288"), (-1288, "-1.288"), (1_234_567, "1.234.567"), (Decimal("1288"), "1.288")],
)
def test_thousands(number, printed):
    assert figures.thousands(number) == printed


@pytest.mark.parametrize(
    ("number", "places", "printed"),
    [
        (Decimal("12.25"), 1, "12,3"),
        (Decimal("-12.25"), 1, "-12,3"),
        (Decimal("-0.04"), 1, "0"),
        (Fraction(37, 3), 1, "12,3"),
        (12, 1, "12"),
        (Decimal("12.04"), 2, "12,04"),
        (Decimal("12.50"), 2, "12,5"),
        (Decimal("1234.96"), 1, "1.235"),
        (Decimal("0.5"), 0, "1"),
        (None, 1, "–"),
    ],
)
def test_decimal(number, places, printed):
    assert figures.decimal(number, places) == printed


def test_english_has_the_marks_the_other_way_round():
    assert figures.percent(61, 74, "en") == "82.4%"
    assert figures.completion(1234, 5678, "en_GB") == "1,234/5,678 (21.7%)"
    assert figures.decimal(Decimal("1234.56"), 1, "en") == "1,234.6"


def test_mean_and_median_are_exact():
    assert figures.decimal(figures.mean(7, 2)) == "3,5"
    assert figures.mean(0, 0) is None
    assert figures.median([5, 1, 2]) == 2
    assert figures.median([1, 2]) == Fraction(3, 2)
    assert figures.median([]) is None
