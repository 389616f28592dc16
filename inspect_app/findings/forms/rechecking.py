"""What is typed about a follow-up visit: putting it on the calendar, and what it saw of one earlier finding."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FormField
from wtforms.validators import InputRequired

from inspect_app.findings.forms.wording import Within, Wording
from inspect_app.findings.models import Finding, Outcome, Recheck
from inspect_app.plans.models import Team
from inspect_app.visits.forms import MANNERS, WHEN
from inspect_app.visits.models import Manner
from inspect_app.web.fields import (
    CleanStringField,
    CleanTextAreaField,
    EnumRadioField,
    IdSelectField,
    VietnameseDateField,
    choice,
)
from inspect_app.web.forms import BaseForm, VersionedForm
from inspect_app.web.once import OnceForm

OUTCOMES = {
    Outcome.HELD: _l("Vẫn khắc phục tốt"),
    Outcome.RELAPSED: _l("Tái diễn"),
    Outcome.UNFINISHED: _l("Chưa khắc phục xong"),
}


class FollowUpForm(OnceForm):
    when = EnumRadioField(
        _l("Đoàn đã đến đơn vị chưa?"), [InputRequired(_l("Chọn lên lịch hoặc ghi cuộc đã kiểm tra"))], words=WHEN
    )
    team = IdSelectField(_l("Đoàn kiểm tra"), [InputRequired(_l("Chọn một đoàn"))])
    day = VietnameseDateField(_l("Ngày kiểm tra"), [InputRequired(_l("Nhập ngày kiểm tra, ví dụ 14/11/2026"))])
    planned_at = CleanStringField(_l("Giờ"), longest=20)
    manner = EnumRadioField(_l("Cách kiểm tra"), words=MANNERS, default=Manner.ON_SITE)
    trigger = CleanTextAreaField(
        _l("Lý do kiểm tra đột xuất"), description=_l("Chỉ cần khi đoàn thuộc kế hoạch đột xuất."), longest=2000
    )
    place = CleanStringField(_l("Địa điểm"))
    present = CleanTextAreaField(
        _l("Thành phần tham dự"), description=_l("Đoàn kiểm tra và đại diện đơn vị."), longest=2000
    )

    def offer(self, teams: Sequence[Team]) -> None:
        """Each team under the name of its plan."""
        self.team.choices = [
            choice(None, str(_l("Chọn đoàn"))),
            *(choice(team.id, team.name, team.plan.number or team.plan.title) for team in teams),
        ]


class RelapseBlock(Wording):
    """The new finding, filled from the earlier one."""

    class Meta(BaseForm.Meta):
        csrf = False


class RecheckForm(VersionedForm):
    """`version` is one more than that of what is written down, so that nothing written is 1."""

    outcome = EnumRadioField(_l("Kết quả xem lại"), words=OUTCOMES, blank=_l("Chưa xem lại"))
    note = CleanTextAreaField(_l("Đoàn thấy gì"), longest=5000)
    relapse = FormField(RelapseBlock)

    def offer(self, outcomes: Sequence[Outcome]) -> None:
        self.outcome.choices = [
            choice(None, str(_l("Chưa xem lại"))),
            *(choice(outcome.value, str(OUTCOMES[outcome])) for outcome in outcomes),
        ]

    def ask_for_a_finding(self, begun: date | None, needed: bool) -> None:
        """Only a relapse that was not written down yet makes one."""
        if needed:
            self.relapse.form.begun = begun
        else:
            del self.relapse


def as_seen(recheck: Recheck | None, finding: Finding) -> dict[str, Any]:
    """What is written down, as the values of the form, with a new finding filled from the earlier one."""
    return {
        "version": (recheck.version if recheck else 0) + 1,
        "outcome": recheck.outcome if recheck else None,
        "note": recheck.note if recheck else "",
        "relapse": {"text": finding.text, "required": finding.required, "within": Within.FIFTEEN},
    }
