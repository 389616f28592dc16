"""How SQLite finds what hardly any row has, once ANALYZE has counted the rows.

With the statistics of an index of all of them it would take each value for one that nearly all have, and read them all.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Integer, String, bindparam, cast, insert, select, text

from inspect_app.core.db import db
from inspect_app.findings import queries
from inspect_app.findings.models import Evidence, Finding, Submission
from inspect_app.findings.queries.answers import answered
from tests.support.make import Make
from tests.support.plans import Asked, plans, watched

pytestmark = pytest.mark.only_on("sqlite")
MANY = 500
N = bindparam("n", type_=Integer)


@pytest.fixture
def make(own_app):
    with own_app.app_context():
        yield Make(db.session)


@pytest.fixture
def finding(make):
    """One of many that are alike: nobody was given one, none was sent together, no file is of a visit."""
    one = make.finding("submitted")
    _many(Finding, code=Finding.code + cast(N, String))
    _many(Submission, round=Submission.round + N)
    _many(Evidence)
    db.session.execute(text("ANALYZE"))
    return one


def _many(kind: type[Any], **other: ColumnElement[Any]) -> None:
    """So many rows more as the first, but for what is said to be other."""
    table = kind.__table__
    same = [column for column in table.columns if column.name not in ("id", *other)]
    copies = select(*other.values(), *same).where(table.c.id == 1)
    adding = insert(table).from_select([*other, *(column.name for column in same)], copies)
    for n in range(1, MANY + 1):
        db.session.execute(adding, {"n": n} if other else {})


def _whole(asked: Iterable[Asked]) -> list[str]:
    """The lines of the plans that read all rows."""
    found = plans(db.session.connection(), asked, without=())
    return [line for line in found if line.startswith(("SCAN evidence", "SCAN finding", "SCAN submission"))]


def test_a_finding_is_read_alone_where_nothing_repeats_anything(make, finding):
    with watched(db.session.connection()) as asked:
        assert queries.one(make.actor(make.reviewer), finding.id) is not None
    assert _whole(asked[-1:]) == []


def test_answers_are_read_without_all_files_where_no_answer_has_one(make, finding):
    checklist = make.checklist()
    with watched(db.session.connection()) as asked:
        assert len(answered(finding.visit_id, checklist.id)) == 3
    assert _whole(asked) == []


@pytest.mark.parametrize(
    "column",
    [Evidence.visit_id, Evidence.answer_id, Evidence.received_sha256, Finding.assignee_id, Submission.bundle],
    ids=str,
)
def test_what_no_row_has_is_looked_up(column, finding):
    table = column.class_.__table__
    with watched(db.session.connection()) as asked:
        db.session.execute(select(table.c.id, table.c[column.key]).where(table.c[column.key] == "1")).all()
    assert _whole(asked) == []
