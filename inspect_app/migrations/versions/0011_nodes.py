"""Several machines serve one installation."""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    """Nothing yet."""


def downgrade():
    """Nothing yet."""
