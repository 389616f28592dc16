"""Sessions whose commits are real to the code and undone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection
from sqlalchemy.orm import scoped_session

from inspect_app.core.db import db


@contextmanager
def undone(app: Flask) -> Iterator[scoped_session[Session]]:
    """Whatever is committed inside goes at the end, in requests of the app's client too."""
    with app.app_context(), db.engine.connect() as connection:
        engines: Any = db.engines
        engine = engines[None]
        _savepoints_in_bare_words(engine.dialect)
        outer = connection.begin()
        connection.begin_nested()
        engines[None] = connection
        try:
            yield db.session
        finally:
            db.session.remove()
            engines[None] = engine
            outer.rollback()


def _savepoints_in_bare_words(dialect: Any) -> None:
    """Every commit of a test ends a savepoint and begins one: SQLAlchemy would compile each statement anew."""

    def saying(words: str) -> Any:
        def said(connection: Connection, name: str) -> None:
            connection.exec_driver_sql(f"{words} {name}")

        return said

    dialect.do_savepoint = saying("SAVEPOINT")
    dialect.do_rollback_to_savepoint = saying("ROLLBACK TO SAVEPOINT")
    dialect.do_release_savepoint = saying("RELEASE SAVEPOINT")


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
