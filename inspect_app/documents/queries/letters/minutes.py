"""Biên bản: who met, where and when, what was seen, what the unit said, who signs."""

from datetime import date
from typing import Any

from inspect_app.core.actor import Actor, TeamRole
from inspect_app.core.db import db
from inspect_app.core.errors import sentence
from inspect_app.core.privacy import may_see_absent
from inspect_app.documents.queries.blocks import (
    Each,
    Head,
    If,
    Signatures,
    Signer,
    basis,
    body,
    heading,
    subheading,
    summary,
    title,
)
from inspect_app.documents.queries.kinds import Kind, Letter
from inspect_app.documents.queries.letters import conclusion, wording
from inspect_app.documents.queries.letters.wording import BLANK, ROLES, SAMPLE_HEAD, paragraphs
from inspect_app.findings.models import Outcome
from inspect_app.findings.queries import recheck
from inspect_app.visits.models import Manner, Visit
from inspect_app.visits.queries import team_on

DOTS = "................"
_SEEN = {
    Outcome.HELD: "đã khắc phục, giữ được kết quả",
    Outcome.RELAPSED: "tái diễn",
    Outcome.UNFINISHED: "chưa khắc phục xong",
}

KIND = Kind(
    code="minutes",
    name=sentence("Biên bản kiểm tra"),
    file_name="Bien-ban-kiem-tra",
    blocks=(
        Head(dated=False),
        title("BIÊN BẢN"),
        summary("{{ viec }} công tác cải cách hành chính tại {{ don_vi }}"),
        Each("dong", "can_cu", (basis("{{ dong }}"),)),
        body(
            "Hôm nay, hồi {{ gio_bat_dau }} {{ ngay_kiem_tra }}, tại {{ dia_diem }}, {{ doan }} tiến hành"
            " {{ viec_nho }} công tác cải cách hành chính tại {{ don_vi }}. Phạm vi: {{ pham_vi }}."
            " Hình thức: {{ hinh_thuc }}."
        ),
        heading("I. THÀNH PHẦN THAM DỰ"),
        If(
            "thanh_vien",
            (
                subheading("1. {{ doan }}"),
                Each("tv", "thanh_vien", (body("- Ông (bà) {{ tv.ten }}{{ tv.chuc_danh }}, {{ tv.vai_tro }};"),)),
            ),
        ),
        subheading("{% if thanh_vien %}2. Đại diện {% endif %}{{ don_vi }}"),
        Each("dong", "tham_du", (body("{{ dong }}"),)),
        body("Chủ trì: {{ chu_tri }}. Thư ký: {{ thu_ky }}."),
        heading("II. NỘI DUNG LÀM VIỆC"),
        If(
            "vang_mat",
            (subheading("Cán bộ, công chức vắng mặt"), Each("dong", "vang_mat", (body("{{ dong }}"),))),
        ),
        If("uu_diem", (subheading("Ưu điểm"), Each("dong", "uu_diem", (body("{{ dong }}"),)))),
        If(
            "phuc_tra",
            (
                subheading("Kết quả phúc tra các hạn chế trước đây"),
                Each("hc", "phuc_tra", (body("{{ hc.stt }}. {{ hc.noi_dung }} ({{ hc.ma }}): {{ hc.ket_qua }}."),)),
            ),
        ),
        subheading("Hạn chế"),
        If("not han_che", (body("{{ khong_han_che }}"),)),
        Each(
            "hc",
            "han_che",
            (
                body("{{ hc.stt }}. {{ hc.noi_dung }} ({{ hc.linh_vuc }}; {{ hc.ma }})"),
                body("Đề nghị đơn vị: {{ hc.yeu_cau }}"),
            ),
        ),
        If("nguyen_nhan", (subheading("Nguyên nhân"), Each("dong", "nguyen_nhan", (body("{{ dong }}"),)))),
        If("nhan_xet", (subheading("Nhận xét chung"), Each("dong", "nhan_xet", (body("{{ dong }}"),)))),
        heading("III. Ý KIẾN CỦA ĐƠN VỊ ĐƯỢC KIỂM TRA"),
        Each("dong", "y_kien", (body("{{ dong }}"),)),
        If("kien_nghi", (heading("IV. KIẾN NGHỊ"), Each("dong", "kien_nghi", (body("{{ dong }}"),)))),
        body(
            "Buổi làm việc kết thúc hồi {{ gio_ket_thuc }} cùng ngày. Biên bản được lập thành 02 bản, đã đọc cho các"
            " bên cùng nghe, thống nhất nội dung và ký tên, mỗi bên giữ 01 bản./."
        ),
        Signatures(
            (
                Signer("ĐẠI DIỆN ĐƠN VỊ", ""),
                Signer("THƯ KÝ", "{{ nguoi_ghi }}"),
                Signer("{{ chuc_vu }}", "{{ nguoi_ky }}"),
            )
        ),
    ),
    sample={
        **{name: value for name, value in SAMPLE_HEAD.items() if name not in ("quyen_han", "noi_nhan")},
        "co_quan": "ĐOÀN KIỂM TRA CẢI CÁCH HÀNH CHÍNH",
        "so_ky_hieu": f"Số:{BLANK}/BB-ĐKT",
        "chuc_vu": "TRƯỞNG ĐOÀN",
        "viec": "Kiểm tra",
        "viec_nho": "kiểm tra",
        "don_vi": "UBND phường Cái Khế",
        "doan": "Đoàn kiểm tra",
        "gio_bat_dau": "08 giờ 30 phút",
        "gio_ket_thuc": "11 giờ 15 phút",
        "ngay_kiem_tra": "ngày 14 tháng 10 năm 2026",
        "dia_diem": "Trụ sở UBND phường Cái Khế",
        "pham_vi": "kiểm tra toàn diện",
        "hinh_thuc": "kiểm tra trực tiếp tại đơn vị",
        "can_cu": ["Căn cứ Kế hoạch số 15/KH-UBND ngày 12/01/2026 của UBND thành phố Cần Thơ."],
        "thanh_vien": [{"ten": "Nguyễn Văn An", "chuc_danh": ", Phó Giám đốc Sở Nội vụ", "vai_tro": "Trưởng đoàn"}],
        "tham_du": ["Bà Trần Thị Bình, Chủ tịch UBND phường."],
        "chu_tri": "Nguyễn Văn An",
        "thu_ky": "Lê Thị Cúc",
        "nguoi_ghi": "Lê Thị Cúc",
        "vang_mat": ["Ông Phạm Văn Dũng, công chức Tư pháp - Hộ tịch, không rõ lý do."],
        "uu_diem": ["Đơn vị ban hành đủ kế hoạch cải cách hành chính năm."],
        "phuc_tra": [
            {
                "stt": "1",
                "ma": "HC-2025-0101",
                "noi_dung": "Chưa niêm yết phí, lệ phí",
                "ket_qua": "đã khắc phục, giữ được kết quả",
            }
        ],
        "khong_han_che": "Qua kiểm tra, chưa phát hiện hạn chế.",
        "han_che": [
            {
                "stt": "1",
                "ma": "HC-2026-0007",
                "linh_vuc": "Cải cách thủ tục hành chính",
                "noi_dung": "Bảng niêm yết thiếu 12 thủ tục lĩnh vực hộ tịch.",
                "yeu_cau": "Niêm yết đủ thủ tục hành chính tại Bộ phận Một cửa.",
            }
        ],
        "nguyen_nhan": ["Công chức phụ trách mới được phân công."],
        "nhan_xet": ["Công tác cải cách hành chính của đơn vị có chuyển biến."],
        "y_kien": ["Đơn vị thống nhất với nội dung Đoàn nêu."],
        "kien_nghi": ["Đề nghị Sở Nội vụ tổ chức tập huấn nghiệp vụ một cửa."],
    },
)


def letter(visit: Visit, *, actor: Actor, city: str, today: date) -> Letter:
    """The minutes as the page of minutes has them; what nobody typed is left as dots to be written on paper."""
    sitting = team_on(visit) if visit.team_id else []
    ordered = sorted(sitting, key=lambda one: (list(TeamRole).index(one.role), one.person.sort_key))
    head = next((one.person.name for one in ordered if one.role is TeamRole.HEAD), "")
    scribe = next((one.person.name for one in ordered if one.role is TeamRole.SECRETARY), "")
    issuer = visit.plan.issuing_unit
    team = visit.team.name if visit.team else visit.unit.office
    seen = db.session.execute(recheck.earlier(actor, visit, today=today)).all() if visit.follow_up else []
    found = conclusion.issued_rows(visit, actor)
    deed = "phúc tra" if visit.follow_up else "tự kiểm tra" if visit.is_self_inspection else "kiểm tra"
    fields: dict[str, Any] = {
        "co_quan_chu_quan": issuer.office.upper(),
        "co_quan": team.upper(),
        "so_ky_hieu": wording.symbol("BB-ĐKT" if visit.team_id else "BB-UBND"),
        "dia_danh_ngay": wording.place_and_day(wording.place(issuer, city), visit.began_on, today),
        "chuc_vu": "TRƯỞNG ĐOÀN" if visit.team_id else "NGƯỜI LẬP BIÊN BẢN",
        "nguoi_ky": head,
        "viec": deed.capitalize(),
        "viec_nho": deed,
        "don_vi": conclusion.office_then(visit),
        "doan": team,
        "gio_bat_dau": _hour(visit.began_at),
        "gio_ket_thuc": _hour(visit.ended_at),
        "ngay_kiem_tra": wording.in_words(visit.began_on or visit.day),
        "dia_diem": visit.place or DOTS,
        "pham_vi": conclusion.scope_of(visit),
        "hinh_thuc": "qua báo cáo" if visit.manner is Manner.BY_REPORT else "trực tiếp tại đơn vị",
        "can_cu": wording.bases_of(visit),
        "thanh_vien": [
            {
                "ten": one.person.name,
                "chuc_danh": f", {one.person.title}" if one.person.title else "",
                "vai_tro": ROLES[one.role],
            }
            for one in ordered
        ],
        "tham_du": paragraphs(visit.present) or [f"- {DOTS * 4}"],
        "chu_tri": head or DOTS,
        "thu_ky": scribe or DOTS,
        "nguoi_ghi": scribe,
        "vang_mat": _absent(visit, actor),
        "uu_diem": paragraphs(visit.strengths),
        "phuc_tra": wording.numbered(
            [
                {
                    "ma": row.code,
                    "noi_dung": row.title.rstrip("."),
                    "ket_qua": _SEEN.get(row.outcome, "chưa xem lại")
                    + (f"; {row.note}".rstrip(" .") if row.note else ""),
                }
                for row in seen
            ]
        ),
        "khong_han_che": "Qua kiểm tra, chưa phát hiện hạn chế." if not found else "",
        "han_che": wording.numbered(
            [{name: row[name] for name in ("ma", "linh_vuc", "noi_dung", "yeu_cau")} for row in found]
        ),
        "nguyen_nhan": paragraphs(visit.causes),
        "nhan_xet": paragraphs(visit.remark),
        "y_kien": paragraphs(visit.opinion) or [DOTS * 6],
        "kien_nghi": paragraphs(visit.proposals),
    }
    return Letter(KIND, fields, (f"{visit.day:%Y-%m-%d}", visit.unit_name))


def _absent(visit: Visit, actor: Actor) -> list[str]:
    """Who was not at their post; only how many they were, where the reader may not know their names."""
    named = paragraphs(visit.absent)
    if not named or may_see_absent(actor, unit=visit.unit, team_id=visit.team_id):
        return named
    return [f"{len(named)} người (danh sách lưu ở đoàn kiểm tra)."]


def _hour(time: str) -> str:
    """`08 giờ 30 phút`; dots where nobody noted it."""
    hours, colon, minutes = time.partition(":")
    return f"{hours} giờ {minutes} phút" if colon else f"{DOTS[:6]} giờ {DOTS[:6]} phút"
