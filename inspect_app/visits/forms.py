"""What teams, reviewers and officers type about visits; what a visit found is written with its findings."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from inspect_app.visits.models import Entry
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

_A_DAY = InputRequired(_l("Nhập ngày kiểm tra, ví dụ 14/11/2026"))
_AT = _l("Giờ")
_PLACE = _l("Địa điểm")
_PRESENT = _l("Thành phần tham dự")
_PRESENT_HINT = _l("Đoàn kiểm tra và đại diện đơn vị.")


class When(StrEnum):
    AHEAD = "ahead"
    DONE = "done"


WHEN = {When.AHEAD: _l("Chưa, lên lịch"), When.DONE: _l("Rồi, ghi cuộc đã kiểm tra")}
RESULTS = {
    Entry.NONE_FOUND: _l("Không có hạn chế"),
    Entry.MISSING: _l("Chưa nhập số liệu"),
    Entry.FOUND: _l("Có hạn chế"),
}


class NewVisitForm(OnceForm):
    when = EnumRadioField(
        _l("Đoàn đã đến đơn vị chưa?"), [InputRequired(_l("Chọn lên lịch hoặc ghi cuộc đã kiểm tra"))], words=WHEN
    )
    team = IdSelectField(_l("Đoàn kiểm tra"), [InputRequired(_l("Chọn một đoàn của kế hoạch này"))])
    day = VietnameseDateField(_l("Ngày kiểm tra"), [_A_DAY])
    planned_at = CleanStringField(_AT, longest=20)
    place = CleanStringField(_PLACE)
    present = CleanTextAreaField(_PRESENT, description=_PRESENT_HINT, longest=2000)

    def offer_teams(self, teams: Any) -> None:
        self.team.choices = [choice(None, str(_l("Chọn đoàn"))), *(choice(team.id, team.name) for team in teams)]


class ScheduleForm(VersionedForm):
    planned_on = VietnameseDateField(_l("Ngày kiểm tra"), [_A_DAY])
    planned_at = CleanStringField(_AT, longest=20)
    place = CleanStringField(_PLACE)
    present = CleanTextAreaField(_PRESENT, description=_PRESENT_HINT, longest=2000)


class BeginForm(BaseForm):
    began_on = VietnameseDateField(_l("Ngày kiểm tra"), [_A_DAY])


class DatedForm(BaseForm):
    """A step that a reviewer may enter as history; for everybody else the day is today's and the field is taken out."""

    on = VietnameseDateField(_l("Tính cho ngày"), description=_l("Chỉ sửa khi nhập lại việc đã qua."))

    def keep_day(self, allowed: bool) -> None:
        if not allowed:
            del self.on

    @property
    def day(self) -> Any:
        return self.on.data if "on" in self else None


class ReportForm(DatedForm):
    entry = EnumRadioField(
        _l("Kết quả"),
        [InputRequired(_l("Chọn một kết quả"))],
        words={entry: RESULTS[entry] for entry in (Entry.NONE_FOUND, Entry.MISSING)},
    )


class CloseForm(DatedForm):
    pass


class CancelForm(DatedForm):
    reason = CleanTextAreaField(_l("Lý do"), [InputRequired(_l("Nhập lý do hủy cuộc kiểm tra"))], longest=2000)


class SelfInspectionForm(OnceForm):
    plan = IdSelectField(_l("Kế hoạch tự kiểm tra"), [InputRequired(_l("Chọn kế hoạch tự kiểm tra"))])
    unit = IdSelectField(_l("Đơn vị"), [InputRequired(_l("Chọn đơn vị"))])
    began_on = VietnameseDateField(
        _l("Ngày tự kiểm tra"), [InputRequired(_l("Nhập ngày tự kiểm tra, ví dụ 14/11/2026"))]
    )
    result = EnumRadioField(_l("Kết quả"), [InputRequired(_l("Chọn một kết quả"))], words=RESULTS)
    present = CleanTextAreaField(_l("Người thực hiện"), longest=2000)
    remark = CleanTextAreaField(_l("Nhận xét"), longest=5000)
