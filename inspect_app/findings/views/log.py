"""The log of a finding in words: one line for each event."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from inspect_app.core.audit import Event
from inspect_app.findings.forms.moves import METHODS
from inspect_app.findings.models import Verification
from inspect_app.web.formats import date as shown
from inspect_app.web.formats import ngettext
from inspect_app.web.timeline import Line, PutOff, line_of, put_offs, verb_of

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
    "amend": ("pencil", ""),
    "replan": ("pencil", "doing"),
    "progress": ("tool", "doing"),
    "assign": ("user", ""),
    "follow": ("eye", ""),
    "ask_extension": ("clock-plus", "wait"),
    "drop_extension": ("undo", ""),
    "extend": ("clock-plus", "ok"),
    "refuse_extension": ("clock-plus", "back"),
    "message": ("message", ""),
    "move": ("move", ""),
    "repeat": ("history", ""),
    "retell": ("history", ""),
}
"""Verb -> icon and look of its line."""


def lines(events: Iterable[tuple[Event, str]]) -> list[Line]:
    """`events` each with the name of the actor's home unit, in the order to be shown."""
    return [_line(event, unit) for event, unit in events]


def _line(event: Event, unit: str) -> Line:
    verb = verb_of(event)
    return line_of(event, unit, looks=LOOKS, title=_title(verb, event), quote=_quote(verb, event))


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
            if not files:
                return str(_("Báo cáo đã khắc phục, lần %(round)s", round=told["round"]))
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
        case "amend":
            ordinal, paper = told["ordinal"], told["number"]
            return str(_("Đính chính số %(ordinal)s, văn bản %(number)s", ordinal=ordinal, number=paper))
        case "replan" | "progress" | "assign" | "follow" | "message":
            return _about_the_work(verb, told)
        case "ask_extension" | "drop_extension" | "extend" | "refuse_extension":
            return _about_time(verb, told)
        case "move":
            return str(_("Chuyển trách nhiệm từ %(former)s sang %(new)s", former=told["former"], new=told["new"]))
        case "repeat":
            if told["repeats"]:
                return str(_("Xác nhận lặp lại %(code)s", code=told["earlier"]))
            return str(_("Xác nhận không lặp lại %(code)s", code=told["earlier"]))
        case "retell":
            return str(_("Nhập lại từ bảng tính"))
        case _:
            return str(_("Cập nhật"))


def _about_the_work(verb: str, told: Mapping[str, Any]) -> str:
    match verb:
        case "replan":
            return str(_("Sửa kế hoạch khắc phục, dự kiến xong ngày %(day)s", day=_day(told["by"])))
        case "progress":
            return str(_("Đã làm %(percent)s%%", percent=told["percent"]))
        case "follow":
            return str(_("Giao %(name)s theo dõi", name=told["follower"]))
        case "assign":
            name = told["assignee"]
            return str(_("Giao cho %(name)s", name=name) if name else _("Không giao riêng cho ai"))
        case _:
            if told["from_unit"]:
                return str(_("Hỏi đoàn kiểm tra"))
            return str(_("Trả lời đơn vị") if told["answers"] else _("Nhắn đơn vị"))


def _about_time(verb: str, told: Mapping[str, Any]) -> str:
    match verb:
        case "ask_extension":
            return str(_("Đề nghị gia hạn đến %(day)s", day=_day(told["wanted"])))
        case "drop_extension":
            return str(_("Rút đề nghị gia hạn đến %(day)s", day=_day(told["wanted"])))
        case "refuse_extension":
            return str(_("Không đồng ý gia hạn đến %(day)s", day=_day(told["wanted"])))
        case _:
            if "asker_id" in told:
                return str(_("Đồng ý gia hạn đến %(day)s", day=_day(told["until"])))
            return str(_("Gia hạn đến %(day)s", day=_day(told["until"])))


def _quote(verb: str, event: Event) -> str:
    told = event.payload
    match verb:
        case "start" | "replan":
            return str(told["undertaking"])
        case "submit":
            return str(told["statement"])
        case "amend":
            before = [str(_("Trước đính chính: %(text)s", text=change["before"])) for change in told["changes"]]
            return "\n".join([told["note"], *before])
        case "accept":
            how = str(METHODS[Verification(told["method"])])
            if told.get("by"):
                how = str(_("%(how)s, người xác nhận: %(name)s", how=how, name=told["by"]))
            return f"{how}. {told['note']}" if told["note"] else f"{how}."
        case "move" if told["decision"]:
            words = {"number": told["decision"], "day": _day(told["decision_on"]), "note": told["note"]}
            return str(_("Văn bản số %(number)s ngày %(day)s. %(note)s", **words)).strip()
        case "allow" | "withdraw":
            return str(_("%(reason)s (văn bản số %(number)s)", reason=told["note"], number=told["decision"]))
        case _:
            return str(told.get("note", ""))


def deadlines(events: Sequence[tuple[Event, str]]) -> list[PutOff]:
    """How the deadline came to be what it is, newest first; `events` in the same order."""
    return put_offs(events, "deadline", line=_line, retold="finding:retell")


def _day(iso: str) -> str:
    return shown(date.fromisoformat(iso))
