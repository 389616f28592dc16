"""Administrators see to people: the list, the facts, the account."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from inspect_app.accounts import services
from inspect_app.accounts.models import Person, SignIn
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from tests.support.make import PASSWORD


@pytest.fixture
def admin(make, browser):
    person = make.person(Role.ADMIN)
    browser.signed_in_as(person)
    return person


@pytest.fixture
def add(make, session):
    """Somebody by this name."""

    def added(name, *given, **columns):
        person = make.person(*given, **columns)
        actor = make.actor(make.person(Role.ADMIN))
        unchanged: dict[str, Any] = {"title": "", "phone": "", "email": "", "version": None}
        services.edit_person(
            person, actor=actor, reach=[], name=name, home_unit=make.root, today=clock.today(), **unchanged
        )
        session.commit()
        return person

    return added


def names(page):
    return [link.get_text() for link in page.html.select("table .t-title")]


# The list


@pytest.mark.usefixtures("admin")
def test_people_are_listed_by_given_name_as_a_dictionary_has_it(add, browser):
    for name in ("Trần Văn Đạt", "Lê Thị Ánh", "Phạm Thị An", "Nguyễn Văn Dũng", "Võ Ân", "Bùi Thị An"):
        add(name)
    page = browser.get("people.index")
    shown = [name for name in names(page) if "Số" not in name]
    assert shown == ["Bùi Thị An", "Phạm Thị An", "Lê Thị Ánh", "Võ Ân", "Nguyễn Văn Dũng", "Trần Văn Đạt"]
    assert page.total == len(names(page))


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("typed", ["tran minh khoa", "Khoa", "KHOA tran", "trần"])
def test_a_name_is_found_without_marks_and_in_any_order(add, browser, typed):
    add("Trần Minh Khoa")
    add("Lê Văn Kha")
    page = browser.get("people.index", q=typed)
    assert names(page) == ["Trần Minh Khoa"]
    assert page.total == 1


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("typed", ["%", "_", "\\", "zzz"])
def test_what_names_nobody_finds_nobody(add, browser, typed):
    add("Trần Minh Khoa")
    page = browser.get("people.index", q=typed)
    assert page.total == 0
    assert "Không có người phù hợp" in page.main


@pytest.mark.usefixtures("admin")
def test_the_list_is_filtered_by_role_unit_and_state(make, browser, session):
    ward, other = make.unit("Phường Cái Khế"), make.unit("Phường An Bình")
    officer, viewer = make.person(Role.OFFICER, ward), make.person(Role.VIEWER, other)
    gone = make.person(home=ward)
    gone.active = False
    session.commit()

    assert names(browser.get("people.index", role="officer")) == [officer.name]
    assert names(browser.get("people.index", unit=ward.id)) == [officer.name, gone.name]
    assert names(browser.get("people.index", unit_q="cai khe")) == [officer.name, gone.name]
    assert names(browser.get("people.index", unit_q="cai khe", state="active")) == [officer.name]
    assert viewer.name in names(browser.get("people.index", unit=make.root.id))


@pytest.mark.usefixtures("admin")
def test_a_unit_that_is_not_clear_is_offered_not_guessed(make, browser):
    one, two = make.unit("Xã Tân An"), make.unit("Phường Tân An")
    page = browser.get("people.index", unit_q="tân an")
    assert {link.rpartition("unit=")[2] for link in page.links(".note a")} == {str(one.id), str(two.id)}
    assert "Không có đơn vị nào tên" in browser.get("people.index", unit_q="không đâu cả").main


@pytest.mark.usefixtures("admin")
def test_paging_shows_everybody_once(make, browser):
    for _ in range(60):
        make.person()
    first = browser.get("people.index")
    (following,) = [link["href"] for link in first.html.select("a[rel=next]")]
    second = browser.visit(following)
    assert first.total == second.total == 61
    assert len(names(first)) == 50
    assert len({*names(first), *names(second)}) == 61
    (back,) = [link["href"] for link in second.html.select("a[rel=prev]")]
    assert names(browser.visit(back)) == names(first)


@pytest.mark.usefixtures("admin")
def test_the_list_costs_the_same_however_long_it_grows(make, browser):
    def cost():
        return len(browser.get("people.index").queries)

    make.person(Role.OFFICER)
    before = cost()
    for _ in range(10):
        make.person(Role.VIEWER, make.unit())
    assert cost() == before


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    "odd",
    [
        "role=boss",
        "state=x",
        "unit=0",
        "unit=99999999999",
        "unit=x",
        "after=x",
        "_external=1",
        "_method=X",
        "endpoint=y",
    ],
)
def test_a_made_up_filter_is_no_filter(browser, odd):
    assert browser.visit(f"/people/?{odd}").total == 1


# Adding


def typed(**given):
    return {"name": "Trần Minh Khoa", "username": "tranminhkhoa", "unit": "cai khe", "role": "officer", **given}


@pytest.fixture
def ward(make):
    return make.unit("Phường Cái Khế")


@pytest.mark.usefixtures("admin", "ward")
def test_a_new_person_signs_in_with_the_secret_that_is_shown_once(browser, session, account):
    page = browser.post("people.new", data=typed(), status=200)
    secret = page.html.select_one("#password").get_text()
    person = session.scalars(select(Person).where(Person.username == "tranminhkhoa")).one()

    assert secret not in browser.get("people.show", person_id=person.id).text
    assert secret not in str([event.payload for event in session.scalars(select(Event))])
    browser.signed_in_as(None)
    data = {"username": "tranminhkhoa", "password": secret}
    assert browser.open("POST", "/login", data=data, status=303).location == "/"
    assert browser.get("accounts.password").h1 == "Đặt mật khẩu của riêng mình"


@pytest.mark.usefixtures("admin")
def test_a_new_person_belongs_to_the_unit_and_holds_the_role_there(browser, session, make, ward):
    browser.post("people.new", data=typed(), status=200)
    person = session.scalars(select(Person).where(Person.username == "tranminhkhoa")).one()
    assert person.home_unit_id == ward.id
    assert make.actor(person).answers_for(ward)
    assert session.scalars(select(Event.action).order_by(Event.seq)).all()[-2:] == ["person:add", "grant:give"]


@pytest.mark.usefixtures("admin", "ward")
@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"name": " "}, "name", "Nhập họ và tên"),
        ({"username": "Trần Khoa"}, "username", "Tên đăng nhập gồm 3 đến 50 chữ thường không dấu"),
        ({"username": "ab"}, "username", "Tên đăng nhập gồm 3 đến 50 chữ thường không dấu"),
        ({"username": "9abc"}, "username", "Tên đăng nhập gồm 3 đến 50 chữ thường không dấu"),
        ({"unit": ""}, "unit", "Nhập tên đơn vị"),
        ({"unit": "không đâu cả"}, "unit", "Không có đơn vị đang hoạt động nào tên như vậy"),
        ({"phone": "gọi tôi"}, "phone", "Nhập số điện thoại, ví dụ 0912 345 678"),
        ({"email": "a@b"}, "email", "Nhập địa chỉ thư điện tử"),
        ({"role": "inspector"}, "role", "Chọn một mục trong danh sách"),
    ],
)
def test_what_will_not_do_is_said_at_the_field_and_what_was_typed_stays(browser, given, field, said):
    page = browser.post("people.new", data=typed(title="Công chức", **given), status=422)
    assert page.error_on(field).startswith(said)
    assert page.html.select_one("#title")["value"] == "Công chức"


@pytest.mark.usefixtures("admin", "ward")
def test_a_user_name_is_given_once(browser, make):
    taken = make.person()
    page = browser.post("people.new", data=typed(username=taken.username.upper()), status=422)
    assert page.error_on("username") == "Tên đăng nhập này đã có người dùng"


@pytest.mark.usefixtures("admin")
def test_a_unit_whose_name_several_bear_is_chosen_from_them(browser, session, make):
    make.unit("Xã Tân An")
    meant = make.unit("Phường Tân An")
    page = browser.post("people.new", data=typed(unit="tan an"), status=422)
    assert page.error_on("unit_id") == "Có 2 đơn vị tên như vậy, chọn một"
    assert len(page.html.select("input[name=unit_id]")) == 2

    browser.post("people.new", data=typed(unit="tan an", unit_id=meant.id), status=200)
    person = session.scalars(select(Person).where(Person.username == "tranminhkhoa")).one()
    assert person.home_unit_id == meant.id


@pytest.mark.usefixtures("admin")
def test_a_choice_that_no_longer_fits_the_name_is_forgotten(browser, make):
    other = make.unit("Phường An Bình")
    make.unit("Xã Tân An"), make.unit("Phường Tân An")
    page = browser.post("people.new", data=typed(unit="tan an", unit_id=other.id), status=422)
    assert not page.html.select("input[name=unit_id][checked]")


# Editing


def facts(page, **given):
    shown = {field["name"]: field.get("value", "") for field in page.html.select("main form.card input[name]")}
    return {**shown, **given}


@pytest.mark.usefixtures("admin")
def test_facts_are_changed_and_the_log_says_from_what(browser, make, session, ward):
    person = make.person(home=ward)
    page = browser.get("people.edit", person_id=person.id)
    browser.post("people.edit", person_id=person.id, data=facts(page, name="Lê  Thị\tHoa", phone="0912 345 678"))
    session.refresh(person)
    assert (person.name, person.name_folded, person.home_unit_id) == ("Lê Thị Hoa", "le thi hoa", ward.id)
    event = session.scalars(select(Event).where(Event.action == "person:edit")).one()
    assert event.payload["name"][1] == "Lê Thị Hoa"
    assert "title" not in event.payload


@pytest.mark.usefixtures("admin")
def test_saving_what_was_there_changes_and_logs_nothing(browser, make, session, ward):
    person = make.person(home=ward)
    page = browser.get("people.edit", person_id=person.id)
    browser.post("people.edit", person_id=person.id, data=facts(page))
    assert not session.scalars(select(Event).where(Event.action == "person:edit")).all()


@pytest.mark.usefixtures("admin")
def test_a_lost_race_says_who_was_first_and_keeps_what_was_typed(browser, make, session, ward):
    person, colleague = make.person(home=ward), make.person(Role.ADMIN)
    page = browser.get("people.edit", person_id=person.id)
    services.edit_person(
        person,
        actor=make.actor(colleague),
        reach=[],
        name="Người khác sửa",
        title="",
        phone="",
        email="",
        home_unit=ward,
        version=None,
        today=clock.today(),
    )
    session.commit()

    lost = browser.post("people.edit", person_id=person.id, data=facts(page, name="Tôi sửa"), status=409)
    assert f"{colleague.name} vừa cập nhật tài khoản này lúc" in lost.main
    assert lost.html.select_one("#name")["value"] == "Tôi sửa"
    browser.post("people.edit", person_id=person.id, data=facts(lost))
    session.refresh(person)
    assert person.name == "Tôi sửa"


@pytest.mark.usefixtures("admin")
def test_moving_home_is_a_change_like_any_other(browser, make, session, ward):
    person, new_home = make.person(home=ward), make.unit("Phường An Bình")
    page = browser.get("people.edit", person_id=person.id)
    browser.post("people.edit", person_id=person.id, data=facts(page, unit="an binh"))
    session.refresh(person)
    assert person.home_unit_id == new_home.id


# The account


def test_whoever_is_put_out_of_action_is_signed_out_and_stays_in_the_list(admin, make, browser, session):
    person = make.person(Role.VIEWER)
    browser.signed_in_as(person)
    browser.signed_in_as(admin).post("people.deactivate", person_id=person.id)
    session.refresh(person)
    assert not person.active
    assert session.scalars(select(SignIn.ended_at).where(SignIn.person_id == person.id)).one()
    assert person.name in names(browser.get("people.index"))

    browser.post("people.reactivate", person_id=person.id)
    session.refresh(person)
    assert person.active


@pytest.mark.usefixtures("admin")
def test_doing_it_twice_says_so(make, browser):
    person = make.person(Role.VIEWER)
    browser.post("people.deactivate", person_id=person.id)
    assert "đã ngừng hoạt động trước đó" in browser.post("people.deactivate", person_id=person.id, status=409).main
    browser.post("people.reactivate", person_id=person.id)
    browser.post("people.reactivate", person_id=person.id, status=409)


@pytest.mark.usefixtures("admin")
def test_a_reset_password_is_shown_once_and_the_old_one_is_gone(account, browser, session):
    person = account(Role.VIEWER)
    page = browser.post("people.reset_password", person_id=person.id, status=200)
    session.refresh(person)
    assert person.must_change_password
    assert person.secret_expires_at == pytest.approx(clock.now() + timedelta(days=3), abs=timedelta(minutes=1))
    secret = page.html.select_one("#password").get_text()
    browser.signed_in_as(None)
    browser.open("POST", "/login", data={"username": person.username, "password": PASSWORD}, status=422)
    browser.open("POST", "/login", data={"username": person.username, "password": secret}, status=303)


def test_an_administrator_unlocks_whoever_got_it_wrong_too_often(admin, account, enter, browser):
    person = account()
    for _ in range(5):
        enter(person, "sai", status=422)
    browser.signed_in_as(admin)
    assert "Tạm khóa vì nhập sai mật khẩu" in browser.get("people.show", person_id=person.id).main
    browser.post("people.unlock", person_id=person.id)
    assert "Tạm khóa" not in browser.get("people.show", person_id=person.id).main
    enter(person)


def test_sessions_are_listed_and_ended(admin, make, browser, session):
    person = make.person()
    browser.signed_in_as(person)
    browser.signed_in_as(admin)
    assert "Địa chỉ 127.0.0.1" in browser.get("people.show", person_id=person.id).main
    browser.post("people.end_sessions", person_id=person.id)
    assert "Địa chỉ 127.0.0.1" not in browser.get("people.show", person_id=person.id).main


@pytest.mark.usefixtures("admin")
def test_what_people_typed_is_text_and_nothing_else(make, browser, session):
    person = make.person()
    person.name, person.title = "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'
    session.commit()
    for endpoint in ("people.show", "people.edit", "people.deactivate"):
        page = browser.get(endpoint, person_id=person.id)
        assert not page.html.select("main script, img[src=x]")
    assert not browser.get("people.index").html.select("main script")
