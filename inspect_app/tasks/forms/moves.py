"""What people type when they move a task on. One form for each move; `FORMS` names them."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from inspect_app.web.fields import CleanStringField, CleanTextAreaField, VietnameseDateField
from inspect_app.web.moves import MoveForm
from inspect_app.web.uploads import UploadsField
from inspect_app.workdays.forms import AskExtensionForm, DropExtensionForm, RefuseExtensionForm


class StartForm(MoveForm):
    move = "start"
    note = CleanTextAreaField(_l("Đơn vị sẽ làm gì?"), description=_l("Viết ngắn, mỗi việc một dòng."))


class ProgressForm(MoveForm):
    move = "progress"
    note = CleanTextAreaField(_l("Đã làm được gì?"), [InputRequired(_l("Nhập việc đã làm được"))], longest=1000)


class _ResultForm(MoveForm):
    statement = CleanTextAreaField(
        _l("Kết quả đơn vị đã làm"),
        [InputRequired(_l("Nhập kết quả đơn vị đã làm"))],
        description=_l("Viết ngắn: làm việc gì, ngày nào, sản phẩm là văn bản nào."),
    )
    letter_number = CleanStringField(_l("Số văn bản báo cáo"), longest=60)
    letter_on = VietnameseDateField(_l("Ngày văn bản"))


class ReportForm(_ResultForm):
    move = "report"
    files = UploadsField(
        _l("Ảnh, văn bản chứng minh"), [InputRequired(_l("Đính kèm ít nhất một ảnh hoặc văn bản chứng minh"))]
    )


class RecallForm(MoveForm):
    move = "recall"


class AcceptForm(MoveForm):
    move = "accept"
    note = CleanTextAreaField(_l("Ghi chú"))


class ReturnForm(MoveForm):
    move = "return"
    reason = CleanTextAreaField(
        _l("Còn thiếu gì?"),
        [InputRequired(_l("Nhập việc đơn vị còn phải làm"))],
        description=_l("Nói rõ việc phải làm tiếp. Đơn vị đọc nguyên văn câu này."),
    )


class ReopenForm(MoveForm):
    move = "reopen"
    reason = CleanTextAreaField(
        _l("Lý do mở lại"), [InputRequired(_l("Nhập lý do mở lại"))], description=_l("Đơn vị đọc nguyên văn câu này.")
    )


class EnterForm(_ResultForm):
    move = "enter"
    on = VietnameseDateField(
        _l("Ngày hoàn thành"),
        [InputRequired(_l("Nhập ngày hoàn thành"))],
        description=_l("Ngày ghi trên báo cáo của đơn vị. Đúng hạn hay quá hạn tính theo ngày này."),
    )
    files = UploadsField(_l("Bản chụp văn bản báo cáo"))


class WithdrawForm(MoveForm):
    move = "withdraw"
    reason = CleanTextAreaField(_l("Lý do"), [InputRequired(_l("Nhập lý do không tính nhiệm vụ này"))])


class ExtendForm(MoveForm):
    move = "extend"
    until = VietnameseDateField(_l("Hạn mới"), [InputRequired(_l("Nhập hạn mới"))])
    reason = CleanTextAreaField(_l("Lý do gia hạn"))


class HandOnForm(MoveForm):
    move = "hand_on"
    unit = CleanStringField(
        _l("Đơn vị chủ trì mới"),
        [InputRequired(_l("Nhập tên đơn vị chủ trì mới"))],
        description=_l("Gõ tên đơn vị, không cần dấu."),
    )
    reason = CleanTextAreaField(_l("Lý do chuyển"), [InputRequired(_l("Nhập lý do chuyển"))])


FORMS: dict[str, type[MoveForm]] = {
    form.move: form
    for form in (
        StartForm,
        ProgressForm,
        ReportForm,
        RecallForm,
        AcceptForm,
        ReturnForm,
        ReopenForm,
        EnterForm,
        WithdrawForm,
        AskExtensionForm,
        DropExtensionForm,
        ExtendForm,
        RefuseExtensionForm,
        HandOnForm,
    )
}
"""Move -> its form. `edit` has a page of its own."""
