"""Plans with their areas, teams and targets."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.accounts.models import Person
from inspect_app.core.actor import TeamRole
from inspect_app.core.db import Base, codes, pk, plain, prose
from inspect_app.units.models import Unit


class PlanKind(StrEnum):
    SCHEDULED = "scheduled"
    SURPRISE = "surprise"
    SELF = "self"


class Area(Base):
    """A field of administrative reform: I–VII of Resolution 76/NQ-CP, KL discipline, VT records. A catalogue."""

    __tablename__ = "area"

    code: Mapped[plain] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    name_en: Mapped[str]

    @property
    def id(self) -> int:
        return self.position


class Plan(Base):
    __tablename__ = "plan"
    __table_args__ = (Index("ix_plan_year", "year", "id"), Index("ix_plan_words", "year", "id", "folded"))

    id: Mapped[pk]
    kind: Mapped[PlanKind] = mapped_column(codes(PlanKind))
    year: Mapped[int]
    title: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    """As on paper, `262/KH-UBND`; empty until the registry gives it."""
    issued_on: Mapped[date | None]
    issuing_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    issuing_unit: Mapped[Unit] = relationship(lazy="raise")
    note: Mapped[prose] = mapped_column(default="")
    illustrative: Mapped[bool] = mapped_column(default=False)
    copied: Mapped[bool] = mapped_column(default=False, server_default=text("(false)"))
    """Brought in from the sheets in which it was kept before the register."""
    """Its units, shortcomings and people are made up, and the page says so."""
    folded: Mapped[plain]
    """Number and title for search."""

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Team(Base):
    __tablename__ = "team"

    id: Mapped[pk]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="RESTRICT"), index=True)
    plan: Mapped[Plan] = relationship(lazy="raise")
    name: Mapped[str]
    decision_number: Mapped[str] = mapped_column(default="")
    decision_on: Mapped[date | None]
    members: Mapped[list["TeamMember"]] = relationship(lazy="raise", back_populates="team")

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class TeamMember(Base):
    __tablename__ = "team_member"
    __table_args__ = (
        UniqueConstraint("team_id", "person_id", "since"),
        CheckConstraint("until IS NULL OR since <= until", name="days_in_order"),
    )

    id: Mapped[pk]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="RESTRICT"))
    team: Mapped[Team] = relationship(lazy="raise", back_populates="members")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    person: Mapped[Person] = relationship(lazy="raise")
    role: Mapped[TeamRole] = mapped_column(codes(TeamRole))
    since: Mapped[date]
    until: Mapped[date | None]
    """Last day, inclusive."""


class Target(Base):
    """One unit that a plan means to inspect."""

    __tablename__ = "target"
    __table_args__ = (
        CheckConstraint("month IS NULL OR month BETWEEN 1 AND 12", name="month_of_the_year"),
        CheckConstraint("removed_on IS NULL OR since <= removed_on", name="days_in_order"),
        Index(
            "uq_target_once_in_a_plan",
            *("plan_id", "unit_id"),
            unique=True,
            sqlite_where=text("removed_on IS NULL"),
            postgresql_where=text("removed_on IS NULL"),
        ),
        # Which plans somebody may open goes by their units' targets, of which those begun are under no embargo.
        Index("ix_target_unit_plans", "unit_id", "begun_on", "plan_id"),
        # All that a schedule takes which is gathered for who sees a part, by its units and by the plans issued there.
        Index("ix_target_unit_facts", "unit_id", "plan_id", "begun_on", "since", "removed_on", "month", "id"),
        Index("ix_target_plan_facts", "plan_id", "id", "unit_id", "begun_on", "since", "removed_on", "month"),
    )

    id: Mapped[pk]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="RESTRICT"))
    plan: Mapped[Plan] = relationship(lazy="raise")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    unit: Mapped[Unit] = relationship(lazy="raise")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="RESTRICT"), index=True)
    team: Mapped[Team | None] = relationship(lazy="raise")
    month: Mapped[int | None]
    """Of the plan's year, 1–12."""
    since: Mapped[date]
    """The day from which it counts in the plan."""
    removed_on: Mapped[date | None]
    """The day from which it no longer counts; the row stays."""
    begun_on: Mapped[date | None]
    """The day its inspection began, unless that was cancelled; kept by `visits`. It ends the surprise embargo."""
    removed_why: Mapped[prose] = mapped_column(default="")
