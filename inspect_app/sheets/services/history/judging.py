"""What each row of a sheet of past work would do: copied for the first time, copied anew, nothing, or not at all.

Decides from what `queries.history` has read; changes nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid
from inspect_app.core.text import fold, one_line
from inspect_app.findings.models import State
from inspect_app.plans.models import PlanKind
from inspect_app.sheets.queries.history import Known, Named, known
from inspect_app.sheets.services.areas import area_meant
from inspect_app.sheets.services.history.comparing import compare
from inspect_app.sheets.services.history.lines import HistoryLine, PlanOf, VisitOf
from inspect_app.sheets.services.history.named import Units
from inspect_app.sheets.services.history.rows import (
    OF_THE_PLAN,
    OF_THE_VISIT,
    Field,
    Title,
    day_said,
    notice_day,
    says_nothing,
    title_of,
    told_by,
    visit_days,
)
from inspect_app.sheets.services.lines import Judged, Sheet, cells_of, empty

_TOTALS = re.compile(r"(tong( so| cong)?|cong)\b")
_COUNTED = re.compile(r"\(?\d{1,2}\)?")


def judge(sheet: Sheet, actor: Actor, today: date) -> Judged[HistoryLine]:
    """What copying the sheet would do on this day."""
    title, rows = title_of(sheet.above), list(_rows(sheet))
    register = known(actor, {title.number, *(_number(cells) for _row, cells in rows)} - {""})
    judging = _Judging(title, register, Units(register, sheet.answers), actor, today)
    for row, cells in rows:
        judging.take(HistoryLine(row, cells))
    for visit in judging.visits.values():
        compare(visit)
    return Judged(judging.lines, judging.units.questions())


def _rows(sheet: Sheet) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows that say something; those below merged cells with what stands in them."""
    above: dict[str, str] = {}
    for number, row in sheet.rows:
        cells = cells_of(row, sheet.columns)
        if not any(cells.get(name) for name in (Field.TEXT, Field.REQUIRED, Field.UNIT, Field.CODE)):
            continue
        if all(_COUNTED.fullmatch(value) for value in cells.values() if value):  # (1) (2) (3) below the heads
            continue
        if _TOTALS.match(fold(cells.get(Field.UNIT) or cells.get(Field.TEXT, ""))) and not cells.get(Field.REQUIRED):
            continue
        merged = OF_THE_PLAN if cells.get(Field.UNIT) else OF_THE_VISIT
        if not cells.get(Field.PLAN) or cells[Field.PLAN] == above.get(Field.PLAN):
            cells |= {name: above[name] for name in merged if above.get(name) and not cells.get(name)}
        above = {name: cells.get(name, "") for name in OF_THE_VISIT}
        yield number, cells


def _number(cells: dict[str, str]) -> str:
    return one_line(cells.get(Field.PLAN, ""))


@dataclass(slots=True)
class _Judging:
    title: Title
    register: Known
    units: Units
    actor: Actor
    today: date
    lines: list[HistoryLine] = field(default_factory=list)
    plans: dict[tuple[str, int], PlanOf] = field(default_factory=dict)
    visits: dict[tuple[str, int, int], VisitOf] = field(default_factory=dict)

    def take(self, line: HistoryLine) -> None:
        self.lines.append(line)
        days, nothing = visit_days(line, self.today), says_nothing(line)
        if not line.cells.get(Field.UNIT):
            line.wrong[Field.UNIT] = empty()
        if not nothing and not line.cells.get(Field.NOTICE):
            line.wrong[Field.NOTICE] = Invalid("Nhập số văn bản; văn bản không có số thì ghi “không số”")
        plan = self._plan(line, days[0].year if days else None)
        unit = self.units.of(line, days[0]) if days else None
        dated = notice_day(line, days[1], self.today) if days else None
        if not nothing and dated is not None:
            line.told = told_by(line, issued_on=dated, today=self.today, area_of=self._area)
        if plan is None or unit is None or days is None or dated is None or line.wrong:
            return
        if line.told and line.told.state in (State.RESOLVED, State.WITHDRAWN) and self.actor.belongs_to(unit):
            line.wrong[Field.UNIT] = Invalid(
                "Kết quả khắc phục của chính đơn vị mình do người của đơn vị khác nhập. Tách các dòng này ra tệp riêng."
            )
            return
        visit = self._visit(line, plan, unit, days, dated, nothing)
        if visit is not None:
            line.visit = visit
            visit.lines.append(line)

    def _area(self, written: str) -> str | None:
        meant = self.register.areas_meant
        if written not in meant:
            meant[written] = area_meant(written, self.register.areas)
        return meant[written]

    def _plan(self, line: HistoryLine, visited_in: int | None) -> PlanOf | None:
        number = _number(line.cells) or self.title.number
        if not number:
            line.wrong[Field.PLAN] = Invalid("Thêm cột số kế hoạch, hoặc ghi số kế hoạch ở tiêu đề trên bảng")
            return None
        year = self._year(line, visited_in, by_title=number == self.title.number)
        if year is None:
            return None
        if (number, year) not in self.plans:
            self.plans[number, year] = self._new_plan(line, number, year)
        plan = self.plans[number, year]
        if why := self._closed(plan):
            line.wrong[Field.PLAN] = why
            return None
        return plan

    def _year(self, line: HistoryLine, visited_in: int | None, *, by_title: bool) -> int | None:
        typed = line.cells.get(Field.YEAR, "")
        if typed and not re.fullmatch(r"20\d\d", typed):
            line.wrong[Field.YEAR] = Invalid("Nhập năm, ví dụ 2022")
            return None
        year = int(typed) if typed else (self.title.year if by_title else None) or visited_in
        if year is not None and year > self.today.year:
            line.wrong[Field.YEAR] = Invalid("Chỉ nhập việc của năm nay và các năm đã qua")
            return None
        return year

    def _new_plan(self, line: HistoryLine, number: str, year: int) -> PlanOf:
        there = self.register.plans.get((number, year), ())
        issued = day_said(line, Field.PLAN_DAY, self.today)
        by_title = self.title.issued_on if number == self.title.number else None
        if issued is None and by_title is not None and by_title <= self.today:
            issued = by_title
        title = one_line(line.cells.get(Field.PLAN_TITLE, ""))
        surprise = (self.title.surprise and number == self.title.number) or "dot xuat" in fold(title)
        kind = PlanKind.SURPRISE if surprise else PlanKind.SCHEDULED
        return PlanOf(number, year, title, issued, kind, line.number, there[0] if there else None, len(there) > 1)

    def _closed(self, plan: PlanOf) -> Invalid | None:
        """Why nothing may be copied into the plan."""
        if plan.is_one_of_several:
            return Invalid("Trong sổ có nhiều kế hoạch của năm này cùng số")
        if plan.known is not None and plan.known.plan.kind is PlanKind.SELF:
            return Invalid("Kế hoạch này là kế hoạch tự kiểm tra, kết quả do đơn vị tự ghi")
        if plan.known is not None and not plan.known.open:
            return Invalid("Kế hoạch này đang được theo dõi trong sổ nên không nhập việc đã qua vào được")
        return None

    def _visit(
        self, line: HistoryLine, plan: PlanOf, unit: Named, days: tuple[date, date], dated: date, nothing: bool
    ) -> VisitOf | None:
        number, signer = (one_line(line.cells.get(name, "")) for name in (Field.NOTICE, Field.SIGNER))
        key = (plan.number, plan.year, unit.id)
        visit = self.visits.get(key)
        if visit is None:
            there = plan.known.visits.get(unit.id) if plan.known else None
            if there is not None and not there.copied:
                line.wrong[Field.UNIT] = Invalid("Đơn vị này đã có cuộc kiểm tra ghi trong sổ, không phải nhập từ tệp")
                return None
            visit = VisitOf(plan, unit, line.number, *days, number, dated, signer, nothing, there)
            self.visits[key] = visit
            return visit
        for name, mine, theirs in (
            (Field.VISIT_DAY, days, (visit.began_on, visit.last_on)),
            (Field.NOTICE, number, visit.number),
            (Field.NOTICE_DAY, dated, visit.dated_on),
            (Field.SIGNER, signer or visit.signer, visit.signer or signer),
            (Field.TEXT, nothing, visit.found_nothing),
        ):
            if mine != theirs:
                line.wrong[name] = Invalid("Khác với dòng %(row)s của cùng cuộc kiểm tra", row=visit.row)
        if nothing:
            line.wrong.setdefault(Field.TEXT, Invalid("Trùng với dòng %(row)s", row=visit.row))
        visit.signer = visit.signer or signer
        return None if line.wrong else visit
