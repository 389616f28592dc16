"""Ids filled in as one value: found whatever their number, by one statement."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import StatementError

from inspect_app.core.db import db
from inspect_app.core.these import one_of
from inspect_app.units.models import Unit


@pytest.fixture
def asked(session):
    said: list[str] = []

    def listen(_connection, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    yield said
    event.remove(db.engine, "before_cursor_execute", listen)


def test_it_finds_them_however_many_they_are_and_asks_the_same(make, asked):
    ids = sorted(make.unit().id for _once in range(3))
    db.session.flush()
    asked.clear()
    wanted = select(Unit.id).where(one_of(Unit.id, "ids")).order_by(Unit.id)
    for some in (ids, ids[:1], [], [*ids, 10**6], range(10**4)):
        assert set(db.session.scalars(wanted, {"ids": some})) & {*ids} == {*ids} & {*some}
    assert len({one for one in asked if one.startswith("SELECT")}) == 1
    assert not db.session.scalars(wanted, {"ids": []}).all()


def test_what_is_not_filled_in_is_not_asked(session):
    with pytest.raises(StatementError, match="ids"):
        session.scalars(select(Unit.id).where(one_of(Unit.id, "ids")))
