"""Thông báo kết luận: what a visit found, and what the unit must do by when."""

from datetime import date
from typing import Any

from inspect_app.core.actor import Actor, TeamRole
from inspect_app.core.errors import sentence
from inspect_app.documents.queries.blocks import (
    Align,
    Column,
    Each,
    EachRow,
    Head,
    If,
    Row,
    Table,
    basis,
    body,
    heading,
    note,
    signed,
    subheading,
    summary,
    title,
)
from inspect_app.documents.queries.kinds import Kind, Letter
from inspect_app.documents.queries.letters import wording
from inspect_app.documents.queries.letters.wording import SAMPLE_HEAD, day, number, numbered, paragraphs
from inspect_app.findings import queries as findings
from inspect_app.findings.models import CountedFrom, DeadlineUnit, Finding
from inspect_app.findings.services import amendment
from inspect_app.visits.models import Entry, Scope, Visit, VisitState
from inspect_app.visits.queries import team_on

_COLUMNS = (
    Column("STT", 12, Align.CENTRE),
    Column("Mã hạn chế", 31, Align.CENTRE),
    Column("Việc đơn vị phải làm", 60),
    Column("Đơn vị chịu trách nhiệm", 32),
    Column("Thời hạn hoàn thành", 30, Align.CENTRE),
)

KIND = Kind(
    code="conclusion",
    name=sentence("Thông báo kết luận kiểm tra"),
    file_name="Thong-bao-ket-luan",
    blocks=(
        Head(),
        title("THÔNG BÁO"),
        summary("Kết luận kiểm tra công tác cải cách hành chính tại {{ don_vi }}"),
        Each("dong", "can_cu", (basis("{{ dong }}"),)),
        body(
            "Ngày {{ ngay_kiem_tra }}, {{ doan }} đã kiểm tra công tác cải cách hành chính tại {{ don_vi }}"
            " ({{ pham_vi }}). Trên cơ sở kết quả kiểm tra, {{ doan }} thông báo kết luận như sau:"
        ),
        heading("I. KẾT QUẢ KIỂM TRA"),
        If("uu_diem", (subheading("1. Ưu điểm"), Each("dong", "uu_diem", (body("{{ dong }}"),)))),
        subheading("{% if uu_diem %}2{% else %}1{% endif %}. Hạn chế"),
        If("not linh_vuc", (body("Qua kiểm tra, chưa phát hiện hạn chế cần khắc phục."),)),
        If(
            "linh_vuc",
            (
                body("Qua kiểm tra, đơn vị còn {{ so_han_che }} hạn chế cần khắc phục:"),
                Each(
                    "lv",
                    "linh_vuc",
                    (
                        body("{{ lv.thu_tu }}) Về {{ lv.ten }}:"),
                        Each("hc", "lv.han_che", (body("- {{ hc.noi_dung }} ({{ hc.ma }})"),)),
                    ),
                ),
            ),
        ),
        If(
            "nguyen_nhan",
            (
                subheading("{% if uu_diem %}3{% else %}2{% endif %}. Nguyên nhân"),
                Each("dong", "nguyen_nhan", (body("{{ dong }}"),)),
            ),
        ),
        If("nhan_xet", (heading("II. NHẬN XÉT CHUNG"), Each("dong", "nhan_xet", (body("{{ dong }}"),)))),
        heading("{% if nhan_xet %}III{% else %}II{% endif %}. YÊU CẦU VÀ KIẾN NGHỊ"),
        If(
            "han_che",
            (
                body(
                    "1. Đề nghị {{ don_vi }} tổ chức khắc phục các hạn chế nêu trên theo nội dung, thời hạn sau đây, "
                    "báo cáo kết quả kèm minh chứng về {{ doan }}:"
                ),
                Table(
                    _COLUMNS,
                    (
                        EachRow(
                            "hc",
                            "han_che",
                            (
                                Row(
                                    (
                                        "{{ hc.stt }}",
                                        "{{ hc.ma }}",
                                        "{{ hc.yeu_cau }}",
                                        "{{ hc.don_vi }}",
                                        "{{ hc.thoi_han }}",
                                    )
                                ),
                            ),
                        ),
                    ),
                ),
                note(
                    "Hạn chế nào không kịp khắc phục đúng thời hạn, đơn vị nêu rõ lý do và đề nghị gia hạn trước khi "
                    "hết hạn."
                ),
            ),
        ),
        If("kien_nghi", (Each("dong", "kien_nghi", (body("{{ dong }}"),)),)),
        body("{{ doan }} thông báo để {{ don_vi }} biết, tổ chức thực hiện./."),
        signed(),
    ),
    sample={
        **SAMPLE_HEAD,
        "co_quan": "ĐOÀN KIỂM TRA CẢI CÁCH HÀNH CHÍNH",
        "so_ky_hieu": f"Số:{wording.BLANK}/TB-ĐKT",
        "quyen_han": ["TM. ĐOÀN KIỂM TRA"],
        "chuc_vu": "TRƯỞNG ĐOÀN",
        "don_vi": "UBND phường Cái Khế",
        "doan": "Đoàn kiểm tra",
        "ke_hoach": "Kế hoạch số 15/KH-UBND ngày 12/01/2026 của UBND thành phố Cần Thơ",
        "ngay_kiem_tra": "14/10/2026",
        "pham_vi": "kiểm tra toàn diện",
        "can_cu": [
            "Căn cứ Kế hoạch số 15/KH-UBND ngày 12/01/2026 của UBND thành phố Cần Thơ;",
            "Căn cứ Quyết định số 48/QĐ-UBND ngày 20/01/2026 về việc thành lập Đoàn kiểm tra.",
        ],
        "uu_diem": ["Đơn vị ban hành đủ kế hoạch cải cách hành chính năm và giao nhiệm vụ rõ người, rõ việc."],
        "nguyen_nhan": ["Công chức phụ trách mới được phân công, chưa được tập huấn."],
        "nhan_xet": ["Công tác cải cách hành chính của đơn vị có chuyển biến so với năm trước."],
        "kien_nghi": ["2. Đề nghị Sở Nội vụ tổ chức tập huấn nghiệp vụ một cửa cho công chức phường."],
        "so_han_che": "02",
        "linh_vuc": [
            {
                "thu_tu": "a",
                "ten": "cải cách thủ tục hành chính",
                "han_che": [
                    {"ma": "HC-2026-0007", "noi_dung": "Bảng niêm yết thiếu 12 thủ tục lĩnh vực hộ tịch."},
                    {"ma": "HC-2026-0008", "noi_dung": "Chưa xin lỗi bằng văn bản khi trả kết quả trễ hạn."},
                ],
            }
        ],
        "han_che": [
            {
                "stt": "1",
                "ma": "HC-2026-0007",
                "linh_vuc": "Thủ tục hành chính",
                "noi_dung": "Bảng niêm yết thiếu 12 thủ tục lĩnh vực hộ tịch.",
                "yeu_cau": "Niêm yết đủ thủ tục hành chính tại Bộ phận Một cửa.",
                "don_vi": "UBND phường Cái Khế",
                "thoi_han": "13/11/2026",
            }
        ],
    },
)


def letter(visit: Visit, *, actor: Actor, city: str, today: date) -> Letter:
    """The notice as it was issued, amendments left aside; before that, as it would be issued now."""
    issued = findings.conclusion_of(visit.id) if visit.state is VisitState.CONCLUDED else None
    rows = issued_rows(visit, actor)
    sitting = team_on(visit)
    head = next((one.person.name for one in sitting if one.role is TeamRole.HEAD), "")
    issuer = visit.plan.issuing_unit
    team = visit.team.name if visit.team else visit.unit.office
    dated = issued.dated_on if issued else None
    fields: dict[str, Any] = {
        "co_quan_chu_quan": issuer.office.upper(),
        "co_quan": team.upper(),
        "so_ky_hieu": wording.symbol("TB-ĐKT", issued.number if issued else ""),
        "dia_danh_ngay": wording.place_and_day(wording.place(issuer, city), dated, today),
        "quyen_han": ["TM. ĐOÀN KIỂM TRA"],
        "chuc_vu": "TRƯỞNG ĐOÀN",
        "nguoi_ky": (issued.signer if issued else "") or head,
        "noi_nhan": [
            f"{visit.unit.office};",
            f"{issuer.office} (để báo cáo);",
            "Thành viên Đoàn kiểm tra;",
            "Lưu: VT, hồ sơ Đoàn.",
        ],
        "don_vi": office_then(visit),
        "doan": team,
        "ke_hoach": wording.plan_named(visit.plan),
        "ngay_kiem_tra": day(visit.began_on),
        "pham_vi": scope_of(visit),
        "can_cu": wording.bases_of(visit),
        "uu_diem": paragraphs(visit.strengths),
        "nguyen_nhan": paragraphs(visit.causes),
        "nhan_xet": paragraphs(visit.remark),
        "kien_nghi": _numbered_on(paragraphs(visit.proposals), 2 if rows else 1),
        "so_han_che": number(len(rows)),
        "linh_vuc": _by_area(rows),
        "han_che": numbered(rows),
    }
    return Letter(KIND, fields, (issued.number if issued else "", visit.unit_name))


def scope_of(visit: Visit) -> str:
    if visit.follow_up:
        return "phúc tra"
    if visit.scope is Scope.THEMATIC:
        return f"kiểm tra chuyên đề: {visit.theme}" if visit.theme else "kiểm tra chuyên đề"
    return "kiểm tra toàn diện"


def office_then(visit: Visit) -> str:
    """The unit under the name that it had on the day."""
    return visit.unit.office if visit.unit.name == visit.unit_name else visit.unit_name


def issued_rows(visit: Visit, actor: Actor) -> list[dict[str, Any]]:
    """What the visit found, in the words in which it was issued: amendments are letters of their own."""
    concluded = visit.state is VisitState.CONCLUDED
    _issued, amendments = amendment.issued_by(visit) if concluded else (None, [])
    first = {(change["finding"], change["field"]): change for one in reversed(amendments) for change in one.changes}
    found = findings.of_visit(actor, visit.id) if visit.entry is not Entry.NONE_FOUND else []
    return [_row(finding, first) for finding in found]


def _row(finding: Finding, first: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    def as_issued(field: str, now: str) -> str:
        change = first.get((finding.code, field))
        return str(change["before"]) if change else now

    area = first.get((finding.code, "area_code"))
    return {
        "ma": finding.code,
        "linh_vuc": area["names"][0] if area else finding.area.name,
        "noi_dung": as_issued("text", finding.text),
        "yeu_cau": as_issued("required", finding.required),
        "don_vi": finding.responsible_unit.office,
        "thoi_han": due(finding),
    }


def due(finding: Finding) -> str:
    """The day as first issued; before that the rule in words."""
    if finding.baseline:
        return day(finding.baseline)
    if finding.fixed_deadline:
        return day(finding.fixed_deadline)
    unit = "ngày làm việc" if finding.deadline_unit is DeadlineUnit.WORKING_DAY else "ngày"
    since = "ngày kiểm tra" if finding.counted_from is CountedFrom.VISIT else "ngày ban hành Thông báo này"
    return f"{number(finding.deadline_n or 0)} {unit} kể từ {since}"


def _by_area(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    areas: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        areas.setdefault(row["linh_vuc"], []).append({"ma": row["ma"], "noi_dung": row["noi_dung"].rstrip(".")})
    return [
        {"thu_tu": letter, "ten": wording.lower_first(name), "han_che": found}
        for letter, (name, found) in zip("abcdđeghik", areas.items(), strict=False)
    ]


def _numbered_on(lines: list[str], first: int) -> list[str]:
    """Proposals go on with the numbers of the demands, unless they were numbered by hand."""
    if any(line[:1].isdigit() for line in lines):
        return lines
    return [f"{place}. {line.lstrip('-–+ ')}" for place, line in enumerate(lines, first)]
