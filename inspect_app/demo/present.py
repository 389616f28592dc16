"""The living plan of this year, on today's units: findings in every state, deadlines around today.

Days are counted from today, so that every queue has something in it whenever the demo is made.
"""

from datetime import date, timedelta
from typing import Any

from inspect_app.core.actor import Actor, TeamRole
from inspect_app.demo import cast, checked, dealings, pictures
from inspect_app.demo.past import FILE_LIMIT, Stage
from inspect_app.demo.plot import AHEAD, OTHERS, SURPRISES, TO_CONCLUDE, UNDER_WAY, WARD, Inspected, Told
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding, Verification
from inspect_app.plans import services as plans
from inspect_app.plans.models import Plan, PlanKind, Target, Team
from inspect_app.units import queries as units
from inspect_app.units.models import Unit
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit

WHY = "Phản ánh của người dân qua đường dây nóng."

STILL_TO_CHECK = 59
"""Items of the visit under way: its team is in the middle of it."""

MINUTES: dict[str, Any] = {
    "began_at": "08:00",
    "ended_at": "11:00",
    "strengths": "Đơn vị ban hành kế hoạch cải cách hành chính từ đầu năm, giao việc rõ người.",
    "causes": "Công chức phụ trách kiêm nhiệm nhiều việc, chưa kiểm tra thường xuyên.",
    "opinion": "Đơn vị thống nhất với các hạn chế đã nêu và sẽ khắc phục đúng hạn.",
    "proposals": "Lãnh đạo đơn vị kiểm tra việc thực hiện hằng tuần.",
}


def tell(stage: Stage) -> None:
    """The plan of this year and its surprise inspections."""
    plan, team = _plan(stage)
    for inspected in (WARD, *OTHERS):
        _through(stage, plan, team, inspected)
    visit = _visit(stage, plan, team, TO_CONCLUDE)
    _record(stage, visit, TO_CONCLUDE)
    visits.report(
        visit, entry=Entry.FOUND, actor=_head(stage), today=stage.today, on=_day(stage, TO_CONCLUDE.visited + 2)
    )
    target = _aim(stage, plan, team, UNDER_WAY, stage.today)
    visit = visits.plan_visit(
        target,
        actor=_head(stage),
        today=stage.today,
        planned_on=stage.today,
        planned_at="08:00",
        began_on=stage.today,
        place="Trụ sở Ủy ban nhân dân xã",
    )
    checked.tell(visit, (), actor=_head(stage), today=stage.today, on=stage.today, left=STILL_TO_CHECK)
    for code, days in AHEAD:
        day = _day(stage, days)
        target = _aim(stage, plan, team, code, day)
        visits.plan_visit(target, actor=_reviewer(stage), today=stage.today, planned_on=day, planned_at="08:00")
    _surprises(stage)


def _plan(stage: Stage) -> tuple[Plan, Team]:
    year, issued = stage.today.year, stage.today - timedelta(days=130)
    plan = plans.create_plan(
        kind=PlanKind.SCHEDULED,
        year=year,
        title=f"Kiểm tra công tác cải cách hành chính năm {year}",
        number="18/KH-UBND",
        issued_on=issued,
        issuing_unit=stage.city,
        illustrative=True,
        note="Toàn bộ nội dung của kế hoạch này là minh họa.",
        actor=_reviewer(stage),
        today=stage.today,
        on=issued,
    )
    return plan, _team(stage, plan, f"Đoàn kiểm tra cải cách hành chính năm {year}", issued)


def _team(stage: Stage, plan: Plan, name: str, since: date) -> Team:
    team = plans.make_team(
        plan,
        name=name,
        decision_number="412/QĐ-UBND",
        decision_on=since,
        actor=_reviewer(stage),
        today=stage.today,
        on=since,
    )
    for person, role in ((stage.cast.head, TeamRole.HEAD), (stage.cast.member, TeamRole.MEMBER)):
        plans.seat(team, person, role=role, since=since, actor=_reviewer(stage), today=stage.today)
    return team


def _through(stage: Stage, plan: Plan, team: Team, inspected: Inspected) -> None:
    visit = _visit(stage, plan, team, inspected)
    made = _record(stage, visit, inspected)
    visits.write_minutes(visit, **MINUTES, actor=_head(stage), today=stage.today)
    visits.report(
        visit, entry=Entry.FOUND, actor=_head(stage), today=stage.today, on=_day(stage, inspected.visited + 2)
    )
    findings.conclude(
        visit,
        actor=_reviewer(stage),
        number=f"{visit.id % 90 + 10}/TB-ĐKT",
        dated_on=_day(stage, inspected.visited + 7),
        signer="Phạm Thu Hà",
        scan=[pictures.letter(visit.id * 7, name="thong-bao-ket-luan")],
        today=stage.today,
        storage=stage.storage,
        file_limit=FILE_LIMIT,
    )
    for n, (finding, told) in enumerate(zip(made, inspected.told, strict=True)):
        _live(stage, finding, told, issued=inspected.visited + 7, seed=500_000 + visit.id * 40 + n * 4)


def _visit(stage: Stage, plan: Plan, team: Team, inspected: Inspected) -> Visit:
    day = _day(stage, inspected.visited)
    target = _aim(stage, plan, team, inspected.code, day)
    return visits.plan_visit(
        target,
        actor=_head(stage),
        today=stage.today,
        planned_on=day,
        planned_at="08:00",
        began_on=day,
        place="Trụ sở cơ quan",
        present="Đoàn kiểm tra; lãnh đạo đơn vị và công chức phụ trách cải cách hành chính.",
        on=day,
    )


def _aim(stage: Stage, plan: Plan, team: Team, code: str, day: date) -> Target:
    assert plan.issued_on is not None
    [target] = plans.add_targets(
        plan,
        [_unit(stage, code)],
        month=day.month,
        team=team,
        since=plan.issued_on,
        actor=_reviewer(stage),
        today=stage.today,
    )
    return target


def _record(stage: Stage, visit: Visit, inspected: Inspected) -> list[Finding]:
    found = [(told.area, told.text) for told in inspected.told]
    day = _day(stage, inspected.visited)
    items = checked.tell(visit, found, actor=_head(stage), today=stage.today, on=day, left=visit.id % 3 * 4)
    several = [
        findings.Particulars(
            area_code=told.area,
            text=told.text,
            required=told.required,
            fixed_deadline=_day(stage, told.due if told.first_due is None else told.first_due),
            follower_id=stage.cast.member.id,
            item_id=items[n],
            files=[pictures.board(300_000 + visit.id * 50 + n, full=False, name="hien-trang")],
        )
        for n, told in enumerate(inspected.told)
    ]
    return findings.record(
        visit, several, actor=_head(stage), today=stage.today, storage=stage.storage, file_limit=FILE_LIMIT
    )


def _live(stage: Stage, finding: Finding, told: Told, *, issued: int, seed: int) -> None:
    """Take the finding as far as it has come."""
    officer, member = _officer(stage, finding.unit_id), cast.on(stage.cast.member, stage.today)
    if told.fate == "open":
        _dealings(stage, finding, told)
        return
    if told.fate == "withdrawn":
        findings.withdraw(
            finding,
            actor=_reviewer(stage),
            reason="Lịch tiếp công dân do cấp trên niêm yết chung.",
            decision="77/QĐ-SNV",
            on=_day(stage, -3),
            today=stage.today,
        )
        return
    if told.fate == "disputed":
        findings.dispute(
            finding,
            actor=officer,
            explanation="Hai trong ba nhiệm vụ đã được gia hạn theo văn bản của Ủy ban nhân dân thành phố.",
            on=_day(stage, -2),
            today=stage.today,
        )
        return
    started = _day(stage, issued + 2)
    findings.start(
        finding,
        actor=officer,
        undertaking="Đơn vị đã phân công người thực hiện.",
        by=finding.deadline,
        on=started,
        today=stage.today,
    )
    _dealings(stage, finding, told)
    if told.fate == "in_progress":
        return
    assert finding.deadline is not None
    sent = {
        "submitted": _day(stage, -5 if told.due < 4 else -2),
        "late_submitted": _day(stage, -1),
        "returned": _day(stage, -5),
        "early": finding.deadline - timedelta(days=3),
        "late": finding.deadline + timedelta(days=4),
    }[told.fate]
    findings.submit(
        finding,
        actor=officer,
        statement="Đơn vị đã thực hiện xong nội dung phải làm, gửi kèm ảnh và văn bản.",
        files=[
            pictures.board(seed, full=told.fate != "returned", name="sau-khac-phuc"),
            pictures.letter(seed + 1, name="danh-muc-da-ky"),
        ],
        on=sent,
        today=stage.today,
        storage=stage.storage,
        file_limit=FILE_LIMIT,
    )
    if told.fate == "returned":
        findings.send_back(
            finding,
            actor=member,
            reason="Ảnh chưa thấy 4 thủ tục lĩnh vực hộ tịch. Đề nghị chụp lại toàn bộ bảng niêm yết, "
            "thấy rõ tên từng thủ tục.",
            on=_day(stage, -1),
            today=stage.today,
        )
    elif told.fate in ("early", "late"):
        findings.accept(
            finding,
            actor=member,
            method=Verification.DOCUMENTS,
            note="Minh chứng đầy đủ.",
            on=sent + timedelta(days=2),
            today=stage.today,
        )


def _dealings(stage: Stage, finding: Finding, told: Told) -> None:
    hands = dealings.Hands(_officer(stage, finding.unit_id), cast.on(stage.cast.member, stage.today), _reviewer(stage))
    dealings.tell(finding, told.dealings, hands, due=_day(stage, told.due), today=stage.today)


def _surprises(stage: Stage) -> None:
    year, issued = stage.today.year, stage.today - timedelta(days=60)
    plan = plans.create_plan(
        kind=PlanKind.SURPRISE,
        year=year,
        title=f"Kiểm tra đột xuất kỷ luật, kỷ cương hành chính năm {year}",
        number="31/KH-SNV",
        issued_on=issued,
        issuing_unit=_unit(stage, "SNV"),
        illustrative=True,
        note="Toàn bộ nội dung của kế hoạch này là minh họa.",
        actor=_reviewer(stage),
        today=stage.today,
        on=issued,
    )
    team = _team(stage, plan, f"Tổ kiểm tra đột xuất năm {year}", issued)
    for code, days in SURPRISES:
        day = _day(stage, days)
        target = _aim(stage, plan, team, code, day)
        if days > 0:
            visits.plan_visit(target, actor=_reviewer(stage), today=stage.today, planned_on=day, trigger=WHY)
            continue
        visit = visits.plan_visit(
            target, actor=_head(stage), today=stage.today, planned_on=day, began_on=day, trigger=WHY, on=day
        )
        visits.report(visit, entry=Entry.NONE_FOUND, actor=_head(stage), today=stage.today, on=day)
        visits.close(visit, actor=_reviewer(stage), today=stage.today, on=day)


def _officer(stage: Stage, unit_id: int) -> Actor:
    """The ward's own officer, or whoever answers for another unit, entered as history."""
    ward = cast.on(stage.cast.officer, stage.today)
    if any(held.unit_id == unit_id for held in ward.grants):
        return ward
    return cast.on(stage.cast.officer_2022, date(2022, 6, 1))


def _head(stage: Stage) -> Actor:
    return cast.on(stage.cast.head, stage.today)


def _reviewer(stage: Stage) -> Actor:
    return cast.on(stage.cast.reviewer, stage.today)


def _unit(stage: Stage, code: str) -> Unit:
    found = units.by_code(code, stage.today)
    if found is None:
        raise LookupError(f"no unit {code} today")
    return found


def _day(stage: Stage, days: int) -> date:
    return stage.today + timedelta(days=days)
