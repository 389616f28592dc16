"""What a monitor is told, and who is told nothing. A program without a worker is not ready."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.upkeep.jobs import beating
from inspect_app.upkeep.queries import health
from inspect_app.upkeep.services import chores
from tests.support.program import program, settings

TOKEN = "0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def client(app, session):
    return app.test_client()


def said(client, **headers):
    answer = client.get("/readyz", headers=headers)
    return answer.status_code, answer.json["checks"]


def test_it_is_ready_when_everything_is_there_and_says_what_is_not(client, app, session, monkeypatch):
    well = {"database": "ok", "disk": "ok", "migrations": "ok", "worker": "ok"}
    assert said(client) == (503, {**well, "worker": "never"})

    beating.heart()(None)
    assert said(client) == (200, well)

    chores.done("files", good=False, at=clock.now(), missing=1)
    session.commit()
    assert said(client) == (503, {**well, "files": "fault"})
    chores.done("files", good=True, at=clock.now())

    chores.done(health.WORKER, good=True, at=clock.now() - health.WORKER_SILENT)
    session.commit()
    assert said(client) == (503, {**well, "files": "ok", "worker": "silent"})

    monkeypatch.setitem(app.config, "DISK_FREE", 1 << 60)
    session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    session.commit()
    assert said(client)[1] == {
        "database": "ok",
        "disk": "full",
        "migrations": "behind",
        "files": "ok",
        "worker": "silent",
    }


def test_a_worker_whose_clock_was_put_back_still_gives_signs_of_life(session, monkeypatch):
    beat, now = beating.heart(), clock.now()
    for at in (now, now + timedelta(seconds=1), now - timedelta(hours=1)):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        beat(None)
    assert health.chores()[0].done_at == now - timedelta(hours=1)


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////no/such/folder/none.sqlite"])
def test_without_a_database_it_says_so_and_the_process_still_answers(url, tmp_path):
    client = program(settings(url, tmp_path, METRICS=True)).test_client()
    assert said(client) == (503, {"database": "away", "disk": "ok"})
    assert client.get("/healthz").status_code == 200
    assert "inspect_database_up 0.0" in client.get("/metrics").text


@pytest.mark.parametrize(
    ("address", "headers", "told"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, False),
        ("10.0.0.7", {}, False),
        ("", {}, True),
        ("", {"X-Forwarded-For": "10.0.0.7"}, False),
        ("somewhere", {}, False),
        ("10.0.0.7", {"Authorization": f"Bearer {TOKEN}"}, True),
        ("10.0.0.7", {"Authorization": f"Bearer {TOKEN}é"}, False),
        ("10.0.0.7", {"Authorization": "Bearer "}, False),
    ],
)
def test_only_this_machine_and_who_brings_the_token_are_told(app, session, monkeypatch, address, headers, told):
    monkeypatch.setitem(app.config, "MONITOR_TOKEN", TOKEN)
    answer = app.test_client().get("/readyz", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert (answer.status_code != 404) is told


def test_without_a_token_an_empty_one_opens_nothing(client):
    there = {"REMOTE_ADDR": "10.0.0.7"}
    assert client.get("/readyz", headers={"Authorization": "Bearer "}, environ_base=there).status_code == 404


def test_figures_are_told_where_they_are_wanted_and_name_no_record(own_app, tmp_path):
    counting = program(settings(own_app.config["DATABASE_URL"], tmp_path, METRICS=True))
    client = counting.test_client()
    for path in ("/login", "/findings/12345", "/no-such-page"):
        client.get(path)
    with counting.app_context():
        before = db.session.scalars(select(Event.seq)).all()
    told = client.get("/metrics").text
    for line in (
        'inspect_requests_total{endpoint="accounts.sign_in",method="GET",status="200"} 1.0',
        'inspect_requests_total{endpoint="none",method="GET",status="404"} 1.0',
        'inspect_request_queries_count{endpoint="accounts.sign_in"} 1.0',
        'inspect_waiting{queue="mail"} 0.0',
        "inspect_database_up 1.0",
        "inspect_log_head 0.0",
    ):
        assert line in told
    assert "12345" not in told
    with counting.app_context():
        assert db.session.scalars(select(Event.seq)).all() == before
    with counting.app_context():
        db.engine.dispose()
