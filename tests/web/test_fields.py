from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Form
from wtforms.validators import InputRequired, NumberRange

from inspect_app.core import text
from inspect_app.web import fields

UNREADABLE_DATE = "Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023"


class Way(StrEnum):
    DOCUMENTS = "documents"
    ON_SITE = "on_site"


WAYS = {Way.DOCUMENTS: "Qua hồ sơ", Way.ON_SITE: "Tại chỗ"}


class Page(Form):
    name = fields.CleanStringField("Tên", longest=10)
    note = fields.CleanTextAreaField("Ghi chú", [InputRequired("Nhập ghi chú")], longest=20)
    day = fields.VietnameseDateField("Ngày")
    way = fields.EnumField("Cách", words=WAYS, blank="Chọn cách")
    answer = fields.EnumRadioField("Kết quả", words=WAYS, default=Way.DOCUMENTS)
    done = fields.WholeNumberField("Đã làm", [InputRequired("Nhập một số"), NumberRange(0, 2000)], unit="%", default=0)
    record = fields.IdField()
    unit = fields.IdSelectField("Đơn vị", choices=[fields.choice(None, "Chọn đơn vị"), fields.choice(7, "Tân An")])
    findings = fields.IdsField("Hạn chế", choices=[fields.choice(1, "HC-1"), fields.choice(2, "HC-2")])
    files = fields.FilesField("Tệp", most=2, accept="image/*")


@pytest.fixture(scope="module", autouse=True)
def vietnamese() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app, default_locale="vi")
    with app.test_request_context():
        yield


def filled(**typed):
    sent = MultiDict([("note", "x"), ("done", "0"), ("way", ""), ("answer", "documents"), ("unit", "")])
    for name, value in typed.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    form = Page(sent)
    form.validate()
    return form


def drawn(field):
    return BeautifulSoup(str(field()), "html.parser")


def test_a_form_filled_in_well_has_no_errors():
    form = filled(
        name="  Tân   An ",
        note="một\r\nhai",
        day="20/11/2023",
        way="on_site",
        unit="7",
        record="3",
        findings=["2", "1", "2"],
    )
    assert form.errors == {}
    assert form.data == {
        "name": "Tân An",
        "note": "một\nhai",
        "day": date(2023, 11, 20),
        "way": Way.ON_SITE,
        "answer": Way.DOCUMENTS,
        "done": 0,
        "record": 3,
        "unit": 7,
        "findings": [2, 1],
        "files": [],
    }


# Text


def test_blanks_alone_are_not_what_was_required():
    assert filled(note=" \t\n ").errors == {"note": ["Nhập ghi chú"]}


@pytest.mark.parametrize("name", ["a\x00b", "a\ud800b", "a\uffffb"])
def test_unreadable_text_is_sent_back_without_the_unreadable_part(name):
    form = filled(name=name)
    assert form.errors == {"name": ["Nội dung có ký tự không đọc được, gõ lại rồi gửi"]}
    assert drawn(form.name).input["value"] == "ab"


def test_text_too_long_is_sent_back_whole():
    form = filled(name="a" * 11)
    assert form.errors == {"name": ["Nội dung dài quá, rút gọn còn tối đa 10 ký tự"]}
    assert drawn(form.name).input["value"] == "a" * 11


def test_length_is_counted_after_cleaning():
    assert filled(name="  " + "Ho\u0300a" * 3 + "  ", note="a\r\n" * 10).errors == {}


@given(st.text())
def test_no_text_breaks_a_text_field(typed):
    form = filled(name=typed, note=typed, day=typed, way=typed, unit=typed, record=typed, findings=[typed])
    assert all(str(field()).encode() for field in form)


def test_markup_is_text():
    assert "<b>" not in str(filled(name="<b>").name())


# Dates


@pytest.mark.parametrize(
    "typed", ["20/11/2023", "20-11-2023", "20.11.2023", "20112023", "2023-11-20", " 20 / 11 / 2023 "]
)
def test_a_date_is_read_as_people_write_it_and_shown_one_way(typed):
    form = filled(day=typed)
    assert form.errors == {}
    assert form.day.data == date(2023, 11, 20)
    assert drawn(form.day).input["value"] == "20/11/2023"


def test_single_digits_are_a_date():
    assert filled(day="2/9/2023").day.data == date(2023, 9, 2)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("mai", UNREADABLE_DATE),
        ("20/11/23", UNREADABLE_DATE),
        ("20/11", UNREADABLE_DATE),
        ("٢٠/١١/٢٠٢٣", UNREADABLE_DATE),
        ("31/02/2023", "Không có ngày 31/02/2023, xem lại lịch"),
        ("11/20/2023", "Không có ngày 11/20/2023, xem lại lịch"),
        ("20/11/1999", "Nhập năm từ 2000 đến 2100"),
        ("20/11/2101", "Nhập năm từ 2000 đến 2100"),
        ("<b>", UNREADABLE_DATE),
    ],
)
def test_an_unreadable_date_is_sent_back_as_typed(typed, sentence):
    form = filled(day=typed)
    assert form.errors == {"day": [sentence]}
    assert form.day.data is None
    assert drawn(form.day).input["value"] == typed


def test_no_date_is_none():
    form = filled(day="  ")
    assert form.errors == {}
    assert form.day.data is None


def test_a_date_input_brings_up_the_number_keys_and_shows_the_stored_day():
    control = drawn(Page(day=date(2022, 1, 2)).day).input
    assert (control["type"], control["inputmode"], control["value"]) == ("text", "numeric", "02/01/2022")


@given(
    st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y"]),
)
def test_every_day_of_the_century_is_read_in_every_form(day, form):
    assert fields.read_date(day.strftime(form)) == fields.read_date(day.isoformat()) == day


# Choices and ids


@pytest.mark.parametrize(("typed", "number"), [("80", 80), (" 80 % ", 80), ("1.288", 1288), ("100%", 100)])
def test_a_number_is_read_as_people_write_it(typed, number):
    form = filled(done=typed)
    assert (form.done.data, form.done.errors) == (number, [])


@pytest.mark.parametrize("typed", ["một", "1.5", "80%%", "9" * 5000, "12.88", "3000", ""])
def test_what_is_no_number_or_too_large_is_told_once_and_sent_back_as_typed(typed):
    form = filled(done=typed)
    assert len(form.done.errors) == 1
    assert drawn(form.done).input["value"] == typed


def test_nothing_chosen_is_none():
    form = filled(way="", unit="", record="")
    assert form.errors == {}
    assert (form.way.data, form.unit.data, form.record.data) == (None, None, None)


def test_the_stored_choice_is_selected():
    form = Page(way=Way.ON_SITE, unit=7, answer=Way.ON_SITE, findings=[2])
    assert drawn(form.way).find(selected=True)["value"] == "on_site"
    assert drawn(form.unit).find(selected=True)["value"] == "7"
    assert [box["value"] for box in drawn(form.answer).find_all(checked=True)] == ["on_site"]
    assert [box["value"] for box in drawn(form.findings).find_all(checked=True)] == ["2"]


@pytest.mark.parametrize("name", ["way", "answer", "unit"])
def test_a_choice_that_was_not_offered_is_refused(name):
    assert name in filled(**{name: "9"}).errors


def test_records_that_were_not_offered_are_refused():
    assert "findings" in filled(findings=["1", "9"]).errors


@pytest.mark.parametrize("typed", ["0", "-1", "+1", "1.0", " 1", "٣", "x", str(2**31), "9" * 30])
def test_an_id_beyond_what_the_database_holds_is_refused(typed):
    form = filled(record=typed, unit=typed, findings=[typed])
    assert set(form.errors) == {"record", "unit", "findings"}
    assert form.record.data is None


# Files


def upload(name: str, content: bytes = b"x") -> FileStorage:
    return FileStorage(BytesIO(content), filename=name)


def test_files_come_unread_and_empty_inputs_are_none():
    photo = upload("anh-1.jpg")
    form = filled(files=[upload(""), photo, "not a file"])
    assert form.errors == {}
    assert form.files.data == [photo]
    assert photo.stream.tell() == 0


def test_too_many_files_are_refused():
    assert filled(files=[upload("a"), upload("b"), upload("c")]).errors == {"files": ["Mỗi lần gửi không quá 2 tệp"]}


def test_a_file_input_takes_several_of_the_kinds_it_names():
    control = drawn(Page().files).input
    assert (control["type"], control.has_attr("multiple"), control["accept"]) == ("file", True, "image/*")


def test_a_file_under_the_name_of_a_text_is_no_text():
    form = filled(name=[upload("a")], day=[upload("b")])
    assert (form.name.data, form.day.data) == ("", None)


def test_what_a_date_shows_back_holds_nothing_unreadable():
    assert text.clean(drawn(filled(day="20\x00/11").day).input["value"]) == "20/11"
