"""Killed at random moments while people write: whatever was acknowledged to them is there afterwards."""

import random
from pathlib import Path

import pytest

from inspect_app.core.db import db
from tests.faults.checking import faults, swept_later
from tests.faults.cluster import Cluster
from tests.faults.conftest import Yard
from tests.faults.installation import AUDIT, PAUSE, SECRET, build, until
from tests.faults.load import Load, found
from tests.support.program import program, settings

OFFICERS = 6
WHOLE = 20
"""Every so many kills the whole server goes, its master too, and is started anew."""
DATABASE_TOO = 25
"""Every so many kills PostgreSQL goes as well."""


def crash(yard: Yard, url: str, folder: Path, kills: int, cluster: Cluster | None = None) -> None:
    chance = random.Random(f"{kills} {url.partition(':')[0]}")
    world = build(url, folder, officers=OFFICERS)
    server = yard.server(url, folder, kind="gunicorn")
    killed = whole = databases = 0
    try:
        with Load(server, world) as load:
            while killed < kills:
                answered = load.answered
                until(lambda answered=answered: load.answered > answered, about="an answer after a kill")
                PAUSE.wait(chance.uniform(0, 0.6))
                if cluster and killed % DATABASE_TOO == DATABASE_TOO - 1:
                    cluster.stop("immediate")
                    databases += 1
                    cluster.start()
                if killed % WHOLE == WHOLE - 1:
                    server.kill()
                    whole += 1
                    server.start()
                else:
                    server.kill_workers()
                killed += 1
            PAUSE.wait(1)
    finally:
        server.stop()
    app = program(settings(url, folder, SECRET_KEY=SECRET, AUDIT_KEY=AUDIT))
    with app.app_context():
        there = found(app.extensions["storage"])
        wrong, swept = faults(app) - world.faults, swept_later(app)
        left = found(app.extensions["storage"]).orphans
        db.session.remove()
        db.engine.dispose()
    print(f"\nkills {killed}, of the whole server {whole}, of PostgreSQL {databases}; {there.summary(load)}")
    print(
        f"answers {dict(load.messages.answers + load.files.answers)}; swept {swept}, left {len(left)}; faults {wrong}"
    )
    assert load.odd == []
    assert load.messages.acknowledged <= there.messages
    assert load.files.acknowledged <= there.files
    assert (there.twice, there.lost, left, wrong) == (0, [], [], set())
    assert load.messages.acknowledged
    assert load.files.acknowledged


@pytest.mark.long
def test_nothing_acknowledged_is_lost_by_a_few_crashes(yard, tmp_path):
    crash(yard, f"sqlite:///{tmp_path / 'crash.sqlite'}", tmp_path, 10)


@pytest.mark.long
def test_nothing_acknowledged_is_lost_by_200_crashes_on_sqlite(yard, tmp_path):
    crash(yard, f"sqlite:///{tmp_path / 'crash.sqlite'}", tmp_path, 200)


@pytest.mark.long
def test_nothing_acknowledged_is_lost_by_200_crashes_on_postgresql(yard, tmp_path):
    cluster = yard.cluster(tmp_path / "postgresql")
    crash(yard, cluster.database("crash"), tmp_path, 200, cluster)
