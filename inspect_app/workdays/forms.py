"""What administrators type about working days and terms, and what anybody asks the calendar."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, NumberRange

from inspect_app.web.fields import (
    CleanStringField,
    CleanTextAreaField,
    EnumRadioField,
    IdField,
    VietnameseDateField,
    WholeNumberField,
)
from inspect_app.web.forms import BaseForm, VersionedForm
from inspect_app.web.moves import MoveForm
from inspect_app.web.once import OnceForm
from inspect_app.workdays.policy import DAY, LONGEST, WORKING_DAY, TermCode


class Said(StrEnum):
    """What is decided about a day."""

    OFF = "off"
    WORK = "work"


class Unit(StrEnum):
    WORKING_DAY = WORKING_DAY
    DAY = DAY


_UNITS = {Unit.WORKING_DAY: _l("Ngày làm việc"), Unit.DAY: _l("Ngày (tính cả ngày nghỉ)")}
_WITHIN = NumberRange(1, LONGEST)

TERMS = {
    TermCode.VERIFY: (_l("Xác nhận kết quả khắc phục"), _l("Đoàn kiểm tra, từ ngày đơn vị gửi xác nhận")),
    TermCode.ANSWER_DISPUTE: (_l("Trả lời giải trình"), _l("Trưởng đoàn, Sở Nội vụ, từ ngày đơn vị giải trình")),
    TermCode.ANSWER_QUESTION: (_l("Trả lời câu hỏi của đơn vị"), _l("Đoàn kiểm tra, từ ngày đơn vị hỏi")),
    TermCode.DECIDE_EXTENSION: (_l("Quyết định gia hạn"), _l("Sở Nội vụ, từ ngày đơn vị đề nghị")),
    TermCode.REPORT: (_l("Gửi kết quả kiểm tra"), _l("Đoàn kiểm tra, từ ngày kiểm tra")),
    TermCode.CONCLUDE: (_l("Ban hành thông báo kết luận"), _l("Trưởng đoàn, thư ký, từ ngày gửi kết quả")),
    TermCode.EXTENSION_DAYS: (_l("Thời gian gia hạn nhiều nhất"), _l("Mỗi lần đơn vị đề nghị, từ thời hạn đang có")),
    TermCode.EXTENSION_TIMES: (_l("Số lần gia hạn nhiều nhất"), _l("Theo đề nghị của đơn vị, cho một việc")),
    TermCode.URGE_LETTER_1: (_l("Công văn đôn đốc lần 1"), _l("Khi còn quá hạn, từ ngày nhắc việc")),
    TermCode.URGE_LETTER_2: (_l("Công văn đôn đốc lần 2"), _l("Khi còn quá hạn, từ công văn lần 1")),
    TermCode.URGE_CHAIRMAN: (_l("Báo cáo Chủ tịch UBND"), _l("Khi còn quá hạn, từ công văn lần 2")),
}
"""What each term is called, and from when it counts."""


class DayForm(OnceForm):
    """A day decided otherwise: without `version` a new one, without `day` one to be corrected."""

    version = IdField(validators=[InputRequired(_l("Tải lại trang rồi gửi lại"))])
    day = VietnameseDateField(_l("Ngày"), [InputRequired(_l("Nhập ngày, ví dụ 02/01/2026"))])
    working = EnumRadioField(
        _l("Ngày này"),
        [InputRequired(_l("Chọn nghỉ hoặc làm việc"))],
        words={Said.OFF: _l("Được nghỉ"), Said.WORK: _l("Phải làm việc")},
    )
    note = CleanStringField(
        _l("Nội dung"),
        [InputRequired(_l("Nhập nội dung, ví dụ Nghỉ hoán đổi Tết Dương lịch"))],
        description=_l("Ví dụ: Nghỉ hoán đổi Tết Dương lịch, Làm bù ngày thứ Bảy."),
    )
    basis = CleanStringField(
        _l("Căn cứ"),
        [InputRequired(_l("Nhập số, ngày của văn bản quyết định"))],
        description=_l("Số, ngày của văn bản, ví dụ 12729/VPCP-KGVX ngày 25/12/2025."),
    )


class RemoveForm(VersionedForm):
    pass


class TermForm(BaseForm):
    version = IdField()
    """Empty while the default holds."""
    days = WholeNumberField(_l("Số ngày"), [InputRequired(_l("Nhập số ngày, ví dụ 5")), _WITHIN])
    unit = EnumRadioField(_l("Tính theo"), [InputRequired(_l("Chọn một cách tính"))], words=_UNITS)


class CountForm(BaseForm):
    """Which day a period ends on; read from the address."""

    class Meta(BaseForm.Meta):
        csrf = False

    n = WholeNumberField(_l("Số ngày"), [InputRequired(_l("Nhập số ngày, ví dụ 15")), _WITHIN])
    start = VietnameseDateField(
        _l("Từ ngày"),
        [InputRequired(_l("Nhập ngày bắt đầu, ví dụ 16/01/2023"))],
        description=_l("Ngày ký kết luận, ngày kiểm tra. Ngày này không tính."),
    )
    unit = EnumRadioField(
        _l("Tính theo"), [InputRequired(_l("Chọn một cách tính"))], words=_UNITS, default=Unit.WORKING_DAY
    )

    def __init__(self, asked: Any) -> None:
        super().__init__(asked if "n" in asked or "start" in asked else None)


# What units and those who decide type about a day that is put off, whatever it is the day of


class AskExtensionForm(MoveForm):
    move = "ask_extension"
    wanted = VietnameseDateField(_l("Đề nghị gia hạn đến ngày"), [InputRequired(_l("Nhập ngày đề nghị gia hạn đến"))])
    reason = CleanTextAreaField(_l("Vì sao không kịp?"), [InputRequired(_l("Nhập lý do đề nghị gia hạn"))])
    letter_number = CleanStringField(_l("Số công văn"), longest=60)
    letter_on = VietnameseDateField(_l("Ngày công văn"))


class DropExtensionForm(MoveForm):
    move = "drop_extension"


class RefuseExtensionForm(MoveForm):
    move = "refuse_extension"
    reason = CleanTextAreaField(
        _l("Lý do không gia hạn"),
        [InputRequired(_l("Nhập lý do không gia hạn"))],
        description=_l("Đơn vị đọc nguyên văn câu này."),
    )
