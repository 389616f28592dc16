"""What teams, reviewers and officers type about visits; what a visit found is written with its findings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from flask import abort
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, Optional

from inspect_app.checklists import queries as checklists
from inspect_app.checklists.models import Checklist
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.plans import queries as plans
from inspect_app.plans.models import Area, Plan, PlanKind
from inspect_app.units.models import Unit, UnitKind
from inspect_app.visits.models import Entry, Manner, Scope, Verdict, Visit, VisitState
from inspect_app.visits.queries import IN_ORDER, Filter, Planned
from inspect_app.visits.services.answers import may_choose_checklist
from inspect_app.web import formats
from inspect_app.web.asked import Asked
from inspect_app.web.fields import (
    FIRST_YEAR,
    LAST_YEAR,
    CleanStringField,
    CleanTextAreaField,
    EnumRadioField,
    IdSelectField,
    VietnameseDateField,
    choice,
)
from inspect_app.web.forms import BaseForm, VersionedForm
from inspect_app.web.lookup import one_or_404
from inspect_app.web.once import OnceForm
from inspect_app.web.paging import Sort

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


SCOPES = {Scope.COMPREHENSIVE: _l("Toàn diện"), Scope.THEMATIC: _l("Theo chuyên đề")}
MANNERS = {Manner.ON_SITE: _l("Trực tiếp tại đơn vị"), Manner.BY_REPORT: _l("Qua báo cáo, hồ sơ")}


class HowForm(BaseForm):
    """How a visit is made, and why: the trigger is asked for under a surprise plan only."""

    scope = EnumRadioField(_l("Phạm vi"), words=SCOPES, default=Scope.COMPREHENSIVE)
    theme = CleanStringField(_l("Chuyên đề"), description=_l("Ghi khi kiểm tra theo chuyên đề."))
    manner = EnumRadioField(_l("Cách kiểm tra"), words=MANNERS, default=Manner.ON_SITE)
    trigger = CleanTextAreaField(
        _l("Lý do kiểm tra đột xuất"),
        [InputRequired(_l("Nhập lý do kiểm tra đột xuất"))],
        description=_l("Ví dụ: phản ánh của người dân, chỉ đạo của cấp trên. Đơn vị không thấy nội dung này."),
        longest=2000,
    )

    checklist_id = IdSelectField(_l("Bộ tiêu chí"), description=_l("Đổi được đến khi ghi kết quả đầu tiên."))

    def offer_checklists(self, plan: Plan, visit: Visit | None = None) -> None:
        """The version of the plan, and every other; where there is no choice, or none any more, nothing is asked."""
        chosen = visit.checklist_id if visit else None
        of_plan = checklists.for_plan(plan)
        others = [one for one in checklists.usable_for(plan) if one.id == chosen or one != of_plan]
        if not others or not (visit is None or may_choose_checklist(visit)):
            del self.checklist_id
            return
        planned = _("Theo kế hoạch: %(title)s", title=of_plan.title) if of_plan else _("Theo kế hoạch: chưa có")
        self.checklist_id.choices = [choice(None, planned), *(choice(one.id, _version(one)) for one in others)]

    def ask_for_a_trigger(self, needed: bool) -> None:
        if not needed:
            del self.trigger

    @property
    def how(self) -> dict[str, Any]:
        """What was chosen, as services take it."""
        asked = ("scope", "theme", "manner", "trigger")
        return {name: self[name].data for name in asked if name in self}


def _version(checklist: Checklist) -> str:
    day = formats.date(checklist.published_at)
    return str(_("%(title)s, công bố ngày %(day)s", title=checklist.title, day=day))


VERDICTS = {
    Verdict.FINE: _l("Tốt"),
    Verdict.WRONG: _l("Có hạn chế"),
    Verdict.UNCHECKED: _l("Chưa kiểm tra"),
}
_AREA = "area_"


class NewVisitForm(HowForm, OnceForm):
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


class ScheduleForm(HowForm, VersionedForm):
    planned_on = VietnameseDateField(_l("Ngày kiểm tra"), [_A_DAY])
    planned_at = CleanStringField(_AT, longest=20)
    place = CleanStringField(_PLACE)
    present = CleanTextAreaField(_PRESENT, description=_PRESENT_HINT, longest=2000)


class MinutesForm(HowForm, VersionedForm):
    """What happened, for the minutes, and what the letters of the visit carry beside its findings."""

    began_at = CleanStringField(_l("Bắt đầu lúc"), description=_l("Giờ và phút, ví dụ 08:30."), longest=20)
    ended_at = CleanStringField(_l("Kết thúc lúc"), description=_l("Giờ và phút, ví dụ 11:00."), longest=20)
    place = CleanStringField(_PLACE)
    present = CleanTextAreaField(_PRESENT, description=_PRESENT_HINT, longest=20_000)
    absent = CleanTextAreaField(
        _l("Cán bộ, công chức vắng mặt"),
        description=_l(
            "Mỗi dòng một người: họ tên, chức vụ, lý do nếu biết. Chỉ đoàn kiểm tra, Sở Nội vụ và cán bộ của đơn vị "
            "xem được; không tìm kiếm và không xuất ra tệp."
        ),
        longest=20_000,
    )
    strengths = CleanTextAreaField(_l("Ưu điểm"), longest=20_000)
    remark = CleanTextAreaField(_l("Nhận xét chung"), longest=20_000)
    causes = CleanTextAreaField(_l("Nguyên nhân của hạn chế"), longest=20_000)
    opinion = CleanTextAreaField(_l("Ý kiến của đơn vị"), longest=20_000)
    proposals = CleanTextAreaField(_l("Kiến nghị"), longest=20_000)
    basis = CleanTextAreaField(
        _l("Căn cứ"),
        description=_l("Văn bản làm căn cứ, ngoài kế hoạch kiểm tra. Mỗi dòng một văn bản."),
        longest=20_000,
    )

    NOTED = (
        *("began_at", "ended_at", "place", "present", "absent", "strengths"),
        *("remark", "causes", "opinion", "proposals", "basis"),
    )


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


class SentForm(DatedForm):
    """That the result is whole. Areas that a unit called wrong and wrote nothing about are asked after."""

    reason = CleanTextAreaField(
        _l("Vì sao không ghi hạn chế?"), description=_l("Ví dụ: đã sửa xong ngay trong ngày tự kiểm tra."), longest=2000
    )

    def ask_why(self, areas: Sequence[Area]) -> None:
        if not areas:
            del self.reason
            return
        in_english = str(get_locale()) == "en"
        names = ", ".join(area.name_en if in_english else area.short_name for area in areas)
        self.reason.label.text = _("Vì sao không ghi hạn chế về %(areas)s?", areas=names)

    @property
    def why(self) -> str:
        return self.reason.data if "reason" in self else ""


class ReportForm(SentForm):
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
    """One answer for each area; `self_inspection_form` adds their fields."""

    plan = IdSelectField(_l("Kế hoạch tự kiểm tra"), [InputRequired(_l("Chọn kế hoạch tự kiểm tra"))])
    unit = IdSelectField(_l("Đơn vị"), [InputRequired(_l("Chọn đơn vị"))])
    began_on = VietnameseDateField(
        _l("Ngày tự kiểm tra"), [InputRequired(_l("Nhập ngày tự kiểm tra, ví dụ 14/11/2026"))]
    )
    result = EnumRadioField(_l("Kết quả chung"), [Optional()], words=RESULTS)
    """Where it was not written down by area."""
    present = CleanTextAreaField(_l("Người thực hiện"), longest=2000)
    remark = CleanTextAreaField(_l("Nhận xét"), longest=5000)

    @property
    def area_fields(self) -> list[EnumRadioField]:
        return [field for field in self if field.short_name.startswith(_AREA)]

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """Area code -> what was said of it."""
        return {field.short_name.removeprefix(_AREA): field.data for field in self.area_fields}

    def say_all_is_fine(self) -> None:
        """One tap for every area."""
        for field in self.area_fields:
            field.data = Verdict.FINE


def self_inspection_form(areas: Iterable[Area], *, in_english: bool) -> type[SelfInspectionForm]:
    """The form with a field for each area, called as the catalogue calls it."""
    fields = {
        f"{_AREA}{area.code}": EnumRadioField(
            area.name_en if in_english else area.short_name, words=VERDICTS, default=Verdict.UNCHECKED
        )
        for area in areas
    }
    return type("SelfInspectionForm", (SelfInspectionForm,), fields)


# What the addresses of lists ask for

LATEST = Sort("latest", (Visit.day, Visit.id), descending=True)
OLDEST = Sort("oldest", (Visit.day, Visit.id))
BY_MONTH = Sort("month", IN_ORDER)


def visits_from(asked: Asked, actor: Actor) -> tuple[Filter, Sort]:
    """The list of visits; 404 where the address names what does not exist for the actor."""
    wanted = Filter(
        text=asked.words(),
        plan=asked_plan(asked, actor),
        within_unit=asked_unit(asked),
        alone=bool(asked.choice("alone")),
        mine=bool(asked.choice("mine")),
        follow_up=bool(asked.choice("follow_up")),
        kinds=asked.among("plan_kind", PlanKind),
        unit_kinds=asked.among("kind", UnitKind),
        since=asked.day("since"),
        until=asked.day("until"),
        as_of=asked.day("as_of"),
        states=asked.among("state", VisitState),
    )
    return wanted, OLDEST if asked.args.get("sort") == OLDEST.name else LATEST


def schedule_from(asked: Asked, actor: Actor) -> Planned:
    """`?plan=`, or else `?year=`, `?begun=1`, `?kind=`, `?as_of=`; 404 as above."""
    plan = asked_plan(asked, actor)
    return Planned(
        text=asked.words(),
        year=None if plan else asked.number("year", FIRST_YEAR, LAST_YEAR),
        plan=plan,
        unit=asked_unit(asked),
        kinds=asked.among("kind", UnitKind),
        begun=asked.choice("begun"),
        as_of=asked.day("as_of"),
    )


def of_one_year(wanted: Planned, asked: Asked, year: int) -> Planned:
    """The months of several years do not belong in one list: that of a plan, of the year asked for, or of this one."""
    if wanted.plan is not None or wanted.year is not None:
        return wanted
    asked.said["year"] = str(year)
    return replace(wanted, year=year)


def asked_plan(asked: Asked, actor: Actor) -> Plan | None:
    """The plan of `?plan=`, or 404 where it does not exist for the actor."""
    wanted = asked.id("plan")
    plan: Plan | None = one_or_404(plans.visible_to(actor).where(Plan.id == wanted)) if wanted else None
    return plan


def asked_unit(asked: Asked) -> Unit | None:
    """The unit of `?unit=`."""
    wanted = asked.id("unit")
    return (db.session.get(Unit, wanted) or abort(404)) if wanted else None
