"""Looking at what came in while the virus scanner was away."""

from contextlib import suppress

from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.core.scanning import Scanner, Unscanned
from inspect_app.core.storage import Storage
from inspect_app.upkeep.queries import files


def next_one(after: int) -> Unscanned | None:
    """What still waits to be looked at, in the order in which it came."""
    waits = select(Unscanned).where(Unscanned.id > after, Unscanned.found == "").order_by(Unscanned.id).limit(1)
    return db.session.scalars(waits).one_or_none()


def look(sha256: str, storage: Storage, scanner: Scanner) -> str:
    """What is found in it, wherever the content is kept; nothing where it is nowhere any more. Raises Away."""
    for place in (storage, *files.apart(storage).values()):
        with suppress(FileNotFoundError), place.open(sha256) as stream:
            return scanner.found_in(stream)
    return ""


def settle(unscanned: Unscanned, found: str) -> None:
    """It was looked at: what is clean, or gone, waits no longer; of the other it is kept what was found."""
    if found:
        unscanned.found = found
    else:
        db.session.delete(unscanned)


def harmful() -> int:
    """How many have come in and are handed to nobody."""
    return len(db.session.scalars(select(Unscanned.id).where(Unscanned.found != "")).all())
