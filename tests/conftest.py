"""One schema per database and process, made by the migrations; each test in a transaction that is undone.

Rules, queries and whatever speaks to a database directly are tried on SQLite and on PostgreSQL each time; of a table of
cases each case on one of the two. A test that drives the program through its pages costs ten times as much and asks
more or less the same queries: it is tried on one, too. The name decides on which, unless the test is marked `tried_on`;
with `--both`, which `python3 manage.py test --all` says, everything is tried on both but what is marked `only_on`.
"""

import gc
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from argon2 import PasswordHasher
from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from inspect_app.accounts.models import Person
from inspect_app.accounts.services import passwords
from tests.support import copies, postgres
from tests.support.browser import Browser
from tests.support.make import PASSWORD, Make
from tests.support.undone import undone

DATABASES = ["sqlite", "postgresql"]


def pytest_configure(config: pytest.Config) -> None:
    # Most of what the collector walks is what was imported: looking less often saves a tenth of the whole.
    gc.set_threshold(100_000, 50, 50)
    if not hasattr(config, "workerinput") and "TEST_POSTGRES_URL" not in os.environ:
        os.environ["TEST_POSTGRES_URL"] = postgres.start()
        config.add_cleanup(postgres.stop)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--both", action="store_true", help="try each page and each case on both databases")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    both = config.getoption("both")
    elsewhere = {item for item in items if _is_of_the_other(item) or (not both and _is_tried_elsewhere(item))}
    config.hook.pytest_deselected(items=list(elsewhere))
    items[:] = sorted(
        [item for item in items if item not in elsewhere], key=lambda item: item.get_closest_marker("early") is None
    )


def _database_of(item: pytest.Item) -> str | None:
    if not isinstance(item, pytest.Function) or not {"database_kind", "fresh_site"} & set(item.fixturenames):
        return None
    given = item.callspec.params
    return str(given.get("database_kind") or given["fresh_site"])


def _is_of_the_other(item: pytest.Item) -> bool:
    """Whether the test is about what only the other database does."""
    mark, database = item.get_closest_marker("only_on"), _database_of(item)
    return mark is not None and database is not None and database not in mark.args


def _is_tried_elsewhere(item: pytest.Item) -> bool:
    """Whether this page, or this case of a table, is the turn of another database."""
    database = _database_of(item)
    if database is None or not isinstance(item, pytest.Function) or item.get_closest_marker("only_on"):
        return False
    driven = {"browser", "fresh_site"} & set(item.fixturenames)
    if mark := item.get_closest_marker("tried_on"):
        return database not in mark.args
    if not driven and len(item.callspec.params) == 1:
        return False
    name = item.nodeid.replace(f"[{database}", "[")
    return database != DATABASES[zlib.crc32(name.encode()) % len(DATABASES)]


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """Comparing a password is slow on purpose; the tests do it a thousand times."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._NOBODYS = passwords.hashed("nobody's")


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def app(database_kind: str, tmp_path_factory: pytest.TempPathFactory, whole_run: Path) -> Iterator[Flask]:
    with copies.copy("empty", database_kind, tmp_path_factory.mktemp("instance"), once=whole_run) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        # A trace that people can read below the test that failed.
        plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        structlog.configure(processors=[structlog.processors.add_log_level, plain])
        yield app


@pytest.fixture(scope="session")
def database_url(app: Flask) -> str:
    """Where the tests' program keeps its records."""
    url: str = app.config["DATABASE_URL"]
    return url


@pytest.fixture
def own_app(database_kind: str, tmp_path: Path, whole_run: Path) -> Iterator[Flask]:
    """A program with a database to itself, where commits stay: for several connections at once."""
    with copies.copy("empty", database_kind, tmp_path, once=whole_run) as app:
        yield app


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    """A session whose commits are real to the code and undone after the test."""
    with undone(app) as session:
        yield session


@pytest.fixture
def make(session: scoped_session[Session]) -> Make:
    return Make(session)


@pytest.fixture
def browser(app: Flask, session: scoped_session[Session]) -> Browser:
    return Browser(app)


@pytest.fixture(scope="session")
def password_hash(cheap_passwords: None) -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def account(make: Make, session: scoped_session[Session], password_hash: str) -> Callable[..., Person]:
    """`account(Role.OFFICER, unit)`: somebody whose password is PASSWORD."""

    def made(*given: Any, **columns: Any) -> Person:
        person = make.person(*given)
        for name, value in {"password_hash": password_hash, **columns}.items():
            setattr(person, name, value)
        session.commit()
        return person

    return made
