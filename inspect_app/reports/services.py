"""Freezing figures, so that it can be shown years later what was handed in, and what has changed since."""

from datetime import date, datetime
from hashlib import sha256

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed
from inspect_app.core.loading import load
from inspect_app.core.text import clean, one_line
from inspect_app.plans.models import Plan
from inspect_app.plans.queries import visible_to
from inspect_app.reports import policy
from inspect_app.reports.models import Snapshot, SnapshotKind
from inspect_app.reports.queries.frozen.document import Writing
from inspect_app.reports.queries.frozen.freezing import Of, measure
from inspect_app.reports.queries.frozen.snapshots import TAKE, head
from inspect_app.units.models import Unit

FORMAT = "so-kiem-tra-cchc/snapshot/1"
"""Of the document; whoever changes its shape counts on."""


def freeze(of: Of, *, actor: Actor, as_of: date, title: str, note: str = "", now: datetime, today: date) -> Snapshot:
    """Keep the figures of the day `as_of`, as a reviewer of the actor's widest scope sees them.

    While it counts, nobody else's change reaches the log: what is counted and the head of the log belong together.
    Raises NotAllowed, Invalid.
    """
    plan = of.plan
    if plan is not None:
        load(plan, "issuing_unit")
    scope = policy.freezes_as(actor, plan)
    if scope is None or (plan and db.session.scalar(visible_to(actor).where(Plan.id == plan.id)) is None):
        raise NotAllowed("Chỉ Sở Nội vụ hoặc nơi thay mặt Sở Nội vụ chốt được số liệu này.")
    if as_of > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="as_of")
    title, note = one_line(title), clean(note)
    if not title:
        raise Invalid("Nhập mục đích chốt số liệu", field="title")
    unit = db.session.get_one(Unit, scope.unit_id)
    take_turns(db.session, "audit")
    seq, last_hash = head()
    writing, moment = Writing(), now.replace(microsecond=0)
    measured = measure(of, unit, as_of, writing.take)
    document = writing.whole(
        {
            "format": FORMAT,
            "title": title,
            "note": note,
            "as_of": as_of.isoformat(),
            "taken_at": moment.isoformat(),
            "taken_by": {"id": actor.person_id, "name": actor.name},
            "rules": policy.rules_in_force().version,
            "report": {"kind": "plan", "plan": plan.id} if plan else {"kind": "year", "year": of.year},
            "plans": measured.plans,
            "scope": {"id": unit.id, "code": unit.code, "name": unit.name},
            "log": {"seq": seq, "hash": last_hash},
            "units": measured.units,
            "areas": measured.areas,
            "targets": measured.targets,
            "self_inspections": measured.self_inspections,
            "figures": measured.figures,
        }
    )
    snapshot = Snapshot(
        kind=SnapshotKind.PLAN if plan else SnapshotKind.YEAR,
        plan_id=plan.id if plan else None,
        year=of.year,
        unit_id=unit.id,
        title=title,
        as_of=as_of,
        taken_at=moment,
        taker_id=actor.person_id,
        taker_name=actor.name,
        rules=policy.rules_in_force().version,
        document=document,
        sha256=sha256(document).hexdigest(),
        log_seq=seq,
    )
    db.session.add(snapshot)
    db.session.flush()
    audit.record(
        TAKE,
        snapshot,
        actor=actor,
        on=today,
        plan=snapshot.plan_id,
        year=of.year,
        unit=unit.id,
        as_of=as_of,
        title=title,
        rules=snapshot.rules,
        sha256=snapshot.sha256,
    )
    return snapshot


def hand_out(snapshot: Snapshot, *, actor: Actor, today: date) -> None:
    """Note who took the document away."""
    audit.record("snapshot:download", snapshot, actor=actor, on=today, sha256=snapshot.sha256)
