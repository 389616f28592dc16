"""What was done is told, in the same transaction, to those whom it concerns.

What counts for a day long past is history being entered, and told to nobody.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from inspect_app.core.actor import Actor, Role, TeamRole
from inspect_app.core.audit import Noted
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.findings import policy
from inspect_app.findings.models import Finding, Message
from inspect_app.findings.services.history import ready
from inspect_app.reminders.queries.people import Levels, actors, holders_at, members, see_finding, see_visit
from inspect_app.reminders.services import notices, task_events
from inspect_app.units.models import Unit
from inspect_app.visits.models import Visit

HISTORY = timedelta(days=30)
"""An event that counts for an earlier day than this before its writing is history."""
LONGEST_NOTE = 500
PROGRAM = "Sổ kiểm tra CCHC"

Group = Iterable[int | None]
Guard = Callable[[Actor, Finding], bool]


def tell(_session: Session, several: Sequence[Noted]) -> None:
    """For `audit.configure`: all that a transaction did, told at its end; what many have in common is asked once."""
    told = [one for one in several if not _is_history(one)]
    at_units = _officers([one for one in told if one.action in TO_UNIT])
    notices.keep_as_decided([line for one in told for line in _lines(one, at_units)])


def _is_history(noted: Noted) -> bool:
    return noted.on < _day(noted) - HISTORY or noted.actor.copies is not None


def _day(noted: Noted) -> date:
    return noted.at.astimezone(HANOI).date()


def _lines(noted: Noted, at_units: Mapping[int, Levels]) -> list[dict[str, Any]]:
    """One for each whom the event concerns."""
    if noted.action in TO_UNIT | TO_TEAM.keys() | TO_ONE | {"finding:message"}:
        people, words = _about_finding(noted, at_units)
    elif noted.action == "visit:conclude":
        people, words = _about_conclusion(noted)
    elif noted.action in task_events.ACTIONS:
        found, words = task_events.concerned(noted, _day(noted))
        people, words["note"] = _ids(found), str(noted.payload.get("note") or "")[:LONGEST_NOTE]
    else:
        return []
    words["by"] = noted.actor.name or PROGRAM
    subject, occurrence = (noted.subject.__tablename__, noted.subject.id), noted.at.isoformat()
    return [
        notices.row(noted.action, subject, one, occurrence=occurrence, words=words, at=noted.at)
        for one in people
        if one != noted.actor.person_id
    ]


def _ids(people: Iterable[Actor]) -> list[int]:
    return [one.person_id for one in people if one.person_id is not None]


# Findings


TO_UNIT = frozenset(
    f"finding:{verb}"
    for verb in "return accept reopen extend refuse_extension uphold allow withdraw move amend".split()
)
"""Events of which the unit that answers for the finding is told."""
TO_TEAM: dict[str, tuple[tuple[TeamRole, ...], Guard]] = {
    "finding:submit": (tuple(TeamRole), policy.may_verify),
    "finding:dispute": ((TeamRole.HEAD,), policy.may_decide),
    "finding:ask_extension": ((), policy.may_withdraw),
}
"""Events of which those are told who decide: their places on the team, and what they must be allowed."""

TO_ONE = frozenset({"finding:assign", "finding:follow"})
"""Events of which the one whom they put in charge is told."""


def _finding(noted: Noted) -> Finding:
    return cast(Finding, noted.subject)


def _about_finding(noted: Noted, at_units: Mapping[int, Levels]) -> tuple[list[int], dict[str, Any]]:
    finding = _finding(noted)
    ready(finding)
    responsible = _responsible(finding)
    words = {
        "code": finding.code,
        "title": finding.required_title,
        "unit": finding.unit_name,
        "responsible": responsible.name,
        "deadline": f"{finding.deadline:%d/%m/%Y}" if finding.deadline else "",
        "note": _said(noted)[:LONGEST_NOTE],
    }
    if noted.action in TO_UNIT and policy.known_to_its_officers(finding):
        return _of_the_unit(finding, at_units[responsible.id]), words
    return _ids(_concerned(noted, finding, responsible, _day(noted))), words


def _officers(several: Sequence[Noted]) -> Mapping[int, Levels]:
    """Unit -> who answers for it, of the units that answer for what these events are about."""
    if not several:
        return {}
    return holders_at(Role.OFFICER, [_responsible(_finding(one)) for one in several], _day(several[-1]))


def _responsible(finding: Finding) -> Unit:
    return db.session.get_one(Unit, finding.responsible_unit_id)


def _of_the_unit(finding: Finding, levels: Levels) -> list[int]:
    """Whoever sees to it or sent the claim, while they answer for the unit, and the nearest who do."""
    officers = {person for level in levels for person in level}
    own = (finding.assignee_id, finding.latest.sender_id if finding.latest else None)
    nearest = levels[0] if levels else ()
    return list(dict.fromkeys([*(one for one in own if one in officers), *nearest]))


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
        nearest = next(iter(holders_at(Role.OFFICER, [responsible], today)[responsible.id]), ())
        return see([*own, *nearest], lambda one, _finding: one.answers_for(responsible))
    roles, guard = TO_TEAM.get(action, (tuple(TeamRole), _looks_after))
    groups = _deciders(finding, responsible, roles, today)
    return next((found for group in groups if (found := see(group, guard))), [])


def _looks_after(actor: Actor, finding: Finding) -> bool:
    return policy.may_withdraw(actor, finding) or actor.sits_on(finding.team_id)


def _deciders(finding: Finding, responsible: Unit, roles: tuple[TeamRole, ...], today: date) -> Iterator[Group]:
    """Whoever follows it; otherwise those of the team with one of these places; otherwise the nearest reviewers."""
    if roles:
        yield [finding.follower_id]
        if finding.team_id is not None:
            yield [person for person, role in members([finding.team_id], today)[finding.team_id] if role in roles]
    yield from holders_at(Role.REVIEWER, [responsible], today)[responsible.id]


# Conclusions


def _about_conclusion(noted: Noted) -> tuple[list[int], dict[str, Any]]:
    """One notice for all that a conclusion issues; a unit that inspected itself need not be told."""
    visit, today = cast(Visit, noted.subject), _day(noted)
    words = {
        "number": noted.payload.get("number", ""),
        "unit": visit.unit_name,
        "many": noted.payload.get("findings", 0),
    }
    if visit.is_self_inspection:
        return [], words
    unit = db.session.get_one(Unit, visit.unit_id)
    nearest = next(iter(holders_at(Role.OFFICER, [unit], today)[unit.id]), ())
    return _ids(see_visit(actors(nearest, today), visit.id)), words
