"""Versions of a checklist: copied, changed, published; and which one a plan's visits are answered on."""

import pytest
from sqlalchemy import select

from inspect_app.checklists import queries, services
from inspect_app.checklists.models import Checklist, Item
from inspect_app.checklists.services import Worded
from inspect_app.core import clock
from inspect_app.core.actor import SYSTEM, Role
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.plans import services as plans
from inspect_app.plans.models import Area
from inspect_app.units.models import UnitKind

TODAY = clock.today()


@pytest.fixture
def by(make):
    """A reviewer over everything, today."""
    return {"actor": make.actor(make.reviewer), "today": TODAY}


@pytest.fixture
def whole(session):
    """The list with what services ask about; every commit forgets it."""

    def whole(checklist):
        session.commit()
        return session.scalars(
            select(Checklist).where(Checklist.id == checklist.id).execution_options(populate_existing=True)
        ).one()

    return whole


def codes(checklist):
    return [item.code for item in queries.items_of(checklist.id)]


def test_the_first_version_has_73_items_in_nine_areas_and_waits_to_be_published(session):
    plans.load_areas()
    assert services.load_reference(actor=SYSTEM, today=TODAY) == 73
    assert services.load_reference(actor=SYSTEM, today=TODAY) == 0
    (checklist,) = session.scalars(select(Checklist)).all()
    items = queries.items_of(checklist.id)
    assert (len(items), len({item.area_code for item in items})) == (73, 9)
    assert all(item.shortcoming and item.required for item in items)
    assert items[9].code == "I.10"
    assert not checklist.is_published


def test_a_plan_is_answered_on_its_own_list_or_the_latest_of_its_year_or_before(make):
    old, this = make.checklist(year=TODAY.year - 2), make.checklist()
    make.checklist(year=TODAY.year + 1)
    make.checklist(published=False)
    plan, past, ancient = make.plan(), make.plan(year=TODAY.year - 1), make.plan(year=TODAY.year - 5)
    assert queries.for_plan(plan) == this
    assert queries.for_plan(past) == old
    assert queries.for_plan(ancient) is None
    own = make.checklist("KL.1", plan=past, year=TODAY.year + 3)
    assert queries.for_plan(past) == own
    assert queries.for_plan(plan) == this


def test_a_copy_has_every_item_and_leaves_its_source_alone(make, by, whole):
    source = make.checklist()
    made = services.copy(whole(source), title="Bản năm sau", year=TODAY.year + 1, plan=None, **by)
    item = queries.items_of(made.id)[0]
    services.change_item(item, Worded("Lời mới", measure=""), **by)
    assert codes(made) == codes(source)
    assert made.source_id == source.id
    assert queries.items_of(source.id)[0].text == "Tiêu chí I.1"


def test_a_version_that_is_still_written_is_not_copied(make, by, whole):
    with pytest.raises(WrongState):
        services.copy(whole(make.checklist(published=False)), title="X", year=2026, plan=None, **by)


def test_items_are_added_under_the_next_number_moved_and_removed(make, by, whole, session):
    checklist = whole(make.checklist("III.1", "III.9", published=False))
    area = session.get_one(Area, "III")
    added = services.add_item(checklist, area, Worded("Tiêu chí mới"), **by)
    assert added.code == "III.10"
    services.move_item(added, up=True, **by)
    assert codes(checklist) == ["III.1", "III.10", "III.9"]
    services.move_item(added, up=True, **by)
    services.move_item(added, up=True, **by)
    assert codes(checklist) == ["III.10", "III.1", "III.9"]
    services.remove_item(added, **by)
    assert codes(checklist) == ["III.1", "III.9"]
    session.commit()
    told = session.scalars(select(Event.action).where(Event.subject_table == "checklist").order_by(Event.seq)).all()
    assert told == ["checklist:add_item", *["checklist:move_item"] * 2, "checklist:remove_item"]


def test_an_item_says_something(make, by, whole):
    item = queries.items_of(make.checklist(published=False).id)[0]
    with pytest.raises(Invalid) as refused:
        services.change_item(item, Worded(" \n"), **by)
    assert refused.value.field == "text"


def test_a_published_list_never_changes(make, by, whole, session):
    checklist = whole(make.checklist())
    item, area = queries.items_of(checklist.id)[0], session.get_one(Area, "I")
    for change in (
        lambda: services.change(checklist, title="Tên khác", year=2026, plan=None, note="", **by),
        lambda: services.add_item(checklist, area, Worded("Mới"), **by),
        lambda: services.change_item(item, Worded("Khác"), **by),
        lambda: services.move_item(item, up=False, **by),
        lambda: services.remove_item(item, **by),
        lambda: services.publish(checklist, **by),
        lambda: services.discard(checklist, **by),
    ):
        with pytest.raises(WrongState):
            change()


def test_whoever_opened_it_before_a_change_of_an_item_learns_so_when_publishing(make, by, whole):
    checklist = whole(make.checklist(published=False))
    opened = checklist.version
    services.change_item(queries.items_of(checklist.id)[0], Worded("Lời khác"), version=opened, **by)
    with pytest.raises(Stale):
        services.publish(whole(checklist), version=opened, **by)


def test_an_empty_list_is_not_published(make, by, whole):
    checklist = whole(make.checklist("I.1", published=False))
    services.remove_item(queries.items_of(checklist.id)[0], **by)
    with pytest.raises(WrongState):
        services.publish(checklist, **by)


def test_a_version_given_up_is_gone_with_its_items_and_its_events_stay(make, by, whole, session):
    checklist = whole(make.checklist(published=False))
    services.discard(checklist, **by)
    session.commit()
    assert session.scalars(select(Item)).all() == []
    assert session.scalars(select(Event.action).where(Event.subject_table == "checklist")).all() == [
        "checklist:discard"
    ]


def test_a_reviewer_of_a_part_writes_lists_for_plans_of_that_part_alone(make, whole):
    district = make.unit("Quận Ninh Kiều", kind=UnitKind.DISTRICT)
    plan = make.plan(issuer=district)
    local = {"actor": make.actor(make.person(Role.REVIEWER, district)), "today": TODAY}
    source = make.checklist()
    made = services.copy(whole(source), title="Bản của quận", year=TODAY.year, plan=plan, **local)
    services.publish(made, **local)
    with pytest.raises(NotAllowed):
        services.copy(whole(source), title="Cho tất cả", year=TODAY.year, plan=None, **local)


def test_a_list_for_a_plan_is_known_to_those_who_may_know_of_the_plan(make, session):
    plan = make.plan()
    own = make.checklist(plan=plan)
    stranger = make.actor(make.officer(make.unit()))
    assert own not in session.scalars(queries.visible_to(stranger)).all()
    unit = make.unit()
    make.target(plan, unit)
    assert own in session.scalars(queries.visible_to(make.actor(make.officer(unit)))).unique().all()
