"""Field work and remediation: checklists, follow-ups, questions, drafts, reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "before",
                "due",
                "after",
                "event",
                "verifier",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("code", name=op.f("uq_rule_code")),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("code", name=op.f("uq_term_code")),
    )
    op.create_table(
        "checklist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("publisher_name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(published_at IS NULL) = (publisher_name = '')", name=op.f("ck_checklist_published_by_somebody")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_checklist_plan_id_plan"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["checklist.id"], name=op.f("fk_checklist_source_id_checklist"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
    )
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("typed_at", sa.DateTime(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_draft_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("person_id", "page", name=op.f("pk_draft")),
    )
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_feed_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_hash")),
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_person_id"), ["person_id"], unique=False)

    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("given_up_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name=op.f("ck_mail_sent_or_given_up")),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["person.id"], name=op.f("fk_mail_recipient_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_recipient_id"), ["recipient_id"], unique=False)
        batch_op.create_index(
            "ix_mail_waiting",
            ["next_try_at", "id"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        )

    op.create_table(
        "preference",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "digest",
            sa.Enum("daily", "none", name="digest", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("digested_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_preference_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preference")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("person_id", "page", "name", name=op.f("uq_saved_view_person_id_page_name")),
    )
    op.create_table(
        "staged",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("sha256", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("received_sha256", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_staged_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged")),
    )
    with op.batch_alter_table("staged", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staged_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_staged_sha256"), ["sha256"], unique=False)

    op.create_table(
        "urging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "reminder",
                "letter_1",
                "letter_2",
                "chairman",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("finding_ids", sa.JSON(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=True),
        sa.Column("taker_name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_urging_plan_id_plan"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["taker_id"], ["person.id"], name=op.f("fk_urging_taker_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_urging_unit_id_unit"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urging")),
    )
    with op.batch_alter_table("urging", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_urging_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index("ix_urging_unit_plan", ["unit_id", "plan_id", "id"], unique=False)

    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("area_code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("shortcoming", sa.Text(), nullable=False),
        sa.Column("required", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_item_area_code_area"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklist.id"], name=op.f("fk_item_checklist_id_checklist"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("checklist_id", "code", name=op.f("uq_item_checklist_id_code")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("rule_code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("subject_table", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("to_mail", sa.Boolean(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_notice_mail_id_mail"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["person.id"], name=op.f("fk_notice_recipient_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "recipient_id",
            "rule_code",
            "subject_table",
            "subject_id",
            "occurrence",
            name=op.f("uq_notice_recipient_id_rule_code_subject_table_subject_id_occurrence"),
        ),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_inbox", ["recipient_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_mail_id"), ["mail_id"], unique=False)
        batch_op.create_index(
            "ix_notice_to_mail",
            ["recipient_id"],
            unique=False,
            sqlite_where=sa.text("to_mail AND mail_id IS NULL"),
            postgresql_where=sa.text("to_mail AND mail_id IS NULL"),
        )
        batch_op.create_index(
            "ix_notice_unread",
            ["recipient_id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )

    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "met",
                "unmet",
                "not_applicable",
                "unchecked",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("numerator", sa.Integer(), nullable=True),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.Column("observed_at", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("numerator >= 0 AND denominator >= 0", name=op.f("ck_answer_figures_from_0")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_answer_item_id_item"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_answer_visit_id_visit"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("visit_id", "item_id", name=op.f("uq_answer_visit_id_item_id")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_item_id"), ["item_id"], unique=False)

    op.create_table(
        "area_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("area_code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "fine", "wrong", "unchecked", name="area_verdict", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["area_code"], ["area.code"], name=op.f("fk_area_answer_area_code_area"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_area_answer_visit_id_visit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_answer")),
        sa.UniqueConstraint("visit_id", "area_code", name=op.f("uq_area_answer_visit_id_area_code")),
    )
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conclusion_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=True),
        sa.Column("issuer_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conclusion_id"],
            ["conclusion.id"],
            name=op.f("fk_amendment_conclusion_id_conclusion"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["person.id"], name=op.f("fk_amendment_issuer_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("conclusion_id", "ordinal", name=op.f("uq_amendment_conclusion_id_ordinal")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("from_unit", sa.Boolean(), nullable=False),
        sa.Column("unanswered", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_message_author_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_message_finding_id_finding"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_finding_id"), ["finding_id"], unique=False)
        batch_op.create_index(
            "ix_message_unanswered",
            ["finding_id"],
            unique=False,
            sqlite_where=sa.text("unanswered = 1"),
            postgresql_where=sa.text("unanswered"),
        )

    op.create_table(
        "recheck",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "held", "relapsed", "unfinished", name="outcome", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("relapse_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'relapsed') = (relapse_id IS NOT NULL)", name=op.f("ck_recheck_a_relapse_is_a_finding")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_recheck_finding_id_finding"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["relapse_id"], ["finding.id"], name=op.f("fk_recheck_relapse_id_finding"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_recheck_visit_id_visit"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
        sa.UniqueConstraint("visit_id", "finding_id", name=op.f("uq_recheck_visit_id_finding_id")),
    )
    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recheck_finding_id"), ["finding_id"], unique=False)

    with op.batch_alter_table("conclusion", schema=None) as batch_op:
        batch_op.create_index("ix_conclusion_dated_on", ["dated_on", "id"], unique=False)

    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decision_on", sa.Date(), nullable=True))

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answer_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("received_sha256", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("taken_at", sa.DateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_evidence_answer_id"), ["answer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_received_sha256"), ["received_sha256"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_evidence_answer_id_answer"), "answer", ["answer_id"], ["id"], ondelete="RESTRICT"
        )

    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.add_column(sa.Column("letter_number", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("letter_on", sa.Date(), nullable=True))
        batch_op.create_index(
            "uq_extension_one_waiting",
            ["finding_id"],
            unique=True,
            sqlite_where=sa.text("granted IS NULL"),
            postgresql_where=sa.text("granted IS NULL"),
        )

    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assignee_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("doer", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("progress", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("progress_note", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("progress_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("item_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("repeats_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_finding_assignee_id"), ["assignee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_repeats_id"), ["repeats_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_finding_item_id_item"), "item", ["item_id"], ["id"], ondelete="RESTRICT"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_finding_repeats_id_finding"), "finding", ["repeats_id"], ["id"], ondelete="RESTRICT"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_finding_assignee_id_person"), "person", ["assignee_id"], ["id"], ondelete="RESTRICT"
        )

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bundle", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_submission_bundle"), ["bundle"], unique=False)

    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "scope",
                sa.Enum(
                    "comprehensive", "thematic", name="scope", native_enum=False, create_constraint=True, length=32
                ),
                server_default="comprehensive",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("theme", sa.String(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column(
                "manner",
                sa.Enum("on_site", "by_report", name="manner", native_enum=False, create_constraint=True, length=32),
                server_default="on_site",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("trigger", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("follow_up", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(sa.Column("checklist_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("strengths", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("causes", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("basis", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("proposals", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("began_at", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("ended_at", sa.String(), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_visit_checklist_id"), ["checklist_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_visit_checklist_id_checklist"), "checklist", ["checklist_id"], ["id"], ondelete="RESTRICT"
        )


def downgrade():
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_visit_checklist_id_checklist"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_visit_checklist_id"))
        batch_op.drop_column("ended_at")
        batch_op.drop_column("began_at")
        batch_op.drop_column("proposals")
        batch_op.drop_column("basis")
        batch_op.drop_column("causes")
        batch_op.drop_column("strengths")
        batch_op.drop_column("checklist_id")
        batch_op.drop_column("follow_up")
        batch_op.drop_column("trigger")
        batch_op.drop_constraint(batch_op.f("ck_visit_manner"), type_="check")
        batch_op.drop_column("manner")
        batch_op.drop_column("theme")
        batch_op.drop_constraint(batch_op.f("ck_visit_scope"), type_="check")
        batch_op.drop_column("scope")

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_bundle"))
        batch_op.drop_column("bundle")

    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_finding_assignee_id_person"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_finding_repeats_id_finding"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_finding_item_id_item"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_finding_repeats_id"))
        batch_op.drop_index(batch_op.f("ix_finding_item_id"))
        batch_op.drop_index(batch_op.f("ix_finding_assignee_id"))
        batch_op.drop_column("repeats_id")
        batch_op.drop_column("item_id")
        batch_op.drop_column("progress_on")
        batch_op.drop_column("progress_note")
        batch_op.drop_column("progress")
        batch_op.drop_column("doer")
        batch_op.drop_column("assignee_id")

    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_extension_one_waiting",
            sqlite_where=sa.text("granted IS NULL"),
            postgresql_where=sa.text("granted IS NULL"),
        )
        batch_op.drop_column("letter_on")
        batch_op.drop_column("letter_number")

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_evidence_answer_id_answer"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_evidence_received_sha256"))
        batch_op.drop_index(batch_op.f("ix_evidence_answer_id"))
        batch_op.drop_column("taken_at")
        batch_op.drop_column("received_sha256")
        batch_op.drop_column("answer_id")

    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.drop_column("decision_on")

    with op.batch_alter_table("conclusion", schema=None) as batch_op:
        batch_op.drop_index("ix_conclusion_dated_on")

    with op.batch_alter_table("recheck", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recheck_finding_id"))

    op.drop_table("recheck")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_unanswered", sqlite_where=sa.text("unanswered = 1"), postgresql_where=sa.text("unanswered")
        )
        batch_op.drop_index(batch_op.f("ix_message_finding_id"))

    op.drop_table("message")
    op.drop_table("amendment")
    op.drop_table("area_answer")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_item_id"))

    op.drop_table("answer")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notice_unread", sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL")
        )
        batch_op.drop_index(
            "ix_notice_to_mail",
            sqlite_where=sa.text("to_mail AND mail_id IS NULL"),
            postgresql_where=sa.text("to_mail AND mail_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_notice_mail_id"))
        batch_op.drop_index("ix_notice_inbox")

    op.drop_table("notice")
    op.drop_table("item")
    with op.batch_alter_table("urging", schema=None) as batch_op:
        batch_op.drop_index("ix_urging_unit_plan")
        batch_op.drop_index(batch_op.f("ix_urging_plan_id"))

    op.drop_table("urging")
    with op.batch_alter_table("staged", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staged_sha256"))
        batch_op.drop_index(batch_op.f("ix_staged_person_id"))

    op.drop_table("staged")
    op.drop_table("saved_view")
    op.drop_table("preference")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_mail_waiting",
            sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_mail_recipient_id"))

    op.drop_table("mail")
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_person_id"))

    op.drop_table("feed")
    op.drop_table("draft")
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_plan_id"))

    op.drop_table("checklist")
    op.drop_table("term")
    op.drop_table("rule")
