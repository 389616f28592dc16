"""Who may open what: every view declares its audience, and a view that declares none answers nobody.

The only module that knows `current_user`. Who people are is told to it by app.py.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from inspect_app.core.actor import Actor, Role
from inspect_app.core.errors import NotAllowed

P = ParamSpec("P")
R = TypeVar("R")

AUDIENCE = "__audience__"
ANYONE = "anyone"
SIGNED_IN = "signed in"
PROVED = "__proved_lately__"
UNDECLARED = frozenset({"assets"})
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


def proved_lately(view: Callable[P, R]) -> Callable[P, R]:
    """Whoever comes here has proved who they are within the last minutes, or does so before it is done.

    Stands below `for_roles`. What was sent waits on the page that asks, and is done with the proof. A form may be
    looked at without; a view that is only read asks at once.
    """

    @wraps(view)
    def asked_first(*args: P.args, **kwargs: P.kwargs) -> R:
        looks = request.method != "POST" and request.url_rule is not None and "POST" in (request.url_rule.methods or ())
        answer = None if looks else unproved()
        return view(*args, **kwargs) if answer is None else cast(R, answer)

    setattr(asked_first, PROVED, True)
    return asked_first


def unproved() -> ResponseReturnValue | None:
    """The page that asks for a proof, where the last one is too old; for views of which only a part needs one."""
    return cast(ResponseReturnValue | None, current_app.extensions["prove_first"]())


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
    """After signing in or out within a request: the actor, the menu and the token of forms are made anew."""
    for name in ("actor", "frame", "csrf_token"):
        g.pop(name, None)


def init_app(
    app: Flask,
    *,
    load_visitor: Callable[[str], object | None],
    load_actor: Callable[[Any], Actor],
    sign_in_first: Callable[[], ResponseReturnValue],
    prove_first: Callable[[], ResponseReturnValue | None],
) -> None:
    """`sign_in_first` answers whoever is not signed in and asks for something that is not for everybody.

    `prove_first` answers whoever has not proved for a while who they are; None for who has.
    """
    # Without its context processor: the page of an outage must not ask the database who is reading it.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.user_loader(load_visitor)
    login_manager.unauthorized_handler(sign_in_first)
    app.extensions["load_actor"] = load_actor
    app.extensions["prove_first"] = prove_first
    app.before_request(_refuse_the_undeclared)


def is_program_file(endpoint: str | None) -> bool:
    return endpoint in UNDECLARED


def is_for_anyone(endpoint: str) -> bool:
    """Whether its page is open to who is not signed in, too."""
    return ANYONE in getattr(current_app.view_functions[endpoint], AUDIENCE, ())


def _refuse_the_undeclared() -> None:
    if request.endpoint is None or is_program_file(request.endpoint):
        return
    if not hasattr(current_app.view_functions[request.endpoint], AUDIENCE):
        raise NotAllowed("Trang này chưa được mở cho ai.")
