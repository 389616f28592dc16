"""Which targets an actor may know of, as conditions that an index answers each: for lists of very many of them."""

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from inspect_app.core.actor import Actor, covers_everything
from inspect_app.core.reading_order import held_back, ids_among, told_apart
from inspect_app.core.shapes import among
from inspect_app.core.statements import built_once
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.plans.queries import IN_PLACE, READERS
from inspect_app.units.queries import within


@built_once
def each_way(actor: Actor) -> list[ColumnElement[bool]]:
    """`target_open_to` as conditions on `Target` alone, of which every target meets one at most."""
    return told_apart(_ways(actor, walking=False), _ways(actor, walking=True))


@built_once
def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The same in one, asked of targets that are led to another way."""
    return or_(false(), *_ways(actor, walking=True))


def _ways(actor: Actor, *, walking: bool) -> list[ColumnElement[bool]]:
    """Each is enough. `walking`: see `core.reading_order`."""
    readers, in_place = actor.held(*READERS), actor.held(*IN_PLACE)
    if covers_everything(readers):
        return [true()]
    ways = []
    if actor.seats:
        ways.append(among(held_back(Target.plan_id) if walking else Target.plan_id, actor.plan_ids))
    if in_place:
        announced = Target.plan_id.not_in(select(Plan.id).where(Plan.kind == PlanKind.SURPRISE))
        uncovered = or_(Target.begun_on.is_not(None), announced)
        ways.append(and_(within(Target.unit_id, in_place, walking=walking), uncovered))
    if readers:
        issued = select(Plan.id).where(within(Plan.issuing_unit_id, readers, walking=False))
        ways.append(ids_among(Target.plan_id, issued, walking=walking))
    return ways
