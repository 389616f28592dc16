"""Visits and the units of plans are listed and counted for who sees a part: from indexes that hold all it takes."""

from contextlib import nullcontext

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INDEXES = (
    ("visit", "ix_visit_unit_facts", ("unit_id", "day", "id", "state", "plan_id")),
    ("visit", "ix_visit_plan_facts", ("plan_id", "day", "id", "unit_id", "state")),
    ("target", "ix_target_unit_facts", ("unit_id", "plan_id", "begun_on", "since", "removed_on", "month", "id")),
    ("target", "ix_target_plan_facts", ("plan_id", "id", "unit_id", "begun_on", "since", "removed_on", "month")),
)
REPLACED = (
    ("visit", "ix_visit_unit_id", ("unit_id",)),
    ("visit", "ix_visit_plan_id_day", ("plan_id", "day", "id")),
    ("target", "ix_target_plan_id_id", ("plan_id", "id")),
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
