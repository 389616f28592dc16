"""Numbers from 0 to 100 with two decimals, typed with a comma or a point."""

from decimal import Decimal
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import Field
from wtforms.widgets import TextInput

from inspect_app.core import text
from inspect_app.grading.policy import read_points


def points(value: Decimal | None) -> str:
    """`85,25`, `1,00`: always two decimals, as scores are printed; empty for None."""
    if value is None:
        return ""
    printed = f"{value:.2f}"
    return printed if str(get_locale() or "vi").startswith("en") else printed.replace(".", ",")


class PointsField(Field):
    """Empty is None."""

    data: Decimal | None
    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, **rest: Any) -> None:
        rest["render_kw"] = {"inputmode": "decimal", "autocomplete": "off", **(rest.get("render_kw") or {})}
        super().__init__(label, validators, **rest)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.data = None
        typed = valuelist[0].strip() if isinstance(valuelist[0], str) else ""
        if not typed:
            self.raw_data = []
            return
        try:
            self.data = read_points(typed)
        except ValueError:
            raise ValueError(_("Nhập số từ 0 đến 100, nhiều nhất hai chữ số thập phân, ví dụ 85,25")) from None

    def _value(self) -> str:
        if self.data is not None:
            return points(self.data)
        sent = self.raw_data or []
        return text.readable(sent[0])[:40] if sent and isinstance(sent[0], str) else ""
