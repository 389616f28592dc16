"""What few rows have is found by an index of those few: with all others in it SQLite read the table instead."""

from contextlib import nullcontext

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INDEXES = (
    ("evidence", "visit_id", "ix_evidence_visit_given", "ix_evidence_visit_id"),
    ("evidence", "answer_id", "ix_evidence_answer_given", "ix_evidence_answer_id"),
    ("evidence", "received_sha256", "ix_evidence_received_given", "ix_evidence_received_sha256"),
    ("finding", "assignee_id", "ix_finding_assignee_given", "ix_finding_assignee_id"),
    ("notice", "mail_id", "ix_notice_mail_given", "ix_notice_mail_id"),
    ("submission", "bundle", "ix_submission_bundle_given", "ix_submission_bundle"),
    ("task_file", "received_sha256", "ix_task_file_received_given", "ix_task_file_received_sha256"),
)
"""Table, column, the index of the few, that of all rows."""


def upgrade():
    with _one_by_one():
        for table, column, few, every in INDEXES:
            given = sa.text(f"{column} IS NOT NULL")
            _make(few, table, column, sqlite_where=given, postgresql_where=given)
            _drop(every, table)


def downgrade():
    with _one_by_one():
        for table, column, few, every in INDEXES:
            _make(every, table, column)
            _drop(few, table)


def _make(name, table, column, **of_which):
    op.create_index(name, table, [column], if_not_exists=True, postgresql_concurrently=True, **of_which)


def _drop(name, table):
    op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _one_by_one():
    """While people go on writing: on PostgreSQL an index that is made outside a transaction lets them."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()
