"""One step for many findings: each goes its own way, and none with rights of another."""

from datetime import timedelta

import pytest

from inspect_app.core import clock
from inspect_app.core.actor import TeamRole
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.findings import services
from inspect_app.findings.models import Finding, State, Submission

TODAY = clock.today()


@pytest.fixture
def sent(make):
    """Three findings of three units, sent to one team."""
    team = make.team()
    return team, [make.finding("submitted", team=team, unit=make.unit()) for _ in range(3)]


def data(page):
    """What the confirmation page would send as it stands."""
    form = page.html.select_one("form#bulk")
    inputs = [*form.select("input[type=hidden]"), *page.html.select("input[form=bulk]")]
    fields: dict[str, list[str]] = {}
    for one in inputs:
        fields.setdefault(one["name"], []).append(one["value"])
    return fields


def asked(browser, verb, findings):
    return browser.get(f"findings.bulk_{verb}", id=[finding.id for finding in findings])


def states(findings):
    return [db.session.get_one(Finding, finding.id).state for finding in findings]


def test_several_are_accepted_with_one_answer(make, browser, sent):
    team, findings = sent
    browser.signed_in_as(make.head_of(team))
    page = asked(browser, "accept", findings)
    assert all(finding.code in page.main for finding in findings)
    said = {**data(page), "method": "documents", "note": "Đủ hồ sơ."}
    done = browser.post("findings.bulk_accept", data=said)
    assert done.location == "/findings/"
    assert states(findings) == [State.RESOLVED] * 3
    assert db.session.query(Event).filter_by(action="finding:accept").count() == 3
    assert "Đã xác nhận 3 hạn chế." in browser.visit(done.location).main
    assert browser.post("findings.bulk_accept", data=said).location == "/findings/"
    assert db.session.query(Event).filter_by(action="finding:accept").count() == 3


def test_what_somebody_just_changed_is_left_and_the_others_are_done(make, browser, sent):
    team, findings = sent
    browser.signed_in_as(make.head_of(team))
    said = {**data(asked(browser, "return", findings)), "reason": "Thiếu ảnh chụp bảng niêm yết."}
    services.send_back(
        db.session.get_one(Finding, findings[1].id),
        actor=make.actor(make.reviewer),
        reason="Mờ.",
        on=TODAY,
        today=TODAY,
    )
    make.session.commit()
    page = browser.post("findings.bulk_return", data=said, status=409)
    assert states(findings) == [State.RETURNED] * 3
    notes = {row.finding_id: row.note for row in db.session.query(Submission)}
    assert [notes[finding.id] for finding in findings] == [said["reason"], "Mờ.", said["reason"]]
    assert page.html.select_one(f"#row-{findings[1].id} .text-late")
    assert not page.html.select_one(f"#row-{findings[0].id} .text-late")
    assert "Đã làm xong 2 trên 3 hạn chế" in page.main


def test_a_row_of_an_older_version_is_offered_again_with_what_was_typed(make, browser, sent):
    _team, findings = sent
    browser.signed_in_as(make.reviewer)
    said = {**data(asked(browser, "accept", findings)), "method": "sampling", "note": "Đã xem."}
    said[f"version-{findings[0].id}"] = ["1"]
    page = browser.post("findings.bulk_accept", data=said, status=409)
    assert states(findings) == [State.SUBMITTED, State.RESOLVED, State.RESOLVED]
    again = {**data(page), "method": "sampling", "note": "Đã xem."}
    assert again["id"] == [str(findings[0].id)]
    assert "Đã xem." in page.html.select_one("textarea[name=note]").text
    browser.post("findings.bulk_accept", data=again)
    assert states(findings) == [State.RESOLVED] * 3


def test_nobody_gets_more_by_ticking_many(make, browser, sent):
    """Another team's finding is left out, one that cannot be seen is not named."""
    team, findings = sent
    stranger = make.finding("submitted", text="Của đoàn khác.")
    browser.signed_in_as(make.sitting(team))
    page = asked(browser, "accept", [*findings, stranger])
    assert "Của đoàn khác" not in page.main
    assert "1 hạn chế đã chọn không tìm thấy" in page.main
    said = {**data(page), "method": "documents"}
    said["id"] = [*said["id"], str(stranger.id)]
    browser.post("findings.bulk_accept", data=said)
    assert states([*findings, stranger]) == [State.RESOLVED] * 3 + [State.SUBMITTED]
    browser.post("findings.bulk_follow", data={"id": [str(findings[0].id)], "person": "1"}, status=403)
    browser.get("findings.bulk_accept", id=stranger.id, status=404)


def test_a_verifier_at_home_in_one_of_the_units_leaves_that_one(make, browser, sent):
    team, findings = sent
    person = make.sitting(team)
    person.home_unit_id = findings[0].unit_id
    make.session.commit()
    browser.signed_in_as(person)
    page = asked(browser, "accept", findings)
    assert len(page.html.select("input[form=bulk][name=id]")) == 2
    said = {**data(page), "method": "documents", "id": [str(finding.id) for finding in findings]}
    browser.post("findings.bulk_accept", data=said, status=422)
    assert states(findings) == [State.SUBMITTED, State.RESOLVED, State.RESOLVED]


def test_the_head_gives_findings_to_a_member(make, browser, sent):
    team, findings = sent
    member = make.sitting(team)
    browser.signed_in_as(make.head_of(team))
    said = {**data(asked(browser, "follow", findings)), "person": str(member.id)}
    browser.post("findings.bulk_follow", data=said)
    assert [db.session.get_one(Finding, finding.id).follower_id for finding in findings] == [member.id] * 3
    event = db.session.query(Event).filter_by(action="finding:follow").first()
    assert event is not None
    assert event.payload["follower_id"] == member.id


def test_a_reviewer_puts_several_deadlines_off(make, browser):
    findings = [make.finding(fixed_deadline=TODAY + timedelta(n)) for n in (-3, 5, 40)]
    until = TODAY + timedelta(30)
    browser.signed_in_as(make.reviewer)
    said = {**data(asked(browser, "extend", findings)), "reason": "Mưa lũ.", "until": f"{until:%d/%m/%Y}"}
    page = browser.post("findings.bulk_extend", data=said, status=422)
    assert [db.session.get_one(Finding, finding.id).deadline for finding in findings[:2]] == [until] * 2
    assert "Chọn một ngày sau thời hạn hiện nay" in page.html.select_one(f"#row-{findings[2].id}").text


def test_an_officer_gives_findings_to_a_colleague(make, browser):
    unit = make.unit()
    findings = [make.finding(unit=unit) for _ in range(2)]
    officer, colleague = make.officer(unit), make.person("officer", unit)
    browser.signed_in_as(officer)
    said = {**data(asked(browser, "assign", findings)), "person": str(colleague.id)}
    browser.post("findings.bulk_assign", data=said)
    assert [db.session.get_one(Finding, finding.id).assignee_id for finding in findings] == [colleague.id] * 2


def test_who_left_the_team_cannot_be_given_anything(make, browser, sent):
    team, findings = sent
    former = make.sitting(team, TeamRole.SECRETARY)
    browser.signed_in_as(make.head_of(team))
    said = {**data(asked(browser, "follow", findings)), "person": str(former.id)}
    make.unseat(team, former)
    page = browser.post("findings.bulk_follow", data=said, status=422)
    assert page.error_on("person")


def test_something_must_be_ticked_and_not_too_much(make, browser, sent):
    browser.signed_in_as(make.reviewer)
    assert browser.get("findings.bulk_accept", status=303).location == "/findings/"
    assert browser.post("findings.bulk_accept", data={"id": [str(n) for n in range(1, 203)]}).location == "/findings/"
    page = asked(browser, "accept", sent[1])
    refused = browser.post("findings.bulk_accept", data=data(page), status=422)
    assert refused.error_on("method") == "Chọn một cách xác nhận"


def test_the_list_carries_the_buttons_of_its_reader(make, browser, sent):
    team, _findings = sent
    live = "bulk_accept bulk_return bulk_follow"
    for person, some in ((make.head_of(team), live), (make.reviewer, live)):
        page = browser.signed_in_as(person).get("findings.index", plan=team.plan_id)
        found = " ".join(button["formaction"] for button in page.html.select(".bulk button[formaction]"))
        assert all(browser.address(f"findings.{name}", {}) in found for name in some.split())
        assert len(page.html.select("input[name=id]")) == 3
    every = browser.get("findings.index", plan=team.plan_id, tick=1)
    assert len(every.html.select("input[name=id][checked]")) == 3
    assert not browser.get("findings.index", as_of=(TODAY - timedelta(1)).isoformat()).html.select("input[name=id]")
    viewer = make.person("viewer")
    assert not browser.signed_in_as(viewer).get("findings.index").html.select("input[name=id]")


def test_the_page_costs_the_same_for_many(make, browser, sent):
    team, findings = sent
    browser.signed_in_as(make.head_of(team))
    one, three = (asked(browser, "accept", some) for some in (findings[:1], findings))
    assert len(one.queries) == len(three.queries)
