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

    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expired", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(sa.Column("half", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(sa.Column("proved_at", sa.DateTime(), nullable=True))


def downgrade():
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_column("proved_at")
        batch_op.drop_column("half")
        batch_op.drop_column("expired")

    with op.batch_alter_table("brought", schema=None) as batch_op:
        batch_op.drop_column("fault")
        batch_op.drop_column("tries")
        batch_op.drop_column("taken_at")
        batch_op.drop_column("seen")
        batch_op.drop_column("asked_at")
        batch_op.drop_column("kind")

    op.drop_table("second_factor")
    op.drop_table("reset_link")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_person_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("old_password", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_old_password_person_id"))

    op.drop_table("old_password")
    op.drop_table("chore")
