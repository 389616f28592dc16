"""The log of a task in words: one line for each event."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from inspect_app.core.audit import Event
from inspect_app.web.formats import date as shown
from inspect_app.web.formats import ngettext
from inspect_app.web.timeline import Line, PutOff, line_of, put_offs, verb_of

LOOKS = {
    "give": ("mail-forward", ""),
    "edit": ("pencil", ""),
    "start": ("tool", "doing"),
    "progress": ("tool", "doing"),
    "report": ("send", "wait"),
    "recall": ("undo", ""),
    "accept": ("circle-check", "ok"),
    "enter": ("circle-check", "ok"),
    "return": ("arrow-back-up", "back"),
    "reopen": ("history", "back"),
    "withdraw": ("slash", ""),
    "ask_extension": ("clock-plus", "wait"),
    "drop_extension": ("undo", ""),
    "extend": ("clock-plus", "ok"),
    "refuse_extension": ("clock-plus", "back"),
    "hand_on": ("move", ""),
}
"""Verb -> icon and look of its line."""


def lines(events: Iterable[tuple[Event, str]]) -> list[Line]:
    """`events` each with the name of the actor's home unit, in the order to be shown."""
    return [_line(event, unit) for event, unit in events]


def due_days(events: Sequence[tuple[Event, str]]) -> list[PutOff]:
    """How the due day came to be what it is, newest first; `events` in the same order.

    Whoever gave the task may write another day while nobody has begun: that puts nothing off.
    """
    return put_offs(events, "due_on", line=_line, rewritten="task:edit")


def _line(event: Event, unit: str) -> Line:
    verb, told = verb_of(event), event.payload
    quote = str(told["statement"] if verb in ("report", "enter") else told.get("note", ""))
    return line_of(event, unit, looks=LOOKS, title=_title(verb, told), quote=quote)


def _title(verb: str, told: Mapping[str, Any]) -> str:
    match verb:
        case "give":
            if not told["due_on"]:
                return str(_("Giao nhiệm vụ, thực hiện thường xuyên"))
            return str(_("Giao nhiệm vụ, hạn %(day)s", day=_day(told["due_on"])))
        case "edit":
            return str(_("Sửa nội dung nhiệm vụ"))
        case "start":
            return str(pgettext("log", "Bắt đầu thực hiện"))
        case "progress":
            return str(_("Cập nhật tiến độ"))
        case "report":
            files = len(told["files"])
            return str(
                ngettext(
                    "Báo cáo hoàn thành lần %(round)s, kèm %(num)s tệp",
                    "Báo cáo hoàn thành lần %(round)s, kèm %(num)s tệp",
                    files,
                    round=told["round"],
                )
            )
        case "recall":
            return str(pgettext("log", "Rút lại để sửa"))
        case "accept":
            return str(_("Xác nhận hoàn thành"))
        case "enter":
            if told["letter"]:
                return str(_("Nhập kết quả hoàn thành theo văn bản %(number)s", number=told["letter"]))
            return str(_("Nhập kết quả hoàn thành"))
        case "return":
            return str(_("Trả lại, yêu cầu bổ sung"))
        case "reopen":
            return str(_("Mở lại nhiệm vụ"))
        case "withdraw":
            return str(_("Không tính nhiệm vụ này"))
        case "ask_extension":
            return str(_("Đề nghị gia hạn đến %(day)s", day=_day(told["wanted"])))
        case "drop_extension":
            return str(_("Rút đề nghị gia hạn đến %(day)s", day=_day(told["wanted"])))
        case "extend":
            return str(_("Gia hạn từ %(old)s đến %(until)s", old=_day(told["old"]), until=_day(told["until"])))
        case "refuse_extension":
            return str(_("Không đồng ý gia hạn đến %(day)s", day=_day(told["wanted"])))
        case "hand_on":
            return str(_("Chuyển từ %(former)s sang %(new)s", former=told["former"], new=told["new"]))
        case _:
            return str(_("Cập nhật"))


def _day(iso: str) -> str:
    return shown(date.fromisoformat(iso))
