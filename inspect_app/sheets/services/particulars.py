"""What the cells of a sheet of findings say: area, deadline, number of days; or what is wrong with them."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inspect_app.core.errors import Invalid
from inspect_app.core.text import fold
from inspect_app.findings.models import Finding
from inspect_app.findings.services import Particulars
from inspect_app.findings.services.recording import check
from inspect_app.sheets.queries.tracking import Known
from inspect_app.sheets.services.areas import area_meant
from inspect_app.sheets.services.lines import Line, Verdict, day_in
from inspect_app.visits.models import Visit


class Field(StrEnum):
    UNIT = "unit"
    TEXT = "text"
    REQUIRED = "required"
    AREA = "area"
    DEADLINE = "deadline"
    DAYS = "days"
    """A number of days after the conclusion, instead of a day."""
    VISIT_DAY = "visit_day"
    CODE = "code"
    VERSION = "version"


@dataclass(slots=True)
class FindingLine(Line):
    """One row of the sheet, and the finding that it is or would be."""

    visit: Visit | None = None
    finding: Finding | None = None
    particulars: Particulars | None = None

    def rests_on(self) -> tuple[object, ...]:
        known = (self.finding.id, self.finding.version) if self.finding else ()
        return (self.visit.id if self.visit else 0, *known)


def check_particulars(line: FindingLine, particulars: Particulars, visit: Visit) -> None:
    try:
        check(particulars, visit)
    except Invalid as refused:
        line.wrong[Field(refused.field)] = refused
        line.verdict = Verdict.WRONG


def area_of(line: FindingLine, known: Known) -> str | None:
    written = line.cells.get(Field.AREA, "")
    if not written:
        return None
    if written not in known.areas_meant:
        known.areas_meant[written] = area_meant(written, known.areas)
    if known.areas_meant[written] is None:
        line.wrong[Field.AREA] = Invalid("Không có lĩnh vực này")
    return known.areas_meant[written]


def deadline_of(line: FindingLine) -> date | None:
    written = line.cells.get(Field.DEADLINE, "")
    return day_in(line, Field.DEADLINE) if written else None


def days_of(line: FindingLine) -> int | None:
    written = line.cells.get(Field.DAYS, "")
    if not written:
        line.wrong.setdefault(Field.DEADLINE, Invalid("Nhập hạn khắc phục hoặc số ngày"))
        return None
    number = re.fullmatch(r"(\d{1,3})( ngay)?", fold(written))
    if number is None:
        line.wrong[Field.DAYS] = Invalid("Nhập số ngày, ví dụ 30")
        return None
    return int(number[1])
