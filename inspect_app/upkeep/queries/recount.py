"""What the log says that each record is today: facts told by its events, one after the other.

Pure: an account is made of events and compared with a row, and knows no database. A fact that no event told is not
compared. `COVERED` says which records and which of their columns.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement

from inspect_app.accounts.models import Grant, Person
from inspect_app.core.db import Base
from inspect_app.findings.models import Finding
from inspect_app.findings.services.history import FACTS as FINDING_FACTS
from inspect_app.plans.models import Plan, Target, Team
from inspect_app.reports.models import Snapshot
from inspect_app.tasks.models import Task, TaskPlan
from inspect_app.tasks.services.history import FACTS as TASK_FACTS
from inspect_app.visits.models import Visit
from inspect_app.visits.services.steps import WRITTEN

Facts = dict[str, Any]
Told = Mapping[str, Any]
"""An event: `action`, `on`, `payload` and the other columns."""
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Account:
    """How the events of one table's records are read."""

    model: type[Base]
    columns: Mapping[str, Any]
    """Name of a fact -> the column that holds it."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Key of a payload -> the fact that it tells; a key that is the name of a fact tells that one."""
    silent: frozenset[str] = frozenset()
    """Events whose payload is about something else."""
    gone: frozenset[str] = frozenset()
    """Events after which there is no row."""
    more: Callable[[Facts, str, Told], None] | None = None
    """What an event tells otherwise than by its payload's keys."""
    beside: tuple[str, ...] = ()
    """Facts that rows of other tables hold."""

    @property
    def table(self) -> str:
        return str(self.model.__tablename__)

    def of(self, events: Iterable[Told]) -> Facts | None:
        """What they make of the record; None where it is gone."""
        facts: Facts | None = None
        for told in events:
            facts = {} if facts is None else facts
            for key, value in () if told["action"] in self.silent else told["payload"].items():
                name = self.names.get(key, key)
                if name in self.columns:
                    facts[name] = value
            if self.more is not None:
                self.more(facts, told["action"].partition(":")[2], told)
            if told["action"] in self.gone:
                facts = None
        return facts


# Findings


def _finding(facts: Facts, verb: str, told: Told) -> None:
    payload = told["payload"]
    rounds = facts.setdefault("submissions", [])
    if verb == "retell":  # copied anew from a better sheet: what was copied before does not count
        rounds.clear()
    if verb == "submit":
        rounds.append([payload["round"], payload["statement"], None, sorted(payload.get("files", []))])
    elif verb in VERDICTS and rounds:
        rounds[-1][2] = VERDICTS[verb]
    _time(facts, verb, payload, "deadline", lapses=verb in LAPSING)
    if verb == "move":
        facts["assignee_id"] = None
    for change in payload.get("changes", ()) if verb == "amend" else ():
        facts[change["field"]] = change["after"]
    _files(facts, told)


def _time(facts: Facts, verb: str, payload: Told, day: str, *, lapses: bool) -> None:
    """What was asked and granted of the fact `day`, each as the day asked for, the answer and the day granted."""
    granted, waiting = facts.setdefault("extensions", []), facts.setdefault("_waiting", False)
    if verb == "ask_extension":
        granted.append([payload["wanted"], None, None])
        facts["_waiting"] = True
    elif waiting and lapses:
        granted[-1][1], facts["_waiting"] = False, False
    elif verb in GRANTING and facts.get(day) != facts.get("_day"):
        if waiting:
            granted[-1][1:], facts["_waiting"] = [True, facts[day]], False
        else:
            granted.append([None, True, facts[day]])
    facts["_day"] = facts.get(day)


VERDICTS = {"accept": "accepted", "return": "returned", "recall": "recalled"}
LAPSING = frozenset({"drop_extension", "refuse_extension", "accept", "allow", "withdraw"})
GRANTING = frozenset({"extend", "return", "reopen"})


def _files(facts: Facts, told: Told) -> None:
    kept = facts.setdefault("files", set())
    for key in ("files", "photos"):
        kept.update(_hashes(told["payload"].get(key)))


def _hashes(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _HASH.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _hashes(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _hashes(one)


# Visits, plans, teams, tasks


def _visit(facts: Facts, verb: str, told: Told) -> None:
    day, payload = told["on"].isoformat(), told["payload"]
    if verb == "report":
        facts["reported_on"] = day
    if verb in ("conclude", "close", "cancel"):
        facts["ended_on"] = day
    if verb not in ("conclude", "close"):
        facts.pop("entry", None)  # recording a finding says so, too
    notices = facts.setdefault("conclusion", [])
    if verb == "retell" and "number" in payload:
        notices[:] = [[payload["number"], payload["signer"], payload["ended_on"]]]
    if verb == "conclude" and "number" in payload:
        notices.append([payload["number"], payload["signer"], day])
    amended = facts.setdefault("amendments", [])
    if verb == "amend":
        amended.append([payload["ordinal"], payload["number"], payload["changes"]])
    _files(facts, told)


def _target(facts: Facts, verb: str, told: Told) -> None:
    facts["removed_on"] = told["on"].isoformat() if verb == "remove" else None


def _team(facts: Facts, verb: str, told: Told) -> None:
    seats, payload = facts.setdefault("members", []), told["payload"]
    if verb == "unseat":
        seats[:] = [seat for seat in seats if seat[:3] != [payload[key] for key in ("person", "role", "since")]]
    if verb in ("seat", "unseat"):
        seats.append([payload[key] for key in ("person", "role", "since", "until")])
        seats.sort(key=repr)


def _task(facts: Facts, verb: str, told: Told) -> None:
    reports = facts.setdefault("reports", [])
    payload = told["payload"]
    if verb in ("report", "enter") and "round" in payload:
        reports.append([payload["round"], "accepted" if verb == "enter" else None])
    elif verb in VERDICTS and reports:
        reports[-1][1] = VERDICTS[verb]
    rewritten = verb == "edit" and facts.get("due_on") != facts.get("_day")
    _time(facts, verb, payload, "due_on", lapses=rewritten or verb in {*LAPSING, "enter"})
    _files(facts, told)


# People and what they may do


def _person(facts: Facts, verb: str, told: Told) -> None:
    if verb == "add":
        facts["active"] = True
    elif verb in ("deactivate", "reactivate"):
        facts["active"] = verb == "reactivate"
    elif verb == "erase":
        facts["name"], facts["active"] = told["payload"]["pseudonym"], False
        for name in ("username", "title"):
            facts.pop(name, None)
    for name, value in told["payload"].items():
        if name in PERSON and isinstance(value, list):
            facts[name] = value[-1]


def _grant(facts: Facts, verb: str, told: Told) -> None:
    """A grant that followed its unit either lasts until the unit's last day or never was in force."""
    payload = told["payload"]
    shortened = payload.get("by_itself") and payload["until"] is not None and payload["until"] != facts.get("_until")
    facts["ended"] = verb == "end" and not shortened
    facts["_until"] = payload["until"]


def _same(model: type[Base], *names: str) -> dict[str, ColumnElement[Any]]:
    return {name: model.__table__.c[name] for name in names}


PERSON = ("username", "name", "title", "home_unit_id", "active", "demo")
"""Not how to reach them: of that the log keeps no plain word."""
PLAN = {"unit": "issuing_unit_id"}
SEAT = {"plan": "plan_id", "unit": "unit_id", "team": "team_id", "target": "target_id", "person": "person_id"}
VISIT = ("plan_id", "target_id", "unit_id", "team_id", "state", "entry", "planned_on", "began_on", "reported_on")

COVERED: tuple[Account, ...] = (
    Account(
        Finding,
        _same(Finding, "code", *FINDING_FACTS, "text", "required", "item_id", "follower_id", "assignee_id"),
        gone=frozenset({"finding:discard"}),
        more=_finding,
        beside=("submissions", "extensions", "files"),
    ),
    Account(
        Visit,
        _same(Visit, *VISIT, "ended_on", "follow_up", *WRITTEN),
        SEAT,
        more=_visit,
        beside=("conclusion", "amendments", "files"),
    ),
    Account(Plan, _same(Plan, "kind", "year", "title", "number", "issued_on", "issuing_unit_id", "note"), PLAN),
    Account(Target, _same(Target, "plan_id", "unit_id", "team_id", "month", "since", "removed_on"), SEAT, more=_target),
    Account(
        Team,
        _same(Team, "plan_id", "name", "decision_number", "decision_on"),
        SEAT,
        more=_team,
        beside=("members",),
    ),
    Account(
        TaskPlan,
        _same(TaskPlan, "kind", "year", "title", "number", "issued_on", "issuing_unit_id", "note"),
        PLAN,
        silent=frozenset({"task_plan:give", "task_plan:join"}),
    ),
    Account(Task, _same(Task, "code", *TASK_FACTS), more=_task, beside=("reports", "extensions", "files")),
    Account(Person, _same(Person, *PERSON), more=_person),
    Account(
        Grant,
        {
            **_same(Grant, "person_id", "role", "unit_id", "since", "until"),
            "ended": Grant.__table__.c.ended_at.is_not(None),
        },
        SEAT,
        more=_grant,
    ),
    Account(Snapshot, _same(Snapshot, "sha256", "title", "as_of"), {"plan": "plan_id"}),
)
