"""Who may look at what the program keeps of itself."""

from inspect_app.core.actor import Actor, Role


def may_read_the_log(actor: Actor) -> bool:
    """The log is about everybody: an administrator over the topmost unit."""
    return any(held.path.count("/") == 1 for held in actor.held(Role.ADMIN))
