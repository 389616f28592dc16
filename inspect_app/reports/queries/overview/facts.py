"""Findings of plans, and their facts of a day: of most today's, since nothing has changed since then."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from inspect_app.core.actor import Actor
from inspect_app.core.these import one_of
from inspect_app.findings.models import FOREVER, Finding, Span
from inspect_app.findings.queries import seen_by
from inspect_app.reports.queries.overview.lines import View, of_the_units, place_of


def facts_of(
    actor: Actor, view: View, plans: str, past: date | None, *, whole: bool
) -> Iterator[tuple[Select[Any], Any]]:
    """Findings of the units looked at, in parts, each with where its facts are, today or on a day that is past.

    Of the plans that the statement is filled in with by the name `plans`. `whole`: the actor sees all that was found
    under them, and no finding has to be asked about.
    """
    seen = [] if whole else [seen_by(actor, walking=True)]
    found = select().select_from(Finding).where(one_of(Finding.plan_id, plans), *seen)
    found = found.where(*of_the_units(view, place_of(view, Finding)))
    if past is None:
        yield found, Finding
        return
    yield found.where(Finding.moved_on <= past), Finding
    until_later = (Span.since <= past, Span.until > past, Span.until < FOREVER)
    since_changed = select().select_from(Span).where(one_of(Span.plan_id, plans), *until_later)
    if not whole:
        since_changed = since_changed.join(Finding, Finding.id == Span.finding_id).where(*seen)
    yield since_changed.where(*of_the_units(view, place_of(view, Span))), Span
