"""What the measuring makes of what it measured: fair cost, growth, promises, and the document."""

from pathlib import Path

import pytest

from bench.measure import figures, promises, report
from bench.measure.client import _joined
from bench.measure.memory import Memory
from bench.measure.pages import PAGES, Page
from bench.measure.rounds import HELLO, OPEN, PROBE, PROBES, SIGNED, Asked, Measured, Site

LIST = next(page for page in PAGES if page.name == promises.THE_LIST)


def asked(*ms: float, database: float = 0.0) -> Asked:
    """Something that cost so many milliseconds, round by round."""
    one = Asked("/", rounds=list(range(len(ms))))
    one.spent.server, one.spent.database = list(ms), [database] * len(ms)
    one.spent.seconds = one.spent.first = [each / 1000 for each in ms]
    return one


def site(findings: int, *pages: Measured, kind: str = "sqlite") -> Site:
    of = {HELLO: 1.0, OPEN: 2.0, SIGNED: 4.0, PROBE: 2.0 + PROBES * 0.5}
    references = {name: asked(ms, ms, ms) for name, ms in of.items()}
    memory = Memory(most=150 * 1024)
    return Site(kind, findings, None, [1], list(pages), references, memory)  # type: ignore[arg-type]


def measured(*ms: float, floor: float = 6.0, queries: int = 4, sql: float = 1.0, page: Page = LIST) -> Measured:
    return Measured(page, "/", asked(*ms), asked(*[floor] * len(ms)), queries, [], 9000, [sql])


def test_fair_cost_counts_the_empty_route_under_floor_and_signed_once():
    (row,) = figures.rows([site(1000, measured(12.0, 12.0, 12.0))])
    assert row.fair_ms == pytest.approx(6.0 + (4.0 - 2.0) + 4 * 0.5)
    assert row.ratio_to_fair == pytest.approx(1.2)
    assert row.ratio_to_floor == pytest.approx(2.0)
    assert row.ratio_to_hello == pytest.approx(12.0)


def test_ratios_are_taken_within_a_round_so_that_one_bad_round_says_nothing():
    (row,) = figures.rows([site(1000, measured(12.0, 500.0, 12.0))])
    assert row.ratio_to_fair == pytest.approx(1.2)


def test_what_postgresql_spends_is_counted_in_and_told_apart():
    one = measured(12.0, 12.0, 12.0)
    one.asked.spent.database = [3.0, 3.0, 3.0]
    (row,) = figures.rows([site(1000, one, kind="postgresql")])
    assert (row.cpu_ms, row.backend_ms) == (15.0, 3.0)


def test_growth_is_against_the_smallest_database_of_the_same_kind():
    small, large = site(10_000, measured(10.0, 10.0)), site(1_000_000, measured(14.0, 14.0, sql=3.0))
    other = site(500, measured(1.0, 1.0), kind="postgresql")
    rows = {(row.database, row.findings): row for row in figures.rows([large, other, small])}
    assert rows["sqlite", 10_000].growth is None
    assert rows["sqlite", 1_000_000].growth == pytest.approx(1.4)
    assert rows["sqlite", 1_000_000].statements_growth == pytest.approx(3.0)
    assert rows["postgresql", 500].growth is None


def test_a_promise_that_is_not_kept_is_a_miss_with_its_figure():
    sites = [site(1000, measured(20.0, 20.0, queries=7))]
    told = {one.promise: one for one in promises.verdicts(figures.rows(sites), sites)}
    assert not told["ratio to fair cost"].kept
    assert str(told["queries"]).startswith("MISS")
    assert "7.00" in str(told["queries"])
    assert told["floor to hello"].kept
    assert told["worker process, MB"].kept


def test_the_objects_for_a_program_have_the_names_that_were_agreed():
    (row,) = figures.rows([site(1000, measured(12.0))])
    names = "page database findings cpu_ms p50_ms p95_ms queries bytes"
    ratios = "fair_ms ratio_to_fair ratio_to_floor ratio_to_hello growth"
    assert list(row.as_json())[:13] == f"{names} {ratios}".split()


def test_the_document_keeps_what_stands_around_its_figures(tmp_path: Path):
    document, sites = tmp_path / "performance.md", [site(1000, measured(12.0))]
    document.write_text(f"before\n{report.BEGINS}\nold\n{report.ENDS}\nafter\n")
    rows = figures.rows(sites)
    report.write(document, rows, sites, promises.verdicts(rows, sites))
    text = document.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert LIST.name in text
    assert (tmp_path / "performance.svg").read_text().startswith("<svg")


def test_every_measured_page_has_a_name_of_its_own():
    assert len({page.name for page in PAGES}) == len(PAGES)


def test_an_answer_that_breaks_off_is_no_answer():
    assert _joined(b"3\r\nabc\r\n0\r\n\r\n") == b"abc"
    with pytest.raises(ValueError, match="breaks off"):
        _joined(b"3\r\nabc\r\n")
