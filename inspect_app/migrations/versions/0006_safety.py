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


def downgrade():
    op.drop_table("chore")
