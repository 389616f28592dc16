"""`python -m bench.measure pages|writes|profile|crawl FOLDER …`: on filled databases that are served already."""

import argparse
import sys
from pathlib import Path

from bench.crawl import SECONDS
from bench.fill import Filled
from bench.measure.run import measure
from bench.measure.subjects import HATS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.measure", description=__doc__)
    parser.add_argument("part", choices=["pages", "writes", "profile", "crawl"])
    parser.add_argument("folder", nargs="+", type=Path, help="such as .bench/sqlite-10000; several show growth")
    parser.add_argument("--only", default="", help="pages whose name holds it; several with | between")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--port", type=int, default=0, help="of the first server; the others come after it")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--document", type=Path, metavar="FILE", help="put the figures between its marks")
    parser.add_argument("--hat", action="append", choices=list(HATS), help="whom to crawl as; several show more")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of a crawl, for each hat")
    given = parser.parse_args()
    databases = [Filled.read(folder / "filled.json") for folder in given.folder]
    told = {"json": given.json, "document": given.document, "port": given.port}
    crawled = {"hats": given.hat or (), "seconds": given.seconds}
    return measure(databases, [given.part], only=given.only, times=given.rounds, **told, **crawled)


if __name__ == "__main__":
    sys.exit(main())
