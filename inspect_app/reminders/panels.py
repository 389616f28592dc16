"""What reminders say on the pages of lower features."""

from collections.abc import Mapping
from typing import Any

from inspect_app.core.actor import Actor, Role, TeamRole


def urging(actor: Actor, _list: Any) -> Mapping[str, Any] | None:
    """Beside the list of findings: the way to urging, for reviewers and heads of teams."""
    leads = any(seat.role is TeamRole.HEAD for seat in actor.seats)
    return {} if leads or Role.REVIEWER in actor.roles else None
