"""Who may open what: every view declares its audience, and a view that declares none answers nobody.

The only module that knows `current_user`. Who people are is told to it by app.py.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, current_user

from inspect_app.core.actor import Actor, Role
from inspect_app.core.errors import NotAllowed
from inspect_app.web.returning import local_path

P = ParamSpec("P")
R = TypeVar("R")

AUDIENCE = "__audience__"
ANYONE = "anyone"
SIGNED_IN = "signed in"
UNDECLARED = frozenset({"static", "assets", "bootstrap.static"})
"""Endpoints of files that belong to the program itself."""

login_manager = LoginManager()
login_manager.session_protection = None  # the address may change on a phone; sessions are rows that can be ended


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open to anyone, signed in or not."""
    setattr(view, AUDIENCE, frozenset({ANYONE}))
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Open to everybody who is signed in, whatever their role."""
    return _guard(view, frozenset({SIGNED_IN}))


def for_roles(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open to those who wear one of these hats somewhere; where exactly is for query and policy to say."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        return _guard(view, frozenset(roles))

    return decorate


def _guard(view: Callable[P, R], audience: frozenset[str]) -> Callable[P, R]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not current_user.is_authenticated:
            return cast(R, login_manager.unauthorized())
        if SIGNED_IN not in audience and not audience & actor().roles:
            raise NotAllowed("Trang này không dành cho vai trò của tài khoản đang dùng.")
        return view(*args, **kwargs)

    setattr(guarded, AUDIENCE, audience)
    return guarded


def actor() -> Actor:
    """Who is asking; made once per request."""
    if "actor" not in g:
        g.actor = current_app.extensions["load_actor"](current_user)
    return cast(Actor, g.actor)


def visitor() -> Any:
    """Flask-Login's user: what the loader that app.py registered gave back, or an anonymous one."""
    return current_user


def forget() -> None:
    """After signing in or out within a request: the next `actor()` is made anew."""
    g.pop("actor", None)


def init_app(app: Flask, *, load_visitor: Callable[[str], object | None], load_actor: Callable[[Any], Actor]) -> None:
    login_manager.init_app(app)
    login_manager.user_loader(load_visitor)
    login_manager.unauthorized_handler(_sign_in_first)
    app.extensions["load_actor"] = load_actor
    app.before_request(_refuse_the_undeclared)


def _sign_in_first() -> ResponseReturnValue:
    if request.method == "GET":
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    flash(_("Đã hết phiên làm việc. Đăng nhập lại rồi gửi lại."))
    came_from = urlsplit(request.referrer or "")
    return redirect(url_for("accounts.sign_in", next=local_path(came_from.path)), 303)


def _refuse_the_undeclared() -> None:
    if request.endpoint is None or request.endpoint in UNDECLARED:
        return
    if not hasattr(current_app.view_functions[request.endpoint], AUDIENCE):
        raise NotAllowed("Trang này chưa được mở cho ai.")
