"""The index of a year: how a group of units is graded, and what each of them scored."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.core.db import Base, Hundredths, codes, pk, prose
from inspect_app.units.models import Unit, UnitKind


class Grade(StrEnum):
    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    AVERAGE = "average"
    WEAK = "weak"
    """Below every band; needs no bound of its own."""


class Criterion(StrEnum):
    """The two criteria of the index that inspections themselves decide."""

    INSPECTED = "inspected"
    """Share of the group's units that were inspected."""
    HANDLED = "handled"
    """Share of the problems found that were put right."""


class Grading(Base):
    """One group of units in one year: bands, criteria and scores, changed together and published together."""

    __tablename__ = "grading"
    __table_args__ = (
        UniqueConstraint("year", "kind"),
        CheckConstraint("kind <> 'city'", name="of_units_below_the_city"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="a_year"),
        CheckConstraint(
            "(published_on IS NULL) = (decision_on IS NULL) AND (published_on IS NULL) = (decision_number = '')",
            name="published_by_a_decision",
        ),
        CheckConstraint(
            "inspected_points BETWEEN 0 AND 10000 AND handled_points BETWEEN 0 AND 10000", name="points_up_to_100"
        ),
    )

    id: Mapped[pk]
    year: Mapped[int]
    kind: Mapped[UnitKind] = mapped_column(codes(UnitKind, "graded_kind"))
    """The group: all units of this kind."""
    excellent_from: Mapped[Decimal | None] = mapped_column(Hundredths)
    """The least total of the grade, 0–100; empty where the year knows no such grade."""
    good_from: Mapped[Decimal | None] = mapped_column(Hundredths)
    fair_from: Mapped[Decimal | None] = mapped_column(Hundredths)
    average_from: Mapped[Decimal | None] = mapped_column(Hundredths)
    inspected_points: Mapped[Decimal] = mapped_column(Hundredths)
    """The most that the criterion gives, 0–100."""
    handled_points: Mapped[Decimal] = mapped_column(Hundredths)
    note: Mapped[prose] = mapped_column(default="")
    """Where the figures come from; stands under them."""
    decision_number: Mapped[str] = mapped_column(default="")
    """Of the decision that publishes the scores."""
    decision_on: Mapped[date | None]
    published_on: Mapped[date | None]
    """From then on nothing changes, until it is opened again with a reason."""
    edited_at: Mapped[datetime]
    """Set by every change, of steps and scores too, so that the version tells of it."""

    steps: Mapped[list["Step"]] = relationship(lazy="raise", cascade="all, delete-orphan", passive_deletes=True)
    scores: Mapped[list["Score"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True, back_populates="grading"
    )

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def is_published(self) -> bool:
        return self.published_on is not None


class Step(Base):
    """From this share on, the criterion gives so much of its points; below the lowest step it gives none."""

    __tablename__ = "grading_step"
    __table_args__ = (
        UniqueConstraint("grading_id", "criterion", "from_percent"),
        CheckConstraint("from_percent BETWEEN 0 AND 10000", name="from_0_to_100"),
        CheckConstraint("share BETWEEN 0 AND 10000", name="at_most_all_points"),
    )

    id: Mapped[pk]
    grading_id: Mapped[int] = mapped_column(ForeignKey("grading.id", ondelete="RESTRICT"))
    criterion: Mapped[Criterion] = mapped_column(codes(Criterion))
    from_percent: Mapped[Decimal] = mapped_column(Hundredths)
    share: Mapped[Decimal | None] = mapped_column(Hundredths)
    """Per cent of the points; empty for pro rata: the share itself times the points."""


class Score(Base):
    """What one unit scored. Its grade follows from the bands and is never stored."""

    __tablename__ = "grading_score"
    __table_args__ = (
        UniqueConstraint("grading_id", "unit_id"),
        CheckConstraint("total BETWEEN 0 AND 10000", name="from_0_to_100"),
        CheckConstraint(
            "(assessed IS NULL) = (surveyed IS NULL) AND (assessed IS NULL OR assessed + surveyed = total)",
            name="parts_make_the_total",
        ),
        CheckConstraint("assessed >= 0 AND surveyed >= 0", name="parts_from_0"),
    )

    id: Mapped[pk]
    grading_id: Mapped[int] = mapped_column(ForeignKey("grading.id", ondelete="RESTRICT"))
    grading: Mapped[Grading] = relationship(lazy="raise", back_populates="scores")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    unit: Mapped[Unit] = relationship(lazy="raise")
    unit_name: Mapped[str]
    """As it was called in that year."""
    total: Mapped[Decimal] = mapped_column(Hundredths)
    assessed: Mapped[Decimal | None] = mapped_column(Hundredths)
    """Điểm thẩm định: the part that a council gave."""
    surveyed: Mapped[Decimal | None] = mapped_column(Hundredths)
    """Điểm điều tra xã hội học: the part that people asked gave."""
