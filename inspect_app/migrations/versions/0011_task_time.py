"""A unit asks for a later day for a task."""

import datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


BATCH = 5_000
EVENT = sa.table(
    "event",
    *(sa.column(name) for name in ("seq", "subject_table", "subject_id", "action", "actor_id")),
    sa.column("on", sa.Date()),
    sa.column("payload", sa.JSON()),
)


def upgrade():
    extension = op.create_table(
        "task_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("wanted", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("letter_number", sa.String(), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(asker_id IS NULL) = (wanted IS NULL)", name=op.f("ck_task_extension_asked_by_somebody")),
        sa.CheckConstraint(
            "granted IS NOT NULL OR wanted IS NOT NULL", name=op.f("ck_task_extension_waits_where_asked")
        ),
        sa.CheckConstraint("new_due_on IS NULL OR granted", name=op.f("ck_task_extension_a_new_day_where_granted")),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["person.id"], name=op.f("fk_task_extension_asker_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decider_id"], ["person.id"], name=op.f("fk_task_extension_decider_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_task_extension_task_id_task"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_extension")),
    )
    op.create_index(op.f("ix_task_extension_task_id"), "task_extension", ["task_id"], unique=False)
    op.create_index(
        "uq_task_extension_one_waiting",
        "task_extension",
        ["task_id"],
        unique=True,
        sqlite_where=sa.text("granted IS NULL"),
        postgresql_where=sa.text("granted IS NULL"),
    )
    _put_off_before(extension)


def downgrade():
    op.drop_index("uq_task_extension_one_waiting", table_name="task_extension")
    op.drop_index(op.f("ix_task_extension_task_id"), table_name="task_extension")
    op.drop_table("task_extension")


def _put_off_before(extension):
    """Due days were put off without a request; the log tells of each."""
    connection, seq = op.get_bind(), 0
    while True:
        events = connection.execute(
            sa.select(EVENT)
            .where(EVENT.c.subject_table == "task", EVENT.c.action == "task:extend", EVENT.c.seq > seq)
            .order_by(EVENT.c.seq)
            .limit(BATCH)
        ).all()
        if not events:
            return
        connection.execute(sa.insert(extension), [_row(event) for event in events])
        seq = events[-1].seq


def _row(event):
    told = event.payload
    return {
        "task_id": event.subject_id,
        "reason": told["note"],
        "letter_number": "",
        "granted": True,
        "decider_id": event.actor_id,
        "decided_on": event.on,
        "note": "",
        "old_due_on": datetime.date.fromisoformat(told["old"]),
        "new_due_on": datetime.date.fromisoformat(told["until"]),
    }
