"""One letter for many findings: all are submitted or none, with the same files, and each is judged alone."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.staging import Staged
from inspect_app.findings import services
from inspect_app.findings.models import Conclusion, Evidence, Finding, State, Submission, Verification
from inspect_app.findings.services.together import Claim, Refused, submit_together
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry

TODAY = clock.today()
LETTER = {"letter_number": "45/BC-UBND", "letter_on": f"{TODAY:%d/%m/%Y}"}


@pytest.fixture
def notice(make):
    """A notice with three findings: (conclusion, findings, officer)."""
    unit = make.unit("Phường Hòa Phú")
    visit = make.visit(unit=unit, team=make.team())
    head = make.actor(make.head_of(visit.team))
    findings = make.findings_of(visit, [make.particulars() for _ in range(3)], actor=head)
    visits.report(visit, entry=Entry.FOUND, actor=head, today=TODAY, on=TODAY)
    said: dict[str, Any] = {"number": "57/TB-ĐKT", "dated_on": TODAY, "signer": "Lê Thị Ký"}
    services.conclude(visit, actor=head, today=TODAY, **said, **make.storing)
    make.session.commit()
    return db.session.query(Conclusion).one(), findings, make.officer(unit)


def send(make, findings, officer, **changed):
    given = {
        "files": [make.file("cong-van.pdf")],
        "letter_number": "45/BC-UBND",
        "letter_on": TODAY,
        "on": TODAY,
        "today": TODAY,
        **changed,
    }
    claims = [Claim(finding, "Đã niêm yết đủ.") for finding in findings]
    return submit_together(claims, actor=make.actor(officer), **given, **make.storing)


def states(findings):
    return [db.session.get_one(Finding, finding.id).state for finding in findings]


def test_each_has_its_own_submission_and_the_file_is_kept_once(make, notice):
    _conclusion, findings, officer = notice
    made = send(make, findings, officer)
    make.session.commit()
    assert states(findings) == [State.SUBMITTED] * 3
    assert {one.bundle for one in made} == {made[0].id}
    assert {(one.letter_number, one.letter_on) for one in made} == {("45/BC-UBND", TODAY)}
    files = db.session.query(Evidence).filter(Evidence.submission_id.isnot(None)).all()
    assert len(files) == 3
    assert len({file.sha256 for file in files}) == 1
    assert {file.finding_id for file in files} == {finding.id for finding in findings}
    assert db.session.query(Event).filter_by(action="finding:submit").count() == 3


def test_one_that_cannot_be_sent_holds_all_back(make, notice):
    _conclusion, findings, officer = notice
    make.move(findings[1], State.WITHDRAWN, started=TODAY, sent=TODAY, judged=TODAY)
    make.session.commit()
    with pytest.raises(Refused) as refused:
        send(make, findings, officer)
    make.session.rollback()
    assert list(refused.value.by_finding) == [findings[1].id]
    assert states(findings) == [State.OPEN, State.WITHDRAWN, State.OPEN]
    assert db.session.query(Submission).count() == 0
    assert db.session.query(Event).filter_by(action="finding:submit").count() == 0


def test_a_single_one_is_no_bundle(make, notice):
    _conclusion, findings, officer = notice
    assert send(make, findings[:1], officer)[0].bundle is None


def test_each_is_judged_alone(make, notice):
    _conclusion, findings, officer = notice
    send(make, findings, officer)
    reviewer = {"actor": make.actor(make.reviewer), "on": TODAY, "today": TODAY}
    services.accept(findings[0], method=Verification.DOCUMENTS, **reviewer)
    services.send_back(findings[1], reason="Thiếu ảnh.", **reviewer)
    make.session.commit()
    assert states(findings) == [State.RESOLVED, State.RETURNED, State.SUBMITTED]


def form(browser, conclusion, findings, take, **said):
    """What the page would send with these ticked."""
    page = browser.get("conclusions.report", conclusion_id=conclusion.id)
    data = {field["name"]: field["value"] for field in page.html.select("main form input[type=hidden]")}
    ticks = {f"f{finding.id}-take": "y" for finding in take}
    return {**data, **LETTER, **ticks, **said}


def test_an_officer_answers_a_notice_with_one_letter(make, browser, notice):
    conclusion, findings, officer = notice
    browser.signed_in_as(officer)
    own = {f"f{findings[1].id}-statement": "Đã thay biển tên."}
    said = form(browser, conclusion, findings, findings[:2], statement="Đã niêm yết.", **own)
    done = browser.post(
        "conclusions.report", conclusion_id=conclusion.id, data={**said, "files": [make_file("cv.pdf")]}
    )
    assert "Đã gửi xác nhận 2 hạn chế" in browser.visit(done.location).main
    assert states(findings) == [State.SUBMITTED, State.SUBMITTED, State.OPEN]
    told = {one.finding_id: one.statement for one in db.session.query(Submission)}
    assert told == {findings[0].id: "Đã niêm yết.", findings[1].id: "Đã thay biển tên."}
    assert browser.post("conclusions.report", conclusion_id=conclusion.id, data=said, status=422)


def test_a_file_that_came_ahead_goes_with_every_one_of_them(make, browser, notice):
    conclusion, findings, officer = notice
    browser.signed_in_as(officer)
    page = f"/conclusions/{conclusion.id}/report"
    browser.open("POST", "/uploads", data={"page": page, "file": make_file("cv.pdf")}, status=201)
    number = db.session.query(Staged).one().id
    said = form(browser, conclusion, findings, findings[:2], statement="Đã niêm yết.")
    browser.post("conclusions.report", conclusion_id=conclusion.id, data={**said, "files": [str(number)]})
    assert states(findings) == [State.SUBMITTED, State.SUBMITTED, State.OPEN]
    sent = db.session.query(Evidence).filter(Evidence.submission_id.is_not(None)).all()
    assert len({one.submission_id for one in sent}) == len(sent) == 2
    assert len({one.sha256 for one in sent}) == 1


def make_file(name):
    return BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"), name


def test_what_is_missing_is_said_where_it_is_missing(make, browser, notice):
    conclusion, findings, officer = notice
    browser.signed_in_as(officer)
    said = form(browser, conclusion, findings, findings[:1])
    page = browser.post("conclusions.report", conclusion_id=conclusion.id, data=said, status=422)
    assert page.error_on("files") == "Đính kèm ít nhất một ảnh hoặc văn bản chứng minh"
    assert page.error_on(f"f{findings[0].id}-statement")
    nothing = form(browser, conclusion, findings, [], statement="Đã làm.")
    page = browser.post("conclusions.report", conclusion_id=conclusion.id, data=nothing, status=422)
    assert "Chọn ít nhất một hạn chế" in page.main


def test_a_colleague_who_was_quicker_is_named_at_that_line_and_nothing_is_lost(make, browser, notice):
    conclusion, findings, officer = notice
    browser.signed_in_as(officer)
    said = form(browser, conclusion, findings, findings, statement="Đã niêm yết đủ cả ba bảng.")
    by = {"actor": make.actor(officer), "on": TODAY, "today": TODAY}
    services.start(db.session.get_one(Finding, findings[2].id), undertaking="In lại.", by=TODAY + timedelta(3), **by)
    make.session.commit()
    data = {**said, "files": [make_file("cv.pdf")]}
    page = browser.post("conclusions.report", conclusion_id=conclusion.id, data=data, status=409)
    assert states(findings) == [State.OPEN, State.OPEN, State.IN_PROGRESS]
    assert page.error_on(f"f{findings[2].id}-take")
    assert "Đã niêm yết đủ cả ba bảng." in page.html.select_one("#statement").text
    again = {field["name"]: field["value"] for field in page.html.select("main form input[type=hidden]")}
    data = {**said, **again, "files": [make_file("cv.pdf")]}
    browser.post("conclusions.report", conclusion_id=conclusion.id, data=data)
    assert states(findings) == [State.SUBMITTED] * 3


def test_the_verifier_sees_what_came_with_the_same_letter(make, browser, notice):
    _conclusion, findings, officer = notice
    send(make, findings, officer)
    make.session.commit()
    browser.signed_in_as(make.reviewer)
    page = browser.get("findings.show", finding_id=findings[0].id)
    assert "Gửi cùng 2 hạn chế khác trong công văn 45/BC-UBND" in page.main
    for other in findings[1:]:
        assert browser.address("findings.show", {"finding_id": other.id}) in page.links()


def test_another_unit_cannot_answer_for_it(make, browser, notice):
    conclusion, _findings, _officer = notice
    browser.signed_in_as(make.officer(make.unit()))
    browser.get("conclusions.report", conclusion_id=conclusion.id, status=404)
    browser.signed_in_as(make.reviewer)
    browser.get("conclusions.report", conclusion_id=conclusion.id, status=403)
