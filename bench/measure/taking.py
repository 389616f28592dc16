"""What a large export takes beside a small one: the memory of a process that makes it, and the first byte over HTTP.

python -m bench.measure.taking      makes one: told by a line which, says the most memory it held
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.fill import Filled, settings
from bench.measure.client import ask
from bench.measure.server import ROOT, resident
from inspect_app import create_app
from inspect_app.core import clock
from inspect_app.core.connections import reading
from inspect_app.core.db import db
from inspect_app.reminders.queries.people import actors

KINDS = ("csv", "xlsx")
ROWS_AT_ONCE = 100_000
"""What a .csv that goes out with the answer may have."""


@dataclass(frozen=True, slots=True)
class Taken:
    kind: str
    rows: int
    grown_mb: float
    """Against the same export of one plan."""
    first_ms: float | None
    """By the clock, over HTTP; empty where a worker makes it."""


def measure(filled: Filled, person_id: int, port: int, cookie: str) -> list[Taken]:
    """As many findings as a .csv may have, or all there are."""
    many = "" if filled.findings <= ROWS_AT_ONCE else f"year={filled.year - 1}"
    found = []
    for kind in KINDS:
        few_mb, _rows = _made(filled, person_id, kind, f"plan={filled.plan_id}")
        most_mb, rows = _made(filled, person_id, kind, many)
        first = None
        if kind == "csv" and rows <= ROWS_AT_ONCE:
            answer = ask(port, f"/exports/findings.csv?{many}", cookie=cookie, coding="")
            first = answer.first * 1000 if answer.status == 200 else None
        found.append(Taken(kind, rows, most_mb - few_mb, first))
    return found


def _made(filled: Filled, person_id: int, kind: str, query: str) -> tuple[float, int]:
    """Megabytes at its largest, and rows, of a process that makes this one and nothing else."""
    wanted = [filled.url, str(filled.storage), person_id, kind, query]
    command = [sys.executable, "-m", "bench.measure.taking"]
    said = subprocess.run(command, cwd=ROOT, input=json.dumps(wanted), check=True, capture_output=True, text=True)
    most, rows = json.loads(said.stdout.splitlines()[-1])
    return most, rows


def _one() -> None:
    from flask_babel import force_locale

    from inspect_app.sheets.forms.opening import opened
    from inspect_app.sheets.models import SheetKind
    from inspect_app.sheets.queries.rows import number
    from inspect_app.sheets.services import files, streaming

    url, storage, person_id, kind, query = json.loads(sys.stdin.read())
    app = create_app(settings(url, Path(storage)))
    with app.app_context(), reading(), force_locale("vi"), tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        actor = actors([person_id], clock.today())[0]
        found = opened("findings", query, actor, on=clock.today(), at=clock.now())
        count = number(found.table)
        rows = files.rows_of(found, SheetKind(kind))
        with tempfile.TemporaryFile(dir=scratch) as into:
            if kind == "csv":
                lines = streaming.lines(files.sheet_of(found, rows), language="vi")
                into.writelines(streaming.pieces(lines, scratch=scratch, all_read=db.session.rollback))
            else:
                files.write(found, SheetKind(kind), into, rows=rows, language="vi", scratch=scratch)
    _now, most = resident(os.getpid())
    print(json.dumps([most / 1024, count]))


if __name__ == "__main__":
    _one()
