"""The finding's life, as a table.

    recorded ──issue──▶ open ──start──▶ in_progress ──submit──▶ submitted ──accept──▶ resolved
       │                  └────────────submit───────────────────▶ │  │ ▲                 │
       │discard                              ▲  ▲──────recall─────┘  │ │                 │
       ▼                                     │                return │ │ submit          │
     (gone)                                  └──────start────────────▼─┴── returned ◀─reopen

    open, in_progress, returned ──dispute──▶ disputed ──uphold──▶ as before
                                                 └─────allow────▶ withdrawn
    open, in_progress, submitted, returned, disputed ──withdraw──▶ withdrawn

`issue` is made by the visit's conclusion, `discard` deletes what was never issued.
"""

from inspect_app.core.workflow import Move, Workflow
from inspect_app.findings import policy
from inspect_app.findings.models import LIVE, Finding
from inspect_app.findings.models import State as S

UNITS_TURN = frozenset({S.OPEN, S.IN_PROGRESS, S.RETURNED})
"""The unit must act next."""


def _as_before(finding: Finding) -> S:
    return finding.disputed_from or S.OPEN


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
)
