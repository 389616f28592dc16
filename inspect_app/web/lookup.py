"""Finding the one record that an address names."""

from typing import Any

from flask import abort
from sqlalchemy import Select

from inspect_app.core.db import db
from inspect_app.core.statements import prepared


def one_or_404(query: Select[Any], **named: Any) -> Any:
    """The record; 404, not 403, where it is outside the actor's scope: do not confirm that it exists.

    `named`: what a statement that is built once for all actors and records is to be filled in with.
    """
    found = db.session.scalars(prepared(query), named).unique().one_or_none()
    return abort(404) if found is None else found
