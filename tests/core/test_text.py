import re
import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import collate, literal, select, union_all

from inspect_app.core import text

SYLLABLES = """
    a à ả ã á ạ ă ằ ẳ ẵ ắ ặ â ầ ẩ ẫ ấ ậ Hòa Hoà thủy Thuỷ khỏe khoẻ quý qúy giặt già đất Đông ngoài khuya rượu
    hoàng phường Phường xã TP UBND 2 10 262/KH-UBND nguyễn Nguyễn yên ưu ơ ô êm
"""

anything = st.text()
readable = st.text(st.characters(exclude_categories=("Cs", "Cc"))).map(text.readable)
vietnamese = st.lists(st.sampled_from(SYLLABLES.split()), max_size=6).map(" ".join)


def test_cleaning_composes_ends_lines_and_drops_trailing_blanks():
    assert text.clean("Ho\u0300a  \r\nPhu\u0301\rxa\u0303 \t\n\n") == "Hòa\nPhú\nxã"


def test_cleaning_keeps_tabs_blank_lines_and_inner_spaces():
    assert text.clean("một\t hai\n\nba") == "một\t hai\n\nba"


@pytest.mark.parametrize("invisible", ["\u200b", "\ufeff", "\u00ad", "\u202e", "\u2066"])
def test_cleaning_takes_out_what_nobody_sees(invisible):
    assert text.clean(f"Hòa{invisible}Phú") == "HòaPhú"


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1b", "\x7f", "\x85", "\ud800", "\ufdd0", "\uffff", "\U0010fffe"])
def test_cleaning_refuses_what_stands_for_nothing(bad):
    with pytest.raises(text.Unreadable) as refusal:
        text.clean(f"ab{bad}c")
    assert (refusal.value.character, refusal.value.position) == (bad, 2)
    assert text.readable(f"ab{bad}c") == "abc"


@given(anything)
def test_what_is_read_back_is_always_clean(typed):
    assert text.clean(text.readable(typed)) == text.readable(typed)


@given(readable)
def test_cleaning_twice_changes_nothing(clean):
    assert text.clean(clean) == clean
    assert text.one_line(text.one_line(clean)) == text.one_line(clean)
    assert unicodedata.is_normalized("NFC", clean)


def test_one_line_has_single_spaces():
    assert text.one_line(" Phường\u00a0\n Tân   An ") == "Phường Tân An"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Thuỷ", "thuy"),
        ("THỦY", "thuy"),
        ("hoà", "hoa"),
        ("hòa", "hoa"),
        ("Đất  đai\n", "dat dai"),
        ("Ðông", "dong"),
        ("ỦY BAN ƯỚC", "uy ban uoc"),
        ("262/KH–UBND", "262/kh-ubnd"),
        ("", ""),
    ],
)
def test_folding(written, folded):
    assert text.fold(written) == folded


@given(anything)
def test_folding_is_stable(written):
    folded = text.fold(written)
    assert text.fold(folded) == folded
    assert text.fold(unicodedata.normalize("NFC", written)) == folded
    assert text.fold(unicodedata.normalize("NFD", written)) == folded


@given(vietnamese)
def test_vietnamese_folds_to_ascii(written):
    assert text.fold(written).isascii()
    assert text.fold(text.tone_normal(written)) == text.fold(written)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Hoà Phú", ["hoa", "phu"]),
        ('“đất đai”, "một cửa" trễ', ["dat dai", "mot cua", "tre"]),
        ("262/KH-UBND", ["262/kh-ubnd"]),
        ("HC-2022-17.", ["hc-2022-17"]),
        ('không "đóng', ["khong", "dong"]),
        ("trễ TRỄ tre", ["tre"]),
        (' - , "" ', []),
        ("100%", ["100%"]),
    ],
)
def test_words_of_a_search(typed, found):
    assert text.words(typed) == found


@given(anything)
def test_a_search_has_few_folded_words_each_once(typed):
    found = text.words(typed)
    assert len(found) == len(set(found)) <= text.MOST_WORDS
    assert all(word and text.fold(word) == word for word in found)


@given(st.text("%_\\ab", max_size=4), st.text("%_\\ab", max_size=4))
def test_a_like_pattern_finds_exactly_what_contains_the_word(word, stored):
    with sqlite3.connect(":memory:") as connection:
        (found,) = connection.execute(
            "select ? like ? escape ?", (stored, text.like_pattern(word), text.LIKE_ESCAPE)
        ).fetchone()
    connection.close()
    assert bool(found) == (word in stored)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("hoà", "hòa"),
        ("HOÀ", "HÒA"),
        ("Thuỷ", "Thủy"),
        ("khoẻ", "khỏe"),
        ("loá", "lóa"),
        ("qúy", "quý"),
        ("qùa", "quà"),
        ("gìa", "già"),
        ("hòang", "hoàng"),
        ("nguỵên", "nguyện"),
    ],
)
def test_the_tone_goes_where_the_older_spelling_has_it(written, normal):
    assert text.tone_normal(written) == normal
    assert text.tone_normal(unicodedata.normalize("NFD", written)) == normal


SPELT_RIGHT = """
    hòa hoàn thủy huỳnh quý quỳnh giặt gì gìn mùa mía múi ngoài rượu khuỷu tiếng chuyện thuở huế buýt toét
    khuấy lửa cửu mười yếu ủy xoong café señ résumé naïve Đắk
"""


def test_what_is_spelt_right_or_is_foreign_stays():
    assert text.tone_normal(SPELT_RIGHT) == SPELT_RIGHT


@given(anything)
def test_normal_tones_are_stable(written):
    assert text.tone_normal(text.tone_normal(written)) == text.tone_normal(written)


def rising(names, key):
    """Each key is above the one before: sorting by it gives exactly this order."""
    keys = [key(name) for name in names]
    return keys == sorted(set(keys))


ALPHABET = list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")


def test_letters_sort_by_the_alphabet_tones_within_a_letter_then_case():
    tones = [
        unicodedata.normalize("NFC", "a" + tone) for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    ]
    assert rising(ALPHABET, text.sort_key)
    assert rising(tones, text.sort_key)
    assert rising(["a", "A", "ả", "Ả", "b", "B"], text.sort_key)


IN_ORDER = [
    ["An", "An Bình", "An Cư", "Ân", "Ba"],
    ["Phường 2", "Phường 2 bis", "Phường 2a", "Phường 10", "Phường An"],
    ["Hoa", "Hoa An", "Hòa An", "Hoa Bình", "Hòa Bình"],
    ["Dương", "Đà Nẵng", "Đất", "Đỏ", "Em"],
    ["Sở Nội vụ", "Sở Tài chính", "Sở Y tế"],
    ["Ô Môn", "Ơn", "Phong Điền", "Thốt Nốt", "Thới Lai", "Ω"],
]


@pytest.mark.parametrize("names", IN_ORDER, ids=lambda names: names[0])
def test_names_in_dictionary_order(names):
    assert rising(names, text.sort_key)


@pytest.mark.tried_on("sqlite", "postgresql")
@pytest.mark.parametrize("names", IN_ORDER, ids=lambda names: names[0])
def test_both_databases_sort_keys_alike(names, session):
    rows = union_all(
        *(select(literal(name).label("name"), literal(text.sort_key(name)).label("key")) for name in names[::-1])
    ).subquery()
    collation = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    assert session.scalars(select(rows.c.name).order_by(collate(rows.c.key, collation))).all() == names


@given(anything)
def test_a_sort_key_is_printable_ascii_and_knows_no_form(written):
    key = text.sort_key(written)
    assert re.fullmatch(r"[ -~]*", key)
    assert key == key.rstrip()
    assert text.sort_key(unicodedata.normalize("NFD", written)) == text.sort_key(unicodedata.normalize("NFC", written))


@given(vietnamese, vietnamese)
def test_equal_keys_mean_equal_words(one, other):
    if text.sort_key(one) == text.sort_key(other):
        assert re.sub(r"\W+", " ", one) == re.sub(r"\W+", " ", other)


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_numbers_sort_by_value(one, other):
    assert (text.sort_key(f"Phường {one}") < text.sort_key(f"Phường {other}")) == (one < other)


def test_endless_digits_are_sorted_too():
    assert text.sort_key("9" * 5000) < text.sort_key("9" * 5001)


def test_people_sort_by_given_name_then_by_family_name():
    people = ["Trần Văn An", "Nguyễn Thị Bình", "Lê Hoa", "Lê Thị Hoa", "Phạm Thị Hoa", "Lê Hòa", "Đỗ Minh Ý"]
    assert rising(people, text.name_sort_key)
    assert text.name_sort_key("") == ""
    assert text.name_sort_key(" Lê \n Hoa ") == text.name_sort_key("Lê Hoa")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Chưa niêm yết đủ thủ tục. Đề nghị bổ sung.", "Chưa niêm yết đủ thủ tục"),
        ("Chưa niêm yết đủ thủ tục; thiếu lịch trực", "Chưa niêm yết đủ thủ tục"),
        ("Chưa niêm yết\nđủ thủ tục", "Chưa niêm yết"),
        ("Có 1.234 hồ sơ trễ hạn. Chưa xin lỗi", "Có 1.234 hồ sơ trễ hạn"),
        (
            "Theo số 1.234, UBND TP. Cần Thơ, Q. Ninh Kiều, P. Tân An chậm. Hai",
            "Theo số 1.234, UBND TP. Cần Thơ, Q. Ninh Kiều, P. Tân An chậm",
        ),
        ("Sổ sách (TX. Ngã Bảy) thiếu, v.v. và chậm. Hai", "Sổ sách (TX. Ngã Bảy) thiếu, v.v. và chậm"),
        ("Thiếu sổ sách... chưa bổ sung. Hai", "Thiếu sổ sách... chưa bổ sung"),
        ("Thiếu sổ sách… Chưa bổ sung", "Thiếu sổ sách…"),
        ("- Chưa niêm yết.", "Chưa niêm yết"),
        ("1. Chưa niêm yết. Hai", "Chưa niêm yết"),
        ("a) Chưa niêm yết", "Chưa niêm yết"),
        ("02 hồ sơ trễ hạn từ ngày 14.11.2023.", "02 hồ sơ trễ hạn từ ngày 14.11.2023"),
        ("Một  cửa", "Một cửa"),
        ("", ""),
    ],
)
def test_first_sentence(written, title):
    assert text.first_sentence(written) == title


def test_a_long_sentence_is_cut_between_words():
    assert text.first_sentence("Chưa công khai đầy đủ thủ tục hành chính", limit=20) == "Chưa công khai đầy…"
    assert text.first_sentence("Chưa công khai", limit=14) == "Chưa công khai"
    assert text.first_sentence("Chưa công, khai mạc", limit=11) == "Chưa công…"
    assert text.first_sentence("a" * 30, limit=10) == "a" * 9 + "…"


@given(vietnamese, st.integers(12, 60))
def test_a_title_fits_and_breaks_no_word(written, limit):
    title = text.first_sentence(written, limit)
    assert len(title) <= limit
    assert set(title.removesuffix("…").split()) <= set(written.split())
