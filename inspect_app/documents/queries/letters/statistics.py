"""Phụ lục thống kê: its rows stand in the template, figures are asked for by name (see queries.statistics)."""

from datetime import date
from typing import Any

from inspect_app.core.errors import sentence
from inspect_app.documents.queries.blocks import Align, Column, Head, Row, Table, body, note, signed, summary, title
from inspect_app.documents.queries.kinds import Kind, Letter
from inspect_app.documents.queries.letters import wording
from inspect_app.documents.queries.letters.wording import BLANK, SAMPLE_HEAD, Writer, day
from inspect_app.workdays.periods import Period, PeriodCode

_CALLED = {
    PeriodCode.Q1: "quý I năm {year}",
    PeriodCode.HALF: "6 tháng đầu năm {year}",
    PeriodCode.Q3: "quý III năm {year}",
    PeriodCode.YEAR: "năm {year}",
}


def _group(place: str, name: str) -> Row:
    return Row((f"{place}. {name}",), bold=True)


def _line(place: str, name: str, measure: str, figure: str) -> Row:
    return Row((place, name, measure, f"{{{{ so.{figure} }}}}", ""))


KIND = Kind(
    code="statistics",
    name=sentence("Phụ lục thống kê định kỳ"),
    file_name="Phu-luc-thong-ke",
    blocks=(
        Head(),
        title("PHỤ LỤC"),
        summary("Thống kê số liệu kiểm tra cải cách hành chính {{ ky }}"),
        body("Kỳ báo cáo từ ngày {{ tu_ngay }} đến ngày {{ den_ngay }}; số liệu tính đến ngày {{ ngay_so_lieu }}."),
        Table(
            (
                Column("TT", 13, Align.CENTRE),
                Column("Chỉ tiêu thống kê", 84),
                Column("Đơn vị tính", 24, Align.CENTRE),
                Column("Số liệu", 22, Align.CENTRE),
                Column("Ghi chú", 22),
            ),
            (
                _group("I", "Kiểm tra cải cách hành chính"),
                _line("1", "Số kế hoạch kiểm tra ban hành trong kỳ", "Kế hoạch", "ke_hoach_kiem_tra"),
                _line("2", "Số cuộc kiểm tra đã tiến hành trong kỳ", "Cuộc", "cuoc_kiem_tra"),
                _line("2.1", "Trong đó: kiểm tra đột xuất", "Cuộc", "cuoc_dot_xuat"),
                _line("2.2", "Trong đó: phúc tra", "Cuộc", "cuoc_phuc_tra"),
                _line("3", "Số cơ quan, đơn vị đã được kiểm tra", "Đơn vị", "don_vi_duoc_kiem_tra"),
                _line("3.1", "Sở, ban, ngành", "Đơn vị", "so_nganh_duoc_kiem_tra"),
                _line("3.2", "Quận, huyện", "Đơn vị", "quan_huyen_duoc_kiem_tra"),
                _line("3.3", "Xã, phường, thị trấn", "Đơn vị", "xa_phuong_duoc_kiem_tra"),
                _line("3.4", "Đơn vị trực thuộc", "Đơn vị", "don_vi_truc_thuoc_duoc_kiem_tra"),
                _line("4", "Số lượt đơn vị tự kiểm tra", "Lượt", "luot_tu_kiem_tra"),
                _group("II", "Xử lý vấn đề phát hiện qua kiểm tra"),
                _line("5", "Số vấn đề (hạn chế) kết luận trong kỳ", "Hạn chế", "han_che_ket_luan"),
                _line("5.1", "Trong đó: lặp lại hạn chế trước đây", "Hạn chế", "han_che_lap_lai"),
                _line("6", "Số vấn đề kết luận trong kỳ đã xử lý xong", "Hạn chế", "han_che_da_xu_ly"),
                _line("7", "Tỷ lệ vấn đề đã xử lý xong", "%", "ty_le_han_che_da_xu_ly"),
                _line("8", "Số hạn chế khắc phục xong trong kỳ, kể cả của kỳ trước", "Hạn chế", "khac_phuc_trong_ky"),
                _line("8.1", "Trong đó: trước hạn và đúng hạn", "Hạn chế", "khac_phuc_dung_han"),
                _line("8.2", "Trong đó: quá hạn", "Hạn chế", "khac_phuc_qua_han"),
                _line("8.3", "Tỷ lệ khắc phục đúng hạn", "%", "ty_le_dung_han"),
                _line("9", "Số hạn chế chưa khắc phục xong đến cuối kỳ", "Hạn chế", "han_che_con_lai"),
                _line("9.1", "Trong đó: đã quá hạn", "Hạn chế", "han_che_con_qua_han"),
                _line("10", "Số công văn đôn đốc đã gửi trong kỳ", "Văn bản", "cong_van_don_doc"),
            ),
        ),
        note(
            "Kỳ báo cáo năm từ 15/12 năm trước đến 14/12. Hạn chế tính theo thông báo kết luận đã ban hành, không tính "
            "hạn chế đã rút. Tỷ lệ tính trên số kết luận trong kỳ (dòng 7) và số khắc phục xong trong kỳ (dòng 8.3)."
        ),
        signed(),
    ),
    sample={
        **SAMPLE_HEAD,
        "so_ky_hieu": f"Số:{BLANK}/BC-SNV",
        "ky": "6 tháng đầu năm 2026",
        "tu_ngay": "15/12/2025",
        "den_ngay": "14/06/2026",
        "ngay_so_lieu": "14/06/2026",
        "so": {
            "ke_hoach_kiem_tra": "2",
            "cuoc_kiem_tra": "21",
            "cuoc_dot_xuat": "6",
            "cuoc_phuc_tra": "1",
            "luot_tu_kiem_tra": "120",
            "don_vi_duoc_kiem_tra": "20",
            "so_nganh_duoc_kiem_tra": "5",
            "quan_huyen_duoc_kiem_tra": "0",
            "xa_phuong_duoc_kiem_tra": "15",
            "don_vi_truc_thuoc_duoc_kiem_tra": "0",
            "han_che_ket_luan": "41",
            "han_che_lap_lai": "3",
            "han_che_da_xu_ly": "37",
            "ty_le_han_che_da_xu_ly": "90,2%",
            "khac_phuc_trong_ky": "39",
            "khac_phuc_dung_han": "36",
            "khac_phuc_qua_han": "3",
            "ty_le_dung_han": "92,3%",
            "han_che_con_lai": "6",
            "han_che_con_qua_han": "1",
            "cong_van_don_doc": "2",
        },
    },
)


def letter(
    code: PeriodCode, year: int, period: Period, numbers: dict[str, str], *, writer: Writer, city: str, today: date
) -> Letter:
    above, post = wording.head_of(writer.unit)
    fields: dict[str, Any] = {
        **wording.head(writer),
        "so_ky_hieu": wording.symbol(f"BC-{wording.abbreviation(writer.unit)}"),
        "dia_danh_ngay": wording.place_and_day(wording.place(writer.unit, city), None, today),
        "quyen_han": above,
        "chuc_vu": post,
        "nguoi_ky": "",
        "noi_nhan": ["Như trên;", "Lưu: VT."],
        "ky": _CALLED[code].format(year=year),
        "tu_ngay": day(period.first),
        "den_ngay": day(period.last),
        "ngay_so_lieu": day(min(period.last, today)),
        "so": numbers,
    }
    return Letter(KIND, fields, (f"{year}", code.value))
