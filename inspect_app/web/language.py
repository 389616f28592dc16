"""Vietnamese unless asked otherwise; the other language is one click away."""

from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, get_locale

from inspect_app.web.access import public
from inspect_app.web.returning import local_path
from inspect_app.web.templating import Texts

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "language"
bp = Blueprint("language", __name__)


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    label: str


def chosen() -> str:
    """Of who asks; what the worker writes is for nobody's cookie, and in Vietnamese."""
    code = request.cookies.get(COOKIE, "") if has_request_context() else ""
    return code if code in LANGUAGES else "vi"


def other() -> Language:
    code = "en" if str(get_locale()) == "vi" else "vi"
    return Language(code, LANGUAGES[code])


@bp.post("/language")
@public
def switch() -> ResponseReturnValue:
    code = request.form.get("language", "")
    answer = redirect(local_path(request.form.get("next")), 303)
    if code in LANGUAGES:
        answer.set_cookie(
            COOKIE,
            code,
            max_age=31_536_000,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return answer


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    Babel(app, locale_selector=chosen).domain_instance = Texts()
    app.register_blueprint(bp)
    app.context_processor(lambda: {"get_locale": get_locale, "other_locale": other()})
