"""Listens to the log: what was done is told, in the same transaction, to those whom it concerns.

What counts for a day long past is history being entered, and told to nobody.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import select

from inspect_app.core.actor import Actor, Placed, Role, TeamRole
from inspect_app.core.audit import Noted
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.findings import policy as findings
from inspect_app.findings.models import Finding, Message
from inspect_app.findings.services.history import ready
from inspect_app.reminders.queries.people import actors, holders, members, see_finding, see_visit
from inspect_app.reminders.services import notices, task_events
from inspect_app.units.models import Unit
from inspect_app.visits.models import Visit

HISTORY = timedelta(days=30)
"""An event that counts for an earlier day than this before its writing is history."""
LONGEST_NOTE = 500
PROGRAM = "Sổ kiểm tra CCHC"

Group = Iterable[int | None]
Guard = Callable[[Actor, Finding], bool]


def listen(noted: Noted) -> None:
    """For `audit.configure`."""
    today = noted.at.astimezone(HANOI).date()
    if noted.on < today - HISTORY or noted.actor.copies is not None:
        return
    if noted.action in TO_UNIT | TO_TEAM.keys() | TO_ONE | {"finding:message"}:
        _about_finding(noted, today)
    elif noted.action == "visit:conclude":
        _about_conclusion(noted, today)
    elif noted.action in task_events.ACTIONS:
        people, words = task_events.concerned(noted, today)
        said = {"by": noted.actor.name or PROGRAM, "note": str(noted.payload.get("note") or "")[:LONGEST_NOTE]}
        _tell(noted, people, {**words, **said})


# Findings


TO_UNIT = frozenset(
    f"finding:{verb}"
    for verb in "return accept reopen extend refuse_extension uphold allow withdraw move amend".split()
)
"""Events of which the unit that answers for the finding is told."""
TO_TEAM: dict[str, tuple[tuple[TeamRole, ...], Guard]] = {
    "finding:submit": (tuple(TeamRole), findings.may_verify),
    "finding:dispute": ((TeamRole.HEAD,), findings.may_decide),
    "finding:ask_extension": ((), findings.may_withdraw),
}
"""Events of which those are told who decide: their places on the team, and what they must be allowed."""

TO_ONE = frozenset({"finding:assign", "finding:follow"})
"""Events of which the one whom they put in charge is told."""


def _about_finding(noted: Noted, today: date) -> None:
    finding = cast(Finding, noted.subject)
    ready(finding)
    responsible = db.session.get_one(Unit, finding.responsible_unit_id)
    words = {
        "code": finding.code,
        "title": finding.required_title,
        "unit": finding.unit_name,
        "responsible": responsible.name,
        "deadline": f"{finding.deadline:%d/%m/%Y}" if finding.deadline else "",
        "by": noted.actor.name or PROGRAM,
        "note": _said(noted)[:LONGEST_NOTE],
    }
    _tell(noted, _concerned(noted, finding, responsible, today), words)


def _said(noted: Noted) -> str:
    """The reason or the note of what was done; of a message its text, which the log does not repeat."""
    if noted.action == "finding:message":
        written = select(Message.text).where(Message.id == noted.payload.get("message_id"))
        return db.session.scalar(written) or ""
    return str(noted.payload.get("note") or "")


def _concerned(noted: Noted, finding: Finding, responsible: Unit, today: date) -> list[Actor]:
    def see(group: Group, guard: Guard) -> list[Actor]:
        allowed = [one for one in actors([*group], today) if guard(one, finding)]
        return see_finding([one for one in allowed if one.person_id != noted.actor.person_id], finding.id)

    action, payload = noted.action, noted.payload
    if action in TO_ONE:
        return see([payload.get("assignee_id"), payload.get("follower_id")], lambda _one, _finding: True)
    if action in TO_UNIT or (action == "finding:message" and not payload.get("from_unit")):
        latest = finding.latest
        own = [finding.assignee_id, latest.sender_id if latest else None]
        nearest = next(iter(holders(Role.OFFICER, [responsible.id], today)[responsible.id]), ())
        return see([*own, *nearest], lambda one, _finding: one.answers_for(responsible))
    roles, guard = TO_TEAM.get(action, (tuple(TeamRole), _looks_after))
    groups = _deciders(finding, responsible, roles, today)
    return next((found for group in groups if (found := see(group, guard))), [])


def _looks_after(actor: Actor, finding: Finding) -> bool:
    return findings.may_withdraw(actor, finding) or actor.sits_on(finding.team_id)


def _deciders(finding: Finding, responsible: Placed, roles: tuple[TeamRole, ...], today: date) -> Iterator[Group]:
    """Whoever follows it; otherwise those of the team with one of these places; otherwise the nearest reviewers."""
    if roles:
        yield [finding.follower_id]
        if finding.team_id is not None:
            yield [person for person, role in members([finding.team_id], today)[finding.team_id] if role in roles]
    yield from holders(Role.REVIEWER, [responsible.id], today)[responsible.id]


# Conclusions


def _about_conclusion(noted: Noted, today: date) -> None:
    """One notice for all that a conclusion issues; a unit that inspected itself need not be told."""
    visit = cast(Visit, noted.subject)
    if visit.is_self_inspection:
        return
    unit = db.session.get_one(Unit, visit.unit_id)
    nearest = next(iter(holders(Role.OFFICER, [unit.id], today)[unit.id]), ())
    people = [one for one in actors(nearest, today) if one.person_id != noted.actor.person_id]
    words = {
        "number": noted.payload.get("number", ""),
        "unit": visit.unit_name,
        "many": noted.payload.get("findings", 0),
        "by": noted.actor.name or PROGRAM,
    }
    _tell(noted, see_visit(people, visit.id), words)


def _tell(noted: Noted, people: Iterable[Actor], words: dict[str, Any]) -> None:
    notices.tell(
        noted.action,
        (noted.subject.__tablename__, noted.subject.id),
        [one.person_id for one in people if one.person_id is not None],
        occurrence=noted.at.isoformat(),
        words=words,
        at=noted.at,
    )
