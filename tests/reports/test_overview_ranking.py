"""Who stands where, by the rule that is printed above the ranking."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from inspect_app.reports.queries.overview.compare import days, points
from inspect_app.reports.queries.overview.lines import Numbers, OfUnit
from inspect_app.reports.queries.overview.ranking import Part, ranked
from inspect_app.reports.views.overview import shown_of
from inspect_app.units.models import UnitKind

TABLE = """
place  unit  resolved  counted  on_time  overdue
1      a     4         4        4        0
1      b     3         3        3        0
3      c     3         3        2        0
4      d     4         5        4        0
5      e     4         5        3        0
6      f     4         5        4        1
7      g     4         10       4        2
7      h     2         5        2        2
9      i     0         2        0        0
9      j     0         1        0        0
11     k     0         3        0        3
"""


def unit(name, resolved, counted, on_time, overdue):
    numbers = Numbers(counted=int(counted), resolved=int(resolved), on_time=int(on_time), overdue=int(overdue))
    return OfUnit(ord(name), name, UnitKind.COMMUNE, name, numbers)


def test_by_share_then_fewer_overdue_then_share_in_time_and_equals_share_a_place():
    rows = [line.split() for line in TABLE.strip().splitlines()[1:]]
    units = [unit(*rest) for _place, *rest in rows]
    assert [(one.place, one.unit.name) for one in ranked(reversed(units))] == [(int(row[0]), row[1]) for row in rows]


def test_a_unit_at_which_nothing_counts_has_no_place():
    assert [one.unit.name for one in ranked([unit("a", 0, 0, 0, 0), unit("b", 0, 1, 0, 1)])] == ["b"]


@st.composite
def units(draw):
    counted = draw(st.integers(1, 4))
    resolved = draw(st.integers(0, counted))
    on_time, overdue = draw(st.integers(0, resolved)), draw(st.integers(0, counted - resolved))
    return resolved, counted, on_time, overdue


@given(st.lists(units(), max_size=12))
def test_a_place_says_how_many_are_better(several):
    places = ranked(unit(chr(97 + n), *numbers) for n, numbers in enumerate(several))

    def merit(one):
        n = one.unit.numbers
        return Fraction(n.resolved, n.counted), -n.overdue, Fraction(n.on_time, n.resolved or 1)

    for one in places:
        assert one.place == 1 + sum(merit(other) > merit(one) for other in places)


def test_the_first_and_the_last_are_shown_or_a_page_of_all():
    several = [unit(chr(200 + n), 1, n, 1, 0) for n in range(1, 412)]

    def told(holding):
        part = Part(200, holding) if holding else Part(5)
        return shown_of(ranked(several, part), len(several), part)

    few = shown_of(ranked(several[:11], Part(5)), 11, Part(5))
    assert (len(few.first), few.between, few.last) == (11, 0, [])
    ends = told(None)
    assert [one.place for one in (*ends.first, *ends.last)] == [1, 2, 3, 4, 5, 407, 408, 409, 410, 411]
    assert ends.between == 401
    pages = [told(start) for start in (1, 201, 401, 9999)]
    assert [(page.earlier, page.first[0].place, len(page.first), page.later) for page in pages] == [
        (None, 1, 200, 201),
        (1, 201, 200, 401),
        (201, 401, 11, None),
        (201, 401, 11, None),
    ]
    assert shown_of(ranked([], Part(200, 1)), 0, Part(200, 1)).first == []


def test_differences_are_those_of_the_numbers_as_printed():
    assert points(2, 3, 1, 3) == Decimal("33.4")  # 66,7% - 33,3%
    assert points(1999, 2000, 1, 3000) == Decimal("99.8")  # 99,9% - 0,1%
    assert points(1, 1, 0, 0) is None
    assert days(Fraction(37, 3), Fraction(37, 6)) == Fraction(61, 10)  # 12,3 - 6,2
