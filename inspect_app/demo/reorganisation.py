"""2025: a plan of the last months of the nine districts, and what became of its findings when they ended on 1/7/2025.

Some were put right before, some handed on to communes and departments, some still wait for somebody to take them.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from inspect_app.core.actor import Actor, TeamRole
from inspect_app.demo import cast, pictures
from inspect_app.demo.past import FILE_LIMIT, Stage
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding, Verification
from inspect_app.findings.queries.repeats import alike
from inspect_app.findings.services import custody
from inspect_app.findings.services.custody import Decision
from inspect_app.findings.services.repeats import answer_repeat
from inspect_app.plans import services as plans
from inspect_app.plans.models import Plan, PlanKind, Team
from inspect_app.units import queries as units
from inspect_app.units.models import Unit
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit

ISSUED = date(2025, 3, 10)
LAST_DAY_OF_THE_TEAM = date(2025, 12, 31)
HANDED_ON = date(2025, 7, 15)
DONE_BY_THE_HEIR = date(2025, 8, 20)
BY_DECISION = Decision("1205/QĐ-UBND", date(2025, 7, 14), "Bàn giao khi kết thúc hoạt động của cấp huyện.")


@dataclass(frozen=True, slots=True)
class Told:
    """One shortcoming, and what became of it."""

    area: str
    text: str
    required: str
    due: date
    heir: str = ""
    """Code of the unit that took it over; of what was put right before, and of what nobody took yet, nothing."""
    done: bool = False


TOLD: dict[str, tuple[date, tuple[Told, ...]]] = {
    "916": (
        date(2025, 4, 8),
        (
            Told(
                "VII",
                "Thanh toán trực tuyến phí, lệ phí chỉ đạt 12% số hồ sơ có thu phí.",
                "Niêm yết mã thanh toán tại quầy và hướng dẫn người dân thanh toán trực tuyến.",
                date(2025, 6, 10),
                done=True,
            ),
            Told(
                "VT",
                "Hồ sơ của phòng Tài nguyên và Môi trường từ năm 2021 chưa giao nộp vào lưu trữ.",
                "Lập hồ sơ, giao nộp tài liệu vào lưu trữ cơ quan.",
                date(2025, 9, 30),
                "SNNMT",
            ),
        ),
    ),
    "917": (
        date(2025, 4, 15),
        (
            Told(
                "IV",
                "Quy chế làm việc của Ủy ban nhân dân quận chưa sửa đổi sau khi sắp xếp phòng chuyên môn.",
                "Ban hành quy chế làm việc sửa đổi và gửi đến các phòng, phường.",
                date(2025, 6, 5),
                done=True,
            ),
            Told(
                "III",
                "Chín hồ sơ đất đai trễ hạn chưa có văn bản xin lỗi.",
                "Gửi văn bản xin lỗi và trả kết quả chín hồ sơ trễ hạn.",
                date(2025, 8, 15),
                "31153",
                done=True,
            ),
        ),
    ),
    "918": (
        date(2025, 4, 22),
        (
            Told(
                "I",
                "Chưa báo cáo kết quả thực hiện bốn nhiệm vụ cải cách hành chính quý I.",
                "Báo cáo kết quả, nguyên nhân và ngày hoàn thành từng nhiệm vụ.",
                date(2025, 8, 31),
            ),
            Told(
                "VI",
                "Chưa quyết toán kinh phí cải cách hành chính năm 2024 của ba phòng.",
                "Quyết toán và công khai kinh phí cải cách hành chính năm 2024.",
                date(2025, 9, 15),
                "STC",
            ),
        ),
    ),
    "919": (
        date(2025, 5, 6),
        (
            Told(
                "III",
                "Chưa niêm yết đường dây nóng tiếp nhận phản ánh, kiến nghị tại hai bộ phận Một cửa.",
                "Niêm yết số điện thoại đường dây nóng tại nơi dễ thấy và trên trang thông tin điện tử.",
                date(2025, 6, 20),
                done=True,
            ),
            Told(
                "VII",
                "Bốn mươi hồ sơ chứng thực chưa số hóa khi trả kết quả.",
                "Số hóa đủ hồ sơ chứng thực và cập nhật vào kho dữ liệu.",
                date(2025, 8, 20),
                "31186",
                done=True,
            ),
        ),
    ),
    "923": (
        date(2025, 5, 13),
        (
            Told(
                "V",
                "Kế hoạch bồi dưỡng công chức năm 2025 chưa được phê duyệt.",
                "Phê duyệt và thực hiện kế hoạch bồi dưỡng công chức.",
                date(2025, 9, 10),
            ),
        ),
    ),
    "31213": (
        date(2025, 5, 14),
        (
            Told(
                "KL",
                "Sổ theo dõi giờ làm việc của công chức chưa ghi từ đầu quý II.",
                "Ghi đủ sổ theo dõi giờ làm việc và kiểm tra hằng tuần.",
                date(2025, 9, 12),
            ),
        ),
    ),
    "924": (
        date(2025, 5, 20),
        (
            Told(
                "II",
                "Ba quyết định của Ủy ban nhân dân huyện còn trích dẫn văn bản hết hiệu lực.",
                "Rà soát, kiến nghị xử lý ba quyết định.",
                date(2025, 9, 5),
            ),
            Told(
                "III",
                "Bảy thủ tục lĩnh vực hộ tịch chưa cập nhật mức phí mới.",
                "Cập nhật và niêm yết mức phí mới.",
                date(2025, 8, 25),
                "31232",
                done=True,
            ),
        ),
    ),
    "925": (
        date(2025, 5, 27),
        (
            Told(
                "VT",
                "Kho lưu trữ huyện chưa bàn giao hồ sơ địa giới đã chỉnh lý.",
                "Bàn giao hồ sơ địa giới kèm danh mục.",
                date(2025, 10, 15),
            ),
        ),
    ),
    "926": (
        date(2025, 6, 3),
        (
            Told(
                "III",
                "Sổ theo dõi hồ sơ ghi tay không khớp với phần mềm, tám hồ sơ thiếu phiếu kiểm soát quá trình.",
                "Bổ sung phiếu kiểm soát cho tám hồ sơ, ngừng dùng sổ ghi tay song song.",
                date(2025, 9, 20),
                "31299",
            ),
        ),
    ),
    "927": (
        date(2025, 6, 10),
        (
            Told(
                "VII",
                "Trang thông tin điện tử của huyện còn đăng văn bản hết hiệu lực.",
                "Gỡ văn bản hết hiệu lực và phân công người cập nhật.",
                date(2025, 10, 1),
            ),
            Told(
                "VI",
                "Chưa xử lý xong tài sản dôi dư của hai trụ sở đã sáp nhập.",
                "Lập phương án và xử lý tài sản dôi dư.",
                date(2025, 11, 30),
            ),
        ),
    ),
}
"""Unit, by its code before 1/7/2025 -> the day of the visit and what it found. Illustrative."""
EXTENDED = timedelta(days=40)
"""From today: what was handed on and is not put right got time until then."""


def tell(stage: Stage) -> None:
    """The plan, its visits, and the hand-over."""
    plan, team = _plan(stage)
    for n, (code, (day, several)) in enumerate(TOLD.items()):
        visit = _visit(stage, plan, team, _unit(code, day), day)
        made = _record(stage, visit, several)
        _link(stage, made, day)
        _issue(stage, visit, n, day)
        for finding, told in zip(made, several, strict=True):
            _live(stage, finding, told)
    custody.follow(today=stage.today)


def _plan(stage: Stage) -> tuple[Plan, Team]:
    actor = stage.reviewer(ISSUED)
    plan = plans.create_plan(
        kind=PlanKind.SCHEDULED,
        year=2025,
        title="Kiểm tra cải cách hành chính quý II/2025",
        number="42/KH-UBND",
        issued_on=ISSUED,
        issuing_unit=stage.city,
        illustrative=True,
        note="Toàn bộ nội dung của kế hoạch này là minh họa.",
        actor=actor,
        today=stage.today,
        on=ISSUED,
    )
    team = plans.make_team(
        plan, name="Đoàn kiểm tra cải cách hành chính quý II/2025", actor=actor, today=stage.today, on=ISSUED
    )
    plans.seat(
        team,
        stage.cast.head,
        role=TeamRole.HEAD,
        since=ISSUED,
        until=LAST_DAY_OF_THE_TEAM,
        actor=actor,
        today=stage.today,
    )
    return plan, team


def _visit(stage: Stage, plan: Plan, team: Team, unit: Unit, day: date) -> Visit:
    [target] = plans.add_targets(
        plan, [unit], month=day.month, team=team, since=ISSUED, actor=stage.reviewer(ISSUED), today=stage.today
    )
    return visits.plan_visit(
        target,
        actor=stage.reviewer(day),
        today=stage.today,
        planned_on=day,
        planned_at="08:00",
        began_on=day,
        team=team,
        place="Trụ sở cơ quan",
        present="Đoàn kiểm tra; lãnh đạo đơn vị và công chức phụ trách cải cách hành chính.",
        on=day,
    )


def _record(stage: Stage, visit: Visit, several: tuple[Told, ...]) -> list[Finding]:
    assert visit.began_on is not None
    particulars = [
        findings.Particulars(area_code=told.area, text=told.text, required=told.required, fixed_deadline=told.due)
        for told in several
    ]
    head = cast.on(stage.cast.head, visit.began_on)
    return findings.record(
        visit, particulars, actor=head, today=stage.today, storage=stage.storage, file_limit=FILE_LIMIT
    )


def _link(stage: Stage, made: list[Finding], day: date) -> None:
    """What was found there in 2022 already is confirmed to have come back."""
    head = cast.on(stage.cast.head, day)
    for number, earlier in alike(made, head).items():
        finding = next(one for one in made if one.id == number)
        answer_repeat(finding, earlier[0].id, repeats=True, actor=head, today=stage.today)


def _issue(stage: Stage, visit: Visit, number: int, day: date) -> None:
    head = cast.on(stage.cast.head, day)
    visits.report(visit, entry=Entry.FOUND, actor=head, today=stage.today, on=day + timedelta(days=1))
    findings.conclude(
        visit,
        actor=stage.reviewer(day),
        number=f"{number + 11}/TB-ĐKT",
        dated_on=day + timedelta(days=6),
        signer="Phạm Thu Hà",
        today=stage.today,
        storage=stage.storage,
        file_limit=FILE_LIMIT,
    )


def _live(stage: Stage, finding: Finding, told: Told) -> None:
    if told.heir:
        heir = _unit(told.heir, HANDED_ON)
        custody.move(
            finding,
            heir,
            actor=stage.reviewer(HANDED_ON),
            decision=BY_DECISION,
            on=HANDED_ON,
            today=stage.today,
        )
    if told.done:
        _put_right(stage, finding, DONE_BY_THE_HEIR if told.heir else told.due - timedelta(days=2))
    elif told.heir:
        findings.extend(
            finding,
            actor=stage.reviewer(stage.today),
            until=stage.today + EXTENDED,
            reason="Đơn vị nhận cần thời gian tiếp nhận hồ sơ bàn giao.",
            on=stage.today - timedelta(days=20),
            today=stage.today,
        )


def _put_right(stage: Stage, finding: Finding, sent: date) -> None:
    findings.submit(
        finding,
        actor=_officer(stage),
        statement="Đơn vị đã thực hiện xong nội dung phải làm, gửi kèm văn bản.",
        files=[pictures.letter(700_000 + finding.id * 3, name="bao-cao-cua-don-vi")],
        on=sent,
        today=stage.today,
        storage=stage.storage,
        file_limit=FILE_LIMIT,
    )
    findings.accept(
        finding,
        actor=cast.on(stage.cast.head, sent),
        method=Verification.DOCUMENTS,
        note="Minh chứng đầy đủ.",
        on=sent + timedelta(days=3),
        today=stage.today,
    )


def _officer(stage: Stage) -> Actor:
    """Whoever answered for the unit, entered as history."""
    return cast.on(stage.cast.officer_2022, cast.LAST_DAY_OF_2022)


def _unit(code: str, day: date) -> Unit:
    found = units.by_code(code, day)
    if found is None:
        raise LookupError(f"no unit {code} on {day}")
    return found
