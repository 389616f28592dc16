"""Checklists as reviewers write them and others read them."""

from sqlalchemy import select

from inspect_app.checklists import queries
from inspect_app.checklists.models import Checklist, Item
from inspect_app.core.actor import Role
from inspect_app.core.db import db


def test_the_next_version_is_copied_changed_and_published(browser, make):
    source = make.checklist()
    reviewer = browser.signed_in_as(make.reviewer)
    assert "/checklists/" in reviewer.get("plans.index").links()
    page = reviewer.get("checklists.copy", checklist_id=source.id)
    once = page.html.select_one("[name=once]")["value"]
    data = {"title": "Bản mới", "year": "2027", "plan": "", "once": once}
    made = reviewer.post("checklists.copy", checklist_id=source.id, data=data)
    assert reviewer.post("checklists.copy", checklist_id=source.id, data=data).location == made.location
    page = reviewer.visit(made.location)
    assert "Đang soạn" in page.main
    checklist = db.session.scalars(select(Checklist).where(Checklist.source_id == source.id)).one()

    page = reviewer.get("checklists.new_item", checklist_id=checklist.id, area="KL")
    assert page.html.select_one("#area option[selected]")["value"] == "KL"
    typed = {"area": "KL", "text": "Đeo thẻ công chức", "once": "k" * 20, "version": str(checklist.version)}
    reviewer.post("checklists.new_item", checklist_id=checklist.id, data={**typed, "text": ""}, status=422)
    reviewer.post("checklists.new_item", checklist_id=checklist.id, data=typed)
    item = db.session.scalars(select(Item).where(Item.code == "KL.1")).one()
    page = reviewer.get("checklists.edit_item", checklist_id=checklist.id, item_id=item.id)
    version = page.html.select_one("[name=version]")["value"]
    worded = {"text": "Đeo thẻ và đặt biển tên", "version": version}
    reviewer.post("checklists.edit_item", checklist_id=checklist.id, item_id=item.id, data=worded)

    page = reviewer.get("checklists.publish", checklist_id=checklist.id)
    assert "Công bố bộ tiêu chí này?" in page.main
    assert "Đeo thẻ và đặt biển tên" in page.main
    version = page.html.select_one("[name=version]")["value"]
    page = reviewer.visit(
        reviewer.post("checklists.publish", checklist_id=checklist.id, data={"version": version}).location
    )
    assert "Đã công bố" in page.main
    assert page.buttons == []
    reviewer.get("checklists.edit_item", checklist_id=checklist.id, item_id=item.id, status=409)
    assert reviewer.get("checklists.index").total == 2


def test_who_comes_second_with_an_item_keeps_what_was_typed(browser, make):
    checklist = make.checklist(published=False)
    reviewer = browser.signed_in_as(make.reviewer)
    item = db.session.scalars(select(Item).where(Item.code == "I.1")).one()
    page = reviewer.get("checklists.edit_item", checklist_id=checklist.id, item_id=item.id)
    version = page.html.select_one("[name=version]")["value"]
    address = {"checklist_id": checklist.id, "item_id": item.id}
    reviewer.post("checklists.edit_item", **address, data={"text": "Bản thứ nhất", "version": version})
    second = {"text": "Bản thứ hai", "version": version}
    page = reviewer.post("checklists.edit_item", **address, data=second, status=409)
    assert "vừa cập nhật bộ tiêu chí này" in page.html.select_one("#errors").get_text()
    assert "Bản thứ nhất" in page.main
    assert page.html.select_one("textarea[name=text]").get_text().strip() == "Bản thứ hai"


def test_what_is_still_written_is_the_reviewers_alone(browser, make):
    draft, published = make.checklist(published=False), make.checklist()
    for person in (make.officer(make.unit()), make.person(Role.VIEWER), make.head_of(make.team())):
        reader = browser.signed_in_as(person)
        assert reader.get("checklists.index").total == 1
        reader.get("checklists.show", checklist_id=draft.id, status=404)
        assert reader.get("checklists.show", checklist_id=published.id).buttons == []


def test_a_long_list_costs_what_a_short_one_does(browser, make):
    short, long = make.checklist("I.1"), make.checklist(*(f"III.{n}" for n in range(1, 41)))
    reviewer = browser.signed_in_as(make.reviewer)
    costs = [len(reviewer.get("checklists.show", checklist_id=one.id).queries) for one in (short, long)]
    assert costs[0] == costs[1]


def test_of_very_many_plans_those_of_high_units_are_offered_and_the_chosen_one(browser, make, monkeypatch):
    ward = make.unit(parent=make.unit())
    below, older, latest = (make.plan(issuer=unit) for unit in (ward, make.root, make.root))
    source = make.checklist(plan=below)
    monkeypatch.setattr(queries, "MOST_PLANS", 2)

    def offered(checklist: Checklist) -> list[str]:
        page = browser.get("checklists.copy", checklist_id=checklist.id)
        return [option["value"] for option in page.html.select("#plan option")]

    browser.signed_in_as(make.reviewer)
    assert offered(make.checklist()) == ["", str(latest.id), str(older.id)]
    assert "chỉ có 2 kế hoạch gần nhất" in browser.get("checklists.copy", checklist_id=source.id).main
    assert set(offered(source)) == {"", str(latest.id), str(older.id), str(below.id)}
    browser.signed_in_as(make.person(Role.REVIEWER, ward))
    assert offered(make.checklist()) == [str(below.id)], "what lies elsewhere is nobody's to choose"
