"""Figures that were frozen: who may open them, whether they are intact, whether today's data still give the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import joinedload, undefer

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.pseudonyms import shown
from inspect_app.core.these import one_of
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import seen_by
from inspect_app.plans.models import Plan, Target
from inspect_app.reports.models import Snapshot
from inspect_app.reports.policy import CERTIFIED
from inspect_app.reports.queries.frozen.beside import Beside, Pair
from inspect_app.reports.queries.frozen.document import FACTS, read
from inspect_app.reports.queries.frozen.figures import Document, figures
from inspect_app.reports.queries.frozen.freezing import Measured, Of, measure
from inspect_app.units.models import Unit
from inspect_app.units.queries import within
from inspect_app.visits.models import Visit

TAKE = "snapshot:take"


def open_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `Snapshot`: of a scope that the actor reads all of, as reviewer or leader."""
    return within(Snapshot.unit_id, actor.held(*CERTIFIED))


def visible_to(actor: Actor) -> Select[Any]:
    return (
        select(Snapshot)
        .where(open_to(actor))
        .options(undefer(Snapshot.document), joinedload(Snapshot.plan).joinedload(Plan.issuing_unit))
        .options(joinedload(Snapshot.unit))
    )


def listing(actor: Actor, *, plan_id: int | None = None) -> Select[*tuple[Any, ...]]:
    """(id, title, as_of, taken_at, taker_name, sha256, kind, year, plan_id, plan_number, plan_title, unit_id,
    unit_name)."""
    rows = (
        select(
            Snapshot.id,
            Snapshot.title,
            Snapshot.as_of,
            Snapshot.taken_at,
            shown(Snapshot.taker_id, Snapshot.taker_name).label("taker_name"),
            Snapshot.sha256,
            Snapshot.kind,
            Snapshot.year,
            Snapshot.plan_id,
            Plan.number.label("plan_number"),
            Plan.title.label("plan_title"),
            Snapshot.unit_id,
            Unit.name.label("unit_name"),
        )
        .outerjoin(Snapshot.plan)
        .join(Snapshot.unit)
        .where(open_to(actor))
    )
    return rows if plan_id is None else rows.where(Snapshot.plan_id == plan_id)


def head() -> tuple[int, str]:
    """Number and hash of the last event of the log; 0 and nothing while there is none."""
    last = db.session.execute(select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)).first()
    return (last.seq, last.hash) if last else (0, "")


# Reading one


@dataclass(frozen=True, slots=True)
class Entered:
    """What was written into the log after the figures were frozen and counts for their day or an earlier one."""

    at: datetime
    by: str
    action: str


@dataclass(frozen=True)
class Difference:
    """One finding that counts otherwise today."""

    pair: Pair
    entered: Entered | None
    """The latest entry that explains it; none where the log knows of none."""
    opens: bool
    """The reader may open its page."""

    @property
    def id(self) -> int:
        return self.pair.id

    @property
    def before(self) -> Document:
        return self.pair.before

    @property
    def after(self) -> Document:
        return self.pair.after

    @property
    def code(self) -> str:
        code: str = (self.after or self.before)["code"]
        return code

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """(fact, before, after), of those that differ but for what it counts as."""
        before, after = self.before, self.after
        return [
            (name, before.get(name), after.get(name))
            for name in FACTS
            if name not in ("counts_as", "code") and before.get(name) != after.get(name)
        ]

    @property
    def newly(self) -> list[str]:
        """What it counts as today and did not."""
        return sorted(set(self.after.get("counts_as", ())) - set(self.before.get("counts_as", ())))

    @property
    def formerly(self) -> list[str]:
        return sorted(set(self.before.get("counts_as", ())) - set(self.after.get("counts_as", ())))


@dataclass(frozen=True, slots=True)
class Place:
    """One unit of a plan that counts otherwise today: its standing then and now, empty where it was not in the plan."""

    name: str
    before: str
    after: str
    entered: Entered | None
    """The latest entry that explains it; none where the log knows of none."""


@dataclass(frozen=True)
class Check:
    """A snapshot against itself, the log and today's data."""

    document: Document
    whole: bool
    """The document is what was hashed and what the log says was frozen."""
    log_holds: bool
    """The log still has the event that was its last one then, unchanged."""
    now: Measured
    differences: Sequence[Difference]
    places: Sequence[Place]
    visits: tuple[int, int]
    """Self-inspections that are counted now and were not, and the other way round."""

    @property
    def same(self) -> bool:
        return not (self.differences or self.places or any(self.visits))

    @property
    def entered_after(self) -> int:
        """How many differences are explained by what was entered after the figures were frozen."""
        return sum(difference.entered is not None for difference in self.differences)

    @cached_property
    def figures(self) -> Document:
        """What the findings in the document sum up to; equal to its own figures unless somebody wrote it by hand."""
        frozen, differ = self.document, self.differences
        sums = self.now.sums.with_instead(
            (one.before for one in differ if one.before), (one.after for one in differ if one.after)
        )
        return figures(sums, frozen["targets"], frozen["self_inspections"], frozen["units"])

    @property
    def sums_hold(self) -> bool:
        held: bool = self.figures == self.document["figures"]
        return held

    @property
    def moved_figures(self) -> list[tuple[str, int, int]]:
        """(name, then, now) of the totals that differ."""
        then, now = self.document["figures"]["total"], self.now.figures["total"]
        names = sorted({*then, *now})
        return [(name, then.get(name, 0), now.get(name, 0)) for name in names if then.get(name, 0) != now.get(name, 0)]


def check(snapshot: Snapshot, actor: Actor) -> Check:
    """Six statements at most, of which three measure again, and one more for names where something differs."""
    own, anchor = _events(snapshot)
    as_frozen = sha256(snapshot.document).hexdigest() == snapshot.sha256 == _said(own)
    document = read(snapshot.document, as_written=as_frozen)
    beside = Beside(document["findings"])
    now = measure(Of(snapshot.year, snapshot.plan), snapshot.unit, snapshot.as_of, beside.take)
    then = {(row["plan"], row["unit"]): row["standing"] for row in document["targets"]}
    today = {(row["plan"], row["unit"]): row["standing"] for row in now.targets}
    moved = sorted(place for place in {*then, *today} if then.get(place) != today.get(place))
    said = _said_of_places(moved, snapshot)
    visits_then = {row["visit"] for row in document["self_inspections"]}
    visits_now = {row["visit"] for row in now.self_inspections}
    return Check(
        document=document,
        whole=as_frozen and _repeats(snapshot, document),
        log_holds=snapshot.log_seq == 0 or (anchor is not None and anchor.hash == document["log"]["hash"]),
        now=now,
        differences=_differences(snapshot, beside.differing(), actor),
        places=[
            Place(
                (now.units.get(str(place[1])) or document["units"][str(place[1])])["name"],
                *(then.get(place, ""), today.get(place, ""), said.get(place)),
            )
            for place in moved
        ],
        visits=(len(visits_now - visits_then), len(visits_then - visits_now)),
    )


def _events(snapshot: Snapshot) -> tuple[Event | None, Event | None]:
    """The event of taking it, and the one that was the last of the log then."""
    mine = audit.done_to(Event, Snapshot.__tablename__, snapshot.id, TAKE)
    found = db.session.scalars(select(Event).where(or_(mine, Event.seq == snapshot.log_seq))).all()
    own = next((event for event in found if event.action == TAKE and event.subject_id == snapshot.id), None)
    return own, next((event for event in found if event.seq == snapshot.log_seq), None)


def _said(event: Event | None) -> str | None:
    """The hash that the log was told when the figures were frozen; none where the event is gone or was changed."""
    if event is None:
        return None
    columns = {column.key: getattr(event, column.key) for column in Event.__table__.columns}
    return event.payload.get("sha256") if audit.seal(event.prev_hash, columns) == event.hash else None


def _repeats(snapshot: Snapshot, document: Document) -> bool:
    """The columns say what the document says."""
    return (snapshot.title, snapshot.as_of.isoformat(), snapshot.taken_at.isoformat(), snapshot.taker_name) == (
        document["title"],
        document["as_of"],
        document["taken_at"],
        document["taken_by"]["name"],
    ) and (snapshot.rules, snapshot.unit_id, snapshot.log_seq, snapshot.plan_id) == (
        document["rules"],
        document["scope"]["id"],
        document["log"]["seq"],
        document["report"].get("plan"),
    )


def _differences(snapshot: Snapshot, pairs: Sequence[Pair], actor: Actor) -> list[Difference]:
    said = _said_since([pair.id for pair in pairs], snapshot, actor) if pairs else {}
    return [Difference(pair, *said.get(pair.id, (None, False))) for pair in pairs]


def _said_since(ids: Sequence[int], snapshot: Snapshot, actor: Actor) -> dict[int, tuple[Entered | None, bool]]:
    """Finding -> the latest entry about it after the freezing that counts for its day or an earlier one, and whether
    the reader may open it.

    That a finding repeats another is said of it for good, whichever day it was said on.
    """
    last = (
        select(func.max(Event.seq))
        .where(
            Event.subject_table == Finding.__tablename__,
            one_of(Event.subject_id, "differing"),
            Event.seq > snapshot.log_seq,
            or_(Event.on <= snapshot.as_of, Event.action == "finding:repeat"),
        )
        .group_by(Event.subject_id)
    )
    rows = db.session.execute(
        select(Finding.id, seen_by(actor).label("opens"), Event.at, Event.shown_name, Event.action)
        .outerjoin(Event, and_(Event.subject_id == Finding.id, Event.seq.in_(last)))
        .where(one_of(Finding.id, "differing")),
        {"differing": ids},
    )
    return {row.id: (Entered(row.at, row.shown_name, row.action) if row.at else None, bool(row.opens)) for row in rows}


def _said_of_places(places: Sequence[tuple[int, int]], snapshot: Snapshot) -> dict[tuple[int, int], Entered]:
    """(plan, unit) -> the latest entry about the unit's place in the plan or its visit, after the freezing and for its
    day or an earlier one."""
    if not places:
        return {}
    aimed = and_(Event.subject_table == Target.__tablename__, Event.subject_id == Target.id)
    visited = and_(Event.subject_table == Visit.__tablename__, Event.subject_id == Visit.id)
    which = (
        *(Event.seq > snapshot.log_seq, Event.on <= snapshot.as_of),
        *(Target.plan_id.in_({plan for plan, _unit in places}), Target.unit_id.in_({unit for _plan, unit in places})),
    )
    columns = (Target.plan_id, Target.unit_id, Event.seq, Event.at, Event.actor_name, Event.action)
    of_targets = select(*columns).join(Event, aimed).where(*which)
    of_visits = select(*columns).join(Visit, Visit.target_id == Target.id).join(Event, visited).where(*which)
    rows = db.session.execute(union_all(of_targets, of_visits).order_by("seq"))
    return {(row.plan_id, row.unit_id): Entered(row.at, row.actor_name, row.action) for row in rows}
