"""The finding's life as people read it: from × move, and who × move. Pure: no database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import pytest
from sqlalchemy.orm.attributes import set_committed_value

from inspect_app.core.actor import Actor, CopiedFrom, Held, Role, Seat, TeamRole
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.findings import policy
from inspect_app.findings.models import Extension, Finding, State, Submission
from inspect_app.findings.workflow import FINDING
from inspect_app.plans.models import Plan
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits.models import Visit, VisitState
from tests.support.tables import cells

ids = count(1)


def unit(above: Unit | None = None, kind: UnitKind = UnitKind.COMMUNE) -> Unit:
    n = next(ids)
    return Unit(id=n, path=f"{above.path if above else ''}{n}/", name=f"Đơn vị {n}", kind=kind)


CITY = unit(kind=UnitKind.CITY)
BUREAU = unit(CITY, UnitKind.DEPARTMENT)
WARD = unit(CITY)
OTHER_WARD = unit(CITY)
HEIR = unit(CITY)
TEAM, OTHER_TEAM = 11, 12


def held(role: Role, where: Unit) -> Held:
    return Held(role, where.id, where.path)


def sitting(team: int, role: TeamRole) -> Seat:
    return Seat(team, 1, role)


def actor(number: int, home: Unit | None = None, *given: Held | Seat) -> Actor:
    return Actor(
        person_id=number,
        name=f"Người {number}",
        home_unit_id=home.id if home else None,
        home_path=home.path if home else "",
        grants=tuple(g for g in given if isinstance(g, Held)),
        seats=tuple(g for g in given if isinstance(g, Seat)),
    )


def copying(person: Actor) -> Actor:
    """The person while they write down a sheet of past work."""
    return replace(person, copies=CopiedFrom("so-theo-doi.xlsx", "0" * 64, 7))


SENDER = 1
PEOPLE = {
    "sender": actor(SENDER, WARD, held(Role.OFFICER, WARD)),
    "officer": actor(2, WARD, held(Role.OFFICER, WARD)),
    "officer_above": actor(3, CITY, held(Role.OFFICER, CITY)),
    "officer_elsewhere": actor(4, OTHER_WARD, held(Role.OFFICER, OTHER_WARD)),
    "member": actor(5, BUREAU, sitting(TEAM, TeamRole.MEMBER)),
    "secretary": actor(6, BUREAU, sitting(TEAM, TeamRole.SECRETARY)),
    "deputy": actor(7, BUREAU, sitting(TEAM, TeamRole.DEPUTY)),
    "head": actor(8, BUREAU, sitting(TEAM, TeamRole.HEAD)),
    "head_of_another_team": actor(9, BUREAU, sitting(OTHER_TEAM, TeamRole.HEAD)),
    "head_at_home_there": actor(10, WARD, sitting(TEAM, TeamRole.HEAD)),
    "member_and_officer": actor(11, BUREAU, sitting(TEAM, TeamRole.MEMBER), held(Role.OFFICER, WARD)),
    "sender_and_member": actor(SENDER, BUREAU, sitting(TEAM, TeamRole.MEMBER)),
    "reviewer": actor(12, BUREAU, held(Role.REVIEWER, CITY)),
    "reviewer_at_home_there": actor(13, WARD, held(Role.REVIEWER, CITY)),
    "reviewer_and_officer": actor(14, BUREAU, held(Role.REVIEWER, CITY), held(Role.OFFICER, WARD)),
    "reviewer_elsewhere": actor(15, BUREAU, held(Role.REVIEWER, OTHER_WARD)),
    "reviewer_of_the_ward": actor(16, BUREAU, held(Role.REVIEWER, WARD)),
    "viewer": actor(17, CITY, held(Role.VIEWER, CITY)),
    "admin": actor(18, BUREAU, held(Role.ADMIN, CITY)),
    "nobody": actor(19),
    "copier": copying(actor(20, BUREAU, held(Role.REVIEWER, CITY))),
    "copier_at_home_there": copying(actor(21, WARD, held(Role.REVIEWER, CITY))),
    "copier_elsewhere": copying(actor(22, BUREAU, held(Role.REVIEWER, OTHER_WARD))),
}

START_OF_TIME = datetime(2023, 10, 1, tzinfo=UTC)


def finding(
    state: State,
    *,
    self_inspection: bool = False,
    opened: bool = False,
    asked: bool = False,
    responsible: Unit = WARD,
) -> Finding:
    plan = Plan(id=1, issuing_unit=CITY, issuing_unit_id=CITY.id)
    team = None if self_inspection else TEAM
    visit = Visit(id=1, plan=plan, unit=WARD, team_id=team, state=VisitState.REPORTED)
    made = Finding(
        id=1,
        state=state,
        visit=visit,
        plan=plan,
        team_id=team,
        unit=WARD,
        responsible_unit=responsible,
        disputed_from=State.RETURNED if state is State.DISPUTED else None,
        rounds=1,
        deadline=date(2023, 11, 1),
    )
    latest = Submission(id=1, sender_id=SENDER, opened_at=START_OF_TIME if opened else None)
    set_committed_value(made, "latest", latest if state in (State.SUBMITTED, State.RESOLVED) else None)
    set_committed_value(made, "request", Extension(id=1, asker_id=SENDER) if asked else None)
    return made


MOVES_OF_THE_UNIT = """
             start        submit     recall       dispute
recorded     -            -          -            -
open         in_progress  submitted  -            disputed
in_progress  -            submitted  -            disputed
submitted    -            -          in_progress  -
returned     in_progress  submitted  -            disputed
disputed     -            -          -            -
resolved     -            -          -            -
withdrawn    -            -          -            -
"""
MOVES_OF_THE_TEAM = """
             issue  discard   accept    return    reopen    uphold    allow      withdraw
recorded     open   recorded  -         -         -         -         -          -
open         -      -         -         -         -         -         -          withdrawn
in_progress  -      -         -         -         -         -         -          withdrawn
submitted    -      -         resolved  returned  -         -         -          withdrawn
returned     -      -         -         -         -         -         -          withdrawn
disputed     -      -         -         -         -         returned  withdrawn  withdrawn
resolved     -      -         -         -         returned  -         -          -
withdrawn    -      -         -         -         -         -         -          -
"""
LEAVING_THE_STATE = """
             replan      progress    assign      ask_extension drop_extension extend      refuse_extension message
recorded     -           -           -           -             -              -           -                -
open         -           -           open        open          open           open        open             open
in_progress  in_progress in_progress in_progress in_progress   in_progress    in_progress in_progress      in_progress
submitted    -           -           -           submitted     submitted      submitted   submitted        submitted
returned     -           returned    returned    returned      returned       returned    returned         returned
disputed     -           -           -           disputed      disputed       disputed    disputed         disputed
resolved     -           -           -           -             -              -           -                -
withdrawn    -           -           -           -             -              -           -                -
"""
HANDED_ON_AND_LINKED = """
             move         repeat    retell
recorded     -            recorded  -
open         open         -         recorded
in_progress  in_progress  -         recorded
submitted    submitted    -         recorded
returned     returned     -         -
disputed     disputed     -         -
resolved     -            -         recorded
withdrawn    -            -         recorded
"""
MOVES = [
    *cells(MOVES_OF_THE_UNIT),
    *cells(MOVES_OF_THE_TEAM),
    *cells(LEAVING_THE_STATE),
    *cells(HANDED_ON_AND_LINKED),
]
ANSWERING = ("drop_extension", "refuse_extension")
"""Moves that answer a request of the unit for time."""
MADE_BY = {
    **dict.fromkeys(("start", "submit", "recall", "dispute"), "sender"),
    **dict.fromkeys(("issue", "discard", "accept", "return", "reopen", "uphold", "allow"), "head"),
    "withdraw": "reviewer",
    **dict.fromkeys(("replan", "progress", "assign", "ask_extension", "drop_extension", "message"), "sender"),
    **dict.fromkeys(("extend", "refuse_extension", "move"), "reviewer"),
    "repeat": "head",
    "retell": "copier",
}


@pytest.mark.parametrize(("state", "move", "target"), MOVES)
def test_where_each_move_leads_from_each_state(state, move, target):
    subject, person = finding(State(state), asked=move in ANSWERING), PEOPLE[MADE_BY[move]]
    if target == "-":
        with pytest.raises((WrongState, NotAllowed)):
            FINDING.apply(move, subject, actor=person)
        assert subject.state == state
        assert move not in FINDING.offered_to(person, subject)
    else:
        assert move in FINDING.offered_to(person, subject)
        FINDING.apply(move, subject, actor=person)
        assert subject.state == target


def test_the_table_covers_every_state_and_move():
    assert {state for state, _, _ in MOVES} == set(State)
    assert {move for _, move, _ in MOVES} == set(FINDING.moves) == set(MADE_BY)


@pytest.mark.parametrize("before", [State.OPEN, State.IN_PROGRESS, State.RETURNED])
def test_a_dispute_that_is_not_allowed_leads_back_to_where_it_came_from(before):
    subject = finding(State.DISPUTED)
    subject.disputed_from = before
    FINDING.apply("uphold", subject, actor=PEOPLE["head"])
    assert subject.state is before


WHO = """
                        issue  discard  start  submit  recall  accept  return  reopen  dispute  uphold  allow  withdraw
sender                  -      -        yes    yes     yes     -       -       -       yes      -       -      -
officer                 -      -        yes    yes     -       -       -       -       yes      -       -      -
officer_above           -      -        yes    yes     -       -       -       -       yes      -       -      -
officer_elsewhere       -      -        -      -       -       -       -       -       -        -       -      -
member                  -      yes      -      -       -       yes     yes     -       -        -       -      -
secretary               yes    yes      -      -       -       yes     yes     -       -        -       -      -
deputy                  -      yes      -      -       -       yes     yes     -       -        -       -      -
head                    yes    yes      -      -       -       yes     yes     yes     -        yes     yes    -
head_of_another_team    -      -        -      -       -       -       -       -       -        -       -      -
head_at_home_there      yes    yes      -      -       -       -       -       -       -        -       -      -
member_and_officer      -      yes      yes    yes     -       -       -       -       yes      -       -      -
sender_and_member       -      yes      -      -       -       -       -       -       -        -       -      -
reviewer                yes    -        -      -       -       yes     yes     yes     -        yes     yes    yes
reviewer_at_home_there  yes    -        -      -       -       -       -       -       -        -       -      -
reviewer_and_officer    yes    -        yes    yes     -       -       -       -       yes      -       -      -
reviewer_elsewhere      -      -        -      -       -       -       -       -       -        -       -      -
reviewer_of_the_ward    -      -        -      -       -       yes     yes     yes     -        yes     yes    yes
viewer                  -      -        -      -       -       -       -       -       -        -       -      -
admin                   -      -        -      -       -       -       -       -       -        -       -      -
nobody                  -      -        -      -       -       -       -       -       -        -       -      -
copier                  yes    yes      yes    yes     -       yes     yes     yes     yes      yes     yes    yes
copier_at_home_there    yes    yes      yes    yes     -       -       -       -       yes      -       -      -
copier_elsewhere        -      -        -      -       -       -       -       -       -        -       -      -
"""
WHO_BESIDE = """
                        replan  progress  assign  ask_extension  drop_extension  extend  refuse_extension  message
sender                  yes     yes       yes     yes            yes             -       -                 yes
officer                 yes     yes       yes     yes            -               -       -                 yes
officer_above           yes     yes       yes     yes            -               -       -                 yes
officer_elsewhere       -       -         -       -              -               -       -                 -
member                  -       -         -       -              -               -       -                 yes
secretary               -       -         -       -              -               -       -                 yes
deputy                  -       -         -       -              -               -       -                 yes
head                    -       -         -       -              -               -       -                 yes
head_of_another_team    -       -         -       -              -               -       -                 -
head_at_home_there      -       -         -       -              -               -       -                 -
member_and_officer      yes     yes       yes     yes            -               -       -                 yes
sender_and_member       -       -         -       -              -               -       -                 yes
reviewer                -       -         -       -              -               yes     yes               yes
reviewer_at_home_there  -       -         -       -              -               -       -                 -
reviewer_and_officer    yes     yes       yes     yes            -               -       -                 yes
reviewer_elsewhere      -       -         -       -              -               -       -                 -
reviewer_of_the_ward    -       -         -       -              -               yes     yes               yes
viewer                  -       -         -       -              -               -       -                 -
admin                   -       -         -       -              -               -       -                 -
nobody                  -       -         -       -              -               -       -                 -
copier                  yes     yes       yes     yes            -               yes     yes               yes
copier_at_home_there    yes     yes       yes     yes            -               -       -                 yes
copier_elsewhere        -       -         -       -              -               -       -                 -
"""
WHO_HANDS_ON_AND_LINKS = """
                        move  repeat  retell
sender                  -     -       -
officer                 -     -       -
officer_above           -     -       -
officer_elsewhere       -     -       -
member                  -     yes     -
secretary               -     yes     -
deputy                  -     yes     -
head                    -     yes     -
head_of_another_team    -     -       -
head_at_home_there      -     yes     -
member_and_officer      -     yes     -
sender_and_member       -     yes     -
reviewer                yes   -       -
reviewer_at_home_there  -     -       -
reviewer_and_officer    -     -       -
reviewer_elsewhere      -     -       -
reviewer_of_the_ward    yes   -       -
viewer                  -     -       -
admin                   -     -       -
nobody                  -     -       -
copier                  yes   yes     yes
copier_at_home_there    -     yes     yes
copier_elsewhere        -     -       -
"""
ABOUT_ITSELF = """
                        issue  discard  start  submit  recall  accept  return  reopen  dispute  uphold  allow  withdraw
sender                  yes    yes      yes    yes     yes     -       -       -       yes      -       -      -
officer                 yes    yes      yes    yes     -       -       -       -       yes      -       -      -
officer_elsewhere       -      -        -      -       -       -       -       -       -        -       -      -
member                  -      -        -      -       -       -       -       -       -        -       -      -
head                    -      -        -      -       -       -       -       -       -        -       -      -
reviewer                yes    yes      -      -       -       yes     yes     yes     -        yes     yes    yes
reviewer_of_the_ward    -      -        -      -       -       -       -       -       -        -       -      -
reviewer_at_home_there  yes    yes      -      -       -       -       -       -       -        -       -      -
"""
MADE_FROM = {
    **dict.fromkeys(("issue", "discard"), State.RECORDED),
    **dict.fromkeys(("start", "dispute", "submit", "withdraw"), State.OPEN),
    **dict.fromkeys(("recall", "accept", "return"), State.SUBMITTED),
    **dict.fromkeys(("uphold", "allow"), State.DISPUTED),
    "reopen": State.RESOLVED,
    **dict.fromkeys(("replan", "progress", "assign", "ask_extension", "drop_extension"), State.IN_PROGRESS),
    **dict.fromkeys(("extend", "refuse_extension", "message", "move"), State.IN_PROGRESS),
    "repeat": State.RECORDED,
    "retell": State.RESOLVED,
}


def may(person: Actor, move: str, subject: Finding) -> str:
    """Offered and accepted, or neither."""
    offered = move in FINDING.offered_to(person, subject)
    try:
        FINDING.apply(move, subject, actor=person)
    except NotAllowed:
        assert not offered
        return "-"
    assert offered
    return "yes"


@pytest.mark.parametrize(("who", "move", "answer"), [*cells(WHO), *cells(WHO_BESIDE), *cells(WHO_HANDS_ON_AND_LINKS)])
def test_who_may_make_which_move(who, move, answer):
    assert may(PEOPLE[who], move, finding(MADE_FROM[move], asked=move in ANSWERING)) == answer


@pytest.mark.parametrize(("who", "move", "answer"), cells(ABOUT_ITSELF))
def test_what_a_unit_found_about_itself_is_verified_from_above(who, move, answer):
    assert may(PEOPLE[who], move, finding(MADE_FROM[move], self_inspection=True)) == answer


def test_everybody_is_in_the_table():
    assert {who for who, _, _ in cells(WHO)} == set(PEOPLE)


def test_there_is_one_request_for_time_at_once_and_nothing_to_answer_without_one():
    with pytest.raises(WrongState):
        FINDING.apply("ask_extension", finding(State.OPEN, asked=True), actor=PEOPLE["officer"])
    for move, who in (("drop_extension", "sender"), ("refuse_extension", "reviewer")):
        assert move not in FINDING.offered_to(PEOPLE[who], finding(State.OPEN))
        with pytest.raises(WrongState):
            FINDING.apply(move, finding(State.OPEN), actor=PEOPLE[who])


def test_nobody_takes_back_what_a_verifier_has_opened():
    assert may(PEOPLE["sender"], "recall", finding(State.SUBMITTED, opened=True)) == "-"


def test_moved_custody_moves_who_answers_and_keeps_who_verifies():
    subject = finding(State.OPEN, responsible=HEIR)
    heir = actor(30, HEIR, held(Role.OFFICER, HEIR))
    assert may(PEOPLE["officer"], "start", subject) == "-"
    assert may(heir, "start", subject) == "yes"
    sent = finding(State.SUBMITTED, responsible=HEIR)
    assert may(PEOPLE["head_at_home_there"], "accept", sent) == "-"
    assert not policy.may_verify(actor(31, HEIR, sitting(TEAM, TeamRole.MEMBER)), sent)
    assert may(PEOPLE["member"], "accept", sent) == "yes"


def test_who_left_the_team_verifies_no_more():
    assert not policy.may_verify(actor(32, BUREAU), finding(State.SUBMITTED))
