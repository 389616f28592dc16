"""What the program last did for itself: one row for each chore, so that whoever watches it can ask."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.core.db import Base, pk, plain


class Chore(Base):
    """The last time that one chore was done, and how it went. No record of work."""

    __tablename__ = "chore"

    id: Mapped[pk]
    name: Mapped[plain] = mapped_column(unique=True)
    """`files`, `backup`, …"""
    done_at: Mapped[datetime]
    good: Mapped[bool]
    """Nobody has to look into it."""
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Counts and, where it is not good, the first fault."""
