"""One pass over what time alone brings about. Run as often as one likes: the ledger keeps it from telling twice.

A pass that was missed is made up for by the next one, with the latest reminder about each thing and not with all.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from inspect_app.core.actor import Actor, Placed, Role
from inspect_app.findings import policy as findings
from inspect_app.findings.queries.waiting import Late, waiting_too_long
from inspect_app.reminders.policy import BEFORE, TASK_TIME_WAIT, TASK_WAIT, WAIT, Decided, step_on
from inspect_app.reminders.queries.due import deadlines, places, reports_since, requests_since, task_days
from inspect_app.reminders.queries.people import actors, holders, members
from inspect_app.reminders.queries.rules import rules
from inspect_app.reminders.services.notices import keep, row
from inspect_app.tasks.models import Task
from inspect_app.tasks.policy import may_confirm, may_extend
from inspect_app.workdays import queries as workdays
from inspect_app.workdays.policy import Calendar, TermCode, Wait, latest_overdue, wait

LONGEST_BREAK = timedelta(days=20)
"""Longer than any run of days off: by so much may a reminder come early."""


def remind(*, today: date, at: datetime) -> int:
    """Tell whoever has something due on `today`, or since; returns how many notices that made."""
    decided, calendar = rules(), workdays.calendar()
    lines = [
        *_of_deadlines(today, at, decided, calendar),
        *_of_tasks(today, at, decided, calendar),
        *_of_waiting(today, at, decided, calendar),
        *_of_reports(today, at, decided, calendar),
    ]
    return keep(lines, decided)


# Units and their deadlines


def _of_deadlines(
    today: date, at: datetime, decided: Mapping[str, Decided], calendar: Calendar
) -> Iterator[dict[str, Any]]:
    rows = deadlines(today + _ahead(decided))
    officers = holders(Role.OFFICER, {one.responsible_unit_id for one in rows}, today)
    for one in rows:
        step = step_on(today, deadline=one.deadline, issued_on=one.issued_on, rules=decided, calendar=calendar)
        if step is None:
            continue
        levels = officers[one.responsible_unit_id]
        assigned = [one.assignee_id] if any(one.assignee_id in level for level in levels) else []
        words = {
            "code": one.code,
            "title": one.required_title,
            "unit": one.unit_name,
            "responsible": one.responsible,
            "deadline": f"{one.deadline:%d/%m/%Y}",
        }
        for person in dict.fromkeys([*assigned, *next(iter(levels), ())]):
            occurrence = step.occurrence.isoformat()
            yield row(step.code, ("finding", one.id), person, occurrence=occurrence, words=words, at=at)


def _of_tasks(
    today: date, at: datetime, decided: Mapping[str, Decided], calendar: Calendar
) -> Iterator[dict[str, Any]]:
    """By the same rules, to the nearest officers of the unit in charge."""
    rows = task_days(today + _ahead(decided))
    officers = holders(Role.OFFICER, {one.unit_id for one in rows}, today)
    for one in rows:
        step = step_on(today, deadline=one.due_on, issued_on=one.given_on, rules=decided, calendar=calendar)
        if step is None:
            continue
        words = {"code": one.code, "title": one.title, "unit": one.unit_name, "deadline": f"{one.due_on:%d/%m/%Y}"}
        for person in next(iter(officers[one.unit_id]), ()):
            occurrence = step.occurrence.isoformat()
            yield row(step.code, ("task", one.id), person, occurrence=occurrence, words=words, at=at)


def _ahead(decided: Mapping[str, Decided]) -> timedelta:
    """How early the first reminder before a deadline may come."""
    return timedelta(days=max(decided[code].days or 0 for code in BEFORE)) + LONGEST_BREAK


# Teams and reviewers, and how long something has waited for them


def _of_waiting(
    today: date, at: datetime, decided: Mapping[str, Decided], calendar: Calendar
) -> Iterator[dict[str, Any]]:
    late = waiting_too_long(today, calendar, workdays.terms())
    late = [one for one in late if decided[WAIT + one.kind].active]
    if not late:
        return
    teams = members({one.team_id for one in late if one.team_id is not None}, today)
    unit_ids = {one.unit_id for one in late}
    reviewers, standing = holders(Role.REVIEWER, unit_ids, today), places(unit_ids)
    groups = [(one, list(_groups(one, teams, reviewers))) for one in late]
    asked = {person for _one, several in groups for group in several for person in group}
    people = {one.person_id: one for one in actors(asked, today)}
    for one, several in groups:
        place = standing[one.unit_id]
        known = ([people[person] for person in group if person in people] for group in several)
        told = next((able for group in known if (able := [who for who in group if _may_act(who, one, place)])), [])
        yield from (_waiting_line(one, who, today, at, decided[WAIT + one.kind]) for who in told)


def _groups(one: Late, teams: Mapping[int, Any], reviewers: Mapping[int, Any]) -> Iterator[Iterable[int]]:
    """Whoever follows it; otherwise those of the team who may act; otherwise the nearest reviewers."""
    if one.follower_id is not None and one.roles:
        yield [one.follower_id]
    if one.team_id is not None and one.roles:
        yield [person for person, role in teams[one.team_id] if role in one.roles]
    yield from reviewers[one.unit_id]


def _may_act(actor: Actor, one: Late, place: Placed) -> bool:
    """What the policy of findings and visits will say; nobody is reminded of what they asked for themselves."""
    if actor.person_id == one.asker_id:
        return False
    if one.subject == "visit":
        return actor.sits_on(one.team_id) or actor.reviews(place)
    if actor.belongs_to(place):
        return False
    if one.team_id is None:
        return findings.reviews_from_above(actor, place)
    return actor.sits_on(one.team_id) or actor.reviews(place)


def _waiting_line(one: Late, who: Actor, today: date, at: datetime, rule: Decided) -> dict[str, Any]:
    words = {"label": one.label, "title": one.title, "unit": one.unit_name}
    return _late_line((one.subject, one.subject_id), one.wait, words, who, today, at, rule)


def _late_line(
    subject: tuple[str, int], wait: Wait, words: dict[str, str], who: Actor, today: date, at: datetime, rule: Decided
) -> dict[str, Any]:
    passed = (today - wait.due).days
    again = wait.due + timedelta(days=passed // rule.days * rule.days if rule.days else 0)
    said = {**words, "since": f"{wait.since:%d/%m/%Y}", "due": f"{wait.due:%d/%m/%Y}"}
    assert who.person_id is not None
    occurrence = f"{wait.since.isoformat()} {again.isoformat()}"
    return row(rule.code, subject, who.person_id, occurrence=occurrence, words=said, at=at)


def _of_reports(
    today: date, at: datetime, decided: Mapping[str, Decided], calendar: Calendar
) -> Iterator[dict[str, Any]]:
    """Reports about tasks, requests for a later day: to whoever gave the task, otherwise to the nearest reviewers."""
    terms = workdays.terms()
    for code, term, waiting, since, may in _OF_TASKS:
        rule = decided[code]
        late = waiting(latest_overdue(terms[term], today, calendar)) if rule.active else ()
        if not late:
            continue
        reviewers = holders(Role.REVIEWER, {task.plan.issuing_unit_id for task in late}, today)
        groups = [([task.giver_id], *reviewers[task.plan.issuing_unit_id]) for task in late]
        asked = {person for several in groups for group in several for person in group}
        people = {one.person_id: one for one in actors(asked, today)}
        for task, several in zip(late, groups, strict=True):
            able = ([people[who] for who in group if who in people] for group in several)
            told = next((found for group in able if (found := [who for who in group if may(who, task)])), [])
            words = {"label": task.code, "title": task.title, "unit": task.unit_name}
            waited = wait(terms[term], since(task), today, calendar)
            yield from (_late_line(("task", task.id), waited, words, who, today, at, rule) for who in told)


def _reported_on(task: Task) -> date:
    assert task.reported_on is not None, "what is reported was so on a day"
    return task.reported_on


def _asked_on(task: Task) -> date:
    assert task.request is not None, "a request waits"
    assert task.request.asked_on is not None, "what waits was asked for on a day"
    return task.request.asked_on


_OF_TASKS = (
    (TASK_WAIT, TermCode.VERIFY, reports_since, _reported_on, may_confirm),
    (TASK_TIME_WAIT, TermCode.DECIDE_EXTENSION, requests_since, _asked_on, may_extend),
)
"""Rule, the term that it goes by, what is past it, since when each waits, and who may answer."""
