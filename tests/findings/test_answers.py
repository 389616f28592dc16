"""Writing a visit down item by item, as people meet it; who may read what was seen."""

import unicodedata

import pytest
from sqlalchemy import func, select, update

from inspect_app.checklists.models import Item
from inspect_app.checklists.queries import items_of
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.findings.models import Evidence, Finding, State
from inspect_app.visits.models import Answer, Entry, Result, Visit, VisitState
from tests.findings.test_recording_pages import jpeg
from tests.findings.written import filled, summary


@pytest.fixture
def team(make):
    return make.team(member=make.person())


@pytest.fixture
def unit(make):
    return make.unit("Phường Cái Khế")


@pytest.fixture
def items(make):
    """I.1, III.1 (which asks for a figure) and III.2."""
    return items_of(make.checklist().id)


@pytest.fixture
def visit(make, team, unit, items):
    return make.visit(team=team, unit=unit)


@pytest.fixture
def head(browser, make, team):
    return browser.signed_in_as(make.head_of(team))


def said(item, **given):
    return {f"answers-{item.id}-{name}": value for name, value in given.items()}


def declined(page, item, **given):
    """As typed, with the box that makes a finding of it left empty."""
    data = filled(page, **said(item, **given))
    del data[f"answers-{item.id}-write"]
    return data


def unfolded(browser, visit, *items, **typed):
    """The page without script, after the buttons of these items were pressed."""
    page = browser.get("recording.record", visit_id=visit.id)
    for item in items:
        data = {**filled(page, **typed), "unfold": str(item.id)}
        page = browser.post("recording.record", visit_id=visit.id, data=data, status=200)
    return page


def sent(browser, visit, **typed):
    page = browser.get("recording.record", visit_id=visit.id)
    return browser.visit(browser.post("recording.record", visit_id=visit.id, data=filled(page, **typed)).location)


def answers():
    return {row.item_id: row for row in db.session.scalars(select(Answer))}


def findings():
    return db.session.scalars(select(Finding).order_by(Finding.id)).all()


def test_an_unmet_item_makes_the_finding_that_it_offers_in_one_tap(head, make, team, visit, items):
    page = head.get("recording.record", visit_id=visit.id)
    assert "Còn 3 tiêu chí chưa kiểm tra" in page.main
    assert "Chưa kiểm tra" in page.html.select_one("#area-III summary").get_text()
    item = items[1]
    assert filled(page)[f"answers-{item.id}-result"] == "unchecked", "from the start"
    typed = {**said(item, result="unmet", numerator="18", denominator="24", observed_at="8h30"), "go": "review"}
    assert "Ghi kết quả kiểm tra" in head.get("visits.show", visit_id=visit.id).main
    page = sent(head, visit, **typed)
    assert page.h1 == "Xem lại trước khi gửi"
    assert "Còn 2 tiêu chí chưa kiểm tra" in page.main
    (made,) = findings()
    assert (made.item_id, made.area_code, made.text, made.required) == (item.id, "III", "Chưa làm III.1.", "Làm III.1.")
    assert (made.state, made.deadline_n, made.follower_id) == (State.RECORDED, 15, make.head_of(team).id)
    row = answers()[item.id]
    assert (row.result, row.numerator, row.denominator, row.observed_at) == (Result.UNMET, 18, 24, "08:30")
    page = head.get("recording.record", visit_id=visit.id)
    assert "Chưa làm III.1" in page.html.select_one(f"#item-{item.id} .task").get_text()
    sent(head, visit)
    assert len(findings()) == 1, "saving again writes nothing twice"


def test_an_unmet_item_may_go_without_a_finding_and_what_its_fields_offer_is_passed_over(head, visit, items):
    page = unfolded(head, visit, items[2])
    data = declined(page, items[2], result="unmet", note="Đã nhắc tại chỗ.", text="", within="other", days="x")
    head.post("recording.record", visit_id=visit.id, data=data)
    assert findings() == []
    assert (answers()[items[2].id].result, answers()[items[2].id].note) == (Result.UNMET, "Đã nhắc tại chỗ.")


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(head, visit, items):
    one, two = items[1:]
    page = unfolded(head, visit, one, two)
    typed = {
        **said(one, result="met", numerator="18", observed_at="25:99"),
        **said(two, result="unmet", text="", required="Gỡ bỏ."),
    }
    page = head.post("recording.record", visit_id=visit.id, data=filled(page, **typed), status=422)
    assert page.error_on(f"answers-{one.id}-numerator") == "Nhập đủ cả hai số"
    assert page.error_on(f"answers-{two.id}-text") == "Nhập mô tả hạn chế"
    assert {"Nhập giờ theo dạng giờ:phút, ví dụ 08:30", "Nhập mô tả hạn chế"} <= set(summary(page))
    assert page.html.select_one("#area-III").has_attr("open")
    kept = filled(page)
    assert (kept[f"answers-{one.id}-numerator"], kept[f"answers-{two.id}-required"]) == ("18", "Gỡ bỏ.")
    assert answers() == {}


def test_pictures_of_an_item_are_the_findings_where_it_makes_one_and_the_answers_otherwise(head, visit, items):
    met, unmet = items[0], items[2]
    page = unfolded(head, visit, met, unmet)
    photos = {f"answers-{item.id}-photos": [(jpeg(40 * n), f"{n}.jpg")] for n, item in enumerate((met, unmet), 1)}
    data = filled(page, **said(met, result="met"), **said(unmet, result="unmet"))
    head.post("recording.record", visit_id=visit.id, data={**data, **photos})
    files = db.session.scalars(select(Evidence).order_by(Evidence.name)).all()
    assert [(file.visit_id, file.answer_id, file.finding_id) for file in files] == [
        (visit.id, answers()[met.id].id, None),
        (None, None, findings()[0].id),
    ]
    page = head.get("recording.answers", visit_id=visit.id)
    assert f"/evidence/{files[0].id}" in page.links()
    assert "1 ảnh" in head.get("recording.record", visit_id=visit.id).main


def test_what_an_item_offers_is_text_and_no_markup(head, visit, items):
    offer = '<b>"Ba" & bốn</b> __required__'
    db.session.execute(update(Item).where(Item.id == items[0].id).values(shortcoming=offer))
    page = unfolded(head, visit, items[2])
    assert page.html.select_one(f"#item-{items[0].id} [data-says=text]").get_text() == offer
    assert filled(unfolded(head, visit, items[0]))[f"answers-{items[0].id}-text"] == offer


def test_without_script_a_button_unfolds_an_item_and_nothing_typed_is_lost(head, visit, items):
    page = head.get("recording.record", visit_id=visit.id)
    assert page.html.select("main form [name$=-text], main form [type=file]") == []
    assert "Chưa làm III.2." in page.html.select_one(f"#item-{items[2].id}").get_text()
    one, two = items[0], items[2]
    typed = {**said(items[1], result="met", numerator="18", denominator="24"), **said(one, result="unmet")}
    page = unfolded(head, visit, one, **typed)
    assert page.html.select_one("#area-I").has_attr("open")
    assert filled(page)[f"answers-{one.id}-text"] == "Chưa làm I.1."
    words = said(one, text=unicodedata.normalize("NFD", "Lịch trực để trống."), within="30", note="Đã nhắc.")
    data = {**filled(page, **words, **said(two, result="unmet")), "unfold": str(two.id)}
    page = head.post("recording.record", visit_id=visit.id, data=data, status=200)
    assert page.html.select_one("#area-III").has_attr("open")
    assert not page.html.select("#errors")
    kept = filled(page, **said(two, required="Làm ngay."))
    assert kept[f"answers-{one.id}-text"] == "Lịch trực để trống."
    assert kept[f"answers-{items[1].id}-numerator"] == "18"
    head.post("recording.record", visit_id=visit.id, data=kept)
    told = {found.item_id: (found.text, found.required, found.deadline_n) for found in findings()}
    assert told == {one.id: ("Lịch trực để trống.", "Làm I.1.", 30), two.id: ("Chưa làm III.2.", "Làm ngay.", 15)}
    assert answers()[one.id].note == "Đã nhắc."


@pytest.mark.parametrize("number", ["", "x", "²", "999999999", "-1"])
def test_a_number_that_no_item_has_unfolds_nothing(head, visit, items, number):
    page = head.get("recording.record", visit_id=visit.id)
    data = {**filled(page), "unfold": number}
    page = head.post("recording.record", visit_id=visit.id, data=data, status=200)
    assert page.html.select("main form [name$=-text]") == []


def test_an_item_that_offers_no_whole_finding_is_unfolded_from_the_start(head, visit, items):
    db.session.execute(update(Item).where(Item.id == items[0].id).values(required=""))
    page = head.get("recording.record", visit_id=visit.id)
    data = filled(page, **said(items[0], result="unmet"))
    page = head.post("recording.record", visit_id=visit.id, data=data, status=422)
    assert page.error_on(f"answers-{items[0].id}-required") == "Nhập việc đơn vị phải làm"


def test_a_note_is_told_where_its_item_is_folded_and_stays_when_the_form_is_saved_again(head, visit, items):
    first, item = unfolded(head, visit, items[0]), items[0]
    typed = said(item, result="met", observed_at="8h30", note="Đã nhắc.\nHẹn xem lại.")
    head.post("recording.record", visit_id=visit.id, data=filled(first, **typed))
    page = head.get("recording.record", visit_id=visit.id)
    assert page.html.select("main form textarea[name$=-note]") == []
    assert page.html.select_one(f"#item-{item.id} .rest .lines").get_text() == "Đã nhắc.\nHẹn xem lại."
    head.post("recording.record", visit_id=visit.id, data=filled(page, **said(item, result="unmet")))
    row = answers()[item.id]
    assert (row.result, row.observed_at, row.note) == (Result.UNMET, "08:30", "Đã nhắc.\nHẹn xem lại.")
    kept = filled(unfolded(head, visit, item), **said(item, note=""))
    head.post("recording.record", visit_id=visit.id, data=kept)
    assert answers()[item.id].note == ""


def test_what_another_writes_about_an_item_that_this_form_left_folded_stays(head, visit, items):
    old = head.get("recording.record", visit_id=visit.id)
    page = unfolded(head, visit, items[0])
    typed = said(items[0], result="met", note="Đủ kế hoạch.")
    head.post("recording.record", visit_id=visit.id, data=filled(page, **typed))
    head.post("recording.record", visit_id=visit.id, data=filled(old, **said(items[2], result="met")))
    assert (answers()[items[0].id].result, answers()[items[0].id].note) == (Result.MET, "Đủ kế hoạch.")
    assert answers()[items[2].id].result is Result.MET


def test_who_is_refused_for_one_item_does_not_undo_what_others_wrote_about_the_rest(head, visit, items):
    one, two, three = items
    old = head.get("recording.record", visit_id=visit.id)
    page = unfolded(head, visit, one)
    theirs = {**said(one, result="met", note="Đủ kế hoạch."), **said(three, result="met")}
    theirs |= said(two, result="met", numerator="18", denominator="24")
    head.post("recording.record", visit_id=visit.id, data=filled(page, **theirs))
    data = filled(old, **said(three, result="unmet"))
    page = head.post("recording.record", visit_id=visit.id, data=data, status=409)
    assert page.html.select_one(".note .kv").get_text(" ", strip=True) == "III.2 Đạt"
    assert page.html.select_one(f"#item-{one.id} .rest .lines").get_text() == "Đủ kế hoạch."
    head.post("recording.record", visit_id=visit.id, data=filled(page))
    told = {key: (row.result, row.numerator, row.note) for key, row in answers().items()}
    assert told[one.id] == (Result.MET, None, "Đủ kế hoạch.")
    assert told[two.id] == (Result.MET, 18, "")
    assert told[three.id] == (Result.UNMET, None, "")
    assert [found.item_id for found in findings()] == [three.id]


def test_who_is_refused_reads_the_whole_answer_of_the_other(head, visit, items):
    old = head.get("recording.record", visit_id=visit.id)
    page = unfolded(head, visit, items[1])
    typed = said(items[1], result="met", numerator="18", denominator="24", observed_at="8h30", note="Đủ hồ sơ.")
    head.post("recording.record", visit_id=visit.id, data=filled(page, **typed))
    data = filled(old, **said(items[1], result="unmet"))
    page = head.post("recording.record", visit_id=visit.id, data=data, status=409)
    told = page.html.select_one(".note .kv").get_text(" ", strip=True)
    assert told == "III.1 Đạt · 18/24 · 08:30 · Đủ hồ sơ."


def test_a_draft_from_before_there_was_a_list_takes_nothing_from_its_answers(browser, head, make, team, visit, items):
    sent(head, visit, **said(items[1], result="met"))
    page = unfolded(head, visit, items[0])
    draft = {name: text for name, text in filled(page, place="Tầng 2").items() if not name.startswith("answers-")}
    del draft["opened"]
    head.open("POST", f"/drafts?page=/visits/{visit.id}/record&typed=1", data=draft, status=200)
    browser.signed_in_as(make.sitting(team))
    theirs = filled(page, **said(items[0], result="met", observed_at="8h30", note="Đủ kế hoạch."), once="y" * 20)
    browser.post("recording.record", visit_id=visit.id, data=theirs)
    browser.signed_in_as(make.head_of(team))
    page = browser.get("recording.record", visit_id=visit.id)
    kept = filled(page, **said(items[2], result="unmet"))
    assert kept["place"] == "Tầng 2"
    browser.post("recording.record", visit_id=visit.id, data=kept)
    assert (answers()[items[0].id].observed_at, answers()[items[0].id].note) == ("08:30", "Đủ kế hoạch.")
    assert [found.item_id for found in findings()] == [items[2].id]


def test_answers_on_a_list_that_was_changed_meanwhile_are_not_dropped_in_silence(head, make, visit, items):
    sent(head, visit)
    page = head.get("recording.record", visit_id=visit.id)
    other = make.checklist()
    db.session.get_one(Visit, visit.id).checklist_id = other.id
    make.session.commit()
    data = filled(page, **said(items[0], result="met"))
    page = head.post("recording.record", visit_id=visit.id, data=data, status=409)
    assert "Bộ tiêu chí của cuộc kiểm tra này vừa thay đổi" in summary(page)[0]
    assert answers() == {}
    head.post("recording.record", visit_id=visit.id, data=filled(page))


def test_saving_an_area_leads_to_the_next_one(head, visit, items):
    page = sent(head, visit, **said(items[0], result="met"), next="II")
    assert page.html.select_one("#area-II").has_attr("open")
    assert not page.html.select_one("#area-I").has_attr("open")
    assert "Đạt 1" in page.html.select_one("#area-I summary").get_text()


def test_two_members_write_different_areas_at_once_and_nothing_is_lost(browser, head, make, team, visit, items):
    first = head.get("recording.record", visit_id=visit.id)
    browser.signed_in_as(make.sitting(team))
    data = filled(first, **said(items[2], result="met"), once="x" * 20)
    browser.post("recording.record", visit_id=visit.id, data=data)
    browser.signed_in_as(make.head_of(team))
    browser.post("recording.record", visit_id=visit.id, data=filled(first, **said(items[0], result="unmet")))
    assert {key: row.result for key, row in answers().items()} == {
        items[0].id: Result.UNMET,
        items[2].id: Result.MET,
    }


def test_who_comes_second_with_the_same_item_sees_the_other_answer_and_keeps_the_own(head, visit, items):
    page = head.get("recording.record", visit_id=visit.id)
    head.post("recording.record", visit_id=visit.id, data=filled(page, **said(items[0], result="met"), once="x" * 20))
    data = filled(page, **said(items[0], result="unmet", note="Thiếu kế hoạch."))
    page = head.post("recording.record", visit_id=visit.id, data=data, status=409)
    assert "I.1" in summary(page)[0]
    assert "I.1 Đạt" in page.html.select_one(".note .kv").get_text(" ", strip=True)
    assert findings() == []
    head.post("recording.record", visit_id=visit.id, data=filled(page))
    assert (answers()[items[0].id].result, len(findings())) == (Result.UNMET, 1)


def test_two_who_find_the_same_wrong_at_once_make_one_finding_of_it(head, visit, items):
    page = head.get("recording.record", visit_id=visit.id)
    wrong = filled(page, **said(items[0], result="unmet"))
    head.post("recording.record", visit_id=visit.id, data={**wrong, "once": "x" * 20})
    page = head.post("recording.record", visit_id=visit.id, data=wrong, status=409)
    assert "vừa ghi hạn chế cho tiêu chí I.1" in summary(page)[0]
    assert len(findings()) == 1


def test_an_old_page_changes_no_answer_after_the_result_was_sent(head, make, visit, items):
    page = head.get("recording.record", visit_id=visit.id)
    data = filled(page, **said(items[0], result="unmet"))
    sent(head, visit, **said(items[2], result="met"))
    done = db.session.get_one(Visit, visit.id)
    done.state, done.entry, done.reported_on = VisitState.REPORTED, Entry.NONE_FOUND, done.began_on
    make.session.commit()
    head.post("recording.record", visit_id=visit.id, data={**data, "once": "z" * 20}, status=409)
    assert len(answers()) == 1
    assert findings() == []
    page = head.get("recording.record", visit_id=visit.id)
    assert page.html.select("input[type=radio][name^=answers]") == []
    assert f"/visits/{visit.id}/answers" in page.links()


def test_other_findings_are_added_beside_the_items(head, visit, items):
    page = head.get("recording.record", visit_id=visit.id)
    assert page.html.select("#area-III #blocks-III .finding") == []
    data = filled(page, **said(items[0], result="met"))
    page = head.post("recording.record", visit_id=visit.id, data={**data, "add": "III"}, status=200)
    assert len(page.html.select("#blocks-III .finding")) == 1
    assert filled(page)[f"answers-{items[0].id}-result"] == "met"


def test_the_unit_and_its_leaders_read_the_answers_when_the_visit_is_over(browser, head, make, unit, visit, items):
    page = head.get("recording.record", visit_id=visit.id)
    photo = {f"answers-{items[0].id}-photos": [(jpeg(), "a.jpg")]}
    head.post("recording.record", visit_id=visit.id, data={**filled(page, **said(items[0], result="met")), **photo})
    file = db.session.scalars(select(Evidence.id)).one()
    readers = {"officer": make.officer(unit), "leader": make.person(Role.VIEWER), "reviewer": make.reviewer}

    def answered(name):
        browser.signed_in_as(readers[name])
        address = browser.address("recording.answers", {"visit_id": visit.id})
        pages = (address, f"/evidence/{file}", f"/evidence/{file}/preview")
        return [browser.open("GET", page).status for page in pages]

    for state, entry, theirs in (
        ("begun", "missing", 404),
        ("reported", "none_found", 404),
        ("closed", "none_found", 200),
    ):
        row = db.session.get_one(Visit, visit.id)
        row.state, row.entry, row.reported_on = VisitState(state), Entry(entry), row.began_on
        row.ended_on = row.began_on if state == "closed" else None
        make.session.commit()
        assert answered("reviewer") == [200] * 3
        assert answered("officer") == answered("leader") == [theirs] * 3


def test_the_page_costs_the_same_however_long_the_list_is(head, make, team, visit, items):
    def cost(visit):
        return [len(head.get(page, visit_id=visit.id).queries) for page in ("recording.record", "visits.show")]

    before = cost(visit)
    plan = make.plan()
    make.checklist(*(f"{area}.{n}" for area in ("I", "III", "V", "KL") for n in range(1, 16)), plan=plan)
    other = make.visit(team=make.team(plan, head=make.head_of(team)))
    assert cost(other) == before
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 0
