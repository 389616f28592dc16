"""The program as it is served, with the references beside it: what a page would cost if it asked and did nothing else.

    /bench/hello/     an empty route of an empty Flask
    /bench/open       an empty route of the program
    /bench/signed     an empty route behind sign-in
    /bench/probe?n=   n SELECTs by primary key through the program's session
    /bench/told       what the last request did, in JSON
    /bench/replay     the statements of the page that was last kept, by the driver alone

A page itself answers otherwise when the header `X-Bench` asks: `keep NUMBER` draws it once more and keeps what its
templates were given; `floor NUMBER` draws the same templates from what was kept, asking the database nothing.
"""

import functools
import random
from collections.abc import Callable, Iterator, Mapping
from time import thread_time
from typing import Any, cast

from flask import Blueprint, Flask, before_render_template, g, jsonify, render_template, request, template_rendered
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, event, func, select
from werkzeug.local import LocalProxy
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bench.measure.client import KIND
from inspect_app import create_app
from inspect_app.core.db import db
from inspect_app.findings.models import Finding
from inspect_app.web.access import public, signed_in

bp = Blueprint("bench", __name__, url_prefix="/bench")
SAMPLE = 2000
"""Findings that probes choose from, spread over all there are."""
NOT_STATEMENTS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
ASK_NOTHING = tuple(f"inspect_app.{name}" for name in ("core.clock", "web.assets", "web.formats", "web.presentation"))
"""Where functions of the templates stand that have no database; a page calls them a hundred times."""


class Kept:
    """What one page's templates were given."""

    def __init__(self) -> None:
        self.template, self.context, self.beside = "", dict[str, Any](), dict[str, Any]()
        self.said: dict[tuple[str, int], Any] = {}
        """What a panel or a function of the templates gave, by its name and the how manieth time it was asked."""


class Told:
    """What this process did so far."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, Any]] = []
        self.backends: set[int] = set()
        self.kept: dict[str, Kept] = {}
        self.last: list[tuple[str, Any]] = []
        self.ids: list[int] = []


told = Told()


def served() -> Any:
    """The program for a WSGI server."""
    app = create_app()
    hello = Flask("hello")
    hello.add_url_rule("/", "hello", lambda: "")
    event.listen(Engine, "before_cursor_execute", _count)
    event.listen(Engine, "connect", _connected)
    app.register_blueprint(bp)
    _watch(app)
    before_render_template.connect(_drawing, app)
    template_rendered.connect(_drawn, app)
    return DispatcherMiddleware(app.wsgi_app, {"/bench/hello": hello.wsgi_app})


@bp.get("/open")
@public
def open_() -> str:
    return ""


@bp.get("/signed")
@signed_in
def signed() -> str:
    return ""


@bp.get("/probe")
@public
def probe() -> str:
    if not told.ids:
        last = db.session.scalar(select(func.max(Finding.id))) or 1
        wanted = select(Finding.id).where(
            Finding.id.in_(random.Random(1).sample(range(1, last + 1), min(SAMPLE, last)))
        )
        told.ids = list(db.session.scalars(wanted))
    for _once in range(request.args.get("n", 1, type=int)):
        db.session.execute(select(Finding.id, Finding.title).where(Finding.id == random.choice(told.ids))).one()
    return ""


@bp.get("/told")
@public
def last() -> ResponseReturnValue:
    """The statements of the last request, in order, and which processes of PostgreSQL worked for this one so far."""
    asked = [statement for statement, _values in told.statements]
    return jsonify(statements=asked, backends=sorted(told.backends))


@bp.get("/replay")
@public
def replay() -> ResponseReturnValue:
    """Milliseconds of this process's processor for what the page that was kept last asks, `n` times."""
    connection: Any = db.session.connection().connection.dbapi_connection
    statements = list(told.last)
    began = thread_time()
    for _once in range(request.args.get("n", 1, type=int)):
        for statement, values in statements:
            cursor = connection.cursor()
            cursor.execute(statement, values)
            if cursor.description is not None:
                cursor.fetchall()
            cursor.close()
    return jsonify(ms=(thread_time() - began) * 1000)


def _count(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
    if not statement.startswith(NOT_STATEMENTS):
        told.statements.append((statement, values))


def _connected(connection: Any, _record: Any) -> None:
    """On PostgreSQL: who works for us; alone, so that all of what is spent is that process's."""
    if hasattr(connection, "info"):
        told.backends.add(connection.info.backend_pid)
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.commit()


# Keeping and drawing again


def _watch(app: Flask) -> None:
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    for endpoint, view in list(app.view_functions.items()):
        if not endpoint.startswith("bench."):
            app.view_functions[endpoint] = _either(view)
    wall = app.extensions["panels"]
    for place, hung in wall.hung.items():
        wall.hung[place] = [(_said(f"{place} {n}", panel), name) for n, (panel, name) in enumerate(hung)]
    for place, columns in wall.columns.items():
        wall.columns[place] = [
            (label, _said(f"{place} column {n}", cells), name) for n, (label, cells, name) in enumerate(columns)
        ]
    for name, given in app.jinja_env.globals.items():
        room = str(getattr(given, "__module__", ""))
        may_ask = room.startswith("inspect_app") and room not in ASK_NOTHING
        if may_ask and callable(given) and name not in ("panels", "columns"):
            app.jinja_env.globals[name] = _said(name, given, whatever=False)


def _begin() -> None:
    if request.endpoint not in ("bench.last", "bench.replay"):
        told.statements = []


def _either(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, or what it drew before."""

    @functools.wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        asked = request.headers.get(KIND)
        if asked is None:
            return view(*args, **kwargs)
        kind, _, key = asked.partition(" ")
        if kind == "keep":
            g.bench_keeps, g.bench_times = Kept(), {}
            given = view(*args, **kwargs)
            told.kept[key], told.last = g.bench_keeps, list(told.statements)
            return given
        kept = told.kept[key]
        for name, value in kept.beside.items():
            setattr(g, name, value)
        g.bench_draws, g.bench_times = kept, {}
        return render_template(kept.template, **kept.context)

    return answer


def _said(name: str, given: Callable[..., Any], *, whatever: bool = True) -> Callable[..., Any]:
    """What a panel or a function gives is kept: always, or only where it asked the database."""

    @functools.wraps(given)
    def say(*args: Any, **kwargs: Any) -> Any:
        keeps, draws = g.get("bench_keeps"), g.get("bench_draws")
        if keeps is None and draws is None:
            return given(*args, **kwargs)
        time = g.bench_times[name] = g.bench_times.get(name, 0) + 1
        if draws is not None:
            return draws.said[name, time] if (name, time) in draws.said else given(*args, **kwargs)
        before = len(told.statements)
        found = given(*args, **kwargs)
        found = list(found) if isinstance(found, Iterator) else _settled(found)
        if whatever or len(told.statements) > before:
            keeps.said[name, time] = found
        return found

    return say


def _settled(given: Any) -> Any:
    """Iterators among the values of a context are read once: lists stand in for them."""
    if not isinstance(given, dict):
        return given
    for name, value in given.items():
        if isinstance(value, Iterator) and type(value) is not LocalProxy:
            given[name] = list(value)
    return given


def _drawing(_app: Flask, *, template: Any, context: dict[str, Any], **_more: Any) -> None:
    if g.get("bench_keeps") is not None:
        _settled(context)


def _drawn(_app: Flask, *, template: Any, context: Mapping[str, Any], **_more: Any) -> None:
    """The template that is done last is the page's; those before it are parts."""
    keeps = g.get("bench_keeps")
    if keeps is not None:
        beside = cast(Any, g)._get_current_object().__dict__
        keeps.template, keeps.context = template.name, dict(context)
        keeps.beside = {n: v for n, v in beside.items() if not n.startswith("bench_") and n != "request_id"}
