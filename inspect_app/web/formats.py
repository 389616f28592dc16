"""Filters of the templates for figures, days and names, in the language of the page.

Every moment is shown in Vietnam's time. Nothing here asks what day it is: `days_left` is told.
"""

import datetime as dt
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flask import Flask
from flask_babel import get_translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from inspect_app.core import clock, figures
from inspect_app.web.templating import language

FAR = 60
"""Days from which a deadline is given by its date alone."""

_PAPER = re.compile(r"<[^>]*>|((?=[\w/-]*\d)[\w/]+(?:-[\w/]+)+|\d[\d.,]* [KMG]B\b)")
"""A tag; or a number such as `HC-2026-0001`, `85/TB-ĐKT`: with a figure in it, and a hyphen; or a size, `20 MB`."""

_WEEKDAYS = (
    _l("Thứ Hai, ngày %(date)s"),
    _l("Thứ Ba, ngày %(date)s"),
    _l("Thứ Tư, ngày %(date)s"),
    _l("Thứ Năm, ngày %(date)s"),
    _l("Thứ Sáu, ngày %(date)s"),
    _l("Thứ Bảy, ngày %(date)s"),
    _l("Chủ nhật, ngày %(date)s"),
)


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        percent=percent,
        fraction=fraction,
        completion=completion,
        thousands=thousands,
        decimal=decimal,
        date=date,
        datetime=datetime,
        time=time,
        iso=iso,
        weekday_date=weekday_date,
        days_left=days_left,
        file_size=file_size,
        initials=initials,
        unbroken=unbroken,
    )
    known: dict[str, Any] = app.jinja_env.globals
    known["ngettext"] = counted(known["ngettext"])


def counted(translate: Callable[..., str]) -> Callable[..., str]:
    """`ngettext` of templates, that writes its number as pages write numbers: `1.020 hạn chế`."""

    @pass_context
    def told(context: Context, singular: str, plural: str, number: int, /, **named: object) -> str:
        return translate(context, singular, plural, number, **{"num": thousands(number), **named})

    return told


def ngettext(singular: str, plural: str, number: int, /, **named: object) -> str:
    """The same for views: `Đã thêm 1.020 đơn vị`."""
    chosen = get_translations().ungettext(singular, plural, number)
    return str(chosen) % {"num": thousands(number), **named}


def percent(part: int, whole: int) -> str:
    """`resolved|percent(issued)`: `82,4%`, with the rules of `core.figures.percent`."""
    return figures.percent(part, whole, language())


def fraction(part: int, whole: int) -> str:
    """`resolved|fraction(issued)`: `41/41`."""
    return figures.fraction(part, whole, language())


def completion(part: int, whole: int) -> str:
    """`resolved|completion(issued)`: `41/41 (100%)`."""
    return figures.completion(part, whole, language())


def thousands(number: int) -> str:
    """`1.288`; below a thousand the same in every language, so that none is asked for."""
    return str(number) if type(number) is int and 0 <= number < 1000 else figures.thousands(number, language())


def decimal(number: figures.Number | None, places: int = 1) -> str:
    """`12,5`; `–` for None."""
    return figures.decimal(number, places, language())


def date(day: dt.date | None) -> str:
    """`14/11/2023`; empty for None, so that a page can say `{{ day|date or _("chưa rõ ngày") }}`."""
    return f"{_in_vietnam(day):%d/%m/%Y}" if day else ""


def datetime(moment: dt.datetime | None) -> str:
    """`14/11/2023, 08:30`; empty for None. Raises ValueError for a moment without a zone."""
    return f"{_in_vietnam(moment):%d/%m/%Y, %H:%M}" if moment else ""


def time(moment: dt.datetime | None) -> str:
    """`08:30`; empty for None. Raises ValueError for a moment without a zone."""
    return f"{_in_vietnam(moment):%H:%M}" if moment else ""


def iso(day: dt.date | None) -> str:
    """For the `datetime` attribute of `<time>`: `2023-11-14`, `2023-11-14T08:30:00+07:00`; empty for None."""
    if isinstance(day, dt.datetime):
        day = day.replace(microsecond=0)  # HTML allows three decimals, Python would write six
    return _in_vietnam(day).isoformat() if day else ""


def weekday_date(day: dt.date) -> str:
    """`Thứ Ba, ngày 14/11/2023`."""
    return str(_WEEKDAYS[_in_vietnam(day).weekday()]) % {"date": date(day)}


def days_left(deadline: dt.date, today: dt.date) -> str:
    """`còn 5 ngày`, `hạn hôm nay`, `quá hạn 3 ngày`, in calendar days; with the date from `FAR` days on."""
    days = (deadline - today).days
    if days == 0:
        return str(_("hạn hôm nay"))
    if days > FAR:
        return date(deadline)
    if days < -FAR:
        return str(_("quá hạn ngày %(date)s", date=date(deadline)))
    if days > 0:
        return ngettext("còn %(num)s ngày", "còn %(num)s ngày", days)
    return ngettext("quá hạn %(num)s ngày", "quá hạn %(num)s ngày", -days)


def file_size(octets: int) -> str:
    """`640 KB`, `1,2 MB`; a kilobyte is 1,024 bytes, as a limit on uploads counts them."""
    kilobytes = Fraction(octets, 1 << 10)
    if kilobytes < Fraction(1999, 2):  # the last that does not round to 1.000 KB
        return f"{thousands(max(round(kilobytes), 1 if octets else 0))} KB"
    megabytes = kilobytes / (1 << 10)
    if megabytes < Fraction(1999, 2):
        return f"{decimal(megabytes)} MB"
    return f"{decimal(megabytes / (1 << 10))} GB"


def initials(full_name: str) -> str:
    """Of the first and the last word, for the round badge: Trần Minh Khoa is `TK`."""
    words = full_name.split()
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper() if words else ""


def _in_vietnam(day: dt.date) -> dt.date:
    """A moment as clocks in Vietnam show it; a day as it is."""
    if not isinstance(day, dt.datetime):
        return day
    if day.tzinfo is None:
        raise ValueError(f"a moment without a zone: {day!r}")
    return day.astimezone(clock.HANOI)


def unbroken(text: object) -> Markup:
    """`sentence|unbroken`: codes, numbers of letters and sizes of files in it stay on one line, on a phone too."""

    def kept(found: re.Match[str]) -> str:
        return f'<span class="nowrap">{found[1]}</span>' if found[1] else found[0]

    return Markup(_PAPER.sub(kept, str(escape(text))))  # noqa: S704 - escaped right here
