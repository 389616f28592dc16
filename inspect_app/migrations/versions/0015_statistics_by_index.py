"""What the annex of statistics counts of a period stands in the indexes that find it."""

from contextlib import nullcontext

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEXES = (
    ("finding", "ix_finding_issued_facts", ("issued_on", "state", "repeats_id")),
    ("finding", "ix_finding_resolved_facts", ("resolved_on", "state", "days_late")),
)
REPLACED = (
    ("finding", "ix_finding_issued_on", ("issued_on",)),
    ("finding", "ix_finding_resolved_on", ("resolved_on",)),
)
"""Each begins as one of those above does, which is as good."""


def upgrade():
    _exchange(INDEXES, REPLACED)


def downgrade():
    _exchange(REPLACED, INDEXES)


def _exchange(made, dropped):
    with _one_by_one():
        for table, name, columns in made:
            op.create_index(name, table, list(columns), if_not_exists=True, postgresql_concurrently=True)
        for table, name, _columns in dropped:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _one_by_one():
    """While people go on writing: on PostgreSQL an index that is made outside a transaction lets them."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()
