"""Where the parts of a chart stand."""

import pytest

from inspect_app.web.charts import LABEL_GAP, line_chart, tick_step

MONTHS = ["T4", "T5", "T6", "T7"]


@pytest.mark.parametrize(
    ("highest", "step"), [(0, 1), (4, 1), (5, 1), (6, 2), (41, 10), (50, 10), (96, 20), (101, 50), (1288, 500)]
)
def test_grid_lines_stand_at_round_numbers(highest, step):
    assert tick_step(highest) == step


def test_a_line_runs_from_the_base_to_the_top():
    chart = line_chart(MONTHS, [("Đã ghi nhận", "rec", [0, 2, 3, 5])])
    line = chart.lines[0]
    assert line.marks[0].y == chart.base
    assert line.marks[-1].y == chart.rows[-1].y
    assert [mark.x for mark in line.marks] == [column.x for column in chart.columns]


def test_a_line_ends_where_the_months_are_still_to_come():
    chart = line_chart(MONTHS, [("Đã ghi nhận", "rec", [6, 12]), ("Đã khắc phục", "done", [0, 3])])
    assert len(chart.columns) == 4
    assert len(chart.lines[1].marks) == 2
    assert chart.lines[1].label.text == "3"


def test_words_at_the_ends_of_two_lines_never_meet():
    chart = line_chart(MONTHS, [("Đã ghi nhận", "rec", [6, 12, 41, 41]), ("Đã khắc phục", "done", [0, 3, 39, 41])])
    first, second = (line.label.y for line in chart.lines)
    assert second - first >= 34


def test_the_gap_is_closed_between_the_two_lines():
    chart = line_chart(MONTHS, [("Đã ghi nhận", "rec", [6, 12, 20]), ("Đã khắc phục", "done", [0, 3])])
    assert len(chart.gap.split()) == 4


@pytest.mark.parametrize("values", [[], [0, 0]])
def test_nothing_yet_is_still_a_chart(values):
    chart = line_chart(MONTHS[: len(values)], [("Đã ghi nhận", "rec", values), ("Đã khắc phục", "done", values)])
    assert chart.lines[0].label.text == "0"
    assert chart.rows[-1].text == "1"


def test_words_at_the_foot_of_a_chart_stay_above_the_names_of_the_months():
    chart = line_chart(["T5", "T6"], [("Đã ghi nhận", "rec", [0, 0]), ("Đã khắc phục", "done", [0, 0])])
    first, second = (line.label.y for line in chart.lines)
    assert second + 17 <= chart.base
    assert second - first >= LABEL_GAP
