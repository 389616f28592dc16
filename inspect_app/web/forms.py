"""What every form stands on: our words in place of WTForms' English, the version that tells a lost race."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from wtforms import ValidationError
from wtforms.validators import InputRequired

from inspect_app.web import formats
from inspect_app.web.fields import IdField

_A_CHOICE = _l("Chọn một mục trong danh sách")
_A_DATE = _l("Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023")
_A_NUMBER = _l("Nhập một số, ví dụ 12.5")
_AN_OLD_FORM = _l("Trang này mở đã lâu. Xem lại nội dung rồi gửi lần nữa")

WORDS = {
    # wtforms.validators
    "Invalid field name '%s'.": _l("Biểu mẫu không có ô '%s'"),
    "Field must be equal to %(other_name)s.": _l("Nhập giống như ở ô %(other_label)s"),
    "Field must be at least %(min)d character long.": _l("Nhập ít nhất %(min)d ký tự"),
    "Field cannot be longer than %(max)d character.": _l("Nội dung dài quá, rút gọn còn tối đa %(max)d ký tự"),
    "Field must be exactly %(max)d character long.": _l("Nhập đúng %(max)d ký tự"),
    "Field must be between %(min)d and %(max)d characters long.": _l("Nhập từ %(min)d đến %(max)d ký tự"),
    "Number must be at least %(min)s.": _l("Nhập số từ %(min)s trở lên"),
    "Number must be at most %(max)s.": _l("Nhập số không quá %(max)s"),
    "Number must be between %(min)s and %(max)s.": _l("Nhập số từ %(min)s đến %(max)s"),
    "Date must be at least %(min)s.": _l("Nhập ngày từ %(min)s trở đi"),
    "Date must be at most %(max)s.": _l("Nhập ngày không muộn hơn %(max)s"),
    "Date must be between %(min)s and %(max)s.": _l("Nhập ngày từ %(min)s đến %(max)s"),
    "This field is required.": _l("Điền vào ô này"),
    "Invalid input.": _l("Nhập lại cho đúng dạng"),
    "Invalid email address.": _l("Nhập địa chỉ thư điện tử, ví dụ ten@cantho.gov.vn"),
    "Invalid IP address.": _l("Nhập địa chỉ IP, ví dụ 10.0.0.1"),
    "Invalid Mac address.": _l("Nhập địa chỉ MAC, ví dụ 00:1B:44:11:3A:B7"),
    "Invalid URL.": _l("Nhập địa chỉ trang, ví dụ https://cantho.gov.vn"),
    "Invalid UUID.": _l("Nhập mã UUID đủ 36 ký tự"),
    "Invalid value, must be one of: %(values)s.": _l("Nhập một trong các giá trị: %(values)s"),
    "Invalid value, can't be any of: %(values)s.": _l("Nhập giá trị khác với: %(values)s"),
    "This field cannot be edited.": _l("Ô này không sửa được, tải lại trang"),
    "This field is disabled and cannot have a value.": _l("Ô này đang khóa, tải lại trang"),
    # wtforms.fields
    "Invalid Choice: could not coerce.": _A_CHOICE,
    "Choices cannot be None.": _l("Ô này chưa có gì để chọn"),
    "Not a valid choice.": _A_CHOICE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _A_CHOICE,
    "'%(value)s' is not a valid choice for this field.": _l("Danh sách không có '%(value)s', chọn mục khác"),
    "Not a valid datetime value.": _l("Nhập ngày và giờ, ví dụ 20/11/2023 08:30"),
    "Not a valid date value.": _A_DATE,
    "Not a valid time value.": _l("Nhập giờ theo dạng giờ:phút, ví dụ 08:30"),
    "Not a valid week value.": _l("Nhập năm và tuần, ví dụ 2023-W47"),
    "Not a valid integer value.": _l("Nhập một số nguyên, ví dụ 12"),
    "Not a valid decimal value.": _A_NUMBER,
    "Not a valid float value.": _A_NUMBER,
    # wtforms.csrf and flask_wtf.csrf
    "Invalid CSRF Token.": _AN_OLD_FORM,
    "CSRF token missing.": _AN_OLD_FORM,
    "CSRF failed.": _AN_OLD_FORM,
    "CSRF token expired.": _AN_OLD_FORM,
    "The CSRF token is missing.": _AN_OLD_FORM,
    "The CSRF session token is missing.": _AN_OLD_FORM,
    "The CSRF token has expired.": _AN_OLD_FORM,
    "The CSRF token is invalid.": _AN_OLD_FORM,
    "The CSRF tokens do not match.": _AN_OLD_FORM,
    # flask_wtf.file
    "File does not have an approved extension: {extensions}": _l("Chọn tệp có đuôi: {extensions}"),
    "File does not have an approved extension.": _l("Tệp này không nhận được, hãy chọn tệp loại khác"),
}
"""What WTForms and Flask-WTF say (the singular, where they have a plural too), and what we say instead."""

_FILE_SIZE = re.compile(r"File must be between (\d+) and (\d+) bytes\.")


def in_our_words(message: str) -> str:
    """A message of WTForms or Flask-WTF in the reader's language, placeholders kept; any other as it is."""
    if match := _FILE_SIZE.fullmatch(message):
        least, most = (formats.file_size(int(octets)) for octets in match.groups())
        return str(_("Chọn tệp nặng từ %(least)s đến %(most)s", least=least, most=most))
    return str(WORDS.get(message, message))


class _Translations:
    """What WTForms asks for the text of a message."""

    def gettext(self, message: str) -> str:
        return in_our_words(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return in_our_words(singular)


class _Csrf(_FlaskFormCSRF):  # type: ignore[misc]  # Flask-WTF ships no types
    """Flask-WTF's check, whose messages pass by the translations."""

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError as error:
            raise ValidationError(in_our_words(error.args[0])) from error


class BaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Every form of the program derives from this one."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF ships no types
        csrf_class = _Csrf

        def get_translations(self, form: Any) -> _Translations:
            return _Translations()


class VersionedForm(BaseForm):
    """A form that changes a record: give it the record's `version`, compare `version.data` on return.

    On a lost race set `version.data` to the new version before the page is drawn again; what was typed stays.
    """

    version = IdField(validators=[InputRequired(_l("Tải lại trang rồi gửi lại"))])
