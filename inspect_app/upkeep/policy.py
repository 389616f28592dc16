"""Who may look at what the program keeps of itself."""

from inspect_app.core.actor import Actor, Role, covers_everything


def may_read_the_log(actor: Actor) -> bool:
    """The log is about everybody: an administrator over the topmost unit."""
    return covers_everything(actor.held(Role.ADMIN))
