"""Files in which the virus scanner found something stand in the log, with who sent them."""

import structlog
from flask import Flask, Response, g
from sqlalchemy.exc import SQLAlchemyError

from inspect_app.core import audit, clock
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError
from inspect_app.web.access import actor

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.after_request(_note)


def _note(response: Response) -> Response:
    """After the request, whose own work may have been undone; the refusal goes out whether or not the log takes it."""
    for told in g.pop("infected", ()):
        db.session.rollback()
        try:
            subject = audit.Subject("person", actor().person_id or 0)
            audit.record("person:infected_file", subject, actor=actor(), on=clock.today(), **told)
            db.session.commit()
        except (DomainError, OSError, SQLAlchemyError) as error:
            db.session.rollback()
            log.error("infected_not_noted", exc_info=error)
    return response
