"""What somebody has typed into a form and not sent: no record of work, seen by its writer alone."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.core.db import Base, plain


class Draft(Base):
    """The fields of one form, as one person left them."""

    __tablename__ = "draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    page: Mapped[plain] = mapped_column(primary_key=True)
    """The path of the form's address."""
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    """Name and text, in the order of the form."""
    saved_at: Mapped[datetime]
