"""Where to go after something was done: only ever to an address of our own."""

import re
from urllib.parse import SplitResult, urlsplit

_ODD = re.compile(r"[\x00-\x20\x7f\\]")


def local_path(wanted: str | None, default: str = "/") -> str:
    """`wanted` if it is a path on this site, else `default`."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or _ODD.search(wanted):
        return default
    parts = urlsplit(wanted)
    return default if parts.scheme or parts.netloc else wanted


def page_before(referrer: str | None) -> str:
    """The path of the page on which a form was, as the browser tells it; else the first page."""
    return _path_of(_read(referrer))


def page_of_ours(referrer: str | None, host: str) -> str:
    """The same where that page is on `host`; else nothing."""
    came_from = _read(referrer)
    return _path_of(came_from) if came_from.netloc == host else ""


def _read(address: str | None) -> SplitResult:
    try:
        return urlsplit(address or "")
    except ValueError:
        return urlsplit("")


def _path_of(address: SplitResult) -> str:
    return local_path(f"{address.path}?{address.query}".rstrip("?"))
