"""Whoever reaches the database or the files changes something: `audit verify` says what, and names the first fault."""

import json
import shutil
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from inspect_app.core import audit, clock
from inspect_app.core.actor import SYSTEM
from inspect_app.core.anchors import Anchors
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.storage.folder import Folder
from inspect_app.upkeep.queries.chain import read
from inspect_app.upkeep.services.proof import verify
from tests.support import copies

KEY = b"a" * 40
NEAR = 690
"""Where the chain is followed from, so that a test does not walk through all of it again."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request, tmp_path_factory, whole_run):
    """The demo, with an anchor at its head."""
    folder = tmp_path_factory.mktemp("tampered")
    with copies.copy("demo", request.param, folder, once=whole_run) as app, app.app_context():
        anchors = Anchors(app.config["INSTANCE_PATH"] / "anchors")
        anchors.drop(*audit.head(), at=clock.now(), why="test")
        db.session.remove()
        yield app, anchors
        db.engine.dispose()


def check(app, anchors=(), **choices):
    proof = verify(db.engine, **{"keys": [KEY], "storage": None, "anchors": anchors, "since": NEAR, **choices})
    return [(fault.kind, str(fault)) for fault in proof.faults]


@contextmanager
def defences_down():
    """What only the owner of the tables can do."""
    if db.engine.dialect.name == "postgresql":
        off, on = ["ALTER TABLE event DISABLE TRIGGER USER"], ["ALTER TABLE event ENABLE TRIGGER USER"]
    else:
        off = ["DROP TRIGGER event_is_not_changed", "DROP TRIGGER event_is_not_deleted"]
        on = [
            f"CREATE TRIGGER event_is_not_{done} BEFORE {verb} ON event "
            "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"
            for done, verb in (("changed", "UPDATE"), ("deleted", "DELETE"))
        ]
    run(*off)
    yield
    run(*on)


def run(*statements, **values):
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), values)


def rows(*which):
    with db.engine.connect() as connection:
        return read(connection, *which)


def put(row, *names):
    """Write columns of an event as they are in `row`."""
    values = {**row, "payload": json.dumps(row["payload"], ensure_ascii=False)}
    settings = ", ".join(f'"{name}" = :{name}' for name in names)
    kept = {name: values[name] for name in names}
    run(f"UPDATE event SET {settings} WHERE seq = :seq", seq=row["seq"], **kept)


@contextmanager
def undone(*seqs):
    """The events as they were, afterwards."""
    before = rows(Event.seq.in_(seqs))
    with defences_down():
        yield before
        for row in before:
            put(row, "payload", "actor_name", "action", "prev_hash", "hash")


def test_an_untouched_world_is_found_good(world):
    app, anchors = world
    proof = verify(db.engine, keys=[KEY], storage=app.extensions["storage"], anchors=anchors, everything=True)
    assert proof.faults == []
    assert proof.seq > 1000
    assert proof.anchors == 1
    assert proof.files > 10
    assert all(number for table, number in proof.records.items()), proof.records


def test_a_changed_event_is_named(world):
    app, anchors = world
    for column, changed in (
        ("payload", lambda row: {**row["payload"], "state": "resolved"}),
        ("actor_name", lambda row: "Người khác"),
        ("action", lambda row: "finding:accept"),
    ):
        with undone(700) as (row,):
            put({**row, column: changed(row)}, column)
            ((kind, said),) = check(app, anchors)
        assert kind == "chain"
        assert said.startswith("Sự kiện 700 ("), column
    with undone(700) as (row,):
        run("UPDATE event SET payload = '[]' WHERE seq = 700")
        assert "Sự kiện 700" in check(app, anchors)[0][1]


def test_events_that_changed_places_are_named(world):
    app, anchors = world
    contents = ("payload", "actor_name", "action", "hash", "prev_hash")
    with undone(700, 701) as (first, second):
        put({**second, "seq": 700}, *contents)
        put({**first, "seq": 701}, *contents)
        ((kind, said),) = check(app, anchors)
    assert (kind, said[:12]) == ("chain", "Sự kiện 700 ")


def test_an_event_that_was_taken_out_is_named(world):
    app, anchors = world
    (row,) = rows(Event.seq == 700)
    with defences_down():
        run("DELETE FROM event WHERE seq = 700")
        assert check(app, anchors) == [("chain", "Nhật ký thiếu sự kiện 700 đến 700: đã bị xóa.")]
        insert(row)


def insert(row):
    values = {**row, "payload": json.dumps(row["payload"], ensure_ascii=False)}
    names = ", ".join(f'"{name}"' for name in values)
    places = ", ".join(f":{name}" for name in values)
    run(f"INSERT INTO event ({names}) VALUES ({places})", **values)


def test_a_tail_that_was_cut_off_shows_by_the_anchor_alone(world):
    app, anchors = world
    (last,) = anchors
    (row,) = rows(Event.seq == last.seq)
    with defences_down():
        run("DELETE FROM event WHERE seq = :seq", seq=last.seq)
        ((kind, said),) = check(app, anchors)
        without = check(app, since=last.seq - 2)
        insert(row)
    assert kind == "anchor"
    assert f"dừng ở sự kiện {last.seq - 1}, nhưng đã neo đến sự kiện {last.seq}" in said
    assert all(kind != "chain" for kind, _said in without)


@pytest.mark.parametrize(
    ("key", "kind"), [(b"x" * 40, "chain"), (KEY, "anchor")], ids=["another key", "the key itself"]
)
def test_a_log_written_anew_is_named(world, key, kind):
    """With the key itself nothing within tells; the anchor does."""
    app, anchors = world
    begin = anchors.last().seq - 3
    several = rows(Event.seq >= begin)
    with undone(*[row["seq"] for row in several]):
        prev_hash = several[0]["prev_hash"]
        for row in several:
            written = {**row, "actor_name": "Người khác", "prev_hash": prev_hash}
            prev_hash = written["hash"] = audit.seal(prev_hash, written, key)
            put(written, "actor_name", "prev_hash", "hash")
        found = check(app, anchors)
    assert found[0][0] == kind
    assert str(begin if kind == "chain" else begin + 3) in found[0][1]


def test_an_event_that_the_program_did_not_write_is_named(world):
    app, anchors = world
    last = anchors.last()
    (row,) = rows(Event.seq == last.seq)
    forged = {**row, "seq": last.seq + 1, "prev_hash": last.hash, "hash": "f" * 64}
    insert(forged)
    ((kind, said),) = check(app, anchors)
    with defences_down():
        run("DELETE FROM event WHERE seq = :seq", seq=last.seq + 1)
    assert kind == "chain"
    assert said.startswith(f"Sự kiện {last.seq + 1} (")


STATES = {
    "a state": ("finding", "state = 'in_progress'", "state = 'open'", "state"),
    "a deadline": ("finding", "state = 'open'", "deadline = '2030-01-01'", "deadline"),
    "who answers": ("finding", "state = 'open'", "responsible_unit_id = 1", "responsible_unit_id"),
    "its words": ("finding", "state = 'resolved'", "text = 'Không có gì.'", "text"),
    "a visit": ("visit", "state = 'concluded'", "ended_on = '2022-01-02'", "ended_on"),
    "a verdict": ("submission", "verdict = 'accepted'", "statement = 'Đã xong.'", "submissions"),
    "a notice": ("conclusion", "number <> ''", "number = '1/TB'", "conclusion"),
    "a role": ("grant", "role = 'viewer'", "role = 'admin'", "role"),
    "an account": ("person", "active", "active = false", "active"),
    "a seat on a team": ("team_member", "role = 'member'", "role = 'head'", "members"),
    "a task": ("task", "state = 'done'", "done_on = '2022-01-02'", "done_on"),
    "a unit": ("unit", "kind = 'commune'", "name = 'Xã Khác'", "name"),
    "evidence": ("evidence", "side = 'found' AND finding_id IS NOT NULL", f"sha256 = '{'0' * 64}'", "files"),
}
"""Table, which rows, what is written without an event, the fact that tells."""


def test_records_that_changed_without_an_event_are_named(world):
    app, anchors = world
    kept: dict[str, tuple[str, dict[str, Any], str]] = {}
    for table, which, change, _fact in STATES.values():
        with db.engine.begin() as connection:
            used = [str(row["id"]) for of, row, _column in kept.values() if of == table]
            one = f'SELECT * FROM "{table}" WHERE {which} AND id NOT IN ({", ".join(["0", *used])}) LIMIT 1'
            row = dict(connection.execute(text(one)).mappings().one())
            connection.execute(text(f'UPDATE "{table}" SET {change} WHERE id = :id'), {"id": row["id"]})
        kept[change] = (table, row, change.partition(" = ")[0])
    found = check(app, anchors, since=anchors.last().seq, everything=True)
    for table, row, column in kept.values():
        run(f'UPDATE "{table}" SET {column} = :was WHERE id = :id', was=row[column], id=row["id"])

    assert {kind for kind, _said in found} == {"state"}
    for what, (_table, _which, _change, fact) in STATES.items():
        said = [said for _kind, said in found if f": {fact}" in said and "theo nhật ký phải là" in said]
        assert len(said) >= 1, (what, found)
    assert len(found) == len(STATES), found


def test_rows_that_no_event_made_or_took_are_named(world):
    app, anchors = world
    run(
        'INSERT INTO "grant" (id, person_id, role, unit_id, since, version) '
        "SELECT 9999, min(person_id), 'admin', 1, '2024-01-01', 1 FROM \"grant\""
    )
    forged = check(app, since=anchors.last().seq)
    run('DELETE FROM "grant" WHERE id = 9999')
    assert forged == [("state", "grant 9999 có trong dữ liệu nhưng nhật ký không ghi.")]

    with db.engine.begin() as connection:
        (kept,) = connection.execute(text('SELECT * FROM "grant" WHERE id = 1')).mappings()
        connection.execute(text('DELETE FROM "grant" WHERE id = 1'))
    lost = check(app, since=anchors.last().seq)
    names = ", ".join(f'"{name}"' for name in kept)
    run(f'INSERT INTO "grant" ({names}) VALUES ({", ".join(f":{name}" for name in kept)})', **kept)
    assert lost == [("state", "grant 1 có trong nhật ký nhưng không còn trong dữ liệu.")]


def test_files_that_changed_or_went_are_named(world, tmp_path):
    app, anchors = world
    shutil.copytree(app.extensions["storage"].root, tmp_path / "evidence")
    storage = Folder(tmp_path / "evidence")
    first = min(path for path in storage.files() if len(path.name) == 64)
    content = bytearray(first.read_bytes())
    content[len(content) // 2] ^= 1
    first.write_bytes(content)
    ((kind, said),) = check(app, storage=storage, since=anchors.last().seq)
    assert (kind, f"Nội dung tệp {first.name}" in said) == ("file", True)
    first.unlink()
    ((kind, said),) = check(app, storage=storage, since=anchors.last().seq)
    assert (kind, f"Tệp {first.name}" in said, "không còn" in said) == ("file", True, True)


def test_a_damaged_anchor_is_named(world, tmp_path):
    app, anchors = world
    shutil.copytree(anchors.folder, tmp_path / "anchors")
    damaged = Anchors(tmp_path / "anchors")
    (file,) = damaged.folder.iterdir()
    file.write_text(file.read_text()[:40])
    assert check(app, damaged) == [("anchor", f"Tệp neo {file.name} có dòng không đọc được.")]


def test_what_a_restore_gave_up_is_told_and_no_fault(world):
    """The anchors of what came after the backup stay, and the event of the restore answers for them."""
    app, anchors = world
    seq, head = audit.head()
    later = Anchors(anchors.folder)
    later.drop(seq + 5, "e" * 64, at=clock.now(), why="test")
    db.session.rollback()
    assert check(app, later)[0][0] == "anchor"
    day = clock.today()
    payload = {"seq": seq, "hash": head, "anchored": seq + 5}
    audit.record("log:restore", audit.THE_LOG, actor=SYSTEM, on=day, **payload)
    db.session.commit()
    db.session.remove()
    assert check(app, later) == []
