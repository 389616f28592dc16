"""Nothing lost, nobody in: second factors, reviews of access, brought-in history."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "chore",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chore")),
        sa.UniqueConstraint("name", name=op.f("uq_chore_name")),
    )
    op.create_table(
        "unscanned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("found", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unscanned")),
    )
    with op.batch_alter_table("unscanned", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unscanned_sha256"), ["sha256"], unique=False)

    op.create_table(
        "access_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opener_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closer_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closer_id"], ["person.id"], name=op.f("fk_access_review_closer_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["opener_id"], ["person.id"], name=op.f("fk_access_review_opener_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review")),
    )
    with op.batch_alter_table("access_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_review_closer_id"), ["closer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_review_opener_id"), ["opener_id"], unique=False)

    op.create_table(
        "old_password",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_old_password_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_password")),
    )
    with op.batch_alter_table("old_password", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_old_password_person_id"), ["person_id"], unique=False)

    op.create_table(
        "pseudonym",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pseudonym_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_pseudonym")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("opening", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_person_id"), ["person_id"], unique=False)

    op.create_table(
        "reset_link",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reset_link_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reset_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_reset_link_token_hash")),
    )
    op.create_table(
        "second_factor",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_second_factor_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "reviewed_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=True),
        sa.Column("signed_in_at", sa.DateTime(), nullable=True),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum("keep", "end", name="decision", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(decision IS NULL) = (decider_id IS NULL)", name=op.f("ck_reviewed_grant_decided_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["decider_id"], ["person.id"], name=op.f("fk_reviewed_grant_decider_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["person.id"], name=op.f("fk_reviewed_grant_giver_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grant.id"], name=op.f("fk_reviewed_grant_grant_id_grant"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["access_review.id"],
            name=op.f("fk_reviewed_grant_review_id_access_review"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewed_grant")),
        sa.UniqueConstraint("review_id", "grant_id", name=op.f("uq_reviewed_grant_review_id_grant_id")),
    )
    with op.batch_alter_table("reviewed_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviewed_grant_decider_id"), ["decider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reviewed_grant_giver_id"), ["giver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reviewed_grant_grant_id"), ["grant_id"], unique=False)

    op.create_table(
        "origin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brought_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("left_at", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN plan_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN visit_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN finding_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_origin_of_one_record"),
        ),
        sa.ForeignKeyConstraint(
            ["brought_id"], ["brought.id"], name=op.f("fk_origin_brought_id_brought"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_origin_finding_id_finding"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_origin_plan_id_plan"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_origin_visit_id_visit"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origin")),
    )
    with op.batch_alter_table("origin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_origin_brought_id"), ["brought_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_origin_finding_id"), ["finding_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_origin_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_origin_visit_id"), ["visit_id"], unique=False)

    with op.batch_alter_table("brought", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.String().with_variant(sa.String(collation="C"), "postgresql"),
                server_default="findings",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("seen", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=True)
        )
        batch_op.add_column(sa.Column("taken_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("fault", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(), nullable=True))

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("copied", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))

    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expired", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(sa.Column("half", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(sa.Column("proved_at", sa.DateTime(), nullable=True))

    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("absent", sa.Text(), server_default="", nullable=False))


def downgrade():
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_column("absent")

    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_column("proved_at")
        batch_op.drop_column("half")
        batch_op.drop_column("expired")

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_column("copied")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("erased_at")

    with op.batch_alter_table("brought", schema=None) as batch_op:
        batch_op.drop_column("fault")
        batch_op.drop_column("tries")
        batch_op.drop_column("taken_at")
        batch_op.drop_column("seen")
        batch_op.drop_column("asked_at")
        batch_op.drop_column("kind")

    with op.batch_alter_table("origin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_origin_visit_id"))
        batch_op.drop_index(batch_op.f("ix_origin_plan_id"))
        batch_op.drop_index(batch_op.f("ix_origin_finding_id"))
        batch_op.drop_index(batch_op.f("ix_origin_brought_id"))

    op.drop_table("origin")
    with op.batch_alter_table("reviewed_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reviewed_grant_grant_id"))
        batch_op.drop_index(batch_op.f("ix_reviewed_grant_giver_id"))
        batch_op.drop_index(batch_op.f("ix_reviewed_grant_decider_id"))

    op.drop_table("reviewed_grant")
    op.drop_table("second_factor")
    op.drop_table("reset_link")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_person_id"))

    op.drop_table("recovery_code")
    op.drop_table("pseudonym")
    with op.batch_alter_table("old_password", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_old_password_person_id"))

    op.drop_table("old_password")
    with op.batch_alter_table("access_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_review_opener_id"))
        batch_op.drop_index(batch_op.f("ix_access_review_closer_id"))

    op.drop_table("access_review")
    with op.batch_alter_table("unscanned", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unscanned_sha256"))

    op.drop_table("unscanned")
    op.drop_table("chore")
