"""Who may take which letter, and who keeps the templates. Pure sentences about an actor and a thing that they see."""

from inspect_app.core.actor import Actor, Role, covers_everything
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.visits import policy as visits
from inspect_app.visits.models import Visit, VisitState


def may_keep_templates(actor: Actor) -> bool:
    """Templates are everybody's, so a reviewer over the topmost unit keeps them."""
    return covers_everything(actor.held(Role.REVIEWER))


def may_take_conclusion(actor: Actor, visit: Visit) -> bool:
    """Issued: whoever sees the visit. Before that the draft is for those who write or sign it."""
    if visit.is_self_inspection or visit.began_on is None or visit.state is VisitState.CANCELLED:
        return False
    if visit.state in (VisitState.CONCLUDED, VisitState.CLOSED):
        return True
    return visits.may_record(actor, visit) or visits.may_sign(actor, visit)


def may_take_minutes(actor: Actor, visit: Visit) -> bool:
    """Whoever sees a visit that has begun, as on its page of minutes."""
    return visit.began_on is not None and visit.state is not VisitState.CANCELLED


def sees_whole(actor: Actor, plan: Plan) -> bool:
    """All of the plan, its targets before they are visited too: its teams, and readers at the unit that issues it."""
    issuer = plan.issuing_unit
    seated = any(seat.plan_id == plan.id for seat in actor.seats)
    return seated or actor.reviews(issuer) or actor.holds(Role.VIEWER, issuer)


def may_take_plan(actor: Actor, plan: Plan) -> bool:
    """The plan with its annex of units, and the decisions that form its teams."""
    return sees_whole(actor, plan)


def may_take_schedule(actor: Actor, plan: Plan) -> bool:
    """The units are told when to expect a visit: never of a surprise plan."""
    return plan.kind is PlanKind.SCHEDULED and sees_whole(actor, plan)
