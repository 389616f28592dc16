"""Who may read which figures, and by which rules they are counted. Pure sentences."""

from inspect_app.core.actor import Actor, Placed, Role

PROFILED = (Role.REVIEWER, Role.VIEWER, Role.OFFICER)
"""Whose grants open the profile of a unit: all of them see everything that was issued to it."""


def may_read_profile(actor: Actor, unit: Placed) -> bool:
    """Reviewers and leaders in their scope, officers that of their own unit."""
    return any(held.covers(unit) for held in actor.held(*PROFILED))


def own_unit(actor: Actor) -> int | None:
    """The unit that the actor is officer of: the one they belong to, or else the first they were given."""
    ids = [held.unit_id for held in actor.held(Role.OFFICER)]
    return actor.home_unit_id if actor.home_unit_id in ids else next(iter(ids), None)
