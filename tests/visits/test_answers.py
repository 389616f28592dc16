"""What a visit saw of the items of its checklist: who changes what, and when no longer."""

import pytest
from sqlalchemy import select

from inspect_app.checklists.queries import items_of
from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.visits import services as visits
from inspect_app.visits.models import Answer, Entry, Result, Visit
from inspect_app.visits.services import answers
from inspect_app.visits.services.answers import UNCHECKED, Seen

TODAY = clock.today()
MET, UNMET = Seen(Result.MET), Seen(Result.UNMET)


@pytest.fixture
def items(make):
    """Ids of the items I.1, III.1 and III.2."""
    return [item.id for item in items_of(make.checklist().id)]


@pytest.fixture
def visit(make, items):
    return make.visit()


@pytest.fixture
def answer(make):
    def answer(visit, several, opened=None, *, person=None):
        visit = make.whole(visit)
        actor = make.actor(person or make.head_of(visit.team))
        found = answers.answer(visit, several, opened=opened or {}, actor=actor, today=TODAY)
        make.session.commit()
        return found

    return answer


def kept(session, visit):
    rows = session.scalars(select(Answer).where(Answer.visit_id == visit.id)).all()
    return {row.item_id: answers.seen_in(row) for row in rows}


def test_an_answer_says_how_many_of_how_many_when_and_what_else(visit, items, answer, session):
    full = Seen(Result.UNMET, 18, 24, "8h30", "  Sáu hồ sơ trễ.  ")
    answer(visit, {items[1]: full})
    assert kept(session, visit) == {items[1]: Seen(Result.UNMET, 18, 24, "08:30", "Sáu hồ sơ trễ.")}


def test_the_first_answer_fixes_the_version(make, visit, items, answer, session):
    answer(visit, {items[0]: MET})
    make.checklist("V.1")
    visit = session.get_one(Visit, visit.id)
    first = items_of(visit.checklist_id)[0]
    assert first.id == items[0]
    answer(visit, {items[1]: UNMET})
    assert len(kept(session, visit)) == 2


def test_one_event_tells_what_changed_and_from_what(visit, items, answer, session):
    answer(visit, {items[0]: MET, items[1]: UNCHECKED, items[2]: UNMET})
    answer(visit, {items[0]: MET, items[2]: MET}, {items[0]: MET.mark, items[2]: UNMET.mark})
    answer(visit, {items[0]: MET}, {items[0]: MET.mark})
    first, second = session.scalars(select(Event).where(Event.action == "visit:answer").order_by(Event.seq)).all()
    assert first.payload["answers"] == {"I.1": {"result": "met"}, "III.2": {"result": "unmet"}}
    assert second.payload["answers"] == {"III.2": {"result": "met"}}
    assert second.payload["before"] == {"III.2": {"result": "unmet"}}


def test_two_people_answer_different_items_at_once_and_neither_undoes_the_other(make, visit, items, answer, session):
    """Both sent every item of the page, as it was opened: nothing was answered yet."""
    one = {items[0]: MET, items[1]: UNCHECKED, items[2]: UNCHECKED}
    other = {items[0]: UNCHECKED, items[1]: UNMET, items[2]: UNCHECKED}
    answer(visit, one)
    answer(visit, other, person=make.sitting(make.whole(visit).team))
    assert kept(session, visit) == {items[0]: MET, items[1]: UNMET}


def test_two_people_who_answer_the_same_item_otherwise_learn_of_each_other(make, visit, items, answer, session):
    second = make.sitting(make.whole(visit).team)
    answer(visit, {items[0]: MET})
    with pytest.raises(Stale, match=r"I\.1"):
        answer(visit, {items[0]: UNMET, items[1]: MET}, person=second)
    session.rollback()
    assert kept(session, visit) == {items[0]: MET}
    answer(visit, {items[0]: MET, items[1]: MET}, person=second)
    assert kept(session, visit) == {items[0]: MET, items[1]: MET}


def test_an_answer_is_taken_back(visit, items, answer, session):
    answer(visit, {items[0]: MET})
    answer(visit, {items[0]: UNCHECKED}, {items[0]: MET.mark})
    assert kept(session, visit) == {items[0]: UNCHECKED}


@pytest.mark.parametrize(
    ("seen", "field"),
    [
        (Seen(Result.MET, 3, None), "numerator"),
        (Seen(Result.MET, None, 3), "numerator"),
        (Seen(Result.MET, -1, 3), "numerator"),
        (Seen(Result.MET, 1, 10**10), "denominator"),
        (Seen(Result.MET, observed_at="25:00"), "observed_at"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_at_its_field(visit, items, answer, seen, field):
    with pytest.raises(Invalid) as refused:
        answer(visit, {items[1]: seen})
    assert refused.value.field == f"answers-{items[1]}-{field}"


def test_nothing_is_answered_before_a_visit_begins_or_after_its_result_is_sent(make, items, answer, session):
    for state in ("planned", "reported", "concluded", "closed", "cancelled"):
        with pytest.raises(WrongState):
            answer(make.visit(state), {items[0]: MET})
        session.rollback()


def test_an_answer_does_not_change_once_the_result_is_sent(make, visit, items, answer, session):
    answer(visit, {items[0]: MET})
    visit = make.whole(visit)
    actor = make.actor(make.head_of(visit.team))
    visits.report(visit, entry=Entry.NONE_FOUND, actor=actor, today=TODAY)
    with pytest.raises(WrongState):
        answer(visit, {items[0]: UNMET}, {items[0]: MET.mark})


def test_only_the_team_answers(make, visit, items, answer):
    for person in (make.reviewer, make.officer(make.whole(visit).unit), make.head_of(make.team())):
        with pytest.raises(NotAllowed):
            answer(visit, {items[0]: MET}, person=person)


def test_an_item_of_another_version_is_not_answered(make, visit, items, answer):
    foreign = items_of(make.checklist("V.1", published=False).id)[0].id
    with pytest.raises(Stale):
        answer(visit, {foreign: MET})


def test_a_self_inspection_has_no_checklist(make, items):
    assert answers.checklist_of(make.self_inspection(entry=Entry.FOUND)) is None


def test_another_version_may_be_chosen_until_the_first_answer(make, visit, items, answer, session):
    other, unpublished = make.checklist("V.1", year=TODAY.year - 1), make.checklist("VI.1", published=False)
    whole, head = make.whole(visit), make.actor(make.head_of(visit.team))

    def choose(checklist_id, actor=head):
        answers.choose_checklist(whole, checklist_id, actor=actor, today=TODAY)

    with pytest.raises(NotAllowed):
        choose(other.id, actor=make.actor(make.person()))
    with pytest.raises(Invalid):
        choose(unpublished.id)
    with pytest.raises(Invalid):
        choose(make.checklist("VII.1", plan=make.plan()).id)
    choose(other.id)
    session.commit()
    assert answers.checklist_of(make.whole(visit)) == other
    event = session.scalars(select(Event).where(Event.action == "visit:checklist")).one()
    assert (event.payload["checklist"], event.payload["before"]) == (other.id, None)
    choose(None)
    session.commit()
    assert answers.checklist_of(make.whole(visit)) != other, "back to the plan's"
    answer(visit, {items[0]: MET})
    with pytest.raises(WrongState):
        choose(other.id)
