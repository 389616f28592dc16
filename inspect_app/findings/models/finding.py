"""The finding today, and the facts of every earlier day."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, query_expression, relationship

from inspect_app.accounts.models import Person
from inspect_app.checklists.models import Item
from inspect_app.core import words
from inspect_app.core.db import Base, codes, of_given, pk, plain, prose
from inspect_app.findings.models.words import LIVE, CountedFrom, DeadlineUnit, State
from inspect_app.plans.models import Area, Plan, Team
from inspect_app.units.models import Unit
from inspect_app.visits.models import Visit

if TYPE_CHECKING:
    from inspect_app.findings.models.notice import Conclusion
    from inspect_app.findings.models.remedy import Extension, Message, Submission


class Facts:
    """What figures are counted from; the same columns today (`Finding`) and on an earlier day (`Span`)."""

    @declared_attr
    def plan_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("plan.id", ondelete="RESTRICT"))

    @declared_attr
    def visit_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("visit.id", ondelete="RESTRICT"), index=True)

    @declared_attr
    def team_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("team.id", ondelete="RESTRICT"))

    @declared_attr
    def unit_id(cls) -> Mapped[int]:
        """The unit inspected; never changes."""
        return mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))

    @declared_attr
    def responsible_unit_id(cls) -> Mapped[int]:
        """The unit that must answer for it."""
        return mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))

    @declared_attr
    def area_code(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("area.code", ondelete="RESTRICT"))

    state: Mapped[State] = mapped_column(codes(State), default=State.RECORDED)
    issued_on: Mapped[date | None]
    baseline: Mapped[date | None]
    """The deadline as first issued."""
    deadline: Mapped[date | None]
    """The deadline in force: the baseline plus what was granted."""
    in_time: Mapped[bool] = mapped_column(default=False)
    """A submission that came in time is waiting: the unit is not overdue while it does."""
    submitted_on: Mapped[date | None]
    """Day of the latest submission that was not recalled."""
    resolved_on: Mapped[date | None]
    days_late: Mapped[int | None]
    """Of the accepted submission against the deadline then in force: below 0 early, 0 on the day, above 0 late."""
    days_taken: Mapped[int | None]
    """Calendar days from the conclusion to the accepted submission."""


_LIVE_SQL = "state IN ('open', 'in_progress', 'submitted', 'returned', 'disputed')"
"""Word for word what `queries.facts` asks, as SQLite must see to use an index that is kept for some rows only."""
_ASIDE_SQL = "state IN ('recorded', 'withdrawn')"
_WAITING_SQL = "state IN ('submitted', 'disputed')"
_SUBMITTED_SQL = "state = 'submitted'"
_RESOLVED_UNTIL_LATER_SQL = "state = 'resolved' AND until < '9999-12-31'"


class Finding(Facts, Base):
    """One shortcoming of one unit, until a verifier agrees that it is put right."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint(
            "state = 'recorded' OR (issued_on IS NOT NULL AND deadline IS NOT NULL AND baseline IS NOT NULL)",
            name="issued_with_a_deadline",
        ),
        CheckConstraint("(state = 'resolved') = (resolved_on IS NOT NULL)", name="resolved_on_a_day"),
        CheckConstraint("(state = 'disputed') = (disputed_from IS NOT NULL)", name="disputed_from_a_state"),
        CheckConstraint("NOT in_time OR state = 'submitted'", name="in_time_while_waiting"),
        CheckConstraint("(fixed_deadline IS NULL) <> (deadline_n IS NULL)", name="one_rule_for_the_deadline"),
        Index("ix_finding_plan_id_id", "plan_id", "id"),
        # All that figures of plans are counted from, so that no finding itself is read for them.
        Index(
            "ix_finding_plan_facts",
            *("plan_id", "state", "deadline", "unit_id", "area_code", "responsible_unit_id"),
            *("in_time", "days_late", "days_taken", "moved_on", "id"),
        ),
        Index(
            "ix_finding_overdue",
            *("deadline", "id"),
            sqlite_where=text(f"{_LIVE_SQL} AND in_time = 0"),
            postgresql_where=text(f"{_LIVE_SQL} AND NOT in_time"),
        ),
        Index(
            "ix_finding_unit_queue",
            *("responsible_unit_id", "deadline", "id"),
            sqlite_where=text(_LIVE_SQL),
            postgresql_where=text(_LIVE_SQL),
        ),
        # What lists are read by: with all that their conditions on live findings ask for beside the key.
        Index(
            "ix_finding_live",
            *("deadline", "id", "state", "in_time", "unit_id", "responsible_unit_id", "area_code", "plan_id"),
            sqlite_where=text(_LIVE_SQL),
            postgresql_where=text(_LIVE_SQL),
        ),
        Index(
            "ix_finding_unit_live",
            *("unit_id", "deadline", "id"),
            sqlite_where=text(_LIVE_SQL),
            postgresql_where=text(_LIVE_SQL),
        ),
        Index(
            "ix_finding_unit_overdue",
            *("responsible_unit_id", "deadline"),
            sqlite_where=text(f"{_LIVE_SQL} AND in_time = 0"),
            postgresql_where=text(f"{_LIVE_SQL} AND NOT in_time"),
        ),
        Index(
            "ix_finding_waiting_places",
            *("state", "team_id", "responsible_unit_id", "plan_id", "deadline", "in_time", "id", "unit_id"),
            sqlite_where=text(_WAITING_SQL),
            postgresql_where=text(_WAITING_SQL),
        ),
        # Whoever waits longest for a verifier comes first.
        Index(
            "ix_finding_submitted",
            *("submitted_on", "id"),
            sqlite_where=text(_SUBMITTED_SQL),
            postgresql_where=text(_SUBMITTED_SQL),
        ),
        of_given("ix_finding_repeating", "repeats_id"),
        Index("ix_finding_unit_id_id", "unit_id", "id"),
        Index("ix_finding_responsible_unit_id", "responsible_unit_id"),
        Index("ix_finding_team_id", "team_id"),
        Index("ix_finding_aside", "state", "id", sqlite_where=text(_ASIDE_SQL), postgresql_where=text(_ASIDE_SQL)),
        of_given("ix_finding_assignee_given", "assignee_id"),
        # With what is counted of a period beside the day.
        Index("ix_finding_issued_figures", "issued_on", "state", "repeats_id", "resolved_on"),
        Index("ix_finding_resolved_facts", "resolved_on", "state", "days_late"),
        Index("ix_finding_by_deadline", text("coalesce(deadline, '9999-12-31')"), "id"),
        # Which of a thousand written down one after the other was issued first, see `queries.facts.latest_by`.
        Index("ix_finding_blocks", text("(id / 1000)"), "issued_on"),
        Index("ix_finding_by_submission", text("coalesce(submitted_on, '9999-12-31')"), "id"),
        Index(
            "ix_finding_moved",
            "id",
            sqlite_where=text("responsible_unit_id <> unit_id"),
            postgresql_where=text("responsible_unit_id <> unit_id"),
        ),
        Index(
            "ix_finding_extended",
            "id",
            sqlite_where=text("deadline <> baseline"),
            postgresql_where=text("deadline <> baseline"),
        ),
    )

    id: Mapped[pk]
    code: Mapped[plain] = mapped_column(unique=True)
    """`HC-2022-0007`: unique, given at recording, gaps allowed."""
    text: Mapped[prose]
    title: Mapped[str]
    """The first sentence of `text`."""
    required: Mapped[prose]
    """What must be done, verb first."""
    required_title: Mapped[str]
    """The first sentence of `required`: the title in the unit's own queue."""
    unit_name: Mapped[str]
    """The inspected unit as it was called on the day."""
    deadline_n: Mapped[int | None]
    """1–366, in `deadline_unit`; empty when a day was fixed by hand."""
    deadline_unit: Mapped[DeadlineUnit] = mapped_column(codes(DeadlineUnit), default=DeadlineUnit.DAY)
    counted_from: Mapped[CountedFrom] = mapped_column(codes(CountedFrom), default=CountedFrom.CONCLUSION)
    fixed_deadline: Mapped[date | None]
    recorded_on: Mapped[date]
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    follower_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    undertaking: Mapped[prose] = mapped_column(default="")
    """What the unit said it would do when it started."""
    undertaking_by: Mapped[date | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    """The officer who sees to it at the responsible unit."""
    doer: Mapped[str] = mapped_column(default="", server_default="")
    """Who at the unit does the work, in its own words."""
    progress: Mapped[int | None]
    """Per cent, 0–100, as the unit last reported it."""
    progress_note: Mapped[prose] = mapped_column(default="", server_default="")
    progress_on: Mapped[date | None]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"), index=True)
    """The item of the checklist that was not met."""
    item: Mapped[Item | None] = relationship(lazy="raise")
    repeats_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"))
    """The earlier finding that this one repeats, as an inspector confirmed."""
    disputed_from: Mapped[State | None] = mapped_column(codes(State, "disputed_from"))
    """The state to go back to when the dispute is not allowed."""
    rounds: Mapped[int] = mapped_column(default=0)
    """Submissions so far, recalled ones too."""
    moved_on: Mapped[date]
    """The day for which the latest change counts: no later change may count for an earlier day."""
    folded: Mapped[plain]
    """Code, text, requirement and unit for word search."""

    plan: Mapped[Plan] = relationship(lazy="raise", foreign_keys="Finding.plan_id")
    visit: Mapped[Visit] = relationship(lazy="raise", foreign_keys="Finding.visit_id")
    team: Mapped[Team | None] = relationship(lazy="raise", foreign_keys="Finding.team_id")
    unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys="Finding.unit_id")
    responsible_unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys="Finding.responsible_unit_id")
    area: Mapped[Area] = relationship(lazy="raise", foreign_keys="Finding.area_code")
    follower: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=follower_id)
    assignee: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=assignee_id)
    latest: Mapped["Submission | None"] = relationship(
        primaryjoin="and_(Finding.id == foreign(Submission.finding_id), Submission.round == Finding.rounds)",
        viewonly=True,
        uselist=False,
        lazy="raise",
    )
    """The latest submission, if there was one."""
    request: Mapped["Extension | None"] = relationship(
        primaryjoin="and_(Finding.id == foreign(Extension.finding_id), Extension.granted.is_(None))",
        viewonly=True,
        uselist=False,
        lazy="raise",
    )
    """The extension that the unit asked for and nobody decided on yet."""
    conclusion: Mapped["Conclusion | None"] = relationship(
        primaryjoin="Finding.visit_id == foreign(Conclusion.visit_id)",
        viewonly=True,
        uselist=False,
        lazy="raise",
    )
    """The notice of its visit, once there is one."""
    messages: Mapped[list["Message"]] = relationship(
        primaryjoin="Finding.id == foreign(Message.finding_id)",
        order_by="Message.id",
        viewonly=True,
        lazy="raise",
    )
    """The questions and answers about it, oldest first."""
    repeated: Mapped[bool | None] = query_expression()
    """It repeats another or another repeats it; empty where nobody asked."""
    rechecked: Mapped[bool | None] = query_expression()
    """A follow-up visit looked at it; empty where nobody asked."""

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    def is_overdue(self, today: date) -> bool:
        return self.state in LIVE and not self.in_time and self.deadline is not None and self.deadline < today

    @property
    def extended(self) -> bool:
        return self.deadline != self.baseline


words.keep(Finding)


class Span(Facts, Base):
    """The facts of one finding from a day until the day before `until`. The past, never edited but to end it."""

    __tablename__ = "span"
    __table_args__ = (
        CheckConstraint("since <= until", name="days_in_order"),
        Index("ix_span_unit_id", "unit_id"),
        Index("ix_span_finding_id", "finding_id", "since"),
        Index("ix_span_plan_facts", "plan_id", "until", "since", "state", "finding_id"),
        # Who ever answered for what was found elsewhere.
        Index(
            "ix_span_moved",
            *("responsible_unit_id", "finding_id"),
            sqlite_where=text("responsible_unit_id <> unit_id"),
            postgresql_where=text("responsible_unit_id <> unit_id"),
        ),
        # What was live on a day, or became overdue in some, whatever became of it since.
        Index(
            "ix_span_live_days",
            *("until", "since", "deadline", "finding_id", "id", "state", "in_time"),
            sqlite_where=text(_LIVE_SQL),
            postgresql_where=text(_LIVE_SQL),
        ),
        # The same of one day, by the thousands of findings that were issued by then, see `queries.facts.live_on`.
        Index(
            "ix_span_live_blocks",
            *(text("(finding_id / 1000)"), "until", "since", "deadline", "finding_id", "id", "state", "in_time"),
            sqlite_where=text(_LIVE_SQL),
            postgresql_where=text(_LIVE_SQL),
        ),
        # A past day in the order of deadlines, see `queries.facts.due`. The days come last: SQLite would seek every
        # deadline there is for them.
        Index(
            "ix_span_by_deadline",
            *(text("coalesce(deadline, '9999-12-31')"), "finding_id", "since", "until"),
            sqlite_where=text("deadline IS NOT NULL"),
            postgresql_where=text("deadline IS NOT NULL"),
        ),
        # What was resolved on a day and changed since.
        Index(
            "ix_span_resolved_until",
            *("until", "since", "resolved_on", "days_late", "finding_id"),
            sqlite_where=text(_RESOLVED_UNTIL_LATER_SQL),
            postgresql_where=text(_RESOLVED_UNTIL_LATER_SQL),
        ),
    )

    id: Mapped[pk]
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"))
    since: Mapped[date]
    until: Mapped[date]
    """Exclusive; `FOREVER` for what holds today."""
    at: Mapped[datetime]
    """When it was written: a report says how much was entered after its day."""
    action: Mapped[str]
    """The event that brought these facts about."""
