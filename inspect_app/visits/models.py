"""Visits. What they found is `findings`; a visit only says whether anything was entered."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.checklists.models import Checklist
from inspect_app.core.db import Base, codes, pk, prose
from inspect_app.plans.models import Plan, Target, Team
from inspect_app.units.models import Unit


class VisitState(StrEnum):
    PLANNED = "planned"
    BEGUN = "begun"
    REPORTED = "reported"
    CONCLUDED = "concluded"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Entry(StrEnum):
    """Whether the result was typed in: nothing found and nothing entered are two different things."""

    MISSING = "missing"
    NONE_FOUND = "none_found"
    FOUND = "found"


class Scope(StrEnum):
    """How much of the unit's work was looked at."""

    COMPREHENSIVE = "comprehensive"
    THEMATIC = "thematic"


class Manner(StrEnum):
    ON_SITE = "on_site"
    BY_REPORT = "by_report"


_NOT_CANCELLED = text("state <> 'cancelled'")
_BEGUN = text("state = 'begun'")
_REPORTED = text("state = 'reported'")


class Visit(Base):
    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'cancelled') OR began_on IS NOT NULL", name="begun_on_a_day"),
        CheckConstraint("state <> 'planned' OR began_on IS NULL", name="planned_is_not_begun"),
        CheckConstraint(
            "(state IN ('concluded', 'closed', 'cancelled')) = (ended_on IS NOT NULL)", name="ended_on_a_day"
        ),
        CheckConstraint("day = coalesce(began_on, planned_on)", name="day_begun_or_planned"),
        Index(
            "uq_visit_one_for_a_target",
            "target_id",
            unique=True,
            sqlite_where=_NOT_CANCELLED,
            postgresql_where=_NOT_CANCELLED,
        ),
        # All that a list takes which is gathered for who sees a part, by its units and by the plans issued there.
        Index("ix_visit_unit_facts", "unit_id", "day", "id", "state", "plan_id"),
        Index("ix_visit_plan_facts", "plan_id", "day", "id", "unit_id", "state"),
        Index("ix_visit_day", "day", "id"),
        Index("ix_visit_state", "state"),
        # What waits longest for its result or its conclusion comes first.
        Index("ix_visit_begun", "began_on", "id", sqlite_where=_BEGUN, postgresql_where=_BEGUN),
        Index("ix_visit_reported", "reported_on", "id", sqlite_where=_REPORTED, postgresql_where=_REPORTED),
        Index("ix_visit_team_id", "team_id"),
    )

    id: Mapped[pk]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="RESTRICT"))
    plan: Mapped[Plan] = relationship(lazy="raise")
    target_id: Mapped[int | None] = mapped_column(ForeignKey("target.id", ondelete="RESTRICT"), index=True)
    target: Mapped[Target | None] = relationship(lazy="raise")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    unit: Mapped[Unit] = relationship(lazy="raise")
    unit_name: Mapped[str]
    """As it was called on the day."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="RESTRICT"))
    """Empty for a self-inspection."""
    team: Mapped[Team | None] = relationship(lazy="raise")
    state: Mapped[VisitState] = mapped_column(codes(VisitState), default=VisitState.PLANNED)
    entry: Mapped[Entry] = mapped_column(codes(Entry), default=Entry.MISSING)
    arranged_on: Mapped[date]
    """The day from which it was on the calendar: nothing that happens to it counts for an earlier day."""
    planned_on: Mapped[date | None]
    day: Mapped[date]
    """The day it began, or until then the day it is planned for: what lists sort by."""
    scope: Mapped[Scope] = mapped_column(codes(Scope), default=Scope.COMPREHENSIVE, server_default="comprehensive")
    theme: Mapped[str] = mapped_column(default="", server_default="")
    """Of a thematic visit."""
    manner: Mapped[Manner] = mapped_column(codes(Manner), default=Manner.ON_SITE, server_default="on_site")
    trigger: Mapped[prose] = mapped_column(default="", server_default="")
    """What made a surprise visit necessary."""
    follow_up: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Looks again at what earlier visits found (phúc tra); takes no target's place in its plan."""
    checklist_id: Mapped[int | None] = mapped_column(ForeignKey("checklist.id", ondelete="RESTRICT"), index=True)
    """The version answered; fixed with the first answer."""
    checklist: Mapped[Checklist | None] = relationship(lazy="raise")
    planned_at: Mapped[str] = mapped_column(default="")
    """Time of day, `08:00`, when one was agreed."""
    place: Mapped[str] = mapped_column(default="")
    present: Mapped[prose] = mapped_column(default="")
    """Who took part, from the team and from the unit."""
    absent: Mapped[prose] = mapped_column(default="", server_default="")
    """Officials who were not at their post, a line each. Personal: who may read it stands in core.privacy."""
    opinion: Mapped[prose] = mapped_column(default="")
    """What the unit said."""
    remark: Mapped[prose] = mapped_column(default="")
    strengths: Mapped[prose] = mapped_column(default="", server_default="")
    """Ưu điểm."""
    causes: Mapped[prose] = mapped_column(default="", server_default="")
    """Nguyên nhân."""
    basis: Mapped[prose] = mapped_column(default="", server_default="")
    """Căn cứ: what the letters of this visit rest on, beside the plan."""
    proposals: Mapped[prose] = mapped_column(default="", server_default="")
    """Kiến nghị."""
    began_at: Mapped[str] = mapped_column(default="", server_default="")
    """Time of day when the working session began, `08:30`, for its minutes."""
    ended_at: Mapped[str] = mapped_column(default="", server_default="")
    began_on: Mapped[date | None]
    """The day of the inspection."""
    reported_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    """Day of the conclusion, of closing without findings, or of cancelling."""
    ended_why: Mapped[prose] = mapped_column(default="")
    created_at: Mapped[datetime]

    @property
    def moved_on(self) -> date:
        """The day of the latest move: no later one may count for an earlier day."""
        return self.ended_on or self.reported_on or self.began_on or self.arranged_on

    @property
    def is_self_inspection(self) -> bool:
        return self.team_id is None

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Result(StrEnum):
    """What was seen of one item."""

    MET = "met"
    UNMET = "unmet"
    NOT_APPLICABLE = "not_applicable"
    UNCHECKED = "unchecked"


class Answer(Base):
    """What a visit saw of one item of its checklist. An item without a row is unchecked."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("visit_id", "item_id"),
        CheckConstraint("numerator >= 0 AND denominator >= 0", name="figures_from_0"),
    )

    id: Mapped[pk]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="RESTRICT"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"), index=True)
    result: Mapped[Result] = mapped_column(codes(Result), default=Result.UNCHECKED)
    numerator: Mapped[int | None]
    denominator: Mapped[int | None]
    observed_at: Mapped[str] = mapped_column(default="")
    """Time of day, `08:30`."""
    note: Mapped[prose] = mapped_column(default="")


class Verdict(StrEnum):
    """What a unit says of itself in one area."""

    FINE = "fine"
    WRONG = "wrong"
    UNCHECKED = "unchecked"


class AreaAnswer(Base):
    """One line of a self-inspection's light form."""

    __tablename__ = "area_answer"
    __table_args__ = (UniqueConstraint("visit_id", "area_code"),)

    id: Mapped[pk]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="RESTRICT"))
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code", ondelete="RESTRICT"))
    verdict: Mapped[Verdict] = mapped_column(codes(Verdict, "area_verdict"))
