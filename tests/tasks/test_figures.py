"""What the figures of tasks say on any day, against a count that shares no query with them: over the log alone."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.audit import Event, plain
from inspect_app.core.errors import Invalid
from inspect_app.tasks import queries, services
from inspect_app.tasks.models import LIVE, Task
from inspect_app.tasks.queries import Filter, Tally, Timing
from inspect_app.tasks.services import Particulars
from inspect_app.tasks.services.history import ready
from inspect_app.tasks.workflow import TASK
from inspect_app.upkeep.queries.beside import BESIDE
from inspect_app.upkeep.queries.chain import read
from inspect_app.upkeep.queries.recount import COVERED
from tests.support.make import Make
from tests.support.tasks import Standing, standings, task_plan

TODAY = clock.today()
FIRST = TODAY - timedelta(days=120)
DUES = (-10, 0, 4, 40, None)
"""Due days of the tasks, from 80 days ago."""

steps = st.tuples(st.integers(0, len(DUES) - 1), st.integers(0, 99), st.integers(0, 9), st.integers(1, 30))
"""Which task, which of the moves that are offered, how many days later, how far a day is put off."""


def tell(make: Make, history: Sequence[tuple[int, int, int, int]]) -> tuple[Any, Any, list[Task]]:
    """A list with a task for each due day at one unit, brought further step by step; another unit takes some over."""
    plan, unit, heir = task_plan(make), make.unit(), make.unit()
    reviewer, officer = make.actor(make.reviewer), make.actor(make.officer(make.root))
    dues = [None if due is None else TODAY - timedelta(days=80 - due) for due in DUES]
    several = [Particulars(text="Lập báo cáo.", unit=unit, due_on=due) for due in dues]
    made = services.give(plan, several, actor=reviewer, today=TODAY, on=FIRST)
    on, paper = FIRST, {**make.storing}
    for which, choice, later, further in history:
        task, on = made[which], min(on + timedelta(days=later), TODAY)
        ready(task)
        able = {move: who for who in (reviewer, officer) for move in TASK.offered_to(who, task)}
        if not able:
            continue
        move = sorted(able)[choice % len(able)]
        by: Any = {"actor": able[move], "on": on, "today": TODAY}
        after = max(task.due_on or on, on) + timedelta(days=further)
        with make.session.begin_nested() as step:
            try:
                _make(move, task, by, after, paper, heir, make)
            except Invalid:  # the terms allow no further day
                step.rollback()
    make.session.commit()
    return plan, unit, made


def _make(move: str, task: Task, by: Any, after: date, paper: Any, heir: Any, make: Make) -> None:
    match move:
        case "ask_extension":
            services.ask_extension(task, wanted=after, reason="Chờ số liệu.", **by)
        case "drop_extension":
            services.take_back_extension(task, **by)
        case "extend":
            services.extend(task, until=after, reason="Thêm việc.", **by)
        case "refuse_extension":
            services.refuse_extension(task, reason="Đủ thời gian.", **by)
        case "report":
            services.report(task, statement="Đã làm.", files=[make.file()], **paper, **by)
        case "enter":
            services.enter(task, statement="Đã làm.", letter_number="9/BC", **paper, **by)
        case "progress":
            services.report_progress(task, note="Đã làm một nửa.", **by)
        case "hand_on" if task.unit_id != heir.id:
            services.hand_on(task, heir, reason="Sáp nhập.", **by)
        case "edit":
            words = Particulars(text=f"Lập báo cáo đến {after}.", unit=task.unit, due_on=after)
            services.edit(task, words, **by)
        case "return" | "reopen" | "withdraw":
            verb = {"return": services.send_back}.get(move) or getattr(services, move)
            verb(task, reason="Thiếu số liệu.", **by)
        case "start" | "recall" | "accept":
            getattr(services, move)(task, **by)


def counted(standing: Sequence[Standing], day: date) -> Tally:
    sorts = Counter(one.timing(day) for one in standing)
    states = Counter(one.state for one in standing)
    done = {name: sorts[name] for name in ("before", "on_day", "late", "undated")}
    doing = states["doing"] + states["returned"]
    return Tally(**done, waiting=states["reported"], doing=doing, todo=states["todo"], overdue=sorts["overdue"])


def compare(make: Make, history: Sequence[tuple[int, int, int, int]], days: Sequence[int]) -> None:
    plan, unit, made = tell(make, history)
    reader, ids = make.actor(make.reviewer), {one.id for one in made}
    log = make.session.scalars(
        select(Event).where(Event.subject_table == "task", Event.subject_id.in_(ids)).order_by(Event.seq)
    ).all()
    for day in (*(FIRST + timedelta(days=n) for n in days), TODAY):
        as_of = day if day < TODAY else None
        said = standings(log, day)
        report = queries.report(plan, reader, today=TODAY, as_of=as_of)
        assert report.total == counted([*said.values()], day), day
        for line in report.units:
            assert line.tally == counted([one for one in said.values() if one.unit_id == line.id], day), line.name
        of_unit = counted([one for one in said.values() if one.unit_id == unit.id], day)
        lines = queries.years_of(reader, unit, today=TODAY, as_of=as_of)
        assert sum((line.tally for line in lines), Tally()) == of_unit
        for timing in (Timing.BEFORE, Timing.ON_DAY, Timing.LATE, Timing.UNDATED, Timing.OVERDUE, Timing.OPEN):
            wanted = Filter(plan_id=plan.id, timing=timing, as_of=as_of)
            rows = make.session.execute(queries.listed(reader, wanted, today=TODAY)[0])
            assert {row.id for row in rows} == {key for key, one in said.items() if one.timing(day) == timing}, timing
    what_was_asked_and_granted_stands_as_the_log_tells_it(make, made)


def what_was_asked_and_granted_stands_as_the_log_tells_it(make: Make, made: Sequence[Task]) -> None:
    """As the check of the whole log recounts it."""
    connection, (account,) = make.session.connection(), [one for one in COVERED if one.model is Task]
    held = BESIDE["task", "extensions"](connection, [one.id for one in made])
    for one in made:
        facts = account.of(read(connection, Event.subject_table == "task", Event.subject_id == one.id))
        assert facts is not None
        assert plain({"rows": held.get(one.id, [])})["rows"] == facts["extensions"]
        waiting = [row for row in facts["extensions"] if row[1] is None]
        assert len(waiting) <= (one.state in LIVE)
        granted = [row[2] for row in facts["extensions"] if row[1]]
        if one.due_on is not None and one.baseline is not None:
            assert one.due_on >= max([one.baseline, *map(date.fromisoformat, granted)])


def told(make: Make, examples: int) -> None:
    @given(st.lists(steps, min_size=12, max_size=30), st.lists(st.integers(0, 119), min_size=2, max_size=2))
    @settings(
        max_examples=examples,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def run(history: list[tuple[int, int, int, int]], days: list[int]) -> None:
        compare(make, history, days)

    run()


def test_figures_and_lists_of_any_day_are_what_the_log_says(make: Make) -> None:
    told(make, 2)


@pytest.mark.long
def test_figures_of_many_histories_are_what_the_log_says(make: Make) -> None:
    told(make, 60)
