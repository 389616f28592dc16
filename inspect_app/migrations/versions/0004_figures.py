"""Figures that people hand in: tasks, gradings, snapshots, letters, spreadsheets."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "grading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "city",
                "department",
                "district",
                "commune",
                "affiliate",
                name="graded_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("excellent_from", sa.Integer(), nullable=True),
        sa.Column("good_from", sa.Integer(), nullable=True),
        sa.Column("fair_from", sa.Integer(), nullable=True),
        sa.Column("average_from", sa.Integer(), nullable=True),
        sa.Column("inspected_points", sa.Integer(), nullable=False),
        sa.Column("handled_points", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decision_number", sa.String(), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("edited_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(published_on IS NULL) = (decision_on IS NULL) AND (published_on IS NULL) = (decision_number = '')",
            name=op.f("ck_grading_published_by_a_decision"),
        ),
        sa.CheckConstraint("kind <> 'city'", name=op.f("ck_grading_of_units_below_the_city")),
        sa.CheckConstraint(
            "inspected_points BETWEEN 0 AND 10000 AND handled_points BETWEEN 0 AND 10000",
            name=op.f("ck_grading_points_up_to_100"),
        ),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_grading_a_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading")),
        sa.UniqueConstraint("year", "kind", name=op.f("uq_grading_year_kind")),
    )
    op.create_table(
        "task_series",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_task_series")),
    )
    op.create_table(
        "grading_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grading_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("assessed", sa.Integer(), nullable=True),
        sa.Column("surveyed", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(assessed IS NULL) = (surveyed IS NULL) AND (assessed IS NULL OR assessed + surveyed = total)",
            name=op.f("ck_grading_score_parts_make_the_total"),
        ),
        sa.CheckConstraint("assessed >= 0 AND surveyed >= 0", name=op.f("ck_grading_score_parts_from_0")),
        sa.CheckConstraint("total BETWEEN 0 AND 10000", name=op.f("ck_grading_score_from_0_to_100")),
        sa.ForeignKeyConstraint(
            ["grading_id"], ["grading.id"], name=op.f("fk_grading_score_grading_id_grading"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_grading_score_unit_id_unit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading_score")),
        sa.UniqueConstraint("grading_id", "unit_id", name=op.f("uq_grading_score_grading_id_unit_id")),
    )
    with op.batch_alter_table("grading_score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grading_score_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "grading_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grading_id", sa.Integer(), nullable=False),
        sa.Column(
            "criterion",
            sa.Enum("inspected", "handled", name="criterion", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("from_percent", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.CheckConstraint("from_percent BETWEEN 0 AND 10000", name=op.f("ck_grading_step_from_0_to_100")),
        sa.CheckConstraint("share BETWEEN 0 AND 10000", name=op.f("ck_grading_step_at_most_all_points")),
        sa.ForeignKeyConstraint(
            ["grading_id"], ["grading.id"], name=op.f("fk_grading_step_grading_id_grading"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading_step")),
        sa.UniqueConstraint(
            "grading_id", "criterion", "from_percent", name=op.f("uq_grading_step_grading_id_criterion_from_percent")
        ),
    )
    op.create_table(
        "task_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("plan", "orders", name="taskplankind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issuing_unit_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("folded", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issuing_unit_id"], ["unit.id"], name=op.f("fk_task_plan_issuing_unit_id_unit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_plan")),
    )
    with op.batch_alter_table("task_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_plan_issuing_unit_id"), ["issuing_unit_id"], unique=False)
        batch_op.create_index("ix_task_plan_year", ["year", "id"], unique=False)

    op.create_table(
        "brought",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("heads", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_brought_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought")),
    )
    with op.batch_alter_table("brought", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brought_person_id"), ["person_id"], unique=False)

    op.create_table(
        "export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("listing", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("query", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("xlsx", "csv", name="sheetkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "handed_out",
                "waiting",
                "working",
                "ready",
                "failed",
                "expired",
                name="exportstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("reach", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.DateTime(), nullable=True),
        sa.Column("sha256", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'ready') = (sha256 IS NOT NULL)", name=op.f("ck_export_ready_with_a_file")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_export_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_export_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_export_unfinished",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'working')"),
            postgresql_where=sa.text("state IN ('waiting', 'working')"),
        )

    op.create_table(
        "letter_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("uploader_id", sa.Integer(), nullable=True),
        sa.Column("uploader_name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["uploader_id"], ["person.id"], name=op.f("fk_letter_template_uploader_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_template")),
        sa.UniqueConstraint("kind", "ordinal", name=op.f("uq_letter_template_kind_ordinal")),
    )
    with op.batch_alter_table("letter_template", schema=None) as batch_op:
        batch_op.create_index(
            "uq_letter_template_one_in_force",
            ["kind"],
            unique=True,
            sqlite_where=sa.text("in_force = 1"),
            postgresql_where=sa.text("in_force"),
        )

    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("plan", "year", name="snapshotkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=True),
        sa.Column("taker_name", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("log_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'plan') = (plan_id IS NOT NULL)", name=op.f("ck_snapshot_of_a_plan_or_a_year")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_snapshot_whole_hash")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_snapshot_plan_id_plan"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["taker_id"], ["person.id"], name=op.f("fk_snapshot_taker_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_snapshot_unit_id_unit"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
    )
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.create_index("ix_snapshot_plan_id_id", ["plan_id", "id"], unique=False)
        batch_op.create_index("ix_snapshot_unit_id_id", ["unit_id", "id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("source_number", sa.String(), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=True),
        sa.Column("source_item", sa.String(), nullable=False),
        sa.Column("unit_name", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=True),
        sa.Column("progress_note", sa.Text(), nullable=False),
        sa.Column("progress_on", sa.Date(), nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("folded", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "todo",
                "doing",
                "reported",
                "returned",
                "done",
                "withdrawn",
                name="taskstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("baseline", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("days_late", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name=op.f("ck_task_done_on_a_day")),
        sa.CheckConstraint("NOT in_time OR state = 'reported'", name=op.f("ck_task_in_time_while_waiting")),
        sa.CheckConstraint("(due_on IS NULL) = (baseline IS NULL)", name=op.f("ck_task_due_day_with_a_baseline")),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name=op.f("fk_task_giver_id_person"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["task_plan.id"], name=op.f("fk_task_plan_id_task_plan"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_task_unit_id_unit"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("code", name=op.f("uq_task_code")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_giver_id"), ["giver_id"], unique=False)
        batch_op.create_index("ix_task_plan_figures", ["plan_id", "state", "due_on", "unit_id"], unique=False)
        batch_op.create_index("ix_task_plan_id_id", ["plan_id", "id"], unique=False)
        batch_op.create_index(
            "ix_task_unit_queue",
            ["unit_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('todo', 'doing', 'reported', 'returned')"),
            postgresql_where=sa.text("state IN ('todo', 'doing', 'reported', 'returned')"),
        )

    op.create_table(
        "task_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("letter_number", sa.String(), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("sender_id", sa.Integer(), nullable=True),
        sa.Column("sender_name", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("due_then", sa.Date(), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "accepted",
                "returned",
                "recalled",
                name="taskverdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("judge_id", sa.Integer(), nullable=True),
        sa.Column("judge_name", sa.String(), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=True),
        sa.Column("judged_at", sa.DateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["person.id"], name=op.f("fk_task_report_judge_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["person.id"], name=op.f("fk_task_report_sender_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_task_report_task_id_task"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_report")),
        sa.UniqueConstraint("task_id", "round", name=op.f("uq_task_report_task_id_round")),
    )
    op.create_table(
        "task_span",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "todo",
                "doing",
                "reported",
                "returned",
                "done",
                "withdrawn",
                name="taskstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("baseline", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("days_late", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("since <= until", name=op.f("ck_task_span_days_in_order")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["task_plan.id"], name=op.f("fk_task_span_plan_id_task_plan"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_span_task_id_task"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_task_span_unit_id_unit"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_span")),
    )
    with op.batch_alter_table("task_span", schema=None) as batch_op:
        batch_op.create_index("ix_task_span_plan_days", ["plan_id", "until", "since"], unique=False)
        batch_op.create_index("ix_task_span_task_id", ["task_id", "since"], unique=False)

    op.create_table(
        "task_unit",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_unit_task_id_task"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_task_unit_unit_id_unit"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("task_id", "unit_id", name=op.f("pk_task_unit")),
    )
    with op.batch_alter_table("task_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_unit_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "task_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("received_sha256", sa.String(), nullable=True),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("uploader_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["task_report.id"], name=op.f("fk_task_file_report_id_task_report"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_file_task_id_task"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["uploader_id"], ["person.id"], name=op.f("fk_task_file_uploader_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_file")),
    )
    with op.batch_alter_table("task_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_file_received_sha256"), ["received_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_file_report_id"), ["report_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_file_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_file_task_id"), ["task_id"], unique=False)


def downgrade():
    with op.batch_alter_table("task_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_file_task_id"))
        batch_op.drop_index(batch_op.f("ix_task_file_sha256"))
        batch_op.drop_index(batch_op.f("ix_task_file_report_id"))
        batch_op.drop_index(batch_op.f("ix_task_file_received_sha256"))

    op.drop_table("task_file")
    with op.batch_alter_table("task_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_unit_unit_id"))

    op.drop_table("task_unit")
    with op.batch_alter_table("task_span", schema=None) as batch_op:
        batch_op.drop_index("ix_task_span_task_id")
        batch_op.drop_index("ix_task_span_plan_days")

    op.drop_table("task_span")
    op.drop_table("task_report")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_task_unit_queue",
            sqlite_where=sa.text("state IN ('todo', 'doing', 'reported', 'returned')"),
            postgresql_where=sa.text("state IN ('todo', 'doing', 'reported', 'returned')"),
        )
        batch_op.drop_index("ix_task_plan_id_id")
        batch_op.drop_index("ix_task_plan_figures")
        batch_op.drop_index(batch_op.f("ix_task_giver_id"))

    op.drop_table("task")
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.drop_index("ix_snapshot_unit_id_id")
        batch_op.drop_index("ix_snapshot_plan_id_id")

    op.drop_table("snapshot")
    with op.batch_alter_table("letter_template", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_letter_template_one_in_force",
            sqlite_where=sa.text("in_force = 1"),
            postgresql_where=sa.text("in_force"),
        )

    op.drop_table("letter_template")
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_export_unfinished",
            sqlite_where=sa.text("state IN ('waiting', 'working')"),
            postgresql_where=sa.text("state IN ('waiting', 'working')"),
        )
        batch_op.drop_index(batch_op.f("ix_export_person_id"))

    op.drop_table("export")
    with op.batch_alter_table("brought", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brought_person_id"))

    op.drop_table("brought")
    with op.batch_alter_table("task_plan", schema=None) as batch_op:
        batch_op.drop_index("ix_task_plan_year")
        batch_op.drop_index(batch_op.f("ix_task_plan_issuing_unit_id"))

    op.drop_table("task_plan")
    op.drop_table("grading_step")
    with op.batch_alter_table("grading_score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grading_score_unit_id"))

    op.drop_table("grading_score")
    op.drop_table("task_series")
    op.drop_table("grading")
