"""Quyết định thành lập Đoàn kiểm tra: who sits on a team, and what it is to do."""

from datetime import date
from typing import Any

from inspect_app.core.actor import TeamRole
from inspect_app.core.errors import sentence
from inspect_app.documents.queries.blocks import Each, Head, If, basis, body, bold, centred, signed, summary, title
from inspect_app.documents.queries.kinds import Kind, Letter
from inspect_app.documents.queries.letters import wording
from inspect_app.documents.queries.letters.targets import deed
from inspect_app.documents.queries.letters.wording import BLANK, ROLES, SAMPLE_HEAD, Writer
from inspect_app.plans.models import Plan, Team, TeamMember
from inspect_app.units.models import TERRITORIAL, Unit

KIND = Kind(
    code="decision",
    name=sentence("Quyết định thành lập Đoàn kiểm tra"),
    file_name="Quyet-dinh-thanh-lap-Doan",
    blocks=(
        Head(),
        title("QUYẾT ĐỊNH"),
        summary("Về việc thành lập {{ doan }}"),
        centred("{{ tham_quyen }}"),
        Each("dong", "can_cu", (basis("{{ dong }}"),)),
        centred("QUYẾT ĐỊNH:"),
        body(bold("Điều 1."), " Thành lập {{ doan }} để {{ viec }}, gồm các ông (bà) có tên sau đây:"),
        Each(
            "tv",
            "thanh_vien",
            (body("{{ tv.stt }}. {{ tv.ten }}{{ tv.chuc_danh }}{{ tv.don_vi }}: {{ tv.vai_tro }}{{ tv.dau }}"),),
        ),
        If("not thanh_vien", (body("1. ................................"),)),
        body(
            bold("Điều 2."),
            " Đoàn kiểm tra có nhiệm vụ kiểm tra việc thực hiện công tác cải cách hành chính tại các đơn vị theo "
            "{{ ke_hoach }}; lập biên bản, ban hành thông báo kết luận, theo dõi và xác nhận việc khắc phục hạn chế. "
            "Đoàn tự giải thể khi hoàn thành nhiệm vụ.",
        ),
        body(
            bold("Điều 3."),
            " Quyết định này có hiệu lực kể từ ngày ký. Thủ trưởng các cơ quan, đơn vị liên quan và các ông (bà) có "
            "tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./.",
        ),
        signed(),
    ),
    sample={
        **SAMPLE_HEAD,
        "co_quan_chu_quan": "",
        "co_quan": "ỦY BAN NHÂN DÂN THÀNH PHỐ CẦN THƠ",
        "so_ky_hieu": f"Số:{BLANK}/QĐ-UBND",
        "quyen_han": ["KT. CHỦ TỊCH"],
        "chuc_vu": "PHÓ CHỦ TỊCH",
        "doan": "Đoàn kiểm tra công tác cải cách hành chính",
        "tham_quyen": "CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ CẦN THƠ",
        "can_cu": ["Căn cứ Kế hoạch số 15/KH-UBND ngày 12/01/2026 của UBND thành phố Cần Thơ."],
        "viec": "kiểm tra công tác cải cách hành chính năm 2026",
        "ke_hoach": "Kế hoạch số 15/KH-UBND ngày 12/01/2026 của UBND thành phố Cần Thơ",
        "thanh_vien": [
            {
                "stt": "1",
                "ten": "Nguyễn Văn An",
                "chuc_danh": ", Phó Giám đốc",
                "don_vi": ", Sở Nội vụ",
                "vai_tro": "Trưởng đoàn",
                "dau": ".",
            }
        ],
    },
)


def letter(plan: Plan, team: Team, *, writer: Writer, city: str, today: date) -> Letter:
    """The team with everybody who sits on it; `team.members` with people and their homes are loaded."""
    ordered = sorted(_sitting(team, today), key=lambda one: (list(TeamRole).index(one.role), one.person.sort_key))
    _above, post = wording.head_of(writer.unit)
    short = wording.abbreviation(writer.unit)
    fields: dict[str, Any] = {
        **wording.head(writer),
        "so_ky_hieu": wording.symbol(f"QĐ-{short}", team.decision_number),
        "dia_danh_ngay": wording.place_and_day(wording.place(writer.unit, city), team.decision_on, today),
        "quyen_han": [],
        "chuc_vu": post,
        "nguoi_ky": "",
        "noi_nhan": ["Như Điều 3;", "Các đơn vị được kiểm tra;", "Lưu: VT."],
        "doan": team.name,
        "tham_quyen": _authority(writer.unit),
        "can_cu": wording.bases([wording.plan_named(plan)]),
        "viec": deed(plan),
        "ke_hoach": wording.plan_named(plan),
        "thanh_vien": wording.numbered(
            [
                {
                    "ten": one.person.name,
                    "chuc_danh": f", {one.person.title}" if one.person.title else "",
                    "don_vi": f", {one.person.home_unit.office}" if one.person.home_unit else "",
                    "vai_tro": ROLES[one.role],
                    "dau": "." if one is ordered[-1] else ";",
                }
                for one in ordered
            ]
        ),
    }
    return Letter(KIND, fields, (team.decision_number, team.name))


def _sitting(team: Team, today: date) -> list[TeamMember]:
    """Who sits on it today; where its work is over, who did to the end."""
    ended = [one.until for one in team.members if one.until]
    last = today if any(one.until is None for one in team.members) else min(today, max(ended, default=today))
    return [one for one in team.members if one.until is None or one.until >= last]


def _authority(unit: Unit) -> str:
    """Who decides, in capitals: the chairman of a committee, the head of a department."""
    post = wording.head_of(unit)[1]
    office = wording.full_office(unit) if unit.kind in TERRITORIAL else unit.name
    return f"{post} {office}".upper()
