"""What reviewers type about lists of tasks, and about many tasks at once."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, ValidationError
from wtforms.validators import InputRequired

from inspect_app.core.text import fold, one_line, readable
from inspect_app.plans.forms import PlanFacts
from inspect_app.tasks.models import TaskPlanKind
from inspect_app.web.fields import (
    CleanStringField,
    CleanTextAreaField,
    EnumRadioField,
    IdSelectField,
    VietnameseDateField,
    read_date,
)
from inspect_app.web.forms import VersionedForm
from inspect_app.web.once import OnceForm
from inspect_app.web.presentation import TASK_PLAN_KINDS

ROWS = 5
"""Empty rows that the form begins with, and as many more each time they are asked for."""
MOST_ROWS = 60
ALL_THE_TIME = ("thuong xuyen", "hang nam", "trong nam", "ca nam")
"""Folded: what stands in the column of due days where there is none."""
HEADS = frozenset({"tt", "stt", "so tt", "noi dung", "noi dung nhiem vu", "nhiem vu", "ten nhiem vu"})
"""Folded: what the first cell of a table's head says."""
_NUMBERING = re.compile(r"(\d+|[ivx]+|[a-z])(\.\d+)*[.)]?", re.IGNORECASE)


class _ListFacts(PlanFacts):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.title.label.text = _("Tên kế hoạch, danh mục")
        self.title.description = _("Ví dụ: Cải cách hành chính năm 2026, Nhiệm vụ giao Sở Xây dựng năm 2026.")


class NewPlanForm(_ListFacts, OnceForm):
    kind = EnumRadioField(
        _l("Nhiệm vụ từ đâu?"),
        [InputRequired(_l("Chọn một loại"))],
        words={kind: TASK_PLAN_KINDS[kind.value] for kind in TaskPlanKind},
    )
    issuing_unit = IdSelectField(_l("Đơn vị giao"), [InputRequired(_l("Chọn đơn vị giao"))])


class PlanForm(_ListFacts, VersionedForm):
    pass


class _TaskFacts:
    product = CleanStringField(_l("Sản phẩm"))
    joining = CleanStringField(_l("Đơn vị phối hợp"), longest=1000)
    due_on = VietnameseDateField(_l("Thời hạn"))
    source_number = CleanStringField(_l("Số văn bản giao"), longest=60)
    source_on = VietnameseDateField(_l("Ngày văn bản"))
    source_item = CleanStringField(_l("Mục trong văn bản"), longest=100)


class RowForm(_TaskFacts, Form):
    """One task of several; a row in which nothing is typed is no task."""

    text = CleanTextAreaField(_l("Nội dung nhiệm vụ"))
    unit = CleanStringField(_l("Đơn vị chủ trì"))

    @property
    def is_empty(self) -> bool:
        return not any(str(field.data or "").strip() or field.errors for field in self)

    def validate_text(self, field: CleanTextAreaField) -> None:
        if not field.data and not self.is_empty:
            raise ValidationError(_("Nhập nội dung nhiệm vụ"))

    def validate_unit(self, field: CleanStringField) -> None:
        if not field.data and not self.is_empty:
            raise ValidationError(_("Nhập tên đơn vị chủ trì"))


class GiveForm(OnceForm):
    on = VietnameseDateField(
        _l("Giao từ ngày"),
        [InputRequired(_l("Nhập ngày giao nhiệm vụ"))],
        description=_l("Thường là ngày ban hành văn bản. Số liệu tính nhiệm vụ từ ngày này."),
    )
    paste = CleanTextAreaField(
        _l("Dán từ bảng Word, Excel"),
        longest=60_000,
        description=_l(
            "Các cột theo thứ tự: nội dung, sản phẩm, đơn vị chủ trì, đơn vị phối hợp, thời hạn. Cột số thứ tự ở đầu "
            "được bỏ qua."
        ),
    )
    rows = FieldList(FormField(RowForm), max_entries=MOST_ROWS)

    def more(self, many: int = ROWS) -> None:
        """So many more rows, up to the most that the form takes."""
        for _n in range(min(many, MOST_ROWS - len(self.rows))):
            self.rows.append_entry()

    def fill(self, several: Sequence[dict[str, Any]]) -> None:
        """What was pasted, in the first rows in which nothing stands."""
        for row in [row for row in self.rows if row.form.is_empty]:
            self.rows.entries.remove(row)
        self.rows.last_index = max((int(row.name.rpartition("-")[2]) for row in self.rows), default=-1)
        for one in several[: MOST_ROWS - len(self.rows)]:
            self.rows.append_entry(one)


class TaskForm(_TaskFacts, VersionedForm):
    """A task on which nobody has begun."""

    text = CleanTextAreaField(_l("Nội dung nhiệm vụ"), [InputRequired(_l("Nhập nội dung nhiệm vụ"))])


def read_table(text: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The tasks of a table as Word and Excel put it on the clipboard: one row a line, columns parted by tabs.

    A cell of several lines stands in quotation marks. And the sentences for due days that could not be read; those are
    left empty.
    """
    found, problems = list[dict[str, Any]](), list[str]()
    for row in csv.reader(io.StringIO(text), delimiter="\t"):
        cells = [one_line(readable(cell)) for cell in row]
        if len(cells) > 1 and _NUMBERING.fullmatch(cells[0]):
            cells = cells[1:]
        if not any(cells) or fold(cells[0]) in HEADS:
            continue
        words, product, unit, joining, due, *_rest = [*cells, "", "", "", "", ""]
        due_on, problem = _due(due)
        if problem:
            problems.append(problem)
        found.append({"text": words, "product": product, "unit": unit, "joining": joining, "due_on": due_on})
    return found, problems


def _due(typed: str) -> tuple[date | None, str]:
    if not typed or fold(typed).startswith(ALL_THE_TIME):
        return None, ""
    try:
        return read_date(fold(typed).removeprefix("truoc ").removeprefix("ngay ")), ""
    except ValueError:
        return None, str(_("Không đọc được thời hạn “%(typed)s”, nhập ở cột Thời hạn", typed=typed))
