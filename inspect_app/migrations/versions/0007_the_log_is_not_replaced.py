"""The log and frozen figures are not replaced either, and no session switches their triggers off."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# SQLite's INSERT OR REPLACE deletes the row in its way without asking the triggers about deletion.
SQLITE = {
    "event_is_not_replaced": "CREATE TRIGGER event_is_not_replaced BEFORE INSERT ON event "
    "WHEN EXISTS (SELECT 1 FROM event WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",
    "snapshot_is_not_replaced": "CREATE TRIGGER snapshot_is_not_replaced BEFORE INSERT ON snapshot "
    "WHEN EXISTS (SELECT 1 FROM snapshot WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'a snapshot stays'); END",
}
TRIGGERS = (
    ("event", "event_is_not_changed"),
    ("event", "event_is_not_emptied"),
    ("snapshot", "snapshot_is_not_changed"),
    ("snapshot", "snapshot_is_not_emptied"),
)
"""Of PostgreSQL: fired in every session, one that calls itself a replica too."""


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE.values():
            op.execute(statement)
        return
    for table, trigger in TRIGGERS:
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        return
    for table, trigger in TRIGGERS:
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
