"""Who may change the tree of units, and what may hang under what. Pure sentences."""

from inspect_app.core.actor import Actor, Placed
from inspect_app.units.models import Unit, UnitKind

K = UnitKind

BELOW: dict[UnitKind, tuple[UnitKind, ...]] = {
    K.CITY: (K.DEPARTMENT, K.DISTRICT, K.COMMUNE, K.AFFILIATE),
    K.DEPARTMENT: (K.AFFILIATE,),
    K.DISTRICT: (K.COMMUNE, K.AFFILIATE),
    K.COMMUNE: (K.AFFILIATE,),
    K.AFFILIATE: (K.AFFILIATE,),
}
"""Kind of a unit -> kinds that may be added under it. Another city comes only with the reference data."""


def may_add(actor: Actor, parent: Placed) -> bool:
    return actor.administers(parent) or actor.reviews(parent)


def may_edit(actor: Actor, unit: Unit) -> bool:
    """Whoever may add a unit there may change or end it; the root's row stays open for good."""
    return unit.above is not None and may_add(actor, unit.above)


def may_hang(kind: UnitKind, parent: UnitKind) -> bool:
    return kind in BELOW[parent]
