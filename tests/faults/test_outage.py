"""PostgreSQL goes, or stops answering, while people read and write: they are told within seconds, and it heals."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import NullPool, create_engine, make_url, select, text
from sqlalchemy.exc import OperationalError

from inspect_app.core import outage
from inspect_app.core.db import db
from inspect_app.findings.models import Message
from tests.faults.checking import faults
from tests.faults.installation import AUDIT, PAUSE, SECRET, Caller, build, until
from tests.faults.load import Load, found
from tests.faults.proxy import Line
from tests.faults.site import Site, enter, populate
from tests.support import copies, postgres
from tests.support.program import program, settings

WITHIN = 15.0
"""Seconds in which somebody is told that the database is away."""
TYPED = "Xin hỏi bảng niêm yết phải treo ở đâu."


@dataclass
class Cut(Site):
    """One whose line to the database can be cut."""

    line: Line
    database: str

    def end_connections(self) -> None:
        order(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.database}'")


def order(statement: str, server: str = "") -> None:
    """What whoever runs the server does to it."""
    engine = create_engine(server or os.environ[postgres.VARIABLE], isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, whole_run: Path) -> Iterator[Cut]:
    folder = tmp_path_factory.mktemp("outage")
    with copies.copy("empty", "postgresql", folder, once=whole_run) as app:
        url = app.config["DATABASE_URL"]
        token, page = populate(app)
        line = Line(url)
        cut_off = program(settings(line.address, folder))
        yield Cut(enter(cut_off, token), page, line, str(make_url(url).database))
        line.close()
        with cut_off.app_context():
            db.engine.dispose()


def test_a_line_that_is_cut_and_connections_that_are_ended_are_told_within_seconds_and_heal(site, monkeypatch):
    monkeypatch.setattr(outage, "IN_A_REQUEST", 0.8)
    monkeypatch.setattr(outage, "AT_REST", 0.4)
    monkeypatch.setattr(outage, "TELLING", 0.2)
    monkeypatch.setattr(outage, "SPARED", 1.0)
    assert site.get() == 200
    assert site.write(TYPED).status_code == 303

    site.end_connections()  # nobody notices: a connection that lay in the pool is tried before it is used
    assert site.write("Sau khi máy chủ đóng kết nối.").status_code == 303

    site.line.cut()
    refused = site.write("Nội dung gửi lúc mất kết nối.")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert "Nội dung gửi lúc mất kết nối." in refused.text
    assert f'action="{site.page}/message"' in refused.text
    began = monotonic()
    assert site.get() == 503
    assert monotonic() - began < 1, "the second one waited for what the first one knew"

    site.line.mend()
    until(lambda: site.get() == 200, within=5, about="a page after the line is mended")
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', refused.text))
    assert site.client.post(f"{site.page}/message", data=again).status_code == 303
    with site.client.application.app_context():
        said = db.session.scalars(select(Message.text).order_by(Message.id)).all()
    assert said == [TYPED, "Sau khi máy chủ đóng kết nối.", "Nội dung gửi lúc mất kết nối."]


def test_who_was_answered_stays_answered_though_the_connection_ends_before_the_answer_leaves(site, monkeypatch):
    ended = []

    def too_late(response):
        if db.session().in_transaction():
            site.end_connections()
            ended.append(response)
        return response

    monkeypatch.setitem(site.client.application.after_request_funcs, None, [too_late])
    assert [site.get() for _ in range(3)] == [200, 200, 200]
    assert len(ended) == 3


def test_a_database_that_only_reads_is_read_and_keeps_what_was_typed(site):
    order(f"ALTER DATABASE {site.database} SET default_transaction_read_only = on")
    site.end_connections()
    assert site.get() == 200
    assert site.write(TYPED).status_code == 503
    order(f"ALTER DATABASE {site.database} RESET default_transaction_read_only")
    site.end_connections()
    assert site.write(TYPED).status_code == 303


def test_a_statement_that_takes_too_long_is_not_waited_for_and_stopped_on_the_server(site, monkeypatch):
    app = site.client.application
    with app.app_context(), outage.waiting(0.5):
        with pytest.raises(OperationalError, match=r"within 0\.5 s"):
            db.session.execute(text("SELECT pg_sleep(20), 'too long'"))
        db.session.rollback()
        asleep = text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%too long%' AND pid <> pg_backend_pid()")
        until(lambda: db.session.scalar(asleep) == 0, within=5, about="the server to stop it")
        db.session.rollback()


@pytest.mark.long
def test_under_load_postgresql_stops_restarts_ends_connections_and_falls_silent(yard, tmp_path):
    cluster = yard.cluster(tmp_path / "postgresql")
    url = cluster.database("outage")
    world = build(url, tmp_path, officers=6)
    line = Line(url)
    server = yard.server(line.address, tmp_path)

    def stopped(mode: str) -> None:
        cluster.stop(mode)
        PAUSE.wait(6)
        cluster.start()

    def ended() -> None:
        for _ in range(20):
            order("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'outage'", cluster.address())
            PAUSE.wait(0.2)

    def silent() -> None:
        line.cut()
        PAUSE.wait(25)
        line.mend()

    troubles = {
        "stopped": lambda: stopped("fast"),
        "killed": lambda: stopped("immediate"),
        "connections ended": ended,
        "line cut": silent,
    }
    reader = Caller(server).sign_in(world.reviewer)
    try:
        with Load(server, world) as load:
            PAUSE.wait(2)
            for name, trouble in troubles.items():
                trouble()
                healed = until(lambda: _reads(reader), within=WITHIN, about=f"pages after: {name}")
                before = load.acknowledged
                writes = until(lambda before=before: load.acknowledged > before, within=WITHIN)
                print(f"{name}: pages again after {healed:.1f} s, writes {writes:.1f} s later")
    finally:
        assert server.stop() == 0
        line.close()
    app = program(settings(url, tmp_path, SECRET_KEY=SECRET, AUDIT_KEY=AUDIT))
    with app.app_context():
        there, wrong = found(app.extensions["storage"]), faults(app) - world.faults
        db.session.remove()
        db.engine.dispose()
    cluster.stop()
    slowest = max(load.messages.slowest, load.files.slowest)
    print(f"{there.summary(load)}; answers {dict(load.messages.answers + load.files.answers)}, slowest {slowest:.1f} s")
    assert load.messages.acknowledged <= there.messages
    assert load.files.acknowledged <= there.files
    assert (load.odd, there.twice, there.lost, wrong) == ([], 0, [], set())
    assert load.messages.answers[503] > 0
    assert slowest < WITHIN


def _reads(caller: Caller) -> bool:
    with suppress(Exception):
        return caller.get("/findings/").status == 200
    return False
