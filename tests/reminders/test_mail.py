"""Mails: written once a day from what people were told, and sent through a real mail server."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.errors import WrongState
from inspect_app.reminders import jobs
from inspect_app.reminders.models import Digest, Mail, Notice
from inspect_app.reminders.services import notices, outbox, settings
from inspect_app.reminders.services.post import Letter, Refused, Server, post, written
from tests.reminders import conftest as mail

SITE = "https://kiemtra.cantho.example/so"


@pytest.fixture
def told(make):
    """`told(person, "HC-1")`: the person was told that this is due."""

    def tell(person, code, *, title="Niêm yết đủ thủ tục.", ago=timedelta(0), number=1):
        words = {"code": code, "deadline": "20/11/2026", "title": title, "unit": "Phường Cái Khế"}
        at = clock.now() - ago
        notices.tell("due", ("finding", number), [person.id], occurrence=code, words=words, at=at)
        make.session.commit()

    return tell


@pytest.fixture
def reader(make):
    person = make.person()
    person.name, person.email = "Nguyễn Thị Ánh", "anh@cantho.example"
    make.session.commit()
    return person


def write(app):
    now = clock.now()
    return jobs.write_mails(app, today=clock.today(), now=now)


def mails(make):
    return make.session.scalars(select(Mail).order_by(Mail.id)).all()


def only(make):
    return make.session.scalars(select(Mail)).one()


# Writing


def test_one_mail_says_all_that_somebody_was_told(app, make, office, mailing, told, reader):
    mailing(office, PUBLIC_URL=SITE)
    told(reader, "HC-2026-0001")
    told(reader, "HC-2026-0002", number=2)
    assert write(app) == 1
    assert jobs.send_mails(app) == (1, 0)
    (letter,) = office.taken
    assert str(letter["Subject"]) == "Sổ kiểm tra CCHC: 2 việc cần xem"
    assert str(letter["To"]) == "Nguyễn Thị Ánh <anh@cantho.example>"
    assert str(letter["From"]) == f"Sổ kiểm tra CCHC <{mail.ADDRESS}>"
    assert letter["Message-ID"].endswith("@cantho.example>")
    assert letter["Date"].datetime.utcoffset() == clock.now().astimezone(clock.HANOI).utcoffset()
    body = letter.get_content()
    assert "1. HC-2026-0001: hạn là ngày 20/11/2026" in body
    assert f"{SITE}/findings/2" in body.split()
    assert office.recipients == ["anh@cantho.example"]


def test_a_day_has_one_mail_and_the_next_says_the_rest(app, make, office, mailing, told, reader):
    mailing(office)
    told(reader, "HC-1")
    assert write(app) == 1
    told(reader, "HC-2")
    assert write(app) == 0
    tomorrow = clock.today() + timedelta(days=1)
    assert jobs.write_mails(app, today=tomorrow, now=clock.now() + timedelta(days=1)) == 1
    assert ["HC-1" in one.body for one in mails(make)] == [True, False]


def test_without_the_address_of_the_program_a_mail_has_no_links(app, make, office, mailing, told, reader):
    mailing(office)
    told(reader, "HC-1")
    write(app)
    assert "http" not in only(make).body


def test_nothing_is_mailed_that_was_read_is_old_or_is_not_wanted(app, make, office, mailing, told, reader):
    mailing(office)
    unwanted, nowhere, gone = make.person(), make.person(), make.person()
    unwanted.email, gone.email, gone.active = "b@cantho.example", "c@cantho.example", False
    settings.choose_digest(Digest.NONE, actor=make.actor(unwanted), today=clock.today())
    told(reader, "HC-1")
    make.session.scalars(select(Notice)).one().read_at = clock.now()
    told(reader, "HC-2", ago=timedelta(days=8))
    for person in (unwanted, nowhere, gone):
        told(person, "HC-3")
    assert write(app) == 0


def test_without_a_mail_server_no_mail_is_made(app, make, told, reader):
    told(reader, "HC-1")
    assert write(app) == 0
    assert mails(make) == []


# Sending


def test_what_the_server_puts_off_is_tried_again_after_a_pause(app, make, office, mailing):
    mailing(office)
    mail.outbox("an@cantho.example")
    office.to_contents.append("451 Try again later")
    assert jobs.send_mails(app) == (0, 1)
    waiting = only(make)
    assert (waiting.tries, waiting.error) == (1, "451 Try again later")
    assert waiting.given_up_at is None
    assert jobs.send_mails(app) == (0, 0)
    assert jobs.send_mails(app, clock=lambda: clock.now() + outbox.PAUSES[0]) == (1, 0)
    assert [str(one["Message-ID"]) for one in office.taken] == ["<0@cantho.example>"]


def test_an_address_that_the_server_does_not_know_is_given_up_and_the_others_are_sent(app, make, office, mailing):
    mailing(office)
    mail.outbox("nobody@cantho.example", "an@cantho.example")
    office.to_recipients.append("550 No such user")
    assert jobs.send_mails(app) == (1, 1)
    given_up = mails(make)[0]
    assert given_up.given_up_at is not None
    assert given_up.error == "550 No such user"
    assert office.recipients == ["an@cantho.example"]


def test_a_server_that_does_not_answer_is_not_asked_for_each_mail(app, make, office, mailing):
    mailing(office, SMTP_PORT=1)
    mail.outbox("an@cantho.example", "binh@cantho.example")
    assert jobs.send_mails(app) == (0, 1)
    assert sorted(one.tries for one in mails(make)) == [0, 1]


def test_what_never_gets_through_is_given_up_after_a_day_and_a_half_and_may_be_sent_again(app, make, office, mailing):
    mailing(office)
    mail.outbox("an@cantho.example")
    now = clock.now()
    for pause in (timedelta(0), *outbox.PAUSES):
        now += pause
        office.to_contents.append("451 Try again later")
        assert jobs.send_mails(app, clock=partial(datetime.fromisoformat, now.isoformat())) == (0, 1)
    one = only(make)
    assert one.given_up_at == now
    assert timedelta(hours=36) < now - one.made_at < timedelta(hours=48)
    admin = make.actor(make.person(Role.ADMIN))
    outbox.send_again(one, actor=admin, now=now, today=clock.today())
    make.session.commit()
    with pytest.raises(WrongState):
        outbox.send_again(only(make), actor=admin, now=now, today=clock.today())
    make.session.rollback()
    assert jobs.send_mails(app, clock=lambda: now) == (1, 0)


def test_whoever_is_told_to_stop_finishes_the_mail_in_hand(app, make, office, mailing):
    mailing(office)
    mail.outbox("an@cantho.example", "binh@cantho.example")
    assert jobs.send_mails(app, going_on=lambda: not office.taken) == (1, 0)
    assert [one.sent_at is not None for one in mails(make)] == [True, False]


def test_a_mail_whose_sender_died_before_the_server_answered_is_sent_a_little_later(app, make, office, mailing):
    mailing(office)
    mail.outbox("an@cantho.example")
    outbox.take(now=clock.now())
    make.session.commit()  # so far it came
    assert jobs.send_mails(app) == (0, 0)  # nobody knows yet that it died
    assert jobs.send_mails(app, clock=lambda: clock.now() + outbox.TAKEN_FOR) == (1, 0)


def letter(**given):
    words = {"name": "An", "address": "an@cantho.example", "subject": "Việc", "body": "Nội dung.\n.\nHết."}
    return Letter(message_id="<1@cantho.example>", made_at=clock.now(), **{**words, **given})


SERVER = Server("127.0.0.1", 25, mail.ADDRESS)


@pytest.mark.parametrize("field", ["name", "subject"])
def test_no_header_is_smuggled_into_a_mail(field):
    message = written(letter(**{field: "An\r\nBcc: all@cantho.example\nX: y"}), SERVER)
    assert message["Bcc"] is None
    assert message["X"] is None


@pytest.mark.parametrize("address", ["an@x.example\r\nBcc: b@x.example", "an", "", "<an@x.example>, b@x.example"])
def test_an_address_that_is_none_is_refused_for_good(address):
    with pytest.raises(Refused) as refused:
        written(letter(address=address), SERVER)
    assert refused.value.for_good


def test_a_long_name_with_marks_comes_out_as_it_went_in(app, office, mailing):
    mailing(office)
    name = "Nguyễn Phước Quý Thịnh Đoàn Thụy Khuê Ngọc Diễm Quỳnh, “Văn phòng”"
    post(letter(name=name), Server("127.0.0.1", office.port, mail.ADDRESS))
    (taken,) = office.taken
    read = taken["To"].addresses[0].display_name
    assert " ".join(read.split()) == name  # Python 3.11 doubles a blank where it breaks a long name
    assert taken.get_content().splitlines()[1] == "."
