"""What nobody comes back to does not stay for ever."""

from datetime import timedelta

from sqlalchemy import select

from inspect_app.accounts.models import SignIn
from inspect_app.core import clock, once
from inspect_app.core.once import Once
from inspect_app.reminders import jobs


def test_old_keys_and_sessions_go_and_those_in_use_stay(app, make, session, browser):
    person = make.person()
    actor = make.actor(person)
    for key in ("old", "new"):
        once.take(key, actor=actor)
    session.get_one(Once, (person.id, "old")).at -= timedelta(days=31)
    for _device in range(2):
        browser.signed_in_as(person)
    ended, used = session.scalars(select(SignIn).where(SignIn.person_id == person.id).order_by(SignIn.id))
    ended.seen_at -= timedelta(days=91)
    session.commit()

    dropped = jobs.sweep(app, now=clock.now())

    assert (dropped["keys"], dropped["sessions"]) == (1, 1)
    assert session.scalars(select(Once.key)).all() == ["new"]
    assert session.scalars(select(SignIn.id).where(SignIn.person_id == person.id)).all() == [used.id]
