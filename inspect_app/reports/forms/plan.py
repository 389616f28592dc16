"""What a reader asks the report of a plan for: the day, the unit that counts, and a period."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from inspect_app.reports.forms.as_of import AsOfForm
from inspect_app.reports.queries import Day
from inspect_app.web.fields import VietnameseDateField
from inspect_app.web.formats import date as shown_day
from inspect_app.workdays.periods import Period, PeriodCode, period, quarter_of, reporting_year


class PlanReportForm(AsOfForm):
    """Read from the address. Call `validate` before anything else is asked of it."""

    first = VietnameseDateField(_l("Từ ngày"), name="from")
    last = VietnameseDateField(_l("Đến ngày"), name="to")

    def __init__(self, typed: Any, *, today: date, year: int) -> None:
        """`year` is the plan's."""
        self.year = year
        super().__init__(typed, today=today)

    @property
    def day(self) -> Day:
        """The day asked for where it can be shown, else today."""
        asked = self.as_of.data
        return Day(self.today if self.as_of.errors or asked is None else asked, self.today)

    @property
    def period(self) -> Period:
        """The period asked for where it can be shown, else the reporting quarter that the day lies in.

        Of a plan of an earlier reporting year its whole year: little happens after it. What is not over by the day is
        left out of it.
        """
        on, first, last = self.day.on, self.first.data, self.last.data
        if first is None or last is None or self.first.errors or self.last.errors:
            asked = quarter_of(on) if reporting_year(on) <= self.year else period(PeriodCode.YEAR, self.year)
        else:
            asked = Period(first, last)
        return asked.until(on) or Period(on, on)

    @property
    def chosen(self) -> dict[str, str]:
        """The period as parameters of an address, where the reader named one."""
        first, last = self.first.data, self.last.data
        return {"from": first.isoformat(), "to": last.isoformat()} if first and last else {}

    def fill(self, day: date, period: Period) -> None:
        """Where nothing was typed, show what the report is of instead."""
        for field, unsaid in ((self.as_of, day), (self.first, period.first), (self.last, period.last)):
            if field.data is None and not field.errors and not self.first.errors and not self.last.errors:
                field.data = unsaid

    def validate_first(self, field: VietnameseDateField) -> None:
        if field.data is None and self.last.data is not None and not field.process_errors:
            raise ValidationError(_("Nhập ngày đầu kỳ"))
        if field.data is not None and field.data > self.day.on:
            raise ValidationError(_("Ngày đầu kỳ phải không sau ngày số liệu %(day)s", day=shown_day(self.day.on)))

    def validate_last(self, field: VietnameseDateField) -> None:
        if field.data is None and self.first.data is not None and not field.process_errors:
            raise ValidationError(_("Nhập ngày cuối kỳ"))
        if field.data is not None and self.first.data is not None and field.data < self.first.data:
            raise ValidationError(_("Ngày cuối kỳ phải từ ngày đầu kỳ trở đi"))


def periods_of(day: date, year: int) -> list[tuple[str, Period]]:
    """The periods that offices report on of a plan of `year`: those that have begun, each up to `day`.

    Of the reporting year of the day, or of the plan where that came before; then the quarter of the day, too, as
    "now". What is the same so far is told once, by its shortest name.
    """
    of_year = min(year, reporting_year(day))
    codes = (PeriodCode.Q1, PeriodCode.HALF, PeriodCode.Q3, PeriodCode.YEAR)
    whole = [(code.value, period(code, of_year)) for code in codes]
    if of_year < reporting_year(day):
        whole.append(("now", quarter_of(day)))
    begun: dict[Period, str] = {}
    for name, one in whole:
        so_far = one.until(day)
        if so_far is not None:
            begun.setdefault(so_far, name)
    return [(name, so_far) for so_far, name in begun.items()]
