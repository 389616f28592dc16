"""Adding, changing and ending units by hand."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.units import policy, queries, services
from inspect_app.units.models import SuccessionKind, Unit, UnitKind
from tests.support.tables import cells
from tests.units.conftest import TODAY

SINCE = date(2026, 2, 1)

MAY_EDIT = """
                        admin  reviewer  officer  viewer
granted_at_the_city     yes    yes       no       no
granted_at_the_parent   yes    yes       no       no
granted_at_the_unit     no     no        no       no
granted_elsewhere       no     no        no       no
"""


@pytest.fixture
def city_admin(make):
    return make.actor(make.person(Role.ADMIN))


def add(parent, actor, **given):
    defaults = {"code": "T1", "name": "Phường Thử", "kind": UnitKind.COMMUNE, "valid_from": None, "basis": ""}
    return services.found(parent, actor=actor, today=TODAY, **{**defaults, **given})


def rename(unit, actor, **given):
    defaults = {"name": unit.name, "parent": None, "since": SINCE, "basis": "Nghị quyết 1/NQ"}
    return services.change(unit, actor=actor, today=TODAY, **{**defaults, **given})


@pytest.mark.parametrize(("place", "role", "may"), cells(MAY_EDIT))
def test_whoever_is_over_the_parent_may_edit(make, place, role, may):
    district = make.unit(kind=UnitKind.DISTRICT)
    unit = make.unit(parent=district)
    over = {
        "granted_at_the_city": make.root,
        "granted_at_the_parent": district,
        "granted_at_the_unit": unit,
        "granted_elsewhere": make.unit(kind=UnitKind.DISTRICT),
    }
    actor = make.actor(make.person(Role(role), over[place]))
    assert policy.may_edit(actor, unit) is (may == "yes")


def test_nobody_edits_the_root(make, city_admin):
    assert not policy.may_edit(city_admin, make.root)


def test_a_unit_is_added_under_its_parent(make, city_admin, session):
    unit = add(make.root, city_admin, name="  Phường   Thử ", valid_from=SINCE)
    session.commit()
    assert (unit.name, unit.path, unit.name_folded) == ("Phường Thử", f"{make.root.path}{unit.id}/", "phuong thu")
    event = session.scalars(select(Event).where(Event.action == "unit:found")).one()
    assert (event.subject_id, event.payload["name"]) == (unit.id, "Phường Thử")


@pytest.mark.parametrize(
    ("given", "field"),
    [({"kind": UnitKind.CITY}, "kind"), ({"code": "T0"}, "code"), ({"code": " T0 "}, "code")],
)
def test_what_may_not_be_added_names_the_field(make, city_admin, given, field):
    make.unit(code="T0")
    with pytest.raises(Invalid) as refused:
        add(make.root, city_admin, **given)
    assert refused.value.field == field


def test_a_code_is_free_again_once_its_unit_has_ended(make, city_admin):
    make.unit(code="T0", valid_to=SINCE - timedelta(days=1))
    assert add(make.root, city_admin, code="T0", valid_from=SINCE).code == "T0"
    with pytest.raises(Invalid):
        add(make.root, city_admin, code="T0", valid_from=SINCE)


def test_nothing_is_added_under_a_unit_that_is_no_more(make, city_admin):
    ended = make.unit(kind=UnitKind.DISTRICT, valid_to=SINCE)
    with pytest.raises(Invalid):
        add(ended, city_admin)


def test_a_new_name_closes_the_row_and_opens_another(make, city_admin, session):
    unit = make.unit("Phường Cũ", code="T0")
    heir = rename(unit, city_admin, name="Phường Mới", parent=make.root)
    session.commit()
    assert (unit.name, unit.ended, unit.valid_to) == ("Phường Cũ", True, SINCE - timedelta(days=1))
    assert (heir.name, heir.code, heir.valid_from, heir.ended) == ("Phường Mới", "T0", SINCE, False)
    (step,) = queries.history(unit).became
    assert (step.unit.id, step.kind, step.effective) == (heir.id, SuccessionKind.RENAME, SINCE)
    assert queries.predecessors_of(heir.path) == {unit.id}
    event = session.scalars(select(Event).where(Event.action == "unit:change")).one()
    assert (event.payload["name"], event.payload["became"]) == (["Phường Cũ", "Phường Mới"], heir.id)


def test_a_new_parent_reopens_the_row_unchanged_and_takes_all_under_it_along(make, city_admin, session):
    one, other = make.unit(kind=UnitKind.DISTRICT), make.unit(kind=UnitKind.DISTRICT)
    commune = make.unit(parent=one)
    school = make.unit("Trường Thử", kind=UnitKind.AFFILIATE, parent=commune)
    class_ = make.unit("Lớp Thử", kind=UnitKind.AFFILIATE, parent=school)
    heir = rename(commune, city_admin, parent=other)
    session.commit()
    session.expire_all()
    assert heir.path == f"{other.path}{heir.id}/"
    assert (school.parent_id, school.path) == (heir.id, f"{heir.path}{school.id}/")
    assert class_.path == f"{heir.path}{school.id}/{class_.id}/"
    assert commune.path == f"{one.path}{commune.id}/"
    (step,) = queries.history(commune).became
    assert step.kind is SuccessionKind.UNCHANGED


def test_a_change_that_makes_no_sense_names_the_field(make, city_admin):
    district = make.unit("Quận Thử", kind=UnitKind.DISTRICT, valid_from=SINCE)
    commune = make.unit(parent=district)
    department = make.unit("Sở Thử", kind=UnitKind.DEPARTMENT)
    for given, field in (
        ({"parent": make.root}, "name"),
        ({"parent": commune}, "parent"),
        ({"parent": department}, "parent"),
        ({"parent": make.root, "name": "Quận Mới"}, "since"),
    ):
        with pytest.raises(Invalid) as refused:
            rename(district, city_admin, **given)
        assert refused.value.field == field, given


def test_a_unit_goes_only_where_the_actor_may_put_it(make):
    mine, theirs = make.unit(kind=UnitKind.DISTRICT), make.unit(kind=UnitKind.DISTRICT)
    actor = make.actor(make.person(Role.REVIEWER, mine))
    with pytest.raises(NotAllowed):
        rename(make.unit(parent=mine), actor, parent=theirs)
    with pytest.raises(NotAllowed):
        rename(make.unit(parent=theirs), actor, parent=mine)
    with pytest.raises(NotAllowed):
        add(theirs, actor)
    with pytest.raises(NotAllowed):
        services.end(make.unit(parent=theirs), actor=actor, last_day=SINCE, basis="", today=TODAY)


def test_an_ended_unit_stays_as_it_was(make, city_admin):
    unit = make.unit(valid_to=SINCE)
    with pytest.raises(WrongState):
        rename(unit, city_admin, name="Phường Khác", parent=make.root)
    with pytest.raises(WrongState):
        services.end(unit, actor=city_admin, last_day=SINCE, basis="", today=TODAY)


def test_a_unit_ends_after_its_last_day(make, city_admin, session):
    unit = make.unit(valid_from=date(2020, 1, 1))
    with pytest.raises(Invalid):
        services.end(unit, actor=city_admin, last_day=date(2019, 12, 31), basis="", today=TODAY)
    services.end(unit, actor=city_admin, last_day=SINCE, basis="Quyết định 2", today=TODAY)
    session.commit()
    assert unit.in_force(SINCE)
    assert not unit.in_force(SINCE + timedelta(days=1))
    event = session.scalars(select(Event).where(Event.action == "unit:end")).one()
    assert event.payload == {"last_day": "2026-02-01", "basis": "Quyết định 2"}


def test_a_unit_does_not_end_before_those_under_it(make, city_admin):
    district = make.unit(kind=UnitKind.DISTRICT)
    commune = make.unit(parent=district)
    with pytest.raises(WrongState, match="1 đơn vị trực thuộc"):
        services.end(district, actor=city_admin, last_day=SINCE, basis="", today=TODAY)
    services.end(commune, actor=city_admin, last_day=SINCE, basis="", today=TODAY)
    services.end(district, actor=city_admin, last_day=SINCE, basis="", today=TODAY)
    assert district.ended


def succeed(old, new, actor):
    return services.succeed(
        old,
        new,
        actor=actor,
        kind=SuccessionKind.MERGE,
        is_default=True,
        effective=SINCE,
        basis="",
        today=TODAY,
    )


def test_successions_keep_the_lineage(make, city_admin, session):
    oldest, older, today = make.unit(valid_to=SINCE), make.unit(valid_to=SINCE), make.unit()
    succeed(older, today, city_admin)
    succeed(oldest, older, city_admin)
    session.commit()
    assert queries.predecessors_of(today.path) == {older.id, oldest.id}
    assert [offer.unit.id for offer in queries.successors_offered(oldest, day=TODAY)] == [today.id]


def test_a_succession_that_makes_no_sense_is_refused(make, city_admin):
    old, new = make.unit(valid_to=SINCE), make.unit()
    with pytest.raises(WrongState):
        succeed(new, old, city_admin)
    with pytest.raises(Invalid):
        succeed(old, old, city_admin)
    succeed(old, new, city_admin)
    with pytest.raises(Invalid):
        succeed(old, new, city_admin)
    services.end(new, actor=city_admin, last_day=SINCE, basis="", today=TODAY)
    with pytest.raises(Invalid):
        succeed(new, old, city_admin)


def test_whoever_saw_an_older_state_is_told_who_changed_it(make, city_admin, session):
    unit = make.unit()
    seen = unit.version
    session.execute(update(Unit).values(version=seen + 1).execution_options(synchronize_session=False))
    with pytest.raises(Stale, match="vừa cập nhật đơn vị này"):
        services.end(unit, actor=city_admin, last_day=SINCE, basis="", today=TODAY, version=seen)
    assert not unit.ended
