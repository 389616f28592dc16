"""The finding's life, as a table.

    recorded ──issue──▶ open ──start──▶ in_progress ──submit──▶ submitted ──accept──▶ resolved
       │                  └────────────submit───────────────────▶ │  │ ▲                 │
       │discard                              ▲  ▲──────recall─────┘  │ │                 │
       ▼                                     │                return │ │ submit          │
     (gone)                                  └──────start────────────▼─┴── returned ◀─reopen

    open, in_progress, returned ──dispute──▶ disputed ──uphold──▶ as before
                                                 └─────allow────▶ withdrawn
    open, in_progress, submitted, returned, disputed ──withdraw──▶ withdrawn

`issue` is made by the visit's conclusion, `discard` deletes what was never issued. What stands below them in the
table leaves the state as it is: the plan to put it right, asking for time and giving it, questions and answers,
who answers for it, whether it repeats an earlier one. `retell` leads back to the beginning what was copied from a
sheet and nobody touched since: a better sheet tells every step of it anew.
"""

from inspect_app.core.workflow import Move, Workflow
from inspect_app.findings import policy
from inspect_app.findings.models import LIVE, Finding
from inspect_app.findings.models import State as S

UNITS_TURN = frozenset({S.OPEN, S.IN_PROGRESS, S.RETURNED})
"""The unit must act next."""

COPIED = frozenset({S.OPEN, S.IN_PROGRESS, S.SUBMITTED, S.RESOLVED, S.WITHDRAWN})
"""Where copying leaves a finding."""


def _as_before(finding: Finding) -> S:
    return finding.disputed_from or S.OPEN


def _as_it_is(finding: Finding) -> S:
    return finding.state


def _asked(finding: Finding) -> bool:
    """A request for a later deadline waits for an answer."""
    return finding.request is not None


def _not_asked(finding: Finding) -> bool:
    return finding.request is None


FINDING: Workflow[S, Finding] = Workflow(
    Move("issue", frozenset({S.RECORDED}), S.OPEN, policy.may_issue),
    Move("discard", frozenset({S.RECORDED}), S.RECORDED, policy.found_it),
    Move("start", frozenset({S.OPEN, S.RETURNED}), S.IN_PROGRESS, policy.answers_for),
    Move("submit", UNITS_TURN, S.SUBMITTED, policy.answers_for),
    Move("recall", frozenset({S.SUBMITTED}), S.IN_PROGRESS, policy.may_recall),
    Move("accept", frozenset({S.SUBMITTED}), S.RESOLVED, policy.may_verify),
    Move("return", frozenset({S.SUBMITTED}), S.RETURNED, policy.may_verify),
    Move("reopen", frozenset({S.RESOLVED}), S.RETURNED, policy.may_decide),
    Move("dispute", UNITS_TURN, S.DISPUTED, policy.answers_for),
    Move("uphold", frozenset({S.DISPUTED}), _as_before, policy.may_decide),
    Move("allow", frozenset({S.DISPUTED}), S.WITHDRAWN, policy.may_decide),
    Move("withdraw", frozenset(LIVE), S.WITHDRAWN, policy.may_withdraw),
    Move("replan", frozenset({S.IN_PROGRESS}), _as_it_is, policy.answers_for),
    Move("progress", frozenset({S.IN_PROGRESS, S.RETURNED}), _as_it_is, policy.answers_for),
    Move("assign", UNITS_TURN, _as_it_is, policy.answers_for),
    Move("ask_extension", frozenset(LIVE), _as_it_is, policy.answers_for, when=_not_asked),
    Move("drop_extension", frozenset(LIVE), _as_it_is, policy.may_take_back_extension, when=_asked),
    Move("extend", frozenset(LIVE), _as_it_is, policy.may_extend),
    Move("refuse_extension", frozenset(LIVE), _as_it_is, policy.may_extend, when=_asked),
    Move("message", frozenset(LIVE), _as_it_is, policy.may_write),
    Move("move", frozenset(LIVE), _as_it_is, policy.may_move),
    Move("repeat", frozenset({S.RECORDED}), _as_it_is, policy.found_it),
    Move("retell", COPIED, S.RECORDED, policy.may_copy),
)
