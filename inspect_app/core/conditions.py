"""Conditions that each database is told in words of its own."""

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.sql.functions import FunctionElement


class Condition(FunctionElement[bool]):
    """Whoever writes one says how it is compiled."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it is: SQLite would compare it with 1, and know neither its index nor the words of FTS5."""
        return self
