"""PostgreSQL looks after the large tables more often than after a tenth or a fifth of their rows.

Reading from an index alone rests on vacuuming promptly, and plans on fresh figures of how values are distributed: with
a million findings the server would wait for 200,000 changes. Rows that counts are kept in change in place all day.
Takes no lock that anybody reading or writing waits for.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHANGED = {"autovacuum_vacuum_scale_factor": "0.02", "autovacuum_analyze_scale_factor": "0.02"}
"""Tables whose rows are changed."""
ADDED_TO = {"autovacuum_vacuum_insert_scale_factor": "0.05", "autovacuum_analyze_scale_factor": "0.05"}
"""Tables that only grow."""
KEPT = {"autovacuum_vacuum_scale_factor": "0", "autovacuum_vacuum_threshold": "2000", "fillfactor": "80"}
"""Tables of few rows that are changed all the time, each with room beside them for what they become."""
PARAMETERS = {
    "finding": CHANGED,
    "span": CHANGED,
    "notice": CHANGED,
    "visit": CHANGED,
    "submission": CHANGED,
    "event": ADDED_TO,
    "evidence": ADDED_TO,
    "finding_words": ADDED_TO,
    "finding_count": KEPT,
    "plan_standing": KEPT,
}


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        for name, told in PARAMETERS.items():
            op.execute(f"ALTER TABLE {name} SET ({', '.join(f'{key} = {value}' for key, value in told.items())})")


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        for name, told in PARAMETERS.items():
            op.execute(f"ALTER TABLE {name} RESET ({', '.join(told)})")
