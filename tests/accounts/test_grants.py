"""What people may do is given and taken back; nobody gives more than they have."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from inspect_app.accounts import queries, services
from inspect_app.accounts.models import Grant, Person
from inspect_app.core import clock
from inspect_app.core.actor import SYSTEM, Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, WrongState
from inspect_app.units.models import Unit, UnitKind
from tests.support.make import Make
from tests.support.threads import at_once

TODAY = clock.today()
DAY = timedelta(days=1)


@pytest.fixture
def district(make):
    return make.unit("Quận Ninh Kiều", kind=UnitKind.DISTRICT)


@pytest.fixture
def ward(make, district):
    return make.unit("Phường Cái Khế", parent=district)


@pytest.fixture
def elsewhere(make):
    return make.unit("Phường An Bình")


@pytest.fixture
def chief(make):
    """Administrator over the city."""
    return make.person(Role.ADMIN)


@pytest.fixture
def local(make, district):
    """Administrator over the district."""
    return make.person(Role.ADMIN, district, home=district)


def form(unit, role="officer", since=None, until="", **given):
    return {"role": role, "unit": unit.name, "since": f"{since or TODAY:%d/%m/%Y}", "until": until, **given}


def give(make, person, unit, role=Role.OFFICER, *, by=None, since=TODAY, until=None):
    actor = make.actor(by) if by else SYSTEM
    return services.grant(person, actor=actor, role=role, unit=unit, since=since, until=until, today=TODAY)


# Giving and taking back


def test_a_role_given_holds_from_the_next_request(chief, browser, make, ward):
    person = make.person()
    browser.signed_in_as(chief).post("people.grant", person_id=person.id, data=form(ward))
    assert make.actor(person).answers_for(ward)


def test_a_role_taken_back_is_gone_at_once_even_one_given_today(chief, browser, make, session, ward):
    person = make.person(Role.OFFICER, ward)
    grant_id = session.scalars(select(Grant.id).where(Grant.person_id == person.id)).one()
    browser.signed_in_as(chief).post("people.end_grant", person_id=person.id, grant_id=grant_id)
    assert make.actor(person).grants == ()

    page = browser.get("people.show", person_id=person.id)
    assert "Vai trò trước đây" in page.main
    browser.post("people.end_grant", person_id=person.id, grant_id=grant_id, status=409)
    assert session.scalars(select(Event.action).order_by(Event.seq.desc())).first() == "grant:end"


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY - DAY, False),
        (TODAY + DAY, None, False),
    ],
)
def test_a_role_holds_from_its_first_to_its_last_day(make, session, ward, since, until, holds):
    person = make.person()
    give(make, person, ward, since=since, until=until)
    session.commit()
    assert make.actor(person).answers_for(ward) is holds
    assert session.scalars(select(Grant)).one().in_force(TODAY) is holds


def test_a_role_reaches_what_is_under_the_unit_and_what_it_came_from(make, district, ward, elsewhere):
    former = make.unit("Phường An Hội", valid_to=date(2025, 6, 30))
    make.succession(former, ward)
    actor = make.actor(make.person(Role.REVIEWER, district))
    assert [actor.reviews(unit) for unit in (district, ward, former, elsewhere)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"role": ""}, "role", "Chọn vai trò"),
        ({"since": ""}, "since", "Nhập ngày bắt đầu"),
        ({"since": "32/13/2023"}, "since", "Không có ngày"),
        ({"until": "01/01/2001"}, "until", "Ngày kết thúc phải sau ngày bắt đầu"),
        ({"since": "01/01/2001", "until": "02/01/2001"}, "until", "Ngày kết thúc đã qua, chọn ngày khác"),
        ({"unit": ""}, "unit", "Nhập tên đơn vị"),
    ],
)
def test_what_will_not_do_is_said_at_the_field(chief, browser, make, ward, given, field, said):
    person = make.person()
    data = {**form(ward), **given}
    page = browser.signed_in_as(chief).post("people.grant", person_id=person.id, data=data, status=422)
    assert page.error_on(field).startswith(said)


def test_the_same_role_is_not_given_twice_for_the_same_days(make, ward):
    person = make.person()
    give(make, person, ward, until=TODAY)
    with pytest.raises(Invalid, match="đã có vai trò đó"):
        give(make, person, ward)
    give(make, person, ward, since=TODAY + DAY)
    give(make, person, ward, role=Role.VIEWER)


def test_nobody_is_made_inspector_by_hand(chief, make, ward):
    with pytest.raises(NotAllowed):
        give(make, make.person(), ward, Role.INSPECTOR, by=chief)


# Nobody reaches further than they may


def test_nobody_grants_outside_their_units(local, make, elsewhere):
    for unit in (make.root, elsewhere):
        with pytest.raises(NotAllowed):
            give(make, make.person(), unit, by=local)


def test_units_beyond_reach_are_not_even_found(local, browser, make, ward):
    person = make.person(home=ward)
    outside = make.unit("Phường Nơi Khác")
    page = browser.signed_in_as(local).post("people.grant", person_id=person.id, data=form(outside), status=422)
    assert page.error_on("unit").startswith("Không có đơn vị đang hoạt động nào tên như vậy")


def test_nobody_grants_to_themselves(chief, make, ward):
    with pytest.raises(NotAllowed, match="Không tự phân quyền cho mình"):
        give(make, chief, ward, Role.REVIEWER, by=chief)


def test_people_out_of_reach_do_not_exist(local, browser, make, elsewhere):
    stranger = make.person(Role.OFFICER, elsewhere, home=elsewhere)
    browser.signed_in_as(local)
    for endpoint in ("show", "edit", "reset_password", "deactivate"):
        browser.get(f"people.{endpoint}", person_id=stranger.id, status=404)
    for endpoint in ("reset_password", "deactivate", "reactivate", "unlock", "end_sessions", "grant"):
        browser.post(f"people.{endpoint}", person_id=stranger.id, status=404)
    assert stranger.name not in browser.get("people.index").main


def test_another_persons_grant_is_not_taken_back_by_way_of_ones_own_people(local, browser, make, session, ward):
    theirs, stranger = make.person(home=ward), make.person(Role.OFFICER)
    grant_id = session.scalars(select(Grant.id).where(Grant.person_id == stranger.id)).one()
    browser.signed_in_as(local).post("people.end_grant", person_id=theirs.id, grant_id=grant_id, status=404)


@pytest.mark.parametrize("endpoint", ["reset_password", "deactivate", "unlock", "end_sessions"])
def test_an_account_that_reaches_further_is_seen_but_not_touched(local, browser, make, ward, elsewhere, endpoint):
    further = make.person(Role.VIEWER, elsewhere, home=ward)
    browser.signed_in_as(local)
    page = browser.get("people.show", person_id=further.id)
    assert "quyền rộng hơn phạm vi quản trị" in page.main
    assert page.buttons == ["Phân quyền"]
    browser.post(f"people.{endpoint}", person_id=further.id, status=403)
    browser.get("people.edit", person_id=further.id, status=403)


def test_who_sits_on_a_team_of_the_city_is_not_taken_over_by_a_district(local, browser, make, ward):
    inspector = make.person(home=ward)
    make.team(head=inspector)
    browser.signed_in_as(local).post("people.reset_password", person_id=inspector.id, status=403)


def test_within_their_units_a_local_administrator_may_do_all_of_it(local, browser, make, ward):
    person = make.person(Role.OFFICER, ward, home=ward)
    browser.signed_in_as(local)
    browser.post("people.grant", person_id=person.id, data=form(ward, role="admin"))
    browser.post("people.reset_password", person_id=person.id, status=200)
    browser.post("people.deactivate", person_id=person.id)


def test_nobody_is_made_at_home_beyond_reach(local, make, elsewhere):
    with pytest.raises(NotAllowed):
        services.add_person(
            actor=make.actor(local),
            username="nguoimoi",
            name="Người Mới",
            password="",
            home_unit=elsewhere,
            now=clock.now(),
            today=TODAY,
        )


@pytest.mark.parametrize("endpoint", ["reset_password", "deactivate", "end_sessions"])
def test_ones_own_account_is_left_to_others(chief, browser, make, endpoint):
    make.person(Role.ADMIN)
    browser.signed_in_as(chief).post(f"people.{endpoint}", person_id=chief.id, status=403)


# Somebody must remain


@pytest.fixture
def second(make, chief):
    """Administrator over the city, too: the one who would act on the other."""
    return make.person(Role.ADMIN)


def test_the_last_administrator_is_not_put_out_of_action(make, chief, second, session):
    actor = make.actor(second)
    stop = {"actor": actor, "reach": [], "now": clock.now(), "today": TODAY}
    services.deactivate(chief, **stop)
    session.commit()
    with pytest.raises(WrongState, match="quản trị cuối cùng"):
        services.deactivate(second, **{**stop, "actor": make.actor(make.person(Role.ADMIN, make.unit()))})


def test_the_last_administrators_role_is_not_taken_back(make, chief, second, session):
    def end(person):
        grant = session.scalars(queries.grant_of(person)).one()
        services.end_grant(grant, actor=make.actor(second), now=clock.now(), today=TODAY)
        session.commit()

    end(chief)
    with pytest.raises(WrongState, match="quản trị cuối cùng"):
        end(second)


def test_an_administrator_of_the_demo_does_not_count_for_a_real_one(make, chief, second, session):
    chief.demo = True
    session.commit()
    with pytest.raises(WrongState, match="quản trị cuối cùng"):
        services.deactivate(second, actor=make.actor(chief), reach=[make.root], now=clock.now(), today=TODAY)


def test_two_administrators_who_end_each_other_at_once_leave_one(own_app):
    with own_app.app_context():
        make = Make(db.session)
        pair = [make.person(Role.ADMIN).id for _ in range(2)]
        root_id = make.root.id

    def end_the_other(number):
        me, other = db.session.get_one(Person, pair[number]), db.session.get_one(Person, pair[1 - number])
        root = db.session.get_one(Unit, root_id)
        actor = Make(db.session).actor(me)
        services.deactivate(other, actor=actor, reach=[root], now=clock.now(), today=TODAY)
        db.session.commit()

    ended = at_once(own_app, end_the_other, people=2)
    assert sorted(type(each).__name__ for each in ended) == ["NoneType", "WrongState"]
