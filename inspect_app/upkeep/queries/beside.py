"""What rows of other tables hold of the records that the log tells of, in the form in which `recount` tells it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from inspect_app.core.audit import plain
from inspect_app.findings.models import Amendment, Conclusion, Evidence, Extension, Submission
from inspect_app.plans.models import TeamMember
from inspect_app.tasks.models import TaskExtension, TaskFile, TaskReport

Beside = Callable[[Connection, Sequence[int]], Mapping[int, list[Any]]]
"""Ids of records -> what stands beside each; nothing for a record beside which nothing stands."""


def _submissions(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[Any]]:
    files = defaultdict(list)
    shown = select(Evidence.submission_id, Evidence.sha256).where(
        Evidence.finding_id.in_(ids), Evidence.submission_id.is_not(None)
    )
    for submission_id, sha256 in connection.execute(shown):
        files[submission_id].append(sha256)
    rows = connection.execute(
        select(Submission.finding_id, Submission.id, Submission.round, Submission.statement, Submission.verdict)
        .where(Submission.finding_id.in_(ids))
        .order_by(Submission.finding_id, Submission.round)
    )
    found = defaultdict(list)
    for row in rows:
        found[row.finding_id].append([row.round, row.statement, row.verdict, sorted(files[row.id])])
    return found


def _listed(owner: Any, *columns: Any, ordered_by: Any) -> Beside:
    def beside(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[Any]]:
        found = defaultdict(list)
        for owner_id, *values in connection.execute(
            select(owner, *columns).where(owner.in_(ids)).order_by(owner, ordered_by)
        ):
            found[owner_id].append(values)
        return found

    return beside


def _amendments(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[Any]]:
    found = defaultdict(list)
    rows = connection.execute(
        select(Conclusion.visit_id, Amendment.ordinal, Amendment.number, Amendment.changes)
        .join(Conclusion, Conclusion.id == Amendment.conclusion_id)
        .where(Conclusion.visit_id.in_(ids))
        .order_by(Conclusion.visit_id, Amendment.ordinal)
    )
    for visit_id, *values in rows:
        found[visit_id].append(values)
    return found


def _members(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[Any]]:
    """In the order in which `recount` keeps seats: whoever sat down last may stand first."""
    seats = (TeamMember.person_id, TeamMember.role, TeamMember.since, TeamMember.until)
    found = _listed(TeamMember.team_id, *seats, ordered_by=TeamMember.id)(connection, ids)
    return {team: sorted((plain({"": seat})[""] for seat in several), key=repr) for team, several in found.items()}


def _files(owner: Any, sha256: Any) -> Beside:
    def beside(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[Any]]:
        found = defaultdict(list)
        for owner_id, name in connection.execute(select(owner, sha256).where(owner.in_(ids))):
            found[owner_id].append(name)
        return found

    return beside


BESIDE: Mapping[tuple[str, str], Beside] = {
    ("finding", "submissions"): _submissions,
    ("finding", "extensions"): _listed(
        Extension.finding_id, Extension.wanted, Extension.granted, Extension.new_deadline, ordered_by=Extension.id
    ),
    ("finding", "files"): _files(Evidence.finding_id, Evidence.sha256),
    ("visit", "conclusion"): _listed(
        Conclusion.visit_id, Conclusion.number, Conclusion.signer, Conclusion.dated_on, ordered_by=Conclusion.id
    ),
    ("visit", "amendments"): _amendments,
    ("visit", "files"): _files(Evidence.visit_id, Evidence.sha256),
    ("team", "members"): _members,
    ("task", "reports"): _listed(TaskReport.task_id, TaskReport.round, TaskReport.verdict, ordered_by=TaskReport.round),
    ("task", "extensions"): _listed(
        TaskExtension.task_id,
        TaskExtension.wanted,
        TaskExtension.granted,
        TaskExtension.new_due_on,
        ordered_by=TaskExtension.id,
    ),
    ("task", "files"): _files(TaskFile.task_id, TaskFile.sha256),
}
"""Table and fact -> where it is held."""
