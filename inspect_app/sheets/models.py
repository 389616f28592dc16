"""Lists that were taken away as spreadsheets, and sheets that were brought in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.core.db import Base, codes, pk, plain


class SheetKind(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES = {
    SheetKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SheetKind.CSV: "text/csv; charset=utf-8",
}


class ExportState(StrEnum):
    HANDED_OUT = "handed_out"
    """It went out with the answer: nothing is kept."""
    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"
    """It was ready, and was swept."""


class Export(Base):
    """One list taken away. The row stays; the file of a large one is kept for a day."""

    __tablename__ = "export"
    __table_args__ = (
        CheckConstraint("(state = 'ready') = (sha256 IS NOT NULL)", name="ready_with_a_file"),
        Index(
            "ix_export_unfinished",
            "id",
            sqlite_where=text("state IN ('waiting', 'working')"),
            postgresql_where=text("state IN ('waiting', 'working')"),
        ),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    listing: Mapped[plain]
    """The list's name: `findings`."""
    query: Mapped[plain]
    """What its address asked for, encoded as in the address."""
    kind: Mapped[SheetKind] = mapped_column(codes(SheetKind))
    language: Mapped[str]
    """That of its headers and words."""
    on: Mapped[date]
    """The day whose state it shows, where the address names no other."""
    state: Mapped[ExportState] = mapped_column(codes(ExportState))
    total: Mapped[int]
    """Rows: as counted when it was asked for, then as written."""
    done: Mapped[int] = mapped_column(default=0)
    """Rows written so far."""
    reach: Mapped[plain]
    """A digest of what its asker might see when it was made: it is handed to nobody who may see less."""
    asked_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    """When a worker last said that it is at it."""
    tries: Mapped[int] = mapped_column(default=0)
    ready_at: Mapped[datetime | None]
    sha256: Mapped[plain | None]
    size: Mapped[int | None]
    """Bytes."""

    @property
    def is_moving(self) -> bool:
        return self.state in (ExportState.WAITING, ExportState.WORKING)


class Brought(Base):
    """A sheet that somebody brought in. It changes nothing until they say so; then the row stays as its account."""

    __tablename__ = "brought"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[plain] = mapped_column(default="findings", server_default="findings")
    """What its rows are: a name of `services.kinds`."""
    name: Mapped[str]
    """The file's."""
    sha256: Mapped[plain]
    size: Mapped[int]
    """Bytes."""
    heads: Mapped[plain]
    """A digest of its column heads: the same columns are taken for the same things the next time."""
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`sheet` and `head` (both from 0), `columns` (field -> column) and `answers` (unclear name -> what it means)."""
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    """Rows."""
    asked_at: Mapped[datetime | None]
    """When a worker was told to write it down, where it is too long for the page to do so."""
    seen: Mapped[plain | None]
    """A digest of what its asker said yes to."""
    taken_at: Mapped[datetime | None]
    """When a worker last said that it is at it."""
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    fault: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Why it was not written down after all: the refusal's `message` and `values`."""
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def is_moving(self) -> bool:
        """A worker has it or will have it."""
        return self.asked_at is not None and self.done_at is None and self.fault is None


class Origin(Base):
    """Which row of which sheet a record of past work was copied from; one for each time that it was."""

    __tablename__ = "origin"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN plan_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN visit_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN finding_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="of_one_record",
        ),
    )

    id: Mapped[pk]
    brought_id: Mapped[int] = mapped_column(ForeignKey("brought.id", ondelete="RESTRICT"), index=True)
    brought: Mapped[Brought] = relationship(lazy="raise")
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="RESTRICT"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id", ondelete="RESTRICT"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"), index=True)
    row: Mapped[int]
    """As the sheet counts, from 1."""
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the row was taken to say."""
    left_at: Mapped[int]
    """The record's version when it was written down: a later one was changed in the program since."""
