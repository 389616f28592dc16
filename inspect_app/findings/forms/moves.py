"""What people type when they move a finding on. One form for each move; `FORMS` names them."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, NumberRange

from inspect_app.findings.models import Verification
from inspect_app.web.fields import (
    CleanStringField,
    CleanTextAreaField,
    EnumRadioField,
    IdSelectField,
    VietnameseDateField,
    WholeNumberField,
    choice,
)
from inspect_app.web.moves import MoveForm
from inspect_app.web.uploads import UploadsField
from inspect_app.workdays.forms import AskExtensionForm, DropExtensionForm, RefuseExtensionForm

METHODS = {
    Verification.DOCUMENTS: _l("Qua hồ sơ, minh chứng"),
    Verification.ON_SITE: _l("Kiểm tra tại chỗ"),
    Verification.SAMPLING: _l("Kiểm tra xác suất"),
}


class _PlanForm(MoveForm):
    undertaking = CleanTextAreaField(
        _l("Đơn vị sẽ làm gì?"),
        [InputRequired(_l("Nhập việc đơn vị sẽ làm"))],
        description=_l("Viết ngắn, mỗi việc một dòng."),
    )
    doer = CleanStringField(
        _l("Ai làm?"), longest=200, description=_l("Tên người hoặc bộ phận, ví dụ: Bộ phận Một cửa.")
    )
    by = VietnameseDateField(_l("Dự kiến xong ngày"), [InputRequired(_l("Nhập ngày dự kiến làm xong"))])


class _EntrustingForm(MoveForm):
    assignee = IdSelectField(
        _l("Giao cho cán bộ"), choices=[], description=_l("Người này thấy việc ở danh sách “Giao cho tôi”.")
    )

    def offer(self, officers: Iterable[Any]) -> None:
        """`officers`: (id, name) of those who may be chosen."""
        named = (choice(person.id, person.name) for person in officers)
        self.assignee.choices = [choice(None, _("Chưa giao cho ai")), *named]


class StartForm(_PlanForm, _EntrustingForm):
    move = "start"


class ReplanForm(_PlanForm):
    move = "replan"


class AssignForm(_EntrustingForm):
    move = "assign"


class ProgressForm(MoveForm):
    move = "progress"
    percent = WholeNumberField(
        _l("Đã làm được bao nhiêu phần trăm?"),
        [InputRequired(_l("Nhập một số từ 0 đến 100")), NumberRange(0, 100, _l("Nhập một số từ 0 đến 100"))],
        unit="%",
        description=_l("Một số từ 0 đến 100. Làm xong hết thì gửi xác nhận."),
    )
    note = CleanTextAreaField(_l("Ghi chú"), longest=1000)


class SubmitForm(MoveForm):
    move = "submit"
    statement = CleanTextAreaField(
        _l("Đơn vị đã làm gì?"),
        [InputRequired(_l("Nhập việc đơn vị đã làm"))],
        description=_l("Viết ngắn: làm việc gì, ngày nào, ai làm."),
    )
    files = UploadsField(
        _l("Ảnh, văn bản chứng minh"), [InputRequired(_l("Đính kèm ít nhất một ảnh hoặc văn bản chứng minh"))]
    )
    letter_number = CleanStringField(_l("Số công văn"), longest=60)
    letter_on = VietnameseDateField(_l("Ngày công văn"))


class RecallForm(MoveForm):
    move = "recall"


class AcceptForm(MoveForm):
    move = "accept"
    method = EnumRadioField(_l("Xác nhận bằng cách nào?"), [InputRequired(_l("Chọn một cách xác nhận"))], words=METHODS)
    note = CleanTextAreaField(_l("Ghi chú"))


class ReturnForm(MoveForm):
    move = "return"
    reason = CleanTextAreaField(
        _l("Còn thiếu gì?"),
        [InputRequired(_l("Nhập việc đơn vị còn phải làm"))],
        description=_l("Nói rõ việc phải làm tiếp. Đơn vị đọc nguyên văn câu này."),
    )
    resubmit_by = VietnameseDateField(_l("Hạn gửi lại"), description=_l("Để trống thì giữ nguyên thời hạn hiện nay."))


class DisputeForm(MoveForm):
    move = "dispute"
    explanation = CleanTextAreaField(
        _l("Giải trình của đơn vị"),
        [InputRequired(_l("Nhập nội dung giải trình"))],
        description=_l("Nói rõ vì sao nội dung này không phải là hạn chế. Thời hạn vẫn tính trong lúc chờ trả lời."),
    )


class UpholdForm(MoveForm):
    move = "uphold"
    reason = CleanTextAreaField(_l("Lý do giữ nguyên"), [InputRequired(_l("Nhập lý do giữ nguyên hạn chế"))])


class _DroppingForm(MoveForm):
    reason = CleanTextAreaField(_l("Lý do"), [InputRequired(_l("Nhập lý do không tính hạn chế này"))])
    decision = CleanStringField(
        _l("Số văn bản quyết định"), [InputRequired(_l("Nhập số văn bản quyết định"))], longest=60
    )


class AllowForm(_DroppingForm):
    move = "allow"


class WithdrawForm(_DroppingForm):
    move = "withdraw"


class ReopenForm(MoveForm):
    move = "reopen"
    reason = CleanTextAreaField(
        _l("Lý do mở lại"), [InputRequired(_l("Nhập lý do mở lại"))], description=_l("Đơn vị đọc nguyên văn câu này.")
    )
    deadline = VietnameseDateField(_l("Hạn khắc phục mới"), [InputRequired(_l("Nhập hạn khắc phục mới"))])


class ExtendForm(MoveForm):
    move = "extend"
    until = VietnameseDateField(_l("Hạn khắc phục mới"), [InputRequired(_l("Nhập hạn khắc phục mới"))])
    reason = CleanTextAreaField(_l("Lý do gia hạn"))


class MessageForm(MoveForm):
    move = "message"
    text = CleanTextAreaField(_l("Nội dung gửi đơn vị"), [InputRequired(_l("Nhập nội dung muốn hỏi hoặc trả lời"))])


class DiscardForm(MoveForm):
    move = "discard"
    reason = CleanTextAreaField(_l("Lý do xóa"), [InputRequired(_l("Nhập lý do xóa hạn chế này"))])


FORMS: dict[str, type[MoveForm]] = {
    form.move: form
    for form in (
        StartForm,
        SubmitForm,
        RecallForm,
        AcceptForm,
        ReturnForm,
        DisputeForm,
        UpholdForm,
        AllowForm,
        WithdrawForm,
        ReopenForm,
        DiscardForm,
        ReplanForm,
        ProgressForm,
        AssignForm,
        AskExtensionForm,
        DropExtensionForm,
        ExtendForm,
        RefuseExtensionForm,
        MessageForm,
    )
}
"""Move -> its form. `issue` is made by the conclusion of the visit."""
