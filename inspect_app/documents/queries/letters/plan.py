"""Kế hoạch kiểm tra with its annex of units."""

from datetime import date
from typing import Any

from inspect_app.core.actor import Actor
from inspect_app.core.errors import sentence
from inspect_app.documents.queries.blocks import (
    Align,
    Annex,
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
    signed,
    summary,
    title,
)
from inspect_app.documents.queries.kinds import Kind, Letter
from inspect_app.documents.queries.letters import wording
from inspect_app.documents.queries.letters.report import KINDS_IN_WORDS
from inspect_app.documents.queries.letters.targets import Aim, aims, deed
from inspect_app.documents.queries.letters.wording import BLANK, SAMPLE_HEAD, Writer
from inspect_app.plans.models import Plan
from inspect_app.units.models import UnitKind

KIND = Kind(
    code="plan",
    name=sentence("Kế hoạch kiểm tra và phụ lục đơn vị"),
    file_name="Ke-hoach-kiem-tra",
    blocks=(
        Head(),
        title("KẾ HOẠCH"),
        summary("{{ trich_yeu }}"),
        Each("dong", "can_cu", (basis("{{ dong }}"),)),
        body("{{ co_quan_ban_hanh }} ban hành {{ loai_ke_hoach }} như sau:"),
        heading("I. MỤC ĐÍCH, YÊU CẦU"),
        body(
            "1. Đánh giá đúng tình hình thực hiện nhiệm vụ cải cách hành chính; kịp thời phát hiện hạn chế, hướng dẫn "
            "và đôn đốc khắc phục."
        ),
        body("2. Kiểm tra khách quan, đúng nội dung, đúng thời gian, không gây cản trở hoạt động của đơn vị."),
        heading("II. NỘI DUNG, ĐỐI TƯỢNG KIỂM TRA"),
        body(
            "1. Nội dung: công tác chỉ đạo, điều hành; cải cách thể chế; thủ tục hành chính; tổ chức bộ máy; chế độ "
            "công vụ; tài chính công; xây dựng chính quyền điện tử, chính quyền số; kỷ luật, kỷ cương hành chính."
        ),
        body("2. Đối tượng: {{ so_don_vi }} đơn vị{{ theo_cap }} (Phụ lục I kèm theo)."),
        heading("III. THỜI GIAN, HÌNH THỨC KIỂM TRA"),
        body("1. Thời gian: {{ thoi_gian }}."),
        body("2. Hình thức: kiểm tra trực tiếp tại đơn vị, kết hợp kiểm tra qua báo cáo."),
        heading("IV. TỔ CHỨC THỰC HIỆN"),
        body(
            "1. Đoàn kiểm tra thông báo lịch đến đơn vị, lập biên bản, ban hành thông báo kết luận và theo dõi việc "
            "khắc phục hạn chế."
        ),
        body("2. Đơn vị được kiểm tra chuẩn bị báo cáo, hồ sơ; khắc phục hạn chế và gửi kết quả kèm minh chứng."),
        If("doan", (body("3. Đoàn kiểm tra: {{ doan }}."),)),
        body("Trong quá trình thực hiện, nếu có vướng mắc, các đơn vị báo cáo {{ co_quan_ban_hanh }} để xem xét./."),
        signed(),
        Annex(
            "Phụ lục I",
            "DANH SÁCH ĐƠN VỊ ĐƯỢC KIỂM TRA",
            "(Kèm theo {{ van_ban }})",
            (
                Table(
                    (
                        Column("STT", 14, Align.CENTRE),
                        Column("Đơn vị", 76),
                        Column("Thời gian", 30, Align.CENTRE),
                        Column("Đoàn kiểm tra", 45),
                    ),
                    (
                        EachRow(
                            "nhom",
                            "danh_sach",
                            (
                                Row(("{{ nhom.ten }}",)),
                                EachRow(
                                    "d",
                                    "nhom.don_vi",
                                    (Row(("{{ d.stt }}", "{{ d.ten }}", "{{ d.thang }}", "{{ d.doan }}")),),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
    sample={
        **SAMPLE_HEAD,
        "co_quan_chu_quan": "",
        "co_quan": "ỦY BAN NHÂN DÂN THÀNH PHỐ CẦN THƠ",
        "so_ky_hieu": f"Số:{BLANK}/KH-UBND",
        "trich_yeu": "Kiểm tra công tác cải cách hành chính năm 2026",
        "loai_ke_hoach": "kế hoạch kiểm tra công tác cải cách hành chính năm 2026",
        "co_quan_ban_hanh": "UBND thành phố Cần Thơ",
        "can_cu": ["Căn cứ Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ."],
        "so_don_vi": "15",
        "theo_cap": " (05 sở, ban, ngành; 10 xã, phường, thị trấn)",
        "thoi_gian": "từ tháng 3 đến tháng 10 năm 2026",
        "doan": "Đoàn kiểm tra số 1; Đoàn kiểm tra số 2",
        "van_ban": f"Kế hoạch số{BLANK}/KH-UBND ngày{BLANK}tháng{BLANK}năm 2026 của UBND thành phố Cần Thơ",
        "danh_sach": [
            {
                "ten": "Sở, ban, ngành",
                "don_vi": [{"stt": "1", "ten": "Sở Tư pháp", "thang": "Tháng 3", "doan": "Đoàn kiểm tra số 1"}],
            }
        ],
    },
)


def letter(plan: Plan, *, actor: Actor, writer: Writer, city: str, today: date) -> Letter:
    """The plan as it stands, with every unit that it names; number and day blank until the registry gave them."""
    rows = aims(plan, actor, today)
    above, post = wording.head_of(writer.unit)
    given = f" {plan.number}" if plan.number else f"{BLANK}/KH-UBND"
    issued = wording.in_words(plan.issued_on) if plan.issued_on else f"ngày{BLANK}tháng{BLANK}năm {plan.year}"
    fields: dict[str, Any] = {
        **wording.head(writer),
        "so_ky_hieu": wording.symbol(f"KH-{wording.abbreviation(writer.unit)}", plan.number),
        "dia_danh_ngay": wording.place_and_day(wording.place(writer.unit, city), plan.issued_on, today),
        "quyen_han": above,
        "chuc_vu": post,
        "nguoi_ky": "",
        "noi_nhan": ["Các đơn vị được kiểm tra;", "Thành viên Đoàn kiểm tra;", "Lưu: VT."],
        "trich_yeu": deed(plan)[:1].upper() + deed(plan)[1:],
        "loai_ke_hoach": f"kế hoạch {deed(plan)}",
        "co_quan_ban_hanh": writer.unit.office,
        "can_cu": wording.bases(wording.paragraphs(plan.note)) if plan.note.startswith("Căn cứ") else [],
        "so_don_vi": wording.number(len(rows)),
        "theo_cap": _by_kind(rows),
        "thoi_gian": _months(plan, rows),
        "doan": "; ".join(dict.fromkeys(row.team for row in rows if row.team)),
        "van_ban": f"Kế hoạch số{given} {issued} của {writer.unit.office}",
        "danh_sach": _grouped(rows),
    }
    return Letter(KIND, fields, (plan.number or plan.title,))


def _by_kind(rows: list[Aim]) -> str:
    """` (05 sở, ban, ngành; 10 xã, phường, thị trấn)`; nothing where all are of one kind."""
    many = {kind: sum(row.kind is kind for row in rows) for kind in UnitKind}
    told = [f"{wording.number(n)} {wording.lower_first(KINDS_IN_WORDS[kind])}" for kind, n in many.items() if n]
    return f" ({'; '.join(told)})" if told else ""


def _months(plan: Plan, rows: list[Aim]) -> str:
    months = sorted({row.month for row in rows if row.month})
    if not months:
        return f"trong năm {plan.year}"
    if len(months) == 1:
        return f"tháng {months[0]} năm {plan.year}"
    return f"từ tháng {months[0]} đến tháng {months[-1]} năm {plan.year}"


def _grouped(rows: list[Aim]) -> list[dict[str, Any]]:
    groups, place = [], 0
    for kind in UnitKind:
        units = []
        for row in rows:
            if row.kind is kind:
                place += 1
                month = f"Tháng {row.month}" if row.month else ""
                units.append({"stt": str(place), "ten": row.name, "thang": month, "doan": row.team})
        if units:
            groups.append({"ten": KINDS_IN_WORDS[kind], "don_vi": units})
    return groups
