"""What the program keeps beside the rows, made by the program's own functions."""

from flask import Flask

from inspect_app.core.db import db
from inspect_app.units.services.lineage import keep_lineage


def derive(app: Flask) -> None:
    """Lineage; the sums of plans, where the program keeps them."""
    keep_lineage()
    db.session.commit()
    if "recount" in app.cli.commands:
        result = app.test_cli_runner().invoke(args=["recount"])
        if result.exit_code:
            raise RuntimeError(f"recount: {result.output}")
