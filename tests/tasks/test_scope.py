"""Who sees which tasks, asked one way and the other, and how the databases find them."""

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.shapes import filling_of, filling_with, shape_of
from inspect_app.home.queries import duties
from inspect_app.tasks import queries, services
from inspect_app.tasks.models import Task
from inspect_app.tasks.queries import Filter, Timing
from inspect_app.tasks.queries.scope import gathered_for
from inspect_app.tasks.services import Particulars
from inspect_app.units.models import UnitKind
from tests.support.plans import explained, plans, watched
from tests.support.tasks import task_plan

TODAY = clock.today()


@pytest.fixture
def several(make):
    """Name -> task: of lists of the root and of a district, for units within and without, joined and not."""
    district = make.unit("Quận Ninh Kiều", kind=UnitKind.DISTRICT)
    ward, far = make.unit("Phường Cái Khế", parent=district), make.unit("Xã Phong Điền")
    make.ward, make.district = ward, district
    reviewer = make.actor(make.reviewer)

    def give(issuer, unit, *joining):
        plan = task_plan(make, issuing_unit=issuer)
        wanted = [Particulars(text="Lập báo cáo.", unit=unit, joining=joining)]
        return services.give(plan, wanted, actor=reviewer, today=TODAY)[0]

    return {
        "within": give(make.root, ward),
        "joined": give(make.root, far, ward),
        "given there": give(district, far),
        "far": give(make.root, far),
    }


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (lambda make: make.reviewer, {"within", "joined", "given there", "far"}),
        (lambda make: make.person(Role.REVIEWER, make.district), {"within", "joined", "given there"}),
        (lambda make: make.person(Role.VIEWER, make.district), {"within", "joined", "given there"}),
        (lambda make: make.officer(make.ward), {"within", "joined"}),
        (lambda make: make.head_of(make.team()), set()),
    ],
    ids=["country", "reviewer", "viewer", "officer", "head"],
)
def test_what_is_gathered_for_somebody_is_what_they_see(make, session, several, who, seen):
    actor = make.actor(who(make))
    asked, gathered = (
        {name for name, task in several.items() if task.id in set(session.scalars(select(Task.id).where(condition)))}
        for condition in (queries.seen_by(actor), gathered_for(actor))
    )
    assert (asked, gathered) == (seen, seen)
    counts = queries.counts(actor, Filter(), today=TODAY)
    assert (counts.total, counts.views["all"], counts.views["live"]) == (len(seen),) * 3


def test_lists_of_tasks_are_gathered_by_indexes_and_not_read_whole(make, session, several):
    for person in (make.person(Role.REVIEWER, make.district), make.officer(make.ward)):
        actor = make.actor(person)
        for wanted in (Filter(), Filter(timing=Timing.OVERDUE), Filter(year=TODAY.year), Filter(words="bao cao")):
            query, _facts = queries.chosen(actor, wanted, sort="newest", walked=False, today=TODAY)
            page = query.order_by(Task.id.desc()).limit(51).params(filling_with(actor, wanted))
            _none_whole(explained(session, page, without=("seqscan", "bitmapscan")))
        with watched(session.connection()) as asked:
            queries.counts(actor, Filter(), today=TODAY)
            queries.plans_offered(actor, None)
        _none_whole(plans(session.connection(), asked, without=("seqscan", "bitmapscan")))


def test_what_waits_of_tasks_is_found_beside_the_menu_without_reading_all(make, session, several):
    district = make.person(Role.REVIEWER, make.district)
    readers = {make.reviewer: "reported", district: "reported", make.officer(make.ward): "unit_"}
    for person, index in readers.items():
        actor = make.actor(person)
        parts = select(*duties.to_do(shape_of(actor), TODAY)).params(filling_of(actor))
        plan = explained(session, parts, without=("seqscan", "bitmapscan"))
        # Which of its indexes PostgreSQL takes for a handful of rows hangs on what earlier tests left.
        if session.get_bind().dialect.name == "sqlite":
            assert [line for line in plan if f"ix_task_{index}" in line], plan
        _none_whole(plan)


@pytest.mark.only_on("sqlite")
def test_what_is_late_in_the_whole_country_is_found_by_an_index(make, session, several):
    actor = make.actor(make.reviewer)
    query, _facts = queries.listed(actor, Filter(timing=Timing.OVERDUE), today=TODAY)
    plan = explained(session, query, without=("seqscan", "bitmapscan"))
    assert [line for line in plan if "ix_task_due" in line or "ix_task_unit_queue" in line], plan
    _none_whole(plan)


def _none_whole(plan):
    assert not [line for line in plan if line.startswith("SCAN task ") or "Seq Scan on task " in line], plan
    assert not [line for line in plan if line == "SCAN task"], plan
