"""What a person took away, and may still fetch."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.sheets.models import Export, ExportState

SHOWN = 20


def visible_to(actor: Actor) -> Select[Any]:
    """Their own that were made apart: what another asked for is nobody else's to fetch."""
    return select(Export).where(Export.person_id == actor.person_id, Export.state != ExportState.HANDED_OUT)


def latest(actor: Actor) -> Sequence[Export]:
    """The latest of these."""
    return db.session.scalars(visible_to(actor).order_by(Export.id.desc()).limit(SHOWN)).all()
