"""A backup taken while people write is the register at one moment, and comes back as that in another place."""

import hashlib
import json
import os
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from http.cookiejar import CookieJar
from io import BytesIO
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Any
from unittest.mock import ANY

import pytest
from flask import Flask
from pyrage import x25519
from sqlalchemy import func, inspect, select, table, text

from inspect_app.accounts import services as accounts
from inspect_app.accounts.models import SignIn
from inspect_app.core import clock
from inspect_app.core.actor import SYSTEM, Actor, Role
from inspect_app.core.anchors import Anchor, Anchors
from inspect_app.core.audit import Event
from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.findings import services
from inspect_app.findings.models import Evidence, Finding, Side, State
from inspect_app.units.models import Unit
from inspect_app.upkeep.models import Chore
from tests.support import copies, postgres
from tests.support.make import Make
from tests.support.program import program, settings
from tests.support.server import running

THREADS, EACH = 4, 3
TOUCHED = {"event", "chore", "sign_in"}
"""Tables that backing up and restoring write to, too."""
Operate = Callable[..., str]


def operate(app: Flask, *command: str, fails: bool = False) -> str:
    """What the command said."""
    with app.app_context():
        result = app.test_cli_runner().invoke(args=list(command))
    assert bool(result.exit_code) is fails, result.output
    return str(result.output)


class Elsewhere:
    """Empty places to restore into."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        self.apps: list[tuple[Flask, str]] = []

    def place(self, kind: str = "", **given: Any) -> Flask:
        folder = self.folder / f"place{len(self.apps)}"
        folder.mkdir()
        name, url = f"restored_{os.getpid()}_{len(self.apps)}", f"sqlite:///{folder / 'test.sqlite'}"
        if (kind or self.kind) == "postgresql":
            url = postgres.create_database(os.environ[postgres.VARIABLE], name)
        app = program(settings(url, folder, **given))
        self.apps.append((app, name if url.startswith("postgres") else ""))
        return app

    def leave(self) -> None:
        for app, name in self.apps:
            with app.app_context():
                db.engine.dispose()
            if name:
                postgres.drop_database(os.environ[postgres.VARIABLE], name)


@pytest.fixture
def elsewhere(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    places = Elsewhere(database_kind, tmp_path_factory.mktemp("elsewhere"))
    yield places
    places.leave()


def contents(app: Flask) -> dict[str, list[str]]:
    """A digest of each row of each table, in no order of the database's."""
    with app.app_context(), reading(), db.engine.connect() as connection:
        found = {}
        for name in inspect(connection).get_table_names():
            rows = connection.execute(select(text("*")).select_from(table(name))).mappings()
            said = (json.dumps(dict(row), sort_keys=True, default=str) for row in rows)
            found[name] = sorted(hashlib.sha256(one.encode()).hexdigest() for one in said)
        return found


def rows(app: Flask, query: Any) -> list[Any]:
    with app.app_context(), reading(), db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def files(app: Flask) -> dict[str, str]:
    storage = app.extensions["storage"]
    return {sha256: storage.digest(sha256) for sha256 in storage.contents()}


class Writers:
    """Officers, each starting and submitting findings of their own with a file each."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        findings = db.session.scalars(select(Finding).where(Finding.state == State.OPEN).order_by(Finding.id)).all()
        self.findings = [[one.id for one in findings[number::THREADS]][:EACH] for number in range(THREADS)]
        self.actors = [self.officer(number, findings[number::THREADS][:EACH]) for number in range(THREADS)]
        self.begun = Signal()
        self.failed: list[BaseException] = []
        self.threads = [Thread(target=self.write, args=[number]) for number in range(THREADS)]

    def officer(self, number: int, findings: Sequence[Finding]) -> Actor:
        today = clock.today()
        person = accounts.add_person(
            actor=SYSTEM,
            username=f"canbo{number}",
            name="Lê Thị Viết",
            password=accounts.new_secret(),
            home_unit=None,
            now=clock.now(),
            today=today,
        )
        for unit_id in {finding.responsible_unit_id for finding in findings}:
            given: dict[str, Any] = {"since": today, "until": None, "today": today}
            unit = db.session.get_one(Unit, unit_id)
            accounts.grant(person, actor=SYSTEM, role=Role.OFFICER, unit=unit, **given)
        db.session.commit()
        return Make(db.session).actor(person)

    def write(self, number: int) -> None:
        make = Make(db.session)
        today = clock.today()
        told: dict[str, Any] = {"actor": self.actors[number], "on": today, "today": today}
        try:
            with self.app.app_context():
                for turn, finding_id in enumerate(self.findings[number]):
                    finding = db.session.get_one(Finding, finding_id)
                    services.start(finding, undertaking="In và niêm yết.", by=today, **told)
                    db.session.commit()
                    file = make.file(content=f"{number} {turn}".encode())
                    services.submit(finding, statement="Đã niêm yết.", files=[file], **told, **make.storing)
                    db.session.commit()
                    self.begun.set()
        except BaseException as raised:
            self.failed.append(raised)
            self.begun.set()

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        self.begun.wait()
        return self

    def __exit__(self, *_raised: object) -> None:
        for thread in self.threads:
            thread.join()
        assert self.failed == []


@pytest.fixture(scope="module")
def demo(database_kind, tmp_path_factory, whole_run):
    """Whose every record the log tells of."""
    with copies.copy("demo", database_kind, tmp_path_factory.mktemp("backed_up"), once=whole_run) as app:
        yield app


def test_a_backup_taken_while_four_write_comes_back_elsewhere(demo, elsewhere, tmp_path):
    identity = x25519.Identity.generate()
    (tmp_path / "key").write_text(str(identity))
    with demo.app_context():
        writers = Writers(demo)
        db.session.rollback()
    with writers:
        said = operate(demo, "backup", str(tmp_path / "live"), "--encrypt-to", str(identity.to_public()))
    assert "SECRET_KEY, AUDIT_KEY" in said
    (live,) = (tmp_path / "live").iterdir()
    assert live.stat().st_mode & 0o777 == 0o600

    there = elsewhere.place()
    with_key = ["--identity", str(tmp_path / "key")]
    assert "every byte is what was backed up" in operate(there, "backup", "verify", str(live), *with_key)
    assert "checked against the log" in operate(there, "restore", str(live), *with_key)
    it_is_the_register_at_one_moment(demo, there, [number for several in writers.findings for number in several])
    somebody_signs_in_and_reads(there)

    operate(demo, "backup", str(tmp_path / "still.tar"))
    exactly = elsewhere.place()
    operate(exactly, "restore", str(tmp_path / "still.tar"))
    it_is_the_same_row_by_row_and_file_by_file(demo, exactly)
    the_log_tells_of_the_gap(demo, exactly, tmp_path / "still.tar")
    what_does_not_fit_is_refused(elsewhere, exactly, tmp_path / "still.tar")


def it_is_the_register_at_one_moment(app, there, findings):
    """All of some transactions and nothing of the others."""
    ((last, payload),) = rows(there, select(Event.seq, Event.payload).where(Event.action == "log:restore"))
    assert payload["seq"] == last - 1
    assert rows(there, select(func.count()).select_from(Event)) == [(last,)]
    before = select(Event.seq, Event.hash).where(Event.seq < last).order_by(Event.seq)
    assert rows(there, before) == rows(app, before)
    assert rows(app, select(func.max(Event.seq))) > [(last,)]

    sent = rows(there, select(Finding.id).where(Finding.id.in_(findings), Finding.state == State.SUBMITTED))
    told = select(Event.subject_id).where(Event.action == "finding:submit", Event.subject_id.in_(findings))
    assert sorted(sent) == sorted(rows(there, told)) != []
    remedies = select(Evidence.finding_id).where(Evidence.finding_id.in_(findings), Evidence.side == Side.REMEDY)
    assert sorted(rows(there, remedies)) == sorted(sent)
    assert {sha256: sha256 for (sha256,) in rows(there, select(Evidence.sha256))}.items() <= files(there).items()


def it_is_the_same_row_by_row_and_file_by_file(app, there):
    before, after = contents(app), contents(there)
    assert {name for name in before if before[name] != after[name]} <= TOUCHED
    assert before.keys() == after.keys()
    # The original's last one says that the backup was made, the other's that it was restored.
    assert set(before["event"]) - set(after["event"]) != set()
    assert len(set(before["event"]) & set(after["event"])) == len(before["event"]) - 1 == len(after["event"]) - 1
    assert files(app) == files(there)


def somebody_signs_in_and_reads(app):
    app.config["WTF_CSRF_ENABLED"] = False
    ((finding_id,),) = rows(app, select(func.min(Finding.id)))
    assert rows(app, select(SignIn.id).where(SignIn.ended_at.is_(None))) == []
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with running(app) as address:
        form = urllib.parse.urlencode({"username": "sonoivu", "password": copies.PASSWORD}).encode()
        opener.open(f"{address}/login", form).close()
        with opener.open(f"{address}/findings/{finding_id}") as page:
            assert "Hạn chế là gì" in page.read().decode()


def the_log_tells_of_the_gap(app, there, path):
    """What was lost between the two is known from the anchors, where they outlive the database."""
    restored = select(Event.seq, Event.hash, Event.payload).where(Event.action == "log:restore")
    ((seq, head, payload),) = rows(there, restored)
    assert (payload["backup"], payload["lost"], payload["fault"]) == (path.name, 0, "")
    assert Anchors(Path(there.config["INSTANCE_PATH"]) / "anchors").last() == Anchor(seq, head, ANY, "restore")
    made = select(Event.seq, Event.payload).where(Event.action == "log:backup").order_by(Event.seq.desc()).limit(1)
    ((seq_made, told),) = rows(app, made)
    assert (told["file"], told["seq"], seq_made) == (path.name, seq - 1, seq)


def what_does_not_fit_is_refused(elsewhere, used, path):
    """With a sentence, and nothing is there afterwards that was not before."""
    assert "There is a database already" in operate(used, "restore", str(path), fails=True)

    def refused(place, said, path=path):
        before = set(Path(place.config["INSTANCE_PATH"]).rglob("*"))
        assert said in operate(place, "restore", str(path), fails=True)
        assert set(Path(place.config["INSTANCE_PATH"]).rglob("*")) == before

    other = "sqlite" if elsewhere.kind == "postgresql" else "postgresql"
    refused(elsewhere.place(other), f"holds a database of {elsewhere.kind}")
    empty = elsewhere.place()
    damaged = path.with_name("damaged.tar")
    whole = path.read_bytes()
    middle = len(whole) // 2
    damaged.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    refused(empty, "changed or damaged", damaged)
    damaged.write_bytes(whole[:-20_000])
    refused(empty, "cut off", damaged)
    empty.extensions["storage"].keep(BytesIO(b"x"), limit=9)
    refused(empty, "There are files in")


def test_a_backup_of_a_newer_version_is_refused_and_a_missing_file_is_told(own_app, own_make, elsewhere, tmp_path):
    own_make.finding("submitted")
    db.session.rollback()
    ((sha256,),) = rows(own_app, select(Evidence.sha256))
    own_app.extensions["storage"].path(sha256).unlink()
    said = operate(own_app, "backup", str(tmp_path / "b.tar"), fails=True)
    assert f"Fault: evidence 1: its file {sha256} is missing" in said
    assert rows(own_app, select(Chore.name, Chore.good)) == [("backup", False)]

    with own_app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
    operate(own_app, "backup", str(tmp_path / "newer.tar"), fails=True)
    there = elsewhere.place()
    assert "newer version" in operate(there, "restore", str(tmp_path / "newer.tar"), fails=True)
    assert f"its file {sha256}" in operate(there, "restore", str(tmp_path / "b.tar"), fails=True)
    assert rows(there, select(Evidence.sha256)) == [(sha256,)], "what there is is put back all the same"
