"""What is kept of plans, areas and days, and how far inspections have come, is told apart by kinds of units."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KINDS = ("city", "department", "district", "commune", "affiliate")
NUMBERS = ("counted", "resolved", "on_time", "waiting", "doing", "days_taken")
STANDINGS = ("targets", "inspected", "told", "ended", "nothing_found", "self_inspections", "self_reported")
COUNTED = "('open', 'in_progress', 'submitted', 'returned', 'disputed', 'resolved')"
IN_PLACE = {"autovacuum_vacuum_scale_factor": "0", "autovacuum_vacuum_threshold": "2000", "fillfactor": "80"}
"""As 0012 has it: few rows that are changed all the time."""


def upgrade():
    units = "JOIN unit i ON i.id = f.unit_id JOIN unit a ON a.id = f.responsible_unit_id"
    _count_anew(("plan", "area", "day"), "' ' || i.kind || ' ' || a.kind", units)
    kind = sa.Enum(*KINDS, name="unitkind", native_enum=False, create_constraint=True, length=32)
    _standings_anew(sa.Column("kind", kind, nullable=False))


def downgrade():
    _count_anew(("area", "day"), "''")
    _standings_anew()


def _count_anew(sorts, kinds, units=""):
    """`kinds`: what codes end with, of a finding `f` and of `units` joined to it.

    All years in one transaction: who reads the old rows cannot read the new ones. On PostgreSQL they are read meanwhile.
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE finding_count IN SHARE ROW EXCLUSIVE MODE"))
    facts = {
        "plan": [_facts("finding", "f.plan_id", kinds, units)],
        "area": [_facts("finding", "0", f"f.area_code || {kinds}", units)],
        "day": [_edge("since", "", kinds, units), _edge("until", "-", kinds, units)],
    }
    connection.execute(
        sa.text("DELETE FROM finding_count WHERE \"by\" IN ('area', 'day') OR \"by\" = 'plan' AND code <> ''")
    )
    for year in list(connection.scalars(sa.text("SELECT DISTINCT year FROM plan ORDER BY year"))):
        for by in sorts:
            connection.execute(sa.text(_into(by, " UNION ALL ".join(facts[by]))), {"year": year})


def _into(by, each):
    sums = ", ".join(f"sum(e.{name})" for name in NUMBERS)
    return (
        f'INSERT INTO finding_count ("year", "by", "key", "code", {", ".join(NUMBERS)}) '
        f"SELECT e.year, '{by}', e.mark, e.code, {sums} FROM ({each}) e GROUP BY e.year, e.mark, e.code"
    )


def _facts(table, mark, code, units, sign="", more=""):
    """Rows that count, one by one."""

    def number(condition, many="1"):
        return f"{sign}(CASE WHEN {condition} THEN {many} ELSE 0 END)"

    numbers = (
        f"{sign}1",
        number("f.state = 'resolved'"),
        number("f.state = 'resolved' AND f.days_late <= 0"),
        number("f.state IN ('submitted', 'disputed')"),
        number("f.state IN ('in_progress', 'returned')"),
        number("f.state = 'resolved'", "coalesce(f.days_taken, 0)"),
    )
    said = ", ".join(f"{number} AS {name}" for number, name in zip(numbers, NUMBERS, strict=True))
    return (
        f"SELECT plan.year, {mark} AS mark, {code} AS code, {said} "
        f"FROM {table} f JOIN plan ON plan.id = f.plan_id {units} "
        f"WHERE plan.year = :year AND f.state IN {COUNTED} {more}"
    )


def _edge(column, sign, kinds, units):
    if op.get_context().dialect.name == "postgresql":
        day = f"CAST(to_char(f.{column}, 'YYYYMMDD') AS INTEGER)"
    else:
        day = f"CAST(strftime('%Y%m%d', f.{column}) AS INTEGER)"
    return _facts("span", day, kinds, units, sign, f"AND f.{column} < '9999-12-31'")


def _standings_anew(*kind):
    """`kind`: the column that tells rows of a plan apart, or none."""
    op.drop_table("plan_standing")
    op.create_table(
        "plan_standing",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        *kind,
        *(sa.Column(name, sa.Integer(), nullable=False) for name in STANDINGS),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_standing_plan_id_plan"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("plan_id", *(column.name for column in kind), name=op.f("pk_plan_standing")),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"ALTER TABLE plan_standing SET ({', '.join(f'{key} = {value}' for key, value in IN_PLACE.items())})"
        )
    keys = ", ".join(("plan_id", *(column.name for column in kind)))
    sums = ", ".join(f"sum(x.{name})" for name in STANDINGS)
    op.execute(
        sa.text(
            f"INSERT INTO plan_standing ({keys}, {', '.join(STANDINGS)}) "
            f"SELECT {keys}, {sums} FROM ({_aimed_at()} UNION ALL {_by_themselves()}) x GROUP BY {keys}"
        )
    )


def _aimed_at():
    numbers = {
        "inspected": "v.began_on IS NOT NULL",
        "told": "v.reported_on IS NOT NULL AND v.entry <> 'missing'",
        "ended": "v.state IN ('concluded', 'closed') AND v.ended_on IS NOT NULL",
        "nothing_found": "v.state = 'closed' AND v.ended_on IS NOT NULL",
    }
    said = ", ".join(f"CASE WHEN {condition} THEN 1 ELSE 0 END AS {name}" for name, condition in numbers.items())
    return (
        f"SELECT t.plan_id, u.kind, 1 AS targets, {said}, 0 AS self_inspections, 0 AS self_reported "
        "FROM target t JOIN unit u ON u.id = t.unit_id "
        "LEFT JOIN visit v ON v.target_id = t.id AND v.state <> 'cancelled' WHERE t.removed_on IS NULL"
    )


def _by_themselves():
    return (
        "SELECT v.plan_id, u.kind, 0, 0, 0, 0, 0, 1, "
        "CASE WHEN v.state IN ('reported', 'concluded', 'closed') THEN 1 ELSE 0 END "
        "FROM visit v JOIN plan ON plan.id = v.plan_id JOIN unit u ON u.id = v.unit_id "
        "WHERE plan.kind = 'self' AND v.began_on IS NOT NULL AND v.state <> 'cancelled'"
    )
