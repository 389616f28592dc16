"""What one row of a sheet of past work says: of its plan, of the visit, and of what was found. Changes nothing."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from inspect_app.core.errors import Invalid, sentence
from inspect_app.core.text import clean, fold, one_line
from inspect_app.findings.models import State
from inspect_app.findings.services.recording import LONGEST_DEADLINE
from inspect_app.sheets.services.lines import Line, day_in, empty
from inspect_app.sheets.services.reading import Cell


class Field(StrEnum):
    PLAN = "plan"
    PLAN_DAY = "plan_day"
    PLAN_TITLE = "plan_title"
    YEAR = "year"
    UNIT = "unit"
    VISIT_DAY = "visit_day"
    NOTICE = "notice"
    NOTICE_DAY = "notice_day"
    SIGNER = "signer"
    AREA = "area"
    TEXT = "text"
    REQUIRED = "required"
    DEADLINE = "deadline"
    DAYS = "days"
    STATE = "state"
    RESULT = "result"
    DONE_DAY = "done_day"
    LETTER = "letter"
    LETTER_DAY = "letter_day"
    VERIFIED_DAY = "verified_day"
    VERIFIER = "verifier"
    CODE = "code"


OF_THE_PLAN = (Field.PLAN, Field.PLAN_DAY, Field.PLAN_TITLE, Field.YEAR)
OF_THE_VISIT = (*OF_THE_PLAN, Field.UNIT, Field.VISIT_DAY, Field.NOTICE, Field.NOTICE_DAY, Field.SIGNER)
"""What stands once for several rows, as in merged cells."""
NOTHING = frozenset(
    {"khong", "khong co", "khong co han che", "khong phat hien", "khong phat hien han che", "khong han che"}
)
"""Said instead of a shortcoming, folded: the visit found none."""
STATES: Mapping[State, tuple[str, ...]] = {
    State.RESOLVED: (
        *("da khac phuc", "da khac phuc xong", "khac phuc xong", "da hoan thanh", "hoan thanh", "da xong", "xong"),
        *("da thuc hien", "da thuc hien xong", "da giai quyet", "x"),
    ),
    State.IN_PROGRESS: ("dang khac phuc", "dang thuc hien", "dang lam", "dang xu ly", "chua hoan thanh", "chua xong"),
    State.OPEN: ("chua khac phuc", "chua thuc hien", "moi ghi nhan", "chua"),
    State.SUBMITTED: ("cho xac nhan", "da bao cao"),
    State.WITHDRAWN: ("khong tinh", "da rut", "rut"),
}
"""How sheets say how far a finding has come, folded."""
_MEANT = {word: state for state, words in STATES.items() for word in words}
UNREADABLE_STATE = sentence(
    "Ghi một trong các từ: Đã khắc phục, Đang khắc phục, Chưa khắc phục, Chờ xác nhận, Không tính"
)

_NUMBER = re.compile(r"\d+\s*/\s*(?:KH|QĐ)[-–]?[\w-]*", re.IGNORECASE)
_LONG_DAY = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
_SHORT_DAY = re.compile(r"ngày\s+(\d{1,2})/(\d{1,2})/(\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"năm\s+(\d{4})", re.IGNORECASE)
_WITHIN_A_MONTH = re.compile(r"(\d{1,2})\s*[-–]\s*(\d{1,2})\s*/\s*(\d{1,2})\s*/\s*(\d{4})")
_FROM_TO = re.compile(r"(\d{1,2})\s*/\s*(\d{1,2})(?:\s*/\s*(\d{4}))?\D+?(\d{1,2})\s*/\s*(\d{1,2})\s*/\s*(\d{4})")
_DAYS = re.compile(r"(\d{1,3})( ngay)?")


@dataclass(frozen=True, slots=True)
class Title:
    """What stands above the heads."""

    number: str = ""
    issued_on: date | None = None
    year: int | None = None
    surprise: bool = False


def title_of(rows: Sequence[Sequence[Cell]]) -> Title:
    text = " ".join(str(cell) for row in rows for cell in row if isinstance(cell, str) and cell.strip())
    number, day = _NUMBER.search(text), _LONG_DAY.search(text) or _SHORT_DAY.search(text)
    year = _YEAR.search(_LONG_DAY.sub("", text))
    issued = None
    if day is not None:
        issued = _a_day(day[3], day[2], day[1])
    return Title(
        number=re.sub(r"\s+", "", number[0]) if number else "",
        issued_on=issued,
        year=int(year[1]) if year else None,
        surprise="đột xuất" in text.casefold(),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What one row says of a finding, as it is understood."""

    area_code: str
    text: str
    required: str
    deadline: date | None
    days: int | None
    """A number of days after the notice, instead of a deadline."""
    state: State
    sent_on: date | None
    judged_on: date | None
    result: str
    letter: str
    letter_on: date | None
    verifier: str

    def plain(self) -> dict[str, Any]:
        """As it is kept, to tell later what a better sheet says otherwise."""
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}


CELL_OF = {
    "area_code": Field.AREA,
    "text": Field.TEXT,
    "required": Field.REQUIRED,
    "deadline": Field.DEADLINE,
    "days": Field.DAYS,
    "state": Field.STATE,
    "sent_on": Field.DONE_DAY,
    "judged_on": Field.VERIFIED_DAY,
    "result": Field.RESULT,
    "letter": Field.LETTER,
    "letter_on": Field.LETTER_DAY,
    "verifier": Field.VERIFIER,
}
"""Fact of `Told` -> the cell that says it."""


def told_by(line: Line, *, issued_on: date, today: date, area_of: Callable[[str], str | None]) -> Told | None:
    """What the row says, or nothing where a cell will not do: why is said at the cell."""
    cells = line.cells
    for name in (Field.TEXT, Field.REQUIRED, Field.AREA):
        if not cells.get(name):
            line.wrong[name] = empty()
    area = area_of(cells[Field.AREA]) if cells.get(Field.AREA) else None
    if cells.get(Field.AREA) and area is None:
        line.wrong[Field.AREA] = Invalid("Không có lĩnh vực này")
    deadline, days = _deadline(line, issued_on)
    state, result = _state(line)
    sent, judged = _steps(line, state, issued_on, today)
    letter_on = day_said(line, Field.LETTER_DAY, today)
    if state is State.WITHDRAWN:
        for name in (Field.RESULT, Field.LETTER):
            if not (result if name is Field.RESULT else cells.get(name)):
                line.wrong[name] = Invalid("Hạn chế không tính phải có lý do ở kết quả và số văn bản quyết định")
    if line.wrong:
        return None
    return Told(
        area_code=area or "",
        text=clean(cells[Field.TEXT]),
        required=clean(cells[Field.REQUIRED]),
        deadline=deadline,
        days=days,
        state=state,
        sent_on=sent,
        judged_on=judged,
        result=result,
        letter=one_line(cells.get(Field.LETTER, "")),
        letter_on=letter_on,
        verifier=one_line(cells.get(Field.VERIFIER, "")),
    )


def _deadline(line: Line, issued_on: date) -> tuple[date | None, int | None]:
    if line.cells.get(Field.DEADLINE):
        deadline = day_in(line, Field.DEADLINE)
        if deadline is not None and deadline <= issued_on:
            line.wrong[Field.DEADLINE] = Invalid(
                "Hạn khắc phục phải sau ngày thông báo kết luận %(day)s", day=f"{issued_on:%d/%m/%Y}"
            )
        return deadline, None
    number = _DAYS.fullmatch(fold(line.cells.get(Field.DAYS, "")))
    if not line.cells.get(Field.DAYS):
        line.wrong[Field.DEADLINE] = Invalid("Nhập hạn khắc phục hoặc số ngày")
    elif number is None or not 1 <= int(number[1]) <= LONGEST_DEADLINE:
        line.wrong[Field.DAYS] = Invalid("Nhập số ngày, ví dụ 30")
    else:
        return None, int(number[1])
    return None, None


def _state(line: Line) -> tuple[State, str]:
    """How far it has come, and what is said of that: a word of state in the result's cell is no account."""
    cells = line.cells
    written, result = fold(cells.get(Field.STATE, "")).strip(" ."), clean(cells.get(Field.RESULT, ""))
    done = State.RESOLVED if cells.get(Field.DONE_DAY) else State.OPEN
    if written:
        if written not in _MEANT:
            line.wrong[Field.STATE] = Invalid(UNREADABLE_STATE)
        return _MEANT.get(written, done), result
    said = _MEANT.get(fold(result).strip(" ."))
    return (said, "") if said is not None else (done, result)


def _steps(line: Line, state: State, issued_on: date, today: date) -> tuple[date | None, date | None]:
    """The days on which the unit reported and on which that was agreed to, or it was withdrawn."""
    sent, judged = day_said(line, Field.DONE_DAY, today), day_said(line, Field.VERIFIED_DAY, today)
    ends = state in (State.RESOLVED, State.WITHDRAWN)
    if state in (State.RESOLVED, State.SUBMITTED) and not line.cells.get(Field.DONE_DAY):
        line.wrong[Field.DONE_DAY] = Invalid("Nhập ngày hoàn thành")
    if state in (State.OPEN, State.IN_PROGRESS) and (sent or judged):
        name = Field.DONE_DAY if sent else Field.VERIFIED_DAY
        line.wrong[name] = Invalid("Có ngày hoàn thành mà kết quả lại ghi là chưa khắc phục xong")
    if state is State.SUBMITTED and judged:
        line.wrong[Field.VERIFIED_DAY] = Invalid("Có ngày xác nhận mà kết quả lại ghi là chờ xác nhận")
    judged = judged or (sent if ends else None)
    if state is State.WITHDRAWN:
        sent = None
        if judged is None:
            line.wrong.setdefault(Field.VERIFIED_DAY, Invalid("Nhập ngày quyết định không tính hạn chế này"))
    after = issued_on
    for name, day in ((Field.DONE_DAY, sent), (Field.VERIFIED_DAY, judged)):
        if day is not None and day < after and line.cells.get(name) and name not in line.wrong:
            line.wrong[name] = Invalid("Ngày này trước ngày %(day)s của bước trước đó", day=f"{after:%d/%m/%Y}")
        after = max(after, day or after)
    return sent, judged


def day_said(line: Line, name: Field, today: date) -> date | None:
    """The day in the cell, if there is one. One to come is wrong."""
    if not line.cells.get(name):
        return None
    found = day_in(line, name)
    if found is not None and found > today:
        line.wrong[name] = Invalid("Ngày này chưa đến")
        return None
    return found


def visit_days(line: Line, today: date) -> tuple[date, date] | None:
    """The first and the last day of the visit: `12/4/2022`, `12-13/4/2022`, `từ 30/4 đến 2/5/2022`."""
    written = line.cells.get(Field.VISIT_DAY, "")
    if not written:
        line.wrong[Field.VISIT_DAY] = empty()
        return None
    month, span = _WITHIN_A_MONTH.fullmatch(written), _FROM_TO.search(written)
    days: tuple[date | None, date | None]
    if month:
        days = _a_day(month[4], month[3], month[1]), _a_day(month[4], month[3], month[2])
    elif span:
        days = _a_day(span[3] or span[6], span[2], span[1]), _a_day(span[6], span[5], span[4])
    else:
        days = (one := day_in(line, Field.VISIT_DAY)), one
        if one is None:
            return None
    first, last = days
    if first is None or last is None or first > last:
        line.wrong[Field.VISIT_DAY] = Invalid("Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023")
        return None
    if last > today:
        line.wrong[Field.VISIT_DAY] = Invalid("Ngày này chưa đến")
        return None
    return first, last


def notice_day(line: Line, last: date, today: date) -> date | None:
    """The day of the conclusion. Of a visit that found nothing: the day it was closed, its last where none is said."""
    found = day_said(line, Field.NOTICE_DAY, today)
    if found is None:
        if Field.NOTICE_DAY not in line.wrong and not says_nothing(line):
            line.wrong[Field.NOTICE_DAY] = empty()
        return last if Field.NOTICE_DAY not in line.wrong else None
    if found < last:
        line.wrong[Field.NOTICE_DAY] = Invalid("Ngày này trước ngày kiểm tra %(day)s", day=f"{last:%d/%m/%Y}")
        return None
    return found


def says_nothing(line: Line) -> bool:
    """The row says that the visit found nothing."""
    text = fold(line.cells.get(Field.TEXT, "")).strip(" .-")
    return text in NOTHING or (not text and not any(line.cells.get(name) for name in (Field.REQUIRED, Field.AREA)))


def _a_day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
