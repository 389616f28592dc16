"""Who is to be told what, who was, and the mail that carries it. Says nothing about why: rules and listeners do."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.accounts.models import Person
from inspect_app.core.db import Base, codes, of_given, pk, plain, prose
from inspect_app.plans.models import Plan
from inspect_app.units.models import Unit


class Cause(StrEnum):
    """What a rule waits for."""

    BEFORE = "before"
    """So many days before the deadline."""
    DUE = "due"
    """On the day."""
    AFTER = "after"
    """Every so many days after it."""
    EVENT = "event"
    """Something was done."""
    VERIFIER = "verifier"
    """A verifier, a decider or a team has had something for longer than the time they are given."""


class Rule(Base):
    """When somebody is told. Edited by an administrator, never deleted."""

    __tablename__ = "rule"

    id: Mapped[pk]
    code: Mapped[plain] = mapped_column(unique=True)
    """`before:first`, `finding:return`: what a notice remembers, never reworded."""
    cause: Mapped[Cause] = mapped_column(codes(Cause))
    days: Mapped[int | None]
    """Calendar days; empty for a rule that waits for an event."""
    active: Mapped[bool] = mapped_column(default=True)
    by_mail: Mapped[bool] = mapped_column(default=True)

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Notice(Base):
    """One thing that one person is told once: the ledger, and their inbox."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("recipient_id", "rule_code", "subject_table", "subject_id", "occurrence"),
        Index("ix_notice_inbox", "recipient_id", "id"),
        Index(
            "ix_notice_unread",
            "recipient_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix_notice_to_mail",
            "recipient_id",
            sqlite_where=text("to_mail AND mail_id IS NULL"),
            postgresql_where=text("to_mail AND mail_id IS NULL"),
        ),
        of_given("ix_notice_mail_given", "mail_id"),
    )

    id: Mapped[pk]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    recipient: Mapped[Person] = relationship(lazy="raise")
    rule_code: Mapped[plain]
    subject_table: Mapped[plain]
    subject_id: Mapped[int]
    occurrence: Mapped[plain]
    """The due day, or the event that caused it: a weekly reminder and a second return are told again."""
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the sentence needs: code, unit, deadline, reason, as they were."""
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    to_mail: Mapped[bool] = mapped_column(default=False)
    """Belongs into the next digest."""
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id", ondelete="RESTRICT"))


class Mail(Base):
    """The outbox. A row is written in the transaction of its cause, and sent by the worker."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="sent_or_given_up"),
        Index(
            "ix_mail_waiting",
            *("next_try_at", "id"),
            sqlite_where=text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL"),
        ),
    )

    id: Mapped[pk]
    message_id: Mapped[plain] = mapped_column(unique=True)
    """The `Message-ID` header: the same however often it is tried."""
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[prose]
    made_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    error: Mapped[prose] = mapped_column(default="")
    """What the server last said."""


class Digest(StrEnum):
    DAILY = "daily"
    NONE = "none"


class Preference(Base):
    """How one person wants to be told; the inbox always fills."""

    __tablename__ = "preference"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    digest: Mapped[Digest] = mapped_column(codes(Digest), default=Digest.DAILY)
    digested_on: Mapped[date | None]
    """The day of the latest digest."""


class Feed(Base):
    """The private address of a person's calendar of deadlines. Only the SHA-256 of its token is kept."""

    __tablename__ = "feed"

    id: Mapped[pk]
    token_hash: Mapped[plain] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Level(StrEnum):
    """The steps of urging, in order."""

    REMINDER = "reminder"
    LETTER_1 = "letter_1"
    LETTER_2 = "letter_2"
    CHAIRMAN = "chairman"


class Urging(Base):
    """One step taken with a unit that is late under a plan: what was said, about which findings."""

    __tablename__ = "urging"
    __table_args__ = (Index("ix_urging_unit_plan", "unit_id", "plan_id", "id"),)

    id: Mapped[pk]
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="RESTRICT"), index=True)
    plan: Mapped[Plan] = relationship(lazy="raise")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    unit: Mapped[Unit] = relationship(lazy="raise")
    level: Mapped[Level] = mapped_column(codes(Level))
    taken_on: Mapped[date]
    number: Mapped[str] = mapped_column(default="")
    """Of the letter, as on paper; empty for a reminder."""
    dated_on: Mapped[date | None]
    content: Mapped[prose]
    finding_ids: Mapped[list[int]] = mapped_column(JSON)
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    taker_name: Mapped[str]
    made_at: Mapped[datetime]
