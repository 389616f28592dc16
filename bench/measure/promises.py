"""What is promised of pages, and whether a run kept it. The figures are those of docs/performance.md."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.measure.figures import Row
from bench.measure.rounds import Site

FAIR = {"list": 1.3, "page": 1.3, "words": 1.5, "overview": 2.0, "country": 4.0}
"""At most so many times its fair cost."""
QUERIES = {"list": 6, "page": 8}
GROWTH = {"list": 1.5, "page": 1.5, "words": 1.5, "overview": 2.0, "country": 2.0}
"""From 10,000 findings to 1,000,000, over HTTP."""
INSIDE = {"list": 1.3, "page": 1.3, "words": 1.3, "overview": 2.0, "country": 2.0}
"""The same, of the statements alone."""
FLOOR_OF_A_LIST = 15.0
"""Times hello, for the floor of the list itself."""
THE_LIST = "findings, no filter"
FIRST_BYTE_MS = 1000.0
WORKER_MB = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    kept: bool
    promise: str
    database: str
    findings: int
    page: str
    figure: float
    limit: float
    least: bool = False
    """The limit is the least that is promised, not the most."""

    def __str__(self) -> str:
        word = "PASS" if self.kept else "MISS"
        bound = "at least" if self.least else "at most"
        where = f"{self.database} {self.findings:,}"
        return f"{word}  {self.promise:<24} {where:<22} {self.page:<38} {self.figure:8.2f}  ({bound} {self.limit:g})"


def verdicts(rows: Sequence[Row], sites: Sequence[Site]) -> list[Verdict]:
    return [*_of_pages(rows), *_of_workers(sites)]


def _of_pages(rows: Sequence[Row]) -> Iterator[Verdict]:
    asked: list[tuple[str, Callable[[Row], float | None], Callable[[Row], float | None]]] = [
        ("ratio to fair cost", lambda row: row.ratio_to_fair, lambda row: FAIR.get(row.kind)),
        ("queries", lambda row: row.queries, lambda row: QUERIES.get(row.kind)),
        ("growth over HTTP", lambda row: row.growth, lambda row: GROWTH.get(row.kind)),
        ("growth in the database", lambda row: row.statements_growth, lambda row: INSIDE.get(row.kind)),
        (
            "floor to hello",
            lambda row: row.floor_to_hello,
            lambda row: FLOOR_OF_A_LIST if row.page == THE_LIST else None,
        ),
        ("first byte, ms", lambda row: row.first_ms, lambda row: FIRST_BYTE_MS if _is_csv(row) else None),
    ]
    for promise, figure, limit in asked:
        for row in rows:
            found, most = figure(row), limit(row)
            if found is not None and most is not None:
                yield Verdict(found <= most, promise, row.database, row.findings, row.page, found, most)


def _is_csv(row: Row) -> bool:
    return row.kind == "export" and row.page.endswith("csv")


def _of_workers(sites: Sequence[Site]) -> Iterator[Verdict]:
    for site in sites:
        most = site.memory.most / 1024
        yield Verdict(most < WORKER_MB, "worker process, MB", site.kind, site.findings, "", most, WORKER_MB)
