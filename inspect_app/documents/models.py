"""Word templates that a clerk changed: every version ever handed in, by kind of letter. Content in core.storage."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.core.db import Base, pk, plain

_IN_FORCE = text("in_force")


class LetterTemplate(Base):
    """One version of the template of one kind of letter; where none is in force, the house's own is."""

    __tablename__ = "letter_template"
    __table_args__ = (
        UniqueConstraint("kind", "ordinal"),
        Index(
            "uq_letter_template_one_in_force",
            "kind",
            unique=True,
            sqlite_where=text("in_force = 1"),
            postgresql_where=_IN_FORCE,
        ),
    )

    id: Mapped[pk]
    kind: Mapped[plain]
    """A code of `queries.kinds`."""
    ordinal: Mapped[int]
    """1, 2, 3 … for each kind."""
    sha256: Mapped[plain]
    size: Mapped[int]
    """Bytes."""
    name: Mapped[str]
    """What the clerk's file was called, cleaned."""
    note: Mapped[str] = mapped_column(default="")
    """What was changed, in the clerk's words."""
    in_force: Mapped[bool] = mapped_column(default=False)
    uploaded_at: Mapped[datetime]
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    uploader_name: Mapped[str]

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
