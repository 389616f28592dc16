"""Reports are read from a standby copy of the database, say how old they are, and do without it where they must."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from inspect_app.core import clock, standby
from inspect_app.core.connections import REPORTS
from inspect_app.core.db import apart, db
from inspect_app.core.standby import Standby
from inspect_app.findings.models import Finding
from tests.faults.installation import HOST, Caller, build, free_port, until
from tests.faults.site import Site, enter, populate
from tests.faults.test_outage import order
from tests.support import copies
from tests.support.program import program, settings

AGE = re.compile(r"Số liệu đến (\d\d:\d\d \d\d/\d\d/\d{4})")
NO_COPY = f"postgresql://postgres@{HOST}:{free_port()}/none"
DAY = timedelta(days=1)


@dataclass
class Followed(Site):
    report: str = ""
    asked: list[str] = field(default_factory=list)
    """Statements that the copy got."""

    @property
    def standby(self) -> Standby:
        found: Standby = self.client.application.extensions["standby"]
        return found

    def age(self) -> str | None:
        """How old the page of the report says it is."""
        answer = self.client.get(self.report)
        assert answer.status_code == 200
        found = AGE.search(answer.text)
        return found and found[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, whole_run: Path) -> Iterator[Followed]:
    folder = tmp_path_factory.mktemp("standby")
    with copies.copy("empty", "postgresql", folder, once=whole_run) as app:
        url = app.config["DATABASE_URL"]
        token, page = populate(app)
        follows = program(settings(url, folder, REPORT_DATABASE_URL=url))
        with follows.app_context():
            plan_id = db.session.get_one(Finding, int(page.rpartition("/")[2])).plan_id
            site = Followed(enter(follows, token), page, f"/plans/{plan_id}/report")
            event.listen(
                db.engines[REPORTS], "before_cursor_execute", lambda *about: site.asked.append(about[2])
            )  # its third argument is the statement
            db.session.remove()
        yield site
        with follows.app_context():
            for engine in db.engines.values():
                engine.dispose()


@pytest.fixture
def site(made: Followed) -> Followed:
    made.client.application.extensions["standby"] = Standby(timedelta(minutes=5))
    with made.client.session_transaction() as cookie:
        cookie.pop("wrote", None)
    made.asked.clear()
    return made


def test_a_report_is_read_from_the_copy_and_says_how_old_it_is_and_other_pages_are_not(site):
    assert site.age() == clock.now().astimezone(clock.HANOI).strftime("%H:%M %d/%m/%Y")
    assert any("FROM finding" in statement for statement in site.asked)
    assert not any("sign_in" in statement or "FROM role_grant" in statement for statement in site.asked)
    site.asked.clear()
    assert not AGE.search(site.client.get("/findings/").text)
    assert site.get() == 200
    assert site.asked == []


def test_whoever_has_just_written_sees_it(site):
    assert site.write("Xin hỏi bảng niêm yết phải treo ở đâu.").status_code == 303
    assert site.age() is None
    with site.client.session_transaction() as cookie:
        cookie["wrote"] -= 60
    assert site.age()


def test_a_copy_that_is_away_or_behind_is_done_without_and_not_asked_again_at_once(site):
    site.client.application.extensions["standby"] = Standby(-DAY)
    assert site.age() is None
    assert len(site.asked) == 1
    assert site.age() is None
    assert len(site.asked) == 1


def test_a_copy_that_nobody_answers_for_keeps_nobody_from_their_report(site, tmp_path):
    away = program(settings(site.client.application.config["DATABASE_URL"], tmp_path, REPORT_DATABASE_URL=NO_COPY))
    with site.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    client = enter(away, token)
    answer = client.get(site.report)
    assert (answer.status_code, AGE.search(answer.text)) == (200, None)
    with away.app_context():
        db.engine.dispose()


def test_a_copy_that_breaks_off_in_the_middle_is_done_without(site):
    engine = site.client.application.extensions["sqlalchemy"]

    def break_off(_connection: Any, _cursor: Any, statement: str, *_about: Any) -> None:
        if "FROM finding" in statement:
            raise OperationalError(statement, None, Exception("canceling statement due to conflict with recovery"))

    with site.client.application.app_context():
        copy = engine.engines[REPORTS]
        event.listen(copy, "before_cursor_execute", break_off)
    try:
        assert site.age() is None
    finally:
        event.remove(copy, "before_cursor_execute", break_off)


def test_nothing_is_written_there(site):
    with site.client.application.app_context():
        with pytest.raises(DBAPIError, match="read-only"), apart():
            db.session.execute(text("UPDATE finding SET version = version + 1"))
        db.session.rollback()


@pytest.mark.long
def test_a_real_standby_is_followed_paused_ended_and_started_again(yard, tmp_path, monkeypatch):
    """`pg_wal_replay_pause` is a copy that falls behind; what it has come to stays what its pages say."""
    cluster = yard.cluster(tmp_path / "first")
    url = cluster.database("follow")
    world = build(url, tmp_path, officers=1)
    follower = yard.follower(cluster, tmp_path / "second")
    copied = make_url(url).set(port=follower.port).render_as_string(hide_password=False)
    server = yard.server(url, tmp_path, environment={"REPORT_DATABASE_URL": copied, "REPORT_DELAY_MINUTES": "1"})
    reader, writer = Caller(server).sign_in(world.reviewer), Caller(server).sign_in(world.officers[0])
    address = f"/plans/{_plan_of(url, world.findings[0])}/report"

    def age(caller: Caller) -> str | None:
        answer = caller.get(address)
        assert answer.status == 200, answer.text[:500]
        found = AGE.search(answer.text)
        return found and found[1]

    until(lambda: age(reader), about="a report from the standby")

    order("SELECT pg_wal_replay_pause()", copied)
    assert writer.message(world.findings[0], "Trong lúc bản sao dừng.").status == 303
    assert age(writer) is None, "its own writing is not there yet"
    until(lambda: age(reader) is None, within=120, about="a standby that is too far behind")
    order("SELECT pg_wal_replay_resume()", copied)
    until(lambda: age(reader), about="a standby that has caught up")

    follower.stop("immediate")
    assert age(reader) is None
    follower.start()
    until(lambda: age(reader), about="a standby that is back")
    with pytest.raises(DBAPIError, match="read-only"):
        order("CREATE TABLE nothing (id int)", copied)
    assert server.stop() == 0


def _plan_of(url: str, finding_id: int) -> int:
    from sqlalchemy import create_engine

    engine = create_engine(url)
    with engine.connect() as connection:
        plan_id = connection.scalar(text("SELECT plan_id FROM finding WHERE id = :id"), {"id": finding_id})
    engine.dispose()
    return int(plan_id)


def test_how_old_it_may_be_is_counted_to_now(site):
    with site.client.application.app_context():
        now = clock.now()
        assert Standby(DAY).reached(now=now + DAY * 2, wrote_at=None) is None
        reached = Standby(DAY).reached(now=now + DAY / 2, wrote_at=None)
        assert reached is not None
        assert now - standby.WROTE < reached < now + DAY / 2
        db.session.rollback()
