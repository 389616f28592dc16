"""Finding plans the way people name them."""

import unicodedata
from datetime import date, timedelta

import pytest

from inspect_app.core import clock
from inspect_app.core.actor import Role, Seat, TeamRole
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.plans import queries, services
from inspect_app.plans.models import PlanKind
from inspect_app.plans.queries.around import around


@pytest.mark.tried_on("sqlite", "postgresql")
@pytest.mark.parametrize(
    "typed",
    ["262", "262/KH-UBND", "kh-ubnd 262", "cai cach", "CẢI CÁCH HÀNH CHÍNH", "Cai  cach  262", "hanh chinh"],
)
def test_a_plan_is_found_by_number_or_title_without_marks(make, typed):
    plan = make.plan(title="Kiểm tra cải cách hành chính năm 2022", number="262/KH-UBND")
    make.plan(title="Tự kiểm tra", number="7/KH-SNV")
    actor = make.actor(make.reviewer)
    for text in (typed, unicodedata.normalize("NFD", typed)):
        assert [row.id for row in db.session.execute(queries.listing(actor, text=text))] == [plan.id]


def test_percent_and_underscore_are_letters(make):
    make.plan(title="Đạt 100% kế hoạch")
    actor = make.actor(make.reviewer)
    assert db.session.execute(queries.listing(actor, text="100%")).all()
    assert not db.session.execute(queries.listing(actor, text="1_0%")).all()


def test_years_and_kinds(make):
    old = make.plan(year=2022)
    surprise = make.plan(PlanKind.SURPRISE, year=2023)
    actor = make.actor(make.reviewer)
    assert queries.years(actor) == around(actor, page="plans.index").years == [2023, 2022]
    assert [r.id for r in db.session.execute(queries.listing(actor, year=2022))] == [old.id]
    assert [r.id for r in db.session.execute(queries.listing(actor, kinds=[PlanKind.SURPRISE]))] == [surprise.id]


def test_a_seat_is_held_from_its_first_day_through_its_last(make):
    team, person, actor = make.team(), make.person(), make.actor(make.reviewer)
    first, last = date(2022, 3, 1), date(2022, 3, 31)
    services.seat(team, person, role=TeamRole.SECRETARY, since=first, until=last, actor=actor, today=clock.today())
    db.session.commit()
    held = (Seat(team.id, team.plan_id, TeamRole.SECRETARY),)
    day = timedelta(days=1)
    assert [queries.seats_of(person.id, d) for d in (first - day, first, last, last + day)] == [(), held, held, ()]


def test_lines_are_matched_to_the_units_of_that_day(make):
    kept = make.unit("Phường Cái Khế")
    make.unit("Phường Tân An", valid_to=date(2025, 6, 30))
    first, second = make.unit("Xã Tân Lộc"), make.unit("Xã Tân Lộc Đông")
    found = queries.named_line_by_line(
        make.actor(make.reviewer),
        ["cai khe", "UBND phường Cái Khế", "p. cái khế", "Tân An", "tan loc", "???", "không có"],
        clock.today(),
    )
    assert [[row.id for row in rows] for rows in found] == [
        [kept.id],
        [kept.id],
        [kept.id],
        [],
        [first.id, second.id],
        [],
        [],
    ]


def test_the_same_line_twice_costs_one_statement(make):
    make.unit("Phường Cái Khế")
    assert len(queries.named_line_by_line(make.actor(make.reviewer), ["cai khe"] * 40, clock.today())) == 40
    assert queries.named_line_by_line(make.actor(make.reviewer), [], clock.today()) == []


def test_a_reviewer_names_only_units_in_scope(make):
    district = make.unit("Quận Ô Môn")
    inside, outside = make.unit("Phường Phước Thới", parent=district), make.unit("Phường Phước An")
    reviewer = make.actor(make.person(Role.REVIEWER, district))
    plan = make.plan(issuer=district)
    offered = queries.units_to_add(reviewer, plan, clock.today(), text="phuoc")
    assert [row.id for row in offered] == [inside.id]
    assert not queries.units_to_add(reviewer, plan, clock.today(), ids=[outside.id])
    assert queries.named_line_by_line(reviewer, ["phuoc an"], clock.today()) == [[]]
    assert [unit.id for unit in queries.issuers(reviewer)] == [district.id]
    with pytest.raises(Invalid):
        services.add_targets(plan, [outside], actor=reviewer, today=clock.today())
