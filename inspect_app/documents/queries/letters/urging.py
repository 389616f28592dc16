"""Công văn đôn đốc, and the report to the Chairman: the text that was taken as a step, laid out as a letter."""

import re
from datetime import date
from typing import Any

from inspect_app.core.errors import sentence
from inspect_app.documents.queries.blocks import (
    Each,
    Head,
    If,
    addressee,
    basis,
    body,
    heading,
    signed,
    summary,
    title,
)
from inspect_app.documents.queries.kinds import Kind, Letter
from inspect_app.documents.queries.letters import wording
from inspect_app.documents.queries.letters.wording import SAMPLE_HEAD
from inspect_app.reminders.models import Level, Urging

KIND = Kind(
    code="urging",
    name=sentence("Công văn đôn đốc"),
    file_name="Cong-van-don-doc",
    blocks=(
        If("ve_viec", (Head(about="{{ ve_viec }}"),)),
        If("not ve_viec", (Head(), title("BÁO CÁO"), summary("{{ trich_yeu }}"))),
        addressee("Kính gửi: {{ kinh_gui }}"),
        Each("dong", "can_cu", (basis("{{ dong }}"),)),
        Each(
            "doan",
            "noi_dung",
            (
                If("doan.la_muc", (heading("{{ doan.chu }}"),)),
                If("not doan.la_muc", (body("{{ doan.chu }}"),)),
            ),
        ),
        signed(),
    ),
    sample={
        **SAMPLE_HEAD,
        "ve_viec": "V/v đôn đốc khắc phục hạn chế sau kiểm tra cải cách hành chính",
        "trich_yeu": "Việc chậm khắc phục hạn chế sau kiểm tra của UBND phường Cái Khế",
        "kinh_gui": "UBND phường Cái Khế",
        "can_cu": ["Căn cứ Kế hoạch số 15/KH-UBND ngày 12/01/2026 của UBND thành phố Cần Thơ."],
        "noi_dung": [
            {"la_muc": "", "chu": "Đến ngày 20/11/2026, UBND phường Cái Khế còn 02 hạn chế đã quá hạn khắc phục:"},
            {"la_muc": "", "chu": "1. HC-2026-0007: Niêm yết đủ thủ tục hành chính. Hạn khắc phục ngày 13/11/2026."},
            {"la_muc": "1", "chu": "II. Kiến nghị"},
        ],
        "don_vi": "UBND phường Cái Khế",
    },
)

_TURNS = {Level.LETTER_1: "Lần 1", Level.LETTER_2: "Lần 2", Level.CHAIRMAN: "Báo cáo Chủ tịch"}
"""What a letter without a number is known by, in the name of its file."""
_HEADING = re.compile(r"[IVX]{1,4}\.\s")


def letter(step: Urging, *, city: str, writer: wording.Writer, today: date) -> Letter:
    """The step's text, told apart into what it is about, to whom, why, and who else receives it."""
    told = _told(step.content)
    above, post = wording.head_of(writer.unit)
    fields: dict[str, Any] = {
        **wording.head(writer),
        "so_ky_hieu": wording.symbol(_symbol(step, writer), step.number),
        "dia_danh_ngay": wording.place_and_day(wording.place(writer.unit, city), step.dated_on, today),
        "quyen_han": above,
        "chuc_vu": post,
        "nguoi_ky": "",
        "don_vi": step.unit.office,
        **told,
    }
    return Letter(KIND, fields, (step.number or _TURNS.get(step.level, ""), step.unit.name))


def _symbol(step: Urging, writer: wording.Writer) -> str:
    short = wording.abbreviation(writer.unit)
    return f"BC-{short}" if step.level is Level.CHAIRMAN else f"{short}-CCHC"


def _told(content: str) -> dict[str, Any]:
    lines = [line.strip() for line in content.splitlines() if line.strip()]
    told: dict[str, Any] = {
        "ve_viec": "",
        "trich_yeu": "",
        "kinh_gui": "",
        "can_cu": [],
        "noi_dung": [],
        "noi_nhan": [],
    }
    receiving = False
    for place, line in enumerate(lines):
        if receiving:
            told["noi_nhan"].append(line.lstrip("-– "))
        elif line.rstrip(":").lower() == "nơi nhận":
            receiving = True
        elif line.startswith("V/v") and not told["ve_viec"]:
            told["ve_viec"] = line
        elif place == 0 and line.isupper():
            continue  # the kind of letter, which the layout prints
        elif line.startswith("Kính gửi") and not told["kinh_gui"]:
            told["kinh_gui"] = line.partition(":")[2].strip()
        elif place == 1 and lines[0].isupper():
            told["trich_yeu"] = line
        elif line.startswith("Căn cứ") and not told["noi_dung"]:
            told["can_cu"].append(line)
        else:
            told["noi_dung"].append({"la_muc": "1" if _HEADING.match(line) else "", "chu": line})
    told["can_cu"] = wording.bases(told["can_cu"])
    told["noi_nhan"] = told["noi_nhan"] or ["Như trên;", "Lưu: VT."]
    return told
