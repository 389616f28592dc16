"""Past days: by thousands of findings an index tells what was issued by then, and another what was live."""

from contextlib import nullcontext

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_LIVE = sa.text("state IN ('open', 'in_progress', 'submitted', 'returned', 'disputed')")
LIVE = {"sqlite_where": _LIVE, "postgresql_where": _LIVE}
INDEXES = (
    ("finding", "ix_finding_blocks", (sa.text("(id / 1000)"), "issued_on"), {}),
    (
        "span",
        "ix_span_live_blocks",
        (sa.text("(finding_id / 1000)"), "until", "since", "deadline", "finding_id", "id", "state", "in_time"),
        LIVE,
    ),
)


def upgrade():
    with _while_writing():
        for table, name, columns, how in INDEXES:
            op.create_index(name, table, list(columns), if_not_exists=True, postgresql_concurrently=True, **how)


def downgrade():
    with _while_writing():
        for table, name, _columns, _how in INDEXES:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _while_writing():
    """People go on: on PostgreSQL an index that is made outside a transaction lets them."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()
