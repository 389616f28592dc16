"""Who may log, conclude and cancel visits. Pure sentences.

A self-inspection has no team: the officers of the unit stand in for it, and a reviewer over the unit that issued the
plan may enter it for them as history.
"""

from inspect_app.core.actor import Actor, Placed, Role
from inspect_app.plans.models import Plan, PlanKind, Target
from inspect_app.visits.models import Entry, Visit, VisitState


def may_plan(actor: Actor, target: Target) -> bool:
    return may_plan_for(actor, target.plan, target.team_id)


def may_plan_for(actor: Actor, plan: Plan, team_id: int | None) -> bool:
    """Put a visit to a target of this team on the calendar.

    Its team; any team of the plan while the target has none; a reviewer over the issuing unit.
    """
    if plan.kind is PlanKind.SELF:
        return False
    if actor.reviews(plan.issuing_unit):
        return True
    if team_id is None:
        return any(seat.plan_id == plan.id for seat in actor.seats)
    return actor.sits_on(team_id)


def may_log_self_inspection(actor: Actor, plan: Plan, unit: Placed) -> bool:
    return actor.answers_for(unit) or actor.reviews(plan.issuing_unit)


def may_record(actor: Actor, visit: Visit) -> bool:
    """Write down what the visit found: its team."""
    if visit.is_self_inspection:
        return may_log_self_inspection(actor, visit.plan, visit.unit)
    return actor.sits_on(visit.team_id) or may_copy(actor, visit)


def may_copy(actor: Actor, visit: Visit) -> bool:
    """Enter from the rows of a sheet what a team did before it was kept here: whoever may enter history."""
    return actor.copies is not None and not visit.is_self_inspection and may_enter_history(actor, visit.plan)


def may_begin(actor: Actor, visit: Visit) -> bool:
    """Press start or type the day: the team, or a reviewer over the issuing unit, who enters what is long past."""
    return may_record(actor, visit) or may_enter_history(actor, visit.plan)


def may_sign(actor: Actor, visit: Visit) -> bool:
    """Decide for the team: its head or secretary, or a reviewer over the issuing unit."""
    if visit.is_self_inspection:
        return may_log_self_inspection(actor, visit.plan, visit.unit)
    return actor.signs_for(visit.team_id) or actor.reviews(visit.plan.issuing_unit)


def may_conclude(actor: Actor, visit: Visit) -> bool:
    """Issue a conclusion, unless the visit says that there is nothing to conclude."""
    return may_sign(actor, visit) and visit.entry is not Entry.NONE_FOUND


def may_close(actor: Actor, visit: Visit) -> bool:
    """End it without a conclusion: only where it says that nothing was found."""
    return may_sign(actor, visit) and visit.entry is Entry.NONE_FOUND


def may_cancel(actor: Actor, visit: Visit) -> bool:
    return may_sign(actor, visit)


def may_reschedule(actor: Actor, visit: Visit) -> bool:
    """Change day, time and place of a visit that has not begun."""
    return visit.state is VisitState.PLANNED and (may_record(actor, visit) or may_sign(actor, visit))


def may_write_minutes(actor: Actor, visit: Visit) -> bool:
    """Whoever writes down what the visit found, and whoever signs for it, until the conclusion."""
    under_way = visit.state in (VisitState.BEGUN, VisitState.REPORTED)
    return under_way and (may_record(actor, visit) or may_sign(actor, visit))


def may_read_trigger(actor: Actor, visit: Visit) -> bool:
    """What made a surprise visit necessary: never the unit, since it may name who complained."""
    return sees_plan_of(actor, visit)


def sees_plan_of(actor: Actor, visit: Visit) -> bool:
    """Whoever sees the plan itself, not only because it names a unit of theirs: its teams, and from the issuer."""
    issuer = visit.plan.issuing_unit
    seated = any(seat.plan_id == visit.plan_id for seat in actor.seats)
    return seated or actor.reviews(issuer) or actor.holds(Role.VIEWER, issuer)


def may_enter_history(actor: Actor, plan: Plan) -> bool:
    """Say that a step counts for an earlier day than today."""
    return actor.reviews(plan.issuing_unit)
