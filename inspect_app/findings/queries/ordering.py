"""In which order a list of findings is read, and by what the rows are told apart in it."""

from typing import Any

from sqlalchemy import func, literal

from inspect_app.core import words
from inspect_app.core.db import db
from inspect_app.core.reading_order import gathered
from inspect_app.core.statements import built_once
from inspect_app.findings.models import FOREVER, Finding
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.filter import Filter
from inspect_app.findings.queries.narrowing import LATEST
from inspect_app.units.models import Unit

_LAST = literal(FOREVER, literal_execute=True)
"""For what has no day. Spelt out in the statement: only then do the databases see what their index is of."""


def led_by_words(wanted: Filter, newest: bool) -> bool:
    """They have words that the newest do not have, and PostgreSQL, which expects these anywhere, would look at all
    findings for a page. SQLite's index of words has them newest first."""
    return bool(wanted.words) and not newest and db.session.get_bind().dialect.name == "postgresql"


SORTS = ("deadline", "newest", "unit", "submitted")


def sort_keys(
    name: str, facts: Any, wanted: Filter, *, many: bool = True, newest: bool = False
) -> tuple[tuple[Any, ...], bool]:
    """The keys of a sort and whether it runs downwards. A name after "-" runs the other way; unknown ones are newest.

    `deadline`: nearest first. `newest`: last recorded first. `unit`: by the inspected unit's name. `submitted`: what
    waits longest first. `many`, `newest`: as for `chosen`.
    """
    by_words = many and led_by_words(wanted, newest)
    return order_of(name, facts, wanted.is_live, bool(wanted.words), many, by_words)


@built_once
def order_of(
    name: str, facts: Any, live: bool, with_words: bool, many: bool, by_words: bool
) -> tuple[tuple[Any, ...], bool]:
    backwards, its_id = name.startswith("-"), f.id_in(facts)
    match name.removeprefix("-"):
        case "deadline":
            # Bare where no deadline is missing: then an index gives the order.
            return (facts.deadline if live else func.coalesce(facts.deadline, _LAST), its_id), backwards
        case "unit":
            return (Unit.sort_key, its_id), backwards
        case "submitted":
            return (func.coalesce(facts.submitted_on, _LAST), its_id), backwards
        case _:
            if by_words:
                return (LATEST,), not backwards
            key = words.of(Finding).newest_first if with_words else its_id
            walked = many or (facts is Finding and not with_words)
            return (key if walked else gathered(key),), not backwards
