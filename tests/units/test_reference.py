"""What the tables of units/reference become in the database."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from inspect_app.core.actor import SYSTEM
from inspect_app.core.audit import Event
from inspect_app.core.errors import WrongState
from inspect_app.units import queries, services
from inspect_app.units.models import Lineage, Succession, SuccessionKind, Unit, UnitKind
from tests.units.conftest import THEN, TODAY


def in_force(session, day, under):
    """How many units of each kind under `under`, itself left out."""
    rows = session.scalars(
        select(Unit.kind).where(queries.in_force(day), queries.below(under.path), Unit.id != under.id)
    )
    return Counter(str(kind) for kind in rows)


def test_can_tho_as_it_was_in_2022(session, unit):
    city = queries.root()
    beyond = in_force(session, THEN, unit("93", THEN)) + in_force(session, THEN, unit("94", THEN))
    assert beyond == {"district": 19, "commune": 184}
    assert in_force(session, THEN, city) - beyond == {
        "city": 2,  # the former Hậu Giang and Sóc Trăng
        "district": 9,
        "commune": 83,
        "department": 20,
    }


def test_can_tho_since_july_2025(session, reference):
    assert in_force(session, date(2025, 7, 1), queries.root()) == {"commune": 103, "department": 15}


def test_the_last_day_of_the_districts_is_the_eve_of_the_new_communes(unit):
    district = unit("916", date(2025, 6, 30))
    assert (district.name, district.valid_to) == ("Quận Ninh Kiều", date(2025, 6, 30))
    assert queries.by_code("916", date(2025, 7, 1)) is None


def test_one_code_is_two_units(unit):
    then, today = unit("31135", THEN), unit("31135")
    assert (then.name, today.name) == ("Phường Tân An", "Phường Ninh Kiều")
    assert (then.above.id, today.above.id) == (unit("916", THEN).id, unit("92").id)
    assert today.basis.startswith("Đổi tên từ phường Tân An thành phường Ninh Kiều")


def test_the_citys_row_stays_open(unit):
    city = unit("92", THEN)
    assert (city.id, city.ended, city.valid_from) == (unit("92").id, False, None)
    assert city.path == f"{city.id}/"


def test_a_unit_merged_on_an_unknown_day_has_no_last_day(unit, session):
    an_nghiep = unit("31126", date(2022, 12, 31))
    assert (an_nghiep.ended, an_nghiep.valid_to) == (True, None)
    assert queries.by_code("31126", date(2023, 1, 1)) is None
    steps = {step.unit.name: step for step in queries.history(an_nghiep).became}
    assert not steps["Phường Thới Bình"].proposed
    assert steps["Phường Thới Bình"].effective is None
    assert steps["Phường Ninh Kiều"].proposed
    unproposed = session.scalars(select(Succession).where(~Succession.proposed)).all()
    assert len(unproposed) == 4


def test_three_communes_were_split_in_two(session, reference):
    rows = session.execute(
        select(Unit.name, func.count(), func.sum(func.cast(Succession.is_default, type_=func.count().type)))
        .join(Succession, Succession.old_id == Unit.id)
        .where(Succession.kind == SuccessionKind.SPLIT)
        .group_by(Unit.name)
    ).all()
    assert sorted(map(tuple, rows)) == [
        ("Phường Bùi Hữu Nghĩa", 2, 1),
        ("Phường Long Tuyền", 2, 1),
        ("Phường Thốt Nốt", 2, 1),
    ]


def test_departments_merge_change_their_name_or_only_reopen(session, reference):
    old, new = (select(Unit).subquery().alias(name) for name in ("old", "new"))
    rows = session.execute(
        select(old.c.code, new.c.code, Succession.kind)
        .join(old, old.c.id == Succession.old_id)
        .join(new, new.c.id == Succession.new_id)
        .where(old.c.kind == UnitKind.DEPARTMENT)
    ).all()
    assert len(rows) == 20
    kinds = {(before, after): kind for before, after, kind in rows}
    assert kinds["SKHDT", "STC"] == kinds["STC", "STC"] == SuccessionKind.MERGE
    assert kinds["BDT", "SDTTG"] == SuccessionKind.RENAME
    assert kinds["SYT", "SYT"] == SuccessionKind.UNCHANGED


def test_every_former_commune_and_department_leads_somewhere_and_districts_nowhere(session, reference):
    leading = select(Succession.old_id)
    lost = session.scalars(select(Unit.kind).where(Unit.ended, Unit.id.not_in(leading))).all()
    assert Counter(lost) == {UnitKind.DISTRICT: 28}


def test_lineage_is_the_closure_of_the_successions(session, reference):
    steps = {(row.new_id, row.old_id) for row in session.scalars(select(Succession))}
    closure = set(steps)
    while further := {(a, d) for a, b in closure for c, d in steps if b == c} - closure:
        closure |= further
    assert {(row.unit_id, row.predecessor_id) for row in session.scalars(select(Lineage))} == closure


def test_paths_lead_from_the_root_to_the_unit(session, reference):
    paths = dict(session.execute(select(Unit.id, Unit.path)).all())
    for unit_id, parent_id in session.execute(select(Unit.id, Unit.parent_id)):
        assert paths[unit_id] == f"{paths.get(parent_id, '')}{unit_id}/"


def test_loading_again_changes_nothing(session, reference):
    before = session.scalar(select(func.count()).select_from(Unit))
    session.commit()
    loaded = services.load_reference(actor=SYSTEM, today=TODAY)
    session.commit()
    assert not loaded
    assert session.scalar(select(func.count()).select_from(Unit)) == before
    events = session.scalars(select(Event).where(Event.action == "unit:load_reference")).all()
    assert len(events) == 1


def test_the_log_says_what_was_loaded_and_from_which_tables(session, reference):
    event = session.scalars(select(Event).where(Event.action == "unit:load_reference")).one()
    assert event.payload["units"] == {"city": 3, "district": 28, "commune": 370, "department": 35}
    assert event.payload["successions"] == 296
    assert len(event.payload["tables"]) == 64


def test_what_an_editor_changed_since_is_left_alone(session, unit):
    unit("31135").name = "Phường Bến Ninh Kiều"
    session.commit()
    assert not services.load_reference(actor=SYSTEM, today=TODAY)
    assert unit("31135").name == "Phường Bến Ninh Kiều"


def test_another_provinces_tree_is_not_mixed_with_this_one(make):
    make.unit("Thành phố Huế", kind=UnitKind.CITY, parent=None, code="46")
    with pytest.raises(WrongState):
        services.load_reference(actor=SYSTEM, today=TODAY)
