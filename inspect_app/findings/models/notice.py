"""What issues findings, corrects them, and looks at them again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inspect_app.core.db import Base, codes, pk, prose
from inspect_app.findings.models.words import Outcome
from inspect_app.visits.models import Visit


class Conclusion(Base):
    """The numbered notice that issues a visit's findings to the unit. Immutable once issued."""

    __tablename__ = "conclusion"
    __table_args__ = (Index("ix_conclusion_dated_on", "dated_on", "id"),)

    id: Mapped[pk]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="RESTRICT"), unique=True)
    visit: Mapped[Visit] = relationship(lazy="raise")
    number: Mapped[str]
    """As on paper, `57/TB-ĐKT`; empty for a self-inspection, which concludes itself."""
    dated_on: Mapped[date]
    signer: Mapped[str] = mapped_column(default="")
    issued_at: Mapped[datetime]
    issuer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)


class Series(Base):
    """The last number given to a finding, one series a year."""

    __tablename__ = "series"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Amendment(Base):
    """A numbered correction of an issued conclusion, which itself stays as it was."""

    __tablename__ = "amendment"
    __table_args__ = (UniqueConstraint("conclusion_id", "ordinal"),)

    id: Mapped[pk]
    conclusion_id: Mapped[int] = mapped_column(ForeignKey("conclusion.id", ondelete="RESTRICT"))
    ordinal: Mapped[int]
    """1, 2, 3 … for each conclusion."""
    number: Mapped[str]
    """As on paper, given by the registry."""
    dated_on: Mapped[date]
    signer: Mapped[str]
    reason: Mapped[prose]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What it changes: finding (code, or empty for the notice itself), field, before, after; of areas their names."""
    issued_at: Mapped[datetime]
    issuer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    issuer_name: Mapped[str]


class Recheck(Base):
    """What a follow-up visit saw of a finding from before: the old one is never edited."""

    __tablename__ = "recheck"
    __table_args__ = (
        UniqueConstraint("visit_id", "finding_id"),
        CheckConstraint("(outcome = 'relapsed') = (relapse_id IS NOT NULL)", name="a_relapse_is_a_finding"),
    )

    id: Mapped[pk]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="RESTRICT"))
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"), index=True)
    outcome: Mapped[Outcome] = mapped_column(codes(Outcome))
    note: Mapped[prose] = mapped_column(default="")
    relapse_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id", ondelete="RESTRICT"))
    """The new finding that says it came back."""

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
