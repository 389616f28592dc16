"""The pages of units."""

import unicodedata
from datetime import date

import pytest
from sqlalchemy import func, select

from inspect_app.core.actor import Role
from inspect_app.units import queries
from inspect_app.units.models import SuccessionKind, Unit, UnitKind
from tests.units.conftest import THEN


@pytest.fixture
def admin(make):
    return make.person(Role.ADMIN)


@pytest.fixture
def over(make, reference):
    """Somebody with a role over the unit given, in the loaded catalogue."""

    def person(role: Role, unit: Unit):
        return make.person(role, unit)

    return person


def names(page):
    return [link.get_text() for link in page.html.select("main td .t-title")]


def test_the_list_shows_what_is_in_force_and_says_how_many(browser, over, unit):
    page = browser.signed_in_as(over(Role.VIEWER, unit("92"))).get("units.index")
    assert page.total == 1 + 103 + 15
    assert names(page)[:2] == ["Thành phố Cần Thơ", "Ban Quản lý các khu chế xuất và công nghiệp"]
    assert len(names(page)) == 50


def test_every_unit_is_on_exactly_one_page_in_order(browser, over, unit):
    browser.signed_in_as(over(Role.VIEWER, unit("92")))
    page = browser.get("units.index", state="all", under=unit("93", THEN).id)
    seen = names(page)
    while following := page.links("a[rel=next]"):
        page = browser.visit(following[0])
        seen += names(page)
    assert len(seen) == page.total == 8 + 75
    back = browser.visit(page.links("a[rel=prev]")[0])
    assert names(back) == seen[:50]


def test_the_list_is_held_to_a_kind_a_state_and_a_parent(browser, over, unit):
    browser.signed_in_as(over(Role.VIEWER, unit("92")))
    assert browser.get("units.index", kind="department").total == 15
    assert browser.get("units.index", kind=["department", "commune"], state="ended").total == 20 + 267
    assert browser.get("units.index", under=unit("916", THEN).id, state="all").total == 11


@pytest.mark.parametrize("typed", ["Tân An", "tan an", unicodedata.normalize("NFD", "Tân An")])
def test_looking_for_an_old_name_finds_the_unit_of_then_and_of_today(browser, over, unit, typed):
    page = browser.signed_in_as(over(Role.VIEWER, unit("92"))).get("units.index", q=typed)
    assert names(page) == ["Phường Ninh Kiều", "Phường Tân An", "Phường Tân An"]
    assert "31135 · trước là phường Tân An" in page.main
    assert page.total == 3


def test_an_empty_list_says_what_to_do(browser, make):
    page = browser.signed_in_as(make.person(Role.VIEWER)).get("units.index", q="không có")
    assert page.total == 0
    assert "Không có đơn vị phù hợp" in page.main


def test_what_nobody_would_type_into_the_address_is_passed_over(browser, make):
    browser.signed_in_as(make.person(Role.VIEWER))
    assert browser.get("units.index", kind="nonsense", state="nonsense", after="nonsense").total == 1
    browser.get("units.index", under="nonsense", status=404)
    browser.get("units.index", under=2**40, status=404)
    browser.get("units.index", under=999_999, status=404)


def test_a_page_of_the_list_costs_the_same_however_long_it_is(browser, make):
    browser.signed_in_as(make.person(Role.VIEWER))

    def cost(**wanted) -> int:
        return len(browser.get("units.index", **wanted).queries)

    make.unit("Phường Thử 0")
    before, before_found = cost(), cost(q="thu")
    for n in range(1, 11):
        make.unit(f"Phường Thử {n}")
    assert (cost(), cost(q="thu")) == (before, before_found)


def test_the_page_of_a_unit_tells_what_it_is_and_was(browser, over, unit):
    ninh_kieu = unit("31135")
    page = browser.signed_in_as(over(Role.OFFICER, ninh_kieu)).get("units.show", unit_id=ninh_kieu.id)
    assert page.h1 == "Phường Ninh Kiều"
    assert "UBND phường Ninh Kiều" in page.main
    assert "Từ 01/07/2025" in page.main
    assert "Phường Tân An Nhập từ · từ 01/07/2025" in page.main
    assert page.buttons == []


def test_the_page_of_a_former_unit_leads_to_what_it_became(browser, over, unit):
    split = unit("31178", THEN)
    page = browser.signed_in_as(over(Role.VIEWER, unit("92"))).get("units.show", unit_id=split.id)
    assert "Đến 30/06/2025" in page.main
    assert "Phường Bình Thủy Chia về · từ 01/07/2025 · đơn vị kế thừa chính" in page.main
    assert "Phường Cái Khế Chia về · từ 01/07/2025 · nhận một phần" in page.main
    assert f"/units/{unit('31168').id}" in page.links()


def test_an_unknown_last_day_is_said_to_be_unknown(browser, over, unit):
    page = browser.signed_in_as(over(Role.VIEWER, unit("92"))).get("units.show", unit_id=unit("31126", THEN).id)
    assert "Đã kết thúc, chưa rõ ngày" in page.main
    assert "Phường Thới Bình Nhập vào · chưa rõ ngày · chưa xác minh" in page.main


def test_the_page_of_a_district_names_the_communes_of_its_area_today(browser, over, unit):
    page = browser.signed_in_as(over(Role.VIEWER, unit("92"))).get("units.show", unit_id=unit("916", THEN).id)
    assert "Địa bàn nay thuộc 4 xã, phường" in page.main
    assert "Phường Ninh Kiều" in page.main
    assert "Sở Nội vụ" not in page.main


def test_the_page_of_a_unit_costs_the_same_however_long_its_history(browser, over, unit):
    browser.signed_in_as(over(Role.VIEWER, unit("92")))
    plain, merged = unit("31213"), unit("31135")

    def cost(which: Unit) -> int:
        return len(browser.get("units.show", unit_id=which.id).queries)

    assert cost(plain) == cost(merged)


def test_no_unit_no_page(browser, make):
    browser.signed_in_as(make.person(Role.ADMIN))
    for address in ("/units/999999", "/units/999999/edit", "/units/0", "/units/99999999999999999999"):
        browser.visit(address, status=404)


@pytest.mark.parametrize(
    ("role", "at", "offered"),
    [
        (Role.ADMIN, "root", ["Thêm đơn vị trực thuộc", "Đổi tên, đổi cấp trên", "Kết thúc"]),
        (Role.REVIEWER, "parent", ["Hồ sơ đơn vị", "Thêm đơn vị trực thuộc", "Đổi tên, đổi cấp trên", "Kết thúc"]),
        (Role.REVIEWER, "unit", ["Hồ sơ đơn vị", "Thêm đơn vị trực thuộc"]),
        (Role.REVIEWER, "elsewhere", []),
        (Role.OFFICER, "unit", ["Hồ sơ đơn vị"]),
        (Role.VIEWER, "root", ["Hồ sơ đơn vị"]),
    ],
)
def test_a_page_offers_only_what_the_server_accepts(browser, make, role, at, offered):
    parent = make.unit("Quận Thử", kind=UnitKind.DISTRICT)
    unit = make.unit(parent=parent)
    places = {"root": make.root, "parent": parent, "unit": unit, "elsewhere": make.unit(kind=UnitKind.DISTRICT)}
    browser.signed_in_as(make.person(role, places[at]))
    page = browser.get("units.show", unit_id=unit.id)
    assert [link.get_text(strip=True) for link in page.html.select(".acts a")] == offered
    browser.get("units.new", parent=unit.id, status=200 if "Thêm đơn vị trực thuộc" in offered else 403)
    for endpoint in ("units.edit", "units.end"):
        browser.get(endpoint, unit_id=unit.id, status=200 if "Kết thúc" in offered else 403)
        browser.post(endpoint, unit_id=unit.id, status=422 if "Kết thúc" in offered else 403)


def test_a_stranger_signs_in_first(browser, make):
    unit = make.unit()
    for endpoint, values in (("units.index", {}), ("units.show", {"unit_id": unit.id}), ("units.new", {})):
        page = browser.get(endpoint, status=302, **values)
        assert "/login" in page.location


def test_an_admin_adds_a_unit(browser, make, admin, session):
    typed = {"name": unicodedata.normalize("NFD", "Phường Thử"), "kind": "commune", "code": "99999"}
    page = browser.signed_in_as(admin).post(
        "units.new", parent=make.root.id, data={**typed, "valid_from": "01/07/2025", "basis": "Nghị quyết 9"}
    )
    added = session.scalars(select(Unit).where(Unit.code == "99999")).one()
    assert page.location == f"/units/{added.id}"
    assert (added.name, added.valid_from, added.basis) == ("Phường Thử", date(2025, 7, 1), "Nghị quyết 9")
    shown = browser.visit(page.location)
    assert "Đã thêm phường Thử" in shown.main


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": "  "}, "name", "Nhập tên đơn vị"),
        ({"kind": "nonsense"}, "kind", "Chọn một mục trong danh sách"),
        ({"kind": "city"}, "kind", "Chọn một mục trong danh sách"),
        ({"code": ""}, "code", "Nhập mã đơn vị"),
        ({"code": "TAKEN"}, "code", "Mã này đang dùng cho Phường Có Rồi, nhập mã khác"),
        ({"valid_from": "31/02/2025"}, "valid_from", "Không có ngày 31/02/2025, xem lại lịch"),
        ({"name": "x" * 300}, "name", "Nội dung dài quá, rút gọn còn tối đa 255 ký tự"),
    ],
)
def test_what_cannot_be_added_is_shown_again_with_a_reason(browser, make, admin, session, typed, field, said):
    make.unit("Phường Có Rồi", code="TAKEN")
    before = session.scalar(select(func.count()).select_from(Unit))
    good = {"name": "Phường Thử", "kind": "commune", "code": "99999", "basis": "Nghị quyết 9"}
    page = browser.signed_in_as(admin).post("units.new", parent=make.root.id, data={**good, **typed}, status=422)
    assert page.error_on(field) == said
    assert page.html.select_one("#basis").get_text(strip=True) == "Nghị quyết 9"
    assert session.scalar(select(func.count()).select_from(Unit)) == before


def test_an_admin_renames_a_unit_and_comes_to_the_new_row(browser, make, admin, session):
    unit = make.unit("Phường Cũ")
    browser.signed_in_as(admin)
    form = browser.get("units.edit", unit_id=unit.id)
    page = browser.post(
        "units.edit",
        unit_id=unit.id,
        data={
            "version": form.html.select_one("[name=version]")["value"],
            "name": "Phường Mới",
            "parent": make.root.id,
            "since": "01/02/2026",
        },
    )
    heir = session.scalars(select(Unit).where(Unit.name == "Phường Mới")).one()
    assert page.location == f"/units/{heir.id}"
    assert "Phường Cũ Đổi tên từ · từ 01/02/2026" in browser.visit(page.location).main


def test_a_lost_race_keeps_what_was_typed_and_says_so(browser, make, admin, session):
    unit = make.unit("Phường Cũ")
    typed = {"version": unit.version - 1, "name": "Phường Mới", "parent": make.root.id, "since": "01/02/2026"}
    page = browser.signed_in_as(admin).post("units.edit", unit_id=unit.id, data=typed, status=409)
    assert "vừa cập nhật đơn vị này" in page.main
    assert page.html.select_one("#name")["value"] == "Phường Mới"
    version = page.html.select_one("[name=version]")["value"]
    browser.post("units.edit", unit_id=unit.id, data={**typed, "version": version})
    assert session.scalar(select(func.count()).where(Unit.name == "Phường Mới")) == 1


def test_a_parent_out_of_reach_is_no_choice(browser, make, session):
    mine, theirs = (make.unit(name, kind=UnitKind.DISTRICT) for name in ("Quận Ta", "Quận Họ"))
    unit = make.unit(parent=mine)
    browser.signed_in_as(make.person(Role.REVIEWER, mine))
    form = browser.get("units.edit", unit_id=unit.id)
    assert [option.get_text() for option in form.html.select("#parent option")] == ["Quận Ta"]
    page = browser.post(
        "units.edit",
        unit_id=unit.id,
        data={"version": unit.version, "name": "Phường Mới", "parent": theirs.id, "since": "01/02/2026"},
        status=422,
    )
    assert page.error_on("parent")


def test_an_admin_ends_a_unit_that_two_others_take_over(browser, make, admin, session):
    unit, first, second = make.unit(), make.unit(code="A1"), make.unit(code="A2")
    browser.signed_in_as(admin).post(
        "units.end",
        unit_id=unit.id,
        data={"version": unit.version, "last_day": "31/01/2026", "successors": "A2, A1", "basis": "NQ 3"},
    )
    steps = queries.history(session.get(Unit, unit.id)).became
    assert [(step.unit.id, step.kind, step.is_default) for step in steps] == [
        (second.id, SuccessionKind.SPLIT, True),
        (first.id, SuccessionKind.SPLIT, False),
    ]
    assert steps[0].effective == date(2026, 2, 1)


def test_a_successor_that_does_not_exist_ends_nothing(browser, make, admin, session):
    unit = make.unit()
    data = {"version": unit.version, "last_day": "31/01/2026", "successors": "A1"}
    page = browser.signed_in_as(admin).post("units.end", unit_id=unit.id, data=data, status=422)
    assert page.error_on("successors") == "Không có đơn vị nào mang mã A1 vào ngày đó"
    page = browser.post("units.end", unit_id=unit.id, data={**data, "successors": unit.code}, status=422)
    assert "không thể kế thừa chính mình" in page.main
    assert not session.get(Unit, unit.id).ended


def test_a_unit_with_others_under_it_is_not_ended(browser, make, admin, session):
    district = make.unit(kind=UnitKind.DISTRICT)
    make.unit(parent=district)
    data = {"version": district.version, "last_day": "31/01/2026"}
    page = browser.signed_in_as(admin).post("units.end", unit_id=district.id, data=data, status=409)
    assert "Còn 1 đơn vị trực thuộc đang hoạt động" in page.main
    assert not session.get(Unit, district.id).ended


def test_each_number_of_units_under_one_leads_to_that_many(browser, over, unit):
    browser.signed_in_as(over(Role.VIEWER, unit("92")))
    for of in (unit("92"), unit("93", THEN), unit("916", THEN)):
        page = browser.get("units.show", unit_id=of.id)
        counts = page.html.select("main [data-count]")
        assert counts
        for count in counts:
            assert browser.visit(count["href"]).total == int(count["data-count"]), (of.name, count["href"])
