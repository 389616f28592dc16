"""What spreadsheets say on the pages of lists."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from inspect_app.core.actor import Actor
from inspect_app.plans.models import Plan
from inspect_app.sheets.queries import history
from inspect_app.sheets.queries.rows import Listing
from inspect_app.sheets.services.declared import Kind
from inspect_app.sheets.services.kinds.findings import FINDINGS
from inspect_app.sheets.services.kinds.history import HISTORY
from inspect_app.web.panels import Panel


def download(listing: Listing) -> Panel:
    """Beside the list: the ways to take it away, as it is narrowed and sorted now."""

    def offered(_actor: Actor, args: Mapping[str, Any]) -> Mapping[str, Any]:
        # Not as arguments of the file's own address: a list may be narrowed by `kind`, and a file has one, too.
        place = urlencode({listing.place: args[listing.place]}) if listing.place else ""
        query = url_for(listing.page, **args).partition("?")[2]
        return {"name": listing.name, "query": "&".join(part for part in (place, query) if part)}

    return offered


def bringing(actor: Actor, _list: Any) -> Mapping[str, Any] | None:
    """Beside the list of findings: the way to bring a sheet in, for teams."""
    return {"kind": FINDINGS.name} if actor.seats else None


def bringing_of(kind: Kind) -> Panel:
    """Beside a list: the way to bring in a sheet of it, for whoever may."""

    def offered(actor: Actor, _list: Any) -> Mapping[str, Any] | None:
        return {"kind": kind.name} if kind.may(actor) else None

    return offered


def ticked(_actor: Actor, wanted: Any) -> Mapping[str, Any]:
    """Under the list of findings: only those that are ticked."""
    return {}


def origin(_actor: Actor, record: Any) -> Mapping[str, Any] | None:
    """On the page of a plan or a finding: which sheet it was copied from, where it was."""
    if isinstance(record, Plan) and not record.copied:
        return None
    rows = history.origins_of(record)
    return {"rows": rows} if rows else None


def origin_of_report(_actor: Actor, report: Any) -> Mapping[str, Any] | None:
    """On the report of a plan that was copied from sheets; by whom and from which is told on the plan's page."""
    return {"plan_id": report.plan.id} if report.plan.copied else None


def bringing_history(actor: Actor, _plans: Any) -> Mapping[str, Any] | None:
    """Beside the list of plans: the way to bring in those of years gone by."""
    return {"kind": HISTORY.name} if HISTORY.may(actor) else None
