"""What the pages of findings have in common."""

from typing import Any

from flask import Blueprint, abort, current_app

from inspect_app.core.actor import Role
from inspect_app.findings import queries
from inspect_app.findings.models import Finding
from inspect_app.web.access import actor

bp = Blueprint("findings", __name__)

READERS = (Role.REVIEWER, Role.VIEWER, Role.INSPECTOR, Role.OFFICER)


def seen(finding_id: int) -> Finding:
    """The finding with all that its page and its policies read, or 404 where it does not exist for the actor."""
    finding = queries.one(actor(), finding_id)
    return abort(404) if finding is None else finding


def storing() -> dict[str, Any]:
    """Where services put files, and how large one may be."""
    return {"storage": current_app.extensions["storage"], "file_limit": current_app.config["FILE_LIMIT"]}
