"""2022 in Cần Thơ: plan 262/KH-UBND with its 41 shortcomings, 31 surprise inspections, 288 self-inspections.

Entered as history: every step counts for a day in 2022 and is written today.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import aliased

from inspect_app.core.actor import Actor, TeamRole
from inspect_app.core.db import db
from inspect_app.core.storage import Storage
from inspect_app.demo import cast, pictures
from inspect_app.demo.cast import Cast
from inspect_app.findings import services as findings
from inspect_app.findings.models import DeadlineUnit, Finding, Verification
from inspect_app.plans import services as plans
from inspect_app.plans.models import Plan, PlanKind, Team
from inspect_app.units import queries as units
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit

REFERENCE = Path(__file__).parent / "reference"
MID_2022 = date(2022, 6, 1)
PLANNED_ON = date(2021, 12, 29)
FILE_LIMIT = 20 << 20

VISITED = {
    "SXD": date(2022, 4, 12),
    "916": date(2022, 4, 21),
    "31120": date(2022, 5, 10),
    "SYT": date(2022, 5, 19),
    "917": date(2022, 6, 2),
    "31186": date(2022, 6, 14),
    "STNMT": date(2022, 6, 23),
    "919": date(2022, 7, 7),
    "31154": date(2022, 7, 19),
    "SGTVT": date(2022, 8, 4),
    "926": date(2022, 8, 16),
    "31312": date(2022, 8, 30),
    "SLDTBXH": date(2022, 9, 13),
    "927": date(2022, 9, 27),
    "31288": date(2022, 10, 6),
}
"""The fifteen units, by code, and the day each was inspected. Illustrative."""

SURPRISED = (
    *("SKHDT", "STC", "SCT", "SNNPTNT", "STTTT", "SGDDT", "SVHTTDL"),
    *("918", "923", "925"),
)
SURPRISED_COMMUNES = 21
SELF_INSPECTED_TEN_TIMES = 27
"""Of 29 units; the other two inspected themselves nine times: 27 × 10 + 2 × 9 = 288."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What every scene needs."""

    cast: Cast
    city: Unit
    storage: Storage
    today: date

    def reviewer(self, day: date) -> Actor:
        return cast.on(self.cast.reviewer, day)


def tell(stage: Stage) -> None:
    """Everything of 2022."""
    _scheduled(stage)
    _surprise(stage)
    _self_inspections(stage)


def _unit(code: str) -> Unit:
    found = units.by_code(code, MID_2022)
    if found is None:
        raise LookupError(f"no unit {code} in 2022")
    return found


def _scheduled(stage: Stage) -> None:
    plan, team = _plan_262(stage)
    rows = defaultdict(list)
    with (REFERENCE / "findings_2022.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["unit"]].append(row)
    seed = 0
    for code, day in VISITED.items():
        unit = _unit(code)
        visit = _visited(stage, plan, team, unit, day)
        made = _recorded(stage, visit, rows[code])
        for finding, row in zip(made, rows[code], strict=True):
            seed += 10
            _remedied(stage, finding, row, seed)


def _plan_262(stage: Stage) -> tuple[Plan, Team]:
    actor = stage.reviewer(PLANNED_ON)
    plan = plans.create_plan(
        kind=PlanKind.SCHEDULED,
        year=2022,
        title="Kiểm tra công tác cải cách hành chính năm 2022",
        number="262/KH-UBND",
        issued_on=PLANNED_ON,
        issuing_unit=stage.city,
        illustrative=True,
        note="Số hiệu, ngày và tổng số lấy từ báo chí. Danh sách đơn vị, nội dung hạn chế và người là minh họa.",
        actor=actor,
        today=stage.today,
        on=PLANNED_ON,
    )
    team = plans.make_team(
        plan, name="Đoàn kiểm tra cải cách hành chính năm 2022", actor=actor, today=stage.today, on=PLANNED_ON
    )
    plans.seat(
        team,
        stage.cast.head_2022,
        role=TeamRole.HEAD,
        since=PLANNED_ON,
        until=cast.LAST_DAY_OF_2022,
        actor=actor,
        today=stage.today,
    )
    return plan, team


def _visited(stage: Stage, plan: Plan, team: Team, unit: Unit, day: date) -> Visit:
    assert plan.issued_on is not None
    actor = stage.reviewer(plan.issued_on)
    [target] = plans.add_targets(
        plan, [unit], month=day.month, team=team, since=plan.issued_on, actor=actor, today=stage.today
    )
    return visits.plan_visit(
        target,
        actor=stage.reviewer(day),
        today=stage.today,
        planned_on=day,
        planned_at="08:00",
        began_on=day,
        team=team,
        trigger="Nắm tình hình chấp hành giờ làm việc." if plan.kind is PlanKind.SURPRISE else "",
        place="Trụ sở cơ quan",
        present="Đoàn kiểm tra; lãnh đạo đơn vị và công chức phụ trách cải cách hành chính.",
        on=day,
    )


def _recorded(stage: Stage, visit: Visit, rows: list[dict[str, str]]) -> list[Finding]:
    day = visit.began_on
    assert day is not None
    head = cast.on(stage.cast.head_2022, day)
    several = [
        findings.Particulars(
            area_code=row["item"].split(".")[0],
            text=row["text"],
            required=row["required"],
            deadline_n=int(row["days"]),
            deadline_unit=DeadlineUnit(row["day_kind"]),
            follower_id=stage.cast.head_2022.id,
            files=[pictures.board(visit.id * 100 + n, full=False, name="hien-trang")] if n == 0 else (),
        )
        for n, row in enumerate(rows)
    ]
    made = findings.record(visit, several, actor=head, today=stage.today, storage=stage.storage, file_limit=FILE_LIMIT)
    visits.report(visit, entry=Entry.FOUND, actor=head, today=stage.today, on=day + timedelta(days=2))
    findings.conclude(
        visit,
        actor=stage.reviewer(day),
        number=f"{visit.id + 40}/TB-ĐKT",
        dated_on=day + timedelta(days=9),
        signer="Huỳnh Ngọc Dung",
        today=stage.today,
        storage=stage.storage,
        file_limit=FILE_LIMIT,
    )
    return made


def _remedied(stage: Stage, finding: Finding, row: dict[str, str], seed: int) -> None:
    assert finding.deadline is not None and finding.issued_on is not None  # noqa: PT018 - issued above
    officer = cast.on(stage.cast.officer_2022, finding.issued_on)
    head = cast.on(stage.cast.head_2022, finding.issued_on)
    sent = finding.deadline + timedelta(days=int(row["sent_after_deadline"]))
    findings.start(
        finding,
        actor=officer,
        undertaking="Đơn vị đã phân công người thực hiện.",
        by=finding.deadline,
        on=finding.issued_on + timedelta(days=1),
        today=stage.today,
    )

    def submit(statement: str, number: int, day: date) -> None:
        findings.submit(
            finding,
            actor=officer,
            statement=statement,
            files=[
                pictures.board(seed + number, full=True, name="sau-khac-phuc"),
                pictures.letter(seed + number + 5, name="bao-cao-cua-don-vi"),
            ],
            on=day,
            today=stage.today,
            storage=stage.storage,
            file_limit=FILE_LIMIT,
        )

    if row["returned_once"]:
        first = max(sent - timedelta(days=6), finding.issued_on + timedelta(days=1))
        submit("Đơn vị đã thực hiện một phần, gửi kèm ảnh.", 0, first)
        findings.send_back(
            finding,
            actor=head,
            reason="Ảnh chưa cho thấy đủ nội dung phải làm. Đề nghị chụp lại toàn bộ và gửi kèm văn bản.",
            on=first + timedelta(days=2),
            today=stage.today,
        )
    submit("Đơn vị đã thực hiện xong nội dung phải làm, gửi kèm ảnh và văn bản.", 1, sent)
    findings.accept(
        finding,
        actor=head,
        method=Verification.DOCUMENTS if seed % 30 else Verification.ON_SITE,
        note="Minh chứng đầy đủ.",
        on=sent + timedelta(days=3),
        today=stage.today,
    )


def _surprise(stage: Stage) -> None:
    issued = date(2022, 2, 14)
    actor = stage.reviewer(issued)
    plan = plans.create_plan(
        kind=PlanKind.SURPRISE,
        year=2022,
        title="Kiểm tra đột xuất kỷ luật, kỷ cương hành chính và Bộ phận Một cửa năm 2022",
        issued_on=issued,
        issuing_unit=_unit("SNV"),
        illustrative=True,
        note="Sở Nội vụ chủ trì. Số đơn vị lấy từ báo chí; danh sách đơn vị là minh họa.",
        actor=actor,
        today=stage.today,
        on=issued,
    )
    team = plans.make_team(plan, name="Tổ kiểm tra đột xuất năm 2022", actor=actor, today=stage.today, on=issued)
    plans.seat(
        team,
        stage.cast.head_2022,
        role=TeamRole.HEAD,
        since=issued,
        until=cast.LAST_DAY_OF_2022,
        actor=actor,
        today=stage.today,
    )
    communes = [unit for unit in _communes(stage.city) if unit.code not in VISITED][:SURPRISED_COMMUNES]
    for n, unit in enumerate([*map(_unit, SURPRISED), *communes]):
        day = date(2022, 3, 1) + timedelta(days=9 * n)
        visit = _visited(stage, plan, team, unit, day)
        head = cast.on(stage.cast.head_2022, day)
        visits.report(visit, entry=Entry.MISSING, actor=head, today=stage.today, on=day)
        visits.conclude(visit, actor=stage.reviewer(day), today=stage.today, on=day + timedelta(days=5))


def _communes(city: Unit) -> list[Unit]:
    """Every third commune of the city in 2022, so that all districts have some."""
    district = aliased(Unit)
    query = select(Unit).join(district, district.id == Unit.parent_id).where(district.parent_id == city.id)
    query = query.where(Unit.kind == UnitKind.COMMUNE, district.kind == UnitKind.DISTRICT, units.in_force(MID_2022))
    return list(db.session.scalars(query.order_by(Unit.path)))[::3]


def _agencies_and_districts(city: Unit) -> list[Unit]:
    kinds = (UnitKind.DEPARTMENT, UnitKind.DISTRICT)
    query = select(Unit).where(Unit.parent_id == city.id, Unit.kind.in_(kinds), units.in_force(MID_2022))
    return list(db.session.scalars(query.order_by(Unit.path)))


def _self_inspections(stage: Stage) -> None:
    issued = date(2022, 1, 20)
    actor = stage.reviewer(issued)
    plan = plans.create_plan(
        kind=PlanKind.SELF,
        year=2022,
        title="Tự kiểm tra công tác cải cách hành chính năm 2022",
        issued_on=issued,
        issuing_unit=stage.city,
        illustrative=True,
        note="Tổng số lấy từ báo chí; phân bổ theo đơn vị là minh họa.",
        actor=actor,
        today=stage.today,
        on=issued,
    )
    for n, unit in enumerate(_agencies_and_districts(stage.city)):
        for turn in range(10 if n < SELF_INSPECTED_TEN_TIMES else 9):
            day = date(2022, 2, 1) + timedelta(days=30 * turn + n)
            visits.log_self_inspection(
                plan,
                unit,
                began_on=day,
                entry=Entry.NONE_FOUND if turn % 2 else Entry.MISSING,
                actor=actor,
                today=stage.today,
                on=day,
            )
