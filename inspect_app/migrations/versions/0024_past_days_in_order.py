"""What was resolved by the end of a year that is past is counted from indexes; a past day has one in the order of
deadlines; what waits is found in its place by one index."""

from contextlib import nullcontext

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_UNTIL_LATER = sa.text("state = 'resolved' AND until < '9999-12-31'")
_WAITING = sa.text("state IN ('submitted', 'disputed')")
WAITING = {"sqlite_where": _WAITING, "postgresql_where": _WAITING}
WAITING_FACTS = ("state", "team_id", "responsible_unit_id", "plan_id", "deadline", "in_time", "id")
_DUE = sa.text("deadline IS NOT NULL")
INDEXES = (
    ("finding", "ix_finding_issued_figures", ("issued_on", "state", "repeats_id", "resolved_on"), {}),
    (
        "span",
        "ix_span_resolved_until",
        ("until", "since", "resolved_on", "days_late", "finding_id"),
        {"sqlite_where": _UNTIL_LATER, "postgresql_where": _UNTIL_LATER},
    ),
    (
        "span",
        "ix_span_by_deadline",
        (sa.text("coalesce(deadline, '9999-12-31')"), "finding_id", "since", "until"),
        {"sqlite_where": _DUE, "postgresql_where": _DUE},
    ),
    ("finding", "ix_finding_waiting_places", (*WAITING_FACTS, "unit_id"), WAITING),
)
REPLACED = (
    ("finding", "ix_finding_issued_facts", ("issued_on", "state", "repeats_id"), {}),
    ("finding", "ix_finding_waiting_facts", WAITING_FACTS, WAITING),
)
"""Each begins as one of those above does, which is as good."""


def upgrade():
    _exchange(INDEXES, REPLACED)


def downgrade():
    _exchange(REPLACED, INDEXES)


def _exchange(made, dropped):
    with _while_writing():
        for table, name, columns, how in made:
            op.create_index(name, table, list(columns), if_not_exists=True, postgresql_concurrently=True, **how)
        for table, name, _columns, _how in dropped:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _while_writing():
    """People go on: on PostgreSQL an index that is made outside a transaction lets them."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()
