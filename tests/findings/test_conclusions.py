"""Notices of conclusion as those who answer for their findings read them."""

from typing import Any

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.counting import number_of
from inspect_app.core.db import db
from inspect_app.findings import services
from inspect_app.findings.models import Conclusion, State
from inspect_app.findings.queries import conclusions as queries
from inspect_app.findings.queries.conclusions import Filter
from inspect_app.plans.models import Team
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry

TODAY = clock.today()


@pytest.fixture
def issued(make):
    """`issued(unit, 3)`: a notice to the unit with so many findings."""

    def made(unit, many=2, number="57/TB-ĐKT"):
        visit = make.visit(unit=unit, team=make.team())
        head = make.actor(make.head_of(visit.team))
        findings = make.findings_of(visit, [make.particulars() for _ in range(many)], actor=head)
        visits.report(visit, entry=Entry.FOUND, actor=head, today=TODAY, on=TODAY)
        notice: dict[str, Any] = {"number": number, "dated_on": TODAY, "signer": "Lê Thị Ký"}
        services.conclude(visit, actor=head, today=TODAY, **notice, **make.storing)
        make.session.commit()
        return db.session.query(Conclusion).filter_by(visit_id=visit.id).one(), findings

    return made


def test_a_unit_reads_what_was_issued_to_it_and_nothing_else(make, browser, issued):
    unit, other = make.unit(), make.unit()
    notice, _findings = issued(unit)
    strange, _theirs = issued(other, number="58/TB-ĐKT")
    browser.signed_in_as(make.officer(unit))
    page = browser.get("conclusions.index")
    assert page.total == 1
    assert "57/TB-ĐKT" in page.main
    assert "58/TB-ĐKT" not in page.main
    assert "0/2 đã khắc phục" in page.main
    browser.get("conclusions.show", conclusion_id=strange.id, status=404)
    assert "Lê Thị Ký" in browser.get("conclusions.show", conclusion_id=notice.id).main


def test_before_it_is_issued_nobody_at_the_unit_knows_of_it(make, browser):
    unit = make.unit()
    make.finding("recorded", unit=unit)
    browser.signed_in_as(make.officer(unit))
    assert browser.get("conclusions.index").total == 0


def test_the_count_follows_what_is_put_right(make, browser, issued):
    unit = make.unit()
    notice, findings = issued(unit, 3)
    make.move(findings[0], State.RESOLVED, started=TODAY, sent=TODAY, judged=TODAY)
    make.move(findings[1], State.WITHDRAWN, started=TODAY, sent=TODAY, judged=TODAY)
    make.session.commit()
    browser.signed_in_as(make.officer(unit))
    assert "1/2 đã khắc phục" in browser.get("conclusions.index").main
    assert browser.get("conclusions.index", unfinished=1).total == 1
    make.move(findings[2], State.RESOLVED, started=TODAY, sent=TODAY, judged=TODAY)
    make.session.commit()
    assert browser.get("conclusions.index", unfinished=1).total == 0
    assert "2/2" in browser.get("conclusions.index").main
    shown = browser.get("conclusions.show", conclusion_id=notice.id)
    assert not shown.html.find("a", href=browser.address("conclusions.report", {"conclusion_id": notice.id}))


def test_it_does_not_matter_which_way_the_list_is_read(make, issued):
    unit, other = make.unit(), make.unit()
    _notice, findings = issued(unit, 1)
    issued(other)
    team = db.session.get_one(Team, findings[0].team_id)
    make.move(findings[0], State.RESOLVED, started=TODAY, sent=TODAY, judged=TODAY)
    make.session.commit()
    seen = {
        make.person(Role.VIEWER): 2,
        make.person(Role.REVIEWER): 2,
        make.officer(unit): 1,
        make.head_of(team): 1,
        make.person(Role.ADMIN): 0,
    }
    for person, many in seen.items():
        actor = make.actor(person)
        for wanted in (Filter(), Filter(unfinished=True), Filter(text="57/tb"), Filter(plan_id=team.plan_id)):
            gathered, walked = (
                sorted(db.session.scalars(queries.listing(actor, wanted, walking=walking))) for walking in (False, True)
            )
            assert gathered == walked == sorted(db.session.scalars(queries.matching(actor, wanted)))
        assert db.session.scalar(select(number_of(queries.matching(actor, Filter())))) == many


def test_a_list_of_many_costs_what_a_list_of_one_costs(make, browser, issued):
    unit = make.unit()
    issued(unit)
    browser.signed_in_as(make.person(Role.VIEWER))
    one = browser.get("conclusions.index")
    for number in (1, 2, 3):
        issued(make.unit(), number=f"{number}/TB-ĐKT")
    many = browser.get("conclusions.index", q="/TB-ĐKT")
    assert many.total == 4
    assert len(many.queries) == len(one.queries)
    assert browser.get("conclusions.index", q="2/tb").total == 1
