"""What is counted once and kept: derived from findings, spans and visits, and never a source of anything.

`findings.services.counts` keeps it in the transaction that changes what it counts, and can make all of it anew.
"""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.core.db import Base, codes, plain


class By(StrEnum):
    """What a row of `FindingCount` counts."""

    PLAN = "plan"
    """Findings of the plan `key`."""
    UNIT = "unit"
    """Those found at the unit `key`."""
    RESPONSIBLE = "responsible"
    """Those that the unit `key` answers for."""
    AREA = "area"
    """Those of the area `code`."""
    PLAN_AREA = "plan_area"
    """Those of the plan `key` in the area `code`."""
    DAY = "day"
    """By how much the numbers of the year changed on the day `key`, written 20221214: up to a day they add up to what
    they were then."""
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
    """0 where a code says it."""
    code: Mapped[plain] = mapped_column(primary_key=True)
    """Empty where a number says it."""
    counted: Mapped[int]
    resolved: Mapped[int]
    on_time: Mapped[int]
    waiting: Mapped[int]
    doing: Mapped[int]
    days_taken: Mapped[int]
    """Calendar days from conclusion to accepted submission, over all that are resolved."""


class PlanStanding(Base):
    """How far the inspections under one plan have come; a plan without targets and visits may have no row."""

    __tablename__ = "plan_standing"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="RESTRICT"), primary_key=True)
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
