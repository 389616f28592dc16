"""What units claim about findings, the files that prove it, and what was agreed about time, people and words."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.accounts.models import Person
from inspect_app.core.db import Base, codes, of_given, pk, prose
from inspect_app.core.filing import Filed
from inspect_app.findings.models.words import Side, Verdict, Verification

_UNANSWERED, _UNANSWERED_SQLITE = text("unanswered"), text("unanswered = 1")


class Submission(Base):
    """One claim by the unit that a finding is put right."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("finding_id", "round"),
        CheckConstraint(
            "verdict IS NULL OR verdict <> 'accepted' OR (method IS NOT NULL AND days_late IS NOT NULL)",
            name="accepted_with_a_method",
        ),
        Index(
            "ix_submission_returned",
            *("finding_id", "judged_on"),
            sqlite_where=text("verdict = 'returned'"),
            postgresql_where=text("verdict = 'returned'"),
        ),
        of_given("ix_submission_bundle_given", "bundle"),
    )

    id: Mapped[pk]
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"))
    round: Mapped[int]
    statement: Mapped[prose]
    letter_number: Mapped[str] = mapped_column(default="")
    letter_on: Mapped[date | None]
    bundle: Mapped[int | None]
    """The first of those sent together with one letter and the same files; empty when it was sent alone."""
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    sender_name: Mapped[str]
    sent_on: Mapped[date]
    sent_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    """When a verifier first looked: from then on it cannot be recalled."""
    verdict: Mapped[Verdict | None] = mapped_column(codes(Verdict))
    judge_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
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


class Evidence(Filed, Base):
    """A file, kept by the hash of its content."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("(finding_id IS NULL) <> (visit_id IS NULL)", name="of_a_finding_or_a_visit"),
        CheckConstraint("(side = 'remedy') = (submission_id IS NOT NULL)", name="a_remedy_was_submitted"),
        of_given("ix_evidence_visit_given", "visit_id"),
        of_given("ix_evidence_answer_given", "answer_id"),
        of_given("ix_evidence_received_given", "received_sha256"),
    )

    id: Mapped[pk]
    side: Mapped[Side] = mapped_column(codes(Side))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="RESTRICT"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id", ondelete="RESTRICT"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id", ondelete="RESTRICT"))
    """Taken with an answer to the checklist of `visit_id`."""


class Extension(Base):
    """A later deadline, asked for or granted unasked; never a state."""

    __tablename__ = "extension"
    __table_args__ = (
        Index(
            "uq_extension_one_waiting",
            "finding_id",
            unique=True,
            sqlite_where=text("granted IS NULL"),
            postgresql_where=text("granted IS NULL"),
        ),
    )

    id: Mapped[pk]
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"), index=True)
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    """Empty when a verifier or reviewer granted it unasked."""
    asked_on: Mapped[date | None]
    wanted: Mapped[date | None]
    reason: Mapped[prose]
    letter_number: Mapped[str] = mapped_column(default="", server_default="")
    """Of the letter that asks for it, where there is one."""
    letter_on: Mapped[date | None]
    granted: Mapped[bool | None]
    """Empty while nobody decided; false with its asker as decider: taken back; with no decider: nothing to put off."""
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    decided_on: Mapped[date | None]
    note: Mapped[prose] = mapped_column(default="")
    old_deadline: Mapped[date]
    new_deadline: Mapped[date | None]

    asker: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=asker_id)
    decider: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=decider_id)

    @property
    def taken_back(self) -> bool:
        return self.granted is False and self.decider_id is not None and self.decider_id == self.asker_id


class Custody(Base):
    """Which unit answers for a finding, from which day, by which decision."""

    __tablename__ = "custody"

    id: Mapped[pk]
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    since: Mapped[date]
    decision_number: Mapped[str] = mapped_column(default="")
    decision_on: Mapped[date | None]
    note: Mapped[prose] = mapped_column(default="")


class Message(Base):
    """A question or an answer between unit and team about a finding. Changes no state."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "ix_message_unanswered",
            "finding_id",
            sqlite_where=_UNANSWERED_SQLITE,
            postgresql_where=_UNANSWERED,
        ),
    )

    id: Mapped[pk]
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"), index=True)
    from_unit: Mapped[bool]
    unanswered: Mapped[bool] = mapped_column(default=False)
    """A question of the unit to which nobody replied yet."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    author_name: Mapped[str]
    text: Mapped[prose]
    sent_at: Mapped[datetime]
