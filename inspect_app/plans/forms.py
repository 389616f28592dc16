"""What reviewers type about plans, teams and targets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.validators import InputRequired

from inspect_app.core.actor import TeamRole
from inspect_app.plans.models import Plan, PlanKind
from inspect_app.plans.services import FIRST_YEAR, LAST_YEAR
from inspect_app.units.models import Unit
from inspect_app.web.asked import Asked
from inspect_app.web.fields import (
    CleanStringField,
    CleanTextAreaField,
    EnumRadioField,
    IdSelectField,
    IdsField,
    VietnameseDateField,
    WholeNumberField,
    choice,
)
from inspect_app.web.forms import BaseForm, VersionedForm
from inspect_app.web.once import OnceForm
from inspect_app.web.paging import Sort
from inspect_app.web.presentation import PLAN_KINDS, TEAM_ROLES

MOST_LINES = 200
MOST_UNITS = 500
MONTHS = [choice(None, _l("Chưa định tháng")), *(choice(n, str(n)) for n in range(1, 13))]
_A_TEAM = _l("Đoàn kiểm tra")
LATEST_FIRST = Sort("latest", (Plan.year, Plan.id), descending=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of plans is narrowed to."""

    text: str
    year: int | None
    kinds: list[PlanKind]
    issued: tuple[date, date] | None
    """From the first to the last day, both included."""


def plans_from(asked: Asked) -> Wanted:
    """The list of plans, as its address asks for it."""
    year = asked.number("year", FIRST_YEAR, LAST_YEAR)
    return Wanted(asked.words(), year, asked.among("kind", PlanKind), asked.period("issued"))


def issuer_choices(units: Iterable[Unit]) -> list[Any]:
    """Those who may issue a plan; what has ended says so."""
    return [choice(unit.id, _("%(name)s (đã kết thúc)", name=unit.name) if unit.ended else unit.name) for unit in units]


def year_of_a_plan(form: BaseForm, field: WholeNumberField) -> None:
    """Refuse a year that no plan is of."""
    if field.data is not None and not FIRST_YEAR <= field.data <= LAST_YEAR:
        raise ValidationError(
            field.gettext("Number must be between %(min)s and %(max)s.") % {"min": FIRST_YEAR, "max": LAST_YEAR}
        )


class PlanFacts:
    """What is typed about any plan, of inspections or of tasks."""

    title = CleanStringField(
        _l("Tên kế hoạch"),
        [InputRequired(_l("Nhập tên kế hoạch"))],
        description=_l("Ví dụ: Kiểm tra công tác cải cách hành chính năm 2026."),
    )
    number = CleanStringField(_l("Số kế hoạch"), longest=60)
    issued_on = VietnameseDateField(_l("Ngày ban hành"))
    year = WholeNumberField(
        _l("Năm"),
        [InputRequired(_l("Nhập năm của kế hoạch, ví dụ 2026")), year_of_a_plan],
    )
    note = CleanTextAreaField(_l("Ghi chú"), longest=5000)

    def told(self) -> dict[str, Any]:
        """As the services take it."""
        fields = (self.year, self.title, self.number, self.issued_on, self.note)
        return {field.name: field.data for field in fields}


class NewPlanForm(PlanFacts, OnceForm):
    kind = EnumRadioField(
        _l("Hình thức kiểm tra"),
        [InputRequired(_l("Chọn hình thức kiểm tra"))],
        words={kind: PLAN_KINDS[kind.value] for kind in PlanKind},
    )
    issuing_unit = IdSelectField(_l("Đơn vị ban hành"), [InputRequired(_l("Chọn đơn vị ban hành"))])


class PlanForm(PlanFacts, VersionedForm):
    pass


class _TeamFacts:
    name = CleanStringField(_l("Tên đoàn"), [InputRequired(_l("Nhập tên đoàn kiểm tra"))])
    decision_number = CleanStringField(_l("Số quyết định thành lập"), longest=60)
    decision_on = VietnameseDateField(_l("Ngày quyết định"))


class NewTeamForm(_TeamFacts, OnceForm):
    pass


class TeamForm(_TeamFacts, VersionedForm):
    pass


class SeatForm(BaseForm):
    person = IdSelectField(_l("Người tham gia"), [InputRequired(_l("Chọn một người"))])
    role = EnumRadioField(
        _l("Vai trò"),
        [InputRequired(_l("Chọn vai trò trong đoàn"))],
        words={role: TEAM_ROLES[role.value] for role in TeamRole},
    )
    since = VietnameseDateField(_l("Tham gia từ ngày"), [InputRequired(_l("Nhập ngày bắt đầu, ví dụ 02/01/2026"))])
    until = VietnameseDateField(_l("Đến hết ngày"), description=_l("Để trống nếu chưa định ngày kết thúc."))


class UnseatForm(BaseForm):
    last_day = VietnameseDateField(
        _l("Ngày tham gia cuối cùng"), [InputRequired(_l("Nhập ngày tham gia cuối cùng, ví dụ 30/06/2026"))]
    )


class AimForm(BaseForm):
    """In which month, by which team."""

    month = IdSelectField(_l("Tháng kiểm tra"), choices=MONTHS)
    team = IdSelectField(_A_TEAM)

    def offer_teams(self, teams: Any) -> None:
        self.team.choices = [choice(None, str(_l("Chưa phân đoàn"))), *(choice(team.id, team.name) for team in teams)]


class TargetsForm(AimForm):
    units = IdsField(_l("Chọn trong kết quả tìm"))
    lines = CleanTextAreaField(
        _l("Hoặc gõ tên các đơn vị"),
        longest=20_000,
        description=_l("Mỗi dòng một đơn vị, không cần dấu. Ví dụ: phuong cai khe."),
    )
    since = VietnameseDateField(
        _l("Thuộc kế hoạch từ ngày"), [InputRequired(_l("Nhập ngày bắt đầu tính, ví dụ 02/01/2026"))]
    )

    def validate_lines(self, field: CleanTextAreaField) -> None:
        if field.data.count("\n") >= MOST_LINES:
            raise ValidationError(
                _("Mỗi lần thêm không quá %(most)d dòng, gửi phần còn lại ở lần sau", most=MOST_LINES)
            )


class RemoveForm(BaseForm):
    reason = CleanTextAreaField(
        _l("Lý do"), [InputRequired(_l("Nhập lý do đưa đơn vị ra khỏi kế hoạch"))], longest=2000
    )
    on = VietnameseDateField(_l("Không tính từ ngày"), [InputRequired(_l("Nhập ngày, ví dụ 15/06/2026"))])
