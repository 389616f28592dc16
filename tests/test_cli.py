"""What an operator types: `flask --app inspect_app …`."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from inspect_app.accounts.models import Grant, Person
from inspect_app.accounts.services.passwords import is_right
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event


@pytest.fixture
def operate(app, session):
    def run(*command, fails=False):
        result = app.test_cli_runner().invoke(args=list(command))
        assert bool(result.exit_code) is fails, result.output
        return result.output

    return run


@pytest.mark.parametrize(
    "command",
    "assets backup create-admin db demo demo-password prepare reference remind restore serve sweep worker".split(),
)
def test_every_command_says_what_it_does(operate, command):
    listed = {line.split(maxsplit=1)[0]: line for line in operate("--help").splitlines() if line.startswith("  ")}
    assert len(listed[command].split(maxsplit=1)) == 2
    assert len(operate(command, "--help").splitlines()) > 4


def test_the_first_administrator_signs_in_with_the_password_printed(operate, make, browser):
    assert make.root
    said = dict(
        line.split(": ") for line in operate("create-admin", "chinh", "Võ Thanh Tùng").splitlines() if ": " in line
    )
    browser.signed_in_as(None)
    data = {"username": said["User name"], "password": said["First password"]}
    browser.open("POST", "/login", data=data, status=303)
    assert browser.get("accounts.password").h1 == "Đặt mật khẩu của riêng mình"


def test_the_first_administrator_is_one_over_everything(operate, make, session):
    root_id = make.root.id
    operate("create-admin", "chinh", "Võ Thanh Tùng")
    person = session.scalars(select(Person)).one()
    grant = session.scalars(select(Grant)).one()
    assert (grant.person_id, grant.role, grant.unit_id) == (person.id, Role.ADMIN, root_id)
    assert person.secret_expires_at is not None
    assert session.scalars(select(Event.action).order_by(Event.seq)).all() == ["person:add", "grant:give"]


def test_without_units_there_is_nothing_to_administer(operate):
    assert "flask --app inspect_app reference" in operate("create-admin", "chinh", "Võ Thanh Tùng", fails=True)


@pytest.mark.parametrize("username", ["Võ Tùng", "ab", ""])
def test_a_name_that_will_not_do_is_refused(operate, make, username):
    assert make.root
    assert "Tên đăng nhập gồm" in operate("create-admin", username, "Võ Thanh Tùng", fails=True)


def test_a_name_is_given_once(operate, make):
    taken = make.person().username
    assert make.root
    assert "đã có người dùng" in operate("create-admin", taken, "Võ Thanh Tùng", fails=True)


def test_people_of_the_demo_get_one_new_password(operate, make, session):
    shown, real = make.person(), make.person()
    shown.demo = True
    session.commit()
    password = operate("demo-password").splitlines()[-1].removeprefix("Their password: ")
    session.expire_all()
    assert is_right(shown.password_hash, password)
    assert real.password_hash == "!"


def test_without_a_demo_there_is_no_password_of_it(operate, make):
    make.person()
    assert "no demo people" in operate("demo-password", fails=True)


def test_one_pass_says_what_it_did(operate, make):
    make.finding("open", fixed_deadline=clock.today() - timedelta(days=1))
    said = operate("remind")
    assert "Notices: 1." in said
    assert "SMTP_HOST" in said
