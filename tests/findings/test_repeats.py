"""What a unit was told of before: shown to whoever writes a finding down, confirmed or denied by them, counted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, WrongState
from inspect_app.findings import panels, queries
from inspect_app.findings.queries import Filter
from inspect_app.findings.queries.repeats import alike, likeness
from inspect_app.findings.services.repeats import answer_repeat
from inspect_app.plans.models import Team

TODAY = clock.today()
WORDS = "Chưa niêm yết đủ 12 thủ tục hành chính mới công bố tại Bộ phận Một cửa."
ALIKE = "Bộ phận Một cửa chưa niêm yết đủ thủ tục hành chính mới công bố."
OTHER = "Sổ theo dõi hồ sơ ghi tay không khớp với phần mềm, thiếu phiếu kiểm soát."
TO_DO = {"required": "Khắc phục xong."}


@pytest.fixture
def ward(make):
    return make.unit("Phường Hòa Phú")


@pytest.fixture
def earlier(make, ward):
    """Put right two years ago, found by a team that is no more."""
    day = TODAY - timedelta(days=700)
    issued, sent = day + timedelta(days=10), day + timedelta(days=20)
    dates = {"day": day, "issued": issued, "started": issued, "sent": sent, "judged": sent}
    return make.finding("resolved", unit=ward, text=WORDS, **TO_DO, **dates)


@pytest.fixture
def again(make, ward, earlier):
    return make.finding("recorded", unit=ward, text=ALIKE, required="Niêm yết đủ.")


@pytest.fixture
def head(make, again):
    return make.head_of(make.session.get_one(Team, again.team_id))


def test_likeness_is_the_share_of_common_pairs_of_words():
    assert likeness(WORDS, ALIKE) > 0.5
    assert likeness(WORDS, WORDS.upper()) == 1
    assert likeness(WORDS, OTHER) < 0.1
    assert likeness("", WORDS) == 0
    assert likeness("chua niem yet", "Chưa niêm yết") == 1


def test_the_team_is_told_of_what_another_team_found_there(make, earlier, again, head):
    ((number, offered),) = alike([again], make.actor(head)).items()
    assert (number, [one.code for one in offered]) == (again.id, [earlier.code])
    assert not offered[0].opens, "its page stays closed to a team that may not know of it"
    assert alike([again], make.actor(make.reviewer))[again.id][0].opens


def test_only_alike_ones_of_the_unit_in_the_same_area_that_were_issued_are_offered(make, ward, again, head):
    make.finding(unit=ward, text=OTHER, **TO_DO)
    make.finding(unit=ward, text=WORDS, area_code="VII", **TO_DO)
    make.finding("withdrawn", unit=ward, text=WORDS, **TO_DO)
    make.finding("recorded", unit=ward, text=WORDS, **TO_DO)
    make.finding(unit=make.unit(), text=WORDS, **TO_DO)
    assert len(alike([again], make.actor(head))[again.id]) == 1


def test_what_a_predecessor_was_told_is_offered_too(make, earlier, ward):
    heir = make.unit("Phường Mới")
    make.succession(ward, heir)
    finding = make.finding("recorded", unit=heir, text=ALIKE, **TO_DO)
    assert [one.code for one in alike([finding], make.actor(make.reviewer))[finding.id]] == [earlier.code]


def test_what_was_confirmed_is_linked_both_ways_and_counted(make, earlier, again, head, session):
    actor, reviewer = make.actor(head), make.actor(make.reviewer)
    answer_repeat(again, earlier.id, repeats=True, actor=actor, today=TODAY, version=again.version)
    session.commit()
    assert again.repeats_id == earlier.id
    assert alike([again], actor) == {}
    event = session.scalars(select(Event).where(Event.action == "finding:repeat")).one()
    assert (event.payload["repeats"], event.payload["earlier"]) == (True, earlier.code)
    assert queries.counts(reviewer, Filter(repeats=True), today=TODAY).total == 1
    for finding, link in ((again, "repeats"), (earlier, "repeated_by")):
        seen = queries.one(reviewer, finding.id)
        assert seen is not None
        shown = panels.repeats(reviewer, seen)
        assert shown is not None
        assert getattr(shown["links"], link)


def test_what_was_denied_is_not_asked_again_and_a_link_can_be_taken_back(make, earlier, again, head, session):
    actor = make.actor(head)
    answer_repeat(again, earlier.id, repeats=True, actor=actor, today=TODAY)
    answer_repeat(again, earlier.id, repeats=False, actor=actor, today=TODAY)
    session.commit()
    assert again.repeats_id is None
    assert alike([again], actor) == {}


def test_only_the_team_says_so_and_only_while_it_is_written_down(make, earlier, again, head, ward):
    for person in (make.officer(ward), make.reviewer, make.person(Role.VIEWER)):
        with pytest.raises(NotAllowed):
            answer_repeat(again, earlier.id, repeats=True, actor=make.actor(person), today=TODAY)
    with pytest.raises(Invalid):
        answer_repeat(again, make.finding().id, repeats=True, actor=make.actor(head), today=TODAY)
    issued = make.finding(unit=ward, team=make.team(head=head), text=ALIKE, **TO_DO)
    with pytest.raises(WrongState):
        answer_repeat(issued, earlier.id, repeats=True, actor=make.actor(head), today=TODAY)


def test_the_check_before_sending_asks_and_takes_the_answer(make, earlier, again, head, browser, session):
    browser.signed_in_as(head)
    assert f"Có thể lặp lại {earlier.code}" in browser.get("findings.show", finding_id=again.id).main
    page = browser.get("recording.review", visit_id=again.visit_id)
    assert f"Có thể lặp lại {earlier.code}" in page.main
    form = page.html.select_one(f"form[action$='/findings/{again.id}/repeat']")
    data = {one["name"]: one["value"] for one in form.select("input")} | {"repeats": "1"}
    assert browser.post("findings.repeat", finding_id=again.id, data=data).location.endswith("/record/review")
    page = browser.get("findings.show", finding_id=again.id)
    assert f"Lặp lại {earlier.code}" in page.main
    assert browser.post("findings.repeat", finding_id=again.id, data=data, status=409).status == 409, "an old page"
    browser.signed_in_as(make.reviewer)
    old = browser.get("findings.show", finding_id=earlier.id)
    assert f"Đã lặp lại ở {again.code}" in old.main
    assert browser.get("findings.index", repeats=1).total == 1
