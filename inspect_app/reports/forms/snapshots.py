"""What is typed when figures are frozen."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from inspect_app.web.fields import CleanStringField, CleanTextAreaField
from inspect_app.web.once import OnceForm


class SnapshotForm(OnceForm):
    title = CleanStringField(
        _l("Chốt để làm gì"),
        [InputRequired(_l("Nhập mục đích chốt số liệu"))],
        longest=200,
        description=_l("Ví dụ: Báo cáo năm 2022 gửi UBND thành phố"),
    )
    note = CleanTextAreaField(_l("Ghi chú"), longest=2000)
