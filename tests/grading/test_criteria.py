"""The two criteria worked out from the year's inspections, the rows behind them, and the bundle that proves them."""

import csv
import hashlib
import io
import zipfile
from dataclasses import replace
from typing import Any

from flask import current_app, g

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.findings.models import Evidence, State
from inspect_app.grading import queries
from inspect_app.grading.models import Criterion
from inspect_app.grading.policy import DEFAULTS
from inspect_app.plans.models import PlanKind
from inspect_app.reports.queries import Day
from inspect_app.units.models import UnitKind
from inspect_app.visits.models import VisitState
from tests.grading.world import City, city, days_ago

RULES = {UnitKind.DEPARTMENT: DEFAULTS, UnitKind.DISTRICT: DEFAULTS}
INSPECTED, HANDLED = Criterion.INSPECTED, Criterion.HANDLED


def inspected(make) -> City:
    """A resolved and an open finding at two of three departments, a surprise ahead at the third; one district done."""
    town = city(make)
    plan = make.plan()
    team = make.team(plan)
    a, b, c = town.departments
    make.finding(State.RESOLVED, unit=a, team=team, sent=days_ago(5), judged=days_ago(3))
    make.finding(State.OPEN, unit=b, team=team)
    again = make.team(make.plan(PlanKind.SURPRISE))
    make.visit(VisitState.CLOSED, unit=a, team=again, day=days_ago(20))
    make.visit(VisitState.PLANNED, unit=c, team=again)
    make.finding(State.RESOLVED, unit=town.districts[0], team=make.team(make.plan(PlanKind.SURPRISE)))
    make.self_inspection(unit=town.districts[1])
    return replace(town, year=plan.year)


def shares(town: City, actor: Any, day: Day) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (measure.kind.value, criterion.value): (award.part, award.whole)
        for measure in queries.measures(actor, town.year, day, RULES)
        for criterion, award in measure.awards.items()
    }


def test_both_criteria_count_exactly_what_their_lists_show(make, browser, session):
    town = inspected(make)
    today = clock.today()
    now, then = Day(today, today), Day(days_ago(4), today)
    assert shares(town, town.writer, now) == {
        ("department", "inspected"): (2, 3),
        ("department", "handled"): (1, 2),
        ("district", "inspected"): (1, 2),
        ("district", "handled"): (1, 1),
    }
    assert shares(town, town.writer, then)["department", "handled"] == (0, 2), "it was accepted a day later"
    assert shares(town, town.writer, then)["department", "inspected"] == (2, 3)
    narrow = make.actor(make.person(Role.VIEWER, town.districts[0]))
    assert shares(town, narrow, now) == {("district", "inspected"): (1, 1), ("district", "handled"): (1, 1)}

    page = browser.signed_in_as(make.reviewer).get("grading.criteria", year=town.year)
    assert "2/3 = 66,7%" in page.main
    assert "1,00 × 100% = 1,00 điểm" in page.main
    assert "dưới 70%, không có điểm" in page.main
    links = page.html.select("main a[data-count]")
    assert len(links) == 8
    for link in links:
        assert browser.visit(link["href"]).total == int(link["data-count"]), link["href"]
    browser.get("grading.criteria", year=town.year, as_of="01/01/2101", status=422)
    browser.get("grading.counted", year=town.year, criterion="guessed", status=404)
    browser.get("grading.criteria", year=1999, status=404)


def fetched(browser, address: str) -> tuple[str, zipfile.ZipFile]:
    """The media type of what is sent, and the bundle."""
    for name in list(g):
        g.pop(name)  # as the browser of the tests does: the request shares the test's context
    with browser.client.post(address) as answer:
        return answer.mimetype, zipfile.ZipFile(io.BytesIO(answer.get_data()))


def test_a_bundle_holds_the_files_with_their_hashes_and_says_what_is_missing(make, browser, session):
    town = inspected(make)
    asked = {"year": town.year, "criterion": "handled", "kind": "department"}
    browser.signed_in_as(make.reviewer)
    page = browser.get("grading.evidence", **asked)
    assert "Thông báo kết luận" in page.main
    address = browser.address("grading.download", asked)

    media_type, package = fetched(browser, address)
    assert media_type == "application/zip"
    assert package.testzip() is None
    listed = package.read("SHA256SUMS").decode().splitlines()
    sums = {place: digest for digest, place in (line.split("  ") for line in listed)}
    assert sums.keys() == set(package.namelist()) - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert name.isascii()
        assert hashlib.sha256(package.read(name)).hexdigest() == digest, name
    rows = list(csv.reader(io.StringIO(package.read("manifest.csv").decode("utf-8-sig"))))[1:]
    (evidence,) = [row for row in rows if row[1]]
    assert evidence[1].startswith("minh-chung/")
    assert sums[evidence[1]] == evidence[7]
    assert [row[2] for row in rows][:3] == [
        *("Kế hoạch kiểm tra", "Quyết định thành lập đoàn kiểm tra", "Thông báo kết luận")
    ]
    assert "1/2 = 50%" in package.read("tieu-chi.txt").decode("utf-8-sig")
    left = session.query(Event).filter_by(action="grading:bundle").one()
    assert left.payload["manifest"] == sums["manifest.csv"]

    file = session.query(Evidence).filter_by(sha256=evidence[7]).one()
    kept = current_app.extensions["storage"].path(file.sha256)
    content = kept.read_bytes()
    kept.write_bytes(content + b"!")
    assert "không còn nguyên vẹn" in browser.open("POST", address, status=422).main
    kept.unlink()
    refused = browser.open("POST", address, status=422)
    assert "Thiếu nội dung của 1 tệp" in refused.main
    assert "Thiếu tệp" in refused.main
    without = fetched(browser, address + "&without_missing=1")[1]
    rows = list(csv.reader(io.StringIO(without.read("manifest.csv").decode("utf-8-sig"))))[1:]
    assert [row[9] for row in rows if row[7] == file.sha256] == ["Thiếu tệp: không tìm thấy nội dung trong kho"]
    assert not [name for name in without.namelist() if "/" in name]
    kept.write_bytes(content)

    browser.signed_in_as(make.officer(town.departments[0]))
    browser.open("POST", address, status=403)
    browser.signed_in_as(make.person(Role.VIEWER, town.districts[0]))
    assert "Chưa có tài liệu nào" in browser.open("POST", address, status=422).main


def test_the_first_criterion_is_proved_by_plans_decisions_and_notices(make):
    town = inspected(make)
    day = Day(clock.today(), clock.today())
    found = queries.documents(town.writer, town.year, day, INSPECTED, UnitKind.DEPARTMENT)
    assert [one.what.value for one in found] == ["plan", "plan", "team", "team", "conclusion", "conclusion", "visit"]
    assert queries.documents(make.actor(make.person(Role.ADMIN)), town.year, day, HANDLED) == []
