"""What people type about themselves."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from inspect_app.web.forms import BaseForm


class SignInForm(BaseForm):
    username = StringField(_l("Tên đăng nhập"), [InputRequired(_l("Nhập tên đăng nhập")), Length(max=100)])
    password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("Nhập mật khẩu")), Length(max=128)])


class PasswordForm(BaseForm):
    current = PasswordField(_l("Mật khẩu đang dùng"), [InputRequired(_l("Nhập mật khẩu đang dùng")), Length(max=128)])
    new = PasswordField(
        _l("Mật khẩu mới"),
        [InputRequired(_l("Nhập mật khẩu mới")), Length(max=128)],
        description=_l("Ít nhất 14 ký tự, ví dụ bốn từ ghép lại."),
    )
    again = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        [
            InputRequired(_l("Nhập lại mật khẩu mới")),
            EqualTo("new", _l("Hai lần nhập mật khẩu mới chưa giống nhau")),
        ],
    )
