"""Nobody reaches or reads what belongs to a unit that is none of theirs.

Every address for every role that somebody holds over one unit, with the records of another one: in the address, behind
its question mark and in what is sent; lists, files, exports, figures and the calendar, too. The counts are printed.
"""

import io
import re
import zipfile
from collections import Counter
from functools import cached_property
from typing import Any

import lxml.html
import pypdfium2
import pytest

from inspect_app.core.actor import Role
from inspect_app.core.db import Base
from inspect_app.findings.models import State
from inspect_app.tasks.models import TaskState
from inspect_app.visits.models import VisitState
from tests.support.routes import everybody, method_and_endpoint
from tests.support.walking import Answer, Noted, NotingRequest, Rows, Walker, all_rows, take_time, told_one_by_one
from tests.support.world import World
from tests.test_permissions import ACCESS

pytestmark = pytest.mark.long

TURNED_AWAY = {401, 403, 404}
ROLES = ("admin", "reviewer", "viewer", "inspector", "officer")
PRIVATE = """
answer area_answer brought conclusion custody evidence export extension finding message minutes plan saved_view
snapshot submission task task_file task_plan task_report team urging visit
""".split()
"""Tables whose words are for those alone who have to do with the unit."""
OPEN = {
    "get:units.show": "what units there are and were is no secret",
    "get:recording.follow_up": "a unit is chosen first; what is found there is not said",
    "post:recording.follow_up": "the same page once more",
    **dict.fromkeys(
        "post:findings.bulk_accept post:findings.bulk_return post:findings.bulk_follow post:findings.bulk_extend "
        "post:findings.bulk_assign".split(),
        "what is not theirs is left out; nothing is left, back to the list",
    ),
}
"""Rows of the table of permissions that anybody may ask about any unit, and why."""
CHANGING = {
    *(f"get:{endpoint}" for endpoint in ("units.index", "exports.units")),  # the unit itself, which is no secret
    *(f"get:{endpoint}" for endpoint in ("accounts.sessions", "people.show", "personal.show")),  # one more sign-in
    *(f"get:{endpoint}" for endpoint in ("monitoring.readyz", "monitoring.metrics", "health.healthz")),
}
MADE_OF = """
unit officer team target task_file_id grant_id evidence_id notice_id sign_in_id late urging_id letter_id conclusion_id
snapshot_id saved_view_id export_id brought_id follow_up staged_id nothing_found
""".split()


CALLED = {
    "unit": "unit|units|unit_id|issuing_unit|from_unit|parent|parent_id|under|to|to-|issuer|responsible|successors",
    "person": "person|person_id|head|follower|follower_id|assignee|assignee_id|deputy|secretary|signer|members|doer",
    "team": "team|team_id",
    "plan": "plan|plans|plan_id|list",
    "target": "target|target_id|targets",
    "visit": "visit|visit_id|trigger",
    "finding": "id|finding|findings|finding_id|earlier|repeats|of|record|after|before|mine",
    "task": "task|task_id|id",
    "evidence": "evidence|evidence_id|files|photos|scan",
    "staged": "files|file|photos|scan",
    "snapshot": "snapshot|snapshot_id",
}
"""Kind of record -> the names, without their numbers, under which addresses and forms ask for one."""
ID_LIKE = {name for called in CALLED.values() for name in called.split("|")}

OF_THE_CITY = "review_id grading_id mail_id day_id template_id checklist published".split()


def bare(name: str) -> str:
    """The name of a field without the form within the form, and without its number."""
    return re.sub(r"^.*-(?=[a-z])|\d+", "", name)


class TwoUnits:
    """Own records first, then those of the other unit; people who have something to do with the first one alone."""

    def __init__(self, app, browser, make) -> None:
        self.own, self.other = World(make), World(make, "Phường Bà Láng", number=1)
        assert self.other.unit
        for name in OF_THE_CITY:
            self.other.__dict__[name] = getattr(self.own, name)
        self.walker = Walker(app, browser, self.own)
        self.people = {role: self._person(make, role) for role in ROLES}
        self.rows = sorted({row for row, _role in everybody(ACCESS)})
        self.addresses = {row: self.walker.address(row) for row in self.rows}
        self.ours = all_rows()

    def _person(self, make, role):
        return self.own.person_as(role) if role in {"officer", "inspector"} else make.person(Role(role), self.own.unit)

    @cached_property
    def ids(self) -> dict[str, int]:
        """Of one record of the other unit for each kind."""
        other = self.other
        plain: dict[str, Any] = {"unit": other.unit, "person": other.officer, "team": other.team}
        moved: dict[str, Any] = {"finding": other.finding(), "visit": other.visit(), "task": other.task()}
        records = {**plain, **moved, "target": other.target}
        ids = {"plan": other.visit().plan_id, "evidence": other.evidence_id, "snapshot": other.snapshot_id}
        return {**{kind: record.id for kind, record in records.items()}, **ids, "staged": other.staged_id}

    def ids_under(self, name: str) -> list[tuple[str, int]]:
        """What of theirs could be meant under that name."""
        kinds = [kind for kind, called in CALLED.items() if bare(name) in called.split("|")]
        return [(kind, self.ids[kind]) for kind in kinds]

    @cached_property
    def theirs(self) -> Rows:
        """What came with the other unit."""
        for name in MADE_OF:
            assert getattr(self.other, name)
        for state in VisitState:
            self.other.visit(state)
        for finding in State:
            self.other.finding(finding)
        for task in TaskState:
            self.other.task(task)
        unit = {("unit", (self.other.unit.id,))}
        return {key: row for key, row in all_rows().items() if key not in self.ours or key in unit}

    @cached_property
    def words(self) -> set[str]:
        """Of the other unit's records, and of nothing else."""
        known = {str(value) for row in self.ours.values() for value in row.values() if isinstance(value, str)}
        everything = "\n".join(known)
        said = {
            value
            for (table, _key), row in self.theirs.items()
            if table in PRIVATE
            for value in row.values()
            if isinstance(value, str) and len(value) > 6 and not re.fullmatch(r"[0-9a-f]{64}|[\d/ .-]+", value)
        }
        return {word for word in said if word not in everything}

    def done(self) -> None:
        statuses = self.walker.statuses
        print(f"\n{sum(statuses.values())} requests: {dict(sorted(statuses.items()))}")


@pytest.fixture
def two(app, browser, make, monkeypatch):
    monkeypatch.setattr(app, "request_class", NotingRequest)
    take_time(app, monkeypatch)
    both = TwoUnits(app, browser, make)
    yield both
    both.done()


def read_by_a_person(answer: Answer) -> str:
    """The words of a page or a file, without what changes from one look to the next."""
    body = answer.body
    if answer.mimetype == "text/html":
        root = lxml.html.fromstring(answer.text)
        text = " ".join(root.text_content().split())
    elif body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            parts = [package.read(name) for name in sorted(package.namelist()) if not name.startswith("docProps/")]
        text = "\n".join(part.decode("utf-8", "replace") for part in parts)
    elif body.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(body) as document:
            text = "\n".join(page.get_textpage().get_text_range() for page in document)
    else:
        text = body.decode("utf-8", "replace")
    return re.sub(r"ghi đến số [\d.]+|\d\d?:\d\d(:\d\d)?|DTSTAMP:\w+|\b[0-9a-f]{16}\b", "", text)


def test_addresses_of_another_units_records(two):
    """Empty forms are enough: whoever may not touch the record is turned away before anybody reads what was sent."""
    walker, reached, asked = two.walker, {}, 0
    assert two.theirs
    words, before = two.words, all_rows()
    about_them = {}
    for row in two.rows:
        rule = walker.rules[method_and_endpoint(row)[1]]
        if two.own.values(rule) != two.other.values(rule):
            about_them[row] = walker.address(row, two.other)
    for role in (*ROLES, "nobody"):
        walker.become(two.people.get(role))
        for row, address in about_them.items():
            with two.own.undone():
                answer = walker.ask(method_and_endpoint(row)[0], address)
                done = _touched(two.theirs, before) if answer.status in {200, 303} and row.startswith("post:") else []
            asked += 1
            if answer.status not in TURNED_AWAY and not (role == "nobody" and answer.status in {302, 303}):
                said = [word for word in words if word in read_by_a_person(answer)]
                if row not in OPEN or said or done:
                    reached[row, role] = (answer.status, said[:2], done)
    print(f"{len(about_them)} addresses × {len(ROLES) + 1} roles: {asked}")
    assert reached == {}, told_one_by_one(reached)


def test_nothing_of_another_unit_is_read_or_counted_anywhere(two):
    """Pages, files, exports, figures and the calendar say afterwards what they said before there was the other unit."""
    before, changed = _all_that_is_read(two), {}
    assert sum("Bảng niêm yết thiếu thủ tục" in text for text in before.values()) >= 10
    assert two.theirs
    after = _all_that_is_read(two)
    words = two.words
    for key, text in after.items():
        said = [word for word in words if word in text]
        if said or text != before[key]:
            apart = [f"{ours!r} → {now!r}" for ours, now in _apart(before[key], text)][:2]
            changed[key] = said[:2] or apart
    print(f"{len(after)} answers read twice: {Counter(role for _row, role in after)}")
    assert changed == {}, told_one_by_one(changed)


@pytest.mark.tried_on("sqlite")
def test_records_of_another_unit_behind_the_question_mark(two):
    walker, told, asked = two.walker, {}, 0
    assert two.theirs
    words = two.words
    for role, person in two.people.items():
        walker.become(person)
        for row in [row for row, able in everybody(ACCESS) if able == role and row.startswith("get:")]:
            Noted.names.clear()
            with two.own.undone():
                walker.ask("GET", two.addresses[row])
            for name in sorted(name for name in Noted.names if bare(name) in ID_LIKE):
                for kind, number in two.ids_under(name):
                    asked += 1
                    with two.own.undone():
                        answer = walker.ask("GET", walker.address(row, **{name: number}))
                    said = [word for word in words if word in read_by_a_person(answer)]
                    if said or answer.status >= 500:
                        told[row, role, name, kind] = (answer.status, said[:2])
    print(f"{asked} ids; {len(words)} words of the other unit's records are looked for")
    assert told == {}, told_one_by_one(told)


@pytest.mark.tried_on("sqlite")
def test_records_of_another_unit_in_what_is_sent(two):
    """Source and destination: nothing of theirs is changed or told, and nothing of ours points to it."""
    walker, wrong, asked = two.walker, {}, Counter[int]()
    assert two.theirs
    words, before = two.words, all_rows()
    for role, person in two.people.items():
        walker.become(person)
        for row in [row for row, able in everybody(ACCESS) if able == role and row.startswith("post:")]:
            form = walker.form(row)
            filled = form.fillings[0] if form else []
            Noted.names.clear()
            with two.own.undone():
                walker.send(two.addresses[row], filled)
            named = {*Noted.names, *(form.names if form else ())}
            for name in sorted(name for name in named if bare(name) in ID_LIKE):
                for kind, number in two.ids_under(name):
                    pairs = [pair for pair in filled if pair[0] != name]
                    with two.own.undone():
                        answer = walker.send(two.addresses[row], [*pairs, (name, str(number))])
                        found = _touched(two.theirs, before) if answer.status in {200, 303} else []
                    asked[answer.status] += 1
                    found += [word for word in words if word in read_by_a_person(answer)][:2]
                    if found or answer.status >= 500:
                        wrong[row, role, name, kind] = (answer.status, found)
    print(f"{sum(asked.values())} ids sent: {dict(sorted(asked.items()))}")
    assert wrong == {}, told_one_by_one(wrong)


def _all_that_is_read(two: TwoUnits) -> dict[tuple[str, str], str]:
    walker, found = two.walker, {}
    for role, person in two.people.items():
        walker.become(person)
        for row in two.rows:
            if row.startswith("get:") and row not in CHANGING:
                with two.own.undone():
                    answer = walker.ask("GET", two.addresses[row])
                found[row, role] = f"{answer.status} {read_by_a_person(answer)}"
        with two.own.undone():
            opened = walker.ask("POST", walker.address("post:inbox.open_feed"))
            (feed,) = set(re.findall(r"/feeds/[\w.-]+", opened.text))
            answer = walker.ask("GET", feed)
            assert answer.status == 200
            found["the calendar", role] = read_by_a_person(answer)
    return found


def _apart(before: str, after: str) -> list[tuple[str, str]]:
    place = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    return [(before[max(0, place - 60) : place + 60], after[max(0, place - 60) : place + 60])]


def _touched(theirs: Rows, before: Rows) -> list[str]:
    now = all_rows()
    found = [f"{table} changed" for (table, key), row in theirs.items() if now.get((table, key)) != row]
    for (table, key), row in now.items():
        if before.get((table, key)) != row and (table, key) not in theirs:
            for column in Base.metadata.tables[table].columns:
                for target in column.foreign_keys:
                    if (target.column.table.name, (row[column.name],)) in theirs:
                        found.append(f"{table}.{column.name} points to theirs")
    return found
