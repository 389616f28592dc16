"""The sums of what was frozen. In plain Python: they hold for a document that was read from a file, too."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from typing import Any

from inspect_app.reports.queries.units import Standing

Document = dict[str, Any]
Way = tuple[str, ...]
"""The names of all that a finding counts as."""
MARKS = ("plan", "unit", "responsible", "area")
"""By which findings are added up."""
ADDED = (*MARKS, "counts_as", "days_taken")
"""What is asked of a finding to add it up."""


class Sums:
    """What findings come to by each of `MARKS`, added up as they go by."""

    def __init__(self) -> None:
        self.ways: dict[str, Counter[tuple[Any, Way]]] = {mark: Counter() for mark in MARKS}
        """How many count alike: they are many, and their ways few."""
        self.days: dict[str, Counter[Any]] = {mark: Counter() for mark in MARKS}
        """Calendar days from conclusion to accepted submission, of those resolved."""

    def add(self, found: Mapping[str, Sequence[Any]]) -> None:
        """Several findings: of each of `ADDED` what it is for each of them, in the same order."""
        ways, days = found["counts_as"], found["days_taken"]
        timed = [bool(taken) and "resolved" in way for way, taken in zip(ways, days, strict=True)]
        for mark in MARKS:
            self.ways[mark].update(zip(found[mark], ways, strict=True))
            its = self.days[mark]
            for key, taken in zip(compress(found[mark], timed), compress(days, timed), strict=True):
                its[key] += taken

    def with_instead(self, there: Iterable[Document], instead_of: Iterable[Document]) -> "Sums":
        """The same, were these findings there instead of those."""
        found, gone = Sums(), Sums()
        found.add(columns_of(there))
        gone.add(columns_of(instead_of))
        for mark in MARKS:
            found.ways[mark] += self.ways[mark] - gone.ways[mark]
            found.days[mark].update(self.days[mark])
            found.days[mark].subtract(gone.days[mark])
        return found

    def keys(self, mark: str) -> set[Any]:
        return {key for key, _way in self.ways[mark]}

    def by(self, mark: str) -> "Grouped":
        found: Grouped = defaultdict(Counter)
        for (key, way), number in self.ways[mark].items():
            for name in way:
                found[key][name] += number
        for key, taken in self.days[mark].items():
            if taken:
                found[key]["days_taken"] += taken
        return found


Grouped = defaultdict[Any, Counter[str]]


def columns_of(findings: Iterable[Document]) -> dict[str, list[Any]]:
    """Findings as `Sums` adds them up."""
    found: dict[str, list[Any]] = {name: [] for name in ADDED}
    for one in findings:
        for mark in MARKS:
            found[mark].append(one[mark])
        found["counts_as"].append(tuple(one["counts_as"]))
        found["days_taken"].append(one["days_taken"])
    return found


def figures(
    sums: Sums,
    targets: Iterable[Document],
    self_inspections: Iterable[Document],
    units: Mapping[str, Document],
) -> Document:
    """The sums of what was measured.

    `total`, `by_plan`, `by_kind` and `by_unit` of the unit inspected, `by_responsible`, `by_area`: what findings count
    as, in the names of `Tally`, and days_taken, targets, inspected, self_inspections. What is 0 is left out.
    """
    by_plan, by_unit = sums.by("plan"), sums.by("unit")
    for target in targets:
        for numbers in (by_plan[target["plan"]], by_unit[target["unit"]]):
            numbers["targets"] += 1
            numbers["inspected"] += target["standing"] != Standing.AHEAD
    for visit in self_inspections:
        for numbers in (by_plan[visit["plan"]], by_unit[visit["unit"]]):
            numbers["self_inspections"] += 1
    by_kind = _together(by_unit, lambda unit_id: units[str(unit_id)]["kind"])
    return {
        "total": _told(_together(by_plan, lambda _plan_id: "all")).get("all", {}),
        "by_plan": _told(by_plan),
        "by_kind": _told(by_kind),
        "by_unit": _told(by_unit),
        "by_responsible": _told(sums.by("responsible")),
        "by_area": _told(sums.by("area")),
    }


def _together(sums: Grouped, key: Callable[[Any], str]) -> Grouped:
    found: Grouped = defaultdict(Counter)
    for one, numbers in sums.items():
        found[key(one)].update(numbers)
    return found


def _told(sums: Grouped) -> dict[str, dict[str, int]]:
    return {str(key): {name: number for name, number in numbers.items() if number} for key, numbers in sums.items()}
