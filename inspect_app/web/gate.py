"""One gate before the views: what is unreadable or comes from elsewhere never reaches one.

Also the headers that every answer carries, errors and downloads too.
"""

import re
import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, abort, g, request
from flask.wrappers import Response
from werkzeug.routing import IntegerConverter

from inspect_app.core.db import read_only

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ALLOWED = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
LONGEST_ARGUMENT = 2000
CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Id(IntegerConverter):
    """`<id:…>`: 1 to 2^31 - 1; anything else is no address of ours."""

    def __init__(self, map: object) -> None:
        super().__init__(map, min=1, max=2**31 - 1)  # type: ignore[arg-type]


def init_app(app: Flask) -> None:
    app.url_map.converters["id"] = Id
    app.before_request(_open)
    app.after_request(_headers)


def _open() -> None:
    g.request_id = secrets.token_hex(8)
    read_only(request.method in SAFE)
    if request.method not in ALLOWED:
        abort(405)
    if not _readable([request.path, *_flat(request.args.items(multi=True))], longest=LONGEST_ARGUMENT):
        abort(400)
    try:
        request.query_string.decode("ascii")
    except UnicodeDecodeError:
        abort(400)
    if request.method not in SAFE and _from_elsewhere():
        abort(403)


def _flat(pairs: Iterable[tuple[str, str]]) -> Iterable[str]:
    for name, value in pairs:
        yield name
        yield value


def _readable(texts: Iterable[str], *, longest: int) -> bool:
    """Unreadable UTF-8 arrives from Werkzeug as U+FFFD."""
    return all(len(text) <= longest and "\ufffd" not in text and not _BAD.search(text) for text in texts)


def _from_elsewhere() -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") in ("cross-site", "same-site"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["X-Request-ID"] = g.get("request_id", "")
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    headers.setdefault("Cache-Control", "no-store")
    return response
