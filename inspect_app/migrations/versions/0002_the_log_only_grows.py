"""The log only grows: the database itself refuses to change or delete an event."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = {
    "event_is_not_changed": "CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event "
    "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",
    "event_is_not_deleted": "CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event "
    "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",
}


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE.values():
            op.execute(statement)
        return
    op.execute(
        "CREATE FUNCTION the_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log only grows'; END $$"
    )
    op.execute(
        "CREATE TRIGGER event_is_not_changed BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION the_log_only_grows()"
    )
    op.execute(
        "CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION the_log_only_grows()"
    )


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        return
    op.execute("DROP TRIGGER event_is_not_changed ON event")
    op.execute("DROP TRIGGER event_is_not_emptied ON event")
    op.execute("DROP FUNCTION the_log_only_grows()")
