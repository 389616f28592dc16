"""What people type about themselves, and administrators about people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length, Optional, Regexp
from wtforms.widgets import ListWidget, RadioInput

from inspect_app.accounts.models import Person, ReviewedGrant
from inspect_app.accounts.queries import units_of
from inspect_app.accounts.services.saved_views import LONGEST_NAME
from inspect_app.core.actor import Actor, Role
from inspect_app.core.db import db
from inspect_app.units.models import Unit
from inspect_app.web.fields import (
    CleanStringField,
    CleanTextAreaField,
    EnumField,
    IdSelectField,
    VietnameseDateField,
    read_id,
)
from inspect_app.web.forms import BaseForm, VersionedForm
from inspect_app.web.once import OnceForm
from inspect_app.web.paging import Sort

ROLES = {
    Role.OFFICER: _l("Cán bộ đơn vị"),
    Role.VIEWER: _l("Lãnh đạo"),
    Role.REVIEWER: _l("Sở Nội vụ"),
    Role.ADMIN: _l("Quản trị hệ thống"),
}
"""Those that can be granted, the commonest first; who inspects follows from sitting on a team."""
ROLES_MAY = {
    Role.OFFICER: _l("Xem hạn chế của đơn vị, gửi báo cáo khắc phục, xin gia hạn, giải trình."),
    Role.VIEWER: _l("Xem mọi số liệu đã ban hành trong phạm vi, không sửa."),
    Role.REVIEWER: _l("Lập kế hoạch, lập đoàn, xác nhận khắc phục, quyết định gia hạn, xem mọi báo cáo."),
    Role.ADMIN: _l("Quản lý người dùng, phân quyền, đơn vị và lịch làm việc. Không can thiệp hạn chế."),
}
BY_NAME = Sort("name", (Person.sort_key, Person.id))
REVIEWED_BY_UNIT = Sort("unit", (Unit.sort_key, Unit.id, Person.sort_key, ReviewedGrant.id))
STATES = {"active": True, "inactive": False}
UNITS_OFFERED = 10
_NOT_MORE = Length(max=128, message=_l("Mật khẩu không quá 128 ký tự"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of people is narrowed to."""

    q: str
    role: Role | None
    unit: Unit | None
    state: str
    """`active`, `inactive`, or empty for both."""
    unit_q: str
    """A unit's name as typed."""
    units_offered: Sequence[Unit]
    """Where it names several."""

    @property
    def args(self) -> dict[str, Any]:
        return {
            "q": self.q or None,
            "role": self.role.value if self.role else None,
            "unit": self.unit.id if self.unit else None,
            "state": self.state or None,
        }


def people_from(args: MultiDict[str, str], actor: Actor, *, today: date) -> Wanted:
    """The list of people, as its address asks for it."""
    q, unit_q, state = args.get("q", "").strip(), args.get("unit_q", "").strip(), args.get("state", "")
    role = next((role for role in ROLES if role.value == args.get("role")), None)
    unit, offered = _unit_asked(args, unit_q, actor, today)
    return Wanted(q, role, unit, state if state in STATES else "", unit_q, offered)


def _unit_asked(args: MultiDict[str, str], text: str, actor: Actor, today: date) -> tuple[Unit | None, Sequence[Unit]]:
    """The unit of `?unit=…`, or the one that `?unit_q=…` names; where it names several, those to choose from."""
    if text:
        found = units_of(actor, text, today=today, limit=UNITS_OFFERED)
        return (found[0], ()) if len(found) == 1 else (None, found)
    try:
        unit_id = read_id(args.get("unit"))
    except ValueError:
        unit_id = None
    return db.session.get(Unit, unit_id) if unit_id else None, ()


class SignInForm(BaseForm):
    username = CleanStringField(_l("Tên đăng nhập"), [InputRequired(_l("Nhập tên đăng nhập"))], longest=100)
    password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("Nhập mật khẩu")), _NOT_MORE])


class CodeForm(BaseForm):
    code = CleanStringField(
        _l("Mã xác thực"),
        [InputRequired(_l("Nhập mã xác thực"))],
        longest=40,
        description=_l("Sáu chữ số đang hiện trong ứng dụng. Mất điện thoại thì nhập một mã dự phòng."),
    )


class ProofForm(BaseForm):
    """Who is there proves again who they are; the name tells programs that look at forms that it is a secret."""

    proof_password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("Nhập mật khẩu")), _NOT_MORE])


class ProofByCodeForm(BaseForm):
    """The same, of who has a second factor."""

    proof_password = CleanStringField(
        _l("Mã xác thực"),
        [InputRequired(_l("Nhập mã xác thực"))],
        longest=40,
        description=_l("Sáu chữ số đang hiện trong ứng dụng. Mất điện thoại thì nhập một mã dự phòng."),
    )


class NewPasswordForm(BaseForm):
    new = PasswordField(_l("Mật khẩu mới"), [InputRequired(_l("Nhập mật khẩu mới")), _NOT_MORE])
    again = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        [
            InputRequired(_l("Nhập lại mật khẩu mới")),
            EqualTo("new", _l("Hai lần nhập mật khẩu mới chưa giống nhau")),
        ],
    )


class PasswordForm(NewPasswordForm):
    current = PasswordField(_l("Mật khẩu đang dùng"), [InputRequired(_l("Nhập mật khẩu đang dùng")), _NOT_MORE])


class UnitChoice(IdSelectField):
    """Which one is meant, where several units are called what was typed; the view fills in the choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


# The parts of forms about people stand in the order in which pages ask for them: errors are listed in it.


class _Named(BaseForm):
    name = CleanStringField(_l("Họ và tên"), [InputRequired(_l("Nhập họ và tên"))], longest=100)


class _SigningIn(BaseForm):
    username = CleanStringField(
        _l("Tên đăng nhập"),
        [InputRequired(_l("Nhập tên đăng nhập"))],
        longest=50,
        description=_l("Chữ thường không dấu và chữ số, ví dụ nguyenvanan."),
    )


class _InAUnit(BaseForm):
    """A unit is typed by name and, where the name is not enough, chosen: works without script and for 15,000."""

    unit = CleanStringField(
        _l("Đơn vị"),
        [InputRequired(_l("Nhập tên đơn vị"))],
        description=_l("Gõ tên đơn vị, không cần dấu, ví dụ phuong cai khe."),
    )
    unit_id = UnitChoice(_l("Chọn đúng đơn vị"), choices=[], validate_choice=False)


class _FirstRole(BaseForm):
    role = EnumField(_l("Vai trò ở đơn vị này"), words=ROLES, blank=_l("Chưa phân quyền"))


class _Contact(BaseForm):
    title = CleanStringField(_l("Chức vụ"), description=_l("Ví dụ Công chức Văn phòng - Thống kê."))
    phone = CleanStringField(
        _l("Số điện thoại"),
        [Optional(), Regexp(r"[0-9+(). -]{6,20}$", message=_l("Nhập số điện thoại, ví dụ 0912 345 678"))],
        longest=20,
    )
    email = CleanStringField(
        _l("Thư điện tử"),
        [
            Optional(),
            Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("Nhập địa chỉ thư điện tử, ví dụ ten@cantho.gov.vn")),
        ],
        longest=200,
    )


class NewPersonForm(_Named, _SigningIn, _InAUnit, _FirstRole, _Contact):
    pass


class PersonForm(_Named, _InAUnit, _Contact, VersionedForm):
    pass


class GrantForm(_InAUnit):
    role = EnumField(_l("Vai trò"), [InputRequired(_l("Chọn vai trò"))], words=ROLES)
    since = VietnameseDateField(_l("Từ ngày"), [InputRequired(_l("Nhập ngày bắt đầu, ví dụ 20/11/2023"))])
    until = VietnameseDateField(_l("Đến hết ngày"), description=_l("Để trống nếu chưa biết."))


class SavedViewForm(OnceForm):
    name = CleanStringField(
        _l("Tên cách xem"),
        [InputRequired(_l("Đặt tên cho cách xem này"))],
        longest=LONGEST_NAME,
        description=_l("Ngắn, dễ nhận ra, ví dụ: Quá hạn của các phường."),
    )


class ReviewForm(VersionedForm):
    note = CleanTextAreaField(
        _l("Kết quả rà soát"),
        [InputRequired(_l("Ghi kết quả rà soát"))],
        longest=2000,
        description=_l("Ai đã được hỏi, điều gì đã thay đổi. Nội dung này nằm trong báo cáo rà soát."),
    )


class EraseForm(BaseForm):
    typed = CleanStringField(
        _l("Gõ tên đăng nhập để xác nhận"), [InputRequired(_l("Gõ tên đăng nhập để xác nhận"))], longest=50
    )
