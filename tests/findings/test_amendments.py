"""What was issued stays as it was issued; corrections are numbered and say what they change."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.findings import queries, services
from inspect_app.findings.models import Amendment, Conclusion, Evidence, Finding
from inspect_app.findings.queries import Filter
from inspect_app.findings.services.amendment import as_corrected
from inspect_app.plans.models import Area
from inspect_app.visits.models import Visit

TODAY = clock.today()
A_DAY = timedelta(days=1)
PAPER: dict[str, Any] = {"number": "61/TB-ĐKT", "signer": "Lê Thị Ký", "reason": "Ghi nhầm lĩnh vực."}
PDF = b"%PDF-1.4\n%a signed notice\n%%EOF\n"


@pytest.fixture
def finding(make):
    """Issued twenty days ago, sent yesterday."""
    return make.finding("submitted", area_code="III", sent=TODAY - A_DAY)


@pytest.fixture
def visit(make, finding):
    return make.whole(make.session.get_one(Visit, finding.visit_id))


@pytest.fixture
def head(make, visit):
    return make.actor(make.head_of(visit.team))


def words(finding, **changed):
    return services.Corrected(
        **{"text": finding.text, "required": finding.required, "area_code": finding.area_code, **changed}
    )


@pytest.fixture
def amend(make, visit, head):
    def amend(findings=(), *, notice=(), actor=None, dated_on=TODAY, **given):
        return services.amend(
            visit,
            **{**PAPER, **given},
            dated_on=dated_on,
            findings=dict(findings),
            notice=dict(notice),
            actor=actor or head,
            today=TODAY,
            **make.storing,
        )

    return amend


def test_words_and_area_change_and_nothing_else_does(make, finding, amend, session):
    kept = ("state", "deadline", "baseline", "issued_on", "submitted_on", "in_time", "rounds", "responsible_unit_id")
    before = {name: getattr(finding, name) for name in kept}
    was, issued = finding.text, session.scalars(select(Conclusion)).one()
    notice = (issued.number, issued.dated_on, issued.signer, issued.issued_at)
    made = amend({finding.id: words(finding, text="Thiếu sổ văn bản đến. Sổ đi đủ.", area_code="VT")})
    session.commit()
    assert (finding.text, finding.title, finding.area_code) == (
        "Thiếu sổ văn bản đến. Sổ đi đủ.",
        "Thiếu sổ văn bản đến",
        "VT",
    )
    assert "so van ban den" in finding.folded
    assert {name: getattr(finding, name) for name in kept} == before
    issued = session.scalars(select(Conclusion)).one()
    assert (issued.number, issued.dated_on, issued.signer, issued.issued_at) == notice
    assert (made.ordinal, made.number, made.reason) == (1, "61/TB-ĐKT", "Ghi nhầm lĩnh vực.")
    assert made.changes == [
        {"finding": finding.code, "field": "text", "before": was, "after": "Thiếu sổ văn bản đến. Sổ đi đủ."},
        {
            "finding": finding.code,
            "field": "area_code",
            "before": "III",
            "after": "VT",
            "names": [session.get_one(Area, code).short_name for code in ("III", "VT")],
        },
    ]
    told = session.scalars(select(Event).where(Event.action == "finding:amend")).one()
    assert (told.subject_id, told.payload["ordinal"], told.payload["area_code"]) == (finding.id, 1, "VT")


def test_figures_by_area_stay_right_as_of_any_day(make, finding, amend, session):
    amend({finding.id: words(finding, area_code="VT")}, dated_on=TODAY)
    session.commit()
    reviewer = make.actor(make.reviewer)

    def number(area, day):
        return queries.counts(reviewer, Filter(areas=(area,), as_of=day), today=TODAY).total

    assert (number("III", TODAY - A_DAY), number("VT", TODAY - A_DAY)) == (1, 0)
    assert (number("III", TODAY), number("VT", TODAY)) == (0, 1)


def test_on_paper_it_may_be_older_than_what_happened_since(finding, amend, session):
    made = amend({finding.id: words(finding, area_code="VT")}, dated_on=TODAY - 5 * A_DAY)
    session.commit()
    assert made.dated_on == TODAY - 5 * A_DAY
    told = session.scalars(select(Event).where(Event.action == "finding:amend")).one()
    assert told.on == finding.moved_on == TODAY - A_DAY  # the day it was sent: no change counts for an earlier one


def test_amendments_are_numbered_for_each_conclusion(make, finding, amend, session):
    first = amend({finding.id: words(finding, text="Một.")}, ordinal=1)
    second = amend({finding.id: words(finding, text="Hai.")}, ordinal=2)
    assert [first.ordinal, second.ordinal] == [1, 2]
    with pytest.raises(Stale):
        amend({finding.id: words(finding, text="Ba.")}, ordinal=2)
    assert session.scalars(select(Amendment.ordinal).order_by(Amendment.ordinal)).all() == [1, 2]


def test_a_misprint_in_the_notice_itself_is_corrected_beside_it(finding, amend, session):
    issued = session.scalars(select(Conclusion)).one()
    number, day = issued.number, issued.dated_on
    deadline = finding.deadline
    one = amend(notice={"number": "58/TB-ĐKT", "dated_on": day + A_DAY, "signer": issued.signer})
    two = amend(notice={"number": "59/TB-ĐKT"})
    session.commit()
    issued = session.scalars(select(Conclusion)).one()
    assert (issued.number, issued.dated_on, finding.deadline) == (number, day, deadline)
    assert [change["field"] for change in one.changes] == ["number", "dated_on"]
    assert two.changes == [{"finding": "", "field": "number", "before": "58/TB-ĐKT", "after": "59/TB-ĐKT"}]
    reads = as_corrected(issued, [one, two])
    assert reads == {"number": "59/TB-ĐKT", "dated_on": day + A_DAY, "signer": issued.signer}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": " "}, "number"),
        ({"signer": ""}, "signer"),
        ({"reason": " "}, "reason"),
        ({"dated_on": TODAY + A_DAY}, "dated_on"),
        ({"dated_on": TODAY - 25 * A_DAY}, "dated_on"),
    ],
)
def test_what_an_amendment_needs(finding, amend, given, field):
    with pytest.raises(Invalid) as refused:
        amend({finding.id: words(finding, text="Khác.")}, **given)
    assert refused.value.field == field


def test_an_amendment_changes_something_and_leaves_nothing_blank(finding, amend):
    with pytest.raises(Invalid, match="Chưa sửa nội dung nào"):
        amend({finding.id: words(finding)})
    with pytest.raises(Invalid, match="Nhập mô tả hạn chế"):
        amend({finding.id: words(finding, text=" ")})


def test_another_visits_findings_are_left_alone(make, finding, amend):
    other = make.finding("open")
    with pytest.raises(Invalid, match="Chưa sửa nội dung nào"):
        amend({other.id: words(other, text="Khác.")})


def test_whoever_signs_amends(make, visit, finding, amend):
    for person in (make.sitting(visit.team), make.officer(make.whole(visit).unit), make.head_of(make.team())):
        with pytest.raises(NotAllowed):
            amend({finding.id: words(finding, text="Khác.")}, actor=make.actor(person))
    assert amend({finding.id: words(finding, text="Khác.")}, actor=make.actor(make.reviewer)).ordinal == 1


def test_there_is_nothing_to_amend_before_the_conclusion(make):
    early = make.whole(make.visit())
    head = make.actor(make.head_of(early.team))
    with pytest.raises(WrongState):
        services.amend(early, **PAPER, dated_on=TODAY, findings={}, notice={}, actor=head, today=TODAY, **make.storing)


def test_the_signed_paper_may_come_later_and_comes_once(make, visit, head, session):
    issued = session.scalars(select(Conclusion)).one()
    before = (issued.number, issued.dated_on, visit.version)

    def attach(actor=head):
        scan = [make.file("thong-bao.pdf", PDF)]
        return services.attach(visit, scan, actor=actor, today=TODAY, **make.storing)

    (kept,) = attach()
    assert attach() == []
    session.commit()
    assert session.scalars(select(Evidence.id).where(Evidence.visit_id == visit.id)).all() == [kept.id]
    assert (issued.number, issued.dated_on, visit.version) == before
    told = session.scalars(select(Event).where(Event.action == "visit:attach")).one()
    assert told.payload["files"] == [kept.sha256]
    with pytest.raises(NotAllowed):
        attach(make.actor(make.sitting(make.whole(visit).team)))


# Pages


def test_an_amendment_is_typed_in_and_read(browser, make, visit, finding):
    was = finding.text
    head = browser.signed_in_as(make.head_of(visit.team))
    links = head.get("visits.show", visit_id=visit.id).links()
    assert {f"/visits/{visit.id}/amend", f"/visits/{visit.id}/scan"} <= set(links)
    page = head.get("recording.amend", visit_id=visit.id)
    hidden = {name: page.html.select_one(f"input[name={name}]")["value"] for name in ("once", "ordinal")}
    block = f"f{finding.id}"
    typed = {
        **hidden,
        **PAPER,
        "dated_on": f"{TODAY:%d/%m/%Y}",
        f"{block}-text": "Bảng niêm yết thiếu 12 thủ tục.",
        f"{block}-required": finding.required,
        f"{block}-area": "VT",
    }
    refused = head.post("recording.amend", visit_id=visit.id, data={**typed, f"{block}-text": " "}, status=422)
    assert refused.error_on(f"{block}-text") == "Nhập mô tả hạn chế"
    first = head.post("recording.amend", visit_id=visit.id, data=typed)
    assert head.post("recording.amend", visit_id=visit.id, data=typed).location == first.location
    late = head.post("recording.amend", visit_id=visit.id, data={**typed, "once": "y" * 20}, status=409)
    assert "Bảng niêm yết thiếu 12 thủ tục." in late.text

    officer = browser.signed_in_as(make.officer(make.whole(visit).unit))
    page = officer.get("visits.show", visit_id=visit.id)
    assert "Đính chính số 1" in page.main
    assert [was, "Bảng niêm yết thiếu 12 thủ tục."] == [
        page.html.select_one("main del").get_text(),
        page.html.select_one("main ins").get_text(),
    ]
    assert f"/visits/{visit.id}/amend" not in page.links()
    minutes = officer.get("visits.minutes", visit_id=visit.id).main  # as they were signed
    assert was.split(".")[0] in minutes
    assert "thiếu 12 thủ tục" not in minutes
    log = officer.get("findings.show", finding_id=finding.id).main
    assert "Đính chính số 1, văn bản 61/TB-ĐKT" in log
    assert f"Trước đính chính: {was}" in log


def test_a_scan_is_added_on_its_page(browser, make, visit):
    head = browser.signed_in_as(make.head_of(visit.team))
    page = head.get("recording.attach", visit_id=visit.id)
    once = page.html.select_one("input[name=once]")["value"]
    assert "Chọn bản quét" in head.post("recording.attach", visit_id=visit.id, data={"once": once}, status=422).main
    sent = {"once": once, "scan": [(BytesIO(PDF), "thong-bao.pdf")]}
    head.post("recording.attach", visit_id=visit.id, data=sent)
    assert "thong-bao.pdf" in head.get("visits.show", visit_id=visit.id).main


def test_a_corrected_day_is_read_as_days_are_written(browser, make, visit, finding, amend, session):
    amend(notice={"dated_on": date(2026, 2, 3)})
    session.commit()
    assert session.get_one(Finding, finding.id).issued_on != date(2026, 2, 3)
    page = browser.signed_in_as(make.head_of(make.whole(visit).team)).get("visits.show", visit_id=visit.id)
    assert "đính chính thành 03/02/2026" in page.main
