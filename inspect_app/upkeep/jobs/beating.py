"""The worker says that it lives, so that somebody hears when it does not."""

from collections.abc import Callable
from datetime import datetime, timedelta

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.upkeep.queries.health import WORKER
from inspect_app.upkeep.services import chores

EVERY = timedelta(seconds=30)


def heart() -> Callable[[object], None]:
    """What the worker does in each round: every `EVERY` it leaves a sign of life."""
    beaten: datetime | None = None

    def beat(_going_on: object) -> None:
        nonlocal beaten
        now = clock.now()
        if beaten is None or not beaten <= now < beaten + EVERY:  # the clock may have been put back
            chores.done(WORKER, good=True, at=now)
            db.session.commit()
            beaten = now

    return beat
