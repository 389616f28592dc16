"""Visits and targets are found the same however they are read, and read by indexes for who sees but a part."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role, covers_everything
from inspect_app.core.counting import number_of
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_with
from inspect_app.core.text import fold
from inspect_app.plans.models import Plan, PlanKind, Team
from inspect_app.units.models import UnitKind
from inspect_app.visits import queries
from inspect_app.visits.models import Visit, VisitState
from inspect_app.visits.queries import Filter, Planned
from tests.support.plans import explained, plans, watched

TODAY = clock.today()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def district(make):
    return make.unit("Quận Bình Thủy", kind=UnitKind.DISTRICT)


@pytest.fixture
def ward(make, district):
    return make.unit("Phường Long Hòa", parent=district)


@pytest.fixture
def readers(make, district, ward):
    """Name -> an actor, each of another kind; the last ones see visits in more than one way."""
    team = make.team(make.plan(PlanKind.SURPRISE))
    several = make.person(Role.REVIEWER, district)
    for role, unit in ((Role.VIEWER, make.root), (Role.OFFICER, ward)):
        make.grant(several, role, unit)
    seated = make.head_of(team)
    for role, unit in ((Role.REVIEWER, district), (Role.OFFICER, make.unit())):
        make.grant(seated, role, unit)
    people = {
        "country": make.reviewer,
        "leader": make.person(Role.VIEWER),
        "province": make.person(Role.REVIEWER, district),
        "viewer": make.person(Role.VIEWER, district),
        "officer": make.officer(ward),
        "member": make.sitting(team),
        "several": several,
        "seated": seated,
        "admin": make.person(Role.ADMIN),
    }
    return {name: make.actor(person) for name, person in people.items()}


@pytest.fixture
def register(make, readers, district, ward):
    """A visit in each state of each kind of plan, issued by the city or the district, here and elsewhere."""
    elsewhere = make.unit("Xã Thới Hưng")
    for kind, issuer in product((PlanKind.SCHEDULED, PlanKind.SURPRISE), (make.root, district)):
        plan = make.plan(kind, issuer=issuer)
        places = [(ward, make.team(plan)), (elsewhere, make.team(plan)), (district, make.team(plan))]
        for (unit, team), state in zip(
            places, (VisitState.PLANNED, VisitState.REPORTED, VisitState.CANCELLED), strict=True
        ):
            make.visit(state, unit=unit, team=team)
    (seat,) = readers["member"].seats
    make.visit("planned", unit=elsewhere, team=db.session.get_one(Team, seat.team_id), day=YESTERDAY)
    make.visit("concluded", unit=ward, day=YESTERDAY)
    make.self_inspection(unit=ward)
    make.target(make.plan(PlanKind.SURPRISE), ward, month=3)
    make.remove(make.target(unit=ward))


VISITS = {
    "all": Filter(),
    "planned": Filter(states=(VisitState.PLANNED,)),
    "past": Filter(as_of=YESTERDAY),
    "words": Filter(text="long hoa"),
    "kind": Filter(kinds=(PlanKind.SURPRISE,), unit_kinds=(UnitKind.COMMUNE,)),
    "days": Filter(since=YESTERDAY, until=YESTERDAY),
    "mine": Filter(mine=True),
}
PLANNED = {
    "all": Planned(),
    "begun": Planned(begun=True),
    "ahead": Planned(begun=False),
    "year": Planned(year=TODAY.year, kinds=(UnitKind.COMMUNE,)),
    "words": Planned(text="long hoa"),
    "past": Planned(as_of=YESTERDAY),
}


@pytest.mark.tried_on("sqlite", "postgresql")
def test_gathered_or_walked_the_same_visits_are_found_and_counted(readers, register, ward):
    for (who, actor), (name, wanted) in product(readers.items(), VISITS.items()):
        for narrowed in (wanted, replace(wanted, within_unit=ward)):
            rows = db.session.execute(queries.listing(actor, narrowed)).all()
            known = db.session.execute(queries.listing(actor, replace(narrowed, states=()))).all()
            for total in (0, queries.MOST_GATHERED + 1):
                ids = queries.chosen(actor, narrowed, total=total)
                found = db.session.scalars(ids, filling_with(actor, narrowed)).all()
                assert sorted(found) == sorted(row.id for row in rows), (who, name, total)
            counted = {state: number for state, number in queries.tally(actor, narrowed).items() if number}
            assert counted == Counter(row.state for row in known), (who, name)


@pytest.mark.tried_on("sqlite", "postgresql")
def test_the_list_of_targets_is_the_rows_of_the_schedule(readers, register, ward):
    for (who, actor), (name, wanted) in product(readers.items(), PLANNED.items()):
        for narrowed in (wanted, replace(wanted, unit=ward)):
            day = narrowed.as_of or TODAY
            known = db.session.execute(queries.schedule(actor, day)).all()
            rows = sorted((row for row in known if _fits(row, narrowed)), key=_by_id)
            whole = db.session.execute(queries.schedule(actor, day, narrowed)).all()
            assert sorted(whole, key=_by_id) == rows, (who, name)
            ids, keys = queries.planned(actor, narrowed, day)
            told = queries.told_of(actor, day)(ids.order_by(*keys).limit(50).subquery())
            found = db.session.execute(told, filling_with(actor, narrowed)).all()
            assert sorted(found, key=_by_id) == rows, (who, name)


def _fits(row, wanted):
    """What `PLANNED` asks of a row, in plain words; the ward has no units of its own."""
    return (
        wanted.year in (None, db.session.get_one(Plan, row.plan_id).year)
        and (not wanted.kinds or row.unit_kind in wanted.kinds)
        and wanted.begun in (None, bool(row.begun))
        and wanted.text in fold(row.unit_name)
        and (wanted.unit is None or row.unit_id == wanted.unit.id)
    )


def _by_id(row):
    return row.id


PARTS = ("province", "viewer", "officer", "member", "several", "seated")
"""Readers of whom no list reads everything."""


def test_who_sees_a_part_gathers_visits_by_its_indexes(readers, ward, session, plan_of):
    for (who, actor), name in product(_parts(readers), VISITS.keys() - {"days"}):
        for narrowed in (VISITS[name], replace(VISITS[name], within_unit=ward)):
            with watched(session.connection()) as asked:
                queries.tally(actor, narrowed)
            counting = plans(session.connection(), asked, without=("seqscan",))
            assert not _whole("visit", counting), (who, name, counting)


@pytest.mark.only_on("sqlite")
def test_few_visits_are_gathered_and_not_walked(readers, ward, plan_of):
    for (who, actor), (name, wanted) in product(_parts(readers), VISITS.items()):
        for narrowed in (wanted, replace(wanted, within_unit=ward)):
            plan = plan_of(_latest(actor, narrowed, total=0))
            assert not _whole("visit", plan), (who, name, plan)


def test_of_many_the_latest_are_walked(readers, session):
    for who in ("country", "leader", "province", "viewer", "several"):
        latest = _latest(readers[who], Filter(), total=queries.MOST_GATHERED + 1)
        plan = explained(session, latest, without=("seqscan", "bitmapscan", "sort"))
        assert "ix_visit_day" in " ".join(plan), (who, plan)
        assert not [line for line in plan if "Sort" in line or "TEMP B-TREE" in line], (who, plan)


@pytest.mark.only_on("sqlite")  # of a few rows PostgreSQL takes whichever index it has measured last
def test_what_a_province_has_is_counted_from_indexes_alone(readers, session, plan_of):
    with watched(session.connection()) as asked:
        queries.tally(readers["province"])
    ids, _keys = queries.planned(readers["province"], Planned(), TODAY)
    targets = select(number_of(ids)).params(filling_with(readers["province"], Planned()))
    of_visits = plans(session.connection(), asked, without=("seqscan", "bitmapscan"))
    for table, plan in (("visit", of_visits), ("target", plan_of(targets))):
        for index in (f"ix_{table}_unit_facts", f"ix_{table}_plan_facts"):
            line = next((line for line in plan if index in line), "")
            assert "COVERING" in line or "Index Only" in line, (index, plan)


def test_who_sees_a_part_gathers_targets_by_its_indexes(readers, ward, plan_of):
    parts = [(who, actor) for who, actor in _parts(readers) if not covers_everything(actor.grants)]
    for (who, actor), (name, wanted) in product(parts, PLANNED.items()):
        for narrowed in (wanted, replace(wanted, unit=ward)):
            ids, keys = queries.planned(actor, narrowed, narrowed.as_of or TODAY)
            plan = plan_of(ids.order_by(*keys).limit(51).params(filling_with(actor, narrowed)))
            assert not _whole("target", plan), (who, name, plan)


@pytest.fixture
def plan_of(session):
    return lambda query: explained(session, query, without=("seqscan", "bitmapscan"))


def _parts(readers):
    return [(who, readers[who]) for who in PARTS]


def _latest(actor, wanted, *, total):
    rows = queries.chosen(actor, wanted, total=total).order_by(Visit.day.desc(), Visit.id.desc()).limit(51)
    return rows.params(filling_with(actor, wanted))


def _whole(table, plan):
    """The lines that read all rows of the table, or walk them."""
    return [
        line
        for line in plan
        if line.startswith(f"SCAN {table}") or f"Seq Scan on {table}" in line or f"ix_{table}_day" in line
    ]
