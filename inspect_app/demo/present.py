"""The living plan of this year, on today's units: findings in every state, deadlines around today.

Days are counted from today, so that every queue has something in it whenever the demo is made.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from inspect_app.core.actor import Actor, TeamRole
from inspect_app.demo import cast, pictures
from inspect_app.demo.past import FILE_LIMIT, Stage
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding, Verification
from inspect_app.plans import services as plans
from inspect_app.plans.models import Plan, PlanKind, Target, Team
from inspect_app.units import queries as units
from inspect_app.units.models import Unit
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit


@dataclass(frozen=True, slots=True)
class Told:
    """One shortcoming and how far it has come. Days are counted from today: -3 is three days ago."""

    area: str
    text: str
    required: str
    due: int
    """Its deadline."""
    fate: str
    """open, in_progress, submitted, late_submitted, returned, disputed, early, late or withdrawn."""


@dataclass(frozen=True, slots=True)
class Inspected:
    code: str
    visited: int
    told: tuple[Told, ...]


WARD = Inspected(
    "31135",
    -52,
    (
        Told(
            "III",
            "Chưa niêm yết đủ 12 thủ tục hành chính mới công bố tại Bộ phận Một cửa. Bảng niêm yết thiếu 8 thủ tục "
            "lĩnh vực đất đai và 4 thủ tục lĩnh vực hộ tịch.",
            "Niêm yết đủ 12 thủ tục hành chính mới tại Bộ phận Một cửa. Gỡ các thủ tục đã hết hiệu lực và chụp ảnh "
            "toàn bộ bảng niêm yết.",
            -4,
            "returned",
        ),
        Told(
            "KL",
            "Công chức trực quầy không đeo thẻ, bàn tiếp nhận chưa có biển tên.",
            "Lập lịch trực và đặt biển tên công chức tại quầy tiếp nhận.",
            -1,
            "in_progress",
        ),
        Told(
            "VII",
            "Hồ sơ tiếp nhận trong tuần chưa được quét và lưu bản điện tử.",
            "Quét và lưu bản điện tử hồ sơ ngay khi tiếp nhận.",
            13,
            "open",
        ),
        Told(
            "III",
            "Sáu hồ sơ trễ hạn chưa có văn bản xin lỗi và hẹn lại ngày trả.",
            "Gửi văn bản xin lỗi và hẹn lại ngày trả đối với 6 hồ sơ trễ hạn.",
            5,
            "submitted",
        ),
        Told(
            "I",
            "Chưa ban hành kế hoạch tự kiểm tra cải cách hành chính trong năm.",
            "Ban hành kế hoạch tự kiểm tra cải cách hành chính.",
            -20,
            "early",
        ),
        Told(
            "III",
            "Chưa công khai số điện thoại tiếp nhận phản ánh, kiến nghị.",
            "Công khai số điện thoại phản ánh, kiến nghị tại nơi dễ thấy.",
            -12,
            "early",
        ),
    ),
)

OTHERS = (
    Inspected(
        "STC",
        -75,
        (
            Told(
                "VI",
                "Quy chế chi tiêu nội bộ chưa sửa đổi theo quy định mới.",
                "Sửa đổi, ban hành và công khai quy chế chi tiêu nội bộ.",
                -8,
                "in_progress",
            ),
            Told(
                "IV",
                "Đề án vị trí việc làm chưa cập nhật sau khi sắp xếp phòng chuyên môn.",
                "Trình phê duyệt đề án vị trí việc làm đã cập nhật.",
                0,
                "in_progress",
            ),
            Told(
                "VII",
                "Tỷ lệ hồ sơ nộp trực tuyến chỉ đạt 18%, chưa có giải pháp nâng cao.",
                "Đề ra và thực hiện giải pháp nâng tỷ lệ nộp trực tuyến.",
                2,
                "submitted",
            ),
        ),
    ),
    Inspected(
        "SYT",
        -68,
        (
            Told(
                "V",
                "Chưa công khai kết quả xếp loại công chức 6 tháng đầu năm.",
                "Công khai kết quả xếp loại tại trụ sở và trên trang thông tin điện tử.",
                3,
                "submitted",
            ),
            Told(
                "III",
                "Bốn phản ánh, kiến nghị được trả lời chậm so với thời hạn.",
                "Trả lời đủ bốn phản ánh và công khai kết quả.",
                -15,
                "late",
            ),
            Told(
                "II",
                "Chưa báo cáo kết quả rà soát văn bản quy phạm pháp luật quý III.",
                "Gửi báo cáo kết quả rà soát văn bản quý III.",
                -10,
                "early",
            ),
        ),
    ),
    Inspected(
        "SNNMT",
        -60,
        (
            Told(
                "III",
                "Hồ sơ đất đai trễ hạn chưa có văn bản xin lỗi và hẹn lại ngày trả.",
                "Gửi văn bản xin lỗi đối với từng hồ sơ trễ hạn.",
                -6,
                "late_submitted",
            ),
            Told(
                "I",
                "Ba nhiệm vụ cải cách hành chính quá hạn không nêu nguyên nhân.",
                "Báo cáo nguyên nhân và ngày hoàn thành của từng nhiệm vụ.",
                9,
                "disputed",
            ),
            Told(
                "VT",
                "Tài liệu năm 2024 chưa lập hồ sơ và giao nộp vào lưu trữ cơ quan.",
                "Lập hồ sơ, giao nộp tài liệu năm 2024 vào lưu trữ cơ quan.",
                16,
                "open",
            ),
        ),
    ),
    Inspected(
        "31186",
        -45,
        (
            Told(
                "V",
                "Công chức trực quầy chưa có biển tên, chức danh.",
                "Bố trí biển tên, chức danh tại từng quầy.",
                6,
                "submitted",
            ),
            Told(
                "I",
                "Chưa ban hành kế hoạch truyền thông về cải cách hành chính.",
                "Ban hành kế hoạch truyền thông và phân công người thực hiện.",
                -5,
                "open",
            ),
        ),
    ),
    Inspected(
        "31299",
        -38,
        (
            Told(
                "III",
                "Sổ theo dõi hồ sơ ghi tay không khớp với phần mềm một cửa.",
                "Đối chiếu, cập nhật đủ hồ sơ lên phần mềm một cửa.",
                -1,
                "in_progress",
            ),
            Told(
                "KL",
                "Lịch tiếp công dân tháng này chưa được niêm yết.",
                "Niêm yết lịch tiếp công dân hằng tháng.",
                20,
                "withdrawn",
            ),
        ),
    ),
)

TO_CONCLUDE = Inspected(
    "31147",
    -4,
    (
        Told(
            "III",
            "Chưa công khai mức phí, lệ phí tại quầy tiếp nhận.",
            "Niêm yết mức phí, lệ phí của từng thủ tục.",
            15,
            "recorded",
        ),
        Told(
            "VII",
            "Trang thông tin điện tử của phường còn đăng văn bản hết hiệu lực.",
            "Gỡ văn bản hết hiệu lực, cập nhật mục hỏi đáp.",
            20,
            "recorded",
        ),
    ),
)
UNDER_WAY = "31258"
AHEAD = (("SXD", 2), ("31168", 7), ("31153", 16))
SURPRISES = (("31321", -30), ("31510", 3))
"""One that took place and found nothing; one still secret."""


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
    visits.plan_visit(
        target,
        actor=_head(stage),
        today=stage.today,
        planned_on=stage.today,
        planned_at="08:00",
        began_on=stage.today,
        place="Trụ sở Ủy ban nhân dân xã",
    )
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
    drafts = [
        findings.Draft(
            area_code=told.area,
            text=told.text,
            required=told.required,
            fixed_deadline=_day(stage, told.due),
            follower_id=stage.cast.member.id,
            files=[pictures.board(300_000 + visit.id * 50 + n, full=False, name="hien-trang")],
        )
        for n, told in enumerate(inspected.told)
    ]
    return findings.record(
        visit, drafts, actor=_head(stage), today=stage.today, storage=stage.storage, file_limit=FILE_LIMIT
    )


def _live(stage: Stage, finding: Finding, told: Told, *, issued: int, seed: int) -> None:
    """Take the finding as far as it has come."""
    if told.fate == "open":
        return
    officer, member = _officer(stage, finding.unit_id), cast.on(stage.cast.member, stage.today)
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
            visits.plan_visit(target, actor=_reviewer(stage), today=stage.today, planned_on=day)
            continue
        visit = visits.plan_visit(target, actor=_head(stage), today=stage.today, planned_on=day, began_on=day, on=day)
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
