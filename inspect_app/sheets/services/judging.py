"""What each row of a sheet of findings would do: add one, change one, nothing, or nothing for a reason beside the cell.

Decides from what `queries.tracking` has read; changes nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid
from inspect_app.core.text import clean, fold
from inspect_app.findings.models import Finding, State
from inspect_app.findings.services import Particulars
from inspect_app.findings.services.recording import check
from inspect_app.sheets.queries.tracking import Known
from inspect_app.sheets.services.areas import area_meant
from inspect_app.sheets.services.lines import Judged, Line, Offer, Question, Verdict, cells_of, day_in, empty
from inspect_app.sheets.services.names import Match, meant, normal
from inspect_app.sheets.services.reading import Cell
from inspect_app.visits import policy
from inspect_app.visits.models import Visit

_TOTALS = re.compile(r"(tong( so| cong)?|cong)\b")


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


NEEDED = (Field.UNIT, Field.TEXT, Field.REQUIRED, Field.AREA)


@dataclass(slots=True)
class FindingLine(Line):
    """One row of the sheet, and the finding that it is or would be."""

    visit: Visit | None = None
    finding: Finding | None = None
    particulars: Particulars | None = None

    def rests_on(self) -> tuple[object, ...]:
        known = (self.finding.id, self.finding.version) if self.finding else ()
        return (self.visit.id if self.visit else 0, *known)


def codes(rows: Sequence[Sequence[Cell]], columns: Mapping[str, int]) -> set[str]:
    """The codes of findings that the rows name."""
    place = columns.get(Field.CODE)
    return set() if place is None else {str(row[place]).strip() for row in rows if str(row[place]).strip()}


def judge(
    rows: Iterable[tuple[int, Sequence[Cell]]],
    columns: Mapping[str, int],
    answers: Mapping[str, int],
    known: Known,
    actor: Actor,
) -> Judged[FindingLine]:
    """`rows` with their numbers; `answers`: the visits that were chosen for names that are not clear.

    Empty rows, sums and rows above the heads are passed over. Where the unit and its day stand once for several rows,
    as in merged cells, the rows below are taken for that unit.
    """
    units = _Units(known, answers)
    lines, seen, above = list[FindingLine](), dict[tuple[int, str], int](), dict[str, str]()
    for number, row in rows:
        cells = cells_of(row, columns)
        if not (cells.get(Field.TEXT) or cells.get(Field.REQUIRED) or cells.get(Field.CODE)):
            continue
        if _TOTALS.match(fold(cells.get(Field.TEXT, ""))) and not cells.get(Field.REQUIRED):
            continue
        if cells.get(Field.UNIT):
            above = {name: cells.get(name, "") for name in (Field.UNIT, Field.VISIT_DAY)}
        else:
            cells |= {name: value for name, value in above.items() if not cells.get(name) and name in columns}
        line = FindingLine(number, cells)
        code = cells.get(Field.CODE, "")
        if code:
            _judge_known(line, known, actor)
        else:
            _judge_new(line, known, units, seen)
        lines.append(line)
    return Judged(lines, units.questions())


# A row that names a finding of ours


def _judge_known(line: FindingLine, known: Known, actor: Actor) -> None:
    finding = known.findings.get(line.cells[Field.CODE])
    if finding is None:
        line.wrong[Field.CODE] = Invalid("Không có hạn chế nào mang mã này, hoặc tài khoản này không xem được")
        return
    line.finding, line.visit = finding, finding.visit
    unit = line.cells.get(Field.UNIT, "")
    if unit and normal(unit) not in {normal(finding.unit_name), normal(finding.visit.unit.name)}:
        line.wrong[Field.UNIT] = Invalid("Hạn chế này của %(unit)s, đơn vị không đổi được", unit=finding.unit_name)
    area = _area(line, known) if line.cells.get(Field.AREA) else finding.area_code
    deadline = _deadline(line)
    text, required = (clean(line.cells.get(name, "")) for name in (Field.TEXT, Field.REQUIRED))
    for name, said, is_now in (
        (Field.TEXT, text, finding.text),
        (Field.REQUIRED, required, finding.required),
        (Field.AREA, area, finding.area_code),
        (Field.DEADLINE, deadline, finding.fixed_deadline if finding.state is State.RECORDED else finding.deadline),
    ):
        if said and said != is_now and name not in line.wrong:
            line.was[name] = _shown(is_now, known)
    if line.was:
        _refuse_what_may_not_be_changed(line, finding, actor)
    if line.wrong:
        return
    line.verdict = Verdict.CHANGED if line.was else Verdict.SAME
    if line.was:
        fixed = deadline or finding.fixed_deadline
        line.particulars = Particulars(
            area_code=area or finding.area_code,
            text=text or finding.text,
            required=required or finding.required,
            deadline_n=None if fixed else finding.deadline_n,
            deadline_unit=finding.deadline_unit,
            counted_from=finding.counted_from,
            fixed_deadline=fixed,
            follower_id=finding.follower_id,
            item_id=finding.item_id,
        )
        _check(line, line.particulars, finding.visit)


def _refuse_what_may_not_be_changed(line: FindingLine, finding: Finding, actor: Actor) -> None:
    if finding.state is not State.RECORDED:
        why = Invalid("Đã ban hành nên không sửa qua bảng tính; sửa bằng văn bản đính chính")
    elif not policy.may_record(actor, finding.visit):
        why = Invalid("Chỉ đoàn đã ghi hạn chế này sửa được")
    elif line.cells.get(Field.VERSION, "") not in ("", str(finding.version)):
        why = Invalid("Sổ đã đổi sau khi tải tệp này về. Tải lại tệp rồi sửa, hoặc bỏ phần sửa ở ô này")
    else:
        return
    line.wrong |= dict.fromkeys(line.was, why)


def _shown(value: object, known: Known) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return next((area.short_name for area in known.areas if area.code == value), str(value or ""))


# A row that names none


def _judge_new(line: FindingLine, known: Known, units: "_Units", seen: dict[tuple[int, str], int]) -> None:
    visit = line.visit = units.of(line)
    area, deadline = _area(line, known), _deadline(line)
    text, required = (clean(line.cells.get(name, "")) for name in (Field.TEXT, Field.REQUIRED))
    for name in NEEDED:
        if not line.cells.get(name) and name not in line.wrong:
            line.wrong[name] = empty()
    days = None if deadline else _days(line)
    if visit is None or line.wrong:
        return
    if text in known.written.get(visit.id, {}):
        line.verdict, line.cells[Field.CODE] = Verdict.SAME, known.written[visit.id][text]
        return
    if (first := seen.setdefault((visit.id, text), line.number)) != line.number:
        line.wrong[Field.TEXT] = Invalid("Trùng với dòng %(row)s", row=first)
        return
    line.particulars = Particulars(
        area_code=area or "", text=text, required=required, deadline_n=days, fixed_deadline=deadline
    )
    line.verdict = Verdict.NEW
    _check(line, line.particulars, visit)


def _check(line: FindingLine, particulars: Particulars, visit: Visit) -> None:
    try:
        check(particulars, visit)
    except Invalid as refused:
        line.wrong[Field(refused.field)] = refused
        line.verdict = Verdict.WRONG


def _area(line: FindingLine, known: Known) -> str | None:
    written = line.cells.get(Field.AREA, "")
    if not written:
        return None
    if written not in known.areas_meant:
        known.areas_meant[written] = area_meant(written, known.areas)
    if known.areas_meant[written] is None:
        line.wrong[Field.AREA] = Invalid("Không có lĩnh vực này")
    return known.areas_meant[written]


def _deadline(line: FindingLine) -> date | None:
    written = line.cells.get(Field.DEADLINE, "")
    return day_in(line, Field.DEADLINE) if written else None


def _days(line: FindingLine) -> int | None:
    written = line.cells.get(Field.DAYS, "")
    if not written:
        line.wrong.setdefault(Field.DEADLINE, Invalid("Nhập hạn khắc phục hoặc số ngày"))
        return None
    number = re.fullmatch(r"(\d{1,3})( ngay)?", fold(written))
    if number is None:
        line.wrong[Field.DAYS] = Invalid("Nhập số ngày, ví dụ 30")
        return None
    return int(number[1])


class _Units:
    """Which visit a row belongs to, asked once for each way of writing its unit."""

    def __init__(self, known: Known, answers: Mapping[str, int]) -> None:
        self._known, self._answers = known, answers
        self._names: dict[str, set[int]] = {}
        for visit_id, names in known.names.items():
            for name in names:
                self._names.setdefault(normal(name), set()).add(visit_id)
        self._others = frozenset(normal(name) for name in known.elsewhere) - self._names.keys()
        self._meant: dict[str, Match[int]] = {}
        self._asked: dict[str, tuple[str, int, tuple[int, ...]]] = {}

    def of(self, line: FindingLine) -> Visit | None:
        name = line.cells.get(Field.UNIT, "")
        if not name:
            return None
        asked = normal(name)
        if asked not in self._meant:
            self._meant[asked] = meant(name, self._names, self._others)
        match = self._meant[asked]
        found = match.found
        if line.cells.get(Field.VISIT_DAY):
            day = day_in(line, Field.VISIT_DAY)
            found = tuple(one for one in found if self._known.visits[one].day == day)
            if day and match.found and not found:
                line.wrong[Field.VISIT_DAY] = Invalid("Đơn vị này không có cuộc kiểm tra đang ghi vào ngày đó")
                return None
        if len(found) == 1:
            return self._taken(line, found[0])
        offered = found or match.offered
        if not offered:
            line.wrong[Field.UNIT] = Invalid("Đơn vị này không có cuộc kiểm tra nào đang ghi của đoàn")
            return None
        answer = self._answers.get(asked)
        if answer in offered:
            return self._taken(line, answer)
        _name, rows, _offered = self._asked.get(asked, (name, 0, offered))
        self._asked[asked] = (name, rows + 1, offered)
        line.wrong[Field.UNIT] = Invalid("Chưa rõ là đơn vị nào, hãy chọn ở trên")
        return None

    def _taken(self, line: FindingLine, visit_id: int) -> Visit:
        visit = self._known.visits[visit_id]
        if visit.unit_name != line.cells[Field.UNIT]:
            line.taken[Field.UNIT] = visit.unit_name
        return visit

    def questions(self) -> list[Question]:
        return [
            Question(name, key, rows, tuple(_offer(self._known.visits[one]) for one in offered))
            for key, (name, rows, offered) in self._asked.items()
        ]


def _offer(visit: Visit) -> Offer:
    return Offer(visit.id, visit.unit_name, visit.plan.number or visit.plan.title, visit.day)
