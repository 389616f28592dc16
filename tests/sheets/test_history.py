"""Past plans come in from the sheets in which they were kept: what the sheet counts is what the report counts."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, Stale, WrongState
from inspect_app.core.loading import load
from inspect_app.core.storage import Kept
from inspect_app.findings import services as findings
from inspect_app.findings.models import Conclusion, Finding, Span, State, Submission, Verification
from inspect_app.findings.services import counts
from inspect_app.plans.models import Plan, Team
from inspect_app.plans.services import load_areas
from inspect_app.reminders.models import Mail, Notice
from inspect_app.reports import queries as reports
from inspect_app.reports.queries import Day
from inspect_app.reports.queries.frozen.freezing import Of
from inspect_app.reports.queries.frozen.snapshots import check
from inspect_app.reports.services import freeze
from inspect_app.sheets.models import Brought, Origin
from inspect_app.sheets.services import bringing
from inspect_app.sheets.services.heads import fields, guess
from inspect_app.sheets.services.history.rows import title_of
from inspect_app.sheets.services.kinds.history import COLUMNS, HISTORY
from inspect_app.sheets.services.lines import Verdict
from inspect_app.sheets.services.reading import Book
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits.models import Visit, VisitState
from tests.reports.test_figures import as_said
from tests.support.make import Make
from tests.support.oracle import Log

TODAY = clock.today()
HEADS = [
    *("STT", "Đơn vị", "Ngày kiểm tra", "Số thông báo", "Ngày thông báo", "Nội dung hạn chế", "Lĩnh vực"),
    *("Yêu cầu khắc phục", "Thời hạn", "Kết quả khắc phục", "Ngày hoàn thành", "Số văn bản", "Ngày văn bản"),
]
TITLE = ["BẢNG THEO DÕI kết quả kiểm tra cải cách hành chính năm 2022"]
UNDER = ["(Kèm theo Kế hoạch số 262/KH-UBND ngày 29 tháng 12 năm 2021 của UBND thành phố)"]
COUNTED = [f"({n})" for n in range(1, len(HEADS) + 1)]
OFFICES = ("Sở Xây dựng", "Sở Y tế", "Sở Tài chính", "Sở Công Thương", "Sở Tư pháp")
DISTRICTS = ("Quận Ninh Kiều", "Quận Bình Thủy", "Quận Cái Răng", "Huyện Phong Điền", "Huyện Thới Lai")
WARDS = ("Phường Cái Khế", "Phường An Hòa", "Phường Tân An", "Xã Nhơn Ái", "Xã Trường Long")
BEGAN = date(2022, 3, 7)


def days_of(n: int) -> tuple[date, date]:
    """Of the n-th visit: its own, and that of its notice."""
    return BEGAN + timedelta(days=14 * n), BEGAN + timedelta(days=14 * n + 9)


def row(unit: str, n: int, k: int, /, **other: Any) -> list[Any]:
    """What the n-th visit found as its k-th; remedied ten days before its deadline, every fourth three after it."""
    visited, issued = days_of(n)
    done = issued + timedelta(days=33 if k % 4 == 3 else 20)
    said = {
        "unit": unit,
        "visited": visited,
        "number": f"{n + 40}/TB-ĐKT",
        "issued": issued,
        "text": f"Bảng niêm yết tại {unit} thiếu thủ tục số {k}, người dân phải hỏi công chức lần {n}.",
        "area": ("TTHC", "Chỉ đạo điều hành", "Văn thư")[k % 3],
        "required": f"Niêm yết đủ thủ tục số {k}.",
        "deadline": issued + timedelta(days=30),
        "result": "Đã khắc phục",
        "done": done,
        "letter": f"{100 + n}/BC",
        "letter_on": done,
    }
    return [k, *(said | other).values()]


def whole() -> list[list[Any]]:
    """Fifteen units, 41 shortcomings, as the office kept them: titles, merged cells, a row of numbers, a sum."""
    rows: list[list[Any]] = [TITLE, UNDER, [], HEADS, COUNTED]
    number = 0
    for n, unit in enumerate((*OFFICES, *DISTRICTS, *WARDS)):
        for k in range(3 if n < 11 else 2):
            number += 1
            merged = {} if k == 0 else dict.fromkeys(("unit", "visited", "number", "issued"), "")
            rows.append(row(unit, n, number) if k == 0 else row(unit, n, number, **merged))
    assert number == 41
    return [*rows, ["", "Tổng cộng", "", "", "", 41]]


def book(rows: list[list[Any]]) -> Book:
    wide = max(map(len, rows))
    return Book(["Sheet1"], [[*one, *[""] * (wide - len(one))] for one in rows])


class Told:
    """A city of 2022, its Sở Nội vụ, and sheets that come in."""

    def __init__(self, make: Make) -> None:
        load_areas()
        self.make = make
        self.ended = date(2025, 6, 30)
        old: dict[str, Any] = {"valid_to": self.ended}
        self.units = {
            **{name: make.unit(name, kind=UnitKind.DEPARTMENT) for name in OFFICES},
            **{name: make.unit(name, kind=UnitKind.DISTRICT, **old) for name in DISTRICTS},
            **{name: make.unit(name, **old) for name in WARDS[:3]},
            **{name: make.unit(name) for name in WARDS[3:]},
        }
        self.heir = make.unit("Phường Ninh Kiều", valid_from=date(2025, 7, 1))
        make.succession(self.units["Phường Tân An"], self.heir)
        self.bureau = make.unit("Sở Nội vụ", kind=UnitKind.DEPARTMENT)
        self.person = make.person(Role.REVIEWER, home=self.bureau)
        self.actor: Actor = make.actor(self.person)
        self.serial = 0

    def bring(self, rows: list[list[Any]], *, columns: dict[str, int] | None = None) -> tuple[Brought, Book]:
        self.serial += 1
        content = book(rows)
        kept = Kept(f"{self.serial:064x}", 1000)
        brought = bringing.bring(
            f"theo doi {self.serial}.xlsx",
            kept,
            content,
            sheet=0,
            kind=HISTORY,
            actor=self.actor,
            at=clock.now(),
        )
        if columns:
            brought.choices = {**brought.choices, "columns": {**brought.choices["columns"], **columns}}
        return brought, content

    def judged(self, rows: list[list[Any]], actor: Actor | None = None, **answers: int) -> Any:
        brought, content = self.bring(rows)
        brought.choices = {**brought.choices, "answers": answers}
        return bringing.judged(brought, content, actor=actor or self.actor, today=TODAY)

    def written(self, rows: list[list[Any]], actor: Actor | None = None) -> Brought:
        brought, content = self.bring(rows)
        actor = actor or self.actor
        found = bringing.judged(brought, content, actor=actor, today=TODAY)
        assert {str(why) for line in found.lines for why in line.wrong.values()} == set()
        bringing.write_down(
            brought,
            content,
            seen=found.digest,
            actor=actor,
            today=TODAY,
            at=clock.now(),
            version=brought.version,
            **self.make.storing,
        )
        db.session.commit()
        db.session.expire_all()
        return brought

    def plan(self) -> Plan:
        return db.session.scalars(select(Plan).options(joinedload(Plan.issuing_unit))).one()

    def report(self, day: date) -> Any:
        return reports.report(self.plan(), actor=self.actor, day=Day(day, TODAY))

    def agrees_with_the_log(self, *days: date) -> None:
        """The report of each day says what the log alone says."""
        log = Log(
            db.session.scalars(select(Event).order_by(Event.seq)).all(),
            {unit.id: unit.kind.value for unit in db.session.scalars(select(Unit))},
        )
        for day in days:
            report, said = self.report(day), log.on(day, plans={self.plan().id})
            assert as_said(report.total) == said.tally(), day
            assert (report.inspected, report.targets) == said.aims(), day
            for line in report.kinds:
                assert as_said(line.tally) == said.tally(kind=line.kind), (day, line.kind)


@pytest.fixture
def told(make) -> Told:
    return Told(make)


def wrong(found: Any) -> dict[tuple[int, str], str]:
    return {(line.number, str(name)): str(why) for line in found.lines for name, why in line.wrong.items()}


def test_the_heads_that_offices_use_are_known_and_the_plan_is_named_by_the_title():
    rows = whole()
    assert guess(rows, COLUMNS) == 3
    known = {name: HEADS[place] for name, place in fields(HEADS, COLUMNS).items()}
    assert known == {
        "unit": "Đơn vị",
        "visit_day": "Ngày kiểm tra",
        "notice": "Số thông báo",
        "notice_day": "Ngày thông báo",
        "text": "Nội dung hạn chế",
        "area": "Lĩnh vực",
        "required": "Yêu cầu khắc phục",
        "deadline": "Thời hạn",
        "result": "Kết quả khắc phục",
        "done_day": "Ngày hoàn thành",
        "letter": "Số văn bản",
        "letter_day": "Ngày văn bản",
    }
    title = title_of(rows[:3])
    assert (title.number, title.issued_on, title.year) == ("262/KH-UBND", date(2021, 12, 29), 2022)
    assert not title.surprise


def test_a_plan_that_was_brought_in_counts_what_its_sheet_counts(told):
    """One world: copied, counted, told where it came from, copied again for nothing, then from a better sheet."""
    at: dict[str, Any] = {"as_of": date(2022, 12, 31), "now": clock.now(), "today": TODAY}
    frozen = freeze(Of(BEGAN.year), actor=told.actor, title="Báo cáo năm 2022", **at)
    db.session.commit()
    brought = told.written(whole())
    figures_that_were_frozen_stay_and_say_who_entered_what_since(told, frozen)
    the_report_says_what_the_sheet_says(told)
    every_record_says_where_it_came_from(told, brought)
    nobody_is_told_and_nobody_of_today_has_judged()
    the_same_sheet_again_changes_nothing(told)
    a_better_sheet_changes_only_what_differs(told)
    what_was_changed_in_the_program_is_left_alone(told)


def figures_that_were_frozen_stay_and_say_who_entered_what_since(told, frozen):
    load(frozen, "plan", "unit")
    found = check(frozen, told.actor)
    assert found.whole
    assert found.document["figures"]["total"].get("counted", 0) == 0
    assert {name: now for name, _then, now in found.moved_figures}["counted"] == 41
    assert {one.entered.by for one in found.differences if one.entered} == {told.person.name}
    assert found.entered_after == 41
    assert [place.entered.by for place in found.places if place.entered] == [told.person.name] * 15


def the_report_says_what_the_sheet_says(told):
    told.agrees_with_the_log(date(2022, 6, 30), days_of(3)[1], TODAY)
    total = told.report(date(2022, 12, 31)).total
    assert (total.resolved, total.counted, total.late) == (41, 41, 10)
    half = sum(days_of(n)[1] + timedelta(days=33 if k % 4 == 3 else 20) <= date(2022, 6, 30) for n, k in numbered())
    assert told.report(date(2022, 6, 30)).total.resolved == half
    assert {(line.kind.value, line.inspected, line.targets) for line in told.report(TODAY).kinds} == {
        ("department", 5, 5),
        ("district", 5, 5),
        ("commune", 5, 5),
    }
    assert told.plan().issued_on == date(2021, 12, 29)
    assert "2022" in told.plan().title


def numbered() -> Iterator[tuple[int, int]]:
    """(visit, number) of each row."""
    number = 0
    for n in range(15):
        for _ in range(3 if n < 11 else 2):
            number += 1
            yield n, number


def every_record_says_where_it_came_from(told, brought):
    number = select(func.count()).select_from(Origin)
    assert db.session.scalar(number.where(Origin.finding_id.is_not(None))) == 41
    assert db.session.scalar(number.where(Origin.visit_id.is_not(None))) == 15
    assert db.session.scalar(number.where(Origin.plan_id.is_not(None))) == 1
    subjects = ("plan", "team", "target", "visit", "finding")
    events = db.session.scalars(
        select(Event).where(Event.subject_table.in_(subjects), Event.seq > 0).order_by(Event.seq)
    ).all()
    copied = [event for event in events if "copied_from" in event.payload]
    assert {event.action for event in events} - {event.action for event in copied} == set()
    assert {event.payload["copied_from"]["sha256"] for event in copied} == {brought.sha256}
    one = next(event for event in copied if event.action == "finding:accept" and event.on == date(2022, 4, 5))
    assert one.payload["copied_from"] == {"file": "theo doi 1.xlsx", "sha256": brought.sha256, "row": 6}
    assert one.actor_id == told.person.id
    assert one.at.date() >= TODAY - timedelta(days=1)


def nobody_is_told_and_nobody_of_today_has_judged():
    for table in (Notice, Mail):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    sent = db.session.scalars(select(Submission)).all()
    assert {(one.sender_id, one.judge_id, one.method) for one in sent} == {(None, None, Verification.DOCUMENTS)}
    assert "Sở Xây dựng" in {one.sender_name for one in sent}
    assert db.session.scalars(select(Visit.unit_name).where(Visit.unit_name.like("Quận%"))).first() == "Quận Ninh Kiều"


def the_same_sheet_again_changes_nothing(told):
    found = told.judged(whole())
    assert found.tally == {Verdict.SAME: 41}
    assert not found.may_be_done


def a_better_sheet_changes_only_what_differs(told):
    rows, before = whole(), facts()
    last_event = db.session.scalar(select(func.max(Event.seq)))
    rows[5][5] = rows[5][5].replace("thiếu", "còn thiếu")  # of Sở Xây dựng: another text
    rows[6][10] = days_of(0)[1] + timedelta(days=50)  # remedied later
    rows[6][12] = days_of(0)[1] + timedelta(days=50)
    rows[8][3] = "77/TB-ĐKT"  # of Sở Y tế: another notice, of another day
    rows[8][4] = days_of(1)[1] + timedelta(days=1)
    rows.insert(8, row("Sở Xây dựng", 0, 90, unit="", visited="", number="", issued=""))  # found late
    found = told.judged(rows)
    assert found.tally == {Verdict.SAME: 36, Verdict.CHANGED: 5, Verdict.NEW: 1}
    (late,) = [line for line in found.lines if line.number == 7]
    assert {str(name): was for name, was in late.was.items()} == {"done_day": "05/04/2022", "letter_day": "05/04/2022"}
    told.written(rows)
    after = facts()
    changed = {code for code in before if before[code] != after.get(code)}
    assert len(changed) == 5
    assert len(after) == 42
    notice = db.session.scalars(select(Conclusion).where(Conclusion.number == "77/TB-ĐKT")).one()
    assert notice.dated_on == days_of(1)[1] + timedelta(days=1)
    acted = db.session.execute(select(Event.action, func.count()).where(Event.seq > last_event).group_by(Event.action))
    numbers = {row.action: row[1] for row in acted}
    assert (numbers["finding:retell"], numbers["visit:retell"], numbers["finding:record"]) == (5, 1, 1)
    assert list(counts.differences()) == []
    told.agrees_with_the_log(days_of(0)[1] + timedelta(days=45), date(2022, 4, 1), TODAY)
    assert told.report(date(2022, 12, 31)).total.resolved == 42
    assert told.judged(rows).tally == {Verdict.SAME: 42}


def facts() -> dict[str, Any]:
    rows = db.session.execute(
        select(Finding.code, Finding.text, Finding.issued_on, Finding.resolved_on, Finding.version, func.count(Span.id))
        .join(Span, Span.finding_id == Finding.id)
        .group_by(Finding.id)
    )
    return {row.code: tuple(row) for row in rows}


def what_was_changed_in_the_program_is_left_alone(told):
    finding = db.session.scalars(select(Finding).where(Finding.unit_name == "Xã Nhơn Ái")).first()
    assert finding is not None
    why: dict[str, Any] = {"reason": "Tái diễn.", "deadline": TODAY + timedelta(days=30)}
    findings.reopen(finding, actor=told.actor, on=TODAY, today=TODAY, **why)
    db.session.commit()
    rows = [*whole()[:5], *[one for one in whole()[5:] if one[5] == finding.text]]
    rows[5][1:5] = ["Xã Nhơn Ái", *days_of(13), ""]
    rows[5][1:5] = ["Xã Nhơn Ái", days_of(13)[0], "53/TB-ĐKT", days_of(13)[1]]
    assert told.judged(rows).tally == {Verdict.SAME: 1}, "the sheet says what it said before"
    rows[5][10] = rows[5][10] + timedelta(days=1)
    (why_not,) = wrong(told.judged(rows)).values()
    assert "sửa trong sổ" in why_not


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"unit": "Kho bạc"}, "unit", "Không có đơn vị nào mang tên này vào ngày 07/03/2022"),
    ({"visited": ""}, "visit_day", "để trống"),
    ({"visited": TODAY + timedelta(days=3)}, "visit_day", "chưa đến"),
    ({"number": ""}, "notice", "không số"),
    ({"issued": BEGAN - timedelta(days=1)}, "notice_day", "trước ngày kiểm tra"),
    ({"issued": ""}, "notice_day", "để trống"),
    ({"area": "Ngoại giao"}, "area", "Không có lĩnh vực"),
    ({"required": ""}, "required", "để trống"),
    ({"deadline": ""}, "deadline", "Nhập hạn"),
    ({"deadline": BEGAN}, "deadline", "phải sau ngày thông báo"),
    ({"result": "Đang khắc phục"}, "done_day", "chưa khắc phục xong"),
    ({"done": ""}, "done_day", "Nhập ngày hoàn thành"),
    ({"done": BEGAN}, "done_day", "của bước trước đó"),
    ({"result": "Không tính", "letter": ""}, "letter", "văn bản quyết định"),
]


def test_each_fault_is_named_at_its_cell_and_nothing_is_written(told):
    for other, field, why in FAULTS:
        found = told.judged([TITLE, UNDER, HEADS, row("Sở Xây dựng", 0, 1, **other)])
        assert field in {name for (_row, name), said in wrong(found).items() if why in said}, other
        assert not found.may_be_done
    assert "số kế hoạch" in wrong(told.judged([HEADS, row("Sở Y tế", 0, 1)]))[2, "plan"]
    two = [row("Sở Y tế", 0, 1), row("Sở Y tế", 0, 2, number="9/TB"), row("Sở Y tế", 0, 1)]
    said = wrong(told.judged([TITLE, UNDER, HEADS, *two]))
    assert {place: why.split(" của")[0] for place, why in said.items()} == {
        (5, "notice"): "Khác với dòng 4",
        (6, "text"): "Trùng với dòng 4",
    }
    own = told.judged([TITLE, UNDER, HEADS, row("Sở Nội vụ", 0, 1)])
    assert "người của đơn vị khác" in wrong(own)[4, "unit"]
    open_still = row("Sở Nội vụ", 0, 1, result="Chưa khắc phục", done="", letter="", letter_on="")
    assert told.judged([TITLE, UNDER, HEADS, open_still]).may_be_done
    assert db.session.scalar(select(func.count()).select_from(Plan)) == 0


def test_units_are_meant_by_the_name_of_that_day(told):
    then = told.judged([TITLE, UNDER, HEADS, row("P. Tân An", 0, 1)])
    assert then.lines[0].taken == {"unit": "Phường Tân An"}
    now = told.judged([TITLE, UNDER, HEADS, row("UBND phường Ninh Kiều", 0, 1), row("Phường Ninh Kiều", 0, 2)])
    (question,) = now.questions
    assert (question.rows, [offer.label for offer in question.offered]) == (2, ["Phường Tân An"])
    assert "Vào ngày 07/03/2022 không có đơn vị mang tên này" in wrong(now)[4, "unit"]
    unit = told.units["Phường Tân An"]
    answered = told.judged([TITLE, UNDER, HEADS, row("Phường Ninh Kiều", 0, 2)], **{question.key: unit.id})
    assert answered.may_be_done
    assert answered.lines[0].visit.unit.id == unit.id
    forged = told.judged([TITLE, UNDER, HEADS, row("Phường Ninh Kiều", 0, 2)], **{question.key: told.bureau.id})
    assert forged.questions


def test_every_state_comes_in_step_by_step_and_goes_on_in_the_program(told):
    unfinished = {"done": "", "letter": "", "letter_on": ""}
    rows = [
        [*HEADS, "Số kế hoạch", "Năm", "Người xác nhận", "Ngày xác nhận", "Số ngày"],
        [*row("Sở Y tế", 0, 1, visited="7-8/3/2022"), "12/KH-SNV", 2022, "Trần Văn Xác Nhận", date(2022, 4, 9), ""],
        [*row("", 0, 2, **dict.fromkeys(("visited", "number", "issued"), ""), result="Đang in lại"), "", "", "", ""],
        [*row("", 0, 3, **dict.fromkeys(("visited", "number", "issued"), ""), result="Đang khắc phục", **unfinished)],
        [*row("", 0, 4, **dict.fromkeys(("visited", "number", "issued"), ""), result="", **unfinished)],
        [*row("", 0, 5, **dict.fromkeys(("visited", "number", "issued"), ""), result="Chờ xác nhận")],
        [*row("Xã Nhơn Ái", 1, 6, text="Không có", area="", required="", deadline="", result="", **unfinished)],
    ]
    rows[4] = [*rows[4], "", "", "", "", 45]
    rows[4][8] = ""  # a number of days instead of a deadline
    told.written(rows)
    got = db.session.scalars(select(Finding).order_by(Finding.id)).all()
    states = [State.RESOLVED, State.RESOLVED, State.IN_PROGRESS, State.OPEN, State.SUBMITTED]
    assert [finding.state for finding in got] == states
    assert got[3].deadline == date(2022, 5, 4), "45 days end on 30/4, a holiday"
    first = db.session.scalars(select(Submission).where(Submission.finding_id == got[0].id)).one()
    assert (first.judge_name, first.judged_on, first.letter_number) == (
        "Trần Văn Xác Nhận",
        date(2022, 4, 9),
        "100/BC",
    )
    visit, nothing = db.session.scalars(select(Visit).order_by(Visit.id)).all()
    assert (visit.began_on, visit.reported_on) == (date(2022, 3, 7), date(2022, 3, 8))
    assert (nothing.state, nothing.team_id) == (VisitState.CLOSED, visit.team_id)
    assert told.report(TODAY).inspected == 2
    officer = told.make.actor(told.make.officer(told.units["Sở Y tế"]))
    sent = findings.submit(
        got[3],
        actor=officer,
        statement="Đã niêm yết.",
        files=[told.make.file()],
        on=TODAY,
        today=TODAY,
        **told.make.storing,
    )
    findings.accept(got[3], actor=told.actor, method=Verification.ON_SITE, on=TODAY, today=TODAY)
    assert (sent.sender_id, sent.judge_id) == (officer.person_id, told.person.id)
    assert told.judged(rows).tally == {Verdict.SAME: 6}


def test_what_lives_in_the_program_takes_no_history_and_only_sở_nội_vụ_brings_it_in(told):
    make = told.make
    year = BEGAN.year
    plan = make.plan(number="262/KH-UBND", year=year)
    empty = told.judged([TITLE, UNDER, HEADS, row("Sở Y tế", 0, 1)])
    assert empty.may_be_done, "a plan under which nothing has happened takes it"
    team = make.team(plan)
    lived = told.judged([TITLE, UNDER, HEADS, row("Sở Y tế", 0, 1)])
    assert "đang được theo dõi" in wrong(lived)[4, "plan"]
    head = make.actor(make.head_of(team))
    assert not HISTORY.may(head)
    assert not HISTORY.may(make.actor(make.officer(told.units["Sở Y tế"])))
    elsewhere = make.actor(make.person(Role.REVIEWER, told.units["Quận Cái Răng"]))
    far = [TITLE, ["Kế hoạch số 9/KH-UBND"], HEADS, row("Sở Y tế", 0, 1)]
    assert "Không có đơn vị nào" in wrong(told.judged(far, elsewhere))[4, "unit"]
    near = [TITLE, ["Kế hoạch số 9/KH-UBND"], HEADS, row("Quận Cái Răng", 0, 1)]
    told.written(near, elsewhere)
    made = db.session.scalars(select(Plan).where(Plan.number == "9/KH-UBND")).one()
    assert made.issuing_unit_id == told.units["Quận Cái Răng"].id
    assert db.session.scalars(select(Team).where(Team.plan_id == made.id)).one().name.endswith("9/KH-UBND")
    beside = make.actor(make.person(Role.REVIEWER, told.units["Quận Ninh Kiều"]))
    told.written([TITLE, ["Kế hoạch số 9/KH-UBND"], HEADS, row("Quận Ninh Kiều", 0, 1)], beside)
    assert len(db.session.scalars(select(Plan).where(Plan.number == "9/KH-UBND")).all()) == 2, "each district's own"


def test_a_race_for_the_same_plan_and_a_forged_yes_are_refused(told):
    rows = [TITLE, UNDER, HEADS, row("Sở Y tế", 0, 1)]
    brought, content = told.bring(rows)
    writing: dict[str, Any] = {"actor": told.actor, "today": TODAY, "at": clock.now(), **told.make.storing}
    with pytest.raises(Stale):
        bringing.write_down(brought, content, seen="", version=brought.version, **writing)
    found = bringing.judged(brought, content, actor=told.actor, today=TODAY)
    told.written(rows)
    with pytest.raises((Stale, WrongState, Invalid)):
        bringing.write_down(brought, content, seen=found.digest, version=brought.version, **writing)


def test_a_page_says_what_was_copied_from_where_and_is_for_those_whom_it_concerns(told, browser):
    brought = told.written([TITLE, UNDER, HEADS, row("Sở Y tế", 0, 1, result="Đã niêm yết đủ ba thủ tục.")])
    finding = db.session.scalars(select(Finding)).one()
    officer, elsewhere = (told.make.officer(told.units[name]) for name in ("Sở Y tế", "Sở Xây dựng"))
    page = browser.signed_in_as(officer).get("findings.show", finding_id=finding.id).main
    for said in ("Nhập từ bảng tính", brought.name, brought.sha256, told.person.name, "Không kèm tệp", "ba thủ tục"):
        assert said in page
    assert "Báo cáo đã khắc phục, lần 1" in page
    assert browser.get("visits.show", visit_id=finding.visit_id).main.count("dòng 4") == 4
    browser.signed_in_as(elsewhere).get("findings.show", finding_id=finding.id, status=404)
    reviewer = browser.signed_in_as(told.person)
    assert brought.sha256 in reviewer.get("plans.show", plan_id=finding.plan_id).main
    assert "được nhập từ bảng tính" in reviewer.get("reports.plan", plan_id=finding.plan_id).main
    assert "Nhập kế hoạch các năm trước" in reviewer.get("plans.index").main
