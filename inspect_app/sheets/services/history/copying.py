"""Copying a sheet of past work into the register, row by row, through the services of plans, visits and findings.

Whoever copies is named in the log with the row; who inspected, reported and agreed long ago stays text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from inspect_app.core.actor import Actor, CopiedFrom
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed, Stale
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding, State, Verification
from inspect_app.findings.services import Particulars
from inspect_app.plans import services as plans
from inspect_app.plans.models import Plan, PlanKind, Target, Team
from inspect_app.sheets.models import Origin
from inspect_app.sheets.queries import history
from inspect_app.sheets.services.declared import Writing
from inspect_app.sheets.services.history.lines import HistoryLine, PlanOf, VisitOf
from inspect_app.sheets.services.history.rows import Told
from inspect_app.sheets.services.lines import Judged, Verdict
from inspect_app.units.models import Unit
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit


@dataclass(slots=True)
class _Plan:
    plan: Plan
    team: Team | None


def copy(judged: Judged[HistoryLine], writing: Writing) -> None:
    """All that is new or changed. Raises what the services raise, and Stale where somebody else made a plan first."""
    take_turns(db.session, "history")
    copying = _Copying(writing)
    for visit in _visits(judged.lines):
        copying.visit(visit)


def _visits(lines: Sequence[HistoryLine]) -> list[VisitOf]:
    """Each visit of which some row is to be written, once, in the order of the sheet."""
    writes = (Verdict.NEW, Verdict.CHANGED)
    several = {id(line.visit): line.visit for line in lines if line.visit is not None and line.verdict in writes}
    return list(several.values())


@dataclass(slots=True)
class _Copying:
    writing: Writing
    plans: dict[tuple[str, int], _Plan] = field(default_factory=dict)
    done: int = 0

    @property
    def keeping(self) -> dict[str, Any]:
        return {
            "today": self.writing.today,
            "storage": self.writing.storage,
            "file_limit": self.writing.file_limit,
        }

    def _actor(self, row: int) -> Actor:
        source = self.writing.source
        return replace(self.writing.actor, copies=CopiedFrom(source.name, source.sha256, row))

    def visit(self, said: VisitOf) -> None:
        if said.known is None:
            self._new_visit(said)
        elif said.was:
            self._retold_visit(said, said.known.visit)
        else:
            self._more_of(said, said.known.visit)

    # Visits

    def _new_visit(self, said: VisitOf) -> None:
        actor, today = self._actor(said.row), self.writing.today
        under = self._plan(said.plan)
        target = self._target(said, under.plan, actor)
        team = self._team(under, said.plan, actor)
        visit = visits.plan_visit(
            target,
            began_on=said.began_on,
            team=team,
            trigger="Theo tệp đã nhập." if under.plan.kind is PlanKind.SURPRISE else "",
            on=said.began_on,
            actor=actor,
            today=today,
        )
        made = [(line, self._recorded(visit, line)) for line in said.lines if line.told is not None]
        if said.found_nothing:
            nothing = Entry.NONE_FOUND
            visits.report(visit, entry=nothing, on=said.last_on, actor=actor, today=today)
            visits.close(visit, on=said.dated_on, actor=actor, today=today)
            self._tell(len(said.lines))
        else:
            visits.report(visit, entry=Entry.FOUND, on=said.last_on, actor=actor, today=today)
            notice = {"number": said.number, "dated_on": said.dated_on, "signer": said.signer}
            findings.conclude(visit, actor=actor, **notice, **self.keeping)  # type: ignore[arg-type]
            for line, finding in made:
                self._brought_on(finding, line)
        self._keep(said.row, said.said(), visit=visit)

    def _retold_visit(self, said: VisitOf, visit: Visit) -> None:
        actor, today = self._actor(said.row), self.writing.today
        days: dict[str, Any] = {"began_on": said.began_on, "reported_on": said.last_on, "ended_on": said.dated_on}
        findings.retell_visit(visit, **days, number=said.number, signer=said.signer, actor=actor, today=today)
        self._keep(said.row, said.said(), visit=visit)
        self._more_of(said, visit, every=True)
        if said.found_nothing:
            self._tell(len(said.lines))

    def _more_of(self, said: VisitOf, visit: Visit, *, every: bool = False) -> None:
        """Findings of a visit that is there: those that are new, and those to be told anew, or `every` one."""
        for line in said.lines:
            if line.told is None:
                continue
            actor = self._actor(line.number)
            if line.known is None:
                finding = self._recorded(visit, line)
                findings.issue_copied(visit, [finding], actor=actor, today=self.writing.today)
            elif every or line.verdict is Verdict.CHANGED:
                finding = line.known.finding
                findings.retell(finding, particulars(line.told), actor=actor, today=self.writing.today)
            else:
                continue
            self._brought_on(finding, line)

    # Findings

    def _recorded(self, visit: Visit, line: HistoryLine) -> Finding:
        assert line.told is not None
        (finding,) = findings.record(visit, [particulars(line.told)], actor=self._actor(line.number), **self.keeping)
        return finding

    def _brought_on(self, finding: Finding, line: HistoryLine) -> None:
        """From being issued to where the row says that it has come."""
        told, actor = line.told, self._actor(line.number)
        assert told is not None and finding.issued_on is not None  # noqa: PT018 - issued before
        step: dict[str, Any] = {"actor": actor, "today": self.writing.today}
        if told.state is State.IN_PROGRESS:
            undertaking = told.result or "Đơn vị đang khắc phục, theo tệp đã nhập."
            findings.start(finding, undertaking=undertaking, by=finding.deadline, on=finding.issued_on, **step)
        if told.state in (State.SUBMITTED, State.RESOLVED):
            assert told.sent_on is not None
            findings.submit(
                finding,
                statement=told.result or "Đơn vị báo cáo đã khắc phục xong, theo tệp đã nhập.",
                files=(),
                letter_number=told.letter,
                letter_on=told.letter_on,
                by=finding.unit_name,
                on=told.sent_on,
                storage=self.writing.storage,
                file_limit=self.writing.file_limit,
                **step,
            )
        if told.state is State.RESOLVED:
            assert told.judged_on is not None
            how = Verification.DOCUMENTS
            findings.accept(finding, method=how, by=told.verifier, on=told.judged_on, **step)
        if told.state is State.WITHDRAWN:
            assert told.judged_on is not None
            findings.withdraw(finding, reason=told.result, decision=told.letter, on=told.judged_on, **step)
        self._keep(line.number, told.plain(), finding=finding)
        self._tell(1)

    # Plans

    def _plan(self, said: PlanOf) -> _Plan:
        key = (said.number, said.year)
        if key not in self.plans:
            actor = self._actor(said.row)
            if said.known is None:
                self.plans[key] = _Plan(self._new_plan(said, actor), None)
            else:
                known = said.known
                team = db.session.get_one(Team, known.team_id) if known.team_id else None
                self.plans[key] = _Plan(known.plan, team)
            self._keep(said.row, {"number": said.number, "year": said.year}, plan=self.plans[key].plan)
        return self.plans[key]

    def _new_plan(self, said: PlanOf, actor: Actor) -> Plan:
        issuer_id = history.issuer_of(actor)
        if issuer_id is None:
            raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
        if history.exists(said.number, said.year, issuer_id):
            raise Stale("Người khác vừa lập kế hoạch này. Đã kiểm tra lại, xem kết quả mới rồi ghi.")
        return plans.create_plan(
            kind=said.kind,
            year=said.year,
            title=said.title or f"Kiểm tra công tác cải cách hành chính năm {said.year}",
            number=said.number,
            issued_on=said.issued_on,
            issuing_unit=db.session.get_one(Unit, issuer_id),
            actor=actor,
            today=self.writing.today,
            on=said.issued_on,
        )

    def _target(self, said: VisitOf, plan: Plan, actor: Actor) -> Target:
        known = said.plan.known.aims.get(said.unit.id) if said.plan.known else None
        if known is not None:
            return known
        unit = db.session.get_one(Unit, said.unit.id)
        since = min(plan.issued_on or date(plan.year, 1, 1), said.began_on)
        told = {"since": since, "month": said.began_on.month if said.began_on.year == plan.year else None}
        (target,) = plans.add_targets(plan, [unit], actor=actor, today=self.writing.today, **told)  # type: ignore[arg-type]
        return target

    def _team(self, under: _Plan, said: PlanOf, actor: Actor) -> Team:
        """One that stands for those who made the visits: nobody sits on it."""
        if under.team is None:
            under.team = plans.make_team(
                under.plan,
                name=f"Đoàn kiểm tra theo kế hoạch {said.number}",
                actor=actor,
                today=self.writing.today,
                on=said.issued_on,
            )
        return under.team

    # What it came from

    def _keep(self, row: int, said: dict[str, Any], **record: Any) -> None:
        ((name, one),) = record.items()
        if isinstance(one, Plan):
            one.copied = True
        db.session.flush()
        origin = Origin(brought_id=self.writing.brought_id, row=row, said=said, left_at=one.version)
        setattr(origin, f"{name}_id", one.id)
        db.session.add(origin)

    def _tell(self, rows: int) -> None:
        self.done += rows
        self.writing.told(self.done)


def particulars(told: Told) -> Particulars:
    """What was found, as the services take it."""
    return Particulars(
        area_code=told.area_code,
        text=told.text,
        required=told.required,
        deadline_n=told.days,
        fixed_deadline=told.deadline,
    )
