"""What letters have in common: heads, days, bases, and how officials print numbers. Official Vietnamese throughout."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspect_app.core import audit
from inspect_app.core.actor import TeamRole
from inspect_app.core.figures import thousands
from inspect_app.plans.models import Plan, Team
from inspect_app.units.models import TERRITORIAL, Unit, UnitKind
from inspect_app.visits.models import Visit

BLANK = "\u00a0" * 7
"""Where the registry writes by hand; blanks that no program folds."""
_LEVELS = ("Thành phố ", "Tỉnh ", "Quận ", "Huyện ", "Thị xã ", "Phường ", "Xã ", "Thị trấn ")
_OPENINGS = ("căn cứ", "theo ", "xét ", "thực hiện ")
ROLES = {
    TeamRole.HEAD: "Trưởng đoàn",
    TeamRole.DEPUTY: "Phó Trưởng đoàn",
    TeamRole.SECRETARY: "Thư ký",
    TeamRole.MEMBER: "Thành viên",
}
SAMPLE_HEAD: Mapping[str, Any] = {
    "co_quan_chu_quan": "UBND THÀNH PHỐ CẦN THƠ",
    "co_quan": "SỞ NỘI VỤ",
    "so_ky_hieu": f"Số:{BLANK}/SNV-CCHC",
    "dia_danh_ngay": f"Cần Thơ, ngày{BLANK}tháng{BLANK}năm 2026",
    "quyen_han": ["KT. GIÁM ĐỐC"],
    "chuc_vu": "PHÓ GIÁM ĐỐC",
    "nguoi_ky": "Nguyễn Văn An",
    "noi_nhan": ["Như trên;", "Lưu: VT."],
}


SAMPLE_LEDGER = "Nhật ký ghi đến số 12.345, mã 0123456789abcdef."


def ledger() -> str:
    """Where the log ends: on paper, out of the reach of whoever might write another one."""
    seq, head = audit.head()
    return f"Nhật ký ghi đến số {thousands(seq)}, mã {head[:16]}."


def day(on: date | None) -> str:
    """`14/11/2026`; dots to be filled in where it is not known."""
    return f"{on:%d/%m/%Y}" if on else "..../..../........"


def in_words(on: date) -> str:
    """`ngày 05 tháng 01 năm 2023`: days below 10 and the months 1 and 2 are padded."""
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    return f"ngày {on.day:02d} tháng {month} năm {on.year}"


def number(many: int) -> str:
    """`03`, `41`, `1.288`."""
    return f"{many:02d}" if many < 10 else f"{many:,}".replace(",", ".")


def symbol(kind: str, given: str = "") -> str:
    """`Số: 05/TB-SNV` as the registry gave it, or with room for the number."""
    return f"Số: {given}" if given else f"Số:{BLANK}/{kind}"


def place(unit: Unit, city: str) -> str:
    """Where the letter is written: a commune by its own name, everybody else by the city's."""
    return _bare(unit.name) if unit.kind is UnitKind.COMMUNE else city


def seat(root_name: str) -> str:
    """The city's name in the line of place and date."""
    return _bare(root_name)


def place_and_day(where: str, on: date | None, today: date) -> str:
    return f"{where}, {in_words(on)}" if on else f"{where}, ngày{BLANK}tháng{BLANK}năm {today.year}"


def _bare(name: str) -> str:
    for level in _LEVELS:
        if name.startswith(level) and not name.removeprefix(level)[:1].isdigit():
            return name.removeprefix(level)
    return name


def full_office(unit: Unit) -> str:
    """`Ủy ban nhân dân phường Cái Khế`, `Sở Nội vụ`."""
    return f"Ủy ban nhân dân {unit.name_inside}" if unit.kind in TERRITORIAL else unit.name


def abbreviation(unit: Unit) -> str:
    """For the symbol of its letters: `UBND`, `SNV`."""
    return unit.code if unit.kind is UnitKind.DEPARTMENT and unit.code.isupper() else "UBND"


def head_of(unit: Unit) -> tuple[list[str], str]:
    """The lines above the post, and the post, of whoever signs for the unit."""
    if unit.kind in TERRITORIAL:
        return ["TM. ỦY BAN NHÂN DÂN"], "CHỦ TỊCH"
    return [], "GIÁM ĐỐC" if unit.name.startswith("Sở ") else "THỦ TRƯỞNG ĐƠN VỊ"


def plan_named(plan: Plan) -> str:
    """`Kế hoạch số 262/KH-UBND ngày 29/12/2021 của UBND thành phố Cần Thơ`."""
    called = f"Kế hoạch số {plan.number}" if plan.number else f"Kế hoạch “{plan.title}”"
    issued = f" ngày {day(plan.issued_on)}" if plan.issued_on else ""
    return f"{called}{issued} của {plan.issuing_unit.office}"


def decision_of(team: Team | None) -> str:
    """The decision that formed the team; empty where none was noted."""
    if team is None or not team.decision_number:
        return ""
    dated = f" ngày {day(team.decision_on)}" if team.decision_on else ""
    return f"Quyết định số {team.decision_number}{dated} về việc thành lập {team.name}"


def bases(given: Iterable[str]) -> list[str]:
    """Each begins with `Căn cứ` and ends with a semicolon, the last with a full stop."""
    rests = [one.strip().rstrip(";.").strip() for one in given if one.strip(" ;.\n")]
    opened = [one if one.lower().startswith(_OPENINGS) else f"Căn cứ {one}" for one in rests]
    return [f"{one}{'.' if place == len(opened) else ';'}" for place, one in enumerate(opened, 1)]


def bases_of(visit: Visit) -> list[str]:
    """What the letters of a visit rest on: as typed, with the plan and the decision where those do not name them."""
    typed = paragraphs(visit.basis)
    known = [plan_named(visit.plan), decision_of(visit.team)]
    told = " ".join(typed)
    named = (visit.plan.number, visit.team.decision_number if visit.team else "")
    missing = [one for one, mark in zip(known, named, strict=True) if one and not (mark and mark in told)]
    return bases([*typed, *missing])


def paragraphs(text: str) -> list[str]:
    """One for each line that says something, without the dash before it."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def numbered(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each with its place in the list."""
    return [{"stt": str(place), **row} for place, row in enumerate(rows, 1)]


@dataclass(frozen=True, slots=True)
class Writer:
    """Whose letter it is, and the unit above it; nothing stands above the topmost."""

    unit: Unit
    above: Unit | None


def head(writer: Writer) -> dict[str, Any]:
    """The left half of the head. Of the unit's own name nothing is shortened, of the one above it what is usual."""
    above = writer.above.office.upper() if writer.above else ""
    return {"co_quan_chu_quan": above, "co_quan": _broken(writer.unit).upper()}


def _broken(unit: Unit) -> str:
    """A committee and its place on two lines, so that the place is never torn apart."""
    return f"Ủy ban nhân dân\n{unit.name}" if unit.kind in TERRITORIAL else unit.name
