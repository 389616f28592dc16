"""What the most asked pages read."""

from contextlib import nullcontext

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INDEXES = (
    ("finding", "ix_finding_submitted", ("submitted_on", "id"), "state = 'submitted'"),
    ("visit", "ix_visit_begun", ("began_on", "id"), "state = 'begun'"),
    ("visit", "ix_visit_reported", ("reported_on", "id"), "state = 'reported'"),
)


def upgrade():
    with _one_by_one():
        for table, name, columns, where in INDEXES:
            condition = sa.text(where)
            op.create_index(
                name,
                table,
                list(columns),
                if_not_exists=True,
                sqlite_where=condition,
                postgresql_where=condition,
                postgresql_concurrently=True,
            )


def downgrade():
    with _one_by_one():
        for table, name, _columns, _where in reversed(INDEXES):
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _one_by_one():
    """While people go on writing: on PostgreSQL an index that is made outside a transaction lets them."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()
