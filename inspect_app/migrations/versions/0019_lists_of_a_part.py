"""Visits and the units of plans are listed and counted for who sees a part, and what was live on a past day for
everybody: from indexes that hold all it takes."""

from contextlib import nullcontext

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_LIVE = "state IN ('open', 'in_progress', 'submitted', 'returned', 'disputed')"
LIVE = {"sqlite_where": sa.text(_LIVE), "postgresql_where": sa.text(_LIVE)}
LATE = {
    "sqlite_where": sa.text(f"{_LIVE} AND in_time = 0"),
    "postgresql_where": sa.text(f"{_LIVE} AND NOT in_time"),
}
_DAYS = ("until", "since", "deadline", "finding_id", "id", "state")
INDEXES = (
    ("span", "ix_span_live_days", (*_DAYS, "in_time"), LIVE),
    ("visit", "ix_visit_unit_facts", ("unit_id", "day", "id", "state", "plan_id"), {}),
    ("visit", "ix_visit_plan_facts", ("plan_id", "day", "id", "unit_id", "state"), {}),
    ("target", "ix_target_unit_facts", ("unit_id", "plan_id", "begun_on", "since", "removed_on", "month", "id"), {}),
    ("target", "ix_target_plan_facts", ("plan_id", "id", "unit_id", "begun_on", "since", "removed_on", "month"), {}),
)
REPLACED = (
    ("span", "ix_span_live_facts", _DAYS, LATE),
    ("visit", "ix_visit_unit_id", ("unit_id",), {}),
    ("visit", "ix_visit_plan_id_day", ("plan_id", "day", "id"), {}),
    ("target", "ix_target_plan_id_id", ("plan_id", "id"), {}),
)
"""Each begins as one of those above does, which is as good."""


def upgrade():
    _exchange(INDEXES, REPLACED)


def downgrade():
    _exchange(REPLACED, INDEXES)


def _exchange(made, dropped):
    with _one_by_one():
        for table, name, columns, how in made:
            op.create_index(name, table, list(columns), if_not_exists=True, postgresql_concurrently=True, **how)
        for table, name, _columns, _how in dropped:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _one_by_one():
    """While people go on writing: on PostgreSQL an index that is made outside a transaction lets them."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()
