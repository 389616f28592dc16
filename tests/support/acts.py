"""Acts that no form does as it stands: what has to be there before, and what they take that nobody can guess.

For walks that fill in every form there is. An act that `Walker.form` and its own words do is not named here.
"""

from base64 import b32encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyotp
from sqlalchemy import select, update

from inspect_app.accounts import services as accounts
from inspect_app.accounts.models import AccessReview, Decision, Person, ReviewedGrant
from inspect_app.accounts.queries.factors import factor_of
from inspect_app.accounts.services import factors
from inspect_app.accounts.services.reviews import close_review, decide
from inspect_app.core import clock, sealing
from inspect_app.core.db import db
from inspect_app.documents.queries.letters import KINDS
from inspect_app.documents.services.house_word import house_template
from inspect_app.findings import services as findings
from inspect_app.findings.models import State
from inspect_app.grading import queries as graded
from inspect_app.grading import services as grading
from inspect_app.grading.models import Grading
from inspect_app.plans.models import PlanKind
from inspect_app.reminders.models import Mail
from inspect_app.tasks import services as tasks
from inspect_app.visits.models import VisitState
from tests.support.browser import COOKIE
from tests.support.make import PASSWORD
from tests.support.walking import Form, Walker

LIMITS = accounts.Limits(misses=5, misses_per_address=50, locked_for=timedelta(minutes=15))
ELSEWHERE = "Phường An Bình"
"""Another unit of the city."""


def _told() -> dict[str, Any]:
    return {"now": clock.now(), "today": clock.today()}


def _typed(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _soon(_walker: Walker) -> str:
    return _typed(clock.today() + timedelta(days=20))


# What has to be there


def _app_of(person: Person, walker: Walker, token: str = "") -> pyotp.TOTP:
    """They have a second factor since an hour ago, and stay signed in with `token`."""
    was, actor = clock.now() - timedelta(hours=1), walker.world.make.actor(person)
    app = pyotp.TOTP(factors.enrol(person, now=was))
    told: Any = {"token": token, "now": was, "today": clock.today(), "limits": LIMITS}
    factors.confirm(person, app.at(was), factors.new_codes(), actor=actor, **told)
    db.session.commit()
    return app


def _token(walker: Walker) -> str:
    """Of the session that the walker is in."""
    with walker.browser.in_another_window().client.session_transaction() as cookie:
        return str(cookie["_user_id"])


def _with_an_app(walker: Walker) -> None:
    assert walker.person
    _app_of(walker.person, walker, _token(walker))


def _putting_on_an_app(walker: Walker) -> None:
    assert walker.person
    factors.enrol(walker.person, now=clock.now())


def _half_signed_in(walker: Walker) -> None:
    """Their password was right; the code of the app is still asked for."""
    officer = walker.world.officer
    _app_of(officer, walker)
    where: Any = {"address": "127.0.0.1", "device": "", "limits": LIMITS, "production": False, **_told()}
    entered = accounts.sign_in(officer.username, PASSWORD, accounts.check_password(officer.username, PASSWORD), **where)
    assert entered.half
    client = walker.app.test_client()
    with client.session_transaction() as cookie:
        cookie["half"] = entered.token
    kept = client.get_cookie(COOKIE)
    assert kept
    walker.browser.cookie = kept.value


def _deactivated(walker: Walker) -> None:
    accounts.deactivate(walker.world.officer, actor=_admin(walker), reach=[walker.world.make.root], **_told())


def _admin(walker: Walker) -> Any:
    assert walker.person
    return walker.world.make.actor(walker.person)


def _decided(walker: Walker) -> None:
    review = db.session.get_one(AccessReview, walker.world.review_id)
    lines = db.session.scalars(select(ReviewedGrant.id).where(ReviewedGrant.review_id == review.id)).all()
    decide(review, dict.fromkeys(lines, Decision.KEEP), actor=_admin(walker), today=clock.today())


def _no_review(walker: Walker) -> None:
    _decided(walker)
    review = db.session.get_one(AccessReview, walker.world.review_id)
    close_review(review, note="Xong.", version=review.version, actor=_admin(walker), **_told())


def _given_up(walker: Walker) -> None:
    db.session.execute(update(Mail).where(Mail.id == walker.world.mail_id).values(given_up_at=clock.now()))


def _written_down(walker: Walker) -> None:
    """The head of the team wrote down what was wrong, and has still to send it."""
    world = walker.world
    world.make.finding(State.RECORDED, visit=world.visit())


def _reported(walker: Walker) -> None:
    """What was wrong was written down before it was reported."""
    visit = walker.world.visit(VisitState.REPORTED)
    visit.state = VisitState.BEGUN
    walker.world.make.finding(State.RECORDED, visit=visit)
    visit.state = VisitState.REPORTED


def _asked_for_a_later_day(walker: Walker) -> None:
    world = walker.world
    day, officer = clock.today() + timedelta(days=20), world.make.actor(world.officer)
    said: Any = {"wanted": day, "reason": "Chưa đủ kinh phí.", "on": clock.today(), "today": clock.today()}
    findings.ask_extension(world.finding(), actor=officer, **said)


def _asked_for_a_later_day_of_a_task(walker: Walker) -> None:
    world = walker.world
    day, officer = clock.today() + timedelta(days=20), world.make.actor(world.officer)
    said: Any = {"wanted": day, "reason": "Chưa đủ số liệu.", "on": clock.today(), "today": clock.today()}
    tasks.ask_extension(world.task(), actor=officer, **said)


def _scored(walker: Walker) -> Grading:
    """Every unit of the table has its score."""
    table = db.session.get_one(Grading, walker.world.grading_id)
    units = graded.units_of(table, clock.today())
    said = {unit.id: grading.Entry(Decimal(80)) for unit in units}
    reviewer = walker.world.make.actor(walker.world.make.reviewer)
    grading.enter(table, said, units=units, actor=reviewer, **_told())
    return table


def _published(walker: Walker) -> None:
    reviewer = walker.world.make.actor(walker.world.make.reviewer)
    table = _scored(walker)
    grading.publish(table, number="12/QĐ-UBND", dated_on=clock.today(), actor=reviewer, **_told())


def _self_inspecting(walker: Walker) -> None:
    walker.world.make.plan(PlanKind.SELF)


FIRST: dict[str, Callable[[Walker], object]] = {
    "post:accounts.code": _half_signed_in,
    "post:accounts.app": _putting_on_an_app,
    "post:accounts.new_codes": _with_an_app,
    "post:accounts.remove_factor": _with_an_app,
    "post:people.grant": lambda walker: walker.world.target,
    "post:people.reactivate": _deactivated,
    "post:people.reset_factor": lambda walker: _app_of(walker.world.officer, walker),
    "post:personal.erase": _deactivated,
    "post:reviews.begin": _no_review,
    "post:reviews.close": _decided,
    "post:rules.send_again": _given_up,
    "post:recording.review": _written_down,
    "post:recording.conclude": _reported,
    "post:findings.drop_extension": _asked_for_a_later_day,
    "post:findings.refuse_extension": _asked_for_a_later_day,
    "post:tasks.drop_extension": _asked_for_a_later_day_of_a_task,
    "post:tasks.refuse_extension": _asked_for_a_later_day_of_a_task,
    "post:plans.targets": lambda walker: walker.world.make.unit("Phường Tân An"),
    "post:tasks.hand_on": lambda walker: walker.world.target,
    "post:findings.move": lambda walker: walker.world.target,
    "post:findings.move_many": lambda walker: walker.world.target,
    "post:visits.self_inspection": _self_inspecting,
    "post:grading.publish": _scored,
    "post:grading.reopen": _published,
}
"""Act -> what makes it possible, done in the midst of what is undone again."""


# What is sent


def _code(walker: Walker) -> dict[str, Any]:
    person = walker.person
    assert person
    secret = factors.secret_to_show(person, now=clock.now())
    return {"code": pyotp.TOTP(secret).at(clock.now()) if secret else ""}


def _code_of_the_officer(walker: Walker) -> dict[str, Any]:
    held = factor_of(walker.world.officer.id)
    assert held
    return {"code": pyotp.TOTP(b32encode(sealing.unseal(held.secret)).decode()).at(clock.now())}


def _elsewhere(walker: Walker) -> int:
    return walker.world.target.unit_id


def _moved(walker: Walker) -> dict[str, Any]:
    return {"to": _elsewhere(walker), "q": ELSEWHERE, "do": "confirm"}


def _amended(walker: Walker) -> dict[str, Any]:
    return {f"f{walker.world.finding().id}-text": "Bảng niêm yết thiếu 12 thủ tục."}


def _seat(walker: Walker) -> dict[str, Any]:
    officer = walker.world.officer
    return {"person": officer.id, "q": officer.name, "role": "member", "since": _typed(clock.today())}


def _self_inspection(walker: Walker) -> dict[str, Any]:
    plan = walker.world.make.plan(PlanKind.SELF)
    sent = {"plan": plan.id, "unit": walker.world.unit.id, "q": walker.world.name, "fine": "1"}
    return {**sent, "began_on": _typed(clock.today())}


SAID: dict[str, Callable[[Walker], dict[str, Any]]] = {
    "post:accounts.begin": lambda walker: {"username": walker.world.officer.username, "password": PASSWORD},
    "post:accounts.prove": lambda _walker: {"proof_password": PASSWORD},
    "post:accounts.enrol": lambda _walker: {"proof_password": PASSWORD},
    "post:accounts.new_codes": lambda _walker: {"proof_password": PASSWORD},
    "post:accounts.remove_factor": lambda _walker: {"proof_password": PASSWORD},
    "post:accounts.app": _code,
    "post:accounts.code": _code_of_the_officer,
    "post:people.grant": lambda _walker: {"unit": ELSEWHERE},
    "post:personal.erase": lambda walker: {"typed": walker.world.officer.username},
    "post:units.edit": lambda walker: {"name": f"{walker.world.name} mới"},
    "post:tasks.ask_extension": lambda walker: {"wanted": _soon(walker)},
    "post:tasks.refuse_extension": lambda _walker: {"reason": "Còn đủ thời gian."},
    "post:tasks.hand_on": lambda _walker: {"unit": ELSEWHERE},
    "post:findings.ask_extension": lambda walker: {"wanted": _soon(walker)},
    "post:findings.refuse_extension": lambda _walker: {"reason": "Còn đủ thời gian."},
    "post:findings.replan": lambda walker: {"by": _soon(walker)},
    "post:findings.move": _moved,
    "post:findings.move_many": _moved,
    "post:plans.targets": lambda _walker: {"lines": "Phường Tân An"},
    "post:plans.seat": _seat,
    "post:visits.self_inspection": _self_inspection,
    "post:recording.amend": _amended,
    "post:workdays.new_day": lambda _walker: {"day": "05/05/2031"},  # today may be a holiday
    "post:urging.number": lambda _walker: {"number": "05/SNV-CCHC", "dated_on": _typed(clock.today())},
    "post:grading.open_table": lambda _walker: {"kind": "department"},
    "post:sending.save": lambda _walker: {"remark": "Đang viết."},
}
"""Act -> fields and what they take, instead of what the page's form would send."""


PAGES = {
    "post:accounts.end_session": "accounts.sessions",
    "post:accounts.end_other_sessions": "accounts.sessions",
    "post:accounts.enrol": "accounts.factor",
    "post:accounts.new_codes": "accounts.factor",
    "post:accounts.remove_factor": "accounts.factor",
    "post:tasks.drop_extension": "tasks.show",
    "post:tasks.refuse_extension": "tasks.show",
    "post:findings.drop_extension": "findings.show",
    "post:findings.refuse_extension": "findings.show",
    "post:plans.seat": "plans.team",
}
"""Act -> the page on which its form stands, where others would be opened before."""
ASKED: dict[str, Callable[[Walker], dict[str, Any]]] = {
    "post:sending.save": lambda walker: {"page": walker.address("post:recording.record"), "typed": 0},
    "post:grading.download": lambda _walker: {"kind": "commune", "criterion": "handled", "without_missing": 1},
}
"""Act -> what its address carries behind the question mark."""


def address_of(walker: Walker, row: str) -> str:
    """Of an act that can be done."""
    return walker.address(row, **(ASKED[row](walker) if row in ASKED else {}))


@contextmanager
def ready(walker: Walker, row: str) -> Iterator[Form]:
    """The form of an act that can be done inside; whatever happens is undone afterwards."""
    cookie, forms = walker.browser.cookie, walker.forms
    with walker.world.undone():
        if row in FIRST:
            walker.forms = {}
            FIRST[row](walker)
            db.session.commit()
        form = walker.form(row, PAGES.get(row)) or Form()
        if row == "post:sending.stage":
            form.files, form.names = {"file"}, {"file", "page"}
        if row == "post:grading.paste":
            form.contents["file"] = ("diem.csv", f"Đơn vị;Tổng điểm\n{walker.world.name};80\n".encode())
        if row == "post:letter_templates.show":
            form.contents["files"] = ("mau.docx", house_template(KINDS["conclusion"]))
        yield form.saying(SAID[row](walker) if row in SAID else {})
    walker.browser.cookie, walker.forms = cookie, forms
