"""What people say about mail, and administrators about rules."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired, NumberRange

from inspect_app.reminders.models import Digest
from inspect_app.reminders.policy import LONGEST_BEFORE
from inspect_app.web.fields import EnumRadioField, IdField, WholeNumberField
from inspect_app.web.forms import BaseForm

DIGESTS = {
    Digest.DAILY: _l("Mỗi ngày một thư, khi có việc mới"),
    Digest.NONE: _l("Không nhận thư, chỉ xem trên phần mềm"),
}


class DigestForm(BaseForm):
    digest = EnumRadioField(_l("Nhận thư thông báo"), [InputRequired(_l("Chọn có nhận thư hay không"))], words=DIGESTS)


class RuleForm(BaseForm):
    """Without a version where nobody has decided about the rule yet."""

    version = IdField()
    days = WholeNumberField(
        _l("Số ngày"),
        [
            InputRequired(_l("Nhập số ngày")),
            NumberRange(1, LONGEST_BEFORE, message=_l("Nhập số ngày từ %(min)s đến %(max)s")),
        ],
    )
    active = BooleanField(_l("Đang dùng"), description=_l("Bỏ dấu thì không ai được nhắc theo quy tắc này nữa."))
    by_mail = BooleanField(_l("Gửi cả bằng thư điện tử"), description=_l("Gộp vào thư mỗi ngày của từng người."))
