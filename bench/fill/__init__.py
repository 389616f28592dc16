"""A register as large as asked for, made in minutes and always the same: what every measurement is made on.

`fill` puts rows straight into the tables of a database that is empty, since telling them through the services would
take a day; `check` proves afterwards that they could have come about by the services. What is derived from them
(words, counts, indexes) is made by the steps of the schema that make it for every full register. `kept` hands out
databases that were filled before.
"""

import gc
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import func, select

from bench.fill import days, told
from bench.fill.check import check
from bench.fill.country import SMALL, WHOLE, Country, found_country
from bench.fill.load import Batch, Load
from bench.fill.log import Line, Log, Person
from bench.fill.people import PASSWORD, gather
from bench.fill.sheets import sample
from bench.fill.tasks import Tasks, lists
from bench.fill.telling import Deadlines, Teller
from bench.fill.wording import Catalogue, Form, folded
from bench.fill.work import YEARS, Work, sketches
from inspect_app import create_app
from inspect_app.accounts.models import Person as Account
from inspect_app.checklists import services as checklists
from inspect_app.checklists.models import Item
from inspect_app.config import Config
from inspect_app.core import audit, clock
from inspect_app.core.actor import SYSTEM, TeamRole
from inspect_app.core.db import db
from inspect_app.findings.models import Finding
from inspect_app.findings.queries import facts
from inspect_app.plans import services as plans
from inspect_app.plans.models import Plan, Team, TeamMember
from inspect_app.units.services.lineage import keep_lineage
from inspect_app.visits.models import Visit, VisitState
from inspect_app.workdays import queries as workday_queries
from inspect_app.workdays import services as workdays

KEY = "bench-only-0123456789-abcdefghijklmnop"
SECRETS = {"SECRET_KEY": KEY, "AUDIT_KEY": KEY}
"""Of a program that serves a filled database: its log is sealed with this key."""
ROWS_ONLY = "0007"
"""The last step of the schema at which nothing is derived from findings: what is, later steps make of the rows."""
WHOLE_FROM = 10_000
"""With fewer findings the country is a small one, too."""
AT_A_TIME = 4_000
"""Findings of one transaction."""
SEARCHES = ("đất đai", "niêm yết", "an toàn thực phẩm", "quá hạn")


@dataclass(frozen=True, slots=True)
class Who:
    id: int
    username: str


@dataclass(slots=True)
class Filled:
    """A filled database, and what pages about it need to be asked for."""

    url: str
    findings: int
    seed: int
    today: date
    """The day up to which it was told."""
    storage: Path
    """The instance folder: evidence lies under it."""
    password: str = PASSWORD
    """Everybody's."""
    people: dict[str, Who] = field(default_factory=dict)
    """admin, root_reviewer, root_viewer; reviewer, viewer (of `province_id`); head, member (of the team of `plan_id`);
    officer (of `commune_id`)."""
    root_id: int = 0
    province_id: int = 0
    """In the middle of the tree: 28 plans of `year` are its own at any size from 10,000 findings on."""
    commune_id: int = 0
    """The unit that has most to answer for."""
    plan_id: int = 0
    """Of `year`, with 100 findings."""
    visit_id: int = 0
    """Concluded, under `plan_id`, with findings."""
    begun_visit_id: int = 0
    """Under `plan_id`: findings can be written down there."""
    finding_ids: dict[str, int] = field(default_factory=dict)
    """State -> one in that state, under a plan of `province_id` where there is one."""
    review_id: int = 0
    """Of access, under way."""
    sheet_ids: dict[str, int] = field(default_factory=dict)
    """Kind -> a sheet of it that was brought in and is looked at: findings by the head, history by the reviewer."""
    year: int = 0
    years: list[int] = field(default_factory=list)
    searches: tuple[str, ...] = SEARCHES
    overdue: int = 0
    """On `today`."""
    states: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    """Table -> how many."""
    seconds: dict[str, float] = field(default_factory=dict)
    """total; of it writing (the driver alone: a bare load of the same rows), indexing, derived; then telling (through
    the services) and checking."""

    def save(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), default=str, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> "Filled":
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        told["today"], told["storage"] = date.fromisoformat(told["today"]), Path(told["storage"])
        told["searches"] = tuple(told["searches"])
        told["people"] = {name: Who(**who) for name, who in told["people"].items()}
        return cls(**told)


def settings(url: str, storage: Path, **given: Any) -> Config:
    """Those of a program on a filled database."""
    return Config(DATABASE_URL=url, INSTANCE_PATH=storage, **{**SECRETS, **given})


def fill(url: str, findings: int, *, seed: int = 1, storage: Path, say: Callable[[str], None] | None = None) -> Filled:
    """Make the tables in an empty database, fill them, and check what came of it.

    `storage`: the instance folder to be. `say` is told how far it has come. Raises AssertionError where the rows could
    not have come about by the services.
    """
    storage.mkdir(parents=True, exist_ok=True)
    app = create_app(settings(url, storage))
    with app.app_context():
        flask_migrate.upgrade(revision=ROWS_ONLY)
        filled = Filled(url, findings, seed, clock.today(), storage)
        began = time.perf_counter()
        _prepare(filled.today)
        load = Load(db.engine)
        with load.unhindered(), _uncollected():
            teller = _tell(app, load, filled, Random(seed), say or silence)
        derived = time.perf_counter()
        keep_lineage()
        db.session.commit()
        flask_migrate.upgrade()
        derived = time.perf_counter() - derived
        load.finish()
        total = time.perf_counter() - began
        filled.rows, filled.states = dict(load.rows), dict(sorted(teller.states.items()))
        _point_out(filled, teller)
        telling = time.perf_counter()
        people = {name: who.id for name, who in filled.people.items()}
        filled.review_id, filled.sheet_ids = told.tell(people, filled.plan_id, filled.begun_visit_id, filled.today)
        telling = time.perf_counter() - telling
        db.session.remove()
        checking = time.perf_counter()
        check(app, filled.rows, findings)
        checking = time.perf_counter() - checking
        db.engine.dispose()
    took = {
        "total": total,
        "writing": load.writing,
        "indexing": load.indexing,
        "derived": derived,
        "telling": telling,
        "checking": checking,
    }
    filled.seconds = {name: round(seconds, 2) for name, seconds in took.items()}
    return filled


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows are let go by the hundred thousand, and none hold each other: to look for such takes a fifth of telling."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _prepare(today: date) -> None:
    """What every installation starts with, but for the units."""
    plans.load_areas()
    checklists.load_reference(actor=SYSTEM, today=today)
    workdays.load_reference(actor=SYSTEM, today=today)
    db.session.commit()


def _tell(app: Flask, load: Load, filled: Filled, rng: Random, say: Callable[[str], None]) -> Teller:
    key: bytes = app.config.get("AUDIT_KEY", SECRETS["AUDIT_KEY"]).encode()
    log = Log(key, *audit.head())
    every = db.session.scalars(select(Item).order_by(Item.position)).all()
    items = [(item.id, item.area_code, item.shortcoming, item.required) for item in every]
    form = Form(every[0].checklist_id, [(item.id, item.code) for item in every])
    calendar = workday_queries.calendar()
    db.session.rollback()
    today, year = days.number(filled.today), filled.today.year
    measures = WHOLE if filled.findings >= WHOLE_FROM else SMALL
    batch, lines = Batch(), list[Line]()
    country = found_country(measures, batch, lines, Person(1, "Quản trị", "admin"), rng)
    since = days.number(days.a_year_later(filled.today, -YEARS))
    people = gather(country, batch, lines, rng, since=since, today=today)
    log.write(lines, batch)
    load.write(batch)
    teller = Teller(
        today=today,
        rng=rng,
        people=people,
        units=country.units,
        deadlines=Deadlines(calendar),
        file=_shared_file(app),
        folded=folded,
    )
    work = Work(country, teller, Catalogue(items), form, sample(app.extensions["storage"]), year)
    plan_id, told = 0, 0
    for sketch in sketches(filled.findings, len(country.provinces), year, rng):
        plan_id = work.tell(sketch)
        told += sketch.findings
        if len(teller.batch.rows["finding"]) >= AT_A_TIME:
            _write(log, load, teller)
            say(f"{told:,} of {filled.findings:,} findings")
    for one, last in work.series.items():
        teller.batch.add("series", (one, last))
    tasks = Tasks(country, teller, year)
    for wanted in lists(filled.findings, len(country.provinces), year):
        tasks.tell(wanted)
        _write(log, load, teller)
    for one, last in tasks.series.items():
        teller.batch.add("task_series", (one, last))
    _write(log, load, teller)
    say(f"{told:,} of {filled.findings:,} findings")
    _name(filled, country, teller, plan_id)
    return teller


def _write(log: Log, load: Load, teller: Teller) -> None:
    log.write(teller.lines, teller.batch)
    teller.lines.clear()
    load.write(teller.batch)


def _shared_file(app: Flask) -> tuple[str, int, str]:
    kept = app.extensions["storage"].keep(io.BytesIO("Minh chứng để đo tốc độ.\n".encode()), limit=1000)
    return kept.sha256, kept.size, "text/plain"


def _name(filled: Filled, country: Country, teller: Teller, plan_id: int) -> None:
    """Who and what the measured pages are about. The typical plan is told last."""
    people, province = teller.people, country.provinces[0]
    filled.root_id, filled.province_id, filled.plan_id = country.root.id, province.unit.id, plan_id
    communes = [unit.id for unit in province.now if unit.kind == "commune"]
    filled.commune_id = max(communes, key=lambda unit_id: teller.live.get(unit_id, 0))
    filled.year, filled.years = filled.today.year, [filled.today.year - n for n in range(YEARS)]
    named = {
        "admin": people.admin,
        "root_reviewer": people.root_reviewer,
        "root_viewer": people.root_viewer,
        "reviewer": people.reviewers[province.unit.id],
        "viewer": people.viewers[province.unit.id],
        "officer": people.officers[filled.commune_id],
    }
    filled.people = {name: Who(person.id, person.username) for name, person in named.items()}


def _point_out(filled: Filled, teller: Teller) -> None:
    for name, role in (("head", TeamRole.HEAD), ("member", TeamRole.MEMBER)):
        seat = select(Account.id, Account.username).join(TeamMember, TeamMember.person_id == Account.id)
        seat = seat.join(Team, Team.id == TeamMember.team_id).where(Team.plan_id == filled.plan_id)
        found = db.session.execute(seat.where(TeamMember.role == role).order_by(TeamMember.id).limit(1)).one()
        filled.people[name] = Who(*found)
    of_plan = select(Visit.id).where(Visit.plan_id == filled.plan_id).order_by(Visit.id)
    concluded = of_plan.where(Visit.state == VisitState.CONCLUDED)
    filled.visit_id = db.session.scalar(concluded.limit(1)) or 0
    filled.begun_visit_id = db.session.scalar(of_plan.where(Visit.state == VisitState.BEGUN).limit(1)) or 0
    near = Plan.issuing_unit_id != filled.province_id
    for state in filled.states:
        one = select(Finding.id).join(Plan, Plan.id == Finding.plan_id).where(Finding.state == state)
        found_id = db.session.scalar(one.order_by(near, Plan.year.desc(), Finding.id).limit(1))
        filled.finding_ids[state] = found_id or 0
    filled.overdue = db.session.scalar(select(func.count()).where(facts.overdue(Finding, filled.today))) or 0


def silence(sentence: str) -> None:
    """Who asks for nothing is told nothing."""


def progress(sentence: str) -> None:
    """On a terminal one line that is rewritten, elsewhere nothing."""
    if sys.stderr.isatty():
        print(f"\r{sentence:<60}", end="", file=sys.stderr, flush=True)
