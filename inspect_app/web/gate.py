"""One gate before the views: what is unreadable, too large or comes from elsewhere never reaches one.

Also the headers that every answer carries, errors and downloads too. Nothing here asks the database.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

import structlog
from flask import Flask, abort, current_app, g, request
from flask.wrappers import Response
from werkzeug.routing import IntegerConverter

from inspect_app.core import audit, outage
from inspect_app.core.connections import read_only
from inspect_app.core.text import Unreadable, clean
from inspect_app.web.request import Request

P = ParamSpec("P")
R = TypeVar("R")

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ALLOWED = SAFE | {"POST"}
FORMS = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})
"""Kinds of bodies. JSON would be bound to forms as well, past what is looked at below."""
LONGEST_ARGUMENT = 2000
LARGE = "__takes_files__"
MANY_PARTS = 4000
"""Of a form that takes files: a dozen for each of 200 items of a checklist, and for fifty findings beside them."""
CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class Id(IntegerConverter):
    """`<id:…>`: 1 to 2^31 - 1, without leading zeros; anything else is no address of ours."""

    regex = "[1-9][0-9]{0,9}"

    def __init__(self, map: object) -> None:
        super().__init__(map, min=1, max=2**31 - 1)  # type: ignore[arg-type]


class Year(IntegerConverter):
    """`<year:…>`: 2000 to 2100, as records have them."""

    regex = "[0-9]{4}"

    def __init__(self, map: object) -> None:
        super().__init__(map, min=2000, max=2100)  # type: ignore[arg-type]


def takes_files(view: Callable[P, R]) -> Callable[P, R]:
    """The view receives uploads: as much as UPLOAD_LIMIT, in `MANY_PARTS`; every other one only FORM_LIMIT."""
    setattr(view, LARGE, True)
    return view


def init_app(app: Flask) -> None:
    """Before anything else that looks at requests."""
    app.request_class = Request
    app.url_map.converters["id"] = Id
    app.url_map.converters["year"] = Year
    app.before_request(_open)
    app.teardown_request(_close)
    app.after_request(_headers)


def _open() -> None:
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    audit.asked(request.remote_addr or "", g.request_id)
    read_only(request.method in SAFE)
    outage.wait_at_most(outage.IN_A_REQUEST)
    if request.method not in ALLOWED:
        abort(405)
    if not _is_utf8() or not _readable([request.path, *_flat(request.args.items(multi=True))]):
        abort(400)
    if request.method in SAFE:
        return
    if _from_elsewhere():
        abort(403)
    view = current_app.view_functions.get(request.endpoint or "")
    limits = current_app.config
    request.max_content_length = limits["FORM_LIMIT"]
    if hasattr(view, LARGE):
        request.max_content_length, request.max_form_parts = limits["UPLOAD_LIMIT"], MANY_PARTS
    if request.mimetype not in FORMS:
        abort(415)
    # Read before the database is asked anything: a slow line must not hold a transaction open.
    # A part that does not say its name comes under None.
    if any(text is None or "\0" in text for text in (*_flat(request.form.items(multi=True)), *request.files)):
        abort(400)


def _close(_error: BaseException | None) -> None:
    read_only(False)
    outage.wait_at_most(None)
    audit.asked()


def _is_utf8() -> bool:
    """Werkzeug would leave other bytes of an address standing as %ff."""
    sent = unquote_to_bytes(request.query_string) + request.environ.get("PATH_INFO", "").encode("latin-1")
    try:
        sent.decode()
    except UnicodeDecodeError:
        return False
    return True


def _flat(pairs: Iterable[tuple[str, str]]) -> Iterable[str]:
    for name, value in pairs:
        yield name
        yield value


def _readable(texts: Iterable[str]) -> bool:
    try:
        return max(len(clean(text)) for text in texts) <= LONGEST_ARGUMENT
    except Unreadable:
        return False


def _from_elsewhere() -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") in ("cross-site", "same-site"):
        return True
    origin = request.headers.get("Origin")
    try:
        return origin is not None and urlsplit(origin).netloc != request.host
    except ValueError:
        return True


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
