"""The sums of what was frozen. In plain Python: they hold for a document that was read from a file, too."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from inspect_app.reports.queries.units import Standing

Document = dict[str, Any]
Sums = defaultdict[Any, Counter[str]]


def figures(
    findings: Sequence[Document],
    targets: Sequence[Document],
    self_inspections: Sequence[Document],
    units: Mapping[str, Document],
) -> Document:
    """The sums of what was measured.

    `total`, `by_plan`, `by_kind` and `by_unit` of the unit inspected, `by_responsible`, `by_area`: what findings count
    as, in the names of `Tally`, and days_taken, targets, inspected, self_inspections. What is 0 is left out.
    """
    ways = [tuple(one["counts_as"]) for one in findings]
    by_plan, by_unit = (_by(mark, ways, findings, targets, self_inspections) for mark in ("plan", "unit"))
    by_kind = _together(by_unit, lambda unit_id: units[str(unit_id)]["kind"])
    return {
        "total": _told(_together(by_plan, lambda _plan_id: "all")).get("all", {}),
        "by_plan": _told(by_plan),
        "by_kind": _told(by_kind),
        "by_unit": _told(by_unit),
        "by_responsible": _told(_by("responsible", ways, findings)),
        "by_area": _told(_by("area", ways, findings)),
    }


def _by(
    mark: str,
    ways: Sequence[tuple[str, ...]],
    findings: Sequence[Document],
    targets: Sequence[Document] = (),
    self_inspections: Sequence[Document] = (),
) -> Sums:
    """`ways` in which each finding counts: they are few, and added up each once."""
    found: Sums = defaultdict(Counter)
    its = itemgetter(mark)
    for (key, way), number in Counter(zip(map(its, findings), ways, strict=True)).items():
        for name in way:
            found[key][name] += number
    for one in findings:
        if one["days_taken"] and "resolved" in one["counts_as"]:
            found[its(one)]["days_taken"] += one["days_taken"]
    for target in targets:
        numbers = found[its(target)]
        numbers["targets"] += 1
        numbers["inspected"] += target["standing"] != Standing.AHEAD
    for visit in self_inspections:
        found[its(visit)]["self_inspections"] += 1
    return found


def _together(sums: Sums, key: Callable[[Any], str]) -> Sums:
    found: Sums = defaultdict(Counter)
    for one, numbers in sums.items():
        found[key(one)].update(numbers)
    return found


def _told(sums: Sums) -> dict[str, dict[str, int]]:
    return {str(key): {name: number for name, number in numbers.items() if number} for key, numbers in sums.items()}
