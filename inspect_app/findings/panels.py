"""What findings say on the pages of lower features."""

from collections.abc import Mapping
from typing import Any

from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.findings import queries
from inspect_app.findings.models import Finding, State
from inspect_app.findings.queries import Filter, Timing, orphans
from inspect_app.findings.queries import answers as seen
from inspect_app.findings.queries import recheck as rechecks
from inspect_app.findings.queries import repeats as alike
from inspect_app.findings.queries.recording import notice_of
from inspect_app.findings.services import amendment
from inspect_app.findings.workflow import FINDING
from inspect_app.units.models import Unit
from inspect_app.visits import policy
from inspect_app.visits.models import Entry, Visit, VisitState
from inspect_app.visits.services.answers import checklist_of
from inspect_app.visits.workflow import VISIT
from inspect_app.web.listing import so_many

AT_A_UNIT = 6


def of_visit(actor: Actor, visit: Visit) -> Mapping[str, Any] | None:
    """On the visit's page: what the reader may know of its findings, and the notice that issued them."""
    findings = queries.of_visit(actor, visit.id)
    concluded = visit.state is VisitState.CONCLUDED
    notice, amendments, scans = notice_of(visit) if concluded else (None, [], [])
    if not findings and notice is None:
        return None
    return {
        "visit": visit,
        "findings": findings,
        "notice": notice,
        "reads": amendment.as_corrected(notice, amendments) if notice else {},
        "amendments": amendments,
        "codes": {finding.code: finding.id for finding in findings},
        "may_amend": notice is not None and policy.may_sign(actor, visit),
        "scans": scans,
        "day": clock.today(),
    }


def earlier(actor: Actor, visit: Visit) -> Mapping[str, Any] | None:
    """On a follow-up's page: what was found at the unit before, and what the visit sees of it."""
    if not visit.follow_up or visit.state is VisitState.CANCELLED:
        return None
    found = rechecks.earlier_rows(actor, visit, today=clock.today())
    rows = found[: rechecks.SHOWN]
    under_way = visit.state in (VisitState.BEGUN, VisitState.REPORTED)
    return {
        "visit": visit,
        "rows": rows,
        "more": len(found) > len(rows),
        "unseen": sum(row.outcome is None for row in rows),
        "tells": visit.state is not VisitState.PLANNED and rechecks.hears_of(actor, visit),
        "writes": under_way and policy.may_record(actor, visit),
    }


def minutes(actor: Actor, visit: Visit) -> Mapping[str, Any]:
    """In the visit's minutes: what was found, in the words in which it was issued."""
    rows = rechecks.earlier_rows(actor, visit, today=clock.today()) if visit.follow_up else []
    _notice, amendments = amendment.issued_by(visit) if visit.state is VisitState.CONCLUDED else (None, [])
    changes = [change for one in reversed(amendments) for change in one.changes]
    first = {f"{change['finding']} {change['field']}": change for change in changes}
    found = queries.of_visit(actor, visit.id)
    return {"visit": visit, "rows": rows[: rechecks.SHOWN], "findings": found, "first": first}


def followed(actor: Actor, finding: Finding) -> Mapping[str, Any] | None:
    """On a finding's page: what follow-up visits saw of it."""
    if finding.rechecked is False or finding.state is State.RECORDED:
        return None
    rows = rechecks.rechecks_of(actor, finding)
    return {"rows": rows} if rows else None


def checked(actor: Actor, visit: Visit) -> Mapping[str, Any] | None:
    """On the visit's page: how far its checklist has come."""
    progress = seen.progress(actor, visit)
    if progress is None:
        return None
    return {
        "visit": visit,
        "checklist": progress.checklist,
        "tally": progress.tally,
        "areas": progress.areas,
    }


def visit_steps(actor: Actor, visit: Visit) -> Mapping[str, Any] | None:
    """Beside it: the next steps that are the reader's, exactly those that the server would accept."""
    moves, found = VISIT.offered_to(actor, visit), visit.entry is Entry.FOUND
    steps = {
        "may_record": visit.state in (VisitState.BEGUN, VisitState.REPORTED) and policy.may_record(actor, visit),
        "may_send": "report" in moves and found,
        "may_conclude": "conclude" in moves and found,
    }
    if not any(steps.values()):
        return None
    by_list = visit.state is VisitState.BEGUN and steps["may_record"] and checklist_of(visit) is not None
    return {"visit": visit, "by_list": by_list, **steps}


def at_unit(actor: Actor, unit: Unit) -> Mapping[str, Any] | None:
    """On the unit's page: what it and the units under it still have to put right, the nearest deadline first."""
    today = clock.today()
    counts = orphans.at_unit(actor, unit, today)
    if not counts.total and not counts.left:
        return None
    query, facts = queries.listed(actor, Filter(unit=unit, timing=Timing.LIVE), today=today)
    rows = db.session.execute(query.order_by(facts.deadline, Finding.id).limit(AT_A_UNIT)).all()
    sends = bool({Role.REVIEWER, Role.INSPECTOR} & actor.roles) and unit.in_force(today)
    # The rows answer for most units; of a city, or a unit that has put all right, it is asked once more.
    known = any(row.unit_id == unit.id for row in rows)
    return {
        "unit": unit,
        "rows": rows,
        "total": so_many(counts.total),
        "overdue": so_many(counts.overdue),
        "left": counts.left,
        "ended": not unit.in_force(today),
        "may_follow_up": sends and (known or rechecks.something_found_at(actor, unit)),
        "day": today,
    }


def custody(actor: Actor, finding: Finding) -> Mapping[str, Any] | None:
    """On a finding's page: the step of handing it on to another unit, for whom it is."""
    if "move" not in FINDING.offered_to(actor, finding):
        return None
    return {"finding": finding, "ended": not finding.responsible_unit.in_force(clock.today())}


def repeats(actor: Actor, finding: Finding) -> Mapping[str, Any] | None:
    """On a finding's page: what it repeats and what repeats it; while it is written down, what it may repeat."""
    links = alike.Links(None, ()) if finding.repeated is False else alike.links_of(finding, actor)
    asked = "repeat" in FINDING.offered_to(actor, finding)
    offered = alike.alike([finding], actor).get(finding.id, []) if asked else []
    if links.repeats is None and not links.repeated_by and not offered:
        return None
    return {"finding": finding, "links": links, "offered": offered, "may_answer": asked}
