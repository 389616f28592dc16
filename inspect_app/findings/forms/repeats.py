"""The answer to whether a finding repeats an earlier one."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import AnyOf, InputRequired

from inspect_app.web.fields import IdField
from inspect_app.web.forms import VersionedForm


class RepeatForm(VersionedForm):
    earlier = IdField(validators=[InputRequired(_l("Tải lại trang rồi gửi lại"))])
    repeats = HiddenField(validators=[AnyOf(("0", "1"), _l("Chọn một mục trong danh sách"))])
    """1: it does, 0: it does not."""
