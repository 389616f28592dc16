"""What was measured, for people: a table in the terminal, the same in docs/performance.md, and a plot."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from bench.measure.figures import Row, references
from bench.measure.memory import Memory
from bench.measure.promises import FAIR, Verdict
from bench.measure.rounds import Site
from bench.measure.subjects import CROWD

BEGINS, ENDS = "<!-- figures begin -->", "<!-- figures end -->"
HEADS = (
    "page",
    "cpu",
    "of it pg",
    "p50",
    "p95",
    "q",
    "bytes",
    "floor",
    "fair",
    "/fair",
    "/floor",
    "/hello",
    "sql",
    "growth",
    "sql growth",
)
LINE, LEFT, WIDE = 18, 300, 460
"""Pixels: the height of a line, the room for names, the length of the axis."""
LABEL = 35
"""Pixels that a figure behind its bar takes."""
MOST_SHOWN = 5.0
"""Where the axis of the plot ends; what is longer is cut off and says how long it is."""


def table(rows: Sequence[Row], sites: Sequence[Site]) -> str:
    """One block for each database."""
    said = [
        "",
        "Milliseconds of processor time (p50, p95: on the clock); sql: the page's statements by the driver alone.",
    ]
    for site in sites:
        of = references(site)
        said += ["", f"{site.kind}, {site.findings:,} findings; {_references(of)}; {_grown(site.memory)}"]
        said.append(f"{HEADS[0]:<36}" + "".join(f"{head:>11}" for head in HEADS[1:]))
        for row in _of(rows, site):
            said.append(f"{row.page:<36}" + "".join(f"{cell:>11}" for cell in _cells(row)))
    return "\n".join(said)


def write(document: Path, rows: Sequence[Row], sites: Sequence[Site], told: Sequence[Verdict]) -> None:
    """Put the figures between the two marks of the document, and the plot beside it."""
    plot_file = document.with_suffix(".svg")
    plot_file.write_text(plot(rows), encoding="utf-8")
    text = document.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGINS)
    _old, _, after = rest.partition(ENDS)
    figures = [f"![Processor time of each page as a multiple of its fair cost]({plot_file.name})"]
    for site in sites:
        figures += [
            "",
            f"### {_name(site.kind)}, {site.findings:,} findings",
            "",
            f"{_references(references(site))}; {_grown(site.memory)}.",
            "",
        ]
        figures += ["| " + " | ".join(HEADS) + " |", "|---" + "|--:" * (len(HEADS) - 1) + "|"]
        figures += ["| " + " | ".join((row.page, *_cells(row))) + " |" for row in _of(rows, site)]
    missed = [one for one in told if not one.kept]
    figures += ["", "### Promises", "", f"{len(told) - len(missed)} of {len(told)} kept. Missed:", ""]
    figures += ["| promise | database | page | figure | at most |", "|---|---|---|--:|--:|"] if missed else ["none."]
    figures += [
        f"| {one.promise} | {_name(one.database)}, {one.findings:,} | {one.page} | {one.figure:.2f} | {one.limit:g} |"
        for one in missed
    ]
    document.write_text("\n".join([before + BEGINS, "", *figures, "", ENDS]) + after, encoding="utf-8")


def plot(rows: Sequence[Row]) -> str:
    """Bars: how many times its fair cost each page takes, on the largest database of each kind; marks are promises."""
    largest = {
        kind: max(row.findings for row in rows if row.database == kind) for kind in {row.database for row in rows}
    }
    shown = [row for row in rows if row.findings == largest[row.database] and row.ratio_to_fair is not None]
    names = list(dict.fromkeys(row.page for row in shown))
    kinds = sorted(largest, reverse=True)
    tall = LINE * (len(names) * len(kinds) + len(names) // 2 + 4)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDE + 80} {tall}" font-family="sans-serif" '
        'font-size="12" role="img">',
        "<title>Processor time of each page as a multiple of its fair cost</title>",
        f'<rect width="{LEFT + WIDE + 80}" height="{tall}" fill="#ffffff"/>',
    ]
    for place, kind in enumerate(kinds):
        drawn.append(f'<rect x="{LEFT + 200 * place}" y="6" width="12" height="12" fill="{_COLOURS[kind]}"/>')
        drawn.append(f'<text x="{LEFT + 200 * place + 18}" y="16">{_name(kind)}, {largest[kind]:,} findings</text>')
    y = 2.0 * LINE
    for name in names:
        drawn.append(f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(name)}</text>')
        for kind in kinds:
            found = next((row for row in shown if row.page == name and row.database == kind), None)
            if found is not None and found.ratio_to_fair is not None:
                drawn += _bar(found.ratio_to_fair, FAIR.get(found.kind), y, _COLOURS[kind])
            y += LINE
        y += LINE / 2
    for step in range(int(MOST_SHOWN) + 1):
        x = LEFT + step * WIDE / MOST_SHOWN
        drawn.append(f'<line x1="{x}" y1="{1.8 * LINE}" x2="{x}" y2="{y}" stroke="#000" stroke-opacity="0.12"/>')
        drawn.append(f'<text x="{x}" y="{y + 14}" text-anchor="middle">{step}</text>')
    return "\n".join([*drawn, "</svg>"]) + "\n"


_COLOURS = {"sqlite": "#2b6cb0", "postgresql": "#c2712f"}


def _bar(ratio: float, limit: float | None, y: float, colour: str) -> list[str]:
    long = min(ratio, MOST_SHOWN) * WIDE / MOST_SHOWN
    bar = f'<rect x="{LEFT}" y="{y + 3}" width="{long:.1f}" height="{LINE - 6}" fill="{colour}"/>'
    mark = limit * WIDE / MOST_SHOWN if limit is not None else -1.0
    said = mark if long <= mark < long + LABEL else long
    found = [bar, f'<text x="{LEFT + said + 5:.1f}" y="{y + 13}">{ratio:.2f}</text>']
    if limit is not None:
        x = LEFT + mark
        found.append(f'<line x1="{x:.1f}" y1="{y}" x2="{x:.1f}" y2="{y + LINE}" stroke="#000" stroke-width="2"/>')
    return found


def _cells(row: Row) -> tuple[str, ...]:
    return (
        f"{row.cpu_ms:.2f}",
        f"{row.backend_ms:.2f}",
        f"{row.p50_ms:.1f}",
        f"{row.p95_ms:.1f}",
        str(row.queries),
        f"{row.bytes:,}",
        *(_shown(value) for value in (row.floor_ms, row.fair_ms, row.ratio_to_fair, row.ratio_to_floor)),
        f"{row.ratio_to_hello:.1f}",
        *(_shown(value) for value in (row.statements_ms, row.growth, row.statements_growth)),
    )


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _of(rows: Sequence[Row], site: Site) -> list[Row]:
    return [row for row in rows if (row.database, row.findings) == (site.kind, site.findings)]


def _references(of: dict[str, float]) -> str:
    return (
        ", ".join(f"{name} {of[name]:.2f} ms" for name in ("hello", "open", "signed")) + f", probe {of['probe']:.3f} ms"
    )


def _grown(memory: Memory) -> str:
    return (
        f"worker {memory.begun / 1024:.0f} MB before the first page, {memory.opened / 1024:.0f} after all of them, "
        f"{memory.most / 1024:.0f} at its largest, when {CROWD} people more had been there"
    )


def _name(kind: str) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]
