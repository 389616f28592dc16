"""A sheet of findings: every fault beside its cell, nothing stored until told to, then all of it or nothing."""

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from inspect_app.core import clock
from inspect_app.core.audit import Event
from inspect_app.core.errors import Stale
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding, State
from inspect_app.plans.models import Team
from inspect_app.plans.services import load_areas
from inspect_app.sheets.models import Brought
from inspect_app.sheets.queries import tracking
from inspect_app.sheets.services import bringing
from inspect_app.sheets.services.judging import codes, judge
from inspect_app.sheets.services.lines import Verdict
from inspect_app.sheets.services.particulars import Field
from inspect_app.units.models import UnitKind
from tests.sheets.reading import fetched, from_xlsx
from tests.sheets.test_reading import workbook

TODAY = clock.today()
SOON = f"{TODAY + timedelta(days=30):%d/%m/%Y}"
HEADS = ["Mã", "Đơn vị", "Hạn chế", "Phải làm gì", "Lĩnh vực", "Hạn khắc phục"]
COLUMNS: dict[str, int] = dict(
    zip((Field.CODE, Field.UNIT, Field.TEXT, Field.REQUIRED, Field.AREA, Field.DEADLINE), range(6), strict=True)
)


@pytest.fixture
def team(make):
    """One team with two visits that have begun; one of the units was called something else before."""
    load_areas()
    first = make.team(make.plan(number="45/KH-UBND"))
    make.head = make.head_of(first)
    make.ward, make.office = make.unit("Phường Ninh Kiều"), make.unit("Sở Y tế", kind=UnitKind.DEPARTMENT)
    make.succession(make.unit("Phường Tân An", valid_to=TODAY - timedelta(days=400)), make.ward)
    make.at_ward = make.visit(unit=make.ward, team=first)
    make.at_office = make.visit(unit=make.office, team=first)
    make.unit("Phường Xuân Khánh")
    return make


def row(n=0, **given):
    """A row that would be added."""
    said = {
        "unit": "UBND phường Ninh Kiều",
        "text": f"Bảng niêm yết thiếu thủ tục số {n}.",
        "required": f"Niêm yết đủ thủ tục số {n}.",
        "area": ("TTHC", "Thủ tục hành chính", "văn thư")[n % 3],
        "deadline": SOON,
        "code": "",
        **given,
    }
    return [said["code"], said["unit"], said["text"], said["required"], said["area"], said["deadline"]]


def judged(make, rows, answers=None):
    actor = make.actor(make.head)
    known = tracking.known(actor, codes(rows, COLUMNS))
    return judge(enumerate(rows, 2), COLUMNS, answers or {}, known, actor)


def wrong(found) -> dict[str, str]:
    """Cell -> why."""
    return {
        f"{'ABCDEF'[COLUMNS[name]]}{line.number}": str(why) for line in found.lines for name, why in line.wrong.items()
    }


FAULTS = [
    ("unit", "", "B", "để trống"),
    ("unit", "Phường Xuân Khánh", "B", "không có cuộc kiểm tra nào đang ghi"),
    ("text", "", "C", "để trống"),
    ("required", "", "D", "để trống"),
    ("area", "Ngoại giao", "E", "Không có lĩnh vực này"),
    ("deadline", "31/02/2026", "F", "Nhập ngày theo dạng"),
    ("deadline", "sớm", "F", "Nhập ngày theo dạng"),
    ("deadline", "01/01/2020", "F", "Hạn khắc phục phải sau ngày kiểm tra"),
    ("deadline", "", "F", "Nhập hạn khắc phục hoặc số ngày"),
    ("code", "HC-1999-0001", "A", "Không có hạn chế nào mang mã này"),
]


def test_of_five_thousand_rows_all_fifty_faults_are_named_by_cell_and_nothing_is_stored(team):
    rows, planted = [row(n) for n in range(5000)], {}
    for n in range(50):
        field, value, column, why = FAULTS[n % len(FAULTS)]
        if field == "unit" and not value:
            rows[100 * n - 1 if n else 0] = [""] * 6  # nothing above to be taken for its unit
        rows[100 * n] = row(100 * n, **{field: value})
        planted[f"{column}{100 * n + 2}"] = why
    rows[0] = row(0, unit="")
    for n in (10, 20, 30, 40):  # below a row with a unit an empty one means the same
        rows[100 * n] = row(100 * n, area="Không rõ")
        planted.pop(f"B{100 * n + 2}")
        planted[f"E{100 * n + 2}"] = "Không có lĩnh vực này"
    found = judged(team, rows)
    said = wrong(found)
    assert said.keys() == planted.keys()
    assert len(said) == 50
    assert [cell for cell, why in planted.items() if why not in said[cell]] == []
    assert not found.may_be_done
    assert found.tally[Verdict.WRONG] == 50
    assert team.session.scalar(select(func.count()).select_from(Finding)) == 0


def test_units_are_known_by_old_names_and_typos_and_asked_about_where_it_is_not_clear(team):
    found = judged(
        team,
        [
            row(1, unit="p. Tân An"),
            row(2, unit="Phường Ninh Kiêu"),
            row(3, unit="so y te"),
            row(4, unit="Phường Ninh"),
            row(5, unit=""),
        ],
    )
    assert [line.visit.unit_name if line.visit else None for line in found.lines] == [
        "Phường Ninh Kiều",
        "Phường Ninh Kiều",
        "Sở Y tế",
        None,
        None,
    ]
    (question,) = found.questions
    assert (question.name, question.rows) == ("Phường Ninh", 2), "the empty cell below means the same"
    assert team.at_ward.id in {visit.id for visit in question.offered}
    answered = judged(team, [row(4, unit="Phường Ninh")], {question.key: team.at_ward.id})
    assert answered.may_be_done
    forged = judged(team, [row(4, unit="Phường Ninh")], {question.key: team.at_office.id + 99})
    assert forged.questions


def test_what_is_there_already_twice_or_a_sum_is_not_added(team):
    actor = team.actor(team.head)
    (there,) = team.findings_of(team.at_ward, [team.particulars(text="Bảng niêm yết thiếu thủ tục số 1.")], actor=actor)
    found = judged(team, [row(1), row(2), row(2), ["", "", "Tổng cộng", "", "", ""], [""] * 6])
    assert [line.verdict for line in found.lines] == [Verdict.SAME, Verdict.NEW, Verdict.WRONG]
    assert found.lines[0].cells[Field.CODE] == there.code
    assert "Trùng với dòng 3" in str(found.lines[2].wrong[Field.TEXT])


def send(browser, content: bytes, name="theo doi.xlsx", status=303, kind="") -> Any:
    return browser.post("imports.index", data={"kind": kind, "files": (io.BytesIO(content), name)}, status=status)


def test_a_sheet_is_sent_looked_at_and_written_down_all_at_once(team, browser):
    content = workbook(
        [["THEO DÕI", "", "", "", "", ""], HEADS, row(1), row(2, unit="Sở Y tế", deadline=TODAY + timedelta(9))]
    )
    browser.signed_in_as(team.head)
    page = browser.visit(send(browser, content).location)
    assert "Ghi vào sổ: 2 hạn chế mới, 0 hạn chế thay đổi" in page.main
    assert team.session.scalar(select(func.count()).select_from(Finding)) == 0
    form: Any = page.html.select_one('form[action$="/write"]')
    data = {one["name"]: one["value"] for one in form.select("input[name]")}
    done = browser.open("POST", form["action"], data=data, status=303)
    assert "2 hạn chế mới" in browser.visit(done.location).main
    rows = team.session.execute(
        select(Finding.visit_id, Finding.state, Finding.fixed_deadline).order_by(Finding.id)
    ).all()
    assert [(one.visit_id, one.state) for one in rows] == [
        (team.at_ward.id, State.RECORDED),
        (team.at_office.id, State.RECORDED),
    ]
    assert rows[1].fixed_deadline == TODAY + timedelta(9)
    event = team.session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
    assert (event.action, event.payload["added"]) == ("brought:write_down", 2)
    again = browser.open("POST", form["action"], data=data, status=409)
    assert team.session.scalar(select(func.count()).select_from(Finding)) == 2, again
    browser.signed_in_as(team.sitting(team.session.get_one(Team, team.at_ward.team_id)))
    browser.visit(done.location, status=404)


def test_a_sheet_that_is_none_is_refused_where_it_is_chosen_and_columns_may_be_chosen_otherwise(team, browser):
    browser.signed_in_as(team.head)
    assert "không phải bảng tính" in send(browser, b"PK\x03\x04" + b"\0" * 50, status=422).error_on("files")
    odd = [["x", "Nơi", "Sai sót gì", "Sửa gì", "Về việc", "Hạn khắc phục"], row(1)]
    page = browser.visit(send(browser, workbook(odd)).location)
    assert "Không có gì để ghi" in page.main
    form: Any = page.html.select_one('form[action$="/choose"]')
    data = {one["name"]: one["value"] for one in form.select("input[name]")}
    picked = {"unit": 2, "text": 3, "required": 4, "area": 5, "deadline": 6}
    data |= {f"column-{name}": str(place) for name, place in picked.items()}
    page = browser.visit(browser.open("POST", form["action"], data=data, status=303).location)
    assert "1 hạn chế mới" in page.main
    stale = browser.open("POST", form["action"], data=data, status=409)
    assert "vừa được sửa" in stale.main
    remembered = browser.visit(send(browser, workbook([odd[0], row(2)])).location)
    assert "1 hạn chế mới" in remembered.main


def test_a_sheet_of_ours_comes_back_with_a_report_for_each_cell_that_changed_on_both_sides(team, browser):
    actor = team.actor(team.head)
    first, second, third = team.findings_of(team.at_ward, [team.particulars() for _ in range(3)], actor=actor)
    issued = team.finding()
    browser.signed_in_as(team.head)
    heads, *rows = from_xlsx(fetched(browser, "/exports/findings.xlsx?sort=-newest"))
    text = heads.index("Hạn chế")
    by_code = {one[0]: one for one in rows}
    by_code[first.code][text] = "Sửa trong tệp."
    by_code[second.code][text] = "Cũng sửa trong tệp."
    assert issued.code not in by_code, "another team's"
    told = {"actor": actor, "today": TODAY, **team.storing}
    findings.edit(second, team.particulars(text="Sửa trong sổ."), **told)
    team.session.commit()
    page = browser.visit(send(browser, workbook([heads, *rows])).location)
    problem = " ".join(page.html.select("td.cell-wrong")[0].get_text(" ").split())
    assert problem.startswith("Cũng sửa trong tệp. trong sổ bây giờ: Sửa trong sổ.")
    assert "sửa cả trong tệp và trong sổ" in problem
    assert not page.html.select('form[action$="/write"]')
    only = [heads, by_code[first.code], by_code[third.code]]
    page = browser.visit(send(browser, workbook(only)).location)
    assert "0 hạn chế mới, 1 hạn chế thay đổi" in page.main
    brought = team.session.scalars(select(Brought).order_by(Brought.id.desc()).limit(1)).one()
    storage = team.storing["storage"]
    book = bringing.opened(brought.sha256, 0, storage=storage)
    seen = bringing.judged(brought, book, actor=actor, today=TODAY).digest
    findings.edit(third, team.particulars(text="Đổi giữa chừng."), **told)
    team.session.commit()
    at: Any = {"at": clock.now(), "version": brought.version, **told}
    with pytest.raises(Stale):
        bringing.write_down(brought, book, seen=seen, **at)
    team.session.rollback()
    only = [heads, by_code[first.code]]
    page = browser.visit(send(browser, workbook(only)).location)
    form: Any = page.html.select_one('form[action$="/write"]')
    browser.open(
        "POST", form["action"], data={one["name"]: one["value"] for one in form.select("input[name]")}, status=303
    )
    team.session.refresh(first)
    assert first.text == "Sửa trong tệp."


def test_what_was_issued_is_corrected_by_a_letter_and_not_by_a_sheet(team):
    issued = team.finding(team=team.team(head=team.head), unit=team.ward)
    found = judged(
        team, [row(code=issued.code, unit=issued.unit_name, text="Nhẹ hơn.", required="", area="", deadline="")]
    )
    assert "đính chính" in str(found.lines[0].wrong[Field.TEXT])
    same = judged(
        team, [row(code=issued.code, unit="", text=issued.text, required=issued.required, area="III", deadline="")]
    )
    assert [line.verdict for line in same.lines] == [Verdict.SAME]


def test_sheets_that_nobody_came_back_to_are_dropped(team, browser):
    browser.signed_in_as(team.head)
    send(browser, workbook([HEADS, row(1)]))
    assert bringing.sweep(now=clock.now()) == 0
    assert bringing.sweep(now=clock.now() + bringing.KEPT_FOR + timedelta(hours=1)) == 1
