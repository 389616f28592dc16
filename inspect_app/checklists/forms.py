"""What reviewers type about checklists."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, ValidationError
from wtforms.validators import InputRequired

from inspect_app.checklists import queries
from inspect_app.checklists.services import Worded
from inspect_app.plans.models import Area, Plan
from inspect_app.plans.services import FIRST_YEAR, LAST_YEAR
from inspect_app.web.fields import CleanStringField, CleanTextAreaField, IdSelectField, WholeNumberField, choice
from inspect_app.web.forms import BaseForm, VersionedForm
from inspect_app.web.once import OnceForm


class _Facts:
    title = CleanStringField(_l("Tên bộ tiêu chí"), [InputRequired(_l("Nhập tên bộ tiêu chí"))])
    year = WholeNumberField(
        _l("Dùng từ năm"),
        [InputRequired(_l("Nhập năm, ví dụ 2026"))],
        description=_l("Kế hoạch của năm này và các năm sau dùng bản công bố gần nhất."),
    )
    plan = IdSelectField(_l("Kế hoạch"), description=_l("Chọn một kế hoạch thì chỉ kế hoạch đó dùng bản này."))

    def validate_year(self, field: WholeNumberField) -> None:
        if field.data is not None and not FIRST_YEAR <= field.data <= LAST_YEAR:
            raise ValidationError(
                field.gettext("Number must be between %(min)s and %(max)s.") % {"min": FIRST_YEAR, "max": LAST_YEAR}
            )

    def offer(self, plans: Sequence[Plan], *, all_plans: bool) -> None:
        """`all_plans`: a list for every plan may be chosen, too."""
        every = [choice(None, str(_l("Mọi kế hoạch")))] if all_plans else []
        if len(plans) >= queries.MOST_PLANS:
            self.plan.description = _l(
                "Chọn một kế hoạch thì chỉ kế hoạch đó dùng bản này. Danh sách chỉ có %(num)s kế hoạch gần nhất.",
                num=queries.MOST_PLANS,
            )
        named = [choice(plan.id, f"{plan.number} {plan.title}".strip()) for plan in plans]
        self.plan.choices = [*every, *named]


class CopyForm(_Facts, OnceForm):
    pass


class ChecklistForm(_Facts, VersionedForm):
    note = CleanTextAreaField(_l("Ghi chú"))


class _Words:
    text = CleanTextAreaField(_l("Tiêu chí"), [InputRequired(_l("Nhập nội dung tiêu chí"))], longest=1000)
    evidence = CleanTextAreaField(_l("Xem ở đâu"), description=_l("Văn bản, sổ, ảnh cho thấy kết quả."), longest=1000)
    measure = CleanStringField(
        _l("Số liệu"),
        description=_l(
            "Số nào trên tổng số nào, ví dụ: hồ sơ đúng hạn trên số hồ sơ đã giải quyết. Để trống thì không hỏi."
        ),
    )
    shortcoming = CleanTextAreaField(
        _l("Hạn chế thường gặp"), description=_l("Điền sẵn vào hạn chế khi tiêu chí chưa đạt."), longest=2000
    )
    required = CleanTextAreaField(
        _l("Phải làm gì"), description=_l("Bắt đầu bằng động từ, ví dụ: Niêm yết đủ thủ tục hành chính."), longest=2000
    )

    def worded(self) -> Worded:
        return Worded(self.text.data, self.evidence.data, self.measure.data, self.shortcoming.data, self.required.data)


class NewItemForm(_Words, VersionedForm, OnceForm):
    area = SelectField(_l("Lĩnh vực"), [InputRequired(_l("Chọn một lĩnh vực"))], choices=[])

    def offer(self, areas: Sequence[Area]) -> None:
        self.area.choices = [choice(area.code, area.short_name) for area in areas]


class ItemForm(_Words, VersionedForm):
    pass


class StepForm(VersionedForm):
    """One button."""


def chosen(form: BaseForm, plans: Sequence[Plan]) -> Any:
    """The plan that was chosen, or none."""
    return next((plan for plan in plans if plan.id == form["plan"].data), None)
