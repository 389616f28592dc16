"""The half-yearly review of access: who sees it, what it asks, what its close does."""

import pytest
from sqlalchemy import select

from inspect_app.accounts.models import AccessReview, Decision, Grant, ReviewedGrant
from inspect_app.accounts.services.reviews import close_review, decide, open_review
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState


@pytest.fixture
def day():
    return {"now": clock.now(), "today": clock.today()}


def grant_of(make, person) -> Grant:
    return make.session.scalars(select(Grant).where(Grant.person_id == person.id)).one()


def line_of(make, person) -> ReviewedGrant:
    wanted = select(ReviewedGrant).where(ReviewedGrant.grant_id == grant_of(make, person).id)
    return make.session.scalars(wanted).one()


def test_a_review_ends_what_was_not_to_stay_and_is_logged(make, day):
    admin, unit = make.person(Role.ADMIN), make.unit()
    stays, goes, same_unit = make.officer(unit), make.person(Role.VIEWER), make.person(Role.VIEWER, unit)
    actor, today = make.actor(admin), day["today"]
    review = open_review(actor=actor, **day)
    with pytest.raises(WrongState, match="đang mở"):
        open_review(actor=actor, **day)

    assert decide(review, {line_of(make, goes).id: Decision.END}, actor=actor, today=today) == 1
    with pytest.raises(WrongState, match="chưa quyết định"):
        close_review(review, note="Xong.", version=None, actor=actor, **day)
    assert decide(review, {}, actor=actor, today=today, unit_id=unit.id) == 2, "all of a unit"
    assert decide(review, {}, actor=actor, today=today, unit_id=make.root.id) == 1, "what was decided stays decided"
    make.session.commit()

    with pytest.raises(Invalid):
        close_review(review, note=" ", version=review.version, actor=actor, **day)
    with pytest.raises(Stale):
        close_review(review, note="Xong.", version=review.version + 1, actor=actor, **day)
    assert close_review(review, note="Đã hỏi từng đơn vị.", version=review.version, actor=actor, **day) == 1
    make.session.commit()
    with pytest.raises(WrongState, match="đã kết thúc"):
        decide(review, {line_of(make, stays).id: Decision.END}, actor=actor, today=today)

    held = [grant_of(make, one).may_hold(today) for one in (admin, stays, same_unit, goes)]
    assert held == [True, True, True, False]
    actions = make.session.scalars(select(Event.action).where(Event.actor_id == admin.id).order_by(Event.seq)).all()
    assert [one for one in actions if one != "grant:give"] == [
        *("access_review:open", "access_review:decide", "access_review:decide", "access_review:decide"),
        *("grant:end", "access_review:close"),
    ]


def test_the_last_administrator_is_not_reviewed_away(make, day):
    admin = make.person(Role.ADMIN)
    actor = make.actor(admin)
    review = open_review(actor=actor, **day)
    decide(review, {line_of(make, admin).id: Decision.END}, actor=actor, today=day["today"])
    with pytest.raises(WrongState, match="quản trị cuối cùng"):
        close_review(review, note="Xong.", version=None, actor=actor, **day)


def test_only_administrators_over_everything_review(make, day, browser):
    below, reviewer = make.person(Role.ADMIN, make.unit()), make.person(Role.REVIEWER)
    for person in (below, reviewer):
        with pytest.raises(NotAllowed):
            open_review(actor=make.actor(person), **day)
    browser.signed_in_as(below).get("reviews.index", status=403)


def test_an_administrator_reviews_on_the_page(make, browser):
    unit = make.unit("Phường Cái Khế")
    officer = make.officer(unit)
    admin = make.person(Role.ADMIN)
    browser.signed_in_as(admin)
    page = browser.visit(browser.post("reviews.begin").location)
    assert "Phường Cái Khế" in page.main
    assert "Chưa đăng nhập lần nào" in page.main
    review = make.session.scalars(select(AccessReview)).one()
    where = {"review_id": review.id}

    line = f"line-{line_of(make, officer).id}"
    browser.post("reviews.decide", data={line: "end", "line-999999": "end", "line-x": "keep", "unit": ""}, **where)
    assert "Còn 1 vai trò chưa quyết định" in browser.get("reviews.close", **where).main
    page = browser.post("reviews.close", data={"note": "Xong.", "version": 1}, status=409, **where)
    assert "chưa quyết định" in page.main
    assert "Xong." in page.text
    browser.post("reviews.decide", data={"unit": make.root.id}, **where)
    review = make.session.get_one(AccessReview, review.id)
    browser.post("reviews.close", data={"note": "Đã hỏi từng đơn vị.", "version": review.version}, **where)
    page = browser.get("reviews.show", **where)
    assert "Đã thu hồi" in page.main
    assert "Đã hỏi từng đơn vị." in page.main
    assert page.buttons == []


def test_a_role_that_was_taken_back_meanwhile_is_not_told_as_taken_back_by_the_review(make, browser):
    officer, admin = make.officer(make.unit()), make.person(Role.ADMIN)
    browser.signed_in_as(admin)
    browser.post("reviews.begin")
    review = make.session.scalars(select(AccessReview)).one()
    where = {"review_id": review.id}
    browser.post("reviews.decide", data={f"line-{line_of(make, officer).id}": "end", "unit": make.root.id}, **where)
    given = make.session.scalars(select(Grant).where(Grant.person_id == officer.id)).one()
    browser.post("people.end_grant", person_id=officer.id, grant_id=given.id)
    review = make.session.get_one(AccessReview, review.id)
    to = browser.post("reviews.close", data={"note": "Đã hỏi.", "version": review.version}, **where).location
    main = browser.visit(to).main
    assert "Đã kết thúc rà soát." in main
    assert "thu hồi 0 vai trò" not in main
