"""What holds of the log, the records and the files after trouble."""

import os
from datetime import timedelta

from flask import Flask

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.upkeep.jobs import files
from inspect_app.upkeep.services import proof
from inspect_app.upkeep.services.files import UNNAMED_FOR


def faults(app: Flask) -> set[str]:
    """Of the chain, of the records that it tells of and of the files. Within an app context."""
    keys = [str(app.config["AUDIT_KEY"]).encode()]
    found = proof.verify(db.engine, keys=keys, storage=app.extensions["storage"], everything=True).faults
    db.session.remove()
    return {str(fault) for fault in found}


def swept_later(app: Flask) -> int:
    """Sweep as if two days had passed; how many files that removed."""
    past = (clock.now() - UNNAMED_FOR - timedelta(days=1)).timestamp()
    for path in app.extensions["storage"].files():
        os.utime(path, (past, past))
    cleared, _held = files.sweep(app)
    return sum(cleared.values())
