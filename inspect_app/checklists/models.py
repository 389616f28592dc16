"""Checklists in versions, and their items. What was published never changes: the next one is a copy."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.core.db import Base, pk, plain, prose
from inspect_app.plans.models import Area, Plan


class Checklist(Base):
    """One version of the list, for every plan of its year, or for one plan alone."""

    __tablename__ = "checklist"
    __table_args__ = (CheckConstraint("(published_at IS NULL) = (publisher_name = '')", name="published_by_somebody"),)

    id: Mapped[pk]
    title: Mapped[str]
    year: Mapped[int]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="RESTRICT"), index=True)
    """For this plan alone."""
    plan: Mapped[Plan | None] = relationship(lazy="raise")
    source_id: Mapped[int | None] = mapped_column(ForeignKey("checklist.id", ondelete="RESTRICT"))
    """What it was copied from."""
    note: Mapped[prose] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    publisher_name: Mapped[str] = mapped_column(default="")
    items: Mapped[list["Item"]] = relationship(lazy="raise", back_populates="checklist", order_by="Item.position")

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class Item(Base):
    """One thing to look at, and what is usually wrong with it."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("checklist_id", "code"),)

    id: Mapped[pk]
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id", ondelete="RESTRICT"))
    checklist: Mapped[Checklist] = relationship(lazy="raise", back_populates="items")
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code", ondelete="RESTRICT"))
    area: Mapped[Area] = relationship(lazy="raise")
    code: Mapped[plain]
    """`III.2`: the area and a number."""
    position: Mapped[int]
    text: Mapped[prose]
    evidence: Mapped[prose] = mapped_column(default="")
    """The papers that show it."""
    measure: Mapped[str] = mapped_column(default="")
    """What is counted out of what, where a figure is meant."""
    shortcoming: Mapped[prose] = mapped_column(default="")
    """What a finding says when it is not met."""
    required: Mapped[prose] = mapped_column(default="")
    """What the unit must do then, verb first."""
