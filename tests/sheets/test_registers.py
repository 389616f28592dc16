"""Sheets of units, people and grants: judged row by row by whoever may do what, written all at once or not at all."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from inspect_app.accounts.models import Grant, Person
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.sheets.services import heads
from inspect_app.sheets.services.declared import Writing
from inspect_app.sheets.services.kinds import KINDS, open_to
from inspect_app.sheets.services.lines import Sheet, Source
from inspect_app.units.models import Unit, UnitKind
from tests.sheets.test_bringing import send
from tests.sheets.test_reading import workbook

TODAY = clock.today()
AGO = f"{TODAY - timedelta(days=30):%d/%m/%Y}"
UNITS = ["Mã", "Tên đơn vị", "Loại", "Cấp trên", "Từ ngày", "Căn cứ"]
PEOPLE = ["Tên đăng nhập", "Họ tên", "Chức vụ", "Đơn vị", "Điện thoại", "Email"]
GRANTS = ["Tên đăng nhập", "Vai trò", "Đơn vị", "Từ ngày", "Đến ngày"]


@pytest.fixture
def city(make):
    """A department with an affiliate, two wards of one name, one of them called something else before."""
    make.office = make.unit("Sở Y tế", kind=UnitKind.DEPARTMENT, code="SYT")
    make.clinic = make.unit("Trung tâm Kiểm nghiệm", kind=UnitKind.AFFILIATE, parent=make.office, code="TTKN")
    make.ward = make.unit("Phường Ninh Kiều", code="31135", valid_from=TODAY - timedelta(days=400))
    make.succession(make.unit("Phường Tân An", valid_to=TODAY - timedelta(days=401)), make.ward)
    make.chief, make.local = make.person(Role.ADMIN), make.person(Role.ADMIN, make.office)
    return make


def judged(make, kind, person, head, rows, answers=None):
    columns = heads.fields(head, KINDS[kind].columns)
    assert len(columns) == len(head), "each head of the tests is known"
    sheet = Sheet(list(enumerate(rows, 2)), columns, answers or {}, Source("x.xlsx", "0" * 64))
    return KINDS[kind].judge(sheet, make.actor(person), TODAY)


def told(found) -> list[str]:
    """For each line its verdict, or the field that is wrong and how that begins."""
    return [
        ", ".join(f"{name}: {why}"[:44] for name, why in line.wrong.items()) or line.verdict.value
        for line in found.lines
    ]


def write(make, kind, person, found) -> Writing:
    ahead = KINDS[kind].ahead(found)
    storing: Any = {"storage": make.storing["storage"], "file_limit": 1 << 20}
    writing = Writing(
        make.actor(person), TODAY, clock.now(), source=Source("x", ""), brought_id=1, ahead=ahead, **storing
    )
    KINDS[kind].write(found, writing)
    make.session.commit()
    return writing


def test_who_may_bring_in_what(city):
    for person, kinds in (
        (city.chief, ["units", "people", "grants"]),
        (city.reviewer, ["findings", "units"]),
        (city.officer(city.ward), ["findings"]),
    ):
        names = [kind.name for kind in open_to(city.actor(person))]
        assert [name for name in names if name in ("findings", "units", "people", "grants")] == kinds


def test_units_are_added_renamed_and_placed_elsewhere_under_rows_above_too(city):
    rows = [
        ["BQL", "Ban Quản lý dự án", "Đơn vị trực thuộc", "so y te", AGO, "QĐ 1"],
        ["BQL1", "Phòng Kỹ thuật", "trực thuộc", "Ban Quản lý dự án", "", ""],
        ["31135", "Phường Cái Khế", "Xã/phường/thị trấn", "", AGO, "NQ 2"],
        ["TTKN", "Trung tâm Kiểm nghiệm", "", "P. Tân An", AGO, ""],
        ["SYT", "Sở Y tế", "Sở, ban, ngành", city.root.name, "", ""],
    ]
    found = judged(city, "units", city.reviewer, UNITS, rows)
    assert told(found) == ["new", "new", "changed", "changed", "same"]
    assert found.lines[2].was == {"name": "Phường Ninh Kiều"}
    assert found.lines[3].was == {"parent": "Sở Y tế"}
    assert found.lines[3].taken == {"parent": "Phường Ninh Kiều"}, "which the row above renames"
    write(city, "units", city.reviewer, found)
    now = {unit.code: unit for unit in city.session.scalars(select(Unit).where(Unit.ended.is_(False)))}
    assert now["31135"].name == "Phường Cái Khế"
    assert now["TTKN"].parent_id == now["31135"].id
    assert now["BQL1"].parent_id == now["BQL"].id
    assert now["BQL"].parent_id == city.office.id
    actions = city.session.scalars(select(Event.action).order_by(Event.seq.desc()).limit(4)).all()
    assert sorted(actions) == ["unit:change", "unit:change", "unit:found", "unit:found"]
    again = judged(
        city, "units", city.reviewer, UNITS, [*rows[:3], ["TTKN", rows[3][1], "", "Phường Cái Khế", AGO, ""]]
    )
    assert told(again) == ["same"] * 4


def test_a_wrong_row_of_units_says_at_its_cell_what_is_wrong_with_it(city):
    rows = [
        ["", "Sở Mới", "Sở", city.root.name, "", ""],
        ["A1", "Sở Mới", "Vụ", city.root.name, "", ""],
        ["A2", "Phường Mới", "Phường", "Sở Y tế", "", ""],
        ["A3", "Phòng Mới", "Trực thuộc", "Sở Không Có", "", ""],
        ["A3", "Phòng Mới", "Trực thuộc", "Sở Y tế", "", ""],
        ["31135", "Phường Khác", "Phường", "", "", ""],
        ["31135x", "Phường Khác", "Phường", city.root.name, "31/02/2026", ""],
        ["TTKN", "", "Sở", "", "", ""],
    ]
    assert told(judged(city, "units", city.reviewer, UNITS, rows)) == [
        "code: Ô này để trống",
        "kind: Không có loại đơn vị này, ví dụ sở, qu",
        "kind: Loại đơn vị này không đặt dưới Sở Y tế"[:44],
        "parent: Không có đơn vị này trong phạm vi củ",
        "code: Trùng với dòng 5",
        "since: Nhập ngày tên mới hoặc cấp trên mới c",
        "since: Nhập ngày theo dạng ngày/tháng/năm, v",
        "kind: Loại đơn vị không đổi được. Thêm đơn v",
    ]
    theirs = judged(city, "units", city.local, UNITS, [["N1", "Sở Mới", "Sở", city.root.name, "", ""]])
    assert told(theirs) == ["parent: Không được thêm đơn vị dưới đơn vị này"[:44]]


def test_people_are_added_with_a_password_that_is_told_once_and_kept_nowhere(city):
    there = city.person(Role.OFFICER, city.clinic, home=city.clinic)
    rows = [
        ["TranVanMoi", "Trần Văn Mới", "Chuyên viên", "trung tam kiem nghiem", "0912 345 678", "moi@cantho.gov.vn"],
        [there.username, there.name, "Trưởng phòng", "", "", ""],
        ["levancu2", "Lê Văn Hai", "", "Phường Tân An", "", ""],
    ]
    found = judged(city, "people", city.chief, PEOPLE, rows)
    assert told(found) == ["new", "changed", "new"]
    assert found.lines[1].was == {"title": there.title}
    writing = write(city, "people", city.chief, found)
    assert [(one.username, one.unit) for one in writing.secrets] == [
        ("tranvanmoi", "Trung tâm Kiểm nghiệm"),
        ("levancu2", "Phường Ninh Kiều"),
    ]
    made = city.session.scalars(select(Person).where(Person.username == "tranvanmoi")).one()
    assert made.must_change_password
    assert made.secret_expires_at is not None
    assert made.password_hash.startswith("$argon2id$")
    logged = city.session.scalars(select(Event).where(Event.action.like("person:%"))).all()
    assert not any(one.secret in repr(event.payload) for one in writing.secrets for event in logged)
    assert there.title == "Trưởng phòng"
    assert told(judged(city, "people", city.chief, PEOPLE, rows)) == ["same"] * 3


def test_nobody_brings_in_people_or_grants_above_themselves(city):
    chief, clerk = city.chief, city.person(Role.OFFICER, city.clinic, home=city.clinic)
    wide = city.person(Role.OFFICER, city.clinic, home=city.clinic)
    city.grant(wide, Role.REVIEWER, city.root)
    people = [
        ["moi1", "Một", "", "Phường Ninh Kiều", "", ""],
        [chief.username, "Khác", "", "", "", ""],
        [wide.username, "Khác", "", "", "", ""],
        [city.local.username, "Khác", "", "", "", ""],
        ["x y", "Hai", "", "Sở Y tế", "12", "không"],
        ["moi2", "Ba", "", "TTKN", "", ""],
        ["moi2", "Bốn", "", "TTKN", "", ""],
    ]
    assert told(judged(city, "people", city.local, PEOPLE, people)) == [
        "unit: Không có đơn vị này trong phạm vi của tài"[:44],
        "username: Tên đăng nhập này đã có người dùng, unit: Ô này để trống",
        "name: Tài khoản này có quyền rộng hơn phạm v",
        "name: Thông tin của chính mình sửa ở trang c",
        "phone: Nhập số điện thoại, ví dụ 0912 345 67, email: Nhập địa chỉ thư điện tử, ví dụ ten@c, "
        "username: Tên đăng nhập gồm 3 đến 50 chữ thư",
        "new",
        "username: Trùng với dòng 7",
    ]
    grants = [
        [clerk.username, "Lãnh đạo", "Sở Y tế", "", ""],
        [clerk.username, "Lãnh đạo", "Sở Y tế", AGO, ""],
        [clerk.username, "Sở Nội vụ", city.root.name, "", ""],
        [clerk.username, "Cán bộ đơn vị", "Trung tâm Kiểm nghiệm", "", ""],
        [clerk.username, "Thành viên đoàn", "Sở Y tế", "", ""],
        [city.local.username, "Sở Nội vụ", "Sở Y tế", "", ""],
        ["nobody", "Lãnh đạo", "Sở Y tế", "", AGO],
    ]
    found = judged(city, "grants", city.local, GRANTS, grants)
    assert told(found) == [
        "new",
        "role: Trùng với dòng 2",
        "unit: Tài khoản đang dùng không được phân qu",
        "same",
        "role: Vai trò thành viên đoàn có từ danh sác",
        "username: Không tự phân quyền cho mình. Nhờ ",
        "username: Không có tài khoản này, hoặc tài k, until: Ngày kết thúc phải sau ngày bắt đầu",
    ]
    write(city, "grants", city.local, judged(city, "grants", city.local, GRANTS, grants[:1]))
    given = city.session.scalars(select(Grant).where(Grant.person_id == clerk.id, Grant.role == Role.VIEWER)).one()
    assert (given.unit_id, given.since, given.until) == (city.office.id, TODAY, None)


def test_a_name_that_two_units_bear_is_asked_about(city):
    other = city.unit("Phường Ninh Kiều", code="99999")
    row = ["moi", "Một", "", "phuong ninh kieu", "", ""]
    found = judged(city, "people", city.chief, PEOPLE, [row])
    (question,) = found.questions
    assert {offer.id for offer in question.offered} == {city.ward.id, other.id}
    answered = judged(city, "people", city.chief, PEOPLE, [row], {question.key: other.id})
    assert answered.lines[0].unit.id == other.id


def test_an_administrator_sends_a_sheet_of_people_and_sees_the_passwords_once(city, browser):
    content = workbook([PEOPLE, ["tranvanmoi", "Trần Văn Mới", "", "Sở Y tế", "", ""]])
    browser.signed_in_as(city.chief)
    assert "Chọn bảng này ghi gì" in send(browser, content, status=422).main
    page = browser.visit(send(browser, content, kind="people").location)
    assert "1 người mới, 0 người thay đổi" in page.main
    form: Any = page.html.select_one('form[action$="/write"]')
    data = {one["name"]: one["value"] for one in form.select("input[name]")}
    done = browser.open("POST", form["action"], data=data)
    (secret,) = re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", done.main)
    assert secret not in browser.visit(form["action"].removesuffix("/write")).main
    browser.open("POST", form["action"], data=data, status=409)
    assert city.session.scalar(select(func.count()).where(Person.username == "tranvanmoi")) == 1
    browser.signed_in_as(city.reviewer)
    send(browser, content, kind="people", status=422)
