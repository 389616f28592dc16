"""Who may do what to a finding. Pure sentences: no query, no request."""

from inspect_app.core.actor import Actor, Placed, Role
from inspect_app.findings.models import Finding
from inspect_app.visits.models import Visit


def found_it(actor: Actor, finding: Finding) -> bool:
    """Sits on the team that made the visit; a self-inspection is its unit's own."""
    if finding.team_id is None:
        return actor.answers_for(finding.unit)
    return actor.sits_on(finding.team_id)


def may_issue(actor: Actor, visit: Visit) -> bool:
    """Head, secretary or reviewer; a self-inspection is issued by its own officer."""
    if visit.team_id is None:
        return actor.answers_for(visit.unit)
    return actor.signs_for(visit.team_id) or actor.reviews(visit.unit)


def answers_for(actor: Actor, finding: Finding) -> bool:
    return actor.answers_for(finding.responsible_unit)


def may_verify(actor: Actor, finding: Finding) -> bool:
    """Nobody marks their own homework; a self-inspection is verified from above."""
    if finding.latest is not None and finding.latest.sender_id == actor.person_id:
        return False
    return _judges(actor, finding)


def may_decide(actor: Actor, finding: Finding) -> bool:
    """Reviewer, or head of the team: reopening and disputes."""
    if actor.belongs_to(finding.responsible_unit):
        return False
    return _reviews(actor, finding) or actor.leads(finding.team_id)


def may_withdraw(actor: Actor, finding: Finding) -> bool:
    return _reviews(actor, finding) and not actor.belongs_to(finding.responsible_unit)


def may_recall(actor: Actor, finding: Finding) -> bool:
    """Its sender, while no verifier has opened it."""
    latest = finding.latest
    return (
        latest is not None
        and latest.sender_id == actor.person_id
        and latest.opened_at is None
        and actor.answers_for(finding.responsible_unit)
    )


def sees_unissued(actor: Actor, finding: Finding) -> bool:
    return found_it(actor, finding) or actor.reviews(finding.unit)


def _judges(actor: Actor, finding: Finding) -> bool:
    if actor.belongs_to(finding.responsible_unit):
        return False
    return actor.sits_on(finding.team_id) or _reviews(actor, finding)


def _reviews(actor: Actor, finding: Finding) -> bool:
    unit = finding.responsible_unit
    return reviews_from_above(actor, unit) if finding.team_id is None else actor.reviews(unit)


def reviews_from_above(actor: Actor, unit: Placed) -> bool:
    """Reviewer of a unit that the unit belongs to, not of the unit alone."""
    return any(held.covers(unit) and held.unit_id != unit.id for held in actor.held(Role.REVIEWER))
