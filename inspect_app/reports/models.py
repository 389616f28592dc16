"""What reports keep: figures that were frozen on purpose. Everything else they count afresh each time."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.accounts.models import Person
from inspect_app.core.db import Base, Utf8, codes, pk, plain
from inspect_app.plans.models import Plan
from inspect_app.units.models import Unit


class SnapshotKind(StrEnum):
    PLAN = "plan"
    """The report of one plan."""
    YEAR = "year"
    """The overview: all plans of a year."""


class Snapshot(Base):
    """The report of a plan, or of all plans of a year, on one day, frozen.

    Written once: the database refuses to change or delete it. `document` is everything, as canonical JSON; the other
    columns repeat of it what lists and policies ask.
    """

    __tablename__ = "snapshot"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="whole_hash"),
        CheckConstraint("(kind = 'plan') = (plan_id IS NOT NULL)", name="of_a_plan_or_a_year"),
        Index("ix_snapshot_plan_id_id", "plan_id", "id"),
        Index("ix_snapshot_unit_id_id", "unit_id", "id"),
    )

    id: Mapped[pk]
    kind: Mapped[SnapshotKind] = mapped_column(codes(SnapshotKind))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="RESTRICT"))
    plan: Mapped[Plan | None] = relationship(lazy="raise")
    year: Mapped[int]
    """Of the plan, or of the plans."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    """Whose scope it is of: figures of what a reviewer of this unit sees."""
    unit: Mapped[Unit] = relationship(lazy="raise")
    title: Mapped[str]
    """What it was frozen for."""
    as_of: Mapped[date]
    taken_at: Mapped[datetime]
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    taker: Mapped[Person | None] = relationship(lazy="raise")
    taker_name: Mapped[str]
    rules: Mapped[str]
    """The version of the counting rules, `policy.RULES`."""
    document: Mapped[bytes] = mapped_column(Utf8, deferred=True)
    """Up to 40 MB of a country: read when it is asked for."""
    sha256: Mapped[plain]
    """Of `document`."""
    log_seq: Mapped[int]
    """The last event of the log when it was taken, 0 while there was none."""
