"""The filling that everything is measured on: always the same, and such that the services could have made it."""

import os
from collections import Counter
from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlalchemy import create_engine, text

from bench.crawl import crawl
from bench.fill import Filled, fill
from bench.fill.load import Batch
from bench.fill.log import Log, Person, json, payload
from bench.fill.tasks import lists
from bench.fill.work import SHARE, SIZE, sketches
from inspect_app.core import audit, sealing
from inspect_app.core.db import db
from tests.support import postgres

FINDINGS = 250
EVERYTHING = """
    SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM sign_in), (SELECT count(opened_at) FROM submission)
"""
"""That opening pages changes, when it does."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path, monkeypatch):
    """The address of a database without tables."""
    for module in (audit, sealing):  # `fill` makes a program with keys of its own
        monkeypatch.setattr(module, "_keys", module._keys)
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bench.sqlite'}"
        return
    server = os.environ[postgres.VARIABLE]
    name = f"filled_{os.getpid()}"
    yield postgres.create_database(server, name)
    postgres.drop_database(server, name)


def test_a_filled_register_could_have_been_made_by_the_services_and_says_whom_to_ask_as(empty, tmp_path):
    # `fill` itself checks: every span, every count, the whole log, each record recounted from it, every file.
    filled = fill(empty, FINDINGS, storage=tmp_path / "instance")
    assert sum(filled.states.values()) == filled.rows["finding"] == FINDINGS
    assert set(filled.people) == set("admin root_reviewer root_viewer reviewer viewer head member officer".split())
    assert {*filled.finding_ids} == {*filled.states} >= {"open", "in_progress", "submitted", "resolved"}
    with create_engine(empty).connect() as connection:
        reached = {"answer", "message", "recheck", "task_unit", "task_file", "snapshot", "reviewed_grant"}
        reached |= {"urging", "brought"}
        assert not [one for one in reached if not connection.scalar(text(f"SELECT count(*) FROM {one}"))]
        states = set(connection.scalars(text("SELECT DISTINCT state FROM task")))
        assert states >= {"todo", "doing", "done"}, "pages of tasks are full, too"

        given = {"assignee_id IS NOT NULL", "follower_id <> recorder_id"}
        assert not [one for one in given if not connection.scalar(text(f"SELECT count(*) FROM finding WHERE {one}"))]
        levels = set(connection.scalars(text("SELECT DISTINCT level FROM urging")))
        assert levels >= {"reminder", "letter_1", "letter_2"}, "units are urged more than once"

        def of(table: str, number: int) -> object:
            return connection.execute(text(f'SELECT id FROM "{table}" WHERE id = :id'), {"id": number}).scalar()

        for who in filled.people.values():
            assert of("person", who.id) == who.id
        sheets = (filled.sheet_ids["findings"], filled.sheet_ids["history"])
        named = (("plan", filled.plan_id), ("visit", filled.visit_id), ("visit", filled.begun_visit_id))
        for table, number in (*named, ("access_review", filled.review_id), *(("brought", one) for one in sheets)):
            assert of(table, number) == number
        kept = ("pg_indexes", "indexname") if "postgresql" in empty else ("sqlite_master", "name")
        there = set(connection.scalars(text("SELECT {1} FROM {0}".format(*kept))))
        made = {index.name for table in db.metadata.tables.values() for index in table.indexes}
        assert made <= there, "what was put aside for the load is back"
        if "postgresql" in empty:
            unproved = "SELECT conname FROM pg_constraint WHERE NOT convalidated"
            assert not connection.scalars(text(unproved)).all(), "keys are proved"
    connection.engine.dispose()
    _crawled_unchanged(filled)
    file = tmp_path / "filled.json"
    filled.save(file)
    assert Filled.read(file) == filled


def _crawled_unchanged(filled: Filled) -> None:
    """What is there already answers whoever comes to it by clicking, and is what it was."""
    made = create_engine(filled.url)
    with made.connect() as connection:
        before = connection.execute(text(EVERYTHING)).one()
    crawled = crawl(filled, hats=["officer"], seconds=1.0)
    assert [step for step in crawled.steps if step.answer.status >= 400] == []
    assert "home.index" in crawled.endpoints - {*crawled.missed}
    with made.connect() as connection:
        assert connection.execute(text(EVERYTHING)).one() == before
    made.dispose()


def test_plans_add_up_and_the_measured_province_is_as_busy_at_any_size():
    for findings in (10_000, 100_000, 1_000_000):
        several = sketches(findings, 34, 2026, Random(1))
        assert sum(one.findings for one in several) == findings
        assert len(several) == findings // SIZE
        assert sum(one.year == 2026 and one.province == 0 for one in several) == SHARE
        assert len({one.year for one in several}) == 10
        assert (several[-1].findings, several[-1].kind) == (SIZE, "scheduled"), "the typical plan is told last"
    assert sketches(10_000, 34, 2026, Random(1)) == sketches(10_000, 34, 2026, Random(1))
    assert Counter(one.kind for one in several).most_common(1)[0][0] == "scheduled"


def test_provinces_have_their_tasks_year_by_year_and_the_measured_one_this_years_at_any_size():
    for findings, many in ((250, 1), (10_000, 3), (100_000, 33), (1_000_000, 333)):
        several = lists(findings, 34, 2026)
        assert (len(several), several) == (many, sorted(set(several)))
        assert (2026, 0) in several
    assert len({one.year for one in lists(100_000, 34, 2026)}) == 10


def test_a_line_of_the_log_is_sealed_as_the_program_seals_it():
    batch, key = Batch(), b"k" * 40
    told = payload('"unit_id":3', '"unit":"Sở \\"Nội vụ\\""', '"deadline_n":5', '"deadline":null')
    assert told == json({"deadline": None, "deadline_n": 5, "unit": 'Sở "Nội vụ"', "unit_id": 3})
    log = Log(key, 7, "f" * 64)
    log.write([(1440 * 3 + 61, 2, Person(5, 'Lê "Ba"', "head"), "visit:begin", "visit", 9, told)], batch)
    ((seq, on, at, actor_id, name, role, address, request, action, table, subject, _, before, sealed),) = batch.rows[
        "event"
    ]
    columns = {"seq": seq, "on": date.fromisoformat(on), "at": _moment(at), "actor_id": actor_id, "actor_name": name}
    columns |= {"role": role, "address": address, "request_id": request, "action": action, "subject_table": table}
    columns |= {"subject_id": subject, "payload": {"deadline": None, "deadline_n": 5, "unit": 'Sở "Nội vụ"'}}
    columns["payload"]["unit_id"] = 3
    assert (seq, before) == (8, "f" * 64)
    assert sealed == audit.seal(before, columns, key)


def _moment(at: str):
    return datetime.fromisoformat(at).replace(tzinfo=UTC)
