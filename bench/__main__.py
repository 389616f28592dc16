"""`python3 manage.py bench [part …] [options]`: fills databases and measures what the program costs on them."""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.fill import Filled

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

SIZES = (10_000, 100_000, 1_000_000)
SCRIPTS = ("export", "signing")
MEASURED = ("pages", "writes", "profile", "crawl")
PARTS = {
    "fill": "make the databases that the others measure on; they are kept in .bench/ until schema or filling change",
    "pages": "every page, against its fair cost",
    "writes": "accepting, eight writers at once, exports, the worker",
    "profile": "where the time of pages goes: their statements, and the calls that cost most",
    "crawl": "all links from the home as each kind of person: the dearest pages, what fails, what nobody comes to",
    "export": "memory and time of a large export beside a small one",
    "signing": "what a refused sign-in tells",
}


def main() -> int:
    listed = "\n".join(f"  {name:<9}{what}" for name, what in PARTS.items())
    parser = argparse.ArgumentParser(
        prog="manage.py bench",
        description="Fill databases and measure what the program costs on them.",
        epilog=f"parts:\n{listed}\n\nWithout a part: fill, pages and writes.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("part", nargs="*", help="any of the parts below")
    parser.add_argument("--findings", type=int, action="append", help="how large, repeatable; default: 10k, 100k, 1M")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seed", type=int, default=1, help="another one makes another register; default: 1")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured there")
    parser.add_argument("--document", type=Path, metavar="FILE", help="put it between the marks of docs/performance.md")
    parser.add_argument("--only", default="", metavar="TEXT", help="pages whose name holds it; several with | between")
    parser.add_argument("--rounds", type=int, help="how often everything is asked in turns; default: 7")
    parser.add_argument(
        "--hat", action="append", help="crawl: as whom, such as officer; repeatable; default: everybody"
    )
    parser.add_argument("--seconds", type=float, default=60, help="crawl: for each of them; default: 60")
    parser.add_argument("--anew", action="store_true", help="fill again, whatever is kept")
    parser.add_argument("--as-it-is", action="store_true", help="take what is kept though schema or filling changed")
    chosen = parser.parse_args()
    parts = chosen.part or ["fill", "pages", "writes"]
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}")
    sizes = sorted(chosen.findings or SIZES)
    kinds = ("sqlite", "postgresql") if chosen.database == "both" else (chosen.database,)
    for script in [part for part in parts if part in SCRIPTS]:
        _script(script)
    code = 0
    if any(part == "fill" or part in MEASURED for part in parts):
        code = _on_filled(parts, kinds, sizes, chosen)
    return code


def _on_filled(parts: list[str], kinds: tuple[str, ...], sizes: list[int], chosen: argparse.Namespace) -> int:
    from bench.fill import progress
    from bench.fill.kept import filled

    with ExitStack() as stack:
        ready = []
        for kind in kinds:
            for findings in sizes:
                made = stack.enter_context(
                    filled(kind, findings, seed=chosen.seed, anew=chosen.anew, as_it_is=chosen.as_it_is, say=progress)
                )
                print(_told(kind, made), flush=True)
                ready.append(made)
        if measured := [part for part in MEASURED if part in parts]:
            from bench.measure import measure

            asked = {"only": chosen.only, "times": chosen.rounds, "json": chosen.json, "document": chosen.document}
            asked |= {"hats": chosen.hat or (), "seconds": chosen.seconds}
            return measure(ready, measured, **asked)
    return 0


def _told(kind: str, made: "Filled") -> str:
    """What the filling took, whenever that was: its rows beside a bare load of the same, then what is made of them."""
    took = made.seconds
    rows = took["total"] - took["derived"]
    return (
        f"{kind}, {made.findings:,} findings: {sum(made.rows.values()):,} rows in {rows:.1f} s,"
        f" {rows / took['writing']:.2f} times the {took['writing']:.1f} s of the driver alone;"
        f" words, counts, later indexes in {took['derived']:.1f} s; checked in {took['checking']:.1f} s"
        f"\n  {made.url}"
    )


def _script(name: str) -> None:
    import runpy

    path = Path(__file__).parent / f"{name}.py"
    sys.argv = [str(path)]
    runpy.run_path(str(path), run_name="__main__")


if __name__ == "__main__":
    sys.exit(main())
