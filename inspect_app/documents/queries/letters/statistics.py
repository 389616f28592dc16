"""Phụ lục thống kê: its rows stand in the template, figures are asked for by name (see queries.statistics)."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the annex; its name is a message id, since a page shows it, too."""

    place: str
    name: str
    measure: str
    figure: str
    """What `queries.statistics` and templates call it."""

    @property
    def row(self) -> Row:
        return Row((self.place, self.name, self.measure, f"{{{{ so.{self.figure} }}}}", ""))


@dataclass(frozen=True, slots=True)
class Group:
    place: str
    name: str
    lines: tuple[Line, ...]

    @property
    def rows(self) -> list[Row]:
        return [Row((f"{self.place}. {self.name}",), bold=True), *(line.row for line in self.lines)]


GROUPS = (
    Group(
        "I",
        sentence("Kiểm tra cải cách hành chính"),
        (
            Line("1", sentence("Số kế hoạch kiểm tra ban hành trong kỳ"), "Kế hoạch", "ke_hoach_kiem_tra"),
            Line("2", sentence("Số cuộc kiểm tra đã tiến hành trong kỳ"), "Cuộc", "cuoc_kiem_tra"),
            Line("2.1", sentence("Trong đó: kiểm tra đột xuất"), "Cuộc", "cuoc_dot_xuat"),
            Line("2.2", sentence("Trong đó: phúc tra"), "Cuộc", "cuoc_phuc_tra"),
            Line("3", sentence("Số cơ quan, đơn vị đã được kiểm tra"), "Đơn vị", "don_vi_duoc_kiem_tra"),
            Line("3.1", sentence("Sở, ban, ngành"), "Đơn vị", "so_nganh_duoc_kiem_tra"),
            Line("3.2", sentence("Quận, huyện"), "Đơn vị", "quan_huyen_duoc_kiem_tra"),
            Line("3.3", sentence("Xã, phường, thị trấn"), "Đơn vị", "xa_phuong_duoc_kiem_tra"),
            Line("3.4", sentence("Đơn vị trực thuộc"), "Đơn vị", "don_vi_truc_thuoc_duoc_kiem_tra"),
            Line("4", sentence("Số lượt đơn vị tự kiểm tra"), "Lượt", "luot_tu_kiem_tra"),
        ),
    ),
    Group(
        "II",
        sentence("Xử lý vấn đề phát hiện qua kiểm tra"),
        (
            Line("5", sentence("Số vấn đề (hạn chế) kết luận trong kỳ"), "Hạn chế", "han_che_ket_luan"),
            Line("5.1", sentence("Trong đó: lặp lại hạn chế trước đây"), "Hạn chế", "han_che_lap_lai"),
            Line("6", sentence("Số vấn đề kết luận trong kỳ đã xử lý xong"), "Hạn chế", "han_che_da_xu_ly"),
            Line("7", sentence("Tỷ lệ vấn đề đã xử lý xong"), "%", "ty_le_han_che_da_xu_ly"),
            Line(
                "8", sentence("Số hạn chế khắc phục xong trong kỳ, kể cả của kỳ trước"), "Hạn chế", "khac_phuc_trong_ky"
            ),
            Line("8.1", sentence("Trong đó: trước hạn và đúng hạn"), "Hạn chế", "khac_phuc_dung_han"),
            Line("8.2", sentence("Trong đó: quá hạn"), "Hạn chế", "khac_phuc_qua_han"),
            Line("8.3", sentence("Tỷ lệ khắc phục đúng hạn"), "%", "ty_le_dung_han"),
            Line("9", sentence("Số hạn chế chưa khắc phục xong đến cuối kỳ"), "Hạn chế", "han_che_con_lai"),
            Line("9.1", sentence("Trong đó: đã quá hạn"), "Hạn chế", "han_che_con_qua_han"),
            Line("10", sentence("Số công văn đôn đốc đã gửi trong kỳ"), "Văn bản", "cong_van_don_doc"),
        ),
    ),
    Group(
        "III",
        sentence("Nhiệm vụ được giao"),
        (
            Line("11", sentence("Số nhiệm vụ giao trong kỳ"), "Nhiệm vụ", "nhiem_vu_giao"),
            Line(
                "12", sentence("Số nhiệm vụ hoàn thành trong kỳ, kể cả giao từ kỳ trước"), "Nhiệm vụ", "nhiem_vu_xong"
            ),
            Line("12.1", sentence("Trong đó: trước hạn"), "Nhiệm vụ", "nhiem_vu_truoc_han"),
            Line("12.2", sentence("Trong đó: đúng hạn"), "Nhiệm vụ", "nhiem_vu_dung_han"),
            Line("12.3", sentence("Trong đó: quá hạn"), "Nhiệm vụ", "nhiem_vu_qua_han"),
            Line("12.4", sentence("Trong đó: không đặt thời hạn"), "Nhiệm vụ", "nhiem_vu_khong_han"),
            Line("13", sentence("Số nhiệm vụ chưa hoàn thành đến cuối kỳ"), "Nhiệm vụ", "nhiem_vu_con_lai"),
            Line("13.1", sentence("Trong đó: đã quá hạn"), "Nhiệm vụ", "nhiem_vu_con_qua_han"),
        ),
    ),
)
"""The rows of the house's own template."""

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
            (*(row for group in GROUPS for row in group.rows),),
        ),
        note(
            "Kỳ báo cáo năm từ 15/12 năm trước đến 14/12. Hạn chế tính theo thông báo kết luận đã ban hành, không tính "
            "hạn chế đã rút. Tỷ lệ tính trên số kết luận trong kỳ (dòng 7) và số khắc phục xong trong kỳ (dòng 8.3). "
            "Nhiệm vụ tính theo ngày gửi báo cáo được xác nhận so với thời hạn hôm đó, không tính nhiệm vụ đã rút."
        ),
        note("{{ nhat_ky }}"),
        signed(),
    ),
    sample={
        **SAMPLE_HEAD,
        "so_ky_hieu": f"Số:{BLANK}/BC-SNV",
        "ky": "6 tháng đầu năm 2026",
        "tu_ngay": "15/12/2025",
        "den_ngay": "14/06/2026",
        "ngay_so_lieu": "14/06/2026",
        "nhat_ky": wording.SAMPLE_LEDGER,
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
            "nhiem_vu_giao": "56",
            "nhiem_vu_xong": "48",
            "nhiem_vu_truoc_han": "39",
            "nhiem_vu_dung_han": "6",
            "nhiem_vu_qua_han": "2",
            "nhiem_vu_khong_han": "1",
            "nhiem_vu_con_lai": "9",
            "nhiem_vu_con_qua_han": "1",
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
        "noi_nhan": [*([f"{writer.above.office} (để báo cáo);"] if writer.above else []), "Lưu: VT."],
        "ky": _CALLED[code].format(year=year),
        "tu_ngay": day(period.first),
        "den_ngay": day(period.last),
        "ngay_so_lieu": day(min(period.last, today)),
        "nhat_ky": wording.ledger(),
        "so": numbers,
    }
    return Letter(KIND, fields, (f"{year}", code.value))
