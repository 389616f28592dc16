"""A task's life as people read it: from × move, and who × move. Pure: no database."""

from datetime import date
from itertools import count

from sqlalchemy.orm.attributes import set_committed_value

from inspect_app.core.actor import Actor, Held, Role, Seat, TeamRole
from inspect_app.core.errors import NotAllowed, WrongState
from inspect_app.tasks.models import Task, TaskExtension, TaskPlan, TaskReport, TaskState
from inspect_app.tasks.workflow import TASK
from inspect_app.units.models import Unit, UnitKind
from tests.support.tables import cells

ids = count(1)

MOVES = """
             todo      doing     reported   returned   done      withdrawn
start        doing     -         -          doing      -         -
report       reported  reported  -          reported   -         -
recall       -         -         doing      -          -         -
accept       -         -         done       -          -         -
return       -         -         returned   -          -         -
reopen       -         -         -          -          returned  -
enter        done      done      -          done       -         -
withdraw     withdrawn withdrawn withdrawn  withdrawn  -         -
progress     -         doing     -          returned   -         -
ask_extension    todo  doing     reported   returned   -         -
drop_extension   todo  doing     reported   returned   -         -
extend       todo      doing     reported   returned   -         -
refuse_extension todo  doing     reported   returned   -         -
hand_on      todo      doing     -          returned   -         -
edit         todo      -         -          -          -         -
"""

WHO = """
             officer  sender  above  joins  reviewer  at_home  below  elsewhere  viewer  admin  inspector
start        yes      yes     yes    -      -         -        -      -          -       -      -
report       yes      yes     yes    -      -         -        -      -          -       -      -
recall       -        yes     -      -      -         -        -      -          -       -      -
accept       -        -       -      -      yes       -        -      -          -       -      -
return       -        -       -      -      yes       -        -      -          -       -      -
reopen       -        -       -      -      yes       -        -      -          -       -      -
enter        -        -       -      -      yes       -        -      -          -       -      -
withdraw     -        -       -      -      yes       -        -      -          -       -      -
progress     yes      yes     yes    -      -         -        -      -          -       -      -
ask_extension    yes  yes     yes    -      -         -        -      -          -       -      -
drop_extension   -    yes     -      -      -         -        -      -          -       -      -
extend       -        -       -      -      yes       -        -      -          -       -      -
refuse_extension -    -       -      -      yes       -        -      -          -       -      -
hand_on      -        -       -      -      yes       -        -      -          -       -      -
edit         -        -       -      -      yes       yes      -      -          -       -      -
"""


def unit(above: Unit | None = None, kind: UnitKind = UnitKind.COMMUNE) -> Unit:
    n = next(ids)
    return Unit(id=n, path=f"{above.path if above else ''}{n}/", name=f"Đơn vị {n}", kind=kind)


CITY = unit(kind=UnitKind.CITY)
BUREAU = unit(CITY, UnitKind.DEPARTMENT)
WARD, OTHER_WARD = unit(CITY), unit(CITY)
SENDER = 1


def actor(number: int, home: Unit, role: Role | None = None, where: Unit | None = None) -> Actor:
    place = where or home
    grants = (Held(role, place.id, place.path),) if role else ()
    seats = () if role else (Seat(11, 1, TeamRole.HEAD),)
    return Actor(number, f"Người {number}", home.id, home.path, grants, seats)


PEOPLE = {
    "officer": actor(2, WARD, Role.OFFICER),
    "sender": actor(SENDER, WARD, Role.OFFICER),
    "above": actor(3, CITY, Role.OFFICER),
    "joins": actor(4, OTHER_WARD, Role.OFFICER),
    "reviewer": actor(5, BUREAU, Role.REVIEWER, CITY),
    "at_home": actor(6, WARD, Role.REVIEWER, CITY),
    "below": actor(7, BUREAU, Role.REVIEWER, WARD),
    "elsewhere": actor(8, BUREAU, Role.REVIEWER, OTHER_WARD),
    "viewer": actor(9, CITY, Role.VIEWER),
    "admin": actor(10, BUREAU, Role.ADMIN, CITY),
    "inspector": actor(11, BUREAU),
}
"""`at_home` reviews everything and works at the unit in charge; `below` reviews that unit, not the one that gave it."""


ANSWERING = ("drop_extension", "refuse_extension")
"""They answer a request, and need one that waits."""


def given(state: str, move: str = "") -> Task:
    task = Task(state=TaskState(state), due_on=date(2026, 12, 1), baseline=date(2026, 12, 1))
    set_committed_value(task, "plan", TaskPlan(issuing_unit=CITY))
    set_committed_value(task, "unit", WARD)
    set_committed_value(task, "joining", [OTHER_WARD])
    set_committed_value(task, "latest", TaskReport(sender_id=SENDER))
    set_committed_value(task, "request", TaskExtension(asker_id=SENDER) if move in ANSWERING else None)
    return task


def came_of(move: str, task: Task, who: Actor) -> str:
    """The state that the move led to, or why it was refused."""
    before = task.state
    try:
        TASK.apply(move, task, actor=who)
    except (WrongState, NotAllowed) as refused:
        assert task.state == before, f"{move}: refused, and the state changed"
        return type(refused).__name__
    return str(task.state)


def test_where_each_move_leads():
    wrong = {}
    for move, state, leads_to in cells(MOVES):
        who = next(one for name, one in PEOPLE.items() if (move, name, "yes") in cells(WHO))
        led = came_of(move, given(state, move), who)
        if led != ("WrongState" if leads_to == "-" else leads_to):
            wrong[move, state] = led
    assert wrong == {}


def test_who_may_make_each_move():
    wrong = {}
    for move, name, may in cells(WHO):
        who = PEOPLE[name]
        state = next(state for made, state, leads_to in cells(MOVES) if made == move and leads_to != "-")
        offered = move in TASK.offered_to(who, given(state, move))
        came = came_of(move, given(state, move), who)
        if (offered, came != "NotAllowed") != (may == "yes", may == "yes"):
            wrong[move, name] = (offered, came)
    assert wrong == {}


def test_what_has_no_due_day_is_not_put_off():
    task = given("todo")
    task.due_on = task.baseline = None
    assert "extend" not in TASK.offered_to(PEOPLE["reviewer"], task)
    assert "ask_extension" not in TASK.offered_to(PEOPLE["officer"], task)


def test_a_request_is_answered_once_and_never_by_its_asker():
    assert not {*ANSWERING} & {*TASK.offered_to(PEOPLE["reviewer"], given("doing"))}
    asked = given("doing", "refuse_extension")
    assert "ask_extension" not in TASK.offered_to(PEOPLE["officer"], asked)
    promoted = actor(SENDER, BUREAU, Role.REVIEWER, CITY)
    assert not {"extend", "refuse_extension"} & {*TASK.offered_to(promoted, asked)}
