"""Eight who accept at once beside one alone, in turns: each a process of its own, as workers of the server are.

python -m bench.measure.writers      one of them: told by lines what to do, says by lines how it went
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from bench.fill import Filled, settings
from bench.measure.accepting import accept
from bench.measure.server import ROOT
from inspect_app import create_app
from inspect_app.core import clock, outage
from inspect_app.core.db import db
from inspect_app.reminders.queries.people import actors

MANY = 8


@dataclass(slots=True)
class Writers:
    """Findings accepted in a second, round by round."""

    alone: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def share(self) -> float:
        pairs = zip(self.together, self.alone, strict=True)
        return statistics.median(eight / one for eight, one in pairs)


def needed(rounds: int, each: int) -> int:
    """How many findings have to wait; `each`: what one of the eight accepts in a round."""
    return (MANY + 1) + 2 * rounds * MANY * each


def measure(filled: Filled, reviewer_id: int, waiting: Sequence[int], *, rounds: int, each: int) -> Writers:
    """On a database that may be changed."""
    found, ids = Writers(), iter(waiting)
    with ExitStack() as stack:
        one, *eight = [_start(stack, filled, reviewer_id) for _one in range(MANY + 1)]
        _together([one, *eight], ids, 1, found)  # warms them
        for _round in range(rounds):
            found.alone.append(_together([one], ids, MANY * each, found))
            found.together.append(_together(eight, ids, each, found))
    return found


def _start(stack: ExitStack, filled: Filled, reviewer_id: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bench.measure.writers"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = stack.enter_context(subprocess.Popen(command, cwd=ROOT, text=True, **pipes))  # type: ignore[call-overload]
    stack.callback(process.stdin.close)
    _tell(process, {"url": filled.url, "storage": str(filled.storage), "reviewer_id": reviewer_id})
    assert process.stdout.readline(), "a writer did not start"
    return process  # type: ignore[no-any-return]


def _together(writers: Sequence["subprocess.Popen[str]"], ids: Iterator[int], each: int, found: Writers) -> float:
    """Findings in a second."""
    shares = [[next(ids) for _one in range(each)] for _writer in writers]
    began = time.perf_counter()
    for writer, share in zip(writers, shares, strict=True):
        _tell(writer, share)
    for writer in writers:
        assert writer.stdout is not None
        found.errors += json.loads(writer.stdout.readline())
    return len(writers) * each / (time.perf_counter() - began)


def _tell(writer: "subprocess.Popen[str]", what: Any) -> None:
    assert writer.stdin is not None
    writer.stdin.write(json.dumps(what) + "\n")
    writer.stdin.flush()


def _one() -> None:
    from pathlib import Path

    told = json.loads(sys.stdin.readline())
    app = create_app(settings(told["url"], Path(told["storage"])))
    with app.app_context():
        actor = actors([told["reviewer_id"]], clock.today())[0]
        db.session.remove()
        print(json.dumps("ready"), flush=True)
        for line in sys.stdin:
            errors = []
            for finding_id in json.loads(line):
                try:
                    with outage.waiting(outage.IN_A_REQUEST):
                        accept(actor, finding_id)
                except Exception as error:  # whatever it is, it is counted
                    db.session.rollback()
                    db.session.remove()
                    errors.append(f"{type(error).__name__}: {error}")
            print(json.dumps(errors), flush=True)


if __name__ == "__main__":
    _one()
