"""Lists are read in their order."""

from contextlib import nullcontext

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LIVE = "state IN ('open', 'in_progress', 'submitted', 'returned', 'disputed')"
_BESIDE = ("state", "in_time", "unit_id", "responsible_unit_id", "area_code", "plan_id")

INDEXES = (
    ("finding", "ix_finding_live", ("deadline", "id", *_BESIDE), _LIVE),
    ("finding", "ix_finding_unit_live", ("unit_id", "deadline", "id"), _LIVE),
    ("finding", "ix_finding_unit_overdue", ("responsible_unit_id", "deadline"), f"{_LIVE} AND NOT in_time"),
    (
        "finding",
        "ix_finding_waiting",
        ("state", "team_id", "responsible_unit_id"),
        "state IN ('submitted', 'disputed')",
    ),
    ("finding", "ix_finding_repeating", ("repeats_id",), "repeats_id IS NOT NULL"),
    ("finding", "ix_finding_responsible_unit_id", ("responsible_unit_id",), None),
    ("finding", "ix_finding_team_id", ("team_id",), None),
    ("finding", "ix_finding_aside", ("state", "id"), "state IN ('recorded', 'withdrawn')"),
    ("finding", "ix_finding_issued_on", ("issued_on",), None),
    ("finding", "ix_finding_resolved_on", ("resolved_on",), None),
    ("finding", "ix_finding_by_deadline", ("coalesce(deadline, '9999-12-31')", "id"), None),
    ("finding", "ix_finding_by_submission", ("coalesce(submitted_on, '9999-12-31')", "id"), None),
    ("finding", "ix_finding_moved", ("id",), "responsible_unit_id <> unit_id"),
    ("finding", "ix_finding_extended", ("id",), "deadline <> baseline"),
    ("span", "ix_span_live", ("until", "since", "deadline", "finding_id"), f"{_LIVE} AND NOT in_time"),
    ("submission", "ix_submission_returned", ("finding_id", "judged_on"), "verdict = 'returned'"),
)

REPLACED = ("finding", "ix_finding_repeats_id", "repeats_id")
"""Most findings repeat none: with them in it, SQLite's statistics say that an id has nearly all of them."""


def upgrade():
    with _one_by_one():
        for table, name, columns, where in INDEXES:
            condition = sa.text(where) if where else None
            op.create_index(
                name,
                table,
                [sa.text(column) if "(" in column else column for column in columns],
                if_not_exists=True,
                sqlite_where=sa.text(where.replace("NOT in_time", "in_time = 0")) if where else None,
                postgresql_where=condition,
                postgresql_concurrently=True,
            )
        table, name, _column = REPLACED
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def downgrade():
    with _one_by_one():
        table, name, column = REPLACED
        op.create_index(name, table, [column], if_not_exists=True, postgresql_concurrently=True)
        for table, name, _columns, _where in reversed(INDEXES):
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _one_by_one():
    """While people go on writing: on PostgreSQL an index that is made outside a transaction lets them."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()
