"""The sentences to copy: read as an office writes them, whatever the figures are."""

from datetime import date

import pytest
from flask import Flask

from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reports.queries import Activity, Day, Report, Standing, Tally, UnitLine
from inspect_app.reports.views.sentence import kinds_of, sentence
from inspect_app.units.models import UnitKind

K = UnitKind
DAY = Day(date(2022, 12, 31), date(2026, 1, 1))


def unit(kind=K.COMMUNE, standing=Standing.CONCLUDED, **found):
    tally = Tally(**found)
    return UnitLine(1, "Phường Tân An", kind, "", standing, tally)


def told(
    app: Flask, *units, number="262/KH-UBND", kind=PlanKind.SCHEDULED, partial=False, made=0, language="vi"
) -> str:
    plan = Plan(id=1, kind=kind, number=number, title="Kiểm tra cải cách hành chính năm 2022", year=2022)
    made_by_units = [Activity(1, PlanKind.SELF, number, plan.title, {K.COMMUNE: made})] if made else []
    total = sum((one.tally for one in units), Tally())
    report = Report(plan, DAY, list(units), [], [], made_by_units, total, partial)
    with app.test_request_context(headers={"Cookie": f"language={language}"}):
        return sentence(report)


def test_all_is_done_as_in_the_report_of_2022(app):
    units = [
        *(unit(kind, counted=3, resolved=3, on_time=2, late=1) for kind in (K.DEPARTMENT, K.DISTRICT)),
        unit(counted=2, resolved=2, on_time=2),
    ]
    assert told(app, *units) == (
        "Thực hiện Kế hoạch số 262/KH-UBND, Đoàn kiểm tra đã làm việc tại 3/3 đơn vị (1 sở, ngành; 1 quận, huyện; "
        "1 xã, phường), đạt 100% kế hoạch. Đoàn đề nghị khắc phục 8 hạn chế. Tính đến ngày 31/12/2022, các đơn vị đã "
        "khắc phục 8/8 hạn chế, đạt 100%; trong đó 6 hạn chế xong đúng hạn (75%)."
    )


@pytest.mark.parametrize(
    ("found", "end"),
    [
        ({"counted": 2, "resolved": 2, "on_time": 2}, "2/2 hạn chế, đạt 100%; tất cả đều xong đúng hạn."),
        (
            {"counted": 2, "resolved": 2, "late": 2},
            "2/2 hạn chế, đạt 100%; không có hạn chế nào xong đúng hạn.",
        ),
        (
            {"counted": 3, "resolved": 2, "on_time": 2, "new": 1},
            "2/3 hạn chế, đạt 66,7%; tất cả đều xong đúng hạn. Còn 1 hạn chế chưa xong, không có hạn chế quá hạn.",
        ),
        (
            {"counted": 3, "resolved": 1, "on_time": 1, "new": 2, "overdue": 1},
            "tất cả đều xong đúng hạn. Còn 2 hạn chế chưa xong, trong đó 1 hạn chế quá hạn.",
        ),
        (
            {"counted": 2, "new": 2, "overdue": 2},
            "chưa có hạn chế nào khắc phục xong. Còn 2 hạn chế chưa xong, đều đã quá hạn.",
        ),
        (
            {"counted": 1500, "resolved": 1499, "on_time": 1499, "new": 1},
            "1.499/1.500 hạn chế, đạt 99,9%; tất cả đều xong đúng hạn. "
            "Còn 1 hạn chế chưa xong, không có hạn chế quá hạn.",
        ),
    ],
)
def test_what_is_left_is_said(app, found, end):
    said = told(app, unit(**found))
    assert said.endswith(end)
    assert " các đơn vị" not in said, "there is one unit only"


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ([], "Tính đến ngày 31/12/2022, Kế hoạch số 262/KH-UBND chưa có đơn vị nào."),
        (
            [unit(standing=Standing.AHEAD), unit(standing=Standing.AHEAD)],
            "Tính đến ngày 31/12/2022, chưa kiểm tra đơn vị nào trong 2 đơn vị của Kế hoạch số 262/KH-UBND.",
        ),
        (
            [unit(standing=Standing.BEGUN), unit(standing=Standing.AHEAD)],
            "Thực hiện Kế hoạch số 262/KH-UBND, Đoàn kiểm tra đã làm việc tại 1/2 đơn vị (1 xã, phường), đạt 50% kế "
            "hoạch. Chưa có hạn chế nào được đề nghị khắc phục.",
        ),
        (
            [unit(standing=Standing.NOTHING_FOUND)],
            "Thực hiện Kế hoạch số 262/KH-UBND, Đoàn kiểm tra đã làm việc tại 1/1 đơn vị (1 xã, phường), đạt 100% kế "
            "hoạch. Qua kiểm tra không phát hiện hạn chế.",
        ),
    ],
)
def test_a_plan_under_way_claims_nothing(app, units, said):
    assert told(app, *units) == said


def test_a_part_is_not_passed_off_as_the_plan(app):
    said = told(app, unit(counted=1, resolved=1, on_time=1), partial=True)
    assert said.startswith(
        "Trong phạm vi được xem của Kế hoạch số 262/KH-UBND, Đoàn kiểm tra đã làm việc tại 1/1 đơn vị"
    )
    assert "đạt 100% kế hoạch" not in said


def test_a_plan_without_a_number_is_called_by_its_title(app):
    assert told(app, number="").startswith(
        "Tính đến ngày 31/12/2022, Kế hoạch “Kiểm tra cải cách hành chính năm 2022” chưa có đơn vị nào."
    )


def test_self_inspections_have_no_team(app):
    said = told(app, unit(standing=None, counted=2, new=2), kind=PlanKind.SELF, made=288)
    assert said == (
        "Thực hiện Kế hoạch số 262/KH-UBND, các đơn vị đã tự kiểm tra 288 cuộc. Các đơn vị tự phát hiện 2 hạn chế. "
        "Tính đến ngày 31/12/2022, chưa có hạn chế nào khắc phục xong. "
        "Còn 2 hạn chế chưa xong, không có hạn chế quá hạn."
    )
    assert told(app, kind=PlanKind.SELF) == (
        "Tính đến ngày 31/12/2022, chưa có cuộc tự kiểm tra nào theo Kế hoạch số 262/KH-UBND."
    )


def test_kinds_of_units_are_joined_and_empty_ones_left_out(app):
    with app.test_request_context():
        assert kinds_of([(K.CITY, 1), (K.DEPARTMENT, 0), (K.DISTRICT, 3), (K.AFFILIATE, 1200)]) == (
            "1 tỉnh, thành phố; 3 quận, huyện; 1.200 đơn vị trực thuộc"
        )


ONE, TWO = "1/1 shortcoming (100%)", "2/2 shortcomings (100%)"


@pytest.mark.parametrize(
    ("found", "end"),
    [
        ({"counted": 1, "resolved": 1, "on_time": 1}, f"the unit had remedied {ONE}, on time."),
        ({"counted": 1, "resolved": 1, "late": 1}, f"the unit had remedied {ONE}, but late."),
        ({"counted": 2, "resolved": 2, "on_time": 2}, f"the unit had remedied {TWO}, none late."),
        ({"counted": 2, "resolved": 2, "late": 2}, f"the unit had remedied {TWO}, none on time."),
        (
            {"counted": 2, "resolved": 2, "on_time": 1, "late": 1},
            f"the unit had remedied {TWO}, 1 of them on time (50%).",
        ),
        (
            {"counted": 1, "new": 1},
            "The team asked for 1 shortcoming to be put right. As of 31/12/2022, none had been remedied. "
            "1 shortcoming remains to be put right and is not overdue.",
        ),
        (
            {"counted": 3, "resolved": 1, "on_time": 1, "new": 2, "overdue": 1},
            "1/3 shortcomings (33.3%), none late. 2 shortcomings remain to be put right, 1 of them overdue.",
        ),
        (
            {"counted": 1500, "resolved": 1499, "on_time": 1499, "new": 1, "overdue": 1},
            "1,499/1,500 shortcomings (99.9%), none late. 1 shortcoming remains to be put right and is overdue.",
        ),
    ],
)
def test_in_english_one_and_many_read_as_they_should(app, found, end):
    said = told(app, unit(**found), language="en")
    assert said.startswith(
        "Under plan 262/KH-UBND, the inspection team inspected 1/1 unit (1 commune or ward), 100% of the plan. "
    )
    assert said.endswith(end)


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ([], "As of 31/12/2022, plan 262/KH-UBND had no units."),
        (
            [unit(standing=Standing.AHEAD)],
            "As of 31/12/2022, the only unit in plan 262/KH-UBND had not been inspected.",
        ),
        (
            [unit(standing=Standing.AHEAD)] * 2,
            "As of 31/12/2022, none of the 2 units in plan 262/KH-UBND had been inspected.",
        ),
        (
            [unit(standing=Standing.NOTHING_FOUND)] * 2,
            "Under plan 262/KH-UBND, the inspection team inspected 2/2 units (2 communes or wards), 100% of the plan. "
            "No shortcomings were found.",
        ),
    ],
)
def test_in_english_nothing_is_claimed_either(app, units, said):
    assert told(app, *units, language="en") == said
