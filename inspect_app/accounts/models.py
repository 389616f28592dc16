"""People, grants, sessions. `Person` is never deleted, only deactivated."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.core.actor import Role
from inspect_app.core.db import Base, codes, pk, plain
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
