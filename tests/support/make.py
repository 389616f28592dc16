"""`make.finding(state="resolved")`: valid by default, so a test states only what it is about.

Records are made by the services, as people make them; only what has no service is added directly.
"""

from collections.abc import Callable
from copy import copy
from datetime import date, timedelta
from functools import wraps
from io import BytesIO
from itertools import count
from typing import Any, TypeVar, cast

from flask import current_app
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from inspect_app.accounts.models import Grant, Person
from inspect_app.accounts.queries import held_by
from inspect_app.checklists import services as checklists
from inspect_app.checklists.models import Checklist, Item
from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role, TeamRole
from inspect_app.core.db import Base
from inspect_app.core.loading import load
from inspect_app.core.storage import Incoming
from inspect_app.core.text import fold, name_sort_key, sort_key
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding, State, Verification
from inspect_app.findings.services import Particulars
from inspect_app.plans import services as plans
from inspect_app.plans.models import Plan, PlanKind, Target, Team
from inspect_app.plans.queries import members_of, seats_of
from inspect_app.units.models import Succession, SuccessionKind, Unit, UnitKind
from inspect_app.units.services.lineage import keep_lineage
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Verdict, Visit, VisitState

M = TypeVar("M", bound=Base)
F = TypeVar("F", bound=Callable[..., Any])
PASSWORD = "mật khẩu dùng khi thử"


def committed_once(made: F) -> F:
    """However many others it calls, what a test asks for is committed once."""

    @wraps(made)
    def making(self: "Make", *args: Any, **given: Any) -> Any:
        self.depth += 1
        try:
            return made(self, *args, **given)
        finally:
            self.depth -= 1

    return cast(F, making)


class Make:
    def __init__(self, session: scoped_session[Session]) -> None:
        self.session = session
        self.depth = 0
        self.serial = count(1)
        self._root: Unit | None = None
        self._reviewer: Person | None = None
        self._reviewers_actor: Actor | None = None
        self._officers: dict[int, Person] = {}

    def again(self) -> "Make":
        """Goes on from what this one made, and may be thrown away with what it makes itself."""
        other = copy(self)
        other._officers = dict(self._officers)
        return other

    @property
    def root(self) -> Unit:
        """The city: one for each test."""
        if self._root is None:
            self._root = self.unit("Thành phố Cần Thơ", kind=UnitKind.CITY, parent=None)
        return self._root

    @committed_once
    def unit(
        self,
        name: str | None = None,
        *,
        kind: UnitKind = UnitKind.COMMUNE,
        parent: Unit | str | None = "root",
        code: str | None = None,
        valid_from: date | None = None,
        valid_to: date | None = None,
    ) -> Unit:
        n = next(self.serial)
        name = name or f"Phường Số {n}"
        above = self.root if isinstance(parent, str) else parent
        unit = Unit(
            code=code or f"U{n}",
            name=name,
            kind=kind,
            parent_id=above.id if above else None,
            path="",
            valid_from=valid_from,
            valid_to=valid_to,
            ended=valid_to is not None,
            name_folded=fold(name),
            sort_key=sort_key(name),
        )
        self.session.add(unit)
        self.session.flush()
        unit.path = f"{above.path if above else ''}{unit.id}/"
        self._keep()
        return unit

    @committed_once
    def succession(self, old: Unit, new: Unit) -> None:
        """`old` became, or became part of, `new`."""
        self.session.add(Succession(old_id=old.id, new_id=new.id, kind=SuccessionKind.MERGE, is_default=True))
        self.session.flush()
        keep_lineage()
        self._reviewers_actor = None
        self._keep()

    @committed_once
    def person(self, role: Role | None = None, unit: Unit | None = None, *, home: Unit | None = None) -> Person:
        """Somebody holding `role` over `unit` (or the city), at home in `home` (or nowhere)."""
        n = next(self.serial)
        name = f"Nguyễn Thị Số {n}"
        person = Person(
            username=f"nguoi{n}",
            name=name,
            name_folded=fold(name),
            sort_key=name_sort_key(name),
            home_unit_id=home.id if home else None,
            password_hash="!",
            password_set_at=clock.now(),
            must_change_password=False,
        )
        self.session.add(person)
        self.session.flush()
        if role is not None:
            self.grant(person, role, unit or self.root)
        self._keep()
        return person

    @committed_once
    def grant(self, person: Person, role: Role, unit: Unit) -> None:
        self.session.add(Grant(person_id=person.id, role=role, unit_id=unit.id, since=date(2000, 1, 1)))
        self._keep()

    def actor(self, person: Person) -> Actor:
        """The person as services see them today."""
        today = clock.today()
        home = self.session.get(Unit, person.home_unit_id) if person.home_unit_id else None
        return Actor(
            person_id=person.id,
            name=person.name,
            home_unit_id=person.home_unit_id,
            home_path=home.path if home else "",
            grants=held_by(person.id, today),
            seats=seats_of(person.id, today),
        )

    @property
    def reviewer(self) -> Person:
        """A reviewer over the city: who writes the plans unless a test says otherwise."""
        if self._reviewer is None:
            self._reviewer = self.person(Role.REVIEWER)
        return self._reviewer

    @property
    def _reviewing(self) -> Actor:
        """The reviewer as services see them; asked for all the time, and changed by a new succession alone."""
        if self._reviewers_actor is None:
            self._reviewers_actor = self.actor(self.reviewer)
        return self._reviewers_actor

    @committed_once
    def plan(
        self,
        kind: PlanKind = PlanKind.SCHEDULED,
        *,
        issuer: Unit | None = None,
        year: int | None = None,
        title: str | None = None,
        number: str = "",
        issued_on: date | None = None,
    ) -> Plan:
        """A plan issued by the city, for this year."""
        plan = plans.create_plan(
            kind=kind,
            year=year or clock.today().year,
            title=title or f"Kiểm tra cải cách hành chính lần {next(self.serial)}",
            issuing_unit=issuer or self.root,
            actor=self._reviewing,
            today=clock.today(),
            number=number,
            issued_on=issued_on,
        )
        return self._ready(plan, "issuing_unit")

    @committed_once
    def team(
        self, plan: Plan | None = None, *, head: Person | None = None, name: str | None = None, **others: Person
    ) -> Team:
        """A team with a head; `member=`, `secretary=`, `deputy=` name others."""
        today, actor = clock.today(), self._reviewing
        plan = plan or self.plan()
        team = plans.make_team(plan, name=name or f"Đoàn số {next(self.serial)}", actor=actor, today=today)
        seated = {"head": head or self.person(), **others}
        for role, person in seated.items():
            plans.seat(team, person, role=TeamRole(role), since=date(2000, 1, 1), actor=actor, today=today)
        return self._ready(team, "plan")

    @committed_once
    def sitting(self, team: Team, role: TeamRole = TeamRole.MEMBER) -> Person:
        """Somebody new with this place on the team."""
        person = self.person()
        plans.seat(
            team,
            person,
            role=role,
            since=date(2000, 1, 1),
            actor=self._reviewing,
            today=clock.today(),
        )
        self._keep()
        return person

    @committed_once
    def unseat(self, team: Team, person: Person) -> None:
        """Yesterday was the person's last day on the team."""
        member = next(m for m in members_of(team) if m.person_id == person.id)
        today = clock.today()
        yesterday = today - timedelta(days=1)
        plans.unseat(member, last_day=yesterday, actor=self._reviewing, today=today)
        self._keep()

    def team_of(self, target: Target) -> Team:
        """The team that the plan sends there."""
        assert target.team_id
        return self.session.get_one(Team, target.team_id)

    @committed_once
    def whole_target(self, target: Target) -> Target:
        """The target with what policies ask about."""
        return self._ready(target, "plan", "unit")

    def head_of(self, team: Team) -> Person:
        """Whoever heads the team."""
        member = next(m for m in members_of(team) if m.role is TeamRole.HEAD)
        return self.session.get_one(Person, member.person_id)

    @committed_once
    def target(
        self,
        plan: Plan | None = None,
        unit: Unit | None = None,
        *,
        team: Team | None = None,
        month: int | None = None,
        since: date | None = None,
    ) -> Target:
        """A unit that the plan means to inspect."""
        plan = plan or (self.session.get_one(Plan, team.plan_id) if team else self.plan())
        (target,) = plans.add_targets(
            plan,
            [unit or self.unit()],
            actor=self._reviewing,
            today=clock.today(),
            since=since,
            month=month,
            team=team,
        )
        return self._ready(target, "plan", "unit")

    @committed_once
    def remove(self, target: Target, *, on: date | None = None) -> None:
        """From `on` (today) the plan no longer means to inspect the unit."""
        actor, today = self._reviewing, clock.today()
        plans.remove_target(target, reason="Đã sáp nhập.", actor=actor, today=today, on=on)
        self._keep()

    @committed_once
    def visit(
        self,
        state: VisitState | str = VisitState.BEGUN,
        *,
        plan: Plan | None = None,
        unit: Unit | None = None,
        team: Team | None = None,
        target: Target | None = None,
        day: date | None = None,
        entry: Entry | None = None,
    ) -> Visit:
        """A visit by a team to a unit of its plan, brought to `state` by the team's head, all on `day` (today)."""
        state, day, today = VisitState(state), day or clock.today(), clock.today()
        if target is None:
            team = team or self.team(plan)
            target = self.target(plan, unit, team=team, since=day)
        elif team is None:
            assert target.team_id, "say which team"
            team = self.session.get_one(Team, target.team_id)
        actor = self.actor(self.head_of(team))
        why = "Phản ánh của người dân." if target.plan.kind is PlanKind.SURPRISE else ""
        visit = visits.plan_visit(target, actor=actor, today=today, planned_on=day, team=team, trigger=why, on=day)
        ended = {VisitState.CONCLUDED: Entry.FOUND, VisitState.CLOSED: Entry.NONE_FOUND}
        if state in (VisitState.BEGUN, VisitState.REPORTED, *ended):
            visits.begin(visit, actor=actor, today=today, on=day)
        if state in (VisitState.REPORTED, *ended):
            said = entry or ended.get(state, Entry.FOUND)
            visits.report(visit, entry=said, actor=actor, today=today, on=day)
        if state is VisitState.CONCLUDED:
            visits.conclude(visit, actor=actor, today=today, on=day)
        if state is VisitState.CLOSED:
            visits.close(visit, actor=actor, today=today, on=day)
        if state is VisitState.CANCELLED:
            visits.cancel(visit, reason="Đơn vị xin hoãn.", actor=actor, today=today, on=day)
        if entry is not None:
            visit.entry = entry
        return self._ready(visit, "plan", "unit", "team", "target")

    @committed_once
    def follow_up(
        self,
        unit: Unit,
        *,
        team: Team | None = None,
        day: date | None = None,
        state: VisitState | str = VisitState.BEGUN,
    ) -> Visit:
        """A visit that looks again at what was found at the unit, planned or begun on `day` (today)."""
        team, day, today = team or self.team(), day or clock.today(), clock.today()
        load(team, "plan")
        why = "Phản ánh của người dân." if team.plan.kind is PlanKind.SURPRISE else ""
        actor = self.actor(self.reviewer)
        told: dict[str, Any] = {"planned_on": day, "trigger": why, "on": min(day, today)}
        visit = findings.plan_follow_up(team, unit, actor=actor, today=today, **told)
        if VisitState(state) is VisitState.BEGUN:
            visits.begin(visit, actor=actor, today=today, on=day)
        return self._ready(visit, "plan", "unit", "team", "target")

    @committed_once
    def self_inspection(
        self,
        plan: Plan | None = None,
        unit: Unit | None = None,
        *,
        day: date | None = None,
        entry: Entry = Entry.NONE_FOUND,
        **areas: Verdict,
    ) -> Visit:
        """A unit inspected itself, entered for it by the reviewer; `III=Verdict.FINE` says something of an area."""
        day = day or clock.today()
        visit = visits.log_self_inspection(
            plan or self.plan(PlanKind.SELF),
            unit or self.unit(),
            began_on=day,
            entry=entry,
            areas=areas,
            actor=self._reviewing,
            today=clock.today(),
            on=day,
        )
        return self._ready(visit, "plan", "unit", "team", "target")

    @committed_once
    def whole(self, visit: Visit) -> Visit:
        """The visit with what policies ask about; a commit of the program forgets it."""
        return self._ready(visit, "plan", "unit", "team", "target")

    def _keep(self) -> None:
        """Commit without forgetting what was read: a sixth of the statements of a test read it again."""
        if self.depth > 1:
            self.session.flush()
        else:
            session = self.session()
            session.expire_on_commit = False
            session.commit()
            session.expire_on_commit = True

    def _ready(self, record: M, *names: str) -> M:
        """Committed, with these relationships loaded and, of a plan, the unit that issues it."""
        self._keep()
        load(record, *names)
        if "plan" in names:
            load(record.plan, "issuing_unit")  # type: ignore[attr-defined]
        return record

    # Checklists

    @committed_once
    def checklist(
        self, *codes: str, plan: Plan | None = None, year: int | None = None, published: bool = True
    ) -> Checklist:
        """Items of these codes (`I.1`, `III.1` and `III.2` unless said); every second one asks for a figure."""
        plans.load_areas()
        checklist = Checklist(title=f"Bộ tiêu chí số {next(self.serial)}", year=year or clock.today().year, plan=plan)
        self.session.add(checklist)
        self.session.flush()
        for place, code in enumerate(codes or ("I.1", "III.1", "III.2")):
            words = {"text": f"Tiêu chí {code}", "measure": "Hồ sơ đúng hạn trên số hồ sơ" if place % 2 else ""}
            offer = {"shortcoming": f"Chưa làm {code}.", "required": f"Làm {code}."}
            item = Item(area_code=code.partition(".")[0], code=code, position=place, **words, **offer)
            item.checklist_id = checklist.id
            self.session.add(item)
        self.session.flush()
        if published:
            checklists.publish(checklist, actor=self.actor(self.reviewer), today=clock.today())
        self._keep()
        return checklist

    # Findings

    @committed_once
    def officer(self, unit: Unit) -> Person:
        """An officer of the unit, at home there: one for each unit."""
        if unit.id not in self._officers:
            self._officers[unit.id] = self.person(Role.OFFICER, unit, home=unit)
        return self._officers[unit.id]

    def particulars(self, **given: Any) -> Particulars:
        """What a team writes down, valid unless a test says otherwise."""
        n = next(self.serial)
        rule: dict[str, Any] = {} if "fixed_deadline" in given else {"deadline_n": 15}
        words = {
            "area_code": "III",
            "text": f"Bảng niêm yết thiếu thủ tục số {n}. Người dân phải hỏi công chức.",
            "required": f"Niêm yết đủ thủ tục số {n}.",
        }
        return Particulars(**{**words, **rule, **given})

    def file(self, name: str = "anh.jpg", content: bytes | None = None) -> Incoming:
        """A file that nobody sent before, unless `content` says which."""
        endings = {"jpg": "image/jpeg", "pdf": "application/pdf"}
        content = content or f"{name} {next(self.serial)}".encode()
        return Incoming(name, endings[name.rpartition(".")[2]], BytesIO(content))

    @property
    def storing(self) -> dict[str, Any]:
        """Where services put files."""
        return {"storage": current_app.extensions["storage"], "file_limit": 20 << 20}

    @committed_once
    def finding(
        self,
        state: State | str = State.OPEN,
        *,
        visit: Visit | None = None,
        unit: Unit | None = None,
        team: Team | None = None,
        plan: Plan | None = None,
        day: date | None = None,
        issued: date | None = None,
        started: date | None = None,
        sent: date | None = None,
        judged: date | None = None,
        **particulars: Any,
    ) -> Finding:
        """A finding brought to `state` by the team's head, the unit's officer and the reviewer.

        The visit was on `day` (30 days ago), the conclusion is of ten days later, the work began a day after that,
        the submission came on `sent` and the answer on `judged` (both today). A `visit` given must have begun.
        """
        state, today = State(state), clock.today()
        if visit is None:
            visit = self.visit(day=day or today - timedelta(days=30), unit=unit, team=team, plan=plan)
        plans.load_areas()
        begun = visit.began_on
        assert begun is not None
        team = self.session.get_one(Team, visit.team_id)
        head = self.actor(self.head_of(team))
        finding = findings.record(
            self.whole(visit), [self.particulars(**particulars)], actor=head, today=today, **self.storing
        )[0]
        if state is not State.RECORDED:
            issued = issued or min(begun + timedelta(days=10), today)
            visits.report(visit, entry=Entry.FOUND, actor=head, today=today, on=begun)
            number = f"{next(self.serial)}/TB-ĐKT"
            notice: dict[str, Any] = {"number": number, "dated_on": issued, "signer": "Lê Thị Ký"}
            findings.conclude(visit, actor=head, today=today, **notice, **self.storing)
            self.move(finding, state, started=started or issued, sent=sent or today, judged=judged or today)
        self._keep()
        return finding

    @committed_once
    def findings_of(self, visit: Visit, several: list[Particulars], *, actor: Actor) -> list[Finding]:
        """Several, written down in a visit that has begun."""
        plans.load_areas()
        made = findings.record(self.whole(visit), several, actor=actor, today=clock.today(), **self.storing)
        self._keep()
        return made

    def move(self, finding: Finding, state: State, *, started: date, sent: date, judged: date) -> None:
        """Bring an open finding further."""
        today, unit = clock.today(), self.session.get_one(Unit, finding.unit_id)
        officer, reviewer = self.actor(self.officer(unit)), self._reviewing
        told: dict[str, Any]
        if state is State.WITHDRAWN:
            told = {"reason": "Ghi nhầm đơn vị.", "decision": "12/QĐ-SNV"}
            findings.withdraw(finding, actor=reviewer, on=judged, today=today, **told)
        if state is State.DISPUTED:
            findings.dispute(finding, actor=officer, explanation="Đã niêm yết từ trước.", on=started, today=today)
        if state in (State.IN_PROGRESS, State.SUBMITTED, State.RETURNED, State.RESOLVED):
            told = {"undertaking": "In và niêm yết.", "by": started}
            findings.start(finding, actor=officer, on=started, today=today, **told)
        if state in (State.SUBMITTED, State.RETURNED, State.RESOLVED):
            sending: dict[str, Any] = {"statement": "Đã niêm yết đủ.", "files": [self.file()]}
            findings.submit(finding, actor=officer, on=sent, today=today, **sending, **self.storing)
        if state is State.RETURNED:
            findings.send_back(finding, actor=reviewer, reason="Ảnh chưa rõ.", on=judged, today=today)
        if state is State.RESOLVED:
            findings.accept(finding, actor=reviewer, method=Verification.DOCUMENTS, on=judged, today=today)
