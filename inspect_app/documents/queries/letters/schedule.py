"""Thông báo lịch kiểm tra: when each unit of a plan is to expect its inspection."""

from datetime import date
from typing import Any

from inspect_app.core.actor import Actor
from inspect_app.core.errors import sentence
from inspect_app.documents.queries.blocks import (
    Align,
    Column,
    EachRow,
    Head,
    Row,
    Table,
    addressee,
    body,
    signed,
    summary,
    title,
)
from inspect_app.documents.queries.kinds import Kind, Letter
from inspect_app.documents.queries.letters import wording
from inspect_app.documents.queries.letters.targets import aims, deed
from inspect_app.documents.queries.letters.wording import BLANK, SAMPLE_HEAD, Writer
from inspect_app.plans.models import Plan

KIND = Kind(
    code="schedule",
    name=sentence("Thông báo lịch kiểm tra"),
    file_name="Thong-bao-lich-kiem-tra",
    blocks=(
        Head(),
        title("THÔNG BÁO"),
        summary("Lịch {{ viec }}"),
        addressee("Kính gửi: Các đơn vị được kiểm tra"),
        body("Thực hiện {{ ke_hoach }}, {{ co_quan_bao_cao }} thông báo lịch kiểm tra như sau:"),
        Table(
            (
                Column("STT", 12, Align.CENTRE),
                Column("Đơn vị", 50),
                Column("Thời gian", 32, Align.CENTRE),
                Column("Địa điểm", 30),
                Column("Đoàn kiểm tra", 41),
            ),
            (
                EachRow(
                    "d",
                    "lich",
                    (Row(("{{ d.stt }}", "{{ d.ten }}", "{{ d.thoi_gian }}", "{{ d.dia_diem }}", "{{ d.doan }}")),),
                ),
            ),
        ),
        body(
            "Đề nghị đơn vị chuẩn bị báo cáo và hồ sơ liên quan, bố trí lãnh đạo, công chức phụ trách làm việc với "
            "Đoàn đúng thời gian nêu trên. Nếu cần đổi lịch, đơn vị báo trước ít nhất 03 ngày làm việc./."
        ),
        signed(),
    ),
    sample={
        **SAMPLE_HEAD,
        "so_ky_hieu": f"Số:{BLANK}/TB-SNV",
        "viec": "kiểm tra công tác cải cách hành chính năm 2026",
        "ke_hoach": "Kế hoạch số 15/KH-UBND ngày 12/01/2026 của UBND thành phố Cần Thơ",
        "co_quan_bao_cao": "Sở Nội vụ",
        "lich": [
            {
                "stt": "1",
                "ten": "UBND phường Cái Khế",
                "thoi_gian": "08:00 ngày 14/10/2026",
                "dia_diem": "Trụ sở UBND phường",
                "doan": "Đoàn kiểm tra số 1",
            }
        ],
    },
)


def letter(plan: Plan, *, actor: Actor, writer: Writer, city: str, today: date) -> Letter:
    """What was arranged with each unit that no inspection has begun at; the month of the plan where no day was."""
    above, post = wording.head_of(writer.unit)
    visits = sorted(
        (aim for aim in aims(plan, actor, today) if not aim.begun), key=lambda aim: aim.first_day(plan.year)
    )
    fields: dict[str, Any] = {
        **wording.head(writer),
        "so_ky_hieu": wording.symbol(f"TB-{wording.abbreviation(writer.unit)}"),
        "dia_danh_ngay": wording.place_and_day(wording.place(writer.unit, city), None, today),
        "quyen_han": above,
        "chuc_vu": post,
        "nguoi_ky": "",
        "noi_nhan": ["Các đơn vị được kiểm tra;", f"{plan.issuing_unit.office} (để báo cáo);", "Lưu: VT."],
        "viec": deed(plan),
        "ke_hoach": wording.plan_named(plan),
        "co_quan_bao_cao": writer.unit.office,
        "lich": wording.numbered(
            [
                {
                    "ten": row.office,
                    "thoi_gian": row.when,
                    "dia_diem": row.place or "Tại đơn vị",
                    "doan": row.team,
                }
                for row in visits
            ]
        ),
    }
    return Letter(KIND, fields, (plan.number or plan.title,))
