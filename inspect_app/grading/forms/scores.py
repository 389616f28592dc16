"""The table of a group's scores: a line of three numbers for each unit, all of them sent at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FormField, HiddenField

from inspect_app.grading.forms.fields import PointsField
from inspect_app.grading.services import Entry
from inspect_app.units.models import Unit
from inspect_app.web.forms import BaseForm, VersionedForm


class Line(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False

    total = PointsField(_l("Tổng điểm"))
    assessed = PointsField(_l("Điểm thẩm định"))
    surveyed = PointsField(_l("Điểm điều tra xã hội học"))

    @property
    def entry(self) -> Entry | None:
        """None where the line was left empty."""
        if self.total.data is None:
            return None
        return Entry(self.total.data, self.assessed.data, self.surveyed.data)

    def judge(self) -> bool:
        """What the three numbers are to each other; parts without a total make it."""
        assessed, surveyed = self.assessed.data, self.surveyed.data
        if any(field.errors for field in (self.total, self.assessed, self.surveyed)):
            return True
        if assessed is None or surveyed is None:
            if assessed is surveyed:
                return True
            empty = self.assessed if assessed is None else self.surveyed
            empty.errors = [_("Nhập cả hai điểm thành phần hoặc để trống cả hai")]
            return False
        whole = assessed + surveyed
        if self.total.data is None and whole <= 100:
            self.total.data = whole
        if self.total.data != whole:
            self.total.errors = [_("Hai điểm thành phần cộng lại phải bằng tổng điểm")]
            return False
        return True


class ScoresForm(VersionedForm):
    """Made by `for_units`, which adds the lines."""

    source = HiddenField()
    """`import` where the numbers came from a table and were only looked through."""

    def line(self, unit_id: int) -> Any:
        return self[_name(unit_id)].form

    def entries(self, units: Iterable[Unit]) -> dict[int, Entry | None]:
        return {unit.id: self.line(unit.id).entry for unit in units}

    def validate(self, extra_validators: Any = None) -> bool:
        fine: bool = super().validate(extra_validators)
        judged = [field.form.judge() for field in self if isinstance(field, FormField)]
        return fine and all(judged)


def for_units(units: Iterable[Unit], scores: Mapping[int, Any], version: int, *, fresh: bool = False) -> ScoresForm:
    """The form with a line for each unit: as it was sent, or with what they scored; `fresh` is what they scored."""
    several = list(units)
    lines = {_name(unit.id): FormField(Line, label=unit.name) for unit in several}
    given = {
        _name(unit.id): {
            "total": scores[unit.id].total,
            "assessed": scores[unit.id].assessed,
            "surveyed": scores[unit.id].surveyed,
        }
        for unit in several
        if unit.id in scores
    }
    made: ScoresForm = type("ScoresForm", (ScoresForm,), lines)(
        data={**given, "version": version}, **({"formdata": None} if fresh else {})
    )
    return made


def _name(unit_id: int) -> str:
    return f"u{unit_id}"
