"""Files and the rows that name them, held against each other."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from inspect_app.core import pictures
from inspect_app.core.storage import Storage
from inspect_app.upkeep.queries.files import File

UNNAMED_FOR = timedelta(days=1)
"""Before content that no record names is removed: far longer than the transaction that would name it may last."""
HALF_WRITTEN_FOR = timedelta(hours=1)
MOST_TOLD = 100
AT_ONCE = 1000


@dataclass(slots=True)
class Held:
    """What holding rows against files found."""

    looked_at: int = 0
    missing: int = 0
    """Rows whose file is gone, or has not its size."""
    first: list[File] = field(default_factory=list)
    """Of those, the first `MOST_TOLD`."""


def clear(storage: Storage, named: Callable[[Collection[str]], Collection[str]], *, now: datetime) -> dict[str, int]:
    """Remove what no record names, what was half written and small copies of what is gone; how many of each.

    `named` has to see what was committed up to the moment of each call.
    """
    begun = now - HALF_WRITTEN_FOR
    return {
        "unnamed": storage.remove_unnamed(named, before=now - UNNAMED_FOR),
        "half_written": storage.remove_half_written(before=begun),
        "small_copies": pictures.remove_small(storage),
    }


def hold(files: Iterable[File], storage: Storage) -> Held:
    """Look for the file of each row. Changes nothing."""
    held = Held()
    rest = iter(files)
    while batch := list(islice(rest, AT_ONCE)):
        sizes = storage.sizes({file.sha256 for file in batch})
        held.looked_at += len(batch)
        for file in batch:
            # Whether its content is the right one takes reading it.
            if sizes.get(file.sha256) != file.size:
                held.missing += 1
                if len(held.first) < MOST_TOLD:
                    held.first.append(file)
    return held
