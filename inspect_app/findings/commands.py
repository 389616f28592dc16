"""What an operator types about what is kept beside findings: `flask --app inspect_app recount`."""

import click
from flask.cli import with_appcontext

from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.findings.services import counts

SHOWN = 20
"""Differences that are printed one by one."""


@click.command("recount")
@click.option("--check", is_flag=True, help="Change nothing; end with 1 where what is kept is not what there is.")
@with_appcontext
def recount(check: bool) -> None:
    """Count anew what overviews read: of each year what its plans have come to, and how far inspections have.

    Anybody may go on working meanwhile; whoever changes something waits for as long as one year takes.
    """
    if check:
        with reading():
            _say(list(counts.differences()))
            db.session.rollback()
        return
    years = counts.years()
    db.session.rollback()
    for year in years:
        counts.recount(year)
        db.session.commit()
    counts.recount_standings()
    db.session.commit()
    click.echo(f"Counted anew: {len(years)} years.")


def _say(found: list[counts.Difference]) -> None:
    for difference in found[:SHOWN]:
        click.echo(str(difference))
    if len(found) > SHOWN:
        click.echo(f"… and {len(found) - SHOWN} more.")
    if found:
        raise click.ClickException(f"{len(found)} counts are not what there is: run `recount` without --check.")
    click.echo("Every count is what there is.")
