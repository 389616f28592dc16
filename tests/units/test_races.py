"""Several people editing the tree at once, on a database of their own."""

from datetime import date

import pytest
from sqlalchemy import func, select

from inspect_app.core.actor import SYSTEM, Role
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, WrongState
from inspect_app.units import queries, services
from inspect_app.units.models import Unit, UnitKind
from tests.support.make import Make
from tests.support.threads import at_once
from tests.units.conftest import TODAY

SINCE = date(2026, 2, 1)


@pytest.fixture
def make(own_app):
    with own_app.app_context():
        yield Make(db.session)
        db.session.rollback()


@pytest.fixture
def admin(make):
    return make.actor(make.person(Role.ADMIN))


def kinds(answers):
    return sorted(type(answer).__name__ for answer in answers)


def test_several_first_starts_load_the_reference_once(own_app):
    def load(_number):
        loaded = services.load_reference(actor=SYSTEM, today=TODAY)
        db.session.commit()
        return bool(loaded)

    assert sorted(at_once(own_app, load, people=3)) == [False, False, True]
    with own_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Unit)) == 436
        db.session.rollback()


def test_a_code_goes_to_one_of_those_who_ask_for_it_at_once(own_app, make, admin):
    root = make.root.id
    db.session.rollback()

    def add(number):
        services.found(
            db.session.get_one(Unit, root),
            actor=admin,
            code="99999",
            name=f"Phường Thử {number}",
            kind=UnitKind.COMMUNE,
            valid_from=None,
            basis="",
            today=TODAY,
        )
        db.session.commit()

    answers = at_once(own_app, add, people=4)
    assert kinds(answers) == ["Invalid", "Invalid", "Invalid", "NoneType"], answers
    assert all(answer.field == "code" for answer in answers if isinstance(answer, Invalid))


def test_a_unit_is_renamed_or_ended_but_not_both(own_app, make, admin):
    root, unit = make.root.id, make.unit().id
    db.session.rollback()

    def edit(number):
        mine, parent = db.session.get_one(Unit, unit), db.session.get_one(Unit, root)
        if number:
            services.end(mine, actor=admin, last_day=SINCE, basis="", today=TODAY)
        else:
            services.change(mine, actor=admin, name="Mới", parent=parent, since=SINCE, basis="", today=TODAY)
        db.session.commit()

    answers = at_once(own_app, edit, people=2)
    assert kinds(answers) == ["NoneType", "WrongState"], answers
    assert any(isinstance(answer, WrongState) for answer in answers)


def test_a_unit_added_while_its_parent_moves_lands_where_the_parent_is(own_app, make, admin):
    one, other = make.unit(kind=UnitKind.DISTRICT).id, make.unit(kind=UnitKind.DISTRICT).id
    commune = make.unit(parent=db.session.get_one(Unit, one)).id
    school = make.unit("Trường Thử", kind=UnitKind.AFFILIATE, parent=db.session.get_one(Unit, commune)).id
    db.session.rollback()

    def edit(number):
        if number:
            mine, parent = db.session.get_one(Unit, commune), db.session.get_one(Unit, other)
            services.change(mine, actor=admin, name=mine.name, parent=parent, since=SINCE, basis="", today=TODAY)
        else:
            services.found(
                db.session.get_one(Unit, school),
                actor=admin,
                code="99999",
                name="Lớp Thử",
                kind=UnitKind.AFFILIATE,
                valid_from=None,
                basis="",
                today=TODAY,
            )
        db.session.commit()

    assert at_once(own_app, edit, people=2) == [None, None]
    units = {unit.id: unit for unit in db.session.scalars(select(Unit))}
    for each in units.values():
        assert each.path == f"{units[each.parent_id].path if each.parent_id else ''}{each.id}/"
    added = queries.by_code("99999", TODAY)
    assert added is not None
    assert added.path.startswith(units[other].path)
