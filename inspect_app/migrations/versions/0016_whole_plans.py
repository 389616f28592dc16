"""What is kept of findings tells plans that lie within a place as a whole, and has their months and areas."""

from contextlib import nullcontext

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BY = ("plan", "unit", "responsible", "area", "day", "at")
ADDED = ("plan_area", "month", "everywhere")
NUMBERS = ("counted", "resolved", "on_time", "waiting", "doing", "days_taken")
COUNTED = "('open', 'in_progress', 'submitted', 'returned', 'disputed', 'resolved')"


def upgrade():
    _admit(*BY, *ADDED)
    with _year_by_year():
        connection = op.get_bind()
        for year in list(connection.scalars(sa.text("SELECT DISTINCT year FROM plan ORDER BY year"))):
            for statement in (_nothing(), _areas(), _months(connection.dialect.name), _everywhere()):
                connection.execute(sa.text(statement), {"year": year})


def downgrade():
    op.execute(sa.text(f'DELETE FROM finding_count WHERE "by" IN {ADDED}'))
    _admit(*BY)


def _year_by_year():
    """While people go on writing: on PostgreSQL what an interrupted run has filled stays, and is filled again."""
    context = op.get_context()
    return context.autocommit_block() if context.dialect.name == "postgresql" else nullcontext()


def _admit(*sorts):
    """The sorts of count that there may be."""
    table = sa.Table(
        "finding_count",
        sa.MetaData(),
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("code", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS),
        sa.PrimaryKeyConstraint("year", "by", "key", "code", name=op.f("pk_finding_count")),
        sa.CheckConstraint(f'"by" IN {sorts}', name=op.f("ck_finding_count_by")),
        sa.Index("ix_finding_count_key", "by", "key"),
    )
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_finding_count_by"), "finding_count", type_="check")
        op.create_check_constraint(op.f("ck_finding_count_by"), "finding_count", f'"by" IN {sorts}')
        return
    with op.batch_alter_table("finding_count", copy_from=table, recreate="always"):
        """SQLite changes no constraint of a table that is there."""


def _nothing():
    return f'DELETE FROM finding_count WHERE year = :year AND "by" IN {ADDED}'


def _areas():
    return _into() + (
        f"SELECT plan.year, 'plan_area', f.plan_id, f.area_code, {_numbers()} "
        "FROM finding f JOIN plan ON plan.id = f.plan_id "
        f"WHERE plan.year = :year AND f.state IN {COUNTED} GROUP BY plan.year, f.plan_id, f.area_code"
    )


def _months(dialect):
    def edge(column, sign, more=""):
        month = f"to_char(f.{column}, 'YYYYMM')" if dialect == "postgresql" else f"strftime('%Y%m', f.{column})"
        return (
            f"SELECT plan.year, f.plan_id, {month} AS month, {_numbers(sign)} "
            "FROM span f JOIN plan ON plan.id = f.plan_id "
            f"WHERE plan.year = :year AND f.state IN {COUNTED} {more} GROUP BY plan.year, f.plan_id, {month}"
        )

    ended = edge("until", "-", "AND f.until < '9999-12-31'")
    return _into() + (
        f"SELECT e.year, 'month', e.plan_id, e.month, {', '.join(f'sum(e.{name})' for name in NUMBERS)} "
        f"FROM ({edge('since', '')} UNION ALL {ended}) e GROUP BY e.year, e.plan_id, e.month"
    )


def _everywhere():
    return _into() + (
        "SELECT year, 'everywhere', CAST(code AS INTEGER), '', sum(counted), 0, 0, 0, 0, 0 "
        "FROM finding_count WHERE year = :year AND \"by\" = 'at' GROUP BY year, code"
    )


def _into():
    return f'INSERT INTO finding_count ("year", "by", "key", "code", {", ".join(NUMBERS)}) '


def _numbers(sign=""):
    """Each by its name, over rows of `f` that count."""

    def number(condition):
        return f"{sign}count(CASE WHEN {condition} THEN 1 END)"

    numbers = (
        f"{sign}count(*)",
        number("f.state = 'resolved'"),
        number("f.state = 'resolved' AND f.days_late <= 0"),
        number("f.state IN ('submitted', 'disputed')"),
        number("f.state IN ('in_progress', 'returned')"),
        f"{sign}coalesce(sum(CASE WHEN f.state = 'resolved' THEN f.days_taken END), 0)",
    )
    return ", ".join(f"{number} AS {name}" for number, name in zip(numbers, NUMBERS, strict=True))
