"""Statements that take longer to build than to ask: built once for whoever holds the same, and kept by the process."""

from functools import lru_cache

built_once = lru_cache(maxsize=64)
"""For functions that make a statement of an actor and a day: those of so many people are kept."""
