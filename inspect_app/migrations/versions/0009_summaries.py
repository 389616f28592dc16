"""What a plan has come to is kept beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BY = ("plan", "unit", "responsible", "area", "day", "at")
NUMBERS = ("counted", "resolved", "on_time", "waiting", "doing", "days_taken")
STANDINGS = ("targets", "inspected", "told", "ended", "nothing_found", "self_inspections", "self_reported")
COUNTED = "('open', 'in_progress', 'submitted', 'returned', 'disputed', 'resolved')"


def upgrade():
    op.create_table(
        "finding_count",
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("by", sa.Enum(*BY, name="by", native_enum=False, create_constraint=True, length=32), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("code", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS),
        sa.PrimaryKeyConstraint("year", "by", "key", "code", name=op.f("pk_finding_count")),
    )
    op.create_index("ix_finding_count_key", "finding_count", ["by", "key"])
    op.create_table(
        "plan_standing",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in STANDINGS),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_standing_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_standing")),
    )
    _fill()


def downgrade():
    op.drop_table("plan_standing")
    op.drop_index("ix_finding_count_key", "finding_count")
    op.drop_table("finding_count")


def _fill():
    """Year by year; only the new tables are locked meanwhile."""
    connection = op.get_bind()
    _standings(connection)
    for year in list(connection.scalars(sa.text("SELECT DISTINCT year FROM plan ORDER BY year"))):
        for statement in (_today("plan", "f.plan_id"), _today("unit", "f.unit_id")):
            connection.execute(sa.text(statement), {"year": year})
        connection.execute(sa.text(_today("responsible", "f.responsible_unit_id")), {"year": year})
        connection.execute(sa.text(_today("area", "0", "f.area_code")), {"year": year})
        connection.execute(sa.text(_places()), {"year": year})
        connection.execute(sa.text(_days(connection.dialect.name)), {"year": year})


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


def _today(by, key, code="''"):
    return _into() + (
        f"SELECT plan.year, '{by}', {key}, {code}, {_numbers()} FROM finding f JOIN plan ON plan.id = f.plan_id "
        f"WHERE plan.year = :year AND f.state IN {COUNTED} GROUP BY plan.year, {code if by == 'area' else key}"
    )


def _places():
    issued = "FROM finding f JOIN plan ON plan.id = f.plan_id WHERE plan.year = :year AND f.state <> 'recorded'"
    return _into() + (
        "SELECT e.year, 'at', e.unit_id, CAST(e.plan_id AS VARCHAR), count(*), 0, 0, 0, 0, 0 FROM ("
        f"SELECT plan.year, f.plan_id, f.unit_id {issued} UNION ALL "
        f"SELECT plan.year, f.plan_id, f.responsible_unit_id {issued} AND f.responsible_unit_id <> f.unit_id"
        ") e GROUP BY e.year, e.unit_id, e.plan_id"
    )


def _days(dialect):
    def edge(column, sign, more=""):
        if dialect == "postgresql":
            day = f"CAST(to_char(f.{column}, 'YYYYMMDD') AS INTEGER)"
        else:
            day = f"CAST(strftime('%Y%m%d', f.{column}) AS INTEGER)"
        return (
            f"SELECT plan.year, {day} AS day, {_numbers(sign)} FROM span f JOIN plan ON plan.id = f.plan_id "
            f"WHERE plan.year = :year AND f.state IN {COUNTED} {more} GROUP BY plan.year, {day}"
        )

    ended = edge("until", "-", "AND f.until < '9999-12-31'")
    return _into() + (
        f"SELECT e.year, 'day', e.day, '', {', '.join(f'sum(e.{name})' for name in NUMBERS)} "
        f"FROM ({edge('since', '')} UNION ALL {ended}) e GROUP BY e.year, e.day"
    )


def _standings(connection):
    def visited(condition):
        return (
            "count(CASE WHEN EXISTS (SELECT 1 FROM visit v WHERE v.target_id = t.id AND v.state <> 'cancelled' "
            f"AND {condition}) THEN 1 END)"
        )

    began = "v.began_on IS NOT NULL"
    told = "v.reported_on IS NOT NULL AND v.entry <> 'missing'"
    ended = "v.state IN ('concluded', 'closed') AND v.ended_on IS NOT NULL"
    closed = "v.state = 'closed' AND v.ended_on IS NOT NULL"
    aimed_at = (
        f"SELECT t.plan_id, count(*) AS a, {visited(began)} AS b, {visited(told)} AS c, {visited(ended)} AS d, "
        f"{visited(closed)} AS e, 0 AS f, 0 AS g FROM target t WHERE t.removed_on IS NULL GROUP BY t.plan_id"
    )
    by_themselves = (
        "SELECT v.plan_id, 0, 0, 0, 0, 0, count(*), "
        "count(CASE WHEN v.state IN ('reported', 'concluded', 'closed') THEN 1 END) "
        "FROM visit v JOIN plan ON plan.id = v.plan_id "
        f"WHERE plan.kind = 'self' AND {began} AND v.state <> 'cancelled' GROUP BY v.plan_id"
    )
    connection.execute(
        sa.text(
            f"INSERT INTO plan_standing (plan_id, {', '.join(STANDINGS)}) "
            f"SELECT x.plan_id, {', '.join(f'sum(x.{letter})' for letter in 'abcdefg')} "
            f"FROM ({aimed_at} UNION ALL {by_themselves}) x GROUP BY x.plan_id"
        )
    )
