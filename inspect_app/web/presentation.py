"""How codes, days and sizes look on a page: words, icon and class of each state, filters for dates and numbers.

Knows no record and asks no clock. The markup that uses these tables is in templates/components.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
SOON_DAYS = 3
"""A deadline this many days away or fewer is shown as near."""
FAR_DAYS = 60
"""A deadline further away than this is shown as a date only."""


@dataclass(frozen=True)
class Badge:
    """The words, the icon and the pill class of a state."""

    word: Any
    icon: str
    look: str


FINDING_STATES = {
    "recorded": Badge(_l("Chưa ban hành"), "pencil", "draft"),
    "open": Badge(_l("Mới ghi nhận"), "circle-dashed", "new"),
    "in_progress": Badge(_l("Đang khắc phục"), "tool", "doing"),
    "submitted": Badge(_l("Chờ xác nhận"), "hourglass", "wait"),
    "returned": Badge(_l("Bị trả lại"), "arrow-back-up", "back"),
    "disputed": Badge(_l("Đang giải trình"), "message", "wait"),
    "resolved": Badge(_l("Đã khắc phục"), "circle-check", "done"),
    "withdrawn": Badge(_l("Không tính"), "slash", "void"),
}

VISIT_STATES = {
    "planned": Badge(_l("Chưa kiểm tra"), "calendar-event", "new"),
    "begun": Badge(_l("Đang kiểm tra"), "pencil", "doing"),
    "reported": Badge(_l("Đã gửi kết quả"), "hourglass", "wait"),
    "concluded": Badge(_l("Đã ban hành kết luận"), "circle-check", "done"),
    "closed": Badge(_l("Kết thúc, không có hạn chế"), "circle-check", "done"),
    "cancelled": Badge(_l("Đã hủy"), "slash", "void"),
}

STEPS = (_l("Mới ghi nhận"), _l("Đang khắc phục"), _l("Chờ xác nhận"), _l("Đã khắc phục"))
STEP_OF = {"open": 1, "in_progress": 2, "returned": 2, "submitted": 3, "disputed": 3, "resolved": 4}
"""State -> the step of the stepper it stands at; recorded and withdrawn findings stand at none."""

FILE_ICONS = {
    "pdf": "file-pdf",
    "doc": "file-doc",
    "docx": "file-doc",
    "xls": "file-xls",
    "xlsx": "file-xls",
    "jpg": "photo",
    "jpeg": "photo",
    "png": "photo",
    "webp": "photo",
    "heic": "photo",
}

WEEKDAYS = (
    _l("Thứ Hai"),
    _l("Thứ Ba"),
    _l("Thứ Tư"),
    _l("Thứ Năm"),
    _l("Thứ Sáu"),
    _l("Thứ Bảy"),
    _l("Chủ nhật"),
)


def init_app(app: Flask) -> None:
    """Give the tables to templates as globals and the functions as filters."""
    app.jinja_env.globals.update(
        finding_states=FINDING_STATES,
        visit_states=VISIT_STATES,
        steps=STEPS,
        step_of=STEP_OF,
        soon_days=SOON_DAYS,
        far_days=FAR_DAYS,
        form_errors=form_errors,
    )
    for function in (day, weekday, moment, clock_time, iso, number, size, code_of, file_icon):
        app.add_template_filter(function)


def day(value: date | None) -> str:
    """14/11/2023, or an empty text for no date; a moment counts for its day in Vietnam."""
    return _local(value).strftime("%d/%m/%Y") if value else ""


def weekday(value: date) -> str:
    """Thứ Ba."""
    return str(WEEKDAYS[_local(value).weekday()])


def moment(value: datetime | None) -> str:
    """14/11/2023, 10:05 in Vietnam."""
    return _local(value).strftime("%d/%m/%Y, %H:%M") if value else ""


def clock_time(value: datetime | None) -> str:
    """10:05 in Vietnam."""
    return _local(value).strftime("%H:%M") if value else ""


def iso(value: date | None) -> str:
    """What a machine reads in `<time datetime>`."""
    return _local(value).isoformat() if value else ""


def number(value: float | None, digits: int = 0) -> str:
    """1.288 or 34,5 in Vietnamese, 1,288 or 34.5 in English; a dash for nothing; zeros after the mark are dropped."""
    if value is None:
        return "–"
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if _english() else text.translate(str.maketrans(",.", ".,"))


def size(octets: int) -> str:
    """640 KB, 1,2 MB."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))} KB"
    return f"{number(octets / 1_000_000, 1)} MB"


def code_of(state: Any) -> str:
    """The stored code of a state given as an enum member or as the code itself."""
    return str(getattr(state, "value", state))


def file_icon(name: str) -> str:
    """The icon for a file, by the ending of its name."""
    return FILE_ICONS.get(name.rpartition(".")[2].lower(), "file")


def form_errors(form: Any) -> list[tuple[str, str]]:
    """Every error of a WTForms form in reading order: the id of the control to go to, and the sentence."""
    return [*_errors_in(form), *(("", str(message)) for message in form.form_errors)]


def _errors_in(fields: Any) -> Iterator[tuple[str, str]]:
    for field in fields:
        if not field.errors:
            continue
        if hasattr(field, "form"):
            yield from _errors_in(field.form)
        elif hasattr(field, "entries"):
            yield from _errors_in(field.entries)
            yield from ((field.id, str(error)) for error in field.errors if isinstance(error, str))
        else:
            yield from ((control_id(field), str(error)) for error in field.errors)


def control_id(field: Any) -> str:
    """The id of what a person can focus: the first choice of a group of choices, otherwise the field."""
    return f"{field.id}-0" if hasattr(field.widget, "html_tag") else str(field.id)


def _local(value: Any) -> Any:
    """A moment as seen in Vietnam (one without a zone is UTC); a plain date stays as it is."""
    if not isinstance(value, datetime):
        return value
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(VIETNAM)


def _english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"
