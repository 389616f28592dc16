"""What every move of a record asks of what people typed: a text that says something, a day that may count."""

from datetime import date

from inspect_app.core.errors import Invalid
from inspect_app.core.text import clean


def said(text: str, message: str, field: str) -> str:
    """The text as it is stored. Raises Invalid with `message` when there is none."""
    text = clean(text)
    if not text:
        raise Invalid(message, field=field)
    return text


def expect_day(on: date, *, moved_on: date, today: date) -> None:
    """A move counts for no day to come, and for none before that of the last change. Raises Invalid."""
    if on > today:
        raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="on")
    if on < moved_on:
        raise Invalid(
            "Ngày này trước lần thay đổi gần nhất, nhập ngày từ %(day)s trở đi",
            field="on",
            day=f"{moved_on:%d/%m/%Y}",
        )
