"""The log looked after: another key takes over, anchors, the nightly check, the operator's commands."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from inspect_app.core import audit, clock
from inspect_app.core.actor import SYSTEM, Role
from inspect_app.core.anchors import Anchors
from inspect_app.core.audit import CHANGE_OF_KEY, Event
from inspect_app.core.db import db
from inspect_app.core.errors import Unavailable
from inspect_app.reminders.models import Notice
from inspect_app.upkeep.jobs import log as jobs
from inspect_app.upkeep.queries import chores
from inspect_app.upkeep.services.proof import verify
from tests.support.make import Make

OLD, NEW, OTHER = b"a" * 40, b"b" * 40, b"c" * 40


@pytest.fixture
def key(own_app):
    """`key(NEW, OLD)`: from now on the program seals with the first one."""

    listeners, tellers, closers = audit._listeners, audit._tellers, audit._closers

    def change(now, *earlier):
        audit.configure(now, listeners, earlier=earlier, tellers=tellers, closers=closers)

    with own_app.app_context():
        yield change
        db.session.remove()
    audit.configure(OLD, listeners, tellers=tellers, closers=closers)


def note():
    audit.record("log:try", audit.THE_LOG, actor=SYSTEM, on=clock.today())
    db.session.commit()


def faults(*keys, **choices):
    db.session.remove()
    return [str(fault) for fault in verify(db.engine, keys=keys, **choices).faults if fault.kind != "state"]


def test_another_key_takes_over_by_an_event_that_the_one_before_sealed(key):
    note()
    key(NEW, OLD)
    note()
    note()
    told = db.session.execute(select(Event.action, Event.payload).order_by(Event.seq)).all()
    assert [row.action for row in told] == ["log:try", CHANGE_OF_KEY, "log:try", "log:try"]
    assert told[1].payload == {"key": audit.fingerprint(NEW), "before": audit.fingerprint(OLD)}
    assert faults(NEW, OLD) == []
    assert "Sự kiện 1 " in faults(NEW)[0]
    assert "Sự kiện 2 " in faults(OLD)[0]
    assert faults(NEW, since=3) == []


def test_nothing_is_chained_to_what_another_key_sealed(key):
    note()
    key(NEW)
    with pytest.raises(Unavailable):
        note()
    db.session.rollback()
    key(OLD, NEW)
    note()
    key(NEW, OLD)
    note()
    key(OLD)  # a worker that was not restarted
    with pytest.raises(Unavailable):
        note()
    db.session.rollback()
    assert faults(NEW, OLD) == []


def test_a_lost_key_is_said_and_only_what_follows_can_be_checked(key):
    note()
    key(OTHER)
    audit.begin_anew(actor=SYSTEM, on=clock.today())
    db.session.commit()
    note()
    assert faults(OTHER)
    assert faults(OTHER, since=2) == []


def test_anchors_are_added_for_their_owner_alone_and_once_for_the_same_head(tmp_path):
    anchors, at = Anchors(tmp_path / "anchors"), datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
    assert not anchors.drop(0, "0" * 64, at=at, why="test")
    assert anchors.drop(7, "a" * 64, at=at, why="test")
    assert not anchors.drop(7, "a" * 64, at=at, why="test")
    assert anchors.drop(9, "b" * 64, at=at.replace(month=12), why="test")
    assert [(one.seq, one.hash) for one in anchors] == [(7, "a" * 64), (9, "b" * 64)]
    last = anchors.last()
    assert last
    assert last.at == at.replace(month=12)
    assert {stat.S_IMODE(os.stat(path).st_mode) for path in anchors.folder.iterdir()} == {0o600}


def test_the_nightly_check_is_kept_and_a_fault_reaches_administrators(own_app, capsys):
    with own_app.app_context():
        make = Make(db.session)
        admin = make.person(Role.ADMIN)
        db.session.commit()
        note()
        jobs.anchor(own_app, "test")
        proof = jobs.check(own_app)  # of people whom no service added
        assert "nhật ký không ghi" in str(proof.faults[0])
        kept = chores.last("log")
        assert kept
        assert (kept.good, kept.told["seq"], kept.told["fault"]) == (False, proof.seq, str(proof.faults[0]))
        assert "log_does_not_agree" in capsys.readouterr().out
        (notice,) = db.session.scalars(select(Notice).where(Notice.recipient_id == admin.id))
        assert notice.words == {"fault": str(proof.faults[0])}
        jobs.check(own_app)
        assert db.session.scalar(select(Notice.id).where(Notice.id > notice.id)) is None  # once a day
        due = jobs.nightly(own_app)
        due(lambda: True)
        db.session.remove()


def test_the_operators_commands_end_as_they_found_it(own_app, tmp_path):
    run = own_app.test_cli_runner().invoke
    with own_app.app_context():
        note()
        db.session.remove()
    assert run(args=["audit", "verify"]).exit_code == 0
    number, head = run(args=["audit", "anchor"]).output.split()
    assert number == "1"
    assert run(args=["audit", "verify", "--printed", f"1:{head[:16]}"]).exit_code == 0
    assert "viết lại" in run(args=["audit", "verify", "--printed", f"1:{'0' * 16}"]).output
    file = tmp_path / "log.jsonl"
    assert run(args=["audit", "export", "--output", str(file)]).exit_code == 0
    assert len(file.read_text("utf-8").splitlines()) == 2
    assert "Up to event 2" in run(args=["audit", "verify-export", str(file)]).output
    file.write_text(file.read_text("utf-8").replace("log:try", "person:tri"))
    changed = run(args=["audit", "verify-export", str(file)])
    assert (changed.exit_code, "Sự kiện 1 " in changed.output) == (1, True)
    syslog = run(args=["audit", "export", "--syslog", "--since", "2000-01-01", "--until", "2100-01-01"])
    assert "<110>1 " in syslog.output
    if db_is_sqlite(own_app):
        elsewhere = own_app.config["DATABASE_URL"]
        assert run(args=["audit", "verify", "--database", elsewhere]).exit_code == 0
        with own_app.app_context():
            db.engine.dispose()
        copy = tmp_path / "copy.sqlite"
        copy.write_bytes(Path(make_url(elsewhere).database or "").read_bytes())
        copy.chmod(0o400)
        assert run(args=["audit", "verify", "--database", f"sqlite:///{copy}"]).exit_code == 0


def db_is_sqlite(app):
    return app.config["DATABASE_URL"].startswith("sqlite")


def test_the_database_does_not_let_an_event_be_replaced(own_app):
    with own_app.app_context():
        note()
        if db_is_sqlite(own_app):
            with pytest.raises(Exception, match="the log only grows"), db.engine.begin() as connection:
                connection.execute(
                    text("INSERT OR REPLACE INTO event SELECT * FROM event WHERE seq = 1"),
                )
        else:
            with db.engine.connect() as connection:
                fired = connection.scalars(
                    text("SELECT tgenabled FROM pg_trigger WHERE tgname LIKE '%_is_not_%' AND NOT tgisinternal")
                ).all()
            assert {*fired} <= {"A", b"A"}
            assert len(fired) == 4
        db.session.remove()
