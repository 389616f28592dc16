"""Rows and files held against each other: what nobody names goes, what is named and missing is told."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.db import Base, db
from inspect_app.core.scanning import Unscanned
from inspect_app.documents.models import LetterTemplate
from inspect_app.findings.models import Evidence
from inspect_app.reports.models import Snapshot
from inspect_app.tasks.models import TaskFile
from inspect_app.upkeep.jobs import files
from inspect_app.upkeep.models import Chore
from inspect_app.upkeep.queries import chores
from inspect_app.upkeep.queries import files as queries
from inspect_app.upkeep.queries.kept import NAMING

NO_FILES = {Snapshot.__tablename__, Unscanned.__tablename__}
"""Tables whose hash is of what stands beside it in the row, or speaks of a file that others name."""


def test_every_column_that_names_a_file_is_known():
    naming = {model.__tablename__ for model in NAMING}
    waiting = {column.class_.__tablename__ for column in queries.WAITING.values()}
    with_a_hash = {table.name for table in Base.metadata.tables.values() if "sha256" in table.c}
    assert with_a_hash == naming | waiting | NO_FILES, "sweep it, check it and back it up (upkeep/queries/kept.py)"
    assert {Evidence, TaskFile, LetterTemplate} <= set(NAMING)


def last() -> Chore:
    found = chores.last(files.CHORE)
    assert found
    return found


@pytest.fixture
def storage(own_app):
    return own_app.extensions["storage"]


def test_sweeping_clears_what_is_nobodys_and_tells_what_is_missing(own_app, own_make, storage):
    own_make.finding("submitted")
    sha256 = db.session.scalars(select(Evidence.sha256)).one()
    db.session.rollback()
    stray = storage.keep(own_make.file("lac.pdf").stream, limit=99).sha256
    small = storage.root / "small" / stray[:2] / f"{stray}.jpg"
    small.parent.mkdir(parents=True)
    small.touch()
    half = storage.root / "in-half"
    half.touch()
    then = (clock.now() - timedelta(days=2)).timestamp()
    for path in (storage.path(sha256), storage.path(stray), half):
        os.utime(path, (then, then))

    runner = own_app.test_cli_runner()
    swept = runner.invoke(args=["sweep"])
    assert swept.exit_code == 0, swept.output
    assert {path.name for path in storage.files()} == {sha256}
    done = last()
    assert done.good
    assert {name: done.told[name] for name in ("unnamed", "half_written", "small_copies", "looked_at")} == {
        "unnamed": 1,
        "half_written": 1,
        "small_copies": 1,
        "looked_at": 1,
    }
    db.session.rollback()

    storage.path(sha256).write_bytes(b"cut")
    swept = runner.invoke(args=["sweep"])
    assert swept.exit_code == 1
    assert f"Missing or cut off: evidence 1: {sha256}" in swept.output
    db.session.rollback()
    done = last()
    assert (done.good, done.told["first"]) == (False, ["evidence 1"])
    the_worker_sweeps_when_it_starts_and_then_once_a_day(own_app, done.done_at)


def the_worker_sweeps_when_it_starts_and_then_once_a_day(app, done_at):
    when_due = files.daily(app)
    moments = [done_at]
    for _round in range(2):
        db.session.rollback()
        when_due(lambda: True)
        done = last()
        moments.append(done.done_at)
    assert moments[0] < moments[1] == moments[2]
