"""The index of 2021 and 2022: the press tells how many units got which grade in 2021, every single score is made up."""

from datetime import UTC, date, datetime
from decimal import Decimal

from inspect_app.demo.past import Stage
from inspect_app.grading import queries, services
from inspect_app.grading.models import Grading
from inspect_app.grading.services import Entry
from inspect_app.units.models import UnitKind

NOTES = {
    2021: "Số đơn vị theo từng mức xếp loại lấy từ báo chí: 15 Tốt, 12 Khá, 2 Trung bình trong 29 đơn vị. "
    "Điểm của từng đơn vị và số quyết định là minh họa.",
    2022: "Điểm, xếp loại của từng đơn vị và số quyết định là minh họa.",
}
PUBLISHED = {2021: ("01/QĐ-MH", date(2022, 6, 20)), 2022: ("02/QĐ-MH", date(2023, 6, 15))}
TOTALS = {
    (2021, UnitKind.DEPARTMENT): (
        *("88.42", "87.15", "86.90", "85.77", "84.60", "84.05", "83.31", "82.94", "81.86", "80.73"),
        *("79.65", "78.92", "77.48", "76.80", "76.15", "75.02", "74.37", "72.66", "71.10", "66.25"),
    ),
    (2021, UnitKind.DISTRICT): ("87.03", "85.20", "83.76", "82.11", "80.45", "78.30", "75.94", "73.58", "68.71"),
    (2022, UnitKind.DEPARTMENT): (
        *("89.10", "90.35", "86.20", "87.64", "85.92", "83.40", "85.15", "84.07", "83.28", "82.50"),
        *("81.95", "80.16", "80.02", "78.44", "77.90", "78.25", "75.36", "74.88", "73.05", "71.40"),
    ),
    (2022, UnitKind.DISTRICT): ("88.56", "84.90", "86.02", "83.35", "82.70", "80.28", "79.12", "74.66", "72.31"),
}
"""Of each group: 10 + 5 Tốt, 9 + 3 Khá, 1 + 1 Trung bình in 2021."""
STEP = 7
"""The units take turns, so that the order of names is not that of scores."""


def tell(stage: Stage) -> None:
    """Two years of the two groups that were graded then, each published by a decision of the year after."""
    for (year, kind), totals in TOTALS.items():
        number, day = PUBLISHED[year]
        actor, now = stage.reviewer(day), datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        grading = services.open_grading(year, kind, actor=actor, today=stage.today, now=now, note=NOTES[year], on=day)
        services.enter(
            grading,
            _entries(grading, totals, stage.today),
            units=queries.units_of(grading, stage.today),
            actor=actor,
            today=stage.today,
            now=now,
            on=day,
        )
        services.publish(grading, number=number, dated_on=day, actor=actor, today=stage.today, now=now)


def _entries(grading: Grading, totals: tuple[str, ...], today: date) -> dict[int, Entry | None]:
    units = queries.units_of(grading, today)
    if len(units) != len(totals):
        raise LookupError(f"{len(units)} units to grade in {grading.year}, not {len(totals)}")
    turns = [units[place * STEP % len(units)] for place in range(len(units))]
    return {unit.id: Entry(Decimal(total)) for unit, total in zip(turns, totals, strict=True)}
