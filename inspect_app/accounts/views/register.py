"""The register of personal data: what is held, why, on what ground, who sees it, how long; see docs/personal-data.md.

Every table that names a person stands in one of its rows; a test compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from inspect_app.web.formats import ngettext

_DUTY = _l("Thực hiện nhiệm vụ của cơ quan nhà nước theo kế hoạch kiểm tra")
_SECURITY = _l("Bảo đảm an toàn hệ thống thông tin theo cấp độ")
_RECORDS = _l("Theo thời hạn bảo quản hồ sơ công việc của cơ quan")


@dataclass(frozen=True, slots=True)
class Line:
    what: LazyString
    why: LazyString
    ground: LazyString
    seen_by: LazyString
    kept: LazyString | str
    """A sentence, or the name of the setting that says how many days."""
    tables: tuple[str, ...]


LINES = (
    Line(
        _l("Họ tên, tên đăng nhập, chức vụ, đơn vị công tác"),
        _l("Biết ai làm việc gì, ai chịu trách nhiệm"),
        _DUTY,
        _l("Tên hiện cạnh việc đã làm; toàn bộ chỉ quản trị của đơn vị đó và chính người đó xem"),
        _l("Đến khi quản trị xóa thông tin của tài khoản đã ngừng hoạt động"),
        ("person", "pseudonym"),
    ),
    Line(
        _l("Số điện thoại, thư điện tử"),
        _l("Hỏi lại khi xác nhận kết quả, gửi thông báo"),
        _DUTY,
        _l("Chính người đó, quản trị của đơn vị, người xác nhận việc mà người đó gửi"),
        _l("Đến khi quản trị xóa thông tin của tài khoản đã ngừng hoạt động"),
        ("person",),
    ),
    Line(
        _l("Họ tên cán bộ, công chức vắng mặt khi kiểm tra"),
        _l("Lập biên bản kiểm tra kỷ luật, kỷ cương"),
        _DUTY,
        _l("Đoàn kiểm tra, Sở Nội vụ, cán bộ của đơn vị đó; không tìm kiếm, không xuất ra tệp, không vào nhật ký"),
        _RECORDS,
        ("visit",),
    ),
    Line(
        _l("Vai trò được phân, đợt rà soát quyền"),
        _l("Kiểm soát quyền truy cập"),
        _SECURITY,
        _l("Quản trị trong phạm vi của mình"),
        _RECORDS,
        ("grant", "access_review", "reviewed_grant"),
    ),
    Line(
        _l("Mật khẩu, khóa xác thực hai bước, mã dự phòng: chỉ lưu dạng không đọc ngược được hoặc đã niêm phong"),
        _l("Xác thực người dùng"),
        _SECURITY,
        _l("Không ai"),
        _l("Đến khi thay hoặc xóa"),
        ("person", "second_factor", "recovery_code", "reset_link", "old_password"),
    ),
    Line(
        _l("Phiên đăng nhập: địa chỉ mạng, trình duyệt, giờ"),
        _l("Phát hiện và chấm dứt truy cập lạ"),
        _SECURITY,
        _l("Chính người đó và quản trị của đơn vị"),
        "KEEP_SESSIONS",
        ("sign_in",),
    ),
    Line(
        _l("Bản nháp, tệp chờ gửi, mã chống gửi hai lần"),
        _l("Không mất nội dung đang nhập"),
        _DUTY,
        _l("Chỉ người nhập"),
        "KEEP_DRAFTS",
        ("draft", "staged", "once"),
    ),
    Line(
        _l("Thông báo, lựa chọn nhận thông báo, địa chỉ lịch, cách xem đã lưu"),
        _l("Nhắc việc đúng người"),
        _DUTY,
        _l("Chỉ người nhận"),
        "KEEP_NOTICES",
        ("notice", "preference", "feed", "saved_view"),
    ),
    Line(
        _l("Thư điện tử đã gửi"),
        _l("Biết thư đã đến hay chưa"),
        _DUTY,
        _l("Quản trị toàn hệ thống, trừ nội dung thư"),
        "KEEP_MAILS",
        ("mail",),
    ),
    Line(
        _l("Tệp đã xuất, tệp đã nhập"),
        _l("Lập và đưa bảng số liệu vào"),
        _DUTY,
        _l("Chỉ người lập"),
        _l("Tệp xuất giữ 24 giờ, tệp nhập dở giữ 7 ngày; ai lập, lúc nào ở lại nhật ký"),
        ("export", "brought"),
    ),
    Line(
        _l("Tên người ghi, người gửi, người xác nhận, người ký trong hồ sơ kiểm tra"),
        _l("Hồ sơ kiểm tra và khắc phục"),
        _DUTY,
        _l("Ai xem được hồ sơ đó"),
        _RECORDS,
        (
            *("finding", "submission", "evidence", "message", "extension", "amendment", "conclusion", "team_member"),
            *("task", "task_report", "task_extension", "task_file", "urging", "letter_template", "snapshot"),
        ),
    ),
    Line(
        _l("Nhật ký: ai, lúc nào, từ đâu, làm gì"),
        _l("Chứng minh việc đã làm, phát hiện sửa đổi trái phép"),
        _SECURITY,
        _l("Quản trị; lịch sử của từng hồ sơ hiện ở hồ sơ đó"),
        _l("Ít nhất 12 tháng và không sửa được; tên của người đã xóa thông tin không hiện trên trang nào nữa"),
        ("event",),
    ),
)

NAMED = {
    "sign_in": _l("Phiên đăng nhập"),
    "grant": _l("Vai trò, cả đã hết hiệu lực"),
    "team_member": _l("Lần tham gia đoàn kiểm tra"),
    "notice": _l("Thông báo đã nhận"),
    "mail": _l("Thư đã gửi đến"),
    "draft": _l("Bản nháp"),
    "staged": _l("Tệp chờ gửi"),
    "saved_view": _l("Cách xem đã lưu"),
    "export": _l("Tệp đã lập"),
    "brought": _l("Tệp đã nhập"),
    "finding": _l("Hạn chế đã ghi, theo dõi hoặc được giao"),
    "submission": _l("Lần báo cáo khắc phục đã gửi hoặc xác nhận"),
    "evidence": _l("Minh chứng đã gửi"),
    "message": _l("Câu hỏi, trả lời đã viết"),
    "task_report": _l("Báo cáo nhiệm vụ đã gửi hoặc xác nhận"),
}
"""What the page of one's own data counts, in words."""


def register(settings: Mapping[str, Any]) -> list[tuple[Line, str]]:
    """Each line with how long it is kept, as the settings say it now."""
    return [(line, _kept(line.kept, settings)) for line in LINES]


def _kept(kept: LazyString | str, settings: Mapping[str, Any]) -> str:
    if kept not in settings:
        return str(kept)
    days = settings[str(kept)].days
    return ngettext("%(num)s ngày", "%(num)s ngày", days) if days else str(_("Không giữ"))
