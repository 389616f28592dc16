"""Everything that writes, and what leaves as a file: measured on a copy of a filled database, told like pages."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from bench.fill import SECRETS, Filled, settings
from bench.measure import accepting, crowd, sending, server, subjects, taking, writers
from bench.measure.copies import copied
from bench.measure.promises import WORKER_MB, Verdict
from inspect_app import create_app
from inspect_app.core import audit, clock
from inspect_app.core.audit import Event
from inspect_app.core.db import db
from inspect_app.findings.models import Finding, State
from inspect_app.findings.services.counts import differences
from inspect_app.reminders.queries.people import actors

TURNS = 40
"""Accepts beside their bare statements."""
EACH = 3
"""What each of eight accepts in a round."""
SHARE = {"sqlite": 0.15, "postgresql": 0.25}
"""Of what an accept takes, the bare statements at least."""
TOGETHER = 0.7
"""Eight writers against one, at least."""
GROWN_MB = 50
FIRST_BYTE_MS = 1000
COUNTED_ALL = 100_000
"""Findings up to which all that is kept of them is counted again afterwards."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was measured; what it has no figure for is empty. The names are those of pages, and a few more."""

    page: str
    database: str
    findings: int
    cpu_ms: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    queries: int | None = None
    ratio_to_hello: float | None = None
    share_by_clock: float | None = None
    """The bare statements' part of it."""
    share_of_cpu: float | None = None
    a_second: float | None = None
    """Findings accepted, or forms answered."""
    eight_to_one: float | None = None
    errors: int | None = None
    rows: int | None = None
    first_ms: float | None = None
    grown_mb: float | None = None
    resident_mb: float | None = None
    kind: str = "write"

    def as_json(self) -> dict[str, Any]:
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in told.items()}


def measure(filled: Filled, *, rounds: int, folder: Path, port: int = 0) -> list[Row]:
    """On a copy, which goes with it. Raises AssertionError where what was written is not as it should be."""
    with copied(filled) as mine:
        app = create_app(settings(mine.url, mine.storage))
        before = _head(app)
        rows = [*_of_services(app, mine, rounds), *_over_http(app, mine, rounds, folder, port)]
        _check(app, mine, before)
    return rows


def _of_services(app: Flask, filled: Filled, rounds: int) -> Iterator[Row]:
    of: dict[str, Any] = {"database": _kind(filled), "findings": filled.findings}
    reviewer = filled.people["root_reviewer"].id
    eight = writers.needed(rounds, EACH)
    with app.app_context():
        wanted = accepting.needed(TURNS) + eight + sending.needed(rounds) + crowd.MANY
        accepting.submit(wanted, app.extensions["storage"], but=filled.commune_id)
    beside = create_app(settings(filled.url, filled.storage))
    found = accepting.measure(app, beside, reviewer, turns=TURNS)
    with beside.app_context():
        db.engine.dispose()
    yield Row(
        "accept, at service level",
        **of,
        cpu_ms=found.median(lambda cost: cost.cpu) * 1000,
        p50_ms=found.median(lambda cost: cost.seconds) * 1000,
        queries=found.reads + found.writes,
        share_by_clock=found.share(lambda cost: cost.seconds),
        share_of_cpu=found.share(lambda cost: cost.cpu),
    )
    with app.app_context():
        waiting = accepting.acceptable(actors([reviewer], clock.today())[0], eight)
        db.engine.dispose()
    several = writers.measure(filled, reviewer, waiting, rounds=rounds, each=EACH)
    for error in sorted(set(several.errors)):
        print(f"  {several.errors.count(error)} of the writers: {error[:300]}", flush=True)
    said: dict[str, Any] = {
        "a_second": statistics.median(several.together),
        "eight_to_one": several.share(),
        "errors": len(several.errors),
    }
    yield Row(f"accept, {writers.MANY} at once", **of, **said)


def _over_http(app: Flask, filled: Filled, rounds: int, folder: Path, port: int) -> Iterator[Row]:
    of: dict[str, Any] = {"database": _kind(filled), "findings": filled.findings}
    found = subjects.find(filled, app)
    environment = {"DATABASE_URL": filled.url, "INSTANCE_PATH": str(filled.storage.resolve()), **SECRETS}
    reviewer = filled.people["root_reviewer"].id
    with app.app_context():
        waiting = accepting.acceptable(actors([reviewer], clock.today())[0], sending.needed(rounds))
        mine = select(Finding.id).where(Finding.responsible_unit_id == filled.commune_id)
        owed = db.session.scalars(mine.where(Finding.state.in_((State.OPEN, State.IN_PROGRESS)))).all()
        db.session.remove()
        db.engine.dispose()
    with server.running(environment, folder / "writes.log", port) as running:
        site = sending.Site(running, found.cookies, iter(owed), iter(waiting), filled.begun_visit_id)
        for sent in sending.measure(site, rounds=rounds):
            yield Row(
                f"{sent.name}, sent",
                **of,
                cpu_ms=sent.spent.median(),
                p50_ms=sorted(sent.spent.seconds)[len(sent.spent.seconds) // 2] * 1000,
                queries=sent.statements,
                ratio_to_hello=sent.to_hello(),
            )
        for taken in taking.measure(filled, reviewer, running.port, found.cookies["country"]):
            told: dict[str, Any] = {"rows": taken.rows, "first_ms": taken.first_ms, "grown_mb": taken.grown_mb}
            yield Row(f"export of findings, {taken.kind}", **of, **told)
        _now, most = server.resident(running.workers()[-1])
        yield Row("worker process", **of, resident_mb=most / 1024)
    everybody = crowd.find(app, reviewer)
    with server.running(environment, folder / "crowd.log", port, workers=crowd.WORKERS) as running:
        for several in crowd.measure(running.port, everybody):
            for error in sorted(set(several.errors)):
                print(f"  {several.errors.count(error)} of {several.name}: {error[:300]}", flush=True)
            yield Row(
                several.name,
                **of,
                p50_ms=several.quantile(0.5) * 1000,
                p95_ms=several.quantile(0.95) * 1000,
                a_second=len(several.seconds) / several.took,
                errors=len(several.errors),
            )


def verdicts(rows: Sequence[Row]) -> Iterator[Verdict]:
    for row in rows:
        asked = (
            ("bare part of an accept", row.share_by_clock, SHARE[row.database], True),
            ("eight writers to one", row.eight_to_one, TOGETHER, True),
            ("errors of writers", row.errors, 0, False),
            ("first byte, ms", row.first_ms, FIRST_BYTE_MS, False),
            ("memory of an export, MB", row.grown_mb, GROWN_MB, False),
            ("worker process, MB", row.resident_mb, WORKER_MB, False),
        )
        for promise, figure, limit, least in asked:
            if figure is not None:
                kept = figure >= limit if least else figure <= limit
                yield Verdict(kept, promise, row.database, row.findings, row.page, figure, limit, least)


BEGINS, ENDS = "<!-- figures of writing begin -->", "<!-- figures of writing end -->"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HEADS = {
    "cpu_ms": "cpu",
    "p50_ms": "p50",
    "p95_ms": "p95",
    "queries": "q",
    "ratio_to_hello": "/hello",
    "share_by_clock": "bare",
    "share_of_cpu": "bare cpu",
    "a_second": "a second",
    "eight_to_one": "8 : 1",
    "errors": "errors",
    "rows": "rows",
    "first_ms": "first",
    "grown_mb": "grown MB",
    "resident_mb": "MB",
}


def cells(row: Row) -> list[str]:
    return [_shown(getattr(row, name)) for name in HEADS]


def table(rows: Sequence[Row]) -> str:
    """For the terminal."""
    lines = [""]
    for at, row in enumerate(rows):
        if not at or (row.database, row.findings) != (rows[at - 1].database, rows[at - 1].findings):
            lines.append(f"{row.database}, {row.findings:,} findings")
            lines.append(f"{'':<34}" + "".join(f"{head:>10}" for head in HEADS.values()))
        lines.append(f"{row.page:<34}" + "".join(f"{cell:>10}" for cell in cells(row)))
    return "\n".join(lines)


def write(document: Path, rows: Sequence[Row], told: Sequence[Verdict]) -> None:
    """Put the figures between two marks of the document that are theirs."""
    text = document.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGINS)
    _old, _, after = rest.partition(ENDS)
    figures = ["| database | | " + " | ".join(HEADS.values()) + " |", "|---|---" + "|--:" * len(HEADS) + "|"]
    figures += [f"| {NAMES[row.database]}, {row.findings:,} | {row.page} | {' | '.join(cells(row))} |" for row in rows]
    missed = [one for one in told if not one.kept]
    figures += ["", f"{len(told) - len(missed)} of {len(told)} promises kept." + (" Missed:" if missed else ""), ""]
    for one in missed:
        bound = f"{'at least' if one.least else 'at most'} {one.limit:g}"
        where = f"{NAMES[one.database]}, {one.findings:,}, {one.page}"
        figures.append(f"- {one.promise}: {one.figure:.2f}, {bound} ({where})")
    document.write_text("\n".join([before + BEGINS, "", *figures, "", ENDS]) + after, encoding="utf-8")


def _shown(value: float | int | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}"


def _kind(filled: Filled) -> str:
    return "sqlite" if filled.url.startswith("sqlite") else "postgresql"


def _head(app: Flask) -> tuple[int, str]:
    with app.app_context():
        found = audit.head()
        db.session.remove()
        db.engine.dispose()
    return found


def _check(app: Flask, filled: Filled, before: tuple[int, str]) -> None:
    """The log goes on without a gap, sealed as it should be, and what is kept of findings is what there is."""
    with app.app_context():
        seq, prev_hash = before
        table_: Any = Event.__table__
        for row in db.session.execute(select(table_).where(table_.c.seq > seq).order_by(table_.c.seq)).mappings():
            seq += 1
            assert (row["seq"], row["prev_hash"]) == (seq, prev_hash), f"the log breaks off at {row['seq']}"
            assert audit.seal(prev_hash, dict(row)) == row["hash"], f"event {seq} is not sealed"
            prev_hash = row["hash"]
        wrong = list(differences()) if filled.findings <= COUNTED_ALL else []
        assert not wrong, wrong[:3]
        db.session.remove()
        db.engine.dispose()
