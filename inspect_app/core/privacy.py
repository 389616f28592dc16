"""Who may see what is personal: the one place that says it. Pure sentences; pages, letters and searches ask here.

Two kinds of things are personal here beyond a name that stands under an act of office: how to reach somebody
(telephone, e-mail), and the names of officials who were not at their post when a team came. Neither is searched or
exported in lists, and neither is written into the log in the clear: see `audit.disguised`.
"""

from inspect_app.core.actor import Actor, Placed


def may_see_contact(
    actor: Actor,
    *,
    of: int | None,
    home: Placed | None = None,
    sent_for: Placed | None = None,
    team_id: int | None = None,
) -> bool:
    """Telephone and e-mail of the person `of`: their own; of people at home in a unit that the actor administers.

    Where the person handed something in (`sent_for` a unit, to a team), also whoever verifies it and may have to ask:
    reviewers of that unit, and the team.
    """
    if actor.person_id is None:
        return False
    if actor.person_id == of or (home is not None and actor.administers(home)):
        return True
    return sent_for is not None and (actor.reviews(sent_for) or (team_id is not None and actor.sits_on(team_id)))


def may_see_absent(actor: Actor, *, unit: Placed, team_id: int | None) -> bool:
    """Names of officials who were not at their post: the team that came, reviewers over the unit, the unit's officers.

    Not those who only look at figures, and not administrators: it is a matter between the team and the unit.
    """
    if actor.person_id is None:
        return False
    return (team_id is not None and actor.sits_on(team_id)) or actor.reviews(unit) or actor.answers_for(unit)
