"""What units and the team told each other while a finding was being put right: time, progress, questions."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from inspect_app.core.actor import Actor
from inspect_app.findings import services as findings
from inspect_app.findings.models import Finding


@dataclass(frozen=True, slots=True)
class Hands:
    """Who acts for whom."""

    officer: Actor
    member: Actor
    reviewer: Actor


def tell(finding: Finding, dealings: tuple[str, ...], hands: Hands, *, due: date, today: date) -> None:
    """Each of `dealings` in its order; `due` is the deadline that the finding has in the end."""
    for dealing in dealings:
        TOLD[dealing](finding, hands, due, today)


def _given(finding: Finding, hands: Hands, due: date, today: date) -> None:
    """To the officer who writes."""
    findings.assign(finding, assignee_id=hands.officer.person_id, actor=hands.officer, on=today, today=today)


def _progress(finding: Finding, hands: Hands, due: date, today: date) -> None:
    told: dict[str, Any] = {"percent": 60, "note": "Đã lập lịch trực, còn chờ biển tên của hai quầy."}
    findings.report_progress(finding, actor=hands.officer, on=today - timedelta(days=1), today=today, **told)


def _granted(finding: Finding, hands: Hands, due: date, today: date) -> None:
    """Asked for two days before the first deadline, granted a day later."""
    assert finding.deadline is not None
    asked = finding.deadline - timedelta(days=2)
    reason = "Chờ nhận bộ thủ tục hộ tịch bản đã công bố."
    findings.ask_extension(finding, actor=hands.officer, wanted=due, reason=reason, on=asked, today=today)
    findings.extend(finding, actor=hands.reviewer, until=due, on=asked + timedelta(days=1), today=today)


def _refused(finding: Finding, hands: Hands, due: date, today: date) -> None:
    asked, wanted = due - timedelta(days=2), due + timedelta(days=20)
    reason = "Phòng Tổ chức đang kiện toàn nhân sự."
    findings.ask_extension(finding, actor=hands.officer, wanted=wanted, reason=reason, on=asked, today=today)
    because = "Quy chế chỉ cần sửa hai điều, thời hạn đã đủ. Đề nghị đơn vị hoàn thành đúng hạn."
    findings.refuse_extension(finding, actor=hands.reviewer, reason=because, on=asked + timedelta(days=1), today=today)


def _asking(finding: Finding, hands: Hands, due: date, today: date) -> None:
    reason, letter = "Đề án đang chờ ý kiến của Sở Nội vụ.", "318/STC-VP"
    day = today - timedelta(days=1)
    findings.ask_extension(
        finding,
        actor=hands.officer,
        wanted=due + timedelta(days=14),
        reason=reason,
        letter_number=letter,
        letter_on=day,
        on=day,
        today=today,
    )


def _question(finding: Finding, hands: Hands, due: date, today: date) -> None:
    text = "Hồ sơ tiếp nhận trước tháng này có phải quét lại không?"
    findings.send_message(finding, actor=hands.officer, text=text, on=today, today=today)


def _answered(finding: Finding, hands: Hands, due: date, today: date) -> None:
    asked = "Biển tên theo mẫu nào, có cần ghi số điện thoại của công chức không?"
    findings.send_message(finding, actor=hands.officer, text=asked, on=today, today=today)
    answer = "Ghi họ tên, chức danh và cơ quan. Không bắt buộc ghi số điện thoại."
    findings.send_message(finding, actor=hands.member, text=answer, on=today, today=today)


TOLD = {
    "given": _given,
    "progress": _progress,
    "granted": _granted,
    "refused": _refused,
    "asking": _asking,
    "question": _question,
    "answered": _answered,
}
"""What `plot.Told.dealings` may name."""
