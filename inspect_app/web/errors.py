"""Refusals and troubles become pages. One table knows the status codes; no page shows a trace."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from inspect_app.core import outage
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError, Invalid, NotAllowed, Stale, Unavailable, WrongState
from inspect_app.web import typed
from inspect_app.web.access import is_for_anyone, login_manager, visitor
from inspect_app.web.gate import SAFE
from inspect_app.web.returning import page_of_ours

STATUS: dict[type[DomainError], int] = {
    NotAllowed: 403,
    WrongState: 409,
    Stale: 409,
    Invalid: 422,
    Unavailable: 503,
}
SHOWN = {400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503}
TYPED_IN_VAIN = {403, 404, 409, 422}
"""Their pages show what was typed: no form is left that it stands in. What a 400 answers may be another person's."""
RETRY_AFTER = 30
"""Seconds."""
LAST_RESORT = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>Lỗi máy chủ – Sổ kiểm tra CCHC</title></head>
<body><main><h1>Lỗi máy chủ</h1><p>Thử lại sau vài phút, hoặc gọi Sở Nội vụ và đọc mã %(request_id)s.</p></main></body>
</html>"""
"""When even the page of a refusal cannot be drawn."""
log = structlog.get_logger()


def say(error: DomainError) -> str:
    """The refusal in the reader's language."""
    return str(_(error.message, **error.values))


def init_app(app: Flask) -> None:
    for kind, status in STATUS.items():
        app.register_error_handler(kind, _refused(status))
    app.register_error_handler(StaleDataError, _lost_race)
    app.register_error_handler(SQLAlchemyError, _database_trouble)
    app.register_error_handler(OSError, _disk_trouble)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)
    app.after_request(_later)


def page(status: int, message: str = "", title: str = "") -> tuple[str, int]:
    """The page of a refusal, in words of its own where it has some; what was not committed is undone."""
    db.session.rollback()
    # The menu asks the database, which may be the trouble, and makes addresses, which an unknown host has none of.
    g.bare = status >= 500 or isinstance(request.routing_exception, SecurityError)
    g.pop("frame", None)
    if status == HTTPStatus.FORBIDDEN:
        person = getattr(g.get("actor"), "person_id", None)
        log.warning("refused", person=person, method=request.method, path=request.path, address=request.remote_addr)
    if noting := current_app.extensions.get("refused"):
        noting(int(status))
    told: dict[str, Any] = {"status": status, "message": message, "title": title, "way_back": _way_back()}
    told["request_id"] = g.get("request_id", "")
    if status >= 500:
        told["unsent"] = typed.unsent()
    elif status in TYPED_IN_VAIN and (tried := typed.unsent()):
        told["left_over"] = [("", text) for text in tried.texts]
    try:
        return render_template("errors/refused.html", **told), status
    except Exception as error:
        log.error("refusal", exc_info=error)
        return LAST_RESORT % told, status


def _way_back() -> str:
    """The page from which somebody was led here, if it is another one of ours that can be opened; else nothing.

    It was theirs to see, so that naming it tells them nothing. Pages for anyone, as that of signing in, lead nowhere.
    """
    path = "" if g.bare else page_of_ours(request.referrer, request.host)
    if not path or (request.method in SAFE and path == request.script_root + request.full_path.rstrip("?")):
        return ""
    try:
        inside = urlsplit(path).path.removeprefix(request.script_root)
        endpoint, _values = current_app.url_map.bind("", path_info=inside).match(method="GET")
    except HTTPException:
        return ""
    return "" if is_for_anyone(endpoint) else path


def _later(response: Response) -> Response:
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers.setdefault("Retry-After", str(RETRY_AFTER))
    return response


def _refused(status: int) -> Any:
    def handler(error: DomainError) -> tuple[str, int]:
        # Of a 409 its page says that somebody was faster, which a state need not be due to.
        return page(status, say(error), _("Không làm được việc này") if isinstance(error, WrongState) else "")

    return handler


def _lost_race(_error: StaleDataError) -> tuple[str, int]:
    return page(409, _("Người khác vừa cập nhật nội dung này. Xem bản mới rồi gửi lại."))


def _database_trouble(error: SQLAlchemyError) -> tuple[str, int]:
    log.error("database", exc_info=error)
    return page(503 if outage.is_outage(error) else 500)


def _disk_trouble(error: OSError) -> tuple[str, int]:
    log.error("disk", exc_info=error)
    return page(503)


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    """Nobody loses what they typed because a session ended: signing in comes first, then it is offered again."""
    if not visitor().is_authenticated:
        return login_manager.unauthorized()  # type: ignore[no-any-return]  # Flask-Login ships no types
    return page(400, _("Biểu mẫu đã cũ. Quay lại trang trước, tải lại trang rồi gửi lại."))


def _http(error: HTTPException) -> Any:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < 400:
        return error
    trouble = getattr(error, "original_exception", None)  # of a refusal that asked the database while it was drawn
    if isinstance(trouble, SQLAlchemyError):
        return _database_trouble(trouble)
    body, _status = page(status if status in SHOWN else 400 if status < 500 else 500)
    response = error.get_response()
    response.data = body.encode()
    response.content_type = "text/html; charset=utf-8"
    return response


def _fault(error: Exception) -> tuple[str, int]:
    log.error("fault", exc_info=error)
    return page(500)
