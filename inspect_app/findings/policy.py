"""Who may do what to a finding. Pure sentences: no query, no request.

They read `finding.visit` with its plan and issuing unit, `finding.unit`, `finding.responsible_unit`, `finding.latest`
and `finding.request`.
"""

from inspect_app.core.actor import Actor, Placed, Role
from inspect_app.findings.models import Finding, State
from inspect_app.visits import policy as visits


def found_it(actor: Actor, finding: Finding) -> bool:
    """Sits on the team that made the visit; a self-inspection is its unit's own."""
    return visits.may_record(actor, finding.visit)


def may_issue(actor: Actor, finding: Finding) -> bool:
    """Whoever may conclude the visit: head, secretary or reviewer; of a self-inspection its officer."""
    return visits.may_sign(actor, finding.visit)


def answers_for(actor: Actor, finding: Finding) -> bool:
    """An officer of the unit; what the unit did long ago is copied from a sheet."""
    return actor.answers_for(finding.responsible_unit) or may_copy(actor, finding)


def may_copy(actor: Actor, finding: Finding) -> bool:
    return visits.may_copy(actor, finding.visit)


def may_recall(actor: Actor, finding: Finding) -> bool:
    """Its sender, while no verifier has opened it."""
    latest = finding.latest
    return (
        latest is not None
        and latest.sender_id == actor.person_id
        and latest.opened_at is None
        and answers_for(actor, finding)
    )


def may_verify(actor: Actor, finding: Finding) -> bool:
    """The team that made the visit, or a reviewer. Nobody marks their own homework."""
    if finding.latest is not None and finding.latest.sender_id == actor.person_id:
        return False
    return speaks_for_the_team(actor, finding)


def may_decide(actor: Actor, finding: Finding) -> bool:
    """Reopen, and answer a dispute: the head of the team, or a reviewer."""
    return may_withdraw(actor, finding) or (actor.leads(finding.team_id) and not _is_their_own(actor, finding))


def may_withdraw(actor: Actor, finding: Finding) -> bool:
    """A reviewer; of what a unit found about itself, a reviewer of a unit above it."""
    if _is_their_own(actor, finding):
        return False
    if finding.team_id is None:
        return reviews_from_above(actor, finding.responsible_unit)
    return actor.reviews(finding.responsible_unit)


def reviews_from_above(actor: Actor, unit: Placed) -> bool:
    """Reviewer of a unit that the unit belongs to, not of the unit alone."""
    return any(held.covers(unit) and held.unit_id != unit.id for held in actor.held(Role.REVIEWER))


def may_extend(actor: Actor, finding: Finding) -> bool:
    """Put the deadline off, or refuse to: whoever may withdraw it. A verifier does so in returning it."""
    return may_withdraw(actor, finding)


def may_move(actor: Actor, finding: Finding) -> bool:
    """Say that another unit answers for it: a reviewer of the one that does now, unless it is their own."""
    return actor.reviews(finding.responsible_unit) and not _is_their_own(actor, finding)


def knows_the_visit(actor: Actor, finding: Finding) -> bool:
    """Not only as the one who took the finding over: the visit and its plan are theirs to read, too."""
    over_the_unit = any(held.covers(finding.unit) for held in actor.grants if held.role is not Role.ADMIN)
    return over_the_unit or actor.sits_on(finding.team_id) or actor.reviews(finding.visit.plan.issuing_unit)


def may_take_back_extension(actor: Actor, finding: Finding) -> bool:
    """Its asker, while they answer for the finding."""
    request = finding.request
    return answers_for(actor, finding) and (request is None or request.asker_id == actor.person_id)


def may_write(actor: Actor, finding: Finding) -> bool:
    """Ask and answer: the unit's officers on one side, the team and reviewers on the other."""
    return answers_for(actor, finding) or speaks_for_the_team(actor, finding)


def speaks_for_the_team(actor: Actor, finding: Finding) -> bool:
    return may_withdraw(actor, finding) or (actor.sits_on(finding.team_id) and not _is_their_own(actor, finding))


def known_to_its_officers(finding: Finding) -> bool:
    """Whoever answers for it may open it, as `queries.seen_by` has it: it was issued, or their unit found it itself."""
    return finding.state is not State.RECORDED or finding.team_id is None


def reads_messages(actor: Actor, finding: Finding) -> bool:
    """Whoever is party to it, and leaders: not the officers of a unit that answers for it no more."""
    units = (finding.responsible_unit, finding.unit)
    overlooks = any(actor.reviews(unit) or actor.holds(Role.VIEWER, unit) for unit in units)
    return answers_for(actor, finding) or actor.sits_on(finding.team_id) or overlooks


def _is_their_own(actor: Actor, finding: Finding) -> bool:
    """About the actor's own unit: nobody verifies for the unit they are at home in or answer for."""
    return actor.belongs_to(finding.responsible_unit) or actor.belongs_to(finding.unit)
