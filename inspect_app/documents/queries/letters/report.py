"""Báo cáo kết quả thực hiện kế hoạch: the figures of the report's page as tables, with an annex of units."""

from datetime import date
from typing import Any

from inspect_app.core.errors import sentence
from inspect_app.core.figures import fraction, percent, thousands
from inspect_app.documents.queries.blocks import (
    Align,
    Annex,
    Column,
    EachRow,
    Head,
    If,
    Row,
    Table,
    body,
    heading,
    note,
    signed,
    summary,
    title,
)
from inspect_app.documents.queries.kinds import Kind, Letter
from inspect_app.documents.queries.letters import wording
from inspect_app.documents.queries.letters.wording import BLANK, SAMPLE_HEAD, Writer, day
from inspect_app.plans.models import PlanKind
from inspect_app.reports.queries import Grouping, Report, Tally
from inspect_app.units.models import UnitKind

KINDS_IN_WORDS = {
    UnitKind.CITY: "Tỉnh, thành phố",
    UnitKind.DEPARTMENT: "Sở, ban, ngành",
    UnitKind.DISTRICT: "Quận, huyện",
    UnitKind.COMMUNE: "Xã, phường, thị trấn",
    UnitKind.AFFILIATE: "Đơn vị trực thuộc",
}
_STANDING = {"ahead": "chưa kiểm tra", "begun": "chưa có kết luận", "nothing_found": "không có hạn chế"}
_FIGURES = (
    "{{ d.han_che }}",
    "{{ d.da_khac_phuc }}",
    "{{ d.ty_le }}",
    "{{ d.dung_han }}",
    "{{ d.chua_xong }}",
    "{{ d.qua_han }}",
)
_TOTAL = tuple(cell.replace("d.", "tong.") for cell in _FIGURES)
_HEADS = (
    ("Hạn chế", 18),
    ("Đã khắc phục", 21),
    ("Tỷ lệ", 19),
    ("Đúng hạn", 19),
    ("Chưa xong", 18),
    ("Quá hạn", 17),
)
_RIGHT = tuple(Column(head, width, Align.CENTRE) for head, width in _HEADS)

KIND = Kind(
    code="report",
    name=sentence("Báo cáo kết quả thực hiện kế hoạch"),
    file_name="Bao-cao-ket-qua",
    blocks=(
        Head(),
        title("BÁO CÁO"),
        summary("{{ trich_yeu }}"),
        body(
            "Thực hiện {{ ke_hoach }}, {{ co_quan_bao_cao }} báo cáo kết quả như sau (số liệu tính đến ngày "
            "{{ ngay_so_lieu }}{{ pham_vi }}):"
        ),
        heading("I. KẾT QUẢ KIỂM TRA"),
        body("{{ cau_tong_hop }}"),
        Table(
            (Column("Cấp đơn vị", 33), Column("Đã kiểm tra", 20, Align.CENTRE), *_RIGHT),
            (
                EachRow("d", "theo_cap", (Row(("{{ d.ten }}", "{{ d.da_kiem_tra }}", *_FIGURES)),)),
                Row(("Cộng", "{{ tong.da_kiem_tra }}", *_TOTAL), bold=True),
            ),
        ),
        heading("II. KẾT QUẢ KHẮC PHỤC HẠN CHẾ THEO LĨNH VỰC"),
        Table(
            (Column("Lĩnh vực", 53), *_RIGHT),
            (
                EachRow("d", "theo_linh_vuc", (Row(("{{ d.ten }}", *_FIGURES)),)),
                Row(("Cộng", *_TOTAL), bold=True),
            ),
        ),
        note("{{ cach_tinh }}"),
        note("{{ nhat_ky }}"),
        heading("III. ĐÁNH GIÁ, KIẾN NGHỊ"),
        If("tong.chua_xong != '0'", (body("{{ cau_con_lai }}"),)),
        body("................................................................................................"),
        signed(),
        Annex(
            "Phụ lục I",
            "KẾT QUẢ KHẮC PHỤC HẠN CHẾ THEO ĐƠN VỊ",
            "(Kèm theo Báo cáo số {{ so_trong }} ngày {{ ngay_trong }} của {{ co_quan_bao_cao }})",
            (
                Table(
                    (
                        Column("STT", 12, Align.CENTRE),
                        Column("Đơn vị", 60),
                        *_RIGHT,
                        Column("Hạn chế theo lĩnh vực", 68),
                    ),
                    (
                        EachRow(
                            "nhom",
                            "theo_don_vi",
                            (
                                Row(("{{ nhom.ten }}",)),
                                EachRow(
                                    "d",
                                    "nhom.don_vi",
                                    (Row(("{{ d.stt }}", "{{ d.ten }}", *_FIGURES, "{{ d.linh_vuc }}")),),
                                ),
                            ),
                        ),
                        Row(("", "Cộng", *_TOTAL, ""), bold=True),
                    ),
                ),
            ),
            landscape=True,
        ),
    ),
    sample={
        **SAMPLE_HEAD,
        "so_ky_hieu": f"Số:{BLANK}/BC-SNV",
        "so_trong": f"{BLANK}/BC-SNV",
        "ngay_trong": f"{BLANK}tháng{BLANK}năm 2026",
        "trich_yeu": "Kết quả kiểm tra công tác cải cách hành chính năm 2026",
        "ke_hoach": "Kế hoạch số 15/KH-UBND ngày 12/01/2026 của UBND thành phố Cần Thơ",
        "co_quan_bao_cao": "Sở Nội vụ",
        "ngay_so_lieu": "30/11/2026",
        "pham_vi": "",
        "cau_tong_hop": "Thực hiện Kế hoạch số 15/KH-UBND, Đoàn đã làm việc tại 15/15 đơn vị, đạt 100% kế hoạch.",
        "cau_con_lai": "Còn 04 hạn chế chưa khắc phục xong, trong đó 01 hạn chế quá hạn (Phụ lục I).",
        "cach_tinh": "Tỷ lệ khắc phục: số hạn chế đã khắc phục trên số hạn chế đã ban hành mà không bị rút.",
        "nhat_ky": wording.SAMPLE_LEDGER,
        "theo_cap": [
            {
                "ten": "Sở, ban, ngành",
                "da_kiem_tra": "5/5",
                "han_che": "14",
                "da_khac_phuc": "14",
                "ty_le": "100%",
                "dung_han": "12",
                "chua_xong": "0",
                "qua_han": "0",
            }
        ],
        "theo_linh_vuc": [
            {
                "ten": "Cải cách thủ tục hành chính",
                "han_che": "10",
                "da_khac_phuc": "9",
                "ty_le": "90%",
                "dung_han": "8",
                "chua_xong": "1",
                "qua_han": "0",
            }
        ],
        "tong": {
            "da_kiem_tra": "15/15",
            "han_che": "41",
            "da_khac_phuc": "37",
            "ty_le": "90,2%",
            "dung_han": "34",
            "chua_xong": "4",
            "qua_han": "1",
        },
        "theo_don_vi": [
            {
                "ten": "Sở, ban, ngành",
                "don_vi": [
                    {
                        "stt": "1",
                        "ten": "Sở Tư pháp",
                        "han_che": "3",
                        "da_khac_phuc": "3",
                        "ty_le": "100%",
                        "dung_han": "3",
                        "chua_xong": "0",
                        "qua_han": "0",
                        "linh_vuc": "Thủ tục hành chính: 2; Chế độ công vụ: 1",
                    }
                ],
            }
        ],
    },
)


def letter(report: Report, *, writer: Writer, said: str, city: str, today: date) -> Letter:
    """`said` is the sentence that the report's page offers to copy; the figures are the page's own."""
    plan, total = report.plan, report.total
    short = wording.abbreviation(writer.unit)
    above, post = wording.head_of(writer.unit)
    inspected = total_inspected(report)
    fields: dict[str, Any] = {
        **wording.head(writer),
        "so_ky_hieu": wording.symbol(f"BC-{short}"),
        "dia_danh_ngay": wording.place_and_day(wording.place(writer.unit, city), None, today),
        "quyen_han": above,
        "chuc_vu": post,
        "nguoi_ky": "",
        "noi_nhan": _recipients(report),
        "so_trong": f"{BLANK}/BC-{short}",
        "ngay_trong": f"{BLANK}tháng{BLANK}năm {today.year}",
        "trich_yeu": _about(report),
        "ke_hoach": wording.plan_named(plan),
        "co_quan_bao_cao": writer.unit.office,
        "ngay_so_lieu": day(report.day.on),
        "pham_vi": ", trong phạm vi được xem" if report.partial else "",
        "cau_tong_hop": said,
        "cau_con_lai": (
            f"Còn {wording.number(total.live)} hạn chế chưa khắc phục xong, "
            f"trong đó {wording.number(total.overdue)} hạn chế quá hạn (Phụ lục I)."
        ),
        "cach_tinh": (
            "Tỷ lệ khắc phục: số hạn chế đã khắc phục trên số hạn chế đã ban hành mà không bị rút. Đúng hạn: ngày gửi "
            "lần báo cáo được chấp nhận không sau thời hạn đang có hiệu lực hôm đó."
        ),
        "nhat_ky": wording.ledger(),
        "theo_cap": [
            {
                "ten": KINDS_IN_WORDS[line.kind],
                "da_kiem_tra": thousands(line.self_inspections)
                if report.by_themselves
                else _fraction(line.inspected, line.targets),
                **_figures(line.tally),
            }
            for line in report.kinds
        ],
        "theo_linh_vuc": [{"ten": line.name, **_figures(line.tally)} for line in report.areas],
        "tong": {"da_kiem_tra": inspected, **_figures(total)},
        "theo_don_vi": _by_unit(report),
    }
    return Letter(KIND, fields, (plan.number or plan.title, f"{report.day.on:%Y-%m-%d}"))


def total_inspected(report: Report) -> str:
    if report.by_themselves:
        return thousands(report.self_inspections)
    return _fraction(report.inspected, report.targets)


def _about(report: Report) -> str:
    what = {
        PlanKind.SURPRISE: "kiểm tra đột xuất",
        PlanKind.SELF: "tự kiểm tra",
        PlanKind.SCHEDULED: "kiểm tra",
    }[report.plan.kind]
    return f"Kết quả {what} công tác cải cách hành chính năm {report.plan.year}"


def _recipients(report: Report) -> list[str]:
    members = [] if report.by_themselves else ["Thành viên Đoàn kiểm tra;"]
    return [f"{report.plan.issuing_unit.office};", *members, "Lưu: VT."]


def _fraction(part: int, whole: int) -> str:
    return fraction(part, whole) if whole else "–"


def _figures(tally: Tally) -> dict[str, str]:
    return {
        "han_che": thousands(tally.counted),
        "da_khac_phuc": thousands(tally.resolved),
        "ty_le": percent(tally.resolved, tally.counted),
        "dung_han": thousands(tally.on_time),
        "chua_xong": thousands(tally.live),
        "qua_han": thousands(tally.overdue),
    }


def _by_unit(report: Report) -> list[dict[str, Any]]:
    areas = {line.code: line.name for line in report.areas}
    groups, place = [], 0
    for line in report.kinds:
        rows = []
        for unit in line.units:
            if report.by is Grouping.RESPONSIBLE and not unit.tally.counted:
                continue  # as on the page
            place += 1
            found = ((name, unit.by_area.get(code, 0)) for code, name in areas.items())
            told = "; ".join(f"{name}: {many}" for name, many in found if many)
            standing = _STANDING.get(str(unit.standing.value), "") if unit.standing else ""
            rows.append(
                {"stt": str(place), "ten": unit.name, **_figures(unit.tally), "linh_vuc": told or standing or "–"}
            )
        if rows:
            groups.append({"ten": KINDS_IN_WORDS[line.kind], "don_vi": rows})
    return groups
