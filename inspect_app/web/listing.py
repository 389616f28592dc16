"""What stands around the rows of a list: its ready-made views, its sorts, the conditions that no chip shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from flask import url_for
from flask_babel import gettext as _

from inspect_app.core import counting
from inspect_app.web.formats import thousands

View: TypeAlias = tuple[str, str, int | str, bool, str]
"""A ready-made view: label, address, how many, whether it is this one, look."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A condition that no chip shows, with the address of the list without it."""

    label: str
    without: str


def tag(label: str, args: Mapping[str, Any], *names: str) -> Tag:
    """`args` are the parameters of the list now, `names` those of the condition."""
    return Tag(label, url_for(".index", **{name: value for name, value in args.items() if name not in names}))


def ready_view(label: str, many: int, now: Mapping[str, Any], look: str = "", **args: Any) -> View:
    """`args` ask for the view; `now` is what the list is narrowed to in the same words."""
    return label, url_for(".index", **args), so_many(many), now == (args or {"state": []}), look


def so_many(many: int) -> int | str:
    """The number, or that there are more than lists count."""
    most = counting.MOST_COUNTED
    return many if many <= most else str(_("hơn %(most)s", most=thousands(most)))


def sort_links(sort: str, args: Mapping[str, Any], columns: Mapping[str, bool]) -> dict[str, tuple[str, str]]:
    """Column -> address that sorts by it, the other way if it does so already; and how it is sorted now.

    `columns` tells of each whether its own sort runs upwards.
    """
    links = {}
    for name, upwards in columns.items():
        here = sort.removeprefix("-") == name
        backwards = sort.startswith("-")
        turned = f"-{name}" if here and not backwards else name
        now = ("ascending" if upwards != backwards else "descending") if here else ""
        links[name] = (url_for(".index", **{**args, "sort": turned}), now)
    return links
