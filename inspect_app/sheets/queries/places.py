"""Units that a sheet may name: those in force on a day or later, under every name that they have or had."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from inspect_app.core.db import db
from inspect_app.units.models import Lineage, Unit, UnitKind
from inspect_app.units.queries import in_force


@dataclass(frozen=True, slots=True)
class Known:
    """One unit, as far as a sheet can say something of it."""

    id: int
    code: str
    name: str
    kind: UnitKind
    path: str
    parent_id: int | None
    parent_name: str
    valid_from: date | None
    ended: bool
    """It has an end that is still to come."""
    version: int

    def has_begun(self, day: date) -> bool:
        return self.valid_from is None or self.valid_from <= day


@dataclass(frozen=True, slots=True)
class Places:
    units: dict[int, Known]
    former: dict[int, set[str]]
    """Unit -> names of what it came from."""
    elsewhere: frozenset[str]
    """Names, folded, of all units that ever were."""


def places(today: date) -> Places:
    """Three statements."""
    above, old = aliased(Unit), aliased(Unit)
    asked: Any = (
        select(
            Unit.id,
            Unit.code,
            Unit.name,
            Unit.kind,
            Unit.path,
            Unit.parent_id,
            above.name.label("parent_name"),
            Unit.valid_from,
            Unit.ended,
            Unit.version,
        )
        .outerjoin(above, above.id == Unit.parent_id)
        .where(or_(in_force(today), Unit.ended.is_(False)))
    )
    units = {
        row.id: Known(**{**row._mapping, "parent_name": row.parent_name or ""}) for row in db.session.execute(asked)
    }
    former: dict[int, set[str]] = {}
    for heir, name in db.session.execute(
        select(Lineage.unit_id, old.name).join(old, old.id == Lineage.predecessor_id)
    ).all():
        if heir in units:
            former.setdefault(heir, set()).add(name)
    return Places(units, former, frozenset(db.session.scalars(select(Unit.name_folded))))
