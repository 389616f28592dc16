"""What figures of plans are counted from stands in the indexes that find it; a unit's findings in their order."""

from contextlib import nullcontext

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_FACTS = ("responsible_unit_id", "in_time", "days_late", "days_taken", "moved_on", "id")
INDEXES = (
    ("finding", "ix_finding_plan_facts", ("plan_id", "state", "deadline", "unit_id", "area_code", *_FACTS)),
    ("finding", "ix_finding_unit_id_id", ("unit_id", "id")),
    ("span", "ix_span_plan_facts", ("plan_id", "until", "since", "state", "finding_id")),
    ("target", "ix_target_unit_plans", ("unit_id", "begun_on", "plan_id")),
)
REPLACED = (
    ("finding", "ix_finding_plan_figures", ("plan_id", "state", "deadline", "unit_id", "area_code")),
    ("finding", "ix_finding_unit_id", ("unit_id",)),
    ("span", "ix_span_plan_days", ("plan_id", "until", "since")),
    ("target", "ix_target_unit_id", ("unit_id",)),
)
"""Each begins as one of those above does, which is as good."""


def upgrade():
    _exchange(INDEXES, REPLACED)


def downgrade():
    _exchange(REPLACED, INDEXES)


def _exchange(made, dropped):
    with _one_by_one():
        for table, name, columns in made:
            op.create_index(
                name,
                table,
                list(columns),
                if_not_exists=True,
                postgresql_concurrently=True,
            )
        for table, name, _columns in dropped:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _one_by_one():
    """While people go on writing: on PostgreSQL an index that is made outside a transaction lets them."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()
