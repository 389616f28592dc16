"""What a sheet of past work says otherwise than the register: of a visit and of what was found there."""

from datetime import date
from typing import Any

from inspect_app.core.errors import Invalid, sentence
from inspect_app.core.text import fold
from inspect_app.findings.models import State
from inspect_app.sheets.queries.history import KnownFinding, KnownVisit
from inspect_app.sheets.services.history.lines import HistoryLine, VisitOf
from inspect_app.sheets.services.history.rows import CELL_OF, Field
from inspect_app.sheets.services.lines import Verdict
from inspect_app.visits.models import VisitState

ALIKE = 70
"""Of 100: a text so near to one that was copied before is that one reworded."""
WORDS = {
    State.OPEN: sentence("Mới ghi nhận"),
    State.IN_PROGRESS: sentence("Đang khắc phục"),
    State.SUBMITTED: sentence("Chờ xác nhận"),
    State.RESOLVED: sentence("Đã khắc phục"),
    State.WITHDRAWN: sentence("Không tính"),
}
TOUCHED = sentence("Đã có người cập nhật trong sổ sau khi nhập, nên sửa trong sổ")


def compare(visit: VisitOf) -> None:
    """Say of each row of the visit what it would do."""
    if visit.known is None:
        for line in visit.lines:
            line.verdict = Verdict.WRONG if line.wrong else Verdict.NEW
        _refuse_doubles(visit)
        return
    _match(visit)
    _refuse_doubles(visit)
    _compare_visit(visit, visit.known)
    for line in visit.lines:
        _compare_finding(line)
    if visit.was:
        _tell_all_anew(visit, visit.known)


def _refuse_doubles(visit: VisitOf) -> None:
    first: dict[str, int] = {}
    for line in visit.lines:
        if line.told and (row := first.setdefault(fold(line.told.text), line.number)) != line.number:
            line.wrong[Field.TEXT] = Invalid("Trùng với dòng %(row)s", row=row)
            line.verdict = Verdict.WRONG


def _match(visit: VisitOf) -> None:
    """Which row is which finding: by its code, its very text, or the text that is nearest."""
    from rapidfuzz import fuzz

    assert visit.known is not None
    left = {one.finding.id: one for one in visit.known.findings}
    lines = [line for line in visit.lines if line.told is not None]

    def take(line: HistoryLine, one: KnownFinding) -> None:
        line.known = left.pop(one.finding.id)

    for line in lines:
        if code := line.cells.get(Field.CODE, ""):
            same = next((one for one in left.values() if one.finding.code == code), None)
            if same is None:
                line.wrong[Field.CODE] = Invalid("Cuộc kiểm tra này không có hạn chế nào nhập từ tệp mang mã này")
            else:
                take(line, same)
    for line in lines:
        if line.known is None and line.told is not None:
            text = fold(line.told.text)
            same = next((one for one in left.values() if fold(str(one.said["text"])) == text), None)
            if same is not None:
                take(line, same)
    near = sorted(
        (
            (fuzz.ratio(fold(line.told.text), fold(str(one.said["text"]))), -line.number, one.finding.id, line)
            for line in lines
            if line.known is None and line.told is not None
            for one in left.values()
        ),
        key=lambda found: found[:3],
        reverse=True,
    )
    for score, _number, finding_id, line in near:
        if score >= ALIKE and line.known is None and finding_id in left:
            take(line, left[finding_id])


def _compare_visit(visit: VisitOf, known: KnownVisit) -> None:
    there, notice = known.visit, known.notice
    said: list[tuple[Field, Any, Any]] = [
        (Field.VISIT_DAY, (visit.began_on, visit.last_on), (there.began_on, there.reported_on)),
        (Field.NOTICE_DAY, visit.dated_on, there.ended_on),
    ]
    if notice is not None:
        visit.signer = visit.signer or notice.signer
        said += [(Field.NOTICE, visit.number, notice.number), (Field.SIGNER, visit.signer, notice.signer)]
    visit.was = {str(name): _shown(before) for name, now, before in said if now != before}
    found_nothing = there.state is VisitState.CLOSED
    if found_nothing != visit.found_nothing:
        why = (
            Invalid("Cuộc kiểm tra này đã nhập là không có hạn chế")
            if found_nothing
            else Invalid("Cuộc kiểm tra này đã nhập là có hạn chế")
        )
        for line in visit.lines:
            line.wrong[Field.TEXT] = why
            line.verdict = Verdict.WRONG


def _compare_finding(line: HistoryLine) -> None:
    if line.wrong:
        line.verdict = Verdict.WRONG
    elif line.told is None:
        line.verdict = Verdict.SAME
    elif line.known is None:
        line.verdict = Verdict.NEW
    else:
        now, before = line.told.plain(), line.known.said
        was = {str(CELL_OF[name]): _shown(before.get(name), name) for name in now if now[name] != before.get(name)}
        written = {name: value for name, value in was.items() if name in line.cells}
        line.was.update(written or was)  # what only follows from another cell is not said of a column that is not there
        line.verdict = Verdict.CHANGED if line.was else Verdict.SAME
        if line.was and not line.known.untouched:
            line.wrong |= dict.fromkeys(line.was, Invalid(TOUCHED))
            line.verdict = Verdict.WRONG


def _tell_all_anew(visit: VisitOf, known: KnownVisit) -> None:
    """The visit's days or notice are others: everything that it found is told anew, where all of it is here."""
    first = visit.lines[0]
    first.was.update(visit.was)
    here = {line.known.finding.id for line in visit.lines if line.known}
    missing = sum(one.finding.id not in here for one in known.findings)
    touched = not known.untouched or any(not one.untouched for one in known.findings)
    if touched or missing:
        why = (
            Invalid(TOUCHED)
            if touched
            else Invalid("Tệp thiếu %(num)s hạn chế đã nhập của cuộc kiểm tra này, nên chưa sửa được ngày", num=missing)
        )
        first.wrong |= dict.fromkeys(visit.was, why)
        first.verdict = Verdict.WRONG
        return
    for line in visit.lines:
        if line.verdict is Verdict.SAME:
            line.verdict = Verdict.CHANGED


def _shown(value: Any, name: str = "") -> str:
    """As a cell would say it; a state as the sentence that is said in the reader's language."""
    if isinstance(value, tuple):
        first, last = value
        return _shown(first) if first == last else f"{_shown(first)} – {_shown(last)}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if name == "state" and value:
        return WORDS.get(State(value), str(value))
    if name in ("deadline", "sent_on", "judged_on", "letter_on") and value:
        return _shown(date.fromisoformat(str(value)))
    return str(value if value is not None else "")
