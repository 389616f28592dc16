"""A small city in which every role has something of its own to look at, for the table of permissions.

An address asks for what its arguments are named for: `<id:visit_id>` is a visit of the world, in the state in
which the act of that address is possible. A new kind of record adds one line to `ARGUMENTS`, an act that needs
a state one to `IN_STATE`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select
from werkzeug.routing import Rule

from inspect_app.accounts.models import Grant, Person, SignIn
from inspect_app.accounts.services.reviews import open_review
from inspect_app.accounts.services.saved_views import save_view
from inspect_app.checklists.models import Checklist
from inspect_app.checklists.queries import items_of
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from inspect_app.core.staging import Staged
from inspect_app.documents.queries.letters import KINDS
from inspect_app.documents.services.house_word import house_template
from inspect_app.documents.services.templates import upload as keep_template
from inspect_app.findings.models import Conclusion, Evidence, Finding, State
from inspect_app.grading.services import open_grading
from inspect_app.plans.models import Plan, Target, Team
from inspect_app.plans.queries import members_of
from inspect_app.reminders.models import Level, Mail, Notice
from inspect_app.reminders.services.urging import take as urge
from inspect_app.reports.queries.frozen.freezing import Of
from inspect_app.reports.services import freeze
from inspect_app.sheets.models import Brought, SheetKind
from inspect_app.sheets.services.exports import ask as ask_for_a_sheet
from inspect_app.tasks.models import Task, TaskFile, TaskState
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits.models import Entry, Visit, VisitState
from inspect_app.workdays.models import DayOverride
from tests.support.make import Make
from tests.support.tasks import task


class World:
    """`number`: of several in one database; each has a unit of its own."""

    def __init__(self, make: Make, unit: str = "Phường Cái Khế", *, number: int = 0) -> None:
        self.make, self.name, self.number = make, unit, number
        self._visits: dict[VisitState, Visit] = {}
        self._findings: dict[State, Finding] = {}
        self._tasks: dict[TaskState, Task] = {}

    # Who

    def person_as(self, role: str) -> Person | None:
        """Admin, reviewer and viewer over the city; the head of the team; the officer of the unit; or nobody."""
        if role == "nobody":
            return None
        if role == Role.OFFICER:
            return self.officer
        if role == Role.INSPECTOR:
            return self.make.head_of(self.team)
        return self.make.person(Role(role))

    # What

    @cached_property
    def unit(self) -> Unit:
        return self.make.unit(self.name)

    @cached_property
    def officer(self) -> Person:
        return self.make.officer(self.unit)

    @cached_property
    def team(self) -> Team:
        return self.make.team()

    @cached_property
    def target(self) -> Target:
        """Still without a visit."""
        return self.make.target(unit=self.make.unit("Phường An Bình"), team=self.team)

    def visit(self, state: VisitState = VisitState.BEGUN) -> Visit:
        """Of the unit; each state has a plan of its own, since a plan names a unit once. All have the same head."""
        if state not in self._visits:
            here = state is VisitState.BEGUN
            team = self.team if here else self.make.team(head=self.make.head_of(self.team))
            self._visits[state] = self.make.visit(state, unit=self.unit, team=team)
        return self._visits[state]

    @cached_property
    def nothing_found(self) -> Visit:
        """Reported, to be closed."""
        team = self.make.team(head=self.make.head_of(self.team))
        return self.make.visit(VisitState.REPORTED, unit=self.unit, team=team, entry=Entry.NONE_FOUND)

    def finding(self, state: State = State.OPEN) -> Finding:
        if state not in self._findings:
            team = self.make.team(head=self.make.head_of(self.team))  # a plan names a unit once
            self._findings[state] = self.make.finding(state, unit=self.unit, team=team)
        return self._findings[state]

    def task(self, state: TaskState = TaskState.TODO) -> Task:
        if state not in self._tasks:
            self._tasks[state] = task(self.make, state, unit=self.unit)
        return self._tasks[state]

    @cached_property
    def task_file_id(self) -> int:
        reported = self.task(TaskState.REPORTED)
        return self.make.session.scalars(select(TaskFile.id).where(TaskFile.task_id == reported.id)).one()

    @cached_property
    def follow_up(self) -> dict[str, object]:
        """A follow-up visit that has begun, and something to look at again."""
        finding = self.finding()
        return {"visit_id": self.make.follow_up(self.unit, team=self.team).id, "finding_id": finding.id}

    @cached_property
    def grant_id(self) -> int:
        return self.make.session.scalars(select(Grant.id).where(Grant.person_id == self.officer.id)).one()

    @cached_property
    def staged_id(self) -> int:
        """Of a file of the officer's that waits for its form; its content is no longer there."""
        file = {"sha256": "0" * 64, "name": "anh.jpg", "media_type": "image/jpeg", "size": 1}
        staged = Staged(person_id=self.officer.id, page="/", received_at=clock.now(), **file)
        self.make.session.add(staged)
        self.make.session.flush()
        return staged.id

    @cached_property
    def evidence_id(self) -> int:
        finding = self.finding(State.SUBMITTED)
        return self.make.session.scalars(select(Evidence.id).where(Evidence.finding_id == finding.id)).first() or 0

    @cached_property
    def notice_id(self) -> int:
        """The officer was told that a finding came back."""
        finding = self.finding(State.RETURNED)
        told = select(Notice.id).where(Notice.subject_id == finding.id, Notice.recipient_id == self.officer.id)
        return self.make.session.scalars(told).first() or 0

    @cached_property
    def sign_in_id(self) -> int:
        """The officer is signed in elsewhere."""
        now = clock.now()
        elsewhere = SignIn(
            token_hash=f"{self.number}" * 64,
            person_id=self.officer.id,
            began_at=now,
            seen_at=now,
            address="10.0.0.1",
            device="",
        )
        self.make.session.add(elsewhere)
        self.make.session.commit()
        return elsewhere.id

    @cached_property
    def mail_id(self) -> int:
        """Still to be sent."""
        now = clock.now()
        mail = Mail(
            message_id="<1@example.vn>", address="an@example.vn", subject="1", body="1", made_at=now, next_try_at=now
        )
        self.make.session.add(mail)
        self.make.session.commit()
        return mail.id

    @cached_property
    def day_id(self) -> int:
        """A day that was decided otherwise."""
        override = DayOverride(day=date(2026, 1, 2), working=False, note="Nghỉ hoán đổi", basis="12729/VPCP-KGVX")
        self.make.session.add(override)
        self.make.session.commit()
        return override.id

    @cached_property
    def late(self) -> dict[str, object]:
        """A plan and a unit that is late under it."""
        team = self.make.team(head=self.make.head_of(self.team))
        day = clock.today() - timedelta(days=1)
        finding = self.make.finding(unit=self.unit, team=team, fixed_deadline=day)
        return {"plan_id": finding.plan_id, "unit_id": self.unit.id}

    @cached_property
    def urging_id(self) -> int:
        self.make.officer(self.unit)
        reviewer = self.make.actor(self.make.reviewer)
        where: Any = self.late
        said: Any = {"content": "Còn hạn chế quá hạn.", "seen": 0, "today": clock.today()}
        step = urge(**where, level=Level.REMINDER, actor=reviewer, **said)
        self.make.session.commit()
        return step.id

    @cached_property
    def letter_id(self) -> int:
        """The first letter to the unit that is late, a month after it was reminded."""
        reviewer = self.make.actor(self.make.reviewer)
        where: Any = self.late
        said: Any = {"content": "Còn hạn chế quá hạn.", "seen": self.urging_id}
        later = clock.today() + timedelta(days=30)
        step = urge(**where, level=Level.LETTER_1, actor=reviewer, today=later, **said)
        self.make.session.commit()
        return step.id

    @cached_property
    def conclusion_id(self) -> int:
        visit_id = self.finding().visit_id
        return self.make.session.scalars(select(Conclusion.id).where(Conclusion.visit_id == visit_id)).one()

    @cached_property
    def snapshot_id(self) -> int:
        """Of the city's reviewer."""
        today: Any = {"as_of": clock.today(), "today": clock.today(), "now": clock.now()}
        plan = self.make.session.get_one(Plan, self.visit().plan_id)
        snapshot = freeze(Of(plan.year, plan), actor=self.make.actor(self.make.reviewer), title="Báo cáo năm", **today)
        self.make.session.commit()
        return snapshot.id

    @cached_property
    def review_id(self) -> int:
        """Of the roles that people have; under way."""
        admin = self.make.actor(self.make.person(Role.ADMIN))
        review = open_review(actor=admin, now=clock.now(), today=clock.today())
        self.make.session.commit()
        return review.id

    @cached_property
    def saved_view_id(self) -> int:
        """The officer's own."""
        view = save_view(
            page="findings.index", name="Của tôi", query="timing=overdue", actor=self.make.actor(self.officer)
        )
        self.make.session.commit()
        return view.id

    @cached_property
    def template_id(self) -> int:
        """A changed template of a letter, not in force."""
        reviewer, storing = self.make.actor(self.make.reviewer), self.make.storing["storage"]
        made = {"actor": reviewer, "now": clock.now(), "storage": storing}
        kind = KINDS["conclusion"]
        template = keep_template(kind, house_template(kind), name="Mau.docx", note="", **made)
        self.make.session.commit()
        return template.id

    @cached_property
    def export_id(self) -> int:
        """The officer's own, still to be made."""
        asked: Any = {"rows": 1, "language": "vi", "on": clock.today(), "at": clock.now()}
        officer = self.make.actor(self.officer)
        export = ask_for_a_sheet("findings", "", SheetKind.XLSX, actor=officer, **asked)
        self.make.session.commit()
        return export.id

    @cached_property
    def brought_id(self) -> int:
        """Of the head of the team; its file is no longer there."""
        head = self.make.head_of(self.team)
        choices: Any = {"sheet": 0, "head": 0, "columns": {}}
        file: Any = {"name": "theo-doi.xlsx", "sha256": "0" * 64, "size": 1, "heads": "", "choices": choices}
        brought = Brought(person_id=head.id, received_at=clock.now(), **file)
        self.make.session.add(brought)
        self.make.session.flush()
        return brought.id

    @cached_property
    def checklist(self) -> Checklist:
        """Still being written."""
        return self.make.checklist(published=False)

    @cached_property
    def published(self) -> Checklist:
        return self.make.checklist()

    @cached_property
    def checked(self) -> Visit:
        """A visit that has a checklist."""
        assert self.published
        return self.visit()

    @cached_property
    def grading_id(self) -> int:
        """The table of the communes' scores, still empty."""
        now, today = clock.now(), clock.today()
        reviewer = self.make.actor(self.make.reviewer)
        grading = open_grading(today.year, UnitKind.COMMUNE, actor=reviewer, today=today, now=now)
        self.make.session.commit()
        return grading.id

    # Addresses

    def values(self, rule: Rule) -> dict[str, Any]:
        """What the address of an endpoint is made with."""
        state = IN_STATE.get(rule.endpoint)
        given: dict[str, Any] = dict(QUERIES.get(rule.endpoint, lambda _world: {})(self))
        for name in rule.arguments - given.keys():
            given[name] = ARGUMENTS[name](self, state)
        return given

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What happens inside has not happened afterwards."""
        db.session.commit()  # a savepoint of the session's own must not surround ours
        connection: Any = db.engines[None]
        savepoint = connection.begin_nested()
        try:
            yield
        finally:
            db.session.rollback()
            savepoint.rollback()
            db.session.expire_all()


ARGUMENTS: dict[str, Callable[[World, Any], object]] = {
    "unit_id": lambda world, _state: world.unit.id,
    "person_id": lambda world, _state: world.officer.id,
    "grant_id": lambda world, _state: world.grant_id,
    "sign_in_id": lambda world, _state: world.sign_in_id,
    "plan_id": lambda world, _state: world.visit().plan_id,
    "team_id": lambda world, _state: world.team.id,
    "member_id": lambda world, _state: next(iter(members_of(world.team))).id,
    "target_id": lambda world, _state: world.target.id,
    "visit_id": lambda world, state: world.visit(state or VisitState.BEGUN).id,
    "finding_id": lambda world, state: world.finding(state or State.OPEN).id,
    "task_id": lambda world, state: world.task(state or TaskState.TODO).id,
    "task_plan_id": lambda world, _state: world.task().plan_id,
    "task_file_id": lambda world, _state: world.task_file_id,
    "staged_id": lambda world, _state: world.staged_id,
    "evidence_id": lambda world, _state: world.evidence_id,
    "notice_id": lambda world, _state: world.notice_id,
    "mail_id": lambda world, _state: world.mail_id,
    "token": lambda _world, _state: "t" * 43,
    "day_id": lambda world, _state: world.day_id,
    "code": lambda _world, _state: "verify",
    "grading_id": lambda world, _state: world.grading_id,
    "year": lambda _world, _state: clock.today().year,
    "criterion": lambda _world, _state: "inspected",
    "urging_id": lambda world, _state: world.urging_id,
    "conclusion_id": lambda world, _state: world.conclusion_id,
    "snapshot_id": lambda world, _state: world.snapshot_id,
    "review_id": lambda world, _state: world.review_id,
    "view_id": lambda world, _state: world.saved_view_id,
    "export_id": lambda world, _state: world.export_id,
    "brought_id": lambda world, _state: world.brought_id,
    "kind": lambda _world, _state: "csv",
    "sheet": lambda _world, _state: "findings",
    "listing": lambda _world, _state: "findings",
    "checklist_id": lambda world, _state: world.checklist.id,
    "item_id": lambda world, _state: items_of(world.checklist.id)[0].id,
    "template_id": lambda world, _state: world.template_id,
    "ending": lambda _world, _state: "docx",
    "page": lambda _world, _state: "can-bo-don-vi",
    "name": lambda _world, _state: "no-such-picture.png",
}

IN_STATE: dict[str, State | TaskState | VisitState] = {
    "visits.begin": VisitState.PLANNED,
    "visits.edit": VisitState.PLANNED,
    "findings.recall": State.SUBMITTED,
    "findings.accept": State.SUBMITTED,
    "findings.send_back": State.SUBMITTED,
    "findings.uphold": State.DISPUTED,
    "findings.allow": State.DISPUTED,
    "findings.reopen": State.RESOLVED,
    "findings.replan": State.IN_PROGRESS,
    "findings.progress": State.IN_PROGRESS,
    "findings.discard": State.RECORDED,
    "findings.repeat": State.RECORDED,
    "recording.edit": State.RECORDED,
    "recording.conclude": VisitState.REPORTED,
    "tasks.progress": TaskState.DOING,
    "tasks.recall": TaskState.REPORTED,
    "tasks.accept": TaskState.REPORTED,
    "tasks.send_back": TaskState.REPORTED,
    "tasks.reopen": TaskState.DONE,
}
"""Endpoint -> the state in which its act is possible."""

QUERIES: dict[str, Callable[[World], dict[str, object]]] = {
    "rules.edit": lambda _world: {"code": "before:first"},
    "units.new": lambda world: {"parent": world.make.root.id},
    "visits.new": lambda world: {"target": world.target.id},
    "findings.bulk_accept": lambda world: {"id": world.finding(State.SUBMITTED).id},
    "findings.bulk_return": lambda world: {"id": world.finding(State.SUBMITTED).id},
    "findings.bulk_follow": lambda world: {"id": world.finding().id},
    "findings.bulk_extend": lambda world: {"id": world.finding().id},
    "findings.bulk_assign": lambda world: {"id": world.finding().id},
    "urging.show": lambda world: world.late,
    "urging.take": lambda world: world.late,
    "saved.new": lambda _world: {"list": "findings.index", "timing": "overdue"},
    "checklists.copy": lambda world: {"checklist_id": world.published.id},
    "recording.answers": lambda world: {"visit_id": world.checked.id},
    "visits.close": lambda world: {"visit_id": world.nothing_found.id},
    "recording.amend": lambda world: {"visit_id": world.finding().visit_id},
    "recording.attach": lambda world: {"visit_id": world.finding().visit_id},
    "recording.follow_up": lambda world: {"unit": world.finding().unit_id},
    "recording.recheck": lambda world: world.follow_up,
    "exports.grading": lambda _world: {"year": clock.today().year},
    "exports.statistics": lambda _world: {"year": clock.today().year, "period": "year"},
    "exports.reviews": lambda world: {"review_id": world.review_id},
    "exports.report": lambda world: {"plan_id": world.visit().plan_id},
    "documents.annex": lambda _world: {"year": clock.today().year, "period": "year"},
    "documents.statistics": lambda _world: {"year": clock.today().year, "code": "year"},
    "documents.urging": lambda world: {"urging_id": world.letter_id},
    "urging.number": lambda world: {"urging_id": world.letter_id},
    "letter_templates.show": lambda _world: {"code": "conclusion"},
    "letter_templates.house": lambda _world: {"code": "conclusion"},
    "letter_templates.retire": lambda _world: {"code": "conclusion"},
}
"""Endpoint -> what its address carries behind the question mark, or a record that only it needs."""
