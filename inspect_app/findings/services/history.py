"""Before and after every change of a finding: whether it may be made, and keeping the past.

Each change ends one span, begins another and is logged with all the facts that figures are counted from.
"""

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, bindparam, delete, insert, select, update

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.audit import Noted
from inspect_app.core.db import db
from inspect_app.core.errors import Stale
from inspect_app.core.loading import load
from inspect_app.core.moves import expect_day
from inspect_app.core.versions import expect
from inspect_app.findings.models import FOREVER, Finding, Span
from inspect_app.findings.services.counts import Change, undone
from inspect_app.findings.workflow import FINDING

FACTS = tuple(sorted({*Finding.__table__.columns.keys()} & {*Span.__table__.columns.keys()} - {"id"}))
"""The columns that both share: what figures are counted from."""
_SPANS: Any = Span.__table__
_END = (
    update(_SPANS)
    .where(_SPANS.c.finding_id == bindparam("of", type_=Integer()), _SPANS.c.until == FOREVER)
    .values(until=bindparam("on", type_=Date()))
    .returning(*(_SPANS.c[name] for name in FACTS))
)
_BEGIN = insert(_SPANS)
CHANGED = Stale(
    "%(name)s vừa cập nhật hạn chế này lúc %(time)s. Xem bản mới rồi gửi lại; nội dung đã nhập vẫn còn bên dưới."
)


def prepare(finding: Finding, verb: str, *, actor: Actor, on: date, today: date, version: int | None) -> None:
    """Whether the actor may make this move now, and whether it may count for `on`; changes nothing.

    `version` is that of the page the move comes from, if it comes from one.
    Raises NotAllowed, Stale, WrongState, Invalid.
    """
    ready(finding)
    if FINDING.moves[verb].guard(actor, finding):
        expect(finding, version, CHANGED)
    FINDING.check(verb, finding, actor=actor)
    expect_day(on, moved_on=finding.moved_on, today=today)


def ready(finding: Finding) -> None:
    """Have at hand what policies read."""
    load(finding, "visit", "unit", "responsible_unit", "latest", "request")
    load(finding.visit, "plan", "unit")
    load(finding.visit.plan, "issuing_unit")


def settle(finding: Finding, verb: str, *, actor: Actor, on: date, **payload: Any) -> Noted:
    """The finding's facts are as they should be from `on`: keep what was before, and log the change."""
    finding.moved_on = on
    db.session.flush()
    connection = db.session.connection()
    found = connection.execute(_END, {"of": finding.id, "on": on}).mappings().first()
    facts, action = facts_of(finding), f"finding:{verb}"
    begun = {"finding_id": finding.id, "since": on, "until": FOREVER, "at": clock.now(), "action": action}
    connection.execute(_BEGIN, {**begun, **facts})
    noted = tell(finding, verb, actor=actor, on=on, **payload)
    noted.changes.append(Change(on, dict(found) if found else None, facts))
    return noted


def unsettle(finding: Finding) -> list[Change]:
    """Forget all that the finding ever was; whoever tells it anew adds what this gives to the changes it notes."""
    columns = [getattr(Span, name) for name in ("since", *FACTS)]
    spans = select(*columns).where(Span.finding_id == finding.id).order_by(Span.since, Span.id)
    changes = undone([dict(span) for span in db.session.execute(spans).mappings()])
    db.session.execute(delete(Span).where(Span.finding_id == finding.id))
    return changes


def tell(finding: Finding, verb: str, *, actor: Actor, on: date, **payload: Any) -> Noted:
    """Log what was done, with the facts as they are; alone it is for what changes none of them."""
    facts, target = facts_of(finding), finding.visit.target_id
    return audit.record(
        f"finding:{verb}", finding, actor=actor, on=on, code=finding.code, target_id=target, **facts, **payload
    )


def facts_of(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in FACTS}
