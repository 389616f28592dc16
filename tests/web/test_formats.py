from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel, force_locale
from markupsafe import Markup

from inspect_app.web import formats

TODAY = date(2023, 11, 14)
MORNING = datetime(2023, 11, 14, 1, 30, tzinfo=UTC)
LATE_EVENING = datetime(2023, 11, 14, 18, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    """Inside a Vietnamese page."""
    app = Flask(__name__)
    Babel(app, default_locale="vi")
    formats.init_app(app)
    with app.test_request_context():
        yield


def shown(expression, **values):
    return render_template_string("{{ " + expression + " }}", **values)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("61|percent(74)", "82,4%"),
        ("0|percent(0)", "–"),
        ("41|fraction(41)", "41/41"),
        ("41|completion(41)", "41/41 (100%)"),
        ("1288|thousands", "1.288"),
        ("ngettext('%(num)s quá hạn', '%(num)s quá hạn', 1020)", "1.020 quá hạn"),
        ("mean|decimal", "12,3"),
        ("none|decimal", "–"),
        ("today|date", "14/11/2023"),
        ("none|date", ""),
        ("morning|datetime", "14/11/2023, 08:30"),
        ("morning|time", "08:30"),
        ("today|iso", "2023-11-14"),
        ("morning|iso", "2023-11-14T08:30:00+07:00"),
        ("today|weekday_date", "Thứ Ba, ngày 14/11/2023"),
        ("1258291|file_size", "1,2 MB"),
        ("'Trần Minh Khoa'|initials", "TK"),
    ],
)
def test_filter(expression, words):
    assert shown(expression, mean=Fraction(37, 3), today=TODAY, morning=MORNING) == words


def test_a_view_writes_its_number_as_pages_do():
    moved = formats.ngettext(
        "Đã thêm %(num)s đơn vị vào %(plan)s", "Đã thêm %(num)s đơn vị vào %(plan)s", 1020, plan="A"
    )
    assert moved == "Đã thêm 1.020 đơn vị vào A"
    assert formats.ngettext("%(number)s tỉnh", "%(number)s tỉnh", 1, number="một") == "một tỉnh"


def test_english_pages_have_english_marks_and_the_same_dates():
    with force_locale("en"):
        assert formats.ngettext("%(num)s day", "%(num)s days", 1020) == "1,020 days"
        assert shown("61|percent(74)") == "82.4%"
        assert shown("1288|thousands") == "1,288"
        assert shown("1258291|file_size") == "1.2 MB"
        assert shown("today|date", today=TODAY) == "14/11/2023"


def test_a_moment_belongs_to_the_day_it_is_in_vietnam():
    assert formats.date(LATE_EVENING) == "15/11/2023"
    assert formats.weekday_date(LATE_EVENING) == "Thứ Tư, ngày 15/11/2023"
    assert formats.datetime(LATE_EVENING) == "15/11/2023, 01:05"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        formats.datetime(datetime(2023, 11, 14, 8, 30))  # noqa: DTZ001


def test_a_moment_for_machines_has_whole_seconds():
    assert formats.iso(MORNING.replace(microsecond=123456)) == "2023-11-14T08:30:00+07:00"


def test_nothing_is_shown_for_no_moment():
    assert formats.datetime(None) == formats.time(None) == formats.iso(None) == ""


def test_each_weekday_has_its_name():
    week = [formats.weekday_date(date(2023, 11, 13) + timedelta(days)) for days in range(7)]
    assert [day.partition(",")[0] for day in week] == [
        "Thứ Hai",
        "Thứ Ba",
        "Thứ Tư",
        "Thứ Năm",
        "Thứ Sáu",
        "Thứ Bảy",
        "Chủ nhật",
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-61, "quá hạn ngày 14/09/2023"),
        (-60, "quá hạn 60 ngày"),
        (-3, "quá hạn 3 ngày"),
        (0, "hạn hôm nay"),
        (1, "còn 1 ngày"),
        (5, "còn 5 ngày"),
        (60, "còn 60 ngày"),
        (61, "14/01/2024"),
    ],
)
def test_days_left(days, words):
    assert formats.days_left(TODAY + timedelta(days), TODAY) == words


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (0, "0 KB"),
        (1, "1 KB"),
        (317_000, "310 KB"),
        (1_023_487, "999 KB"),
        (1_023_488, "1 MB"),
        (20 << 20, "20 MB"),
        (1_047_999_999, "999,5 MB"),
        (1 << 30, "1 GB"),
        (5 << 40, "5.120 GB"),
    ],
)
def test_file_size(octets, words):
    assert formats.file_size(octets) == words


@pytest.mark.parametrize(("name", "letters"), [("", ""), ("Đạt", "Đ"), ("lê thị ánh", "LÁ"), ("An An", "A")])
def test_initials(name, letters):
    assert formats.initials(name) == letters


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("HC-2026-0001 bị trả lại", '<span class="nowrap">HC-2026-0001</span> bị trả lại'),
        ("theo 85/TB-ĐKT <b>", 'theo <span class="nowrap">85/TB-ĐKT</span> &lt;b&gt;'),
        (Markup('<a href="/x-1">HC-1</a>'), '<a href="/x-1"><span class="nowrap">HC-1</span></a>'),
        ("Mỗi tệp không quá 20 MB.", 'Mỗi tệp không quá <span class="nowrap">20 MB</span>.'),
        ("Một-cửa", "Một-cửa"),
    ],
)
def test_codes_stay_on_one_line(said, shown):
    assert formats.unbroken(said) == shown
