"""What a person did or is named in is found by indexes, and so is the log by person, kind and day."""

from contextlib import nullcontext

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PEOPLE = (
    ("amendment", "issuer_id"),
    ("conclusion", "issuer_id"),
    ("evidence", "uploader_id"),
    ("extension", "asker_id"),
    ("extension", "decider_id"),
    ("finding", "recorder_id"),
    ("letter_template", "uploader_id"),
    ("message", "author_id"),
    ("snapshot", "taker_id"),
    ("submission", "judge_id"),
    ("submission", "sender_id"),
    ("task_extension", "asker_id"),
    ("task_extension", "decider_id"),
    ("task_file", "uploader_id"),
    ("task_report", "judge_id"),
    ("task_report", "sender_id"),
    ("urging", "taker_id"),
)
INDEXES = (
    ("event", "ix_event_at", ("at", "seq")),
    ("event", "ix_event_actor", ("actor_id", "at", "seq")),
    ("event", "ix_event_kind", ("subject_table", "action", "at", "seq")),
    *((table, f"ix_{table}_{column}", (column,)) for table, column in PEOPLE),
)


def upgrade():
    with _one_by_one():
        for table, name, columns in INDEXES:
            op.create_index(name, table, list(columns), if_not_exists=True, postgresql_concurrently=True)


def downgrade():
    with _one_by_one():
        for table, name, _columns in INDEXES:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _one_by_one():
    """While people go on writing: on PostgreSQL an index that is made outside a transaction lets them."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()
