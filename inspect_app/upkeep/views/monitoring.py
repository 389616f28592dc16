"""For a monitor: whether people can work (`/readyz`), and figures where they are wanted (`/metrics`).

Told to the machine itself, or to whoever brings the token; to anybody else these pages do not exist. Nothing here
writes anything. `/healthz` (web/health.py) only says that the process answers.
"""

import hmac
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, request

from inspect_app.core import clock
from inspect_app.core.storage import Storage
from inspect_app.upkeep.queries import health
from inspect_app.upkeep.views.metrics import Metrics
from inspect_app.web.access import public

bp = Blueprint("monitoring", __name__)
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
"""Whatever carries one of these came through a proxy, whoever the next machine is."""


def init_app(app: Flask) -> None:
    """Count from now on, where figures are wanted."""
    if app.config["METRICS"]:
        app.extensions["metrics"] = Metrics(app)


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    _for_monitors()
    settings = current_app.config
    found = [*health.checks(_folders(), least_free=settings["DISK_FREE"], now=clock.now()), *_store()]
    ready = all(check.good for check in found)
    told: dict[str, Any] = {"ready": ready, "checks": {check.name: check.said for check in found}}
    return jsonify(told), 200 if ready else 503


@bp.get("/metrics")
@public
def metrics() -> Response:
    _for_monitors()
    counted: Metrics | None = current_app.extensions.get("metrics")
    if counted is None:
        abort(404)
    return Response(counted.told(_folders()), content_type=counted.content_type)


def _folders() -> tuple[Path, ...]:
    """Whose disks may fill up."""
    storage: Storage = current_app.extensions["storage"]
    return (*storage.folders, current_app.config["INSTANCE_PATH"])


def _store() -> list[health.Check]:
    """Whether the store of files answers, where it is no disk of this machine."""
    storage: Storage = current_app.extensions["storage"]
    if storage.folders:
        return []
    trouble = storage.trouble()
    return [health.Check("store", not trouble, trouble or "ok")]


def _for_monitors() -> None:
    if not (_brings_token() or _is_here()):
        abort(404)


def _brings_token() -> bool:
    token = current_app.config["MONITOR_TOKEN"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())


def _is_here() -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    if not request.remote_addr:
        return True  # by a socket in the file system, which has no address
    try:
        return ip_address(request.remote_addr).is_loopback
    except ValueError:
        return False
