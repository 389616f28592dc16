"""Opening a list as it stands at an address, with what its file says of itself."""

from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from inspect_app.core.actor import Actor
from inspect_app.sheets.forms.lists import LISTS
from inspect_app.sheets.queries.rows import Listing, Table
from inspect_app.sheets.services.files import About, Opened
from inspect_app.web.formats import date as shown_day
from inspect_app.web.formats import datetime as shown_moment

PLACE = frozenset({"after", "before", "tick", "back"})
"""Arguments that say where in a list somebody is, and not which."""


def query_of(args: MultiDict[str, str]) -> str:
    """What an address asks for, as it is kept."""
    return urlencode([(name, value) for name, value in args.items(multi=True) if name not in PLACE])


def values_of(listing: Listing, query: str) -> dict[str, Any]:
    """What the address of the list's page is built from."""
    args = MultiDict(parse_qsl(query))
    values: dict[str, Any] = args.to_dict(flat=False)
    if listing.place:
        values[listing.place] = args.get(listing.place, type=int)
    return values


def opened(name: str, query: str, actor: Actor, *, on: date, at: datetime) -> Opened:
    """The list called `name`; `on` is today, `at` the moment that its file states.

    Raises KeyError for a list that there is not, and werkzeug's NotFound where the address names what does not exist
    for the actor.
    """
    listing = LISTS[name]
    table = listing.ask(MultiDict(parse_qsl(query)), actor, on)
    title = str(listing.label)
    about = About(
        title=title,
        sheet=str(_("Thông tin")),
        author=actor.name,
        at=at,
        lines=_lines(listing, table, query, actor, on, at),
        number_label=str(_("Số dòng")),
    )
    until = f"-den-{table.as_of.isoformat()}" if table.as_of else ""
    return Opened(table, title, about, f"{listing.file}{until}-{on.isoformat()}")


def _lines(listing: Listing, table: Table, query: str, actor: Actor, on: date, at: datetime) -> list[tuple[str, str]]:
    pages = current_app.url_map.bind("localhost", script_name=current_app.config["APPLICATION_ROOT"])
    return [
        (str(_("Danh sách")), str(listing.label)),
        *(table.about or [(str(_("Điều kiện lọc")), str(_("Không lọc")))]),
        (str(_("Số liệu đến ngày")), shown_day(table.as_of or on)),
        (str(_("Lập lúc")), shown_moment(at)),
        (str(_("Người lập")), actor.name),
        (str(_("Phạm vi")), str(_("Trong phạm vi tài khoản này được xem."))),
        (str(_("Địa chỉ của danh sách")), pages.build(listing.page, values_of(listing, query))),
    ]
