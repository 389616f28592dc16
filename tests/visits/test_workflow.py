"""The visit's life as a table people can read; every cell is tried, refusals too."""

import pytest

from inspect_app.core.actor import Role, TeamRole
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.visits.models import Entry, VisitState
from inspect_app.visits.workflow import VISIT
from tests.support.tables import cells

MOVES = """
           begin  report    conclude   close   cancel
planned    begun  -         -          -       cancelled
begun      -      reported  -          -       cancelled
reported   -      -         concluded  closed  -
concluded  -      -         -          -       -
closed     -      -         -          -       -
cancelled  -      -         -          -       -
"""

HANDS = """
                    begin  report  conclude  close  cancel
head                yes    yes     yes       yes    yes
secretary           yes    yes     yes       yes    yes
deputy              yes    yes     no        no     no
member              yes    yes     no        no     no
member_elsewhere    no     no      no        no     no
reviewer            yes    no      yes       yes    yes
reviewer_below      no     no      no        no     no
viewer              no     no      no        no     no
officer             no     no      no        no     no
admin               no     no      no        no     no
"""
"""Who may make which move of a team's visit, whatever its state."""

SELF = """
                    report  conclude  close  cancel
officer             yes     yes       yes    yes
officer_elsewhere   no      no        no     no
reviewer            yes     yes       yes    yes
viewer              no      no        no     no
"""
"""The same for a self-inspection, which is never planned."""


def _entry_for(move: str) -> Entry:
    return Entry.NONE_FOUND if move == "close" else Entry.FOUND


@pytest.mark.parametrize(("state", "move", "target"), cells(MOVES))
def test_move(make, state, move, target):
    visit = make.visit(state)
    visit.entry = _entry_for(move)
    head = make.actor(make.head_of(visit.team))

    if target == "-":
        with pytest.raises(WrongState):
            VISIT.apply(move, visit, actor=head)
        assert visit.state == state
        assert move not in VISIT.offered_to(head, visit)
    else:
        assert move in VISIT.offered_to(head, visit)
        VISIT.apply(move, visit, actor=head)
        assert visit.state == target


@pytest.mark.parametrize("move", list(VISIT.moves))
def test_hands(make, move):
    district = make.unit("Quận Ninh Kiều")
    visit = make.visit(next(iter(VISIT.moves[move].sources)), unit=make.unit(parent=district))
    _hands(make, HANDS, visit, move, district)


@pytest.mark.parametrize("move", ["report", "conclude", "close", "cancel"])
def test_hands_on_a_self_inspection(make, move):
    visit = make.self_inspection(entry=Entry.FOUND)
    _hands(make, SELF, visit, move, visit.unit)


def _hands(make, table, visit, move, district):
    """Who is offered the move is who may make it, and nobody else."""
    told = {hands: cell for hands, column, cell in cells(table) if column == move}
    people = {hands: _person(make, hands, make.whole(visit), district) for hands in told}
    found = {}
    for hands, person in people.items():
        actor = make.actor(person)
        make.whole(visit).entry = _entry_for(move)
        visit.state = next(iter(VISIT.moves[move].sources))
        with db.session.no_autoflush:
            found[hands] = "yes" if move in VISIT.offered_to(actor, visit) else "no"
            if found[hands] == "no":
                with pytest.raises(NotAllowed):
                    VISIT.check(move, visit, actor=actor)
        db.session.expire(visit)
    assert found == told


def _person(make, hands, visit, district):
    if hands in set(TeamRole):
        return make.head_of(visit.team) if hands == "head" else make.sitting(visit.team, TeamRole(hands))
    if hands == "member_elsewhere":
        return make.sitting(make.team(visit.plan))
    if hands == "officer_elsewhere":
        return make.person(Role.OFFICER, make.unit())
    if hands == "reviewer_below":
        return make.person(Role.REVIEWER, district)
    over = visit.unit if hands == "officer" else make.root
    return make.person(Role(hands), over)


def test_the_table_covers_every_state_and_move():
    assert {state for state, _, _ in cells(MOVES)} == set(VisitState)
    assert {move for _, move, _ in cells(MOVES)} == set(VISIT.moves)


def test_a_visit_that_found_nothing_is_closed_not_concluded(make):
    visit = make.visit("reported", entry=Entry.NONE_FOUND)
    head = make.actor(make.head_of(visit.team))
    assert VISIT.offered_to(head, visit) == ["close"]


def test_a_visit_with_findings_or_without_figures_is_concluded_not_closed(make):
    for entry in (Entry.FOUND, Entry.MISSING):
        visit = make.visit("reported", entry=entry)
        head = make.actor(make.head_of(visit.team))
        assert VISIT.offered_to(head, visit) == ["conclude"]


def test_a_seat_that_has_ended_gives_no_hand(make):
    visit = make.visit("begun")
    member = make.sitting(visit.team)
    make.unseat(make.whole(visit).team, member)
    assert VISIT.offered_to(make.actor(member), make.whole(visit)) == []
