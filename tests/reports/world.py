"""Whole histories of a plan, told through the services day by day, and their figures counted again from the log.

`Story` is what a test tells; `Recount` counts by reading events one after another in plain Python and shares no
query with the program.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

import time_machine
from flask import current_app
from sqlalchemy import select

from inspect_app.accounts.models import Person
from inspect_app.core.actor import Actor, Role
from inspect_app.core.audit import Event
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.core.storage import Incoming, Storage
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding, Verification
from inspect_app.findings.queries import one
from inspect_app.plans.models import Area, Plan, PlanKind
from inspect_app.plans.services import load_areas
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit
from tests.support.make import Make

LIMIT = 1 << 20
_serial = count(1)

MOVES = {
    "open": ("start", "submit", "dispute", "withdraw"),
    "in_progress": ("submit", "dispute", "withdraw"),
    "submitted": ("accept", "accept", "return", "recall", "withdraw"),
    "returned": ("submit", "start", "dispute", "withdraw"),
    "disputed": ("uphold", "allow", "withdraw"),
    "resolved": ("reopen",),
    "withdrawn": (),
}
"""What a story may tell next, by state."""


def file(text: str = "") -> Incoming:
    return Incoming("anh.jpg", "image/jpeg", BytesIO(f"{text}{next(_serial)}".encode()))


class Story:
    """A plan with its team, its reviewer and an officer over all of its units."""

    def __init__(self, make: Make, kind: PlanKind = PlanKind.SCHEDULED, *, year: int | None = None) -> None:
        self.make = make
        if not db.session.scalar(select(Area.code).limit(1)):
            load_areas()
        self.plan: Plan = make.plan(kind, year=year)
        self.team = make.team(self.plan)
        self.head: Person = make.head_of(self.team)
        self.officer: Person = make.person(Role.OFFICER, make.root)
        self.storage: Storage = current_app.extensions["storage"]
        self.actors: dict[str, Actor] = {
            "reviewer": make.actor(make.reviewer),
            "head": make.actor(self.head),
            "officer": make.actor(self.officer),
        }

    def inspect(
        self, unit: Unit, day: date, areas: tuple[str, ...], *, concluded: date | None, days: int = 20
    ) -> tuple[Visit, list[Finding]]:
        """A visit on `day` with a finding in each area, issued on `concluded` with `days` to put them right."""
        target = self.make.target(self.plan, unit, team=self.team, since=min(day, self.today))
        why = "Phản ánh của người dân." if self.plan.kind is PlanKind.SURPRISE else ""
        head = self.actors["head"]
        visit = visits.plan_visit(target, actor=head, today=self.today, began_on=day, team=self.team, trigger=why)
        made = findings.record(
            visit,
            [findings.Particulars(area, f"Hạn chế {next(_serial)}", "Niêm yết đủ", deadline_n=days) for area in areas],
            actor=self.actors["head"],
            today=self.today,
            storage=self.storage,
            file_limit=LIMIT,
        )
        if concluded is not None:
            entry = Entry.FOUND if areas else Entry.NONE_FOUND
            visits.report(visit, entry=entry, actor=self.actors["head"], today=self.today, on=concluded)
            if areas:
                findings.conclude(
                    visit,
                    actor=self.actors["head"],
                    number=f"{next(_serial)}/TB-ĐKT",
                    dated_on=concluded,
                    signer="Trưởng đoàn",
                    today=self.today,
                    storage=self.storage,
                    file_limit=LIMIT,
                )
            else:
                visits.close(visit, actor=self.actors["head"], today=self.today, on=concluded)
        db.session.commit()
        return visit, made

    def tell(self, finding_id: int, verb: str, on: date) -> None:
        """One move of one finding, counted for `on`."""
        officer, head, reviewer = (self.actors[name] for name in ("officer", "head", "reviewer"))
        finding = db.session.scalars(one(reviewer, finding_id)).unique().one()
        when: dict[str, Any] = {"on": on, "today": self.today}
        match verb:
            case "start":
                findings.start(finding, actor=officer, undertaking="Sẽ làm", by=on + timedelta(days=5), **when)
            case "submit":
                files = [file()]
                kept: dict[str, Any] = {"storage": self.storage, "file_limit": LIMIT}
                findings.submit(finding, actor=officer, statement="Đã làm xong", files=files, **kept, **when)
            case "recall":
                findings.recall(finding, actor=officer, **when)
            case "accept":
                findings.accept(finding, actor=head, method=Verification.DOCUMENTS, **when)
            case "return":
                findings.send_back(finding, actor=head, reason="Thiếu ảnh", **when)
            case "dispute":
                findings.dispute(finding, actor=officer, explanation="Không đúng", **when)
            case "uphold":
                findings.uphold(finding, actor=head, reason="Vẫn đúng", **when)
            case "allow":
                findings.allow(finding, actor=head, reason="Đúng vậy", decision="9/QĐ", **when)
            case "withdraw":
                findings.withdraw(finding, actor=reviewer, reason="Ghi nhầm", decision="9/QĐ", **when)
            case "reopen":
                assert finding.deadline is not None
                later = max(on, finding.deadline) + timedelta(days=10)
                findings.reopen(finding, actor=reviewer, reason="Tái diễn", deadline=later, **when)
        db.session.commit()

    def settle(self, finding_id: int, sent: date, accepted: date) -> None:
        """Put right on one day, agreed to on another."""
        self.tell(finding_id, "submit", sent)
        self.tell(finding_id, "accept", accepted)

    @property
    def today(self) -> date:
        from inspect_app.core import clock

        return clock.today()


def at(day: date) -> Any:
    """The clock stands at noon of `day` in Vietnam."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=HANOI), tick=False)


@dataclass
class Recount:
    """What the log says of a plan at the end of a day."""

    plan_id: int
    kinds: dict[int, UnitKind]
    day: date
    only: set[int] | None = None
    """Units that the reader may know of; all of them unless said."""
    findings: dict[int, tuple[Event, dict[str, Any]]] = field(default_factory=dict)
    targets: dict[int, dict[str, Any]] = field(default_factory=dict)
    visits: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for event in db.session.scalars(select(Event).where(Event.on <= self.day).order_by(Event.seq)):
            said = event.payload
            if self.only is not None and said.get("unit_id", said.get("unit")) not in self.only:
                continue
            if event.subject_table == "finding" and said["plan_id"] == self.plan_id:
                self.findings[event.subject_id] = (event, said)
            elif event.subject_table == "target" and said["plan"] == self.plan_id:
                self.targets[event.subject_id] = {**said, "gone": event.action == "target:remove"}
            elif event.subject_table == "visit" and said["plan"] == self.plan_id:
                self.visits[event.subject_id] = said

    def facts(self, **wanted: Any) -> Iterator[dict[str, Any]]:
        """Of every finding that was issued by the day: `unit_id=`, `area_code=`, `kind=` narrow it."""
        for _event, said in self.findings.values():
            known = {**said, "kind": self.kinds[said["unit_id"]]}
            if said["state"] != "recorded" and all(known[name] == value for name, value in wanted.items()):
                yield said

    def tally(self, **wanted: Any) -> dict[str, int]:
        numbers: Counter[str] = Counter()
        for said in self.facts(**wanted):
            state = said["state"]
            if state == "withdrawn":
                numbers["withdrawn"] += 1
                continue
            numbers["counted"] += 1
            if state == "resolved":
                numbers["resolved"] += 1
                numbers["on_time" if said["days_late"] <= 0 else "late"] += 1
                numbers["days_taken"] += said["days_taken"]
                continue
            shown = {"submitted": "waiting", "disputed": "waiting", "in_progress": "doing", "returned": "doing"}
            numbers[shown.get(state, "new")] += 1
            late = date.fromisoformat(said["deadline"]) < self.day
            numbers["overdue"] += late and not (state == "submitted" and said["in_time"])
        return dict(numbers)

    def entered_after(self) -> int:
        """Findings whose latest word about the day was written on a later one."""
        return sum(
            event.at.replace(tzinfo=UTC).astimezone(HANOI).date() > self.day
            for event, said in self.findings.values()
            if said["state"] != "recorded"
        )

    def aims(self, kind: UnitKind | None = None) -> tuple[int, int]:
        """Targets with a begun visit, and targets."""
        inspected = {
            said["target"]
            for said in self.visits.values()
            if said["state"] not in ("planned", "cancelled") and said["began_on"] <= self.day.isoformat()
        }
        counting = [
            target
            for target, said in self.targets.items()
            if not said["gone"] and said["since"] <= self.day.isoformat() and kind in (None, self.kinds[said["unit"]])
        ]
        return len(inspected.intersection(counting)), len(counting)
