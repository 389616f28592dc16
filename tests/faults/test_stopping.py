"""Servers and workers that are told to end while people write: each request is answered or refused whole."""

import os
import signal
import subprocess
import sys

import pytest

from inspect_app.core.db import db
from tests.faults.checking import faults
from tests.faults.installation import AUDIT, PAUSE, SECRET, build, until
from tests.faults.load import Load, found
from tests.support.program import program, settings


@pytest.mark.long
@pytest.mark.parametrize("kind", ["waitress", "gunicorn"])
def test_a_server_that_is_told_to_end_finishes_what_it_began(kind, yard, tmp_path):
    url = f"sqlite:///{tmp_path / 'stop.sqlite'}"
    world = build(url, tmp_path, officers=5)
    server = yard.server(url, tmp_path, kind=kind)
    with Load(server, world) as load:
        for _ in range(3):
            before = load.acknowledged
            until(lambda before=before: load.acknowledged > before + 3, about="people who write")
            assert server.stop() == 0
            server.start()
        PAUSE.wait(1)
    assert server.stop() == 0
    app = program(settings(url, tmp_path, SECRET_KEY=SECRET, AUDIT_KEY=AUDIT))
    with app.app_context():
        there, wrong = found(app.extensions["storage"]), faults(app) - world.faults
        db.session.remove()
        db.engine.dispose()
    print(f"{kind}: {there.summary(load)}")
    beyond = (there.messages & load.messages.tried) - load.messages.acknowledged
    assert load.messages.acknowledged <= there.messages
    assert beyond == set(), "what was done was told to whoever asked for it"
    assert (load.odd, there.twice, there.lost, there.orphans, wrong) == ([], 0, [], [], set())


@pytest.mark.long
def test_a_worker_leaves_signs_of_life_and_ends_when_it_is_told_to(tmp_path):
    url = f"sqlite:///{tmp_path / 'work.sqlite'}"
    build(url, tmp_path, officers=1)
    told = {"INSTANCE_PATH": str(tmp_path), "DATABASE_URL": url, "SECRET_KEY": SECRET, "AUDIT_KEY": AUDIT}
    words = [sys.executable, "-m", "flask", "--app", "inspect_app", "worker"]
    worker = subprocess.Popen(words, env={**os.environ, **told})
    app = program(settings(url, tmp_path, SECRET_KEY=SECRET, AUDIT_KEY=AUDIT))
    ready = app.test_client()
    try:
        until(lambda: '"worker":"ok"' in ready.get("/readyz").text, about="a worker that says it lives")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=60) == 0
    finally:
        worker.kill()
        worker.wait()
    with app.app_context():
        db.engine.dispose()
