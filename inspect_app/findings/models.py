"""Findings, what units claim about them, and the files that prove it.

`Finding` holds today's facts; `Span` holds the facts of every earlier day, so that a figure of any day is a plain
query. Both share `Facts`: one definition counts either.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, declared_attr, foreign, mapped_column, relationship

from inspect_app.accounts.models import Person
from inspect_app.core.db import Base, codes, pk, plain, prose
from inspect_app.core.pictures import MEDIA_TYPES
from inspect_app.plans.models import Area, Plan, Team
from inspect_app.units.models import Unit
from inspect_app.visits.models import Visit

SHOWN = frozenset(MEDIA_TYPES.values())
FOREVER = date(9999, 12, 31)
"""`Span.until` of what holds today."""


class State(StrEnum):
    RECORDED = "recorded"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


LIVE = (State.OPEN, State.IN_PROGRESS, State.SUBMITTED, State.RETURNED, State.DISPUTED)
"""Issued and neither resolved nor withdrawn."""
COUNTED = (*LIVE, State.RESOLVED)
"""What a plan's figures count: issued and not withdrawn."""


class Verification(StrEnum):
    DOCUMENTS = "documents"
    ON_SITE = "on_site"
    SAMPLING = "sampling"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    RETURNED = "returned"
    RECALLED = "recalled"


class DeadlineUnit(StrEnum):
    DAY = "day"
    WORKING_DAY = "working_day"


class CountedFrom(StrEnum):
    CONCLUSION = "conclusion"
    VISIT = "visit"


class Side(StrEnum):
    """Who put a file there, and why."""

    FOUND = "found"
    """The team, when it recorded the finding."""
    REMEDY = "remedy"
    """The unit, with a submission."""
    CONCLUSION = "conclusion"
    """The signed notice, scanned."""


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
        return mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), index=True)

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
        Index(
            "ix_finding_plan_figures",
            *("plan_id", "state", "deadline", "unit_id", "area_code"),
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
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    follower_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    undertaking: Mapped[prose] = mapped_column(default="")
    """What the unit said it would do when it started."""
    undertaking_by: Mapped[date | None]
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
    latest: Mapped["Submission | None"] = relationship(
        primaryjoin=lambda: and_(Finding.id == foreign(Submission.finding_id), Submission.round == Finding.rounds),
        viewonly=True,
        uselist=False,
        lazy="raise",
    )
    """The latest submission, if there was one."""

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    def is_overdue(self, today: date) -> bool:
        return self.state in LIVE and not self.in_time and self.deadline is not None and self.deadline < today

    @property
    def extended(self) -> bool:
        return self.deadline != self.baseline


class Span(Facts, Base):
    """The facts of one finding from a day until the day before `until`. The past, never edited but to end it."""

    __tablename__ = "span"
    __table_args__ = (
        CheckConstraint("since <= until", name="days_in_order"),
        Index("ix_span_finding_id", "finding_id", "since"),
        Index("ix_span_plan_days", "plan_id", "until", "since"),
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


class Submission(Base):
    """One claim by the unit that a finding is put right."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("finding_id", "round"),
        CheckConstraint(
            "verdict IS NULL OR verdict <> 'accepted' OR (method IS NOT NULL AND days_late IS NOT NULL)",
            name="accepted_with_a_method",
        ),
    )

    id: Mapped[pk]
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"))
    round: Mapped[int]
    statement: Mapped[prose]
    letter_number: Mapped[str] = mapped_column(default="")
    letter_on: Mapped[date | None]
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    sender_name: Mapped[str]
    sent_on: Mapped[date]
    sent_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    """When a verifier first looked: from then on it cannot be recalled."""
    verdict: Mapped[Verdict | None] = mapped_column(codes(Verdict))
    judge_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    judge_name: Mapped[str] = mapped_column(default="")
    judged_on: Mapped[date | None]
    judged_at: Mapped[datetime | None]
    method: Mapped[Verification | None] = mapped_column(codes(Verification))
    note: Mapped[prose] = mapped_column(default="")
    """How it was verified, or why it was returned."""
    deadline_then: Mapped[date]
    """In force on the day it was sent."""
    days_late: Mapped[int | None]

    sender: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=sender_id)


class Evidence(Base):
    """A file, kept by the hash of its content."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("(finding_id IS NULL) <> (visit_id IS NULL)", name="of_a_finding_or_a_visit"),
        CheckConstraint("(side = 'remedy') = (submission_id IS NOT NULL)", name="a_remedy_was_submitted"),
    )

    id: Mapped[pk]
    side: Mapped[Side] = mapped_column(codes(Side))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="RESTRICT"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id", ondelete="RESTRICT"), index=True)
    sha256: Mapped[plain] = mapped_column(index=True)
    size: Mapped[int]
    """Bytes."""
    media_type: Mapped[str]
    name: Mapped[str]
    """As the sender called it, cleaned; never used as a path."""
    claimed_on: Mapped[date | None]
    """The day the sender says it shows."""
    received_at: Mapped[datetime]
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))

    @property
    def can_be_shown(self) -> bool:
        """A picture of a kind that a page can show."""
        return self.media_type in SHOWN


class Extension(Base):
    """A later deadline, asked for or granted unasked; never a state."""

    __tablename__ = "extension"

    id: Mapped[pk]
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"), index=True)
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    """Empty when a verifier or reviewer granted it unasked."""
    asked_on: Mapped[date | None]
    wanted: Mapped[date | None]
    reason: Mapped[prose]
    granted: Mapped[bool | None]
    """Empty while nobody decided."""
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    decided_on: Mapped[date | None]
    note: Mapped[prose] = mapped_column(default="")
    old_deadline: Mapped[date]
    new_deadline: Mapped[date | None]


class Custody(Base):
    """Which unit answers for a finding, from which day, by which decision."""

    __tablename__ = "custody"

    id: Mapped[pk]
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    since: Mapped[date]
    decision_number: Mapped[str] = mapped_column(default="")
    note: Mapped[prose] = mapped_column(default="")


class Conclusion(Base):
    """The numbered notice that issues a visit's findings to the unit. Immutable once issued."""

    __tablename__ = "conclusion"

    id: Mapped[pk]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="RESTRICT"), unique=True)
    visit: Mapped[Visit] = relationship(lazy="raise")
    number: Mapped[str]
    """As on paper, `57/TB-ĐKT`; empty for a self-inspection, which concludes itself."""
    dated_on: Mapped[date]
    signer: Mapped[str] = mapped_column(default="")
    issued_at: Mapped[datetime]
    issuer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))


class Series(Base):
    """The last number given to a finding, one series a year."""

    __tablename__ = "series"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
