"""Units are listed, counted and found by code, plans searched, past days looked at: by indexes."""

from contextlib import nullcontext

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = ("city", "department", "district", "commune", "affiliate")
_KINDS = " ".join(f"WHEN (kind = '{kind}') THEN {place}" for place, kind in enumerate(KINDS))
KIND_ORDER = f"(CASE {_KINDS} END)"
CODE = sa.cast(sa.func.lower(sa.column("code")), sa.String().with_variant(sa.String(collation="C"), "postgresql"))
NOT_ENDED = {"sqlite_where": sa.text("ended = 0"), "postgresql_where": sa.text("NOT ended")}
_WAITING = sa.text("state IN ('submitted', 'disputed')")
WAITING = {"sqlite_where": _WAITING, "postgresql_where": _WAITING}
_MOVED = sa.text("responsible_unit_id <> unit_id")
MOVED = {"sqlite_where": _MOVED, "postgresql_where": _MOVED}
_LIVE = "state IN ('open', 'in_progress', 'submitted', 'returned', 'disputed')"
LATE = {
    "sqlite_where": sa.text(f"{_LIVE} AND in_time = 0"),
    "postgresql_where": sa.text(f"{_LIVE} AND NOT in_time"),
}
INDEXES = (
    ("unit", "ix_unit_listed", (sa.text(KIND_ORDER), "sort_key", "id"), {}),
    ("unit", "ix_unit_code", (CODE,), {}),
    ("unit", "ix_unit_days", ("ended", "valid_from", "valid_to", "last_known"), {}),
    ("unit", "ix_unit_not_ended", ("id",), NOT_ENDED),
    ("plan", "ix_plan_words", ("year", "id", "folded"), {}),
    (
        "finding",
        "ix_finding_waiting_facts",
        ("state", "team_id", "responsible_unit_id", "plan_id", "deadline", "in_time", "id"),
        WAITING,
    ),
    ("span", "ix_span_moved", ("responsible_unit_id", "finding_id"), MOVED),
    ("span", "ix_span_live_facts", ("until", "since", "deadline", "finding_id", "id", "state"), LATE),
)
REPLACED = (
    ("finding", "ix_finding_waiting", ("state", "team_id", "responsible_unit_id"), WAITING),
    ("span", "ix_span_live", ("until", "since", "deadline", "finding_id"), LATE),
)
"""Each begins as one of those above does, which is as good."""


def upgrade():
    _exchange(INDEXES, REPLACED)


def downgrade():
    _exchange(REPLACED, INDEXES)


def _exchange(made, dropped):
    with _one_by_one():
        for table, name, columns, how in made:
            op.create_index(name, table, list(columns), if_not_exists=True, postgresql_concurrently=True, **how)
        for table, name, _columns, _how in dropped:
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def _one_by_one():
    """While people go on writing: on PostgreSQL an index that is made outside a transaction lets them."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()
