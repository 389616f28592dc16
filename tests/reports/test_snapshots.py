"""Frozen figures: what they hold, who may open them, and that they tell whether today's data still give the same."""

import json
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import NotAllowed
from inspect_app.core.loading import load
from inspect_app.findings.models import FOREVER
from inspect_app.plans.models import PlanKind
from inspect_app.reports import queries, services
from inspect_app.reports.models import Snapshot
from inspect_app.reports.queries import Day
from inspect_app.reports.queries.frozen import figures, freezing
from inspect_app.reports.queries.frozen.ahead import ahead
from inspect_app.reports.queries.frozen.document import canonical
from inspect_app.reports.queries.frozen.freezing import Of, measure
from inspect_app.reports.queries.frozen.snapshots import check
from inspect_app.reports.queries.overview.lines import View
from inspect_app.reports.queries.overview.whole import overview
from inspect_app.reports.queries.tally import NAMES
from inspect_app.reports.views import snapshots
from inspect_app.units.models import UnitKind
from tests.reports.world import Story
from tests.support.days import TODAY, ago

SUMMED = tuple(name for name in NAMES if name not in ("days", "entered_after"))


class Told:
    """A plan of a district, a ward in it and a department; figures of ten days ago are frozen."""

    day = ago(10)

    def __init__(self, make):
        self.make, self.story = make, Story(make)
        self.plan = self.story.plan
        self.of = Of(self.plan.year, self.plan)
        self.district = make.unit("Quận Cái Răng", kind=UnitKind.DISTRICT)
        self.ward = make.unit("Phường Lê Bình", parent=self.district)
        self.department = make.unit("Sở Y tế", kind=UnitKind.DEPARTMENT)
        self.found = []
        for place, areas in ((self.ward, ("I", "III", "III")), (self.department, ("V", "KL"))):
            self.found += self.story.inspect(place, ago(90), areas, concluded=ago(80), days=30)[1]
        first, second, third, fourth, _fifth = self.found
        self.story.settle(first.id, ago(70), ago(60))
        self.story.tell(second.id, "submit", ago(65))
        self.story.tell(second.id, "return", ago(64))
        self.story.settle(second.id, ago(40), ago(30))
        self.story.tell(fourth.id, "withdraw", ago(20))
        third.repeats_id = first.id
        make.session.commit()

    def freeze(self, person=None, day=None):
        actor = self.make.actor(person or self.make.reviewer)
        asked: dict[str, Any] = {"as_of": day or self.day, "today": TODAY, "now": clock.now()}
        snapshot = services.freeze(self.of, actor=actor, title="Báo cáo năm", **asked)
        self.make.session.commit()
        return snapshot

    def check(self, snapshot, person=None):
        load(snapshot, "plan", "unit")
        return check(snapshot, self.make.actor(person or self.make.reviewer))


@pytest.fixture
def told(make):
    return Told(make)


def it_stays_as_it_is_and_tampering_shows(told, snapshot):
    for statement in ("UPDATE snapshot SET title = 'x'", "DELETE FROM snapshot"):
        with pytest.raises(DBAPIError, match="a snapshot stays"), db.session.begin_nested():
            db.session.execute(text(statement))

    # Somebody who owns the database drops the trigger, writes better figures and a hash that fits.
    on = " ON snapshot" if db.engine.dialect.name == "postgresql" else ""
    db.session.execute(text(f"DROP TRIGGER snapshot_is_not_changed{on}"))
    better = json.loads(snapshot.document)
    better["findings"][2]["counts_as"].append("resolved")
    for fitting in (snapshot.sha256, sha256(canonical(better).encode()).hexdigest()):
        forged = {"document": canonical(better), "sha256": fitting, "id": snapshot.id}
        db.session.execute(text("UPDATE snapshot SET document = :document, sha256 = :sha256 WHERE id = :id"), forged)
        db.session.expire_all()
        snapshot = db.session.get_one(Snapshot, snapshot.id)
        found = told.check(snapshot)
        assert not found.whole
        assert not found.sums_hold


def test_it_holds_what_the_report_says_tells_what_differs_since_and_stays_as_it_is(told, make, monkeypatch):
    monkeypatch.setattr(freezing, "AT_A_TIME", 2)
    for day in (told.day, ago(50), ago(85)):
        measured = measure(told.of, make.root, day)
        report = queries.report(told.plan, actor=make.actor(make.reviewer), day=Day(day, FOREVER))
        by_area = {line.code: line.tally for line in report.areas}
        by_kind = {line.kind.value: line.tally for line in report.kinds}
        for said, tally in (
            (measured.figures["total"], report.total),
            *((measured.figures["by_area"][code], tally) for code, tally in by_area.items()),
            *((measured.figures["by_kind"].get(kind, {}), tally) for kind, tally in by_kind.items()),
        ):
            assert {name: said.get(name, 0) for name in SUMMED} == {name: getattr(tally, name) for name in SUMMED}
            assert said.get("days_taken", 0) == sum(tally.days)
        assert measured.figures["total"].get("targets", 0) == report.targets
        assert measured.figures["total"].get("inspected", 0) == report.inspected

        year = measure(Of(told.plan.year), make.root, day).figures["total"]
        seen = overview(View(told.plan.year, Day(day, TODAY)), actor=make.actor(make.reviewer))
        for name in ("counted", "resolved", "on_time", "overdue"):
            assert year.get(name, 0) == getattr(seen.total, name), name
        assert (year.get("targets", 0), year.get("inspected", 0)) == (seen.plans.targets, seen.plans.inspected)

    snapshot = told.freeze()
    assert snapshot.sha256 == sha256(snapshot.document).hexdigest()
    assert canonical(json.loads(snapshot.document)).encode() == snapshot.document
    found = told.check(snapshot)
    assert found.same
    assert found.whole
    assert found.sums_hold
    assert found.log_holds

    # What counts for a later day changes nothing.
    told.story.tell(told.found[2].id, "submit", ago(5))
    assert told.check(snapshot).same

    # An entry for an earlier day does, and is named.
    late = told.found[4]
    told.story.settle(late.id, ago(55), ago(50))
    told.story.inspect(told.district, ago(40), ("VII",), concluded=ago(35))
    found = told.check(snapshot)
    changed, joined = found.differences
    assert (changed.code, changed.entered.by, found.entered_after) == (late.code, told.story.head.name, 2)
    assert ("state", "open", "resolved") in changed.changes
    assert changed.newly == ["early", "judged", "on_time", "resolved"]
    assert not joined.before
    assert joined.after["area"] == "VII"
    (place,) = found.places
    assert (place.name, place.before, place.after) == ("Quận Cái Răng", "", "concluded")
    assert place.entered.by == told.story.head.name
    assert ("resolved", 2, 3) in found.moved_figures
    assert ("counted", 4, 5) in found.moved_figures
    assert found.whole
    assert found.log_holds

    # What no entry explains is told apart: somebody changed the data themselves.
    db.session.execute(text("UPDATE span SET days_late = 9 WHERE finding_id = :id"), {"id": told.found[0].id})
    found = told.check(snapshot)
    assert found.differences[0].code == told.found[0].code
    assert found.differences[0].entered is None

    it_stays_as_it_is_and_tampering_shows(told, told.freeze())


def test_pages_are_for_whoever_reads_all_of_the_scope_and_two_presses_give_one(told, make, browser, monkeypatch):
    local, leader = make.person(Role.REVIEWER, told.district), make.person(Role.VIEWER, told.district)
    address = {"plan_id": told.plan.id, "as_of": told.day.isoformat()}
    report = browser.signed_in_as(make.reviewer).get("reports.plan", **address)
    assert "Chốt số liệu" in report.main
    assert "Đã chốt" not in report.main
    form = browser.get("snapshots.new", **address)
    typed = {"once": form.html.select_one("[name=once]")["value"], "title": "Báo cáo năm 2026"}
    assert browser.post("snapshots.new", data={**typed, "title": " "}, status=422, **address).error_on("title")
    first = browser.post("snapshots.new", data=typed, **address)
    again = browser.post("snapshots.new", data=typed, **address)
    assert first.location == again.location
    assert browser.get("snapshots.index").total == 1
    assert "Đã chốt" in browser.get("reports.plan", **address).main

    page = browser.visit(first.location)
    assert "Dữ liệu hiện nay vẫn cho kết quả như vậy." in page.main
    file = browser.client.get(f"{first.location}/document")
    assert sha256(file.data).hexdigest() in page.main
    taken = db.session.scalars(select(Event).where(Event.action == "snapshot:download")).one()
    assert taken.actor_id == make.reviewer.id
    told.story.settle(told.found[4].id, ago(55), ago(50))
    page = browser.visit(first.location)
    assert "1 hạn chế khác với khi chốt, trong đó 1 do nhập vào sổ sau khi chốt" in page.main
    assert told.found[4].code in page.main

    monkeypatch.setattr(snapshots, "LISTED", 2)
    codes, turned = [], first.location
    while turned:
        page = browser.visit(turned)
        codes += [row.get_text() for row in page.html.select("#counted tbody th")]
        onwards = page.html.select_one("#counted a[rel=next]")
        turned = str(onwards["href"]).partition("#")[0] if onwards else ""
    assert codes == [row["code"] for row in json.loads(file.data)["findings"]]
    assert len(codes) > 2

    browser.signed_in_as(local).visit(first.location, status=404)
    assert browser.get("snapshots.index").total == 0
    own = told.freeze(local)
    assert json.loads(own.document)["figures"]["total"]["counted"] == 3
    browser.signed_in_as(leader).get("snapshots.show", snapshot_id=own.id)
    browser.visit(first.location, status=404)
    for person in (leader, told.story.head, told.story.officer):
        with pytest.raises(NotAllowed):
            told.freeze(person)


def test_what_is_about_to_be_frozen_is_what_the_document_will_say(told, make):
    self_plan = make.plan(PlanKind.SELF, year=told.plan.year)
    make.self_inspection(self_plan, told.ward, day=ago(30))
    make.self_inspection(self_plan, told.department, day=ago(20))
    make.session.commit()
    assert figures.figures(figures.Sums(), [], [], {})["total"] == {}
    for of in (told.of, Of(told.plan.year), Of(self_plan.year, self_plan), Of(told.plan.year - 3)):
        for scope in (make.root, told.district, told.department):
            for day in (TODAY, told.day, ago(25), ago(50), ago(85), ago(400)):
                said = ahead(of, scope, day)._asdict()
                total = measure(of, scope, day).figures["total"]
                assert said == {name: total.get(name, 0) for name in said}, (of, scope.name, day)


def test_self_inspections_are_counted_one_by_one(make):
    plan, unit = make.plan(PlanKind.SELF), make.unit()
    make.self_inspection(plan, unit, day=ago(30))
    asked: dict[str, Any] = {"as_of": ago(10), "today": TODAY, "now": clock.now()}
    snapshot = services.freeze(Of(plan.year), actor=make.actor(make.reviewer), title="Báo cáo", **asked)
    make.session.commit()
    assert json.loads(snapshot.document)["figures"]["by_unit"] == {str(unit.id): {"self_inspections": 1}}
    make.self_inspection(plan, unit, day=ago(20))
    load(snapshot, "plan", "unit")
    assert check(snapshot, make.actor(make.reviewer)).visits == (1, 0)
