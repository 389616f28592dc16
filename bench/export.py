"""How much memory and time the export of many findings takes, beside that of few: `python bench/export.py [rows]`.

Makes findings in bulk in a scratch database of its own (SQLite, or the empty one of DATABASE_URL), takes them away as
.csv and .xlsx, each in a process of its own, and prints the seconds and the peak resident set of each.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
FEW = 1000
SECRETS = {
    "SECRET_KEY": "bench-only-0123456789-abcdefghijklmnop",
    "AUDIT_KEY": "bench-only-0123456789-abcdefghijklmnop",
}


def fill(rows: int) -> None:
    """One plan, one visit, and findings under it by plain inserts."""
    import flask_migrate
    from sqlalchemy import insert

    from inspect_app import create_app
    from inspect_app.core import clock
    from inspect_app.core.db import db
    from inspect_app.core.text import fold
    from inspect_app.demo import story
    from inspect_app.findings.models import Finding, State
    from inspect_app.plans.models import Plan, PlanKind
    from inspect_app.units import queries as units
    from inspect_app.visits.models import Entry, Visit, VisitState

    app = create_app()
    with app.app_context():
        flask_migrate.upgrade()
        story.load_reference(clock.today())
        root = units.root()
        assert root is not None
        day = date(2024, 3, 1)
        plan = Plan(kind=PlanKind.SCHEDULED, year=2024, title="Kiểm tra", issuing_unit=root, folded="kiem tra")
        db.session.add(plan)
        db.session.flush()
        visit = Visit(plan=plan, unit=root, unit_name=root.name, state=VisitState.CONCLUDED, entry=Entry.FOUND)
        visit.arranged_on = visit.day = visit.began_on = visit.reported_on = visit.ended_on = day
        visit.created_at = clock.now()
        db.session.add(visit)
        db.session.flush()
        text = "Bảng niêm yết thủ tục hành chính tại Bộ phận Một cửa thiếu thủ tục số %d, người dân phải hỏi công chức."
        shared = {"plan_id": plan.id, "visit_id": visit.id, "unit_id": root.id, "responsible_unit_id": root.id}
        issued = {"issued_on": day, "baseline": date(2024, 4, 1), "deadline": date(2024, 4, 1), "state": State.OPEN}
        for start in range(0, rows, 5000):
            several = [
                {
                    **shared,
                    **issued,
                    "code": f"HC-2024-{n:06d}",
                    "text": text % n,
                    "title": text % n,
                    "required": "Niêm yết đủ thủ tục, cập nhật hằng tháng.",
                    "required_title": "Niêm yết đủ thủ tục, cập nhật hằng tháng.",
                    "area_code": "III",
                    "unit_name": root.name,
                    "deadline_n": 31,
                    "recorded_on": day,
                    "moved_on": day,
                    "folded": fold(text % n),
                }
                for n in range(start, min(start + 5000, rows))
            ]
            db.session.execute(insert(Finding), several)
        db.session.commit()


def take(kind: str) -> None:
    """Prints seconds until the first byte and until the last, peak megabytes and the size in megabytes."""
    from flask_babel import force_locale

    from inspect_app import create_app
    from inspect_app.core import clock
    from inspect_app.core.actor import Actor, Held, Role
    from inspect_app.core.connections import reading
    from inspect_app.core.db import db
    from inspect_app.sheets.forms.opening import opened
    from inspect_app.sheets.models import SheetKind
    from inspect_app.sheets.queries.rows import number
    from inspect_app.sheets.services import files, streaming
    from inspect_app.units import queries as units

    app = create_app()
    with app.app_context(), reading(), force_locale("vi"), tempfile.TemporaryDirectory() as scratch:
        root = units.root()
        assert root is not None
        everywhere = Held(Role.REVIEWER, root.id, root.path)
        actor = Actor(person_id=1, name="Bench", grants=(everywhere,))
        began = time.perf_counter()
        list_ = opened("findings", "", actor, on=clock.today(), at=clock.now())
        with tempfile.TemporaryFile(dir=scratch) as into:
            rows = files.rows_of(list_, SheetKind(kind))
            if kind == "csv":
                number(list_.table)
                lines = streaming.lines(files.sheet_of(list_, rows), language="vi")
                sent = streaming.pieces(lines, scratch=Path(scratch), all_read=db.session.rollback)
                into.write(next(sent))
                first = time.perf_counter() - began
                for piece in sent:
                    into.write(piece)
            else:
                files.write(list_, SheetKind(kind), into, rows=rows, language="vi", scratch=Path(scratch))
                first = time.perf_counter() - began
            size = into.seek(0, 2) / 1e6
        took = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{first:.2f} {took:.1f} {peak:.0f} {size:.1f}")


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    peaks: dict[str, list[float]] = {"csv": [], "xlsx": []}
    for rows in (FEW, many):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, **SECRETS, "INSTANCE_PATH": folder}
            run = [sys.executable, __file__]
            subprocess.run([*run, "fill", str(rows)], env=environment, check=True, stdout=subprocess.DEVNULL)
            for kind, found in peaks.items():
                said = subprocess.run([*run, "take", kind], env=environment, check=True, capture_output=True, text=True)
                first, took, peak, size = (float(part) for part in said.stdout.split()[-4:])
                found.append(peak)
                took_so_long = f"first byte after {first:.2f} s, last after {took:.1f} s"
                print(f"{rows:>8} rows, {kind}: {took_so_long}, peak {peak:.0f} MB, file {size:.1f} MB")
    for kind, (few, most) in peaks.items():
        print(f"{kind}: {most / few:.2f} times the memory for {many // FEW} times the rows")


if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        fill(int(sys.argv[2]))
    elif sys.argv[1:2] == ["take"]:
        take(sys.argv[2])
    else:
        main()
