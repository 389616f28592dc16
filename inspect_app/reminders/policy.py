"""What people are told of and when, until an administrator decides otherwise; who may decide. Asks nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from inspect_app.core.actor import Actor, Role, covers_everything
from inspect_app.core.errors import sentence
from inspect_app.reminders.models import Cause
from inspect_app.workdays.policy import Calendar, TermCode

ONE_DAY = timedelta(days=1)
LONGEST_BEFORE = 60
"""Calendar days; also the longest pause between two reminders after the deadline."""


@dataclass(frozen=True, slots=True)
class Told:
    """A rule as it is until somebody edits it."""

    cause: Cause
    label: str
    """When it speaks, for whoever edits it."""
    sentence: str
    """What it says, with placeholders that a notice's `words` fill in."""
    days: int | None = None
    """Calendar days before the deadline; of what is told again and again, those between two reminders."""


BEFORE = ("before:first", "before:second", "before:third")
DUE = "due"
AFTER = "after"
WAIT = "wait:"
"""What the rules of the verifier's clock begin with; the kind of waiting follows."""
TASK_WAIT = f"{WAIT}task"
"""A report about a task has waited for longer than verifying may take."""
TASK_TIME_WAIT = f"{WAIT}task_extension"
"""A unit's request for a later due day has waited for longer than deciding on one may take."""
SEND = "urging:reminder"
"""Sent by hand."""

ACCOUNT_IDLE = "account:idle"
ACCOUNTS_STOPPED = "accounts:stopped"
REVIEW_DUE = "review:due"

LOG_FAULT = "log:fault"

RULES: Mapping[str, Told] = {
    LOG_FAULT: Told(
        Cause.EVENT,
        sentence("Kiểm tra nhật ký thấy sai, báo cho quản trị"),
        sentence("Kiểm tra nhật ký thấy sai: %(fault)s"),
    ),
    BEFORE[0]: Told(
        Cause.BEFORE,
        sentence("Trước hạn, lần thứ nhất"),
        sentence("%(code)s sắp đến hạn: ngày %(deadline)s"),
        7,
    ),
    BEFORE[1]: Told(
        Cause.BEFORE,
        sentence("Trước hạn, lần thứ hai"),
        sentence("%(code)s sắp đến hạn: ngày %(deadline)s"),
        3,
    ),
    BEFORE[2]: Told(
        Cause.BEFORE,
        sentence("Trước hạn, lần thứ ba"),
        sentence("%(code)s sắp đến hạn: ngày %(deadline)s"),
        1,
    ),
    DUE: Told(Cause.DUE, sentence("Vào ngày đến hạn"), sentence("%(code)s: hạn là ngày %(deadline)s"), 0),
    AFTER: Told(
        Cause.AFTER,
        sentence("Sau hạn, nhắc lại đều đặn"),
        sentence("%(code)s đã quá hạn: hạn là ngày %(deadline)s"),
        7,
    ),
    "visit:conclude": Told(
        Cause.EVENT,
        sentence("Ban hành thông báo kết luận"),
        sentence("Thông báo kết luận %(number)s đã ban hành cho %(unit)s, số hạn chế: %(many)s"),
    ),
    "finding:return": Told(
        Cause.EVENT,
        sentence("Trả lại đơn vị"),
        sentence("%(code)s bị trả lại, hạn khắc phục là ngày %(deadline)s"),
    ),
    "finding:accept": Told(
        Cause.EVENT,
        sentence("Xác nhận đã khắc phục"),
        sentence("%(code)s đã được xác nhận khắc phục"),
    ),
    "finding:reopen": Told(
        Cause.EVENT,
        sentence("Mở lại"),
        sentence("%(code)s được mở lại, hạn mới là ngày %(deadline)s"),
    ),
    "finding:extend": Told(
        Cause.EVENT,
        sentence("Duyệt gia hạn"),
        sentence("%(code)s được gia hạn đến ngày %(deadline)s"),
    ),
    "finding:refuse_extension": Told(
        Cause.EVENT,
        sentence("Không duyệt gia hạn"),
        sentence("Đề nghị gia hạn %(code)s không được duyệt, hạn vẫn là ngày %(deadline)s"),
    ),
    "finding:uphold": Told(
        Cause.EVENT,
        sentence("Giữ nguyên sau giải trình"),
        sentence("%(code)s được giữ nguyên sau giải trình, hạn khắc phục là ngày %(deadline)s"),
    ),
    "finding:allow": Told(
        Cause.EVENT,
        sentence("Chấp nhận giải trình"),
        sentence("Giải trình về %(code)s được chấp nhận, hạn chế này không tính nữa"),
    ),
    "finding:withdraw": Told(
        Cause.EVENT,
        sentence("Rút, không tính"),
        sentence("%(code)s được rút, không tính nữa"),
    ),
    "finding:move": Told(
        Cause.EVENT,
        sentence("Chuyển đơn vị chịu trách nhiệm"),
        sentence("%(code)s được chuyển cho %(responsible)s chịu trách nhiệm"),
    ),
    "finding:amend": Told(
        Cause.EVENT,
        sentence("Đính chính kết luận"),
        sentence("Nội dung %(code)s được đính chính"),
    ),
    "finding:assign": Told(
        Cause.EVENT,
        sentence("Phân công khắc phục trong đơn vị"),
        sentence("%(by)s giao việc khắc phục %(code)s"),
    ),
    "finding:follow": Told(
        Cause.EVENT,
        sentence("Phân công theo dõi trong đoàn"),
        sentence("%(by)s giao việc theo dõi %(code)s"),
    ),
    "finding:message": Told(
        Cause.EVENT,
        sentence("Câu hỏi và trả lời"),
        sentence("%(by)s viết về %(code)s"),
    ),
    "finding:submit": Told(
        Cause.EVENT,
        sentence("Đơn vị gửi xác nhận"),
        sentence("%(responsible)s gửi kết quả khắc phục %(code)s"),
    ),
    "finding:dispute": Told(
        Cause.EVENT,
        sentence("Đơn vị giải trình"),
        sentence("%(responsible)s giải trình về %(code)s"),
    ),
    "finding:ask_extension": Told(
        Cause.EVENT,
        sentence("Đơn vị đề nghị gia hạn"),
        sentence("%(responsible)s đề nghị gia hạn %(code)s"),
    ),
    "task_plan:give": Told(
        Cause.EVENT,
        sentence("Giao nhiệm vụ"),
        sentence("%(unit)s được giao %(many)s nhiệm vụ theo %(plan)s"),
    ),
    "task_plan:join": Told(
        Cause.EVENT,
        sentence("Phối hợp thực hiện nhiệm vụ"),
        sentence("%(unit)s phối hợp thực hiện %(many)s nhiệm vụ theo %(plan)s"),
    ),
    "task:report": Told(
        Cause.EVENT,
        sentence("Đơn vị báo cáo nhiệm vụ"),
        sentence("%(unit)s báo cáo hoàn thành nhiệm vụ %(code)s"),
    ),
    "task:ask_extension": Told(
        Cause.EVENT,
        sentence("Đơn vị đề nghị gia hạn nhiệm vụ"),
        sentence("%(unit)s đề nghị gia hạn nhiệm vụ %(code)s"),
    ),
    "task:return": Told(
        Cause.EVENT,
        sentence("Trả lại báo cáo nhiệm vụ"),
        sentence("Báo cáo nhiệm vụ %(code)s bị trả lại, cần bổ sung"),
    ),
    "task:accept": Told(
        Cause.EVENT,
        sentence("Xác nhận hoàn thành nhiệm vụ"),
        sentence("Nhiệm vụ %(code)s đã được xác nhận hoàn thành"),
    ),
    "task:reopen": Told(
        Cause.EVENT,
        sentence("Mở lại nhiệm vụ"),
        sentence("Nhiệm vụ %(code)s được mở lại"),
    ),
    "task:extend": Told(
        Cause.EVENT,
        sentence("Gia hạn nhiệm vụ"),
        sentence("Nhiệm vụ %(code)s được gia hạn đến ngày %(deadline)s"),
    ),
    "task:refuse_extension": Told(
        Cause.EVENT,
        sentence("Không duyệt gia hạn nhiệm vụ"),
        sentence("Đề nghị gia hạn nhiệm vụ %(code)s không được duyệt, hạn vẫn là ngày %(deadline)s"),
    ),
    "task:withdraw": Told(
        Cause.EVENT,
        sentence("Rút nhiệm vụ"),
        sentence("Nhiệm vụ %(code)s được rút, không tính nữa"),
    ),
    "task:hand_on": Told(
        Cause.EVENT,
        sentence("Chuyển đơn vị chủ trì nhiệm vụ"),
        sentence("Nhiệm vụ %(code)s được chuyển cho %(unit)s chủ trì"),
    ),
    WAIT + TermCode.VERIFY: Told(
        Cause.VERIFIER,
        sentence("Chờ xác nhận quá lâu"),
        sentence("%(label)s chờ xác nhận từ ngày %(since)s, hạn xử lý là ngày %(due)s"),
        7,
    ),
    TASK_WAIT: Told(
        Cause.VERIFIER,
        sentence("Nhiệm vụ chờ xác nhận quá lâu"),
        sentence("Nhiệm vụ %(label)s chờ xác nhận từ ngày %(since)s, hạn xử lý là ngày %(due)s"),
        7,
    ),
    TASK_TIME_WAIT: Told(
        Cause.VERIFIER,
        sentence("Đề nghị gia hạn nhiệm vụ chờ trả lời quá lâu"),
        sentence("Nhiệm vụ %(label)s chờ quyết định gia hạn từ ngày %(since)s, hạn xử lý là ngày %(due)s"),
        7,
    ),
    WAIT + TermCode.DECIDE_EXTENSION: Told(
        Cause.VERIFIER,
        sentence("Chờ quyết định gia hạn quá lâu"),
        sentence("%(label)s chờ quyết định gia hạn từ ngày %(since)s, hạn xử lý là ngày %(due)s"),
        7,
    ),
    WAIT + TermCode.ANSWER_DISPUTE: Told(
        Cause.VERIFIER,
        sentence("Chờ trả lời giải trình quá lâu"),
        sentence("%(label)s chờ trả lời giải trình từ ngày %(since)s, hạn xử lý là ngày %(due)s"),
        7,
    ),
    WAIT + TermCode.ANSWER_QUESTION: Told(
        Cause.VERIFIER,
        sentence("Chờ trả lời câu hỏi quá lâu"),
        sentence("%(label)s có câu hỏi chờ trả lời từ ngày %(since)s, hạn xử lý là ngày %(due)s"),
        7,
    ),
    WAIT + TermCode.REPORT: Told(
        Cause.VERIFIER,
        sentence("Chưa gửi kết quả kiểm tra"),
        sentence("Cuộc kiểm tra tại %(label)s ngày %(since)s chưa gửi kết quả, hạn xử lý là ngày %(due)s"),
        7,
    ),
    WAIT + TermCode.CONCLUDE: Told(
        Cause.VERIFIER,
        sentence("Chưa ban hành kết luận"),
        sentence("Cuộc kiểm tra tại %(label)s chờ ban hành kết luận từ ngày %(since)s, hạn xử lý là ngày %(due)s"),
        7,
    ),
    ACCOUNT_IDLE: Told(
        Cause.EVENT,
        sentence("Tài khoản lâu không đăng nhập, báo trước cho người dùng"),
        sentence("Tài khoản không đăng nhập từ ngày %(since)s. Đăng nhập trước ngày %(day)s để không bị ngừng"),
    ),
    ACCOUNTS_STOPPED: Told(
        Cause.EVENT,
        sentence("Tài khoản lâu không đăng nhập, báo cho quản trị khi đã ngừng"),
        sentence("%(many)s tài khoản vừa ngừng hoạt động vì %(days)s ngày không đăng nhập"),
    ),
    REVIEW_DUE: Told(
        Cause.EVENT,
        sentence("Đến hạn rà soát quyền truy cập"),
        sentence("Rà soát quyền truy cập đến hạn từ ngày %(day)s"),
    ),
    SEND: Told(
        Cause.EVENT,
        sentence("Nhắc việc gửi tay"),
        sentence("%(by)s nhắc %(unit)s về hạn chế quá hạn"),
    ),
}
"""Code -> what holds until an administrator edits it. A code is what notices remember: never reworded."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A rule as it is decided now."""

    code: str
    days: int | None
    active: bool = True
    by_mail: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder about a deadline."""

    code: str
    occurrence: date
    """What makes it a reminder of its own: the deadline, and after it the day that it would fall on."""


def may_decide(actor: Actor) -> bool:
    """Edit the rules and see the mail, which concern everybody: an administrator over the topmost unit."""
    return covers_everything(actor.held(Role.ADMIN))


def step_on(
    today: date, *, deadline: date, issued_on: date, rules: Mapping[str, Decided], calendar: Calendar
) -> Step | None:
    """The latest reminder about `deadline` that is due by `today`; none where none is, or it is switched off.

    A missed day is made up for by the latest reminder alone, not by all that were missed. A reminder before the
    deadline or on it that falls on a day off comes on the working day before, one after it on the next working day.
    What was issued after a reminder would have come is not reminded of by it.
    """
    due = [(code, deadline - timedelta(days=rules[code].days or 0)) for code in (*BEFORE, DUE) if rules[code].active]
    reached = [
        (day, deadline - timedelta(days=rules[code].days or 0), code)
        for code, planned in due
        if issued_on < (day := _working_before(planned, calendar)) <= today
    ]
    after = _after(today, deadline, rules[AFTER], calendar)
    if after is not None:
        return Step(AFTER, after)
    return Step(max(reached)[2], deadline) if reached else None


def _after(today: date, deadline: date, rule: Decided, calendar: Calendar) -> date | None:
    """The latest day after the deadline, in steps of the rule, whose reminder is due."""
    if not rule.active or not rule.days or today <= deadline:
        return None
    for passed in range((today - deadline).days // rule.days, 0, -1):
        planned = deadline + timedelta(days=passed * rule.days)
        if calendar.next_working(planned) <= today:
            return planned
    return None


def _working_before(day: date, calendar: Calendar) -> date:
    while not calendar.is_working(day):
        day -= ONE_DAY
    return day
