"""What reviewers and administrators type about units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from inspect_app.core.db import db
from inspect_app.core.text import fold, readable
from inspect_app.units.models import Unit, UnitKind
from inspect_app.units.queries import KIND_ORDER, Hit, search
from inspect_app.web.asked import Asked
from inspect_app.web.fields import (
    CleanStringField,
    CleanTextAreaField,
    EnumField,
    IdSelectField,
    VietnameseDateField,
    read_id,
)
from inspect_app.web.formats import date as shown_day
from inspect_app.web.forms import BaseForm, VersionedForm
from inspect_app.web.paging import Sort
from inspect_app.web.presentation import UNIT_KINDS

_BASIS = _l("Căn cứ")
_BASIS_HINT = _l("Số, ngày của nghị quyết hoặc quyết định.")
_A_NAME = InputRequired(_l("Nhập tên đơn vị"))
BY_KIND = Sort("kind", (KIND_ORDER, Unit.sort_key, Unit.id))
F = TypeVar("F")
STATES = ("in_force", "ended", "all")
MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of units is narrowed to."""

    q: str
    kinds: tuple[UnitKind, ...]
    under: Unit | None
    state: str
    """One of `STATES`."""


def units_from(args: MultiDict[str, str]) -> Wanted:
    """The list of units, as its address asks for it; 404 where it names a unit that there is not."""
    q, asked, state = args.get("q", "").strip(), args.getlist("kind"), args.get("state", "")
    if state not in STATES:  # who looks for a name may well look for one that is no more
        state = "all" if q else "in_force"
    try:
        number = read_id(args.get("under"))
    except ValueError:
        abort(404)
    under = (db.session.get(Unit, number) or abort(404)) if number else None
    return Wanted(q, tuple(kind for kind in UnitKind if kind.value in asked), under, state)


@dataclass(frozen=True, slots=True)
class AskedUnit:
    """The unit that an address asks for: found, or not clear yet from what was typed."""

    unit: Unit | None
    typed: str = ""
    """The name that it was asked for by."""
    offered: Sequence[Hit] = ()
    """Units that `typed` may mean, where it is not clear which."""


@dataclass(frozen=True)  # with slots as well, Python 3.11 does not make one of a given kind of filter
class WantedList(Generic[F]):
    """What the address of a list asks for. `args` are its readable parameters but for the place of the page."""

    filter: F
    sort: str
    args: dict[str, Any]
    problems: Sequence[str]
    """Sentences for what could not be read."""
    place: AskedUnit
    day_names: Sequence[str]
    """The parameters that are days."""

    @property
    def days(self) -> dict[str, str]:
        """The days asked for, as people type them."""
        told = {name: self.args.get(name) for name in self.day_names}
        return {name: shown_day(date.fromisoformat(day)) if day else "" for name, day in told.items()}

    @property
    def typed_unit(self) -> str:
        """The name of a unit that is not clear yet."""
        return "" if self.place.unit else self.place.typed

    @property
    def offered(self) -> Sequence[Hit]:
        """Units that `typed_unit` may mean."""
        return self.place.offered


def unit_asked(asked: Asked, name: str = "unit") -> AskedUnit:
    """By id, or by a name that means one unit; what cannot be found is said."""
    if (named := unit_by_name(asked, name)) is not None:
        return named
    number = asked.chosen_id(name)
    unit = db.session.get(Unit, number) if number else None
    if number and unit is None:
        asked.misses(name, str(number))
    return AskedUnit(unit)


def unit_by_name(asked: Asked, name: str) -> AskedUnit | None:
    """The unit that the name typed means, or those it may mean; None where no name was typed.

    A name typed beside a unit that was chosen before replaces it.
    """
    values = [" ".join(readable(value).split()) for value in asked.args.getlist(name)]
    typed = next((value for value in reversed(values) if value and not value.isdigit()), "")
    if not typed:
        return None
    hits = search(typed, limit=MOST_OFFERED)
    exact = [hit for hit in hits if fold(hit.name) == fold(typed) and not hit.ended]
    clear = exact if len(exact) == 1 else hits
    if len(clear) == 1:
        return AskedUnit(db.session.get(Unit, clear[0].id), typed)
    if hits:
        asked.problems.append(_("Có %(num)s đơn vị tên như “%(name)s”, chọn một", num=len(hits), name=typed))
    else:
        asked.problems.append(_("Không có đơn vị nào tên “%(name)s”", name=typed))
    return AskedUnit(None, typed, hits)


class FoundForm(BaseForm):
    name = CleanStringField(
        _l("Tên đơn vị"), [_A_NAME], description=_l("Viết đủ cả loại, ví dụ Phường Cái Khế, Sở Nội vụ.")
    )
    kind = EnumField(
        _l("Loại đơn vị"),
        [InputRequired(_l("Chọn loại đơn vị"))],
        words={kind: UNIT_KINDS[kind.value] for kind in UnitKind},
    )
    code = CleanStringField(
        _l("Mã đơn vị"),
        [InputRequired(_l("Nhập mã đơn vị"))],
        longest=20,
        description=_l("Mã hành chính hoặc chữ viết tắt, ví dụ 31120, SNV."),
    )
    valid_from = VietnameseDateField(_l("Hoạt động từ ngày"), description=_l("Để trống nếu từ trước đến nay."))
    basis = CleanTextAreaField(_BASIS, description=_BASIS_HINT, longest=1000)


class ChangeForm(VersionedForm):
    name = CleanStringField(_l("Tên mới"), [_A_NAME])
    parent = IdSelectField(_l("Đơn vị cấp trên"), [InputRequired(_l("Chọn đơn vị cấp trên"))])
    since = VietnameseDateField(_l("Thay đổi từ ngày"), [InputRequired(_l("Nhập ngày thay đổi, ví dụ 01/07/2025"))])
    basis = CleanTextAreaField(_BASIS, description=_BASIS_HINT, longest=1000)


class EndForm(VersionedForm):
    last_day = VietnameseDateField(
        _l("Ngày hoạt động cuối cùng"), [InputRequired(_l("Nhập ngày hoạt động cuối cùng, ví dụ 30/06/2025"))]
    )
    successors = CleanStringField(
        _l("Mã đơn vị kế thừa"),
        description=_l("Nhiều đơn vị thì cách nhau bằng dấu phẩy, đơn vị nhận phần lớn ghi trước."),
    )
    basis = CleanTextAreaField(_BASIS, description=_BASIS_HINT, longest=1000)
