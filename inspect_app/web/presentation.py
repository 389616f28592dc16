"""How codes look on a page: the words, the icon and the class of each state; where the errors of a form are.

Knows no record. The markup that uses these tables is in templates/components; days and numbers are in web/formats.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, cast

from flask import Flask, get_template_attribute
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from inspect_app.web.formats import FAR
from inspect_app.web.templating import language
from inspect_app.web.timeline import copied_from, copies_in

SOON_DAYS = 3
"""A deadline this many days away or fewer is shown as near."""


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
    "planned": Badge(_l("Đã lên lịch"), "calendar-event", "new"),
    "begun": Badge(_l("Đang kiểm tra"), "pencil", "doing"),
    "reported": Badge(_l("Chờ kết luận"), "hourglass", "wait"),
    "concluded": Badge(_l("Đã kết luận"), "circle-check", "done"),
    "closed": Badge(_l("Không có hạn chế"), "circle-check", "done"),
    "cancelled": Badge(_l("Đã hủy"), "slash", "void"),
}

TASK_STATES = {
    "todo": Badge(_l("Chưa thực hiện"), "circle-dashed", "new"),
    "doing": Badge(_l("Đang thực hiện"), "tool", "doing"),
    "reported": Badge(_l("Chờ xác nhận"), "hourglass", "wait"),
    "returned": Badge(_l("Bị trả lại"), "arrow-back-up", "back"),
    "done": Badge(_l("Hoàn thành"), "circle-check", "done"),
    "withdrawn": Badge(_l("Không tính"), "slash", "void"),
}

TASK_STEPS = (_l("Chưa thực hiện"), _l("Đang thực hiện"), _l("Chờ xác nhận"), _l("Hoàn thành"))
TASK_STEP_OF = {"todo": 1, "doing": 2, "returned": 2, "reported": 3, "done": 4}

TASK_PLAN_KINDS = {
    "plan": _l("Theo kế hoạch"),
    "orders": _l("Giao trong năm"),
}
"""What gives tasks: one plan, or documents of a year."""

STEPS = (_l("Mới ghi nhận"), _l("Đang khắc phục"), _l("Chờ xác nhận"), _l("Đã khắc phục"))
STEP_OF = {"open": 1, "in_progress": 2, "returned": 2, "submitted": 3, "disputed": 3, "resolved": 4}
"""State -> the step of the stepper it stands at; recorded and withdrawn findings stand at none."""

UNIT_KINDS = {
    "city": _l("Tỉnh/thành phố"),
    "department": _l("Sở, ban, ngành"),
    "district": _l("Quận/huyện"),
    "commune": _l("Xã/phường/thị trấn"),
    "affiliate": _l("Đơn vị trực thuộc"),
}

PLAN_KINDS = {
    "scheduled": _l("Theo kế hoạch"),
    "surprise": _l("Đột xuất"),
    "self": _l("Tự kiểm tra"),
}

TEAM_ROLES = {
    "head": _l("Trưởng đoàn"),
    "deputy": _l("Phó trưởng đoàn"),
    "secretary": _l("Thư ký"),
    "member": _l("Thành viên"),
}

RESULTS = {
    "met": _l("Đạt"),
    "unmet": _l("Chưa đạt"),
    "not_applicable": _l("Không áp dụng"),
    "unchecked": _l("Chưa kiểm tra"),
}
"""What was seen of an item of a checklist."""

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


def init_app(app: Flask) -> None:
    """Give the tables to templates as globals and the functions as filters."""
    sprite = _sprite(app)
    drawing = _drawing(app, sprite)
    app.jinja_env.globals.update(
        finding_states=FINDING_STATES,
        visit_states=VISIT_STATES,
        task_states=TASK_STATES,
        task_steps=TASK_STEPS,
        task_step_of=TASK_STEP_OF,
        task_plan_kinds=TASK_PLAN_KINDS,
        unit_kinds=UNIT_KINDS,
        plan_kinds=PLAN_KINDS,
        team_roles=TEAM_ROLES,
        results=RESULTS,
        steps=STEPS,
        step_of=STEP_OF,
        soon_days=SOON_DAYS,
        far_days=FAR,
        form_errors=form_errors,
        drawn=lambda macro, *given: drawing()(macro, *given),
        deadline_of=lambda row, day, dated=True: _deadline(drawing(), row, day, dated),
        with_deadlines=lambda rows, day: _with_deadlines(drawing(), rows, day),
        icon=_icons(sprite),
        stacked=stacked,
    )
    app.add_template_filter(code_of)
    app.add_template_filter(copied_from)
    app.add_template_filter(copies_in)
    app.add_template_filter(file_icon)


Draw = Callable[..., str]


def _drawing(app: Flask, sprite: Callable[[], str]) -> Callable[[], Draw]:
    """`drawing()(macro, *given)`: a macro of components/status.html, drawn once per language for the same arguments.

    What `drawing()` gives draws for the page that is being made.
    """

    @lru_cache(maxsize=8192)
    def draw(_language: str, _icons: str, macro: str, *given: Any) -> str:
        return cast(str, get_template_attribute("components/status.html", macro)(*given))

    make = draw.__wrapped__ if app.debug else draw
    return lambda: partial(make, language(), sprite())


def _deadline(drawn: Draw, row: Any, day: dt.date, dated: bool) -> str:
    """How what has the facts of a finding stands to its deadline on `day`; the deadline itself below where `dated`."""
    state, deadline = code_of(row.state), row.deadline
    if state == "withdrawn" or not deadline:
        return drawn("draw_no_due")
    put_off = deadline != row.baseline and row.baseline
    if state == "resolved":
        days = row.days_late
        closed = "late" if days > 0 else "early" if days < 0 else "on_time"
        return drawn("draw_due", days, deadline, put_off, closed, dated)
    if row.in_time and deadline < day:
        return drawn("draw_sent_in_time", deadline, dated)
    return drawn("draw_due", (deadline - day).days, deadline, put_off, None, dated)


def _with_deadlines(drawn: Draw, rows: Iterable[Any], day: dt.date) -> Iterator[tuple[Any, str]]:
    """Each row, and how it stands to its deadline on `day`."""
    return ((row, _deadline(drawn, row, day, True)) for row in rows)


def _icons(sprite: Callable[[], str]) -> Callable[..., Markup]:
    """`icon(name, cls)`: what components/icons.html calls `ic`."""

    @lru_cache(maxsize=1024)
    def draw(sprite: str, name: str, cls: str) -> Markup:
        look = f"ic {cls}" if cls else "ic"
        use = Markup('<use href="{}#i-{}"/>').format(sprite, name)
        return Markup('<svg class="{}" aria-hidden="true" focusable="false">{}</svg>').format(look, use)

    def icon(name: str, cls: str = "") -> Markup:
        return draw(sprite(), name, cls)

    return icon


def _sprite(app: Flask) -> Callable[[], str]:
    """Gives the address of the file with all icons."""
    known = app.jinja_env.globals
    return lambda: cast(Callable[[str], str], known["asset"])("img/icons.svg")


def stacked(parts: Iterable[tuple[str, int]], total: int, large: bool = False) -> Markup:
    """What components/figures.html calls `bar`: of each part its share of the total, with a gap to the next."""
    shown = [part for part in parts if part[1]] if total else []
    rects, x = [], 0.0
    for place, (look, n) in enumerate(shown, start=1):
        wide = 100 * n / total
        gap = 0.5 if place < len(shown) and wide > 1 else 0
        rects.append(f'<rect class="f-{look}" x="{x:.2f}" width="{wide - gap:.2f}" height="8"/>')
        x += wide
    frame = 'viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"'
    cls = "bar bar-lg" if large else "bar"
    return Markup(f'<svg class="{cls}" {frame}>{"".join(rects)}</svg>')  # noqa: S704 - numbers, and words of ours


def code_of(state: Any) -> str:
    """The stored code of a state given as an enum member or as the code itself."""
    return str(getattr(state, "value", state))


def file_icon(name: str) -> str:
    """The icon for a file, by the ending of its name."""
    return FILE_ICONS.get(name.rpartition(".")[2].lower(), "file")


def form_errors(form: Any) -> list[tuple[str, str]]:
    """Every error of a form in the order of its fields: the id of the control to go to, and the sentence."""
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
    """The id of what a person can focus: the first of several choices, or the field; none if hidden."""
    if getattr(field.widget, "input_type", "") == "hidden":
        return ""
    return f"{field.id}-0" if hasattr(field.widget, "html_tag") else str(field.id)
