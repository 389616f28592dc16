"""What the program remembers of its own upkeep."""

from inspect_app.upkeep.models.chore import Chore

__all__ = ["Chore"]
