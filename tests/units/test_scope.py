"""What a grant covers, in SQL and in Python alike."""

from datetime import date

import pytest
from sqlalchemy import select, true

from inspect_app.core.actor import Held, Role
from inspect_app.units import queries
from inspect_app.units.models import Succession, Unit, UnitKind
from tests.support.plans import explained
from tests.units.conftest import THEN


def held(unit, role=Role.OFFICER):
    return Held(role, unit.id, unit.path, queries.predecessors_of(unit.path))


def covered(session, *grants):
    return set(session.scalars(select(Unit.id).where(queries.within(Unit.id, grants))))


def test_a_grant_covers_the_unit_all_under_it_and_their_predecessors(session, unit):
    ninh_kieu = held(unit("31135"))
    names = set(session.scalars(select(Unit.name).where(queries.within(Unit.id, [ninh_kieu]))))
    assert names == {
        "Phường Ninh Kiều",
        "Phường Tân An",
        "Phường Thới Bình",
        "Phường Xuân Khánh",
        "Phường An Nghiệp",
        "Phường An Cư",
        "Phường An Phú",
    }


@pytest.mark.tried_on("sqlite", "postgresql")
@pytest.mark.parametrize(("code", "day"), [("31135", None), ("916", THEN), ("SNV", None), ("93", THEN)])
def test_the_condition_and_the_value_agree(session, unit, code, day):
    grant = held(unit(code, day) if day else unit(code))
    units = session.scalars(select(Unit)).all()
    assert covered(session, grant) == {each.id for each in units if grant.covers(each)}


def test_several_grants_cover_what_each_covers(session, unit):
    one, other = held(unit("31135")), held(unit("916", THEN))
    assert covered(session, one, other) == covered(session, one) | covered(session, other)


def test_a_grant_over_the_root_covers_everything_and_asks_nothing(session, unit):
    root = held(queries.root())
    assert root.predecessors == frozenset()
    assert queries.within(Unit.id, [root]).compare(true())
    assert covered(session, root) == set(session.scalars(select(Unit.id)))


def test_no_grant_covers_nothing(session, make):
    make.unit()
    assert covered(session) == set()


def test_a_path_is_not_taken_for_one_that_begins_with_the_same_digits(session, make):
    """Unit 1 with path 1/1/ must not cover 1/10/."""
    units = [make.unit(kind=UnitKind.DISTRICT) for _ in range(12)]
    for each in units:
        assert covered(session, held(each)) == {each.id}


def test_a_filter_holds_to_a_unit_and_all_under_it(session, make):
    district = make.unit(kind=UnitKind.DISTRICT)
    commune, other = make.unit(parent=district), make.unit()
    under = session.scalars(select(Unit.id).where(queries.under(Unit.id, district)))
    assert set(under) == {district.id, commune.id}
    everything = session.scalars(select(Unit.id).where(queries.under(Unit.id, make.root)))
    assert {district.id, commune.id, other.id} < set(everything)
    assert {each.id for each in session.scalars(queries.subtree(district))} == {district.id, commune.id}


def test_scope_does_not_mind_that_the_query_joined_units_itself(session, unit):
    ninh_kieu = unit("31135")
    rows = select(Unit.name).join(Succession, Succession.old_id == Unit.id)
    within = queries.within(Succession.new_id, [held(ninh_kieu)])
    assert "Phường Tân An" in session.scalars(rows.where(within, Succession.new_id == ninh_kieu.id)).all()


def test_in_force_is_the_same_in_sql_and_in_python(session, reference):
    units = session.scalars(select(Unit)).all()
    for day in (THEN, date(2022, 12, 31), date(2023, 1, 1), date(2025, 6, 30), date(2025, 7, 1)):
        by_sql = set(session.scalars(select(Unit.id).where(queries.in_force(day))))
        assert by_sql == {each.id for each in units if each.in_force(day)}, day


def test_a_subtree_is_read_from_the_index_of_paths(session, unit):
    statement = select(Unit.id).where(queries.below(unit("916", THEN).path))
    assert "ix_unit_path" in " ".join(explained(session, statement, without=("seqscan",)))
