"""Writing a visit down, sending its result and issuing the conclusion, as people meet them."""

import unicodedata
from datetime import timedelta
from io import BytesIO
from typing import NamedTuple

import pytest
from PIL import Image
from sqlalchemy import func, select

from inspect_app.core import clock
from inspect_app.core.actor import TeamRole
from inspect_app.core.db import db
from inspect_app.core.once import Once
from inspect_app.findings.models import Conclusion, DeadlineUnit, Evidence, Finding, Side, State
from inspect_app.plans import services as plans
from inspect_app.plans.models import Team
from inspect_app.units.models import Unit
from inspect_app.visits.models import Entry, Visit, VisitState
from tests.findings.written import filled, recorded, shown, summary
from tests.support.make import Make
from tests.support.undone import as_it_was, undone

TODAY = clock.today()
A_DAY = timedelta(days=1)
TEXT, REQUIRED = "Bảng niêm yết thiếu 12 thủ tục.", "Niêm yết đủ 12 thủ tục."


class Begun(NamedTuple):
    make: Make
    team: Team
    unit: Unit
    visit: Visit


@pytest.fixture(scope="module")
def begun(app):
    """A visit that was begun, made once: what a test writes down in it is undone."""
    with undone(app) as session:
        make = Make(session)
        plans.load_areas()
        team = make.team(secretary=make.person(), member=make.person())
        unit = make.unit("Phường Cái Khế")
        yield Begun(make, team, unit, make.visit(team=team, unit=unit))


@pytest.fixture(autouse=True)
def session(begun):
    with as_it_was(begun.make.session) as session:
        yield session


@pytest.fixture
def make(begun, session):
    return begun.make.again()


@pytest.fixture
def visit(begun, make):
    return make.whole(begun.visit)


@pytest.fixture
def team(begun, session):
    return begun.team


@pytest.fixture
def unit(begun, session):
    return begun.unit


@pytest.fixture
def head(browser, make, team):
    return browser.signed_in_as(make.head_of(team))


def block(page, area, nth=0):
    """The names of the block's controls begin with this."""
    hidden = page.html.select(f"#area-{area} .finding input[type=hidden][value={area}]")[nth]
    return hidden["name"].removesuffix("area")


def finding(page, area="III", nth=0, **given):
    """One finding typed into a block of the area."""
    prefix = block(page, area, nth)
    return {prefix + name: value for name, value in {"text": TEXT, "required": REQUIRED, **given}.items()}


def jpeg(colour=120):
    stream = BytesIO()
    Image.new("RGB", (40, 30), (colour, 90, 60)).save(stream, "JPEG")
    return BytesIO(stream.getvalue())


# The whole way


def test_a_visit_is_written_down_sent_and_concluded(head, browser, make, team, unit, visit):
    page = head.get("recording.record", visit_id=visit.id)
    assert page.h1 == "Ghi nhận cuộc kiểm tra tại phường Cái Khế"
    photos = f"{block(page, 'III')}photos"
    data = filled(
        page,
        **finding(page, "III", within="other", days="20", days_unit="working_day"),
        **finding(page, "V", text="Chưa công khai kết quả xếp loại.", within="day", day=shown(TODAY + 40 * A_DAY)),
        place="Trụ sở UBND",
        opinion="Đơn vị nhất trí.",
        go="review",
    )
    answer = head.post(
        "recording.record",
        visit_id=visit.id,
        data={**data, photos: [(jpeg(10), "bang.jpg"), (jpeg(200), "quay.jpg")]},
    )

    page = head.visit(answer.location)
    assert page.h1 == "Xem lại trước khi gửi"
    assert "2 hạn chế sẽ giao cho đơn vị" in page.main
    assert "2 ảnh" in page.main
    assert "Đơn vị nhất trí." in page.main
    one, two = recorded()
    assert (one.area_code, one.deadline_n, one.deadline_unit) == ("III", 20, DeadlineUnit.WORKING_DAY)
    assert (two.area_code, two.fixed_deadline, two.state) == ("V", TODAY + 40 * A_DAY, State.RECORDED)
    assert one.follower_id == make.head_of(team).id

    answer = head.post("recording.review", visit_id=visit.id, data=filled(page))
    page = head.visit(answer.location)
    assert "Đã gửi kết quả" in page.main
    assert db.session.get_one(Visit, visit.id).state is VisitState.REPORTED

    browser.signed_in_as(make.sitting(team, TeamRole.SECRETARY))
    page = browser.get("recording.conclude", visit_id=visit.id)
    assert "2 hạn chế sẽ ban hành" in page.main
    scan = [(BytesIO(b"%PDF-1.7\n%%EOF\n"), "57-TB.pdf")]
    data = filled(page, number="57/TB-ĐKT", signer="Lê Thị Ký", scan=scan)
    answer = browser.post("recording.conclude", visit_id=visit.id, data=data)
    page = browser.visit(answer.location)
    assert "57/TB-ĐKT" in page.main
    assert "Lê Thị Ký" in page.main
    file_id = db.session.scalar(select(Evidence.id).where(Evidence.side == Side.CONCLUSION))
    assert f"/evidence/{file_id}" in page.links()
    assert [found.state for found in recorded()] == [State.OPEN, State.OPEN]

    page = browser.signed_in_as(make.officer(unit)).get("visits.show", visit_id=visit.id)
    assert "2 hạn chế" in page.main
    assert "57/TB-ĐKT" in page.main


def test_a_self_inspection_is_written_down_and_issued_by_its_own_officer(browser, make, unit):
    visit = make.self_inspection(unit=unit, entry=Entry.FOUND)
    browser.signed_in_as(make.officer(unit))
    page = browser.get("recording.record", visit_id=visit.id)
    assert page.h1 == "Ghi nhận cuộc tự kiểm tra của phường Cái Khế"
    assert "Người theo dõi" not in page.main
    answer = browser.post("recording.record", visit_id=visit.id, data=filled(page, **finding(page), go="review"))
    answer = browser.post("recording.review", visit_id=visit.id, data=filled(browser.visit(answer.location)))
    page = browser.get("recording.conclude", visit_id=visit.id)
    browser.post("recording.conclude", visit_id=visit.id, data=filled(page))
    assert [found.state for found in recorded()] == [State.OPEN]
    assert db.session.scalar(select(Conclusion.number)) == ""


# The form of a visit


def test_there_is_a_blank_block_for_each_area_and_blank_ones_say_nothing(head, visit):
    page = head.get("recording.record", visit_id=visit.id)
    sections = page.html.select("details[id^=area-]")
    assert [len(section.select(".finding")) for section in sections] == [1] * 9
    answer = head.post("recording.record", visit_id=visit.id, data=filled(page))
    assert recorded() == []
    page = head.visit(answer.location)
    assert head.visit(head.post("recording.record", visit_id=visit.id, data=filled(page)).location).main.count(
        "Nội dung không thay đổi so với bản đã lưu."
    )


def test_what_was_saved_stands_in_its_area_with_ways_to_change_it(head, make, visit):
    saved = make.finding("recorded", visit=visit, area_code="V")
    page = head.get("recording.record", visit_id=visit.id)
    assert "1 hạn chế" in page.html.select_one("#area-V summary").get_text()
    assert "Chưa ghi" in page.html.select_one("#area-III summary").get_text()
    assert saved.title in page.html.select_one("#area-V").get_text()
    assert page.html.select("#area-V .finding") == []
    links = page.links("#area-V a")
    assert links == [f"/findings/{saved.id}/edit", f"/findings/{saved.id}#discard"]
    for link in links:
        head.visit(link)


def test_without_script_a_button_adds_a_block_and_nothing_typed_is_lost(head, visit):
    page = head.get("recording.record", visit_id=visit.id)
    data = filled(page, **finding(page), place="Nhà văn hóa")
    page = head.post("recording.record", visit_id=visit.id, data={**data, "add": "III"}, status=200)
    assert len(page.html.select("#area-III .finding")) == 2
    assert page.html.select_one("#area-III").has_attr("open")
    assert not page.html.select("#errors")
    data = filled(page, **finding(page, nth=1, text="Quầy chưa có biển tên."))
    assert data["place"] == "Nhà văn hóa"
    head.post("recording.record", visit_id=visit.id, data=data)
    assert [found.title for found in recorded()] == ["Bảng niêm yết thiếu 12 thủ tục", "Quầy chưa có biển tên"]


def test_script_adds_blocks_with_numbers_of_their_own(head, visit):
    page = head.get("recording.record", visit_id=visit.id)
    pattern = page.html.select_one("template#pattern")
    typed = {control["name"] for control in pattern.select("[name]")}
    assert all(name.startswith("findings-__n__-") for name in typed)
    n = int(pattern["data-next"])
    assert not any(name.startswith(f"findings-{n}-") for name in filled(page))
    data = filled(page, **{f"findings-{n + 3}-{name}": value for name, value in {
        "area": "KL", "text": TEXT, "required": REQUIRED, "within": "10"}.items()})  # fmt: skip
    head.post("recording.record", visit_id=visit.id, data=data)
    assert [(found.area_code, found.deadline_n) for found in recorded()] == [("KL", 10)]


def test_the_day_of_a_planned_visit_begins_it(head, make, team):
    planned = make.visit("planned", team=team, day=TODAY)
    page = head.get("recording.record", visit_id=planned.id)
    data = filled(page, **finding(page), began_on="")
    page = head.post("recording.record", visit_id=planned.id, data=data, status=422)
    assert "Nhập ngày kiểm tra" in page.error_on("began_on")
    head.post("recording.record", visit_id=planned.id, data=filled(page, began_on=shown(TODAY)))
    assert db.session.get_one(Visit, planned.id).state is VisitState.BEGUN
    assert len(recorded()) == 1


def test_what_was_typed_decomposed_is_stored_composed(head, visit):
    page = head.get("recording.record", visit_id=visit.id)
    typed = {"text": unicodedata.normalize("NFD", TEXT), "required": unicodedata.normalize("NFD", REQUIRED)}
    head.post("recording.record", visit_id=visit.id, data=filled(page, **finding(page, **typed)))
    (found,) = recorded()
    assert (found.text, found.required) == (TEXT, REQUIRED)


def test_after_the_result_was_sent_findings_may_be_added_and_nothing_else(head, make, team):
    reported = make.visit("reported", team=team)
    page = head.get("recording.record", visit_id=reported.id)
    assert not page.html.select("[name=place]")
    assert "Xem lại và gửi" not in page.buttons
    head.post("recording.record", visit_id=reported.id, data=filled(page, **finding(page), go="review"))
    assert len(recorded()) == 1


# Refusals


def test_every_mistake_is_said_once_above_and_once_at_its_field(head, visit):
    page = head.get("recording.record", visit_id=visit.id)
    data = filled(
        page,
        **finding(page, "III", text="", within="day", day=shown(TODAY - A_DAY)),
        **finding(page, "V", required="", within="other", days="0"),
        **finding(page, "KL", within="day", day="sắp tới"),
        began_on="hôm qua",
    )
    page = head.post("recording.record", visit_id=visit.id, data=data, status=422)
    assert page.html.title.get_text().startswith("Lỗi:")
    assert summary(page) == [
        "Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023",
        "Nhập mô tả hạn chế",
        "Nhập việc đơn vị phải làm",
        "Nhập số ngày từ 1 đến 366",
        "Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023",
    ]
    for link in page.html.select("#errors a"):
        assert page.html.find(id=link["href"].removeprefix("#")), link
    assert filled(page)[f"{block(page, 'III')}required"] == REQUIRED
    assert page.html.select_one("#area-V").has_attr("open")
    assert recorded() == []


@pytest.mark.parametrize("day", [TODAY, TODAY - A_DAY])
def test_a_deadline_is_after_the_day_of_the_visit(head, visit, day):
    page = head.get("recording.record", visit_id=visit.id)
    data = filled(page, **finding(page, within="day", day=shown(day)))
    page = head.post("recording.record", visit_id=visit.id, data=data, status=422)
    assert page.error_on(f"{block(page, 'III')}day") == f"Hạn khắc phục phải sau ngày kiểm tra {shown(TODAY)}"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ({"within": "other", "days": "367"}, "Nhập số ngày từ 1 đến 366"),
        ({"within": "other", "days": "mười"}, "Nhập một số nguyên, ví dụ 12"),
        ({"within": "other", "days": ""}, "Nhập số ngày từ 1 đến 366"),
        ({"within": "day", "day": ""}, "Nhập hạn khắc phục theo dạng ngày/tháng/năm, ví dụ 20/11/2023"),
        ({"within": "tháng sau"}, "Chọn một mục trong danh sách"),
        ({"follower": "2147483647"}, "Chọn một mục trong danh sách"),
        ({"text": "a" * 5001}, "Nội dung dài quá, rút gọn còn tối đa 5000 ký tự"),
        ({"text": "a\ufffeb"}, "Nội dung có ký tự không đọc được, gõ lại rồi gửi"),
    ],
)
def test_what_makes_no_sense_is_said_and_kept(head, visit, typed, answer):
    page = head.get("recording.record", visit_id=visit.id)
    page = head.post("recording.record", visit_id=visit.id, data=filled(page, **finding(page, **typed)), status=422)
    assert summary(page) == [answer]
    assert recorded() == []


def test_a_finding_of_no_known_area_is_asked_for_it(head, visit):
    page = head.get("recording.record", visit_id=visit.id)
    data = filled(page, **finding(page), **{f"{block(page, 'III')}area": "XX"})
    page = head.post("recording.record", visit_id=visit.id, data=data, status=422)
    assert summary(page) == ["Chọn một mục trong danh sách"]
    (target,) = page.links("#errors a")
    chooser = page.html.find("select", id=target.removeprefix("#"))
    head.post("recording.record", visit_id=visit.id, data=filled(page, **{chooser["name"]: "IV"}))
    assert [found.area_code for found in recorded()] == ["IV"]


def test_what_stands_in_a_field_that_was_not_chosen_is_passed_over(head, visit):
    page = head.get("recording.record", visit_id=visit.id)
    data = filled(page, **finding(page, within="30", days="mười", day="sắp tới"))
    head.post("recording.record", visit_id=visit.id, data=data)
    assert [found.deadline_n for found in recorded()] == [30]


def test_who_types_a_day_and_chooses_nothing_means_that_day(head, visit):
    page = head.get("recording.record", visit_id=visit.id)
    data = filled(page, **finding(page, day=shown(TODAY + 9 * A_DAY)))
    del data[f"{block(page, 'III')}within"]
    head.post("recording.record", visit_id=visit.id, data=data)
    assert [found.fixed_deadline for found in recorded()] == [TODAY + 9 * A_DAY]


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "", "١"])
def test_numbers_of_blocks_that_no_page_has_are_passed_over(head, visit, number):
    page = head.get("recording.record", visit_id=visit.id)
    data = filled(page, **{f"findings-{number}-text": TEXT})
    head.post("recording.record", visit_id=visit.id, data=data)
    assert recorded() == []


def test_more_findings_than_one_sending_holds_are_refused_not_dropped(head, visit):
    page = head.get("recording.record", visit_id=visit.id)
    words = {"area": "III", "text": TEXT, "required": REQUIRED, "within": "15"}
    many = {f"findings-{n}-{name}": value for n in range(9, 60) for name, value in words.items()}
    page = head.post("recording.record", visit_id=visit.id, data=filled(page, **many), status=422)
    assert summary(page) == ["Mỗi lần lưu không quá 50 hạn chế, lưu phần còn lại ở lần sau"]
    assert len(page.html.select("#area-III .finding")) == 51
    assert recorded() == []


def test_a_form_with_nothing_in_it_is_asked_for_its_day(head, visit):
    page = head.post("recording.record", visit_id=visit.id, status=422)
    assert len(page.html.select("details[id^=area-]")) == 9


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("anh.svg", b"<svg onload='alert(1)'/>"),
        ("anh.jpg", b"<?php system('id');"),
        ("bao-cao.exe", b"MZ"),
        ("anh.png", b""),
    ],
)
def test_a_hostile_file_is_named_and_nothing_is_stored(head, visit, name, content):
    page = head.get("recording.record", visit_id=visit.id)
    prefix = block(page, "III")
    sent = [(jpeg(), "tot.jpg"), (BytesIO(content), name)]
    data = {**filled(page, **finding(page)), f"{prefix}photos": sent}
    page = head.post("recording.record", visit_id=visit.id, data=data, status=422)
    prefix = block(page, "III")
    assert name in page.error_on(f"{prefix}photos")
    assert f"Chọn lại tệp vì trang đã hiện lại: tot.jpg, {name}" in page.main
    assert filled(page)[f"{prefix}text"] == TEXT
    assert recorded() == []
    assert db.session.scalar(select(func.count()).select_from(Evidence)) == 0


# Twice, and two at once


def test_a_form_sent_twice_does_its_work_once_and_leads_where_the_first_did(head, visit):
    page = head.get("recording.record", visit_id=visit.id)
    data = filled(page, **finding(page), go="review")
    first = head.post("recording.record", visit_id=visit.id, data=data)
    second = head.post("recording.record", visit_id=visit.id, data=data)
    assert first.location == second.location
    assert len(recorded()) == 1


def test_a_refused_form_keeps_its_key_and_a_new_page_brings_a_new_one(head, visit):
    page = head.get("recording.record", visit_id=visit.id)
    refused = head.post("recording.record", visit_id=visit.id, data=filled(page, **finding(page, text="")), status=422)
    assert filled(refused)["once"] == filled(page)["once"]
    assert filled(head.get("recording.record", visit_id=visit.id))["once"] != filled(page)["once"]
    head.post("recording.record", visit_id=visit.id, data=filled(refused, **finding(refused)))
    assert len(recorded()) == 1


def test_a_key_belongs_to_the_person_who_sent_it(browser, head, make, team, visit):
    page = head.get("recording.record", visit_id=visit.id)
    key = filled(page)["once"]
    head.post("recording.record", visit_id=visit.id, data=filled(page, **finding(page)))
    browser.signed_in_as(make.sitting(team))
    page = browser.get("recording.record", visit_id=visit.id)
    browser.post("recording.record", visit_id=visit.id, data=filled(page, **finding(page, "V"), once=key))
    assert len(recorded()) == 2
    assert db.session.scalar(select(func.count()).select_from(Once).where(Once.key == key)) == 2


def test_two_people_writing_findings_down_do_not_get_in_each_others_way(browser, head, make, team, visit):
    page = head.get("recording.record", visit_id=visit.id)
    first = filled(page, **finding(page))
    browser.post("recording.record", visit_id=visit.id, data=filled(page, **finding(page, "V"), once="x" * 20))
    head.post("recording.record", visit_id=visit.id, data=first)
    assert len(recorded()) == 2


def test_who_comes_second_with_the_visit_itself_learns_who_was_first_and_loses_nothing(head, make, team, visit):
    page = head.get("recording.record", visit_id=visit.id)
    head.post("recording.record", visit_id=visit.id, data=filled(page, place="Hội trường A", once="x" * 20))
    data = filled(page, **finding(page), place="Hội trường B")
    page = head.post("recording.record", visit_id=visit.id, data=data, status=409)
    assert f"{make.head_of(team).name} vừa cập nhật cuộc kiểm tra này" in summary(page)[0]
    assert "Hội trường A" in page.main
    kept = filled(page)
    assert kept["place"] == "Hội trường B"
    assert kept[f"{block(page, 'III')}text"] == TEXT
    assert recorded() == []
    head.post("recording.record", visit_id=visit.id, data=kept)
    assert db.session.get_one(Visit, visit.id).place == "Hội trường B"
    assert len(recorded()) == 1


def test_what_is_typed_when_the_visit_is_concluded_meanwhile_stays_on_the_page(head, make, team, visit):
    page = head.get("recording.record", visit_id=visit.id)
    make.finding("open", visit=visit)
    page = head.post("recording.record", visit_id=visit.id, data=filled(page, **finding(page)), status=409)
    assert filled(page)[f"{block(page, 'III')}text"] == TEXT
    assert "Lưu" not in page.buttons
    assert "Sửa" not in page.html.select_one("#area-III").get_text()


# Who


def test_another_team_does_not_know_of_the_visit(browser, make, visit):
    stranger = browser.signed_in_as(make.head_of(make.team()))
    for endpoint in ("record", "review", "conclude"):
        stranger.get(f"recording.{endpoint}", visit_id=visit.id, status=404)
        stranger.post(f"recording.{endpoint}", visit_id=visit.id, status=404)


def test_a_reviewer_sees_the_visit_but_does_not_write_for_the_team(browser, make, visit):
    reviewer = browser.signed_in_as(make.reviewer)
    reviewer.get("recording.record", visit_id=visit.id, status=403)
    reviewer.get("recording.review", visit_id=visit.id, status=403)
    reviewer.post("recording.record", visit_id=visit.id, status=403)


@pytest.mark.parametrize("state", ["concluded", "closed", "cancelled"])
def test_a_visit_that_is_over_is_not_written_down_any_more(head, make, team, state):
    over = make.visit(state, team=team)
    head.get("recording.record", visit_id=over.id, status=409)
    head.get("recording.review", visit_id=over.id, status=409)
    head.get("recording.conclude", visit_id=over.id, status=409)


# One finding again


def test_a_finding_is_rewritten_until_it_is_issued(head, make, visit):
    found = make.finding("recorded", visit=visit, deadline_n=12)
    page = head.get("recording.edit", finding_id=found.id)
    kept = filled(page)
    assert (kept["text"], kept["within"], kept["days"]) == (found.text, "other", "12")
    sent = {"photos": [(jpeg(), "bang.jpg")]}
    data = filled(page, text="Thiếu 3 thủ tục.", area="V", within="30", **sent)
    answer = head.post("recording.edit", finding_id=found.id, data=data)
    assert answer.location == f"/visits/{visit.id}/record"
    found = db.session.get_one(Finding, found.id)
    assert (found.title, found.area_code, found.deadline_n) == ("Thiếu 3 thủ tục", "V", 30)
    assert "1 ảnh" in head.visit(answer.location).main


def test_rewriting_in_two_tabs_loses_nothing(head, make, visit):
    found = make.finding("recorded", visit=visit)
    page = head.get("recording.edit", finding_id=found.id)
    head.post("recording.edit", finding_id=found.id, data=filled(page, text="Bản thứ nhất."))
    page = head.post("recording.edit", finding_id=found.id, data=filled(page, text="Bản thứ hai."), status=409)
    assert "vừa cập nhật hạn chế này" in summary(page)[0]
    assert "Bản thứ nhất." in page.main
    assert filled(page)["text"] == "Bản thứ hai."
    head.post("recording.edit", finding_id=found.id, data=filled(page))
    assert db.session.get_one(Finding, found.id).text == "Bản thứ hai."


def test_a_finding_that_is_issued_meanwhile_is_not_rewritten_and_the_text_stays(head, make, visit):
    found = make.finding("open")
    browser = head.signed_in_as(make.head_of(db.session.get_one(Team, found.team_id)))
    browser.get("recording.edit", finding_id=found.id, status=409)
    typed = {"version": "1", "area": "III", "text": "Bản sửa.", "required": REQUIRED, "within": "15"}
    page = browser.post("recording.edit", finding_id=found.id, data=typed, status=409)
    assert filled(page)["text"] == "Bản sửa."


def test_who_may_not_rewrite_a_finding_is_told_so_or_nothing(browser, make, unit, visit):
    found = make.finding("recorded", visit=visit)
    browser.signed_in_as(make.reviewer).get("recording.edit", finding_id=found.id, status=403)
    browser.post("recording.edit", finding_id=found.id, status=403)
    browser.signed_in_as(make.head_of(make.team())).get("recording.edit", finding_id=found.id, status=404)
    browser.signed_in_as(make.officer(unit)).get("recording.edit", finding_id=found.id, status=404)


# Sending


def test_a_result_without_findings_says_why(head, visit):
    page = head.get("recording.review", visit_id=visit.id)
    assert "Không có hạn chế" in page.main
    assert "Chưa nhập số liệu" in page.main
    form = page.html.select_one("main form[method=post]")
    assert form["action"] == f"/visits/{visit.id}/report"
    head.post("recording.review", visit_id=visit.id, status=409)
    head.open("POST", form["action"], data={"entry": "none_found"}, status=303)
    assert db.session.get_one(Visit, visit.id).entry is Entry.NONE_FOUND


def test_a_result_is_sent_once(head, make, visit):
    make.finding("recorded", visit=visit)
    page = head.get("recording.review", visit_id=visit.id)
    head.post("recording.review", visit_id=visit.id, data=filled(page))
    head.post("recording.review", visit_id=visit.id, data=filled(page), status=409)


# On the visit's page


def steps(page):
    return [link.get_text(strip=True) for link in page.html.select("section[aria-labelledby=steps] a")]


def test_the_page_of_a_visit_offers_exactly_the_next_steps(browser, make, team, unit, visit):
    def offered(person):
        return steps(browser.signed_in_as(person).get("visits.show", visit_id=visit.id))

    member, secretary, head = make.sitting(team), make.sitting(team, TeamRole.SECRETARY), make.head_of(team)
    assert offered(head) == ["Ghi hạn chế"]
    assert offered(make.reviewer) == []
    make.finding("recorded", visit=visit)
    assert offered(head) == offered(member) == ["Xem lại và gửi", "Ghi hạn chế"]
    visit.state, visit.reported_on = VisitState.REPORTED, TODAY
    make.session.commit()
    assert offered(member) == ["Ghi hạn chế"]
    assert offered(secretary) == ["Ban hành thông báo kết luận", "Ghi hạn chế"]
    assert offered(make.reviewer) == ["Ban hành thông báo kết luận"]
    assert offered(make.officer(unit)) == []


def test_pages_cost_the_same_however_much_was_found(head, make, visit):
    def cost():
        pages = ("recording.record", "recording.review", "visits.show")
        return [len(head.get(page, visit_id=visit.id).queries) for page in pages]

    make.finding("recorded", visit=visit)
    before = cost()
    for area in ("I", "II", "III", "V", "VI", "KL", "VT", "III", "III", "III"):
        make.finding("recorded", visit=visit, area_code=area)
    assert cost() == before
