"""A row that names a finding of ours: what was changed in the sheet, what in the register meanwhile, cell by cell.

Three texts meet in a cell: as it was taken away, as the sheet says, as the register says now. What only the sheet
changed is a change; what only the register changed stays; where both did, each otherwise, somebody has to choose.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspect_app.core.actor import Actor
from inspect_app.core.errors import Invalid
from inspect_app.core.text import clean
from inspect_app.findings.models import Finding, State
from inspect_app.findings.services import Particulars
from inspect_app.sheets.queries.tracking import Known
from inspect_app.sheets.services.areas import area_meant
from inspect_app.sheets.services.lines import LEAVE, REGISTER, SHEET, Clash, Line, Verdict, day_in
from inspect_app.sheets.services.names import normal
from inspect_app.sheets.services.particulars import Field, FindingLine, area_of, check_particulars, deadline_of
from inspect_app.visits import policy

COMPARED = (Field.TEXT, Field.REQUIRED, Field.AREA, Field.DEADLINE)


@dataclass(frozen=True, slots=True)
class _Cell:
    said: Any
    """By the sheet; nothing where the cell is empty, which leaves what is there."""
    was: Any
    """When it was taken away."""
    now: Any


def judge_known(
    line: FindingLine,
    known: Known,
    actor: Actor,
    original: Mapping[str, str] | None,
    decided: Mapping[str, str],
) -> None:
    """`original`: what stood in its cells when the sheet was taken away, where it tells."""
    line.key = line.cells[Field.CODE]
    finding = known.findings.get(line.key)
    if finding is None:
        line.wrong[Field.CODE] = Invalid("Không có hạn chế nào mang mã này, hoặc tài khoản này không xem được")
    else:
        line.finding, line.visit = finding, finding.visit
        _compare(line, finding, known, original, decided)
        _judge(line, finding, actor, known)
    if decided.get(line.key) == LEAVE:
        line.verdict = Verdict.LEFT
        line.wrong.clear()


def _compare(
    line: FindingLine,
    finding: Finding,
    known: Known,
    original: Mapping[str, str] | None,
    decided: Mapping[str, str],
) -> None:
    unit = line.cells.get(Field.UNIT, "")
    if unit and normal(unit) not in {normal(finding.unit_name), normal(finding.visit.unit.name)}:
        line.wrong[Field.UNIT] = Invalid("Hạn chế này của %(unit)s, đơn vị không đổi được", unit=finding.unit_name)
    is_older = line.cells.get(Field.VERSION, "") not in ("", str(finding.version))
    for name, cell in _cells(line, finding, known, original).items():
        if not cell.said or cell.said == cell.now or name in line.wrong:
            continue
        shown = _shown(cell.now, known)
        if original is not None and cell.said == cell.was:
            line.kept[name] = shown
        elif cell.was == cell.now if original is not None else not is_older:
            line.was[name] = shown
        else:
            choice = decided.get(f"{line.key}:{name}", "")
            was = None if original is None else _shown(cell.was, known)
            line.clashes[name] = Clash(was, shown, choice)
            if choice == SHEET:
                line.was[name] = shown
            elif choice != REGISTER:
                line.wrong[name] = Invalid("Ô này được sửa cả trong tệp và trong sổ. Chọn bản nào được giữ")


def _cells(line: FindingLine, finding: Finding, known: Known, original: Mapping[str, str] | None) -> dict[Field, _Cell]:
    def before(name: Field, read: Callable[[str], Any]) -> Any:
        return read(original.get(name, "")) if original is not None else None

    is_recorded = finding.state is State.RECORDED
    return {
        Field.TEXT: _Cell(clean(line.cells.get(Field.TEXT, "")), before(Field.TEXT, clean), finding.text),
        Field.REQUIRED: _Cell(
            clean(line.cells.get(Field.REQUIRED, "")), before(Field.REQUIRED, clean), finding.required
        ),
        Field.AREA: _Cell(
            area_of(line, known), before(Field.AREA, lambda said: area_meant(said, known.areas)), finding.area_code
        ),
        Field.DEADLINE: _Cell(
            deadline_of(line), before(Field.DEADLINE, _day), finding.fixed_deadline if is_recorded else finding.deadline
        ),
    }


def _day(said: str) -> date | None:
    return day_in(Line(0, {Field.DEADLINE: said}), Field.DEADLINE) if said else None


def _judge(line: FindingLine, finding: Finding, actor: Actor, known: Known) -> None:
    changed = line.was.keys() | line.clashes.keys()
    if changed and (finding.state is not State.RECORDED or not policy.may_record(actor, finding.visit)):
        why = (
            Invalid("Đã ban hành nên không sửa qua bảng tính; sửa bằng văn bản đính chính")
            if finding.state is not State.RECORDED
            else Invalid("Chỉ đoàn đã ghi hạn chế này sửa được")
        )
        line.wrong |= dict.fromkeys(changed, why)
        line.clashes.clear()
    if line.wrong:
        return
    line.verdict = Verdict.CHANGED if line.was else Verdict.SAME
    if line.was:
        line.particulars = _particulars(line, finding, known)
        check_particulars(line, line.particulars, finding.visit)


def _particulars(line: FindingLine, finding: Finding, known: Known) -> Particulars:
    """The finding as the sheet changes it; what it does not change stays."""

    def said(name: Field, now: str) -> str:
        return clean(line.cells[name]) if name in line.was else now

    fixed = deadline_of(line) if Field.DEADLINE in line.was else finding.fixed_deadline
    return Particulars(
        area_code=(area_of(line, known) if Field.AREA in line.was else None) or finding.area_code,
        text=said(Field.TEXT, finding.text),
        required=said(Field.REQUIRED, finding.required),
        deadline_n=None if fixed else finding.deadline_n,
        deadline_unit=finding.deadline_unit,
        counted_from=finding.counted_from,
        fixed_deadline=fixed,
        follower_id=finding.follower_id,
        item_id=finding.item_id,
    )


def _shown(value: object, known: Known) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return next((area.short_name for area in known.areas if area.code == value), str(value or ""))
