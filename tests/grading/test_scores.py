"""A year's table: opened from the year before, filled in, published, opened again; who sees what of it."""

from datetime import date
from decimal import Decimal

import pytest

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.grading import queries, services
from inspect_app.grading.models import Criterion, Grade, Grading
from inspect_app.grading.policy import DEFAULTS, Rules, Rung
from inspect_app.grading.services import Entry
from inspect_app.reports.queries import Day
from inspect_app.units.models import Succession, SuccessionKind, UnitKind
from tests.grading.world import D, city


def test_a_year_from_opening_to_publishing(make, session):
    town = city(make)
    grading = town.opened()
    assert queries.rules_of(grading) == DEFAULTS

    assert town.enter(grading, "85.20", "85.20", None) == 2
    assert town.enter(grading, "85.20", "85.20", None) == 0, "what is as it was is no change"
    assert town.enter(grading, "85.20", "85.20", "64") == 1

    viewer, officer = make.actor(town.viewer()), make.actor(make.officer(town.departments[0]))
    today = Day(clock.today(), clock.today())
    assert queries.of_year(viewer, town.year) == {}, "nothing shows before it is published"
    assert queries.of_unit(officer, town.departments[0], today) == []
    with pytest.raises(NotAllowed):
        services.publish(grading, number="1", dated_on=clock.today(), **{**town.by, "actor": viewer})

    town.publish(grading)
    found = queries.results(viewer, town.year)
    assert [(line.unit_name, line.now.grade, line.now.rank) for line in found.lines] == [
        ("Sở A", Grade.GOOD, 1),
        ("Sở B", Grade.GOOD, 1),
        ("Sở C", Grade.AVERAGE, 3),
    ]
    assert (found.number(Grade.GOOD), found.number()) == (2, 3)
    (past,) = queries.of_unit(officer, town.departments[0], today)
    assert (past.year, past.standing.rank, past.standing.of) == (town.year, 1, 3)
    assert queries.of_unit(officer, town.departments[1], today) == [], "an officer sees their own unit's"

    with pytest.raises(WrongState):
        town.enter(grading, "90", "85.20", "64")
    services.reopen(grading, reason="Cộng nhầm điểm của Sở C.", **town.by)
    assert queries.of_unit(officer, town.departments[0], today) == []
    town.enter(grading, "85.20", "85.20", "74")
    events = session.query(Event).filter_by(subject_table="grading").order_by(Event.seq)
    assert [event.action.removeprefix("grading:") for event in events] == [
        *("open", "enter", "enter", "publish", "reopen", "enter")
    ]


def test_what_a_table_refuses(make, session):
    town = city(make)
    grading = town.opened()
    units = queries.units_of(grading, clock.today())
    first, now = units[0].id, town.by
    refused = {
        "beyond 100": Entry(D("100.01")),
        "one part alone": Entry(D(80), D(60), None),
        "parts that make another total": Entry(D(80), D(60), D("19.5")),
    }
    for why, entry in refused.items():
        with pytest.raises(Invalid):
            services.enter(grading, {first: entry}, units=units, **now)
        assert queries.scores_of(grading) == {}, why
    with pytest.raises(Invalid):
        services.enter(grading, {town.districts[0].id: Entry(D(80))}, units=units, **now)
    with pytest.raises(WrongState):
        services.publish(grading, number="1", dated_on=clock.today(), **now)
    with pytest.raises(Invalid):
        services.open_grading(clock.today().year + 1, UnitKind.DISTRICT, **now)
    with pytest.raises(Invalid):
        services.open_grading(town.year, UnitKind.CITY, **now)
    seen = grading.version
    town.enter(grading, "80", None, None)
    with pytest.raises(Stale):
        town.enter(grading, "81", None, None, version=seen)
    session.rollback()
    with pytest.raises(Stale):
        town.opened()
    session.rollback()
    under = make.actor(make.person(Role.REVIEWER, town.districts[0]))
    with pytest.raises(NotAllowed):
        services.enter(session.get_one(Grading, grading.id), {}, units=units, **{**now, "actor": under})


def test_rules_are_data_of_their_year_and_the_next_year_begins_with_them(make, session):
    town = city(make)
    grading = town.opened(year=town.year - 1)
    rules = Rules(
        bands={Grade.GOOD: Decimal(85), Grade.FAIR: Decimal(60)},
        points={Criterion.INSPECTED: Decimal("1.5"), Criterion.HANDLED: Decimal("0.5")},
        rungs={
            Criterion.INSPECTED: (Rung(Decimal(40), Decimal(100)), Rung(Decimal("12.5"))),
            Criterion.HANDLED: DEFAULTS.rungs[Criterion.HANDLED],
        },
    )
    services.change_rules(grading, rules, note="Quyết định của tỉnh.", **town.by)
    session.commit()
    assert queries.rules_of(town.opened()) == rules
    later = queries.latest(town.writer, town.year)[UnitKind.DEPARTMENT]
    assert later.year == town.year

    contradictions = {
        "bands": Rules({Grade.GOOD: D(60), Grade.FAIR: D(60)}, rules.points, rules.rungs),
        Criterion.INSPECTED: Rules(
            rules.bands, rules.points, {**rules.rungs, Criterion.INSPECTED: (Rung(D(30)), Rung(D(30), D(50)))}
        ),
        Criterion.HANDLED: Rules(rules.bands, rules.points, {**rules.rungs, Criterion.HANDLED: ()}),
    }
    for field, wrong in contradictions.items():
        with pytest.raises(Invalid) as refused:
            services.change_rules(later, wrong, note="", **town.by)
        assert refused.value.field == field
    town.enter(later, "70", "70", "70")
    town.publish(later)
    with pytest.raises(WrongState):
        services.change_rules(later, DEFAULTS, note="", **town.by)


def test_a_year_stands_beside_the_one_before_also_for_a_unit_that_was_renamed(make, session):
    town = city(make)
    before = town.opened(year=town.year - 1)
    town.enter(before, "80", "90", "70")
    town.publish(before)
    old = town.departments[0]
    old.ended, old.valid_to = True, date(town.year - 1, 12, 31)
    renamed = make.unit("Sở Đ", kind=UnitKind.DEPARTMENT, valid_from=date(town.year, 1, 1))
    session.add(Succession(old_id=old.id, new_id=renamed.id, kind=SuccessionKind.RENAME, is_default=True))
    session.commit()

    now = town.opened()
    assert [unit.name for unit in queries.units_of(now, clock.today())] == ["Sở B", "Sở C", "Sở Đ"]
    town.enter(now, "75.5", "70", "92.25")
    lines = queries.results(town.writer, town.year).lines
    assert [(line.unit_name, line.change, line.places) for line in lines] == [
        ("Sở Đ", D("12.25"), 1),
        ("Sở B", D("-14.5"), -1),
        ("Sở C", D("0.00"), 0),
    ]
    officer = make.actor(make.officer(renamed))
    today = Day(clock.today(), clock.today())
    assert [(past.year, past.unit_name) for past in queries.of_unit(officer, renamed, today)] == [
        (town.year - 1, "Sở A")
    ]
    yesterday = Day(date(town.year - 1, 1, 1), clock.today())
    assert queries.of_unit(officer, renamed, yesterday) == [], "no decision had published it by then"


def test_districts_of_a_province_that_merged_in_later_are_graded_by_nobody_here(make):
    town = city(make)
    province = make.unit("Tỉnh Hậu Giang", kind=UnitKind.CITY)
    make.unit("Huyện Z", kind=UnitKind.DISTRICT, parent=province)
    assert queries.sizes(town.year, clock.today()) == {UnitKind.DEPARTMENT: 3, UnitKind.DISTRICT: 2}
