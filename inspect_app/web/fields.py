"""Inputs of our forms: what people type becomes a clean value or a sentence saying what to do.

A field never loses what was typed, accepts no more than the database can hold and reads no file. Whether a
value is allowed is for the service to say; what WTForms itself says is worded in `web.forms`.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import (
    Field,
    IntegerField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than the types
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget, RadioInput, TextArea, TextInput

from inspect_app.core import text
from inspect_app.web.formats import ngettext

FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST_ID = 2**31 - 1
"""What an integer column holds on both databases, and what `<id:…>` lets through in an address."""

_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+", re.ASCII)
_DATES = (
    re.compile(r"(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
)


def choice(value: object, label: str, group: str | None = None) -> Any:
    """One line of a list to choose from; lines of the same `group` stand together under its name."""
    return SelectChoice("" if value is None else str(value), label, optgroup=group)


def read_date(typed: str) -> dt.date:
    """20/11/2023, 20-11-2023, 20.11.2023, 20112023 or 2023-11-20.

    Raises ValueError for anything else, a day that does not exist, and years outside 2000 to 2100.
    """
    match = next((found for form in _DATES if (found := form.fullmatch(typed.strip()))), None)
    if match is None:
        raise ValueError(_("Nhập ngày theo dạng ngày/tháng/năm, ví dụ 20/11/2023"))
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(
            _("Nhập năm từ %(first)d đến %(last)d", first=FIRST_YEAR, last=LAST_YEAR),
        )
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise ValueError(_("Không có ngày %(typed)s, xem lại lịch", typed=typed.strip())) from None


def read_id(typed: object) -> int | None:
    """An id that a form sends back, 1 to `LARGEST_ID`; None for an empty choice. Raises ValueError."""
    if typed is None or typed == "":
        return None
    digits = str(typed)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10 and 1 <= int(digits) <= LARGEST_ID):
        raise ValueError(_("Chọn một mục trong danh sách"))
    return int(digits)


class CleanStringField(StringField):
    """One line of text as `core.text.one_line` leaves it; blanks alone count as nothing."""

    data: str

    def __init__(self, label: str | None = None, validators: Any = None, *, longest: int = 255, **rest: Any) -> None:
        super().__init__(label, validators, **rest)
        self.longest = longest

    def tidy(self, typed: str) -> str:
        return text.one_line(typed)

    def process_data(self, value: str | None) -> None:
        self.data = value or ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        typed = _typed(valuelist)
        self.data = text.readable(typed)
        try:
            self.data = self.tidy(typed)
        except text.Unreadable:
            raise ValueError(_("Nội dung có ký tự không đọc được, gõ lại rồi gửi")) from None
        if not self.data:
            self.raw_data = []
        if len(self.data) > self.longest:
            raise ValueError(
                _("Nội dung dài quá, rút gọn còn tối đa %(max)d ký tự", max=self.longest),
            )


class CleanTextAreaField(CleanStringField):
    """Text of several lines as `core.text.clean` leaves it; blanks alone count as nothing."""

    widget = TextArea()

    def __init__(self, label: str | None = None, validators: Any = None, *, longest: int = 5000, **rest: Any) -> None:
        super().__init__(label, validators, longest=longest, **rest)

    def tidy(self, typed: str) -> str:
        return text.clean(typed)


class VietnameseDateField(Field):
    """A day typed as `read_date` reads it, shown as 20/11/2023. No picker: it would follow the browser."""

    data: dt.date | None
    widget = TextInput()

    def __init__(self, label: str | None = None, validators: Any = None, **rest: Any) -> None:
        rest["render_kw"] = {"inputmode": "numeric", "autocomplete": "off", **(rest.get("render_kw") or {})}
        super().__init__(label, validators, **rest)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.data = None
        typed = _typed(valuelist).strip()
        if typed:
            self.data = read_date(text.readable(typed))
        else:
            self.raw_data = []

    def _value(self) -> str:
        if self.data is not None:
            return f"{self.data:%d/%m/%Y}"
        return text.readable(_typed(self.raw_data or []))


class WholeNumberField(IntegerField):
    """A whole number, also as people write it: 1.288, or 80% where `unit` is %. What is no number is told once."""

    widget = TextInput()

    def __init__(self, label: str | None = None, validators: Any = None, *, unit: str = "", **rest: Any) -> None:
        rest["render_kw"] = {"inputmode": "numeric", "autocomplete": "off", **(rest.get("render_kw") or {})}
        super().__init__(label, validators, **rest)
        self.unit = unit

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = _typed(valuelist).strip().removesuffix(self.unit).rstrip()
        if typed:
            super().process_formdata([typed.replace(".", "") if _GROUPED.fullmatch(typed) else typed])
        elif valuelist:
            self.data, self.raw_data = None, []

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation


class EnumField(SelectField):
    """One of the members of an enum, sent as its code; `blank` is the label of choosing none."""

    data: Any

    def __init__(
        self,
        label: str | None = None,
        validators: Any = None,
        *,
        words: Mapping[Any, str],
        blank: str | None = None,
        **rest: Any,
    ) -> None:
        members: dict[str, StrEnum] = {member.value: member for member in words}
        choices = [choice(member.value, word) for member, word in words.items()]
        if blank is not None:
            choices.insert(0, choice(None, blank))
        super().__init__(label, validators, coerce=_member_of(members), choices=choices, **rest)


class EnumRadioField(EnumField):
    """The same as a group of radio buttons."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


class IdField(Field):
    """The id of a record in a hidden input; 1 to `LARGEST_ID`, or None."""

    data: int | None
    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = None
            self.data = read_id(_typed(valuelist))

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class IdSelectField(SelectField):
    """One record of those that the view puts into `choices` (see `choice`): what the actor may see."""

    data: int | None

    def __init__(self, label: str | None = None, validators: Any = None, **rest: Any) -> None:
        super().__init__(label, validators, coerce=read_id, **rest)


class IdsField(SelectMultipleField):
    """Several records of those that the view puts into `choices`, each once, as checkboxes."""

    data: list[int]
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str | None = None, validators: Any = None, **rest: Any) -> None:
        super().__init__(label, validators, coerce=read_id, **rest)

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([value for value in dict.fromkeys(valuelist) if value])


class FilesField(MultipleFileField):
    """Files as they came, unread, at most `most`; an input left empty is no file."""

    data: list[FileStorage]

    def __init__(
        self,
        label: str | None = None,
        validators: Any = None,
        *,
        most: int = 20,
        accept: str = "",
        **rest: Any,
    ) -> None:
        if accept:
            rest["render_kw"] = {"accept": accept, **(rest.get("render_kw") or {})}
        super().__init__(label, validators, **rest)
        self.most = most

    def process_data(self, value: object) -> None:
        self.data = []

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [file for file in valuelist if isinstance(file, FileStorage) and file.filename]
        self.raw_data = list(self.data)

    def pre_validate(self, form: Any) -> None:
        if len(self.data) > self.most:
            raise ValidationError(
                ngettext("Mỗi lần gửi không quá %(num)s tệp", "Mỗi lần gửi không quá %(num)s tệp", self.most)
            )


def _typed(values: list[Any]) -> str:
    """The first text sent under a name; whoever sends a file or a number there sent nothing."""
    return next((value for value in values if isinstance(value, str)), "")


def _member_of(members: Mapping[str, StrEnum]) -> Callable[[Any], StrEnum | None]:
    def coerce(sent: Any) -> StrEnum | None:
        if sent is None or sent == "":
            return None
        if str(sent) not in members:
            raise ValueError(sent)
        return members[str(sent)]

    return coerce
