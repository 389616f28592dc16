"""Frozen figures stay: the database itself refuses to change or delete a snapshot."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQLITE = {
    "snapshot_is_not_changed": "CREATE TRIGGER snapshot_is_not_changed BEFORE UPDATE ON snapshot "
    "BEGIN SELECT RAISE(ABORT, 'a snapshot stays'); END",
    "snapshot_is_not_deleted": "CREATE TRIGGER snapshot_is_not_deleted BEFORE DELETE ON snapshot "
    "BEGIN SELECT RAISE(ABORT, 'a snapshot stays'); END",
}


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE.values():
            op.execute(statement)
        return
    op.execute(
        "CREATE FUNCTION a_snapshot_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a snapshot stays'; END $$"
    )
    op.execute(
        "CREATE TRIGGER snapshot_is_not_changed BEFORE UPDATE OR DELETE ON snapshot "
        "FOR EACH ROW EXECUTE FUNCTION a_snapshot_stays()"
    )
    op.execute(
        "CREATE TRIGGER snapshot_is_not_emptied BEFORE TRUNCATE ON snapshot "
        "FOR EACH STATEMENT EXECUTE FUNCTION a_snapshot_stays()"
    )


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        return
    op.execute("DROP TRIGGER snapshot_is_not_changed ON snapshot")
    op.execute("DROP TRIGGER snapshot_is_not_emptied ON snapshot")
    op.execute("DROP FUNCTION a_snapshot_stays()")
