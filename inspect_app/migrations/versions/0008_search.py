"""Words of findings and visits are found through an index."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    """Nothing yet."""


def downgrade():
    """Nothing yet."""
