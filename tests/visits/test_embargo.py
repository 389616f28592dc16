"""A surprise that has not begun exists for nobody but its plan's teams and the unit that issued it.

Not by a name, not by a count, not by what a list offers to choose from: every page reads word for word as if the plan
had never been written.
"""

import re
from datetime import timedelta

import pytest
from flask import g

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.plans.models import PlanKind
from inspect_app.units.models import UnitKind
from inspect_app.visits import services

TODAY = clock.today()
A_DAY = timedelta(days=1)
ARGUMENTS = {"unit_id", "plan_id", "team_id", "visit_id", "finding_id"}
ABOUT_PLANS = {"home", "plans", "visits", "findings", "conclusions", "reports", "units", "urging", "inbox"}
"""Whose pages could tell."""
LISTS = ("/", "/visits/", "/visits/schedule", "/plans/", "/search?q=dot+xuat")
ASKED = (
    *LISTS,
    "/search?q=Cai+Khe",
    "/findings/?q=Cai+Khe",
    "/visits/?q=Cai+Khe",
    "/visits/?state=planned",
    "/visits/?plan_kind=surprise",
    "/visits/?follow_up=1",
    "/visits/schedule?begun=0",
    "/plans/?q=dot+xuat",
    "/plans/?kind=surprise",
    "/units/?q=Cai+Khe",
)


def addresses(app, browser, known):
    """Every page of these features that can be opened with what is known beforehand."""
    found = []
    for rule in app.url_map.iter_rules():
        opened = "GET" in rule.methods and rule.endpoint.partition(".")[0] in ABOUT_PLANS
        if opened and rule.arguments <= ARGUMENTS:
            found.append(browser.address(rule.endpoint, {name: known[name] for name in rule.arguments}))
    return sorted({*found, *ASKED, *(f"/visits/?unit={known['unit_id']}", f"/findings/?unit={known['unit_id']}")})


def read(browser, person, paths):
    """Path -> status and page as its reader sees it; keys that are new each time are left out."""
    browser.signed_in_as(person)
    seen = {}
    for path in paths:
        for name in list(g):
            g.pop(name)  # requests share the test's context, and what extensions cached on it
        response = browser.client.get(path)
        text = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        shown = re.sub(r'name="(once|csrf_token)" [^>]*', "", text) if response.status_code == 200 else ""
        seen[path] = (response.status_code, shown)
        response.close()
        if response.status_code == 303:
            browser.signed_in_as(person)  # what it would have said stands on the next page
    return seen


@pytest.mark.tried_on("sqlite")
def test_no_page_changes_until_it_begins(app, browser, make, database_url):
    district = make.unit("Quận Ninh Kiều", kind=UnitKind.DISTRICT)
    unit = make.unit("Phường Cái Khế", parent=district)
    finding = make.finding("in_progress", unit=unit)
    known = {
        "unit_id": unit.id,
        "plan_id": finding.plan_id,
        "team_id": finding.team_id,
        "visit_id": finding.visit_id,
        "finding_id": finding.id,
    }
    officer, around = make.officer(unit), make.person(Role.VIEWER, district)
    make.grant(around, Role.REVIEWER, district)
    issuer = make.person(Role.VIEWER, make.root)
    sitting = make.head_of(make.team())
    # Every page once; where the other database asks the same conditions, the lists that carry them.
    paths = addresses(app, browser, known) if database_url.startswith("sqlite") else ASKED
    make.reviewer  # noqa: B018 - whoever writes the plan is known beforehand
    before, to_the_unit = read(browser, around, paths), read(browser, officer, LISTS)
    elsewhere = read(browser, sitting, LISTS)
    above = read(browser, issuer, LISTS)

    plan = make.plan(PlanKind.SURPRISE, title="Kiểm tra đột xuất giờ giấc làm việc", number="99/KH-SNV")
    team = make.team(plan, name="Tổ đột xuất")
    visit = make.visit("planned", plan=plan, team=team, unit=unit)
    again = make.follow_up(unit, team=team, state="planned", day=TODAY + 5 * A_DAY)

    shown = [path for path in paths if before[path][0] == 200]
    assert len(shown) > 10
    after = read(browser, around, shown)
    assert {path for path in shown if after[path] != before[path]} == set()
    assert read(browser, officer, LISTS) == to_the_unit
    for person in (around, officer, sitting):
        told = read(browser, person, [f"/visits/{visit.id}", f"/visits/{again.id}", f"/plans/{plan.id}"])
        assert {status for status, _text in told.values()} == {404}
    assert read(browser, sitting, LISTS) == elsewhere
    assert read(browser, issuer, LISTS) != above  # from where it was issued it is seen

    head = make.actor(make.head_of(team))
    services.begin(make.whole(again), actor=head, today=TODAY, on=TODAY)
    make.session.commit()
    began = read(browser, around, ["/visits/?follow_up=1", "/visits/?state=planned"])
    assert "Phúc tra" in began["/visits/?follow_up=1"][1]
    assert f'"/visits/{visit.id}"' not in began["/visits/?state=planned"][1]  # the other one is still unknown
    services.begin(make.whole(visit), actor=head, today=TODAY, on=TODAY)
    make.session.commit()
    assert "99/KH-SNV" in read(browser, officer, ["/visits/schedule"])["/visits/schedule"][1]
