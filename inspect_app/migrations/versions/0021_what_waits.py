"""Tasks are found by who is in charge, and what waits of them by its day, from indexes; what a unit asked about a
finding that is over waits for nobody."""

from contextlib import nullcontext

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_LIVE, _REPORTED = "state IN ('todo', 'doing', 'reported', 'returned')", "state = 'reported'"
LIVE = {"sqlite_where": sa.text(_LIVE), "postgresql_where": sa.text(_LIVE)}
REPORTED = {"sqlite_where": sa.text(_REPORTED), "postgresql_where": sa.text(_REPORTED)}
INDEXES = (
    ("task", "ix_task_unit_plans", ("unit_id", "plan_id"), {}),
    ("task", "ix_task_reported", ("reported_on", "id"), REPORTED),
    ("task", "ix_task_due", ("due_on", "in_time", "id"), LIVE),
    ("task_span", "ix_task_span_unit_days", ("unit_id", "until", "since"), {}),
)
OVER = sa.text(
    "UPDATE message SET unanswered = false WHERE unanswered AND finding_id IN (SELECT id FROM finding"
    " WHERE state NOT IN ('open', 'in_progress', 'submitted', 'returned', 'disputed'))"
)


def upgrade():
    op.get_bind().execute(OVER)
    with _one_by_one():
        for table, name, columns, how in INDEXES:
            op.create_index(name, table, list(columns), if_not_exists=True, postgresql_concurrently=True, **how)


def downgrade():
    with _one_by_one():
        for table, name, _columns, _how in INDEXES:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _one_by_one():
    """While people go on writing: on PostgreSQL an index that is made outside a transaction lets them."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()
