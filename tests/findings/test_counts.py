"""What is kept beside findings is what there is, whatever happens to them, and can be made anew."""

from typing import Any

from flask import current_app
from sqlalchemy import delete, select, update

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.core.loading import load
from inspect_app.findings import services
from inspect_app.findings.commands import recount
from inspect_app.findings.models import By, Finding, FindingCount, PlanStanding, Verification
from inspect_app.findings.services import counts, custody
from inspect_app.findings.services.custody import Decision
from inspect_app.plans import services as plans
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.units.models import UnitKind
from inspect_app.visits.models import Visit
from tests.support.make import Make
from tests.support.threads import at_once

TODAY = clock.today()
NOW: dict[str, Any] = {"on": TODAY, "today": TODAY}


def kept(by: By, year: int = TODAY.year) -> dict[int, tuple[int, int]]:
    """Key -> counted and resolved, where anything is."""
    rows = db.session.scalars(select(FindingCount).where(FindingCount.year == year, FindingCount.by == by))
    return {row.key: (row.counted, row.resolved) for row in rows if row.counted or row.resolved}


def test_a_finding_is_kept_where_it_counts_and_follows_what_happens_to_it(make):
    make.finding("recorded")
    moved, done = make.finding("open"), make.finding("resolved")
    at_first, heir = moved.unit_id, make.unit()
    reviewer = make.actor(make.reviewer)
    assert kept(By.PLAN) == {moved.plan_id: (1, 0), done.plan_id: (1, 1)}
    custody.move(moved, heir, actor=reviewer, decision=Decision("1/QĐ", TODAY), **NOW)
    db.session.commit()
    assert kept(By.UNIT).keys() == {at_first, done.unit_id}
    assert kept(By.RESPONSIBLE).keys() == {heir.id, done.unit_id}
    assert kept(By.AT).keys() == {at_first, heir.id, done.unit_id}

    services.withdraw(moved, actor=reviewer, reason="Nhầm.", decision="2/QĐ", **NOW)
    db.session.commit()
    assert kept(By.PLAN) == {done.plan_id: (1, 1)}
    assert kept(By.AT).keys() == {at_first, heir.id, done.unit_id}  # on an earlier day it counted there
    assert list(counts.differences()) == []

    within = db.session.begin_nested()
    services.reopen(done, actor=reviewer, reason="Tái diễn.", deadline=TODAY.replace(year=TODAY.year + 1), **NOW)
    within.rollback()
    plan = db.session.get_one(Plan, done.plan_id)
    load(plan, "issuing_unit")
    plans.change_plan(plan, year=TODAY.year - 1, title=plan.title, actor=reviewer, today=TODAY)
    db.session.commit()
    assert kept(By.PLAN) == {}
    assert kept(By.PLAN, TODAY.year - 1) == {done.plan_id: (1, 1)}
    assert list(counts.differences()) == []


def test_how_far_inspections_have_come_is_kept(make):
    team = make.team()
    make.target(team=team)
    gone = make.target(team=team)
    for state in ("planned", "begun", "concluded", "closed", "cancelled"):
        make.visit(state, team=team)
    make.remove(gone)
    by_units = make.plan(PlanKind.SELF)
    make.self_inspection(by_units)
    standing = db.session.get_one(PlanStanding, (team.plan_id, UnitKind.COMMUNE))
    numbers = [getattr(standing, name) for name in ("targets", "inspected", "told", "ended", "nothing_found")]
    assert numbers == [6, 3, 2, 2, 1]
    assert db.session.get_one(PlanStanding, (by_units.id, UnitKind.COMMUNE)).self_reported == 1
    assert list(counts.differences()) == []


def test_an_operator_sees_what_differs_and_counts_it_anew(make):
    finding = make.finding("resolved")
    command, year = current_app.test_cli_runner(), TODAY.year
    assert command.invoke(recount, ["--check"]).exit_code == 0
    db.session.execute(update(FindingCount).where(FindingCount.by == By.PLAN).values(resolved=7))
    db.session.execute(delete(FindingCount).where(FindingCount.by == By.UNIT))
    db.session.execute(delete(PlanStanding))
    db.session.commit()
    said = command.invoke(recount, ["--check"])
    assert said.exit_code == 1
    assert f"{year} plan {finding.plan_id}: kept 1/7/0/0/0/20, counted 1/1/0/0/0/20" in said.output
    assert f"{year} unit {finding.unit_id}: kept 0/0/0/0/0/0, counted 1/1/0/0/0/20" in said.output
    assert f"standing {finding.plan_id} commune: kept 0/0/0/0/0/0/0, counted 1/1/" in said.output
    assert command.invoke(recount).exit_code == 0
    assert command.invoke(recount, ["--check"]).exit_code == 0


def test_many_at_once_under_one_plan_are_all_counted_and_nobody_waits_for_ever(own_app):
    with own_app.app_context():
        make = Make(db.session)
        team = make.team()
        ids = [make.finding("submitted", team=team).id for _ in range(3)]
        several = [make.finding(team=team).id for _ in range(3)]
        visit_id, storing = make.visit(team=team).id, make.storing
        reviewer, head = make.actor(make.reviewer), make.actor(make.head_of(team))
        db.session.rollback()

        def act(person: int) -> None:
            if person < len(ids):
                one = db.session.get_one(Finding, ids[person])
                services.accept(one, actor=reviewer, method=Verification.DOCUMENTS, **NOW)
            elif person < 5:
                for number in several:
                    one = db.session.get_one(Finding, number)
                    services.extend(one, actor=reviewer, until=TODAY.replace(year=TODAY.year + 1), reason="Chờ.", **NOW)
            else:
                visit = db.session.get_one(Visit, visit_id)
                services.record(visit, [Make(db.session).particulars()], actor=head, today=TODAY, **storing)
            db.session.commit()

        said = at_once(own_app, act, people=8)
        assert said[:3] == [None] * 3
        assert said[5:] == [None] * 3
        assert kept(By.PLAN) == {team.plan_id: (6, 3)}
        assert list(counts.differences()) == []
