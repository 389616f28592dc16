"""Accounts that nobody uses are warned, then stopped; a review of access comes due."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from inspect_app.accounts.models import Decision, Person, ReviewedGrant, SignIn
from inspect_app.accounts.queries.reviews import due_on
from inspect_app.accounts.services import reactivate
from inspect_app.accounts.services.idle import idle_accounts, stop_idle
from inspect_app.accounts.services.reviews import close_review, open_review
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.reminders.models import Notice
from inspect_app.reminders.services.of_accounts import look_after

ALLOWED = timedelta(days=45)


def noon(days: int) -> datetime:
    """So many days ago, told by the calendar: a moment may have had another date when it was."""
    return datetime.combine(clock.today() - timedelta(days=days), time(12), clock.HANOI)


def unused(make, days: int, role: Role = Role.OFFICER, **columns) -> Person:
    person = make.person(role)
    person.password_set_at = noon(days)
    for name, value in columns.items():
        setattr(person, name, value)
    make.session.commit()
    return person


def test_an_account_idle_for_45_days_is_stopped_and_one_in_use_stays(make, browser):
    now, today = clock.now(), clock.today()
    long, short, shown = unused(make, 45), unused(make, 44), unused(make, 90, demo=True)
    in_use = unused(make, 90)
    browser.signed_in_as(in_use)
    session = make.session.scalars(select(SignIn).where(SignIn.person_id == in_use.id)).one()
    session.seen_at = noon(44)
    make.session.commit()

    assert stop_idle(now=now, today=today, allowed=timedelta(0)) == 0
    assert stop_idle(now=now, today=today, allowed=ALLOWED) == 1
    make.session.commit()

    assert [one.active for one in (long, short, shown, in_use)] == [False, True, True, True]
    told = make.session.scalars(select(Event).where(Event.subject_id == long.id, Event.action == "person:deactivate"))
    event = told.one()
    assert (event.actor_id, event.payload["by_itself"]) == (None, True)

    admin = make.actor(make.person(Role.ADMIN))
    reactivate(long, actor=admin, reach=[], today=today)
    make.session.commit()
    assert stop_idle(now=now, today=today, allowed=ALLOWED) == 0, "days are counted anew"


def test_the_last_administrator_is_never_stopped(make):
    now, today = clock.now(), clock.today()
    first, last = unused(make, 60, Role.ADMIN), unused(make, 60, Role.ADMIN)
    assert stop_idle(now=now, today=today, allowed=ALLOWED) == 1
    assert (first.active, last.active) == (False, True)


def test_people_are_warned_a_week_before_and_told_once(make):
    now, today = clock.now(), clock.today()
    soon, admin = unused(make, 40), make.person(Role.ADMIN)
    settings = {"idle_days": 45, "review_months": 0}
    assert [one.ends_on for one in idle_accounts(today=today, allowed=ALLOWED)] == [today + timedelta(days=5)]

    assert look_after(today=today, at=now, **settings) == 1
    assert look_after(today=today, at=now, **settings) == 0
    later = today + timedelta(days=5)
    assert look_after(today=later, at=now + timedelta(days=5), **settings) == 1
    make.session.commit()

    told = {one.recipient_id: one for one in make.session.scalars(select(Notice))}
    assert told[soon.id].rule_code == "account:idle"
    assert told[soon.id].to_mail
    assert (told[admin.id].rule_code, told[admin.id].words["many"]) == ("accounts:stopped", 1)


def test_administrators_are_reminded_of_a_review_that_is_due(make):
    today, now = clock.today(), clock.now()
    admin, other = make.person(Role.ADMIN), make.person(Role.ADMIN, make.unit())
    actor = make.actor(admin)
    review = open_review(actor=actor, now=now, today=today)
    assert due_on(6) is None, "one is under way"
    make.session.commit()
    make.session.refresh(review)
    for line in make.session.scalars(select(ReviewedGrant)):
        line.decision, line.decider_id = Decision.KEEP, admin.id
    make.session.commit()
    close_review(review, note="Đã hỏi từng đơn vị.", version=review.version, actor=actor, now=now, today=today)
    make.session.commit()

    due = due_on(6)
    assert due is not None
    assert due_on(0) is None
    settings = {"idle_days": 0, "review_months": 6}
    at = now + (due - today)
    assert look_after(today=due - timedelta(days=1), at=at, **settings) == 0
    assert look_after(today=due, at=at, **settings) == 1
    assert look_after(today=due + timedelta(days=29), at=at, **settings) == 0
    assert look_after(today=due + timedelta(days=30), at=at, **settings) == 1
    make.session.commit()
    assert set(make.session.scalars(select(Notice.recipient_id))) == {admin.id} - {other.id}
