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
