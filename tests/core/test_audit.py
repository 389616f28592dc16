"""The log: gapless, chained, never changed."""

from sqlalchemy import select

from inspect_app.core import audit, clock
from inspect_app.core.actor import SYSTEM
from inspect_app.core.audit import Event


def test_smoke(make, session):
    person = make.person()
    audit.record("person:test", person, actor=SYSTEM, on=clock.today(), a=1)
    session.commit()
    assert session.scalars(select(Event)).one().seq == 1
