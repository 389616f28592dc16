"""Two people, one form."""

import re

import pytest

from inspect_app.core import audit, clock
from inspect_app.core.errors import Stale
from inspect_app.core.versions import expect

SAID = "%(name)s vừa cập nhật lúc %(time)s."


def test_a_form_drawn_from_the_latest_version_passes(make):
    plan = make.plan()
    expect(plan, plan.version, Stale(SAID))
    expect(plan, None, Stale(SAID))


def test_who_comes_second_learns_who_was_first_and_when(make):
    plan, first = make.plan(), make.actor(make.reviewer)
    audit.record("plan:try", plan, actor=first, on=clock.today())
    make.session.commit()
    with pytest.raises(Stale) as refused:
        expect(plan, plan.version - 1, Stale(SAID))
    assert re.fullmatch(rf"{first.name} vừa cập nhật lúc \d\d:\d\d\.", str(refused.value))
    assert refused.value.message == SAID
