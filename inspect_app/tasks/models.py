"""Lists of tasks, the tasks of each, what units report about them, and the files that prove it.

`Task` holds today's facts; `TaskSpan` holds those of every earlier day, so that a figure of any day is a plain query.
Both share `Facts`: one definition counts either.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from inspect_app.accounts.models import Person
from inspect_app.core import words
from inspect_app.core.db import Base, codes, of_given, pk, plain, prose
from inspect_app.core.filing import Filed
from inspect_app.units.models import Unit

FOREVER = date(9999, 12, 31)
"""`TaskSpan.until` of what holds today."""


class TaskPlanKind(StrEnum):
    PLAN = "plan"
    """Tasks of one plan, all from the same document."""
    ORDERS = "orders"
    """What was ordered in the course of a year, each task by a document of its own."""


class TaskState(StrEnum):
    TODO = "todo"
    DOING = "doing"
    REPORTED = "reported"
    RETURNED = "returned"
    DONE = "done"
    WITHDRAWN = "withdrawn"


LIVE = (TaskState.TODO, TaskState.DOING, TaskState.REPORTED, TaskState.RETURNED)
"""Neither done nor withdrawn."""
COUNTED = (*LIVE, TaskState.DONE)
"""What figures count: not withdrawn."""


class TaskVerdict(StrEnum):
    ACCEPTED = "accepted"
    RETURNED = "returned"
    RECALLED = "recalled"


class TaskPlan(Base):
    """A plan that is a list of tasks, or the orders given in a year."""

    __tablename__ = "task_plan"
    __table_args__ = (Index("ix_task_plan_year", "year", "id"),)

    id: Mapped[pk]
    kind: Mapped[TaskPlanKind] = mapped_column(codes(TaskPlanKind))
    year: Mapped[int]
    title: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    """As on paper, `261/KH-UBND`; empty until the registry gives it, and for orders."""
    issued_on: Mapped[date | None]
    issuing_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    issuing_unit: Mapped[Unit] = relationship(lazy="raise")
    note: Mapped[prose] = mapped_column(default="")
    illustrative: Mapped[bool] = mapped_column(default=False)
    """Its tasks and units are made up, and the page says so."""
    folded: Mapped[plain]
    """Number and title for search."""

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Facts:
    """What figures are counted from; the same columns today (`Task`) and on an earlier day (`TaskSpan`)."""

    @declared_attr
    def plan_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("task_plan.id", ondelete="RESTRICT"))

    @declared_attr
    def unit_id(cls) -> Mapped[int]:
        """The unit in charge."""
        return mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))

    state: Mapped[TaskState] = mapped_column(codes(TaskState), default=TaskState.TODO)
    baseline: Mapped[date | None]
    """The due day as first given; empty for what has to be done all the time."""
    due_on: Mapped[date | None]
    """The due day in force: the baseline plus what was granted."""
    in_time: Mapped[bool] = mapped_column(default=False)
    """A report that came in time is waiting: the unit is not overdue while it does."""
    reported_on: Mapped[date | None]
    """Day of the latest report that was not recalled or returned."""
    done_on: Mapped[date | None]
    """The day on which it was confirmed."""
    days_late: Mapped[int | None]
    """Of the accepted report against the due day then in force: below 0 early, 0 on the day, above 0 late; empty
    without a due day."""


_LIVE_SQL, _REPORTED_SQL = "state IN ('todo', 'doing', 'reported', 'returned')", "state = 'reported'"
"""Word for word what `queries.facts` asks, as SQLite must see to use an index that is kept for some rows only."""


class Task(Facts, Base):
    """One thing that one unit was told to do, until whoever gave it confirms that it is done."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_on_a_day"),
        CheckConstraint("(due_on IS NULL) = (baseline IS NULL)", name="due_day_with_a_baseline"),
        CheckConstraint("NOT in_time OR state = 'reported'", name="in_time_while_waiting"),
        Index("ix_task_plan_id_id", "plan_id", "id"),
        Index("ix_task_unit_plans", "unit_id", "plan_id"),
        # What waits longest for its answer, and what is due next, come first.
        Index(
            "ix_task_reported",
            *("reported_on", "id"),
            sqlite_where=text(_REPORTED_SQL),
            postgresql_where=text(_REPORTED_SQL),
        ),
        Index(
            "ix_task_due",
            *("due_on", "in_time", "id"),
            sqlite_where=text(_LIVE_SQL),
            postgresql_where=text(_LIVE_SQL),
        ),
        Index("ix_task_plan_figures", "plan_id", "state", "due_on", "unit_id"),
        Index(
            "ix_task_unit_queue",
            *("unit_id", "due_on", "id"),
            sqlite_where=text(_LIVE_SQL),
            postgresql_where=text(_LIVE_SQL),
        ),
    )

    id: Mapped[pk]
    code: Mapped[plain] = mapped_column(unique=True)
    """`NV-2022-0007`: unique, given when it is given out, gaps allowed."""
    text: Mapped[prose]
    title: Mapped[str]
    """The first sentence of `text`."""
    product: Mapped[prose] = mapped_column(default="")
    """What is to come of it: "Báo cáo của Ủy ban nhân dân thành phố"."""
    source_number: Mapped[str] = mapped_column(default="")
    """Of the document that gives the task, as on paper."""
    source_on: Mapped[date | None]
    source_item: Mapped[str] = mapped_column(default="")
    """Where it stands there: "Phụ lục I, mục 3"."""
    unit_name: Mapped[str]
    """The unit in charge, as it was called when the task was given to it."""
    given_on: Mapped[date]
    """The day from which it counts."""
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    progress_note: Mapped[prose] = mapped_column(default="")
    """How far it has come, in the unit's own words."""
    progress_on: Mapped[date | None]
    rounds: Mapped[int] = mapped_column(default=0)
    """Reports so far, recalled ones too."""
    moved_on: Mapped[date]
    """The day for which the latest change counts: no later change may count for an earlier day."""
    folded: Mapped[plain]
    """Code, text, product, source and unit for word search."""

    plan: Mapped[TaskPlan] = relationship(lazy="raise", foreign_keys="Task.plan_id")
    unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys="Task.unit_id")
    joining: Mapped[list[Unit]] = relationship(
        lazy="raise", secondary="task_unit", order_by="Unit.sort_key", viewonly=True
    )
    """The units that join in."""
    latest: Mapped["TaskReport | None"] = relationship(
        primaryjoin="and_(Task.id == foreign(TaskReport.task_id), TaskReport.round == Task.rounds)",
        viewonly=True,
        uselist=False,
        lazy="raise",
    )
    """The latest report, if there was one."""
    request: Mapped["TaskExtension | None"] = relationship(
        primaryjoin="and_(Task.id == foreign(TaskExtension.task_id), TaskExtension.granted.is_(None))",
        viewonly=True,
        uselist=False,
        lazy="raise",
    )
    """The later day that the unit asked for and nobody decided on yet."""

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    def is_overdue(self, today: date) -> bool:
        return self.state in LIVE and not self.in_time and self.due_on is not None and self.due_on < today

    @property
    def extended(self) -> bool:
        return self.due_on != self.baseline


class TaskSpan(Facts, Base):
    """The facts of one task from a day until the day before `until`. The past, never edited but to end it."""

    __tablename__ = "task_span"
    __table_args__ = (
        CheckConstraint("since <= until", name="days_in_order"),
        Index("ix_task_span_task_id", "task_id", "since"),
        Index("ix_task_span_plan_days", "plan_id", "until", "since"),
        Index("ix_task_span_unit_days", "unit_id", "until", "since"),
    )

    id: Mapped[pk]
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="RESTRICT"))
    since: Mapped[date]
    until: Mapped[date]
    """Exclusive; `FOREVER` for what holds today."""
    at: Mapped[datetime]
    """When it was written."""
    action: Mapped[str]
    """The event that brought these facts about."""


class TaskUnit(Base):
    """A unit that joins in a task that another one is in charge of."""

    __tablename__ = "task_unit"

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="RESTRICT"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), primary_key=True, index=True)


class TaskReport(Base):
    """One claim that a task is done."""

    __tablename__ = "task_report"
    __table_args__ = (UniqueConstraint("task_id", "round"),)

    id: Mapped[pk]
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="RESTRICT"))
    round: Mapped[int]
    statement: Mapped[prose]
    letter_number: Mapped[str] = mapped_column(default="")
    letter_on: Mapped[date | None]
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    sender_name: Mapped[str]
    sent_on: Mapped[date]
    sent_at: Mapped[datetime]
    due_then: Mapped[date | None]
    """The due day in force on the day it was sent."""
    verdict: Mapped[TaskVerdict | None] = mapped_column(codes(TaskVerdict))
    judge_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    judge_name: Mapped[str] = mapped_column(default="")
    judged_on: Mapped[date | None]
    judged_at: Mapped[datetime | None]
    note: Mapped[prose] = mapped_column(default="")
    """What the one who confirmed it remarked, or why it was returned."""

    sender: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=sender_id)


class TaskExtension(Base):
    """A later due day, asked for by the unit or given unasked; never a state."""

    __tablename__ = "task_extension"
    __table_args__ = (
        CheckConstraint("(asker_id IS NULL) = (wanted IS NULL)", name="asked_by_somebody"),
        CheckConstraint("granted IS NOT NULL OR wanted IS NOT NULL", name="waits_where_asked"),
        CheckConstraint("new_due_on IS NULL OR granted", name="a_new_day_where_granted"),
        Index(
            "uq_task_extension_one_waiting",
            "task_id",
            unique=True,
            sqlite_where=text("granted IS NULL"),
            postgresql_where=text("granted IS NULL"),
        ),
    )

    id: Mapped[pk]
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="RESTRICT"), index=True)
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    """Empty where whoever gave the task put it off unasked."""
    asked_on: Mapped[date | None]
    wanted: Mapped[date | None]
    reason: Mapped[prose]
    letter_number: Mapped[str] = mapped_column(default="")
    """Of the letter that asks for it, where there is one."""
    letter_on: Mapped[date | None]
    granted: Mapped[bool | None]
    """Empty while nobody decided; false with its asker as decider: taken back; with no decider: nothing to put off."""
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    decided_on: Mapped[date | None]
    note: Mapped[prose] = mapped_column(default="")
    old_due_on: Mapped[date]
    new_due_on: Mapped[date | None]


class TaskFile(Filed, Base):
    """A file that came with a report, kept by the hash of its content."""

    __tablename__ = "task_file"
    __table_args__ = (of_given("ix_task_file_received_given", "received_sha256"),)

    id: Mapped[pk]
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="RESTRICT"), index=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("task_report.id", ondelete="RESTRICT"), index=True)


class TaskSeries(Base):
    """The last number given to a task, one series a year."""

    __tablename__ = "task_series"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


words.keep(Task)
