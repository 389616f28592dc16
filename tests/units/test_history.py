"""What units were and became, and who is offered when their duties move."""

from datetime import date, timedelta

from inspect_app.core.actor import Role
from inspect_app.units import queries, services
from inspect_app.units.models import SuccessionKind, UnitKind
from tests.units.conftest import THEN, TODAY


def offered(unit, day=TODAY):
    return [(offer.unit.name, offer.is_default, offer.kind) for offer in queries.successors_offered(unit, day=day)]


def test_a_merged_commune_leads_to_one_successor(unit):
    assert offered(unit("31135", THEN)) == [("Phường Ninh Kiều", True, SuccessionKind.MERGE)]


def test_a_split_commune_offers_both_parts_the_default_first(unit):
    assert offered(unit("31178", THEN)) == [
        ("Phường Bình Thủy", True, SuccessionKind.SPLIT),
        ("Phường Cái Khế", False, SuccessionKind.SPLIT),
    ]


def test_a_renamed_department_leads_to_its_new_name(unit):
    assert offered(unit("BDT", THEN)) == [("Sở Dân tộc và Tôn giáo", True, SuccessionKind.RENAME)]


def test_only_an_unchanged_unit_is_followed_without_asking(unit):
    (same,) = queries.successors_offered(unit("31213", THEN), day=TODAY)
    assert (same.unit.name, same.moves_by_itself) == ("Phường Tân Lộc", True)
    (merged,) = queries.successors_offered(unit("31135", THEN), day=TODAY)
    assert not merged.moves_by_itself


def test_a_step_that_is_not_verified_is_history_and_no_offer(unit):
    assert offered(unit("31126", THEN)) == [("Phường Ninh Kiều", True, SuccessionKind.MERGE)]


def test_a_district_offers_its_communes_of_today_and_the_departments_none_by_default(unit):
    names = offered(unit("916", THEN))
    assert names[:4] == [
        ("Phường An Bình", False, None),
        ("Phường Cái Khế", False, None),
        ("Phường Ninh Kiều", False, None),
        ("Phường Tân An", False, None),
    ]
    assert len(names) == 4 + 15
    assert ("Sở Nội vụ", False, None) in names[4:]


def test_a_district_of_the_former_soc_trang_offers_the_departments_of_the_city_too(unit):
    names = [name for name, _default, _kind in offered(unit("941", THEN))]
    assert {"Phường Phú Lợi", "Sở Nội vụ"} <= set(names)


def test_nobody_is_offered_while_the_unit_is_in_force(unit):
    eve = date(2025, 6, 30)
    assert offered(unit("31135", THEN), eve) == offered(unit("916", THEN), eve) == []


def test_successors_that_have_ended_too_are_followed_further(make, unit, session):
    reviewer = make.actor(make.person(Role.REVIEWER, unit("92")))
    today = unit("31135")
    since = TODAY - timedelta(days=30)
    heir = services.change(
        today, actor=reviewer, name="Phường Ninh Kiều Mới", parent=unit("92"), since=since, basis="", today=TODAY
    )
    session.commit()
    assert offered(unit("31135", THEN)) == [("Phường Ninh Kiều Mới", True, SuccessionKind.MERGE)]
    assert offered(today) == [("Phường Ninh Kiều Mới", True, SuccessionKind.RENAME)]
    assert today.id in queries.predecessors_of(heir.path)
    assert unit("31135", THEN).id in queries.predecessors_of(heir.path)


def test_the_history_of_a_unit_names_both_directions_with_kind_day_and_basis(unit):
    was = queries.history(unit("31135")).was
    assert [step.unit.name for step in was] == [
        "Phường An Cư",
        "Phường An Nghiệp",
        "Phường An Phú",
        "Phường Tân An",
        "Phường Thới Bình",
        "Phường Xuân Khánh",
    ]
    step = next(step for step in was if step.unit.name == "Phường Tân An")
    assert (step.kind, step.effective) == (SuccessionKind.MERGE, date(2025, 7, 1))
    assert step.basis == "Nghị quyết 1668/NQ-UBTVQH15 (16/06/2025)"
    assert queries.history(unit("31135")).became == []


def test_names_inside_sentences_and_of_offices(make):
    commune = make.unit("Phường Cái Khế")
    department = make.unit("Sở Nội vụ", kind=UnitKind.DEPARTMENT)
    assert (commune.name_inside, commune.office) == ("phường Cái Khế", "UBND phường Cái Khế")
    assert (department.name_inside, department.office) == ("Sở Nội vụ", "Sở Nội vụ")
