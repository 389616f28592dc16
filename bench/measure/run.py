"""One run: a server for each database, every page of each in turns, and what came of it."""

import json as notation
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import Any

from bench import crawl as crawling
from bench.fill import SECRETS, Filled, settings
from bench.measure import figures, memory, promises, report, rounds, server, subjects, writes
from bench.measure.pages import Page, chosen
from bench.measure.profiling import profile
from inspect_app import create_app

ROUNDS = 7


def measure(
    databases: Sequence[Filled],
    parts: Sequence[str] = ("pages",),
    *,
    only: str = "",
    times: int | None = None,
    json: Path | None = None,
    document: Path | None = None,
    port: int = 0,
    hats: Sequence[str] = (),
    seconds: float = crawling.SECONDS,
) -> int:
    """Measure what is asked for, print the figures and what they promised.

    `only`: see `pages.chosen`. `json`, `document`: files to write the figures into, too. `port`: of the
    first server, the others on those after it; any free ones otherwise. `hats`, `seconds`: see `crawling.crawl`.
    Returns 0: a promise that is not kept is told, and is no failure of the program.
    """
    told = list[dict[str, Any]]()
    if "pages" in parts:
        told += _pages(databases, chosen(only), times or ROUNDS, document, port)
    if "writes" in parts:
        told += _writes(databases, times or ROUNDS, document, port)
    if "crawl" in parts:
        told += [row for one in databases for row in _crawl(one, hats, seconds)]
    if json and told:
        json.write_text(notation.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if "profile" in parts:
        for one in databases:
            profile(one, only=only)
    return 0


def _pages(
    databases: Sequence[Filled], wanted: Sequence[Page], times: int, document: Path | None, port: int
) -> list[dict[str, Any]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sites = [_site(stack, one, wanted, folder, port and port + n) for n, one in enumerate(databases)]
        rounds.measure(sites, rounds=times, say=_say)
    rows = figures.rows(sites)
    told = promises.verdicts(rows, sites)
    _say(report.table(rows, sites))
    _say("\n".join(map(str, ["", *told])))
    if document:
        report.write(document, rows, sites, told)
    return [row.as_json() for row in rows]


def _writes(databases: Sequence[Filled], times: int, document: Path | None, port: int) -> list[dict[str, Any]]:
    rows = list[writes.Row]()
    with tempfile.TemporaryDirectory() as folder:
        for one in databases:
            _say(f"{one.findings:,} findings: writing in a copy of {one.url.partition(':')[0]}")
            rows += writes.measure(one, rounds=times, folder=Path(folder), port=port)
    told = list(writes.verdicts(rows))
    _say(writes.table(rows))
    _say("\n".join(map(str, ["", *told])))
    if document:
        writes.write(document, rows, told)
    return [row.as_json() for row in rows]


def _crawl(one: Filled, hats: Sequence[str], seconds: float) -> list[dict[str, Any]]:
    with redirect_stdout(sys.stderr):  # what the program says of its troubles is no figure
        crawled = crawling.crawl(one, hats=hats, seconds=seconds)
    _say(crawling.table(crawled))
    return crawling.as_json(crawled)


def _site(stack: ExitStack, one: Filled, wanted: Sequence[Page], folder: Path, port: int) -> rounds.Site:
    kind = "sqlite" if one.url.startswith("sqlite") else "postgresql"
    _say(f"{kind}, {one.findings:,} findings: opening {len(wanted)} pages")
    app = create_app(settings(one.url, one.storage))
    found = subjects.find(one, app)
    stack.callback(subjects.forget, found, app)
    environment = {"DATABASE_URL": one.url, "INSTANCE_PATH": str(one.storage.resolve()), **SECRETS}
    log = folder / f"{kind}-{one.findings}.log"
    running = stack.enter_context(server.running(environment, log, port))
    site = rounds.Site(kind, found.total, running, running.workers())
    rounds.prepare(site, found.opening(wanted), signed_in=found.cookies["country"], turns=found.turns, say=_say)
    for measured in site.pages:
        if measured.problem:
            _say(f"  {measured.page.name}: {measured.problem}")
    pages = [(measured.asked.path, measured.asked.cookie) for measured in site.pages]
    site.memory = memory.grown(environment, log.with_suffix(".memory"), pages, found.crowd)
    return site


def _say(sentence: str) -> None:
    print(sentence, flush=True)
