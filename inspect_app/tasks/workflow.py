"""A task's life, as a table.

    todo ──start──▶ doing ──report──▶ reported ──accept──▶ done
      └──────────report─────────────────▶ │ ▲                │
                      ▲ ▲─────recall──────┘ │ report         │ reopen
                      │              return │ │              ▼
                      └──────start──────────▼─┴────────── returned

    todo, doing, returned ──enter──▶ done          what paper says was done long ago
    todo, doing, reported, returned ──withdraw──▶ withdrawn

What stands below them in the table leaves the state as it is: how far the unit has come, a later due day asked for,
granted, refused or given unasked, another unit in charge, and the words of a task on which nobody has begun.
"""

from inspect_app.core.workflow import Move, Workflow
from inspect_app.tasks import policy
from inspect_app.tasks.models import LIVE, Task
from inspect_app.tasks.models import TaskState as S

UNITS_TURN = frozenset({S.TODO, S.DOING, S.RETURNED})
"""The unit must act next."""


def _as_it_is(task: Task) -> S:
    return task.state


def _has_a_due_day(task: Task) -> bool:
    return task.due_on is not None


def _asked(task: Task) -> bool:
    """A request for a later due day waits for an answer."""
    return task.request is not None


def _not_asked(task: Task) -> bool:
    return _has_a_due_day(task) and task.request is None


TASK: Workflow[S, Task] = Workflow(
    Move("start", frozenset({S.TODO, S.RETURNED}), S.DOING, policy.answers_for),
    Move("report", UNITS_TURN, S.REPORTED, policy.answers_for),
    Move("recall", frozenset({S.REPORTED}), S.DOING, policy.may_recall),
    Move("accept", frozenset({S.REPORTED}), S.DONE, policy.may_confirm),
    Move("return", frozenset({S.REPORTED}), S.RETURNED, policy.may_confirm),
    Move("reopen", frozenset({S.DONE}), S.RETURNED, policy.may_decide),
    Move("enter", UNITS_TURN, S.DONE, policy.may_decide),
    Move("withdraw", frozenset(LIVE), S.WITHDRAWN, policy.may_decide),
    Move("progress", frozenset({S.DOING, S.RETURNED}), _as_it_is, policy.answers_for),
    Move("ask_extension", frozenset(LIVE), _as_it_is, policy.answers_for, when=_not_asked),
    Move("drop_extension", frozenset(LIVE), _as_it_is, policy.may_take_back_extension, when=_asked),
    Move("extend", frozenset(LIVE), _as_it_is, policy.may_extend, when=_has_a_due_day),
    Move("refuse_extension", frozenset(LIVE), _as_it_is, policy.may_extend, when=_asked),
    Move("hand_on", UNITS_TURN, _as_it_is, policy.may_decide),
    Move("edit", frozenset({S.TODO}), _as_it_is, policy.may_edit),
)
