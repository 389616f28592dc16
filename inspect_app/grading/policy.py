"""How the index is graded and its two criteria are worked out, and who may write it. Pure, exact arithmetic.

Provinces differ, and so do years: bands and steps are data. `DEFAULTS` is what a first year starts from.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from inspect_app.core.actor import Actor, Role, covers_everything
from inspect_app.core.figures import decimal, percent
from inspect_app.grading.models import Criterion, Grade
from inspect_app.units.models import UnitKind

GROUPS = (UnitKind.DEPARTMENT, UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.AFFILIATE)
"""Each is graded by itself, in this order."""
BANDS = (Grade.EXCELLENT, Grade.GOOD, Grade.FAIR, Grade.AVERAGE)
"""The grades that have a bound, best first."""
FULL = Decimal(100)
_CENT = Decimal("0.01")
_TYPED = re.compile(r"(\d{1,3})(?:[.,](\d+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of a criterion: from `from_percent` on it gives `share` per cent of its points, or pro rata."""

    from_percent: Decimal
    share: Decimal | None = None
    """None: the share reached, of the points."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What grades one group in one year."""

    bands: Mapping[Grade, Decimal]
    """Grade -> the least total, of those that the year knows, best first."""
    points: Mapping[Criterion, Decimal]
    rungs: Mapping[Criterion, Sequence[Rung]]
    """Highest first; below the lowest there are no points."""


DEFAULTS = Rules(
    bands={
        Grade.EXCELLENT: Decimal(90),
        Grade.GOOD: Decimal(80),
        Grade.FAIR: Decimal(70),
        Grade.AVERAGE: Decimal(50),
    },
    points={Criterion.INSPECTED: Decimal(1), Criterion.HANDLED: Decimal(1)},
    rungs={
        Criterion.INSPECTED: (Rung(Decimal(30), FULL), Rung(Decimal(20), Decimal(50))),
        Criterion.HANDLED: (Rung(FULL, FULL), Rung(Decimal(70))),
    },
)


def grade_of(total: Decimal, bands: Mapping[Grade, Decimal]) -> Grade:
    """The best grade whose bound the total reaches; weak below all of them."""
    return next((grade for grade in BANDS if grade in bands and total >= bands[grade]), Grade.WEAK)


@dataclass(frozen=True, slots=True)
class Award:
    """What a criterion gives, with the way there."""

    part: int
    whole: int
    most: Decimal
    rungs: Sequence[Rung]
    rung: Rung | None
    """The step that is reached; none below the lowest, and where there is nothing to divide by."""
    points: Decimal | None
    """Half up to two decimals; None where there is nothing to divide by."""

    def percent(self, locale: str = "vi") -> str:
        """The share with one decimal as everywhere, or with as many as it takes to stand on its side of every bound."""
        if self.whole == 0 or self.part == 0:
            return percent(self.part, self.whole, locale)
        exact = Fraction(self.part * 100, self.whole)
        shown = percent(self.part, self.whole, locale)
        for places in range(1, 7):
            rounded = Fraction(int(exact * 10**places + Fraction(1, 2)), 10**places)
            if all((rounded >= bound.from_percent) is (exact >= bound.from_percent) for bound in self.rungs):
                return shown if places == 1 else f"{decimal(exact, places, locale)}%"
        return shown


def award(rules: Rules, criterion: Criterion, part: int, whole: int) -> Award:
    """The points of a criterion at `part` of `whole`. The share is compared exactly, never as it is printed."""
    most, rungs = rules.points[criterion], rules.rungs[criterion]
    if whole == 0:
        return Award(part, whole, most, rungs, None, None)
    share = Fraction(part * 100, whole)
    rung = next((rung for rung in rungs if share >= rung.from_percent), None)
    if rung is None:
        return Award(part, whole, most, rungs, None, Decimal("0.00"))
    of_all = share if rung.share is None else Fraction(rung.share)
    points = Fraction(most) * of_all / 100
    exact = Decimal(points.numerator) / Decimal(points.denominator)
    return Award(part, whole, most, rungs, rung, exact.quantize(_CENT, ROUND_HALF_UP))


def day_of(year: int, today: date) -> date:
    """The day on which the units of a group are counted: the year's last, today while it runs."""
    return min(date(year, 12, 31), today)


def read_points(typed: str) -> Decimal:
    """85, 85,2, 85,25 or 85.25: 0 to 100. Raises ValueError for anything else, more decimals too."""
    match = _TYPED.fullmatch(typed.strip())
    if match is None or len((match[2] or "").rstrip("0")) > 2:
        raise ValueError(typed)
    points = Decimal(f"{match[1]}.{(match[2] or '0')[:2]}")
    if points > FULL:
        raise ValueError(typed)
    return points


def may_write(actor: Actor) -> bool:
    """The index is the province's: a reviewer over the topmost unit writes it."""
    return covers_everything(actor.held(Role.REVIEWER))
