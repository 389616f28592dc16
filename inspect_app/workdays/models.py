"""Days that are worked, or not, against what the law of holidays says: decreed year by year, edited by people."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.core.db import Base, pk, plain, prose


class DayOverride(Base):
    """One day decided otherwise than weekends and public holidays would have it."""

    __tablename__ = "day_override"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[prose]
    basis: Mapped[prose]
    """The letter or decision that says so."""

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}

    @property
    def id(self) -> int:
        """The day's number, for the log."""
        return self.day.toordinal()


class Term(Base):
    """How long something may take that is no unit's deadline: a verifier's look, a decision, a conclusion."""

    __tablename__ = "term"

    id: Mapped[pk]
    code: Mapped[plain] = mapped_column(unique=True)
    days: Mapped[int]
    """1–366."""
    working: Mapped[bool] = mapped_column(default=True)
    """Working days, otherwise calendar days."""

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
