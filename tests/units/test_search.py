"""People look for units by what they call them."""

import unicodedata

from inspect_app.units import queries
from tests.units.conftest import THEN, TODAY

FOUND = """
tân an                  | Phường Tân An, Phường Ninh Kiều (phường Tân An), Phường Tân An †
tan an                  | Phường Tân An, Phường Ninh Kiều (phường Tân An), Phường Tân An †
TÂN  AN                 | Phường Tân An, Phường Ninh Kiều (phường Tân An), Phường Tân An †
31135                   | Phường Ninh Kiều (phường Tân An), Phường Tân An †
p. cai khe              | Phường Cái Khế, Phường Cái Khế †
P.Cái Khế               | Phường Cái Khế, Phường Cái Khế †
UBND phường Cái Khế     | Phường Cái Khế, Phường Cái Khế †
q. ninh kieu            | Quận Ninh Kiều †
h. phong dien           | Huyện Phong Điền †
tx                      | Thị xã Long Mỹ †, Thị xã Ngã Năm †, Thị xã Vĩnh Châu †
tp can tho              | Thành phố Cần Thơ
hậu giang               | Thành phố Cần Thơ (tỉnh Hậu Giang), Tỉnh Hậu Giang †
quận bình thuỷ          | Quận Bình Thủy †
SNV                     | Sở Nội vụ, Sở Nội vụ †
so noi vu               | Sở Nội vụ, Sở Nội vụ †
sở TN&MT                | Sở Nông nghiệp và Môi trường (Sở Tài nguyên và Môi trường), Sở Tài nguyên và Môi trường †
Sở LĐ-TB&XH             | Sở Nội vụ (Sở Lao động - Thương binh và Xã hội), Sở Lao động - Thương binh và Xã hội †
nông nghiệp môi trường  | Sở Nông nghiệp và Môi trường
vp ubnd                 | Văn phòng Ủy ban nhân dân thành phố, Văn phòng Ủy ban nhân dân thành phố †
p9                      | Phường Phú Lợi (phường 9), Phường 9 †
không có đơn vị này     |
%                       |
"""
"""What is typed | what is found, in this order; (by what it was before), † what is no more."""


def told(hit):
    was = f" ({', '.join(hit.was)})" if hit.was else ""
    return f"{hit.name}{was}{' †' if hit.ended else ''}"


def test_units_are_found_by_what_people_type(reference):
    for line in FOUND.strip().splitlines():
        typed, _, expected = (part.strip() for part in line.partition("|"))
        assert ", ".join(map(told, queries.search(typed))) == expected, typed


def test_decomposed_letters_find_the_same(reference):
    typed = "Phường Tân An"
    assert queries.search(unicodedata.normalize("NFD", typed)) == queries.search(typed) != []


def test_a_day_keeps_the_units_of_that_day(reference):
    assert [hit.code for hit in queries.search("Tân An", day=THEN)] == ["31135"]
    assert [hit.code for hit in queries.search("Tân An", day=TODAY)] == ["31147", "31135"]


def test_no_more_than_asked_for_come_back(reference):
    assert len(queries.search("phường", limit=7)) == 7


def test_a_list_is_held_to_what_was_looked_for(session, reference):
    rows = session.execute(queries.told(queries.chosen(query="tân an").subquery())).all()
    assert {(row.code, row.name) for row in rows} == {
        ("31135", "Phường Tân An"),
        ("31135", "Phường Ninh Kiều"),
        ("31147", "Phường Tân An"),
    }
    ninh_kieu = next(row.id for row in rows if row.name == "Phường Ninh Kiều")
    former = queries.former_names([row.id for row in rows], "tân an")
    assert former == {ninh_kieu: ["phường Tân An"]}


def test_signs_that_mean_something_to_the_database_mean_themselves(make):
    make.unit("Phường An Bình")
    assert queries.search("_n b%nh") == queries.search("'; --") == []
