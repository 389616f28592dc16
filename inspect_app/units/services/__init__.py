"""Changing the tree of units. One verb per function; each logs itself; none commits."""

from inspect_app.units.services.editing import A_DAY, change, end, found, succeed
from inspect_app.units.services.reference import Loaded, load_reference

__all__ = ["A_DAY", "Loaded", "change", "end", "found", "load_reference", "succeed"]
