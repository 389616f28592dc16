"""Báo cáo kết quả khắc phục: what a unit answers to a notice, finding by finding."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.core.errors import sentence
from inspect_app.core.figures import completion
from inspect_app.documents.queries.blocks import (
    Align,
    Column,
    Each,
    EachRow,
    Head,
    If,
    Row,
    Table,
    addressee,
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
from inspect_app.findings.models import Conclusion, Evidence, Finding, Side, State, Verdict

_STATE = {
    State.OPEN: "Chưa báo cáo",
    State.IN_PROGRESS: "Đang khắc phục",
    State.SUBMITTED: "Đã báo cáo, chờ xác nhận",
    State.RETURNED: "Bị trả lại, đang bổ sung",
    State.DISPUTED: "Đang giải trình",
    State.RESOLVED: "Đã khắc phục",
    State.WITHDRAWN: "Không tính",
}

KIND = Kind(
    code="remediation",
    name=sentence("Báo cáo kết quả khắc phục hạn chế"),
    file_name="Bao-cao-khac-phuc",
    blocks=(
        Head(),
        title("BÁO CÁO"),
        summary("Kết quả khắc phục hạn chế sau kiểm tra công tác cải cách hành chính"),
        addressee("Kính gửi: {{ kinh_gui }}"),
        body("Thực hiện {{ thong_bao }}, {{ don_vi }} báo cáo kết quả khắc phục đến ngày {{ ngay_so_lieu }} như sau:"),
        heading("I. KẾT QUẢ CHUNG"),
        body("Tổng số hạn chế được kết luận: {{ tong_so }}. Đã được xác nhận khắc phục: {{ da_khac_phuc }}."),
        heading("II. KẾT QUẢ TỪNG HẠN CHẾ"),
        Table(
            (
                Column("STT", 12, Align.CENTRE),
                Column("Hạn chế", 39),
                Column("Kết quả thực hiện", 41),
                Column("Minh chứng", 27),
                Column("Thời hạn", 25, Align.CENTRE),
                Column("Tình trạng", 21, Align.CENTRE),
            ),
            (
                EachRow(
                    "hc",
                    "han_che",
                    (
                        Row(
                            (
                                "{{ hc.stt }}",
                                "{{ hc.ma }}: {{ hc.noi_dung }}",
                                "{{ hc.ket_qua }}",
                                "{{ hc.minh_chung }}",
                                "{{ hc.thoi_han }}",
                                "{{ hc.tinh_trang }}",
                            )
                        ),
                    ),
                ),
            ),
        ),
        note("Minh chứng gửi kèm từng hạn chế trên Sổ kiểm tra CCHC."),
        If(
            "chua_xong",
            (
                heading("III. HẠN CHẾ CHƯA KHẮC PHỤC XONG"),
                Each("hc", "chua_xong", (body("- {{ hc.ma }}: {{ hc.viec }}. Dự kiến hoàn thành: {{ hc.du_kien }}."),)),
                body(
                    "Nguyên nhân: ...................................................................................."
                ),
            ),
        ),
        heading("{% if chua_xong %}IV{% else %}III{% endif %}. KIẾN NGHỊ"),
        body("...................................................................................................../."),
        signed(),
    ),
    sample={
        **SAMPLE_HEAD,
        "co_quan": "ỦY BAN NHÂN DÂN PHƯỜNG CÁI KHẾ",
        "so_ky_hieu": f"Số:{BLANK}/BC-UBND",
        "dia_danh_ngay": f"Cái Khế, ngày{BLANK}tháng{BLANK}năm 2026",
        "quyen_han": ["TM. ỦY BAN NHÂN DÂN"],
        "chuc_vu": "CHỦ TỊCH",
        "kinh_gui": "Đoàn kiểm tra công tác cải cách hành chính",
        "don_vi": "UBND phường Cái Khế",
        "thong_bao": "Thông báo kết luận số 57/TB-ĐKT ngày 24/10/2026 của Đoàn kiểm tra",
        "ngay_so_lieu": "20/11/2026",
        "tong_so": "02",
        "da_khac_phuc": "1/2 (50%)",
        "han_che": [
            {
                "stt": "1",
                "ma": "HC-2026-0007",
                "noi_dung": "Bảng niêm yết thiếu 12 thủ tục lĩnh vực hộ tịch.",
                "ket_qua": "Đã niêm yết đủ 42 thủ tục lĩnh vực hộ tịch.",
                "minh_chung": "anh-niem-yet.jpg",
                "thoi_han": "13/11/2026",
                "tinh_trang": "Đã khắc phục",
            }
        ],
        "chua_xong": [
            {"ma": "HC-2026-0008", "viec": "Xin lỗi bằng văn bản khi trả kết quả trễ hạn", "du_kien": "30/11/2026"}
        ],
    },
)


def letter(
    notice: Conclusion, findings: Sequence[Finding], *, team: str, writer: Writer, city: str, today: date
) -> Letter:
    """What the unit answers with these findings of the notice, as they stand today."""
    named = _evidence([finding.id for finding in findings])
    counted = [finding for finding in findings if finding.state is not State.WITHDRAWN]
    done = [finding for finding in counted if finding.state is State.RESOLVED]
    left = [finding for finding in counted if finding.state is not State.RESOLVED]
    above, post = wording.head_of(writer.unit)
    if notice.number:
        called = f"Thông báo kết luận số {notice.number} ngày {day(notice.dated_on)} của {team}"
    else:
        called = f"kết quả tự kiểm tra ngày {day(notice.dated_on)}"
    fields: dict[str, Any] = {
        **wording.head(writer),
        "so_ky_hieu": wording.symbol(f"BC-{wording.abbreviation(writer.unit)}"),
        "dia_danh_ngay": wording.place_and_day(wording.place(writer.unit, city), None, today),
        "quyen_han": above,
        "chuc_vu": post,
        "nguoi_ky": "",
        "noi_nhan": ["Như trên;", "Lưu: VT."],
        "kinh_gui": team,
        "don_vi": writer.unit.office,
        "thong_bao": called,
        "ngay_so_lieu": day(today),
        "tong_so": wording.number(len(counted)),
        "da_khac_phuc": completion(len(done), len(counted)),
        "han_che": wording.numbered([_row(finding, named.get(finding.id, [])) for finding in findings]),
        "chua_xong": [
            {
                "ma": finding.code,
                "viec": finding.required_title.rstrip("."),
                "du_kien": day(finding.undertaking_by or finding.deadline),
            }
            for finding in left
        ],
    }
    return Letter(KIND, fields, (notice.number, writer.unit.name))


def _row(finding: Finding, files: Sequence[str]) -> dict[str, str]:
    latest = finding.latest
    sent = latest is not None and latest.verdict is not Verdict.RECALLED
    said = latest.statement if latest is not None and sent else finding.progress_note or finding.undertaking
    return {
        "ma": finding.code,
        "noi_dung": finding.title,
        "ket_qua": said,
        "minh_chung": "\n".join(files),
        "thoi_han": day(finding.deadline),
        "tinh_trang": _STATE.get(finding.state, ""),
    }


def _evidence(finding_ids: list[int]) -> dict[int, list[str]]:
    """Finding -> the names of the files that prove it, each once."""
    named: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(Evidence.finding_id, Evidence.name)
        .where(Evidence.finding_id.in_(finding_ids), Evidence.side == Side.REMEDY)
        .order_by(Evidence.id)
    )
    for row in rows:
        names = named.setdefault(row.finding_id, [])
        if row.name not in names:
            names.append(row.name)
    return named
