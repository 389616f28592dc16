"""The visit's life, as a table.

             begin            report              conclude
PLANNED ────────────▶ BEGUN ────────────▶ REPORTED ────────────▶ CONCLUDED
   │                    │                    │       close
   │       cancel       │                    └─────────────────▶ CLOSED      (says that nothing was found)
   └────────────────────┴──▶ CANCELLED

Typing the day of the visit begins it. `conclude` is made with the findings, whose feature calls it.
"""

from inspect_app.core.workflow import Move, Workflow
from inspect_app.visits import policy
from inspect_app.visits.models import Visit
from inspect_app.visits.models import VisitState as S

VISIT: Workflow[S, Visit] = Workflow(
    Move("begin", frozenset({S.PLANNED}), S.BEGUN, policy.may_begin),
    Move("report", frozenset({S.BEGUN}), S.REPORTED, policy.may_record),
    Move("conclude", frozenset({S.REPORTED}), S.CONCLUDED, policy.may_conclude),
    Move("close", frozenset({S.REPORTED}), S.CLOSED, policy.may_close),
    Move("cancel", frozenset({S.PLANNED, S.BEGUN}), S.CANCELLED, policy.may_cancel),
)
