"""Units and how they follow one another in time."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, case, cast, func, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.core.db import Base, byte_order, codes, pk, plain, prose


class UnitKind(StrEnum):
    CITY = "city"
    DEPARTMENT = "department"
    DISTRICT = "district"
    COMMUNE = "commune"
    AFFILIATE = "affiliate"


TERRITORIAL = frozenset({UnitKind.CITY, UnitKind.DISTRICT, UnitKind.COMMUNE})
"""Those with a territory, whose office is their People's Committee (UBND)."""


class SuccessionKind(StrEnum):
    MERGE = "merge"
    RENAME = "rename"
    SPLIT = "split"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands, for asking about scope without loading it."""

    id: int
    path: str


def name_inside(name: str, kind: UnitKind) -> str:
    """The name within a sentence: "trước là phường Tân An", but "trước là Sở Nội vụ"."""
    return name[:1].lower() + name[1:] if kind in TERRITORIAL else name


class Unit(Base):
    """One unit for as long as its name, parent and area stayed the same.

    Codes are reused: 31135 was phường Tân An and is phường Ninh Kiều since 1/7/2025, two units.
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to", name="days_in_order"),
        CheckConstraint("valid_to IS NULL OR ended", name="ended_with_a_last_day"),
        CheckConstraint("parent_id IS NOT NULL OR kind = 'city'", name="only_a_city_is_the_root"),
        # With the check above: one root, so that a grant over it is known to cover everything.
        Index(
            "uq_unit_root",
            "kind",
            unique=True,
            sqlite_where=text("parent_id IS NULL"),
            postgresql_where=text("parent_id IS NULL"),
        ),
        Index("ix_unit_path", "path"),
        Index("ix_unit_sort_key", "sort_key"),
        Index("ix_unit_days", "ended", "valid_from", "valid_to", "last_known"),
        Index("ix_unit_not_ended", "id", sqlite_where=text("ended = 0"), postgresql_where=text("NOT ended")),
    )

    id: Mapped[pk]
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[UnitKind] = mapped_column(codes(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    parent: Mapped["Unit | None"] = relationship(remote_side="Unit.id", lazy="raise")
    path: Mapped[plain]
    """Ids from the root down, each followed by a slash: `1/17/230/`."""
    valid_from: Mapped[date | None]
    """First day; empty when it always was."""
    valid_to: Mapped[date | None]
    """Last day, inclusive."""
    ended: Mapped[bool] = mapped_column(default=False)
    """It has an end. With no `valid_to`, the last day is not known ("chưa rõ ngày")."""
    last_known: Mapped[date | None]
    """Where the last day is not known: the latest day for which a source still names it."""
    name_folded: Mapped[plain]
    sort_key: Mapped[plain]
    basis: Mapped[prose] = mapped_column(default="")
    """The decision or source that this row rests on."""

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    def in_force(self, day: date) -> bool:
        last = self.valid_to or self.last_known
        return (self.valid_from is None or self.valid_from <= day) and (
            not self.ended or (last is not None and day <= last)
        )

    @property
    def place(self) -> Place:
        return Place(self.id, self.path)

    @property
    def above(self) -> Place | None:
        """Where its parent stands; nothing above the root."""
        if self.parent_id is None:
            return None
        return Place(self.parent_id, self.path[: self.path.rindex("/", 0, -1) + 1])

    @property
    def name_inside(self) -> str:
        return name_inside(self.name, self.kind)

    @property
    def office(self) -> str:
        """Who answers for it: "UBND phường Cái Khế", "Sở Nội vụ"."""
        return f"UBND {self.name_inside}" if self.kind in TERRITORIAL else self.name


KIND_ORDER = case(
    *((Unit.kind == literal_column(f"'{kind}'"), literal_column(str(place))) for place, kind in enumerate(UnitKind))
)
"""City, departments, districts, communes, affiliates: as reports list them. Spelt out: so an index has it."""
Index("ix_unit_listed", KIND_ORDER, Unit.sort_key, Unit.id)
CODE = cast(func.lower(Unit.code), byte_order())
"""Whatever its case. What begins so lies together in the index."""
Index("ix_unit_code", CODE)


class Succession(Base):
    """`old` became, or became part of, `new`."""

    __tablename__ = "succession"
    __table_args__ = (
        UniqueConstraint("old_id", "new_id"),
        CheckConstraint("old_id <> new_id", name="not_of_itself"),
    )

    id: Mapped[pk]
    old_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    new_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[SuccessionKind] = mapped_column(codes(SuccessionKind))
    is_default: Mapped[bool]
    """Proposed first when custody has to move. A row of several defaults offers them all."""
    proposed: Mapped[bool] = mapped_column(default=True)
    """False for steps whose day and decision are not verified: kept as history, never offered."""
    effective: Mapped[date | None]
    """First day of the new state of things."""
    basis: Mapped[prose] = mapped_column(default="")

    old: Mapped[Unit] = relationship(foreign_keys=old_id, lazy="raise")
    new: Mapped[Unit] = relationship(foreign_keys=new_id, lazy="raise")


class Lineage(Base):
    """Every unit with every unit it came from, near and far: the closure of `Succession`, kept with it."""

    __tablename__ = "lineage"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"), primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(
        ForeignKey("unit.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
