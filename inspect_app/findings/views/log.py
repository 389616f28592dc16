"""The log of a finding in words: one line for each event."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.findings.forms.moves import METHODS
from inspect_app.findings.models import Verification
from inspect_app.web.formats import date as shown

LOOKS = {
    "record": ("flag", ""),
    "edit": ("pencil", ""),
    "issue": ("mail-forward", ""),
    "start": ("tool", "doing"),
    "submit": ("send", "wait"),
    "recall": ("undo", ""),
    "accept": ("circle-check", "ok"),
    "return": ("arrow-back-up", "back"),
    "reopen": ("history", "back"),
    "dispute": ("message", "wait"),
    "uphold": ("message", "back"),
    "allow": ("slash", ""),
    "withdraw": ("slash", ""),
}
"""Verb -> icon and look of its line."""


@dataclass(frozen=True, slots=True)
class Line:
    verb: str
    title: str
    who: str
    at: datetime
    on: date
    """The day it counts for."""
    icon: str
    look: str
    quote: str

    @property
    def counts_for(self) -> date | None:
        """That day, where it is not the day on which it was written."""
        return self.on if self.on != self.at.astimezone(clock.HANOI).date() else None


def lines(events: Iterable[tuple[Event, str]]) -> list[Line]:
    """`events` each with the name of the actor's home unit, in the order to be shown."""
    return [_line(event, unit) for event, unit in events]


def _line(event: Event, unit: str) -> Line:
    verb = event.action.partition(":")[2]
    icon, look = LOOKS.get(verb, ("info-circle", ""))
    return Line(
        verb=verb,
        title=_title(verb, event),
        who=", ".join(part for part in (event.actor_name, unit) if part),
        at=event.at,
        on=event.on,
        icon=icon,
        look=look,
        quote=_quote(verb, event),
    )


def _title(verb: str, event: Event) -> str:
    told = event.payload
    match verb:
        case "record":
            return str(_("Ghi nhận khi kiểm tra"))
        case "edit":
            return str(_("Sửa nội dung trước khi ban hành"))
        case "issue":
            if not told["number"]:
                return str(_("Giao đơn vị khắc phục, hạn %(day)s", day=_day(told["deadline"])))
            day, number = _day(told["deadline"]), told["number"]
            return str(_("Giao đơn vị khắc phục, hạn %(day)s, theo thông báo %(number)s", day=day, number=number))
        case "start":
            return str(pgettext("log", "Bắt đầu khắc phục"))
        case "submit":
            files = len(told["files"])
            return str(
                ngettext(
                    "Gửi xác nhận lần %(round)s, kèm %(num)s tệp",
                    "Gửi xác nhận lần %(round)s, kèm %(num)s tệp",
                    files,
                    round=told["round"],
                )
            )
        case "recall":
            return str(pgettext("log", "Rút lại để sửa"))
        case "accept":
            return str(_("Xác nhận đã khắc phục"))
        case "return":
            if told.get("resubmit_by"):
                return str(_("Trả lại, yêu cầu bổ sung trước ngày %(day)s", day=_day(told["resubmit_by"])))
            return str(_("Trả lại, yêu cầu bổ sung"))
        case "reopen":
            return str(_("Mở lại, hạn mới %(day)s", day=_day(told["deadline"])))
        case "dispute":
            return str(pgettext("log", "Gửi giải trình"))
        case "uphold":
            return str(_("Giữ nguyên hạn chế sau giải trình"))
        case "allow":
            return str(_("Chấp nhận giải trình, không tính hạn chế này"))
        case "withdraw":
            return str(_("Không tính hạn chế này"))
        case _:
            return str(_("Cập nhật"))


def _quote(verb: str, event: Event) -> str:
    told = event.payload
    match verb:
        case "start":
            return str(told["undertaking"])
        case "submit":
            return str(told["statement"])
        case "accept":
            how = str(METHODS[Verification(told["method"])])
            return f"{how}. {told['note']}" if told["note"] else f"{how}."
        case "allow" | "withdraw":
            return str(_("%(reason)s (văn bản số %(number)s)", reason=told["note"], number=told["decision"]))
        case _:
            return str(told.get("note", ""))


def _day(iso: str) -> str:
    return shown(date.fromisoformat(iso))
