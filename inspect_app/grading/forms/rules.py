"""The rules of a group in a year, and the decision that publishes its scores."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired

from inspect_app.grading.forms.fields import PointsField
from inspect_app.grading.models import Criterion, Grade
from inspect_app.grading.policy import BANDS, Rules, Rung
from inspect_app.web.fields import CleanStringField, CleanTextAreaField, VietnameseDateField
from inspect_app.web.forms import VersionedForm
from inspect_app.web.once import OnceForm

STEPS = 4
"""Lines offered for the steps of each criterion."""


class OpenForm(OnceForm):
    """Which group's table is to be opened."""

    kind = HiddenField()


def _lines(criterion: Criterion) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for n in range(1, STEPS + 1):
        made[f"{criterion}_from_{n}"] = PointsField(_l("Từ (%)"))
        made[f"{criterion}_share_{n}"] = PointsField(_l("Được (% điểm tối đa)"))
    return made


class _RulesForm(VersionedForm):
    excellent = PointsField(_l("Xuất sắc, từ (điểm)"))
    good = PointsField(_l("Tốt, từ (điểm)"))
    fair = PointsField(_l("Khá, từ (điểm)"))
    average = PointsField(_l("Trung bình, từ (điểm)"))
    inspected = PointsField(_l("Điểm tối đa"), [InputRequired(_l("Nhập điểm tối đa, ví dụ 1,0"))])
    handled = PointsField(_l("Điểm tối đa"), [InputRequired(_l("Nhập điểm tối đa, ví dụ 1,0"))])
    note = CleanTextAreaField(
        _l("Ghi chú"), description=_l("Căn cứ, nguồn số liệu. In dưới bảng kết quả."), longest=1000
    )

    def lines(self, criterion: Criterion) -> list[tuple[Any, Any]]:
        """The two fields of each step."""
        return [(self[f"{criterion}_from_{n}"], self[f"{criterion}_share_{n}"]) for n in range(1, STEPS + 1)]

    def validate(self, extra_validators: Any = None) -> bool:
        fine: bool = super().validate(extra_validators)
        for criterion in Criterion:
            for bound, share in self.lines(criterion):
                if share.data is not None and bound.data is None and not bound.errors:
                    bound.errors = [_("Nhập tỷ lệ bắt đầu của bậc này, ví dụ 30")]
                    fine = False
        return fine

    @property
    def rules(self) -> Rules:
        """What was typed, once it was validated."""
        bounds = {grade: self[grade.value].data for grade in BANDS}
        rungs = {
            criterion: [
                Rung(bound.data, share.data) for bound, share in self.lines(criterion) if bound.data is not None
            ]
            for criterion in Criterion
        }
        return Rules(
            bands={grade: bound for grade, bound in bounds.items() if bound is not None},
            points={criterion: self[criterion.value].data for criterion in Criterion},
            rungs={
                criterion: tuple(sorted(steps, key=lambda rung: rung.from_percent, reverse=True))
                for criterion, steps in rungs.items()
            },
        )


RulesForm = type("RulesForm", (_RulesForm,), _lines(Criterion.INSPECTED) | _lines(Criterion.HANDLED))
"""With a line for each step that may be typed; a line left empty is none, a share left empty is pro rata."""


def as_typed(rules: Rules) -> dict[str, Any]:
    """The fields of `RulesForm` that say these rules."""
    fields: dict[str, Any] = {grade.value: rules.bands.get(grade) for grade in Grade if grade in BANDS}
    for criterion in Criterion:
        fields[criterion.value] = rules.points[criterion]
        for n, rung in enumerate(rules.rungs[criterion][:STEPS], 1):
            fields[f"{criterion}_from_{n}"], fields[f"{criterion}_share_{n}"] = rung.from_percent, rung.share
    return fields


class PublishForm(VersionedForm):
    number = CleanStringField(_l("Số quyết định"), [InputRequired(_l("Nhập số quyết định công bố"))], longest=60)
    dated_on = VietnameseDateField(_l("Ngày quyết định"), [InputRequired(_l("Nhập ngày quyết định công bố"))])


class ReopenForm(VersionedForm):
    reason = CleanTextAreaField(_l("Lý do mở lại"), [InputRequired(_l("Nhập lý do mở lại"))], longest=1000)
