"""People, grants, sessions. `Person` is never deleted, only deactivated."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.core.actor import Role
from inspect_app.core.db import Base, codes, pk, plain, prose
from inspect_app.units.models import Unit


class Person(Base):
    __tablename__ = "person"

    id: Mapped[pk]
    username: Mapped[plain] = mapped_column(unique=True)
    """Lower case, ASCII."""
    name: Mapped[str]
    name_folded: Mapped[plain]
    sort_key: Mapped[plain]
    """By given name, the last word."""
    title: Mapped[str] = mapped_column(default="")
    """Post at the home unit, e.g. `Công chức Văn phòng - Thống kê`."""
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    home_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    home_unit: Mapped[Unit | None] = relationship(lazy="raise")
    password_hash: Mapped[str]
    password_set_at: Mapped[datetime]
    must_change_password: Mapped[bool] = mapped_column(default=True)
    secret_expires_at: Mapped[datetime | None]
    """When a first password given by somebody else stops working."""
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    """Made with the demo data: never signs in under the production configuration."""
    erased_at: Mapped[datetime | None]
    """When who it was was erased; what they did stays, under a pseudonym."""

    @property
    def is_new(self) -> bool:
        """Has not yet replaced the password that somebody else gave."""
        return self.must_change_password and self.secret_expires_at is not None

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Grant(Base):
    """A role over a unit, everything under it and all their predecessors, from a day to a day."""

    __tablename__ = "grant"
    __table_args__ = (
        CheckConstraint("role <> 'inspector'", name="inspectors_are_not_granted"),
        CheckConstraint("until IS NULL OR since <= until", name="days_in_order"),
        Index("ix_grant_person_id", "person_id"),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    person: Mapped[Person] = relationship(lazy="raise")
    role: Mapped[Role] = mapped_column(codes(Role))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    unit: Mapped[Unit] = relationship(lazy="raise")
    since: Mapped[date]
    until: Mapped[date | None]
    """Last day, inclusive."""
    ended_at: Mapped[datetime | None]
    """When it was taken back; it has held nothing since that moment, whatever `until` says."""

    def in_force(self, today: date) -> bool:
        return self.since <= today and self.may_hold(today)

    def may_hold(self, today: date) -> bool:
        """In force, or still to come."""
        return self.ended_at is None and (self.until is None or self.until >= today)

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class SignIn(Base):
    """One signed-in browser. The cookie carries a random token; only its SHA-256 is kept here."""

    __tablename__ = "sign_in"

    id: Mapped[pk]
    token_hash: Mapped[plain] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    person: Mapped[Person] = relationship(lazy="raise")
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """Brought up to date at most once a minute."""
    ended_at: Mapped[datetime | None]
    expired: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """It ended by itself: what its person still sends is kept for them. Not so where somebody ended it."""
    half: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The password was right, the code of the second factor is still to come: nobody is signed in by it."""
    proved_at: Mapped[datetime | None]
    """When the person last proved who they are, where that was after `began_at`."""
    address: Mapped[str]
    device: Mapped[str]
    """What the browser calls itself, cut short."""


class Miss(Base):
    """A wrong password: counted per name, existing or not, and per address."""

    __tablename__ = "miss"
    __table_args__ = (
        Index("ix_miss_name_at", "name", "at"),
        Index("ix_miss_address_at", "address", "at"),
        Index("ix_miss_at", "at"),
    )

    id: Mapped[pk]
    name: Mapped[plain]
    """The SHA-256 of the folded name typed: people type passwords into that field too."""
    address: Mapped[str]
    at: Mapped[datetime]


class SecondFactor(Base):
    """An authenticator app that knows a secret of ours; it counts once its first code was right."""

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    secret: Mapped[prose]
    """Sealed with a key that is not in the database; see core.sealing."""
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    """The time step of the last code that was taken: none is taken twice, nor an earlier one."""


class RecoveryCode(Base):
    """Instead of a code of the app, once."""

    __tablename__ = "recovery_code"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    opening: Mapped[plain]
    """Its first letters, which tell which one is meant."""
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class ResetLink(Base):
    """An address at which a person sets a new password, once. A newer one takes its place."""

    __tablename__ = "reset_link"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    token_hash: Mapped[plain] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class OldPassword(Base):
    """Kept only where a setting forbids to take an earlier password again."""

    __tablename__ = "old_password"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    password_hash: Mapped[str]
    until: Mapped[datetime]


class SavedView(Base):
    """A list as one person narrowed and sorted it, under a name of theirs."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "page", "name"),)

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    page: Mapped[plain]
    """The endpoint of the list."""
    name: Mapped[str]
    query: Mapped[str]
    """The address after its question mark."""
    made_at: Mapped[datetime]


class AccessReview(Base):
    """Half-yearly: an administrator looks at who may do what, and says what stays."""

    __tablename__ = "access_review"

    id: Mapped[pk]
    opened_at: Mapped[datetime]
    opener_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    closed_at: Mapped[datetime | None]
    closer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    note: Mapped[prose] = mapped_column(default="")
    """What whoever closed it says of it."""
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Decision(StrEnum):
    KEEP = "keep"
    END = "end"


class ReviewedGrant(Base):
    """One role as it stood when the review was opened. Who it is and where stands with the grant itself."""

    __tablename__ = "reviewed_grant"
    __table_args__ = (
        UniqueConstraint("review_id", "grant_id"),
        CheckConstraint("(decision IS NULL) = (decider_id IS NULL)", name="decided_by_somebody"),
    )

    id: Mapped[pk]
    review_id: Mapped[int] = mapped_column(ForeignKey("access_review.id", ondelete="RESTRICT"))
    grant_id: Mapped[int] = mapped_column(ForeignKey("grant.id", ondelete="RESTRICT"), index=True)
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    """Empty where the program gave it."""
    signed_in_at: Mapped[datetime | None]
    """When the person last signed in."""
    second_factor: Mapped[bool]
    decision: Mapped[Decision | None] = mapped_column(codes(Decision))
    """Empty until somebody has decided."""
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
