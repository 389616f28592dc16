"""What each row of a sheet of findings would do: add one, change one, nothing, or nothing for a reason beside the cell.

Decides from what `queries.tracking` has read; changes nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid
from inspect_app.core.text import clean, fold
from inspect_app.findings.services import Particulars
from inspect_app.sheets.queries.tracking import Known
from inspect_app.sheets.services.lines import Judged, Offer, Question, Verdict, cells_of, day_in, empty
from inspect_app.sheets.services.names import Match, meant, normal
from inspect_app.sheets.services.particulars import (
    Field,
    FindingLine,
    area_of,
    check_particulars,
    days_of,
    deadline_of,
)
from inspect_app.sheets.services.reading import Cell
from inspect_app.sheets.services.returned import judge_known
from inspect_app.visits.models import Visit

NOTHING: Mapping[str, Any] = {}

NEEDED = (Field.UNIT, Field.TEXT, Field.REQUIRED, Field.AREA)
_TOTALS = re.compile(r"(tong( so| cong)?|cong)\b")


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
    originals: Mapping[str, Mapping[str, str]] = NOTHING,
    decided: Mapping[str, str] = NOTHING,
) -> Judged[FindingLine]:
    """`rows` with their numbers; `answers`: the visits that were chosen for names that are not clear.

    `originals` and `decided` as in `lines.Sheet`. Empty rows, sums and rows above the heads are passed over. Where the
    unit and its day stand once for several rows, as in merged cells, the rows below are taken for that unit.
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
            judge_known(line, known, actor, originals.get(code), decided)
        else:
            _judge_new(line, known, units, seen)
        lines.append(line)
    return Judged(lines, units.questions())


# A row that names no finding of ours


def _judge_new(line: FindingLine, known: Known, units: "_Units", seen: dict[tuple[int, str], int]) -> None:
    visit = line.visit = units.of(line)
    area, deadline = area_of(line, known), deadline_of(line)
    text, required = (clean(line.cells.get(name, "")) for name in (Field.TEXT, Field.REQUIRED))
    for name in NEEDED:
        if not line.cells.get(name) and name not in line.wrong:
            line.wrong[name] = empty()
    days = None if deadline else days_of(line)
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
    check_particulars(line, line.particulars, visit)


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
