"""The address of a year's ranking: `?grade=` and `?kind=` keep some of the units."""

from dataclasses import dataclass

from inspect_app.grading.models import Grade
from inspect_app.units.models import UnitKind
from inspect_app.web.asked import Asked


@dataclass(frozen=True, slots=True)
class Wanted:
    """Nothing named is every one."""

    grades: list[Grade]
    kinds: list[UnitKind]


def ranking_from(asked: Asked) -> Wanted:
    return Wanted(asked.among("grade", Grade), asked.among("kind", UnitKind))
