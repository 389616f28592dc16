"""Where to go after something was done: only ever to an address of our own."""

import re
from urllib.parse import urlsplit

_ODD = re.compile(r"[\x00-\x20\x7f\\]")


def local_path(wanted: str | None, default: str = "/") -> str:
    """`wanted` if it is a path on this site, else `default`."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or _ODD.search(wanted):
        return default
    parts = urlsplit(wanted)
    return default if parts.scheme or parts.netloc else wanted


def page_before(referrer: str | None) -> str:
    """The path of the page on which a form was, as the browser tells it; else the first page."""
    try:
        came_from = urlsplit(referrer or "")
    except ValueError:
        return local_path(None)
    return local_path(f"{came_from.path}?{came_from.query}".rstrip("?"))
