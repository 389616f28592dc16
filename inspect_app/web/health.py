"""Whether the process answers. Asks nobody else, so that a database at rest does not take the program out."""

from flask import Blueprint, Response

from inspect_app.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")
