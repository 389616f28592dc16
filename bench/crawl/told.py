"""What a crawl came to, for people and for a program: the dearest pages, what failed, what nobody came to."""

from collections.abc import Iterator
from typing import Any

from bench.crawl.walk import Crawled, Step

DEAREST = 40
HEADS = f"{'cpu':>9}{'of it pg':>10}{'first':>9}{'sql':>5}{'bytes':>9}{'status':>8}  {'who':<9}address"


def table(crawled: Crawled) -> str:
    """The dearest address of each pattern and person, then every answer that is none, then the endpoints missed."""
    return "\n".join([*_dearest(crawled), *_failed(crawled), *_missed(crawled)])


def as_json(crawled: Crawled) -> list[dict[str, Any]]:
    """One object for each address that was asked."""
    of = {"database": crawled.kind, "findings": crawled.findings}
    return [{**of, **_told(step)} for step in sorted(crawled.steps, key=_cost)]


def _dearest(crawled: Crawled) -> Iterator[str]:
    asked = f"{len(crawled.steps):,} addresses"
    yield f"\n{crawled.kind}, {crawled.findings:,} findings; {asked}; milliseconds of processor time"
    yield HEADS
    shown = dict[object, Step]()
    for step in sorted(crawled.steps, key=_cost):
        shown.setdefault((step.hat, step.pattern), step)
    yield from (_line(step) for step in list(shown.values())[:DEAREST])


def _failed(crawled: Crawled) -> Iterator[str]:
    failed = [step for step in crawled.steps if step.answer.status >= 400]
    yield f"\nAnswers that are none: {len(failed)}"
    yield from (f"{_line(step)}  on {step.found_on}" for step in failed)


def _missed(crawled: Crawled) -> Iterator[str]:
    yield f"\nEndpoints that nobody came to: {', '.join(crawled.missed) or 'none'}"


def _cost(step: Step) -> float:
    return -step.answer.cpu_ms


def _line(step: Step) -> str:
    of = step.answer
    spent = f"{of.cpu_ms:9.1f}{of.backend_ms:10.1f}{of.first_ms:9.1f}"
    return f"{spent}{of.statements:5}{of.size:9,}{of.status:8}  {step.hat:<9}{step.path}"


def _told(step: Step) -> dict[str, Any]:
    of = step.answer
    costs = {name: round(getattr(of, name), 2) for name in ("cpu_ms", "backend_ms", "first_ms")}
    counts = {"statements": of.statements, "bytes": of.size, "status": of.status}
    return {
        "hat": step.hat,
        "path": step.path,
        "endpoint": step.pattern.endpoint,
        "found_on": step.found_on,
        **costs,
        **counts,
    }
