"""Where the lines, ticks and words of a chart stand. Only arithmetic; templates/components/charts.html draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

FOOT = 30.0
"""Room under the plot for the names of the months."""
HEAD = 16.0
LEFT = 34.0
LABEL_GAP = 34.0
"""The least distance between the words at the ends of two lines."""


@dataclass(frozen=True)
class Mark:
    """A point of a chart and what is written at it."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Line:
    """A curve: its name, the class that colours it, its points, and where its last value is written."""

    name: str
    look: str
    marks: tuple[Mark, ...]
    label: Mark

    @property
    def points(self) -> str:
        return " ".join(f"{mark.x:.1f},{mark.y:.1f}" for mark in self.marks)


@dataclass(frozen=True)
class LineChart:
    """Two curves over the same months: what was asked for above, what was done below."""

    width: float
    height: float
    right: float
    base: float
    rows: tuple[Mark, ...]
    columns: tuple[Mark, ...]
    lines: tuple[Line, ...]

    @property
    def gap(self) -> str:
        """The outline of the space between the first and the second curve, where both have values."""
        upper, lower = (line.marks for line in self.lines[:2])
        shared = min(len(upper), len(lower))
        outline = (*upper[:shared], *reversed(lower[:shared]))
        return " ".join(f"{mark.x:.1f},{mark.y:.1f}" for mark in outline)


def line_chart(
    columns: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[int]]],
    *,
    width: float = 560,
    height: float = 236,
    room: float = 128,
) -> LineChart:
    """Lay out `series` (name, class, values) over `columns`.

    A series shorter than the columns ends early: its months are still to come. `room` is kept free at the right for the
    words at the ends of the lines. The order of the series is from the highest to the lowest.
    """
    right, base = width - room, height - FOOT
    step = tick_step(max((value for _, _, values in series for value in values), default=0))
    top = step * max(1, ceil(max((value for _, _, values in series for value in values), default=0) / step))
    across = (right - LEFT) / max(1, len(columns) - 1)

    def x(index: int) -> float:
        return LEFT + across * index

    def y(value: float) -> float:
        return base - (base - HEAD) * value / top

    curves = [tuple(Mark(x(i), y(value), str(value)) for i, value in enumerate(values)) for _, _, values in series]
    ends = [marks[-1] if marks else Mark(LEFT, base, "0") for marks in curves]
    lines = [
        Line(name, look, marks, Mark(end.x + 8, at, end.text))
        for (name, look, _), marks, end, at in zip(series, curves, ends, _apart(ends, base), strict=True)
    ]
    return LineChart(
        width=width,
        height=height,
        right=right,
        base=base,
        rows=tuple(Mark(LEFT, y(value), str(value)) for value in range(0, top + 1, step)),
        columns=tuple(Mark(x(i), base, name) for i, name in enumerate(columns)),
        lines=tuple(lines),
    )


def _apart(ends: Sequence[Mark], base: float) -> list[float]:
    """How high the words at the ends of the lines stand: apart from each other, and above the names of the months."""
    heights, lowest = [], -LABEL_GAP
    for end in ends:
        lowest = max(end.y, lowest + LABEL_GAP)
        heights.append(lowest)
    highest = base - LABEL_GAP / 2
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], highest)
        highest = heights[place] - LABEL_GAP
    return heights


def tick_step(highest: int) -> int:
    """The distance between grid lines: 1, 2 or 5 times a power of ten, at most five steps up to `highest`."""
    if highest <= 5:
        return 1
    rough = highest / 5
    power = 10 ** int(log10(rough))
    return next(int(power * times) for times in (1, 2, 5, 10) if power * times >= rough)
