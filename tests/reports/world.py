"""Whole histories of a plan, told through the services day by day."""

from copy import copy
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

import time_machine
from flask import current_app
from sqlalchemy import select

from inspect_app.accounts.models import Person
from inspect_app.core.actor import Actor, Role
from inspect_app.core.clock import HANOI
from inspect_app.core.db import db
from inspect_app.core.storage import Incoming, Storage
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding, Verification
from inspect_app.findings.queries import one
from inspect_app.findings.queries.repeats import candidate
from inspect_app.findings.services import custody
from inspect_app.findings.services.custody import Decision
from inspect_app.findings.services.repeats import answer_repeat
from inspect_app.plans.models import Area, Plan, PlanKind
from inspect_app.plans.services import load_areas
from inspect_app.units.models import Unit
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit
from tests.support.make import Make

LIMIT = 1 << 20
_serial = count(1)


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

    def beside(self) -> "Story":
        """The same plan, and another team of it."""
        other = copy(self)
        other.team = self.make.team(self.plan)
        other.head = self.make.head_of(other.team)
        other.actors = {**self.actors, "head": self.make.actor(other.head)}
        return other

    def inspect(
        self,
        unit: Unit,
        day: date,
        areas: tuple[str, ...],
        *,
        concluded: date | None,
        days: int = 20,
        again: tuple[bool, ...] = (),
    ) -> tuple[Visit, list[Finding]]:
        """A visit on `day` with a finding in each area, issued on `concluded` with `days` to put them right.

        Those that happened `again` repeat the first finding of the unit that they may repeat.
        """
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
        for finding, repeats in zip(made, again, strict=False):
            if repeats:
                self._repeat(finding)
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

    def _repeat(self, finding: Finding) -> None:
        others = select(Finding.id).where(Finding.unit_id == finding.unit_id).order_by(Finding.id)
        for earlier in db.session.scalars(others):
            if db.session.scalars(candidate(finding, earlier)).first():
                answer_repeat(finding, earlier, repeats=True, actor=self.actors["head"], today=self.today)
                return

    def tell(self, finding_id: int, verb: str, on: date, *, later: int = 10, to: Unit | None = None) -> None:
        """One move of one finding, counted for `on`; a later deadline is `later` days off, `to` is where it moves."""
        officer, head, reviewer = (self.actors[name] for name in ("officer", "head", "reviewer"))
        finding = one(reviewer, finding_id)
        assert finding is not None
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
                assert finding.deadline is not None
                until = max(on, finding.deadline) + timedelta(days=later) if later % 3 == 0 else None
                findings.send_back(finding, actor=head, reason="Thiếu ảnh", resubmit_by=until, **when)
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
                until = max(on, finding.deadline) + timedelta(days=later)
                findings.reopen(finding, actor=reviewer, reason="Tái diễn", deadline=until, **when)
            case "extend":
                assert finding.deadline is not None
                until = max(on, finding.deadline) + timedelta(days=later)
                findings.extend(finding, actor=reviewer, until=until, reason="Chờ kinh phí", **when)
            case "move":
                assert to is not None
                custody.move(finding, to, decision=Decision("1/QĐ", on), actor=reviewer, **when)
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
