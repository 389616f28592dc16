"""The curve of a plan: what was issued above, what was put right below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from inspect_app.reports.queries import Point
from inspect_app.web.charts import LineChart, line_chart

WIDE, NARROW = 13, 9
"""Names of months that fit under the plot on a screen and on a phone."""


@dataclass(frozen=True, slots=True)
class Charts:
    wide: LineChart
    narrow: LineChart


def trend_charts(points: Sequence[Point]) -> Charts | None:
    """Nothing to draw where nothing was issued."""
    if not points:
        return None
    one_year = len({point.on.year for point in points}) == 1
    names = [_month(point.on, one_year) for point in points]
    series = [
        (_("Đã ghi nhận"), "rec", [point.counted for point in points]),
        (_("Đã khắc phục"), "done", [point.resolved for point in points]),
    ]
    fit = 1 if one_year else 2  # names with a year are twice as wide
    return Charts(
        line_chart(_thinned(names, WIDE // fit), series),
        line_chart(_thinned(names, NARROW // fit), series, width=330, height=220, room=92),
    )


def _month(day: date, one_year: bool) -> str:
    return _("T%(month)d", month=day.month) if one_year else f"{day.month}/{day.year}"


def _thinned(names: Sequence[str], most: int) -> list[str]:
    """Every name, or every second, third … so that at most `most` remain; the last one always does."""
    step = -(-len(names) // most)
    return [name if (len(names) - 1 - place) % step == 0 else "" for place, name in enumerate(names)]
