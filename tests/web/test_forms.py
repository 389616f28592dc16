"""No English is left of what WTForms and Flask-WTF say."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import flask_wtf
import pytest
import wtforms
from flask import Flask
from flask_babel import Babel
from flask_wtf.file import FileAllowed, FileSize
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import validators as v

from inspect_app.web import forms
from inspect_app.web.fields import CleanStringField, FilesField, choice

RECAPTCHA = "recaptcha"  # asks a server on the internet; no form of ours has it


def said_by(package):
    """(singular, plural or the same) of every message in a package's source that may reach a page."""
    for path in Path(package.__path__[0]).rglob("*.py"):
        if RECAPTCHA in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                if words and called in ("gettext", "ngettext", "ValidationError", "StopValidation"):
                    yield words[0], words[-1]


SAID = sorted({*said_by(wtforms), *said_by(flask_wtf)})


@pytest.fixture(autouse=True)
def app() -> Iterator[Flask]:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="x" * 32, TESTING=True)
    Babel(app, default_locale="vi")
    with app.test_request_context(method="POST"):
        yield app


def test_the_scan_sees_the_messages():
    assert len(SAID) > 40
    assert ("This field is required.", "This field is required.") in SAID


@pytest.mark.parametrize(("singular", "plural"), SAID)
def test_every_message_has_our_words_with_its_placeholders(singular, plural):
    said = forms.in_our_words(singular)
    assert said != singular
    given = set(re.findall(r"%\(\w+\)[sd]|%s|{\w+}", singular + plural))
    if "%(other_name)s" in given:
        given.add("%(other_label)s")
    assert set(re.findall(r"%\(\w+\)[sd]|%s|{\w+}", said)) <= given


def test_no_words_are_kept_for_messages_that_nobody_says():
    assert set(forms.WORDS) == {singular for singular, _ in SAID}


class Strict(forms.BaseForm):
    required = CleanStringField(validators=[v.InputRequired()])
    short = CleanStringField(validators=[v.Length(max=3)])
    long = CleanStringField(validators=[v.Length(min=3)])
    exact = CleanStringField(validators=[v.Length(min=2, max=2)])
    same = CleanStringField("Mật khẩu", validators=[v.EqualTo("short")])
    mail = CleanStringField(validators=[v.Regexp("@")])
    address = CleanStringField(validators=[v.URL()])
    one_of = CleanStringField(validators=[v.AnyOf(["a", "b"])])
    locked = CleanStringField(validators=[v.ReadOnly()])
    number = wtforms.IntegerField()
    in_range = wtforms.IntegerField(validators=[v.NumberRange(1, 5)])
    kind = wtforms.SelectField(choices=[choice("a", "A")])
    kinds = wtforms.SelectMultipleField(choices=[choice("a", "A")])
    day = wtforms.DateField()
    picture = FilesField(validators=[FileAllowed(["png"])])
    small = FilesField(validators=[FileSize(max_size=2048)])


def test_a_form_that_gets_everything_wrong_is_told_so_in_vietnamese():
    typed = MultiDict[str, object](
        {
            "short": "abcd",
            "long": "a",
            "exact": "a",
            "same": "x",
            "mail": "x",
            "address": "x",
            "one_of": "c",
            "number": "x",
            "in_range": "9",
            "kind": "z",
            "kinds": "z",
            "day": "x",
            "picture": FileStorage(BytesIO(b"x"), filename="a.exe"),
            "small": FileStorage(BytesIO(b"x" * 4000), filename="a.png"),
        }
    )
    form = Strict(typed, meta={"csrf": False})
    assert not form.validate()
    assert form.errors == {
        "required": ["Điền vào ô này"],
        "short": ["Nội dung dài quá, rút gọn còn tối đa 3 ký tự"],
        "long": ["Nhập ít nhất 3 ký tự"],
        "exact": ["Nhập đúng 2 ký tự"],
        "same": ["Nhập giống như ở ô Short"],
        "mail": ["Nhập lại cho đúng dạng"],
        "address": ["Nhập địa chỉ trang, ví dụ https://cantho.gov.vn"],
        "one_of": ["Nhập một trong các giá trị: a, b"],
        "locked": ["Ô này không sửa được, tải lại trang"],
        "number": ["Nhập một số nguyên, ví dụ 12"],
        "in_range": ["Nhập số từ 1 đến 5"],
        "kind": ["Chọn một mục trong danh sách"],
        "kinds": ["Danh sách không có 'z', chọn mục khác"],
        "day": ["Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023"],
        "picture": ["Chọn tệp có đuôi: png"],
        "small": ["Chọn tệp nặng từ 0 KB đến 2 KB"],
    }


@pytest.mark.parametrize("token", ["", "made up"])
def test_a_form_without_its_token_is_told_so_in_vietnamese(token):
    form = forms.BaseForm(MultiDict({"csrf_token": token}))
    assert not form.validate()
    assert form.errors == {"csrf_token": ["Trang này mở đã lâu. Xem lại nội dung rồi gửi lần nữa"]}


def test_a_form_with_its_token_passes():
    token = forms.BaseForm().csrf_token.current_token
    assert forms.BaseForm(MultiDict({"csrf_token": token})).validate()


class Rename(forms.VersionedForm):
    class Meta(forms.BaseForm.Meta):
        csrf = False

    name = CleanStringField()


def test_a_versioned_form_carries_the_version_that_the_page_showed():
    assert 'value="3"' in str(Rename(None, version=3).version())
    form = Rename(MultiDict({"version": "3", "name": "Tân An"}), version=4)
    assert form.validate()
    assert form.version.data == 3


def test_after_a_lost_race_the_page_carries_the_new_version_and_what_was_typed():
    form = Rename(MultiDict({"version": "3", "name": "Tân An"}))
    form.version.data = 4
    assert 'value="4"' in str(form.version())
    assert 'value="Tân An"' in str(form.name())


@pytest.mark.parametrize("version", ["", "x", "0"])
def test_a_versioned_form_without_a_version_is_refused(version):
    form = Rename(MultiDict({"version": version}))
    assert not form.validate()
    assert "version" in form.errors
