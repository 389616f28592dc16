"""From what was measured to what is told: one row for each page of each database."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.measure.rounds import HELLO, OPEN, PROBE, PROBES, SIGNED, Asked, Measured, Site

ASKED = (
    *("page", "database", "findings", "cpu_ms", "p50_ms", "p95_ms", "queries", "bytes"),
    *("fair_ms", "ratio_to_fair", "ratio_to_floor", "ratio_to_hello", "growth"),
)
FURTHER = (
    *("kind", "backend_ms", "first_ms", "floor_ms", "floor_to_hello"),
    *("statements_ms", "statements_growth", "problem"),
)
"""Behind them, in the same objects."""


@dataclass(frozen=True, slots=True)
class Row:
    """Milliseconds are of processor time (the server's and PostgreSQL's) but for p50, p95 and first byte."""

    page: str
    kind: str
    database: str
    findings: int
    cpu_ms: float
    backend_ms: float
    """Of `cpu_ms`: PostgreSQL's."""
    p50_ms: float
    p95_ms: float
    first_ms: float
    queries: int
    bytes: int
    floor_ms: float | None
    fair_ms: float | None
    ratio_to_fair: float | None
    ratio_to_floor: float | None
    ratio_to_hello: float
    floor_to_hello: float | None
    statements_ms: float | None
    """Its statements by the driver alone: what is spent inside the database."""
    growth: float | None
    """Processor time against the smallest database of the same kind in the same run."""
    statements_growth: float | None
    problem: str

    def as_json(self) -> dict[str, Any]:
        return {name: _rounded(getattr(self, name)) for name in (*ASKED, *FURTHER)}


def rows(sites: Sequence[Site]) -> list[Row]:
    return [_row(site, measured, _smallest(sites, site)) for site in sites for measured in site.pages]


def references(site: Site) -> dict[str, float]:
    """Milliseconds of each; `probe` is one SELECT."""
    of = {name: asked.spent.median() for name, asked in site.references.items()}
    return {**of, PROBE: (of[PROBE] - of[OPEN]) / PROBES}


def _row(site: Site, measured: Measured, smallest: Site) -> Row:
    spent, floor = measured.asked.spent, measured.floor
    cpu = spent.both()
    before = smallest.page(measured.page.name) if smallest is not site else None
    fair = _fair(site, measured, floor) if floor else None
    hellos = _in_rounds(site.references[HELLO], measured.asked.rounds)
    times = sorted(spent.seconds)
    return Row(
        page=measured.page.name,
        kind=measured.page.kind,
        database=site.kind,
        findings=site.findings,
        cpu_ms=statistics.median(cpu),
        backend_ms=statistics.median(spent.database),
        p50_ms=statistics.median(times) * 1000,
        p95_ms=times[min(len(times) - 1, round(0.95 * len(times)))] * 1000,
        first_ms=statistics.median(spent.first) * 1000,
        queries=measured.queries,
        bytes=measured.size,
        floor_ms=floor.spent.median() if floor else None,
        fair_ms=statistics.median(fair) if fair else None,
        ratio_to_fair=_ratio(cpu, fair),
        ratio_to_floor=_ratio(cpu, _in_rounds(floor, measured.asked.rounds)) if floor else None,
        ratio_to_hello=_ratio(cpu, hellos) or 0.0,
        floor_to_hello=_ratio(floor.spent.both(), _in_rounds(site.references[HELLO], floor.rounds)) if floor else None,
        statements_ms=statistics.median(measured.replayed) if measured.replayed else None,
        growth=_growth(measured.asked, before.asked) if before else None,
        statements_growth=_grown(measured.replayed, before.replayed) if before else None,
        problem=measured.problem,
    )


def _fair(site: Site, measured: Measured, floor: Asked) -> list[float]:
    """Round by round: floor + signed + q x probe. The empty route under each of them is counted once."""
    given = site.references
    parts = (_in_rounds(one, measured.asked.rounds) for one in (floor, given[SIGNED], given[OPEN], given[PROBE]))
    return [
        drawn + signed - empty + measured.queries * (probes - empty) / PROBES
        for drawn, signed, empty, probes in zip(*parts, strict=True)
    ]


def _in_rounds(asked: Asked, wanted: Sequence[int]) -> list[float]:
    found = dict(zip(asked.rounds, asked.spent.both(), strict=True))
    return [found[number] for number in wanted]


def _growth(large: Asked, small: Asked) -> float | None:
    both = [number for number in large.rounds if number in small.rounds]
    return _ratio(_in_rounds(large, both), _in_rounds(small, both))


def _grown(large: Sequence[float], small: Sequence[float]) -> float | None:
    return statistics.median(large) / statistics.median(small) if large and small and min(small) else None


def _ratio(over: Sequence[float], under: Sequence[float] | None) -> float | None:
    if not under:
        return None
    return statistics.median(one / other for one, other in zip(over, under, strict=True))


def _smallest(sites: Sequence[Site], site: Site) -> Site:
    return min((one for one in sites if one.kind == site.kind), key=lambda one: one.findings)


def _rounded(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
