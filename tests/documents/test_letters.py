"""What letters say of real records, and to whom: one small world, and the figures of its pages."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from docx import Document
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.documents import policy
from inspect_app.documents.queries.kinds import Fields
from inspect_app.documents.queries.letters import KINDS, conclusion, decision, minutes, plan, remediation, report
from inspect_app.documents.queries.letters import schedule as schedules
from inspect_app.documents.queries.letters import statistics as annexes
from inspect_app.documents.queries.letters import urging as urgings
from inspect_app.documents.queries.statistics import figures
from inspect_app.documents.queries.writers import writer_for
from inspect_app.documents.services import apart
from inspect_app.findings import services as findings
from inspect_app.findings.models import Conclusion
from inspect_app.findings.queries import conclusions
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.reminders.models import Level, Urging
from inspect_app.reports.queries import Day
from inspect_app.reports.queries import report as counted
from inspect_app.units.models import UnitKind
from inspect_app.visits.models import Visit, VisitState
from inspect_app.web.lookup import one_or_404
from inspect_app.workdays.periods import Period, PeriodCode, period

TODAY = clock.today()
SAID: dict[str, Any] = {"city": "Cần Thơ", "today": TODAY}


def fits(fields: Any, sample: Any) -> bool:
    """The same names and kinds all through; a list may be empty."""
    if isinstance(sample, dict):
        return isinstance(fields, dict) and fields.keys() == sample.keys() and all(map(fits, *_values(fields, sample)))
    if isinstance(sample, list):
        return isinstance(fields, list) and all(fits(one, sample[0]) for one in fields)
    return isinstance(fields, str)


def _values(fields: dict[str, Any], sample: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    return [fields[name] for name in sample], list(sample.values())


def test_every_letter_of_a_plan_says_what_its_pages_say(make, session):
    """One plan with an open, a resolved and an overdue finding, each at a unit of its own."""
    ward, department = make.unit("Phường Cái Khế"), make.unit("Sở Tư pháp", kind=UnitKind.DEPARTMENT, code="STP")
    team = make.team(make.plan(number="15/KH-UBND", issued_on=TODAY - timedelta(days=60)))
    found = make.finding(
        "open", unit=ward, team=team, deadline_n=90, text="Thiếu <b> & {{ x }}", required="Niêm yết đủ."
    )
    make.finding("resolved", team=team, area_code="V", deadline_n=90)
    make.finding(unit=department, team=team, fixed_deadline=TODAY - timedelta(days=1))
    the_plan = one_or_404(plans.visible_to(make.actor(make.reviewer)).where(Plan.id == team.plan_id))
    actor = make.actor(make.reviewer)
    writer = writer_for(the_plan.issuing_unit)
    letters: dict[str, Fields] = {}

    visit = make.whole(session.get_one(Visit, found.visit_id))
    letters["conclusion"] = conclusion.letter(visit, actor=actor, **SAID).fields
    rows = letters["conclusion"]["han_che"]
    assert [row["noi_dung"] for row in rows if row["ma"] == found.code] == ["Thiếu <b> & {{ x }}"]
    assert {row["don_vi"] for row in rows} == {"UBND phường Cái Khế"}
    assert all(len(row["thoi_han"]) == len("13/11/2026") for row in rows)
    assert letters["conclusion"]["so_han_che"] == f"{len(rows):02d}"

    letters["minutes"] = minutes.letter(visit, actor=actor, **SAID).fields
    assert [row["ma"] for row in letters["minutes"]["han_che"]] == [row["ma"] for row in rows]

    page = counted(the_plan, actor=actor, day=Day(TODAY, TODAY))
    letters["report"] = report.letter(page, writer=writer, said="Câu tổng hợp.", **SAID).fields
    total = letters["report"]["tong"]
    told = (page.total.counted, page.total.resolved, page.total.on_time, page.total.live, page.total.overdue)
    names = ("han_che", "da_khac_phuc", "dung_han", "chua_xong", "qua_han")
    assert tuple(int(total[name]) for name in names) == told == (3, 1, 1, 2, 1)
    assert (total["ty_le"], total["da_kiem_tra"]) == ("33,3%", "3/3")
    for name in ("theo_cap", "theo_linh_vuc"):
        assert sum(int(row["han_che"]) for row in letters["report"][name]) == page.total.counted
    units = [row for group in letters["report"]["theo_don_vi"] for row in group["don_vi"]]
    assert [(row["ten"], row["han_che"], row["qua_han"]) for row in units[:2]] == [
        ("Sở Tư pháp", "1", "1"),
        ("Phường Cái Khế", "1", "0"),
    ]

    letters["plan"] = plan.letter(the_plan, actor=actor, writer=writer, **SAID).fields
    assert letters["plan"]["so_don_vi"] == "03"
    assert letters["plan"]["so_ky_hieu"] == "Số: 15/KH-UBND"
    letters["schedule"] = schedules.letter(the_plan, actor=actor, writer=writer, **SAID).fields
    assert letters["schedule"]["lich"] == [], "all were inspected"
    whole_team = one_or_404(plans.team_of(the_plan, team.id))
    letters["decision"] = decision.letter(the_plan, whole_team, writer=writer, **SAID).fields
    assert letters["decision"]["tham_quyen"] == "CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ CẦN THƠ"
    assert letters["decision"]["co_quan"] == "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ CẦN THƠ"
    seated = letters["decision"]["thanh_vien"]
    assert [one["dau"] for one in seated] == [*";" * (len(seated) - 1), "."]
    for one in whole_team.members:
        one.until = one.since
    after = decision.letter(the_plan, whole_team, writer=writer, city="Cần Thơ", today=TODAY + timedelta(days=400))
    assert after.fields["thanh_vien"] == seated, "who sat to the end, once its work is over"

    officer = make.actor(make.officer(ward))
    issued = session.scalars(select(Conclusion.id).where(Conclusion.visit_id == visit.id)).one()
    notice = one_or_404(conclusions.one(officer, issued))
    answered = list(conclusions.findings_of(officer, notice))
    fields = remediation.letter(notice, answered, team="Đoàn kiểm tra", writer=writer_for(ward), **SAID).fields
    letters["remediation"] = fields
    assert fields["da_khac_phuc"] == "0/1 (0%)"
    assert fields["dia_danh_ngay"].startswith("Cái Khế, ngày")

    this_month = Period(TODAY - timedelta(days=40), TODAY)
    numbers = figures(actor, this_month, TODAY)
    letters["statistics"] = annexes.letter(PeriodCode.HALF, 2026, this_month, numbers, writer=writer, **SAID).fields
    wanted = {
        "cuoc_kiem_tra": "3",
        "so_nganh_duoc_kiem_tra": "1",
        "xa_phuong_duoc_kiem_tra": "2",
        "han_che_ket_luan": "3",
        "han_che_da_xu_ly": "1",
        "ty_le_han_che_da_xu_ly": "33,3%",
        "khac_phuc_trong_ky": "1",
        "han_che_con_lai": "2",
        "han_che_con_qua_han": "1",
    }
    assert {name: numbers[name] for name in wanted} == wanted
    long_ago = figures(actor, period(PeriodCode.YEAR, 2019), TODAY)
    assert {long_ago[name] for name in wanted if not name.startswith("ty_le")} == {"0"}

    assert [code for code, fields in letters.items() if not fits(fields, dict(KINDS[code].sample))] == []


def test_a_period_that_is_over_counts_what_was_so_at_its_end(make):
    """Whatever came since: put right, taken up again, withdrawn."""
    reviewer, over = make.actor(make.reviewer), Period(days_ago(60), days_ago(10))
    told = {"team": make.team(make.plan()), "day": days_ago(40), "deadline_n": 60}
    make.finding("resolved", **told)
    make.finding("withdrawn", judged=days_ago(3), **told)
    again = make.finding("resolved", started=days_ago(25), sent=days_ago(20), judged=days_ago(15), **told)
    again_by = TODAY + timedelta(days=60)
    findings.reopen(again, actor=reviewer, reason="Lại sai.", deadline=again_by, on=days_ago(5), today=TODAY)
    numbers = figures(reviewer, over, TODAY)
    wanted = {
        "han_che_ket_luan": "3",
        "han_che_da_xu_ly": "1",
        "khac_phuc_trong_ky": "1",
        "khac_phuc_dung_han": "1",
        "han_che_con_lai": "2",
    }
    assert {name: numbers[name] for name in wanted} == wanted


def days_ago(number: int) -> date:
    return TODAY - timedelta(days=number)


def test_a_letter_that_urges_is_told_apart_into_its_parts(make):
    unit = make.unit("Phường Cái Khế")
    content = (
        "V/v đôn đốc khắc phục\n\nKính gửi: UBND phường Cái Khế\n\nCăn cứ Kế hoạch số 1;\nCăn cứ Thông báo số 2;\n\n"
        "Đến nay còn 01 hạn chế:\n\n1. HC-2026-0001: Niêm yết.\n\nII. Kiến nghị\n\nNơi nhận:\n- Như trên;\n- Lưu: VT."
    )
    step = Urging(level=Level.LETTER_1, content=content, number="", dated_on=None, unit=unit)
    fields = urgings.letter(step, writer=writer_for(unit), **SAID).fields
    assert fields["ve_viec"] == "V/v đôn đốc khắc phục"
    assert fields["kinh_gui"] == "UBND phường Cái Khế"
    assert fields["can_cu"] == ["Căn cứ Kế hoạch số 1;", "Căn cứ Thông báo số 2."]
    assert [(one["la_muc"], one["chu"]) for one in fields["noi_dung"]] == [
        ("", "Đến nay còn 01 hạn chế:"),
        ("", "1. HC-2026-0001: Niêm yết."),
        ("1", "II. Kiến nghị"),
    ]
    assert fields["noi_nhan"] == ["Như trên;", "Lưu: VT."]
    assert fits(fields, dict(urgings.KIND.sample))
    make.session.expunge_all()


def test_who_may_take_which_letter(make, browser):
    """A draft is for those who write it; the schedule of surprises is nobody's; the rest follows the page."""
    unit = make.unit("Phường Cái Khế")
    visit = make.visit(VisitState.REPORTED, unit=unit)
    head, officer, leader = (
        make.actor(make.head_of(visit.team)),
        make.actor(make.officer(unit)),
        make.person(Role.VIEWER),
    )
    whole = make.whole(visit)
    may = [policy.may_take_conclusion(who, whole) for who in (head, officer, make.actor(leader))]
    assert may == [True, False, False]
    surprise = make.plan(PlanKind.SURPRISE)
    assert not policy.may_take_schedule(make.actor(make.reviewer), surprise)
    assert policy.may_take_plan(make.actor(make.reviewer), surprise)
    make.target(surprise, unit)
    browser.signed_in_as(make.officer(unit))
    browser.get("documents.plan", plan_id=surprise.id, ending="docx", status=404)
    browser.get("documents.report", plan_id=surprise.id, ending="docx", status=404)
    browser.get("documents.conclusion", visit_id=visit.id, ending="docx", status=403)
    browser.get("documents.minutes", visit_id=visit.id, ending="pdf")


def test_a_report_of_another_day_is_of_that_day(make, browser):
    day = TODAY - timedelta(days=20)
    found = make.finding("resolved", day=TODAY - timedelta(days=60), sent=TODAY - timedelta(days=5))
    browser.signed_in_as(make.reviewer)
    made = browser.client.get(f"/documents/report/{found.plan_id}.docx?as_of={day.isoformat()}")
    text = " ".join(cell for line in apart.lines_of(made.data) for cell in line)
    assert f"số liệu tính đến ngày {day:%d/%m/%Y}" in text
    assert Document(BytesIO(made.data)).tables[1].rows[-1].cells[3].text == "0"
    late = date(TODAY.year + 1, 1, 1).isoformat()
    browser.get("documents.report", plan_id=found.plan_id, ending="docx", as_of=late, status=422)


def test_an_annex_of_no_reporting_year_is_not_found(make, browser):
    browser.signed_in_as(make.reviewer)
    for year in (2015, TODAY.year + 2):
        browser.get("documents.statistics", year=year, code="half", ending="docx", status=404)


def test_one_letter_to_several_units_is_counted_once(make, session):
    plan, actor = make.plan(), make.actor(make.reviewer)
    for number in ("5/SNV-CCHC", "5/SNV-CCHC", "6/SNV-CCHC", "", ""):
        told = {"level": Level.LETTER_1, "taken_on": TODAY, "number": number, "dated_on": TODAY if number else None}
        at = {"plan_id": plan.id, "unit_id": make.unit().id, "made_at": clock.now()}
        session.add(Urging(content="V/v đôn đốc", finding_ids=[], taker_name="", **told, **at))
    session.commit()
    assert figures(actor, Period(TODAY, TODAY), TODAY)["cong_van_don_doc"] == "4"
