"""What is counted once and kept: derived from findings, spans and visits, and never a source of anything.

`findings.services.counts` keeps it in the transaction that changes what it counts, and can make all of it anew.
"""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.core.db import Base, codes, plain
from inspect_app.units.models import UnitKind


class By(StrEnum):
    """What a row of `FindingCount` counts.

    Some are told apart by kinds of unit: their code ends with that of the unit inspected and that of the unit that
    answers, "III district commune", each after a space.
    """

    PLAN = "plan"
    """Findings of the plan `key`: all of them, and once more by kinds."""
    UNIT = "unit"
    """Those found at the unit `key`."""
    RESPONSIBLE = "responsible"
    """Those that the unit `key` answers for."""
    AREA = "area"
    """Those of an area, by kinds."""
    PLAN_AREA = "plan_area"
    """Those of the plan `key` in the area `code`."""
    DAY = "day"
    """By how much the numbers of the year changed on the day `key`, written 20221214, by kinds: up to a day they add up
    to what they were then."""
    MONTH = "month"
    """By how much the numbers of the plan `key` changed in the month `code`, written 202212."""
    AT = "at"
    """Those of the plan `code` at the unit `key`, inspected or answering: where a unit has to be looked for."""
    EVERYWHERE = "everywhere"
    """What `AT` says of the plan `key` at all units together: units where it says as much are all there are."""


class FindingCount(Base):
    """Findings of all plans of one year that were issued, in one place; a row of zeros says as much as none.

    One table for several counts: whoever changes a finding writes all of them in one statement.
    """

    __tablename__ = "finding_count"
    __table_args__ = (Index("ix_finding_count_key", "by", "key"),)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Of the plan."""
    by: Mapped[By] = mapped_column(codes(By), primary_key=True)
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0 where a code says it all."""
    code: Mapped[plain] = mapped_column(primary_key=True)
    """Empty where a number says it all."""
    counted: Mapped[int]
    resolved: Mapped[int]
    on_time: Mapped[int]
    waiting: Mapped[int]
    doing: Mapped[int]
    days_taken: Mapped[int]
    """Calendar days from conclusion to accepted submission, over all that are resolved."""


class PlanStanding(Base):
    """How far inspections of one kind of unit have come under one plan; where there are none, there may be no row."""

    __tablename__ = "plan_standing"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="RESTRICT"), primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(codes(UnitKind), primary_key=True)
    targets: Mapped[int]
    inspected: Mapped[int]
    told: Mapped[int]
    """Targets of which it was reported what was found, be it nothing."""
    ended: Mapped[int]
    """Targets with a conclusion, or closed without findings."""
    nothing_found: Mapped[int]
    self_inspections: Mapped[int]
    """Begun and not cancelled, under a plan of self-inspections."""
    self_reported: Mapped[int]
    """Those of them whose result was sent: leaders see no other."""
