"""Sessions whose commits are real to the code and undone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from inspect_app.core.db import db


@contextmanager
def undone(app: Flask) -> Iterator[scoped_session[Session]]:
    """Whatever is committed inside goes at the end, in requests of the app's client too."""
    with app.app_context(), db.engine.connect() as connection:
        engines: Any = db.engines
        engine = engines[None]
        outer = connection.begin()
        connection.begin_nested()
        engines[None] = connection
        try:
            yield db.session
        finally:
            db.session.remove()
            engines[None] = engine
            outer.rollback()


@contextmanager
def as_it_was(session: scoped_session[Session]) -> Iterator[scoped_session[Session]]:
    """Whatever is committed inside goes at the end, and what was there before is as it was.

    For a world that is dear to make, and that the tests of a file look at one after the other. What Python holds of it
    can be used in each of them.
    """
    world = list(session)
    session.rollback()
    connection: Any = session.get_bind()
    before = connection.begin_nested()
    try:
        yield session
    finally:
        session.rollback()
        session.expunge_all()
        before.rollback()
        session.add_all(world)
        session.expire_all()
