"""Giving tasks, doing them, deciding about them: what is kept, what is refused, what the log tells."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.audit import Event
from inspect_app.core.errors import Invalid, NotAllowed, Stale
from inspect_app.tasks import services
from inspect_app.tasks.forms.plans import read_table
from inspect_app.tasks.models import TaskFile, TaskReport, TaskSpan, TaskState, TaskUnit, TaskVerdict
from inspect_app.tasks.services import Particulars
from inspect_app.units.models import Unit
from tests.support.tasks import task, task_plan

TODAY = clock.today()


def days(n: int) -> Any:
    return TODAY + timedelta(days=n)


def by(make, person):
    return {"actor": make.actor(person), "on": TODAY, "today": TODAY}


def events(make, record):
    told = select(Event).where(Event.subject_table == record.__tablename__, Event.subject_id == record.id)
    return list(make.session.scalars(told.order_by(Event.seq)))


def unit_of(make, one):
    return make.session.get_one(Unit, one.unit_id)


def refused(act, field):
    with pytest.raises(Invalid) as error:
        act()
    assert error.value.field == field


def test_many_tasks_are_given_at_once_each_with_a_number_and_the_facts_of_the_day(make):
    plan, first, second = task_plan(make, number="10/KH-UBND"), make.unit(), make.unit()
    several = [
        Particulars(
            text="Tập huấn cho công chức. Mời chuyên gia.", unit=first, due_on=days(9), joining=[second, first]
        ),
        Particulars(text="Cập nhật thủ tục thường xuyên.", unit=second),
    ]
    made = services.give(plan, several, actor=make.actor(make.reviewer), today=TODAY, on=days(-3))
    make.session.commit()

    year = plan.year
    assert [one.code for one in made] == [f"NV-{year}-0001", f"NV-{year}-0002"]
    assert made[0].title == "Tập huấn cho công chức"
    assert [one.due_on for one in made] == [days(9), None]
    assert list(make.session.execute(select(TaskUnit.task_id, TaskUnit.unit_id))) == [(made[0].id, second.id)]
    spans = make.session.scalars(select(TaskSpan).order_by(TaskSpan.id)).all()
    assert [(span.task_id, span.since, span.state) for span in spans] == [(one.id, days(-3), "todo") for one in made]
    (given,) = events(make, made[0])
    assert (given.action, given.on) == ("task:give", days(-3))
    told = {"state": "todo", "unit_id": first.id, "plan_id": plan.id, "due_on": days(9).isoformat()}
    assert given.payload.items() >= told.items()
    said = [(event.action, event.payload.get("many")) for event in events(make, plan)]
    assert said[1:] == [("task_plan:give", 1), ("task_plan:give", 1), ("task_plan:join", 1)]


def test_what_cannot_be_given(make):
    plan, unit = task_plan(make), make.unit()

    def give(one, person=make.reviewer):
        services.give(plan, [one], actor=make.actor(person), today=TODAY)

    refused(lambda: give(Particulars(text=" ", unit=unit)), "text")
    refused(lambda: give(Particulars(text="Làm.", unit=unit, due_on=days(-1))), "due_on")
    refused(lambda: services.give(plan, [], actor=make.actor(make.reviewer), today=TODAY), "rows")
    for outsider in (make.person(Role.REVIEWER, unit), make.officer(unit), make.person(Role.VIEWER)):
        with pytest.raises(NotAllowed):
            give(Particulars(text="Làm.", unit=unit), outsider)


def test_a_task_is_reported_returned_reported_again_and_confirmed(make):
    one = task(make, unit=make.unit(), due_on=days(-2))
    officer, reviewer, paper = make.officer(unit_of(make, one)), make.reviewer, make.file(content=b"the same")
    services.start(one, note="Họp giao việc.", **{**by(make, officer), "on": days(-5)})
    first: Any = {"statement": "Đã làm.", "files": [paper], **make.storing}
    services.report(one, letter_number="12/BC", **first, **{**by(make, officer), "on": days(-3)})
    assert (one.state, one.in_time, one.reported_on) == (TaskState.REPORTED, True, days(-3))
    assert not one.is_overdue(TODAY)

    services.send_back(one, reason="Thiếu số liệu.", **{**by(make, reviewer), "on": days(-1)})
    assert (one.state, one.in_time, one.is_overdue(TODAY)) == (TaskState.RETURNED, False, True)
    make.session.commit()
    again: Any = {"statement": "Đã bổ sung.", **make.storing, **by(make, officer)}
    refused(lambda: services.report(one, files=[make.file(content=b"the same")], **again), "files")
    make.session.rollback()
    refused(lambda: services.report(one, files=[], **again), "files")
    services.report(one, files=[make.file()], **again)
    services.accept(one, note="Đạt.", **by(make, reviewer))
    make.session.commit()

    assert (one.state, one.days_late, one.done_on, one.rounds) == (TaskState.DONE, 2, TODAY, 2)
    rounds = make.session.scalars(select(TaskReport).order_by(TaskReport.round)).all()
    assert [claim.verdict for claim in rounds] == [TaskVerdict.RETURNED, TaskVerdict.ACCEPTED]
    assert {file.report_id for file in make.session.scalars(select(TaskFile))} == {claim.id for claim in rounds}
    verbs = [event.action.partition(":")[2] for event in events(make, one)]
    assert verbs == ["give", "start", "report", "return", "report", "accept"]
    spans = make.session.scalars(select(TaskSpan).order_by(TaskSpan.since, TaskSpan.id)).all()
    assert all(span.until == later.since for span, later in pairwise(spans))


def test_in_time_is_judged_by_the_day_of_the_report_and_not_of_the_answer(make):
    given: Any = {"plan": task_plan(make), "unit": make.unit(), "sent": days(-10), "judged": TODAY}
    for due_on, late in ((days(-9), -1), (days(-10), 0), (days(-14), 4), (None, None)):
        one = task(make, "done", due_on=due_on, **given)
        assert (one.days_late, one.reported_on, one.done_on) == (late, days(-10), TODAY), due_on


def test_a_due_day_that_is_put_off_keeps_the_first_one(make):
    one = task(make, due_on=days(-1))
    reviewer = by(make, make.reviewer)
    refused(lambda: services.extend(one, until=TODAY, reason="Thêm việc.", **reviewer), "until")
    refused(lambda: services.extend(one, until=days(5), reason=" ", **reviewer), "reason")
    services.extend(one, until=days(5), reason="Thêm việc.", **reviewer)
    assert (one.baseline, one.due_on, one.extended, one.is_overdue(TODAY)) == (days(-1), days(5), True, False)


def test_what_is_on_paper_is_entered_for_the_day_on_which_it_was_done(make):
    one = task(make, due_on=days(-20), given=days(-40))
    reviewer = {**by(make, make.reviewer), **make.storing}
    refused(lambda: services.enter(one, statement="Đã làm.", **reviewer), "letter_number")
    with pytest.raises(NotAllowed):
        services.enter(
            one, statement="Đã làm.", letter_number="9/BC", **{**reviewer, **by(make, make.officer(unit_of(make, one)))}
        )
    services.enter(one, statement="Đã làm.", letter_number="9/BC", **{**reviewer, "on": days(-21)})
    assert (one.state, one.done_on, one.days_late) == (TaskState.DONE, days(-21), -1)


def test_another_unit_takes_a_task_over(make):
    one, heir = task(make), make.unit("Phường Kế thừa")
    reviewer = by(make, make.reviewer)
    refused(lambda: services.hand_on(one, unit_of(make, one), reason="Sáp nhập.", **reviewer), "unit")
    ended = make.unit(valid_to=days(-1))
    refused(lambda: services.hand_on(one, ended, reason="Sáp nhập.", **reviewer), "unit")
    services.hand_on(one, heir, reason="Sáp nhập.", **reviewer)
    assert (one.unit_id, one.unit_name, "phuong ke thua" in one.folded) == (heir.id, "Phường Kế thừa", True)


def test_words_are_changed_while_nobody_has_begun(make):
    one, joins = task(make), make.unit()
    better = Particulars(text="Lập báo cáo quý.", unit=unit_of(make, one), due_on=days(3), joining=[joins])
    services.edit(one, better, **by(make, make.reviewer))
    make.session.commit()
    assert (one.title, one.baseline, one.due_on) == ("Lập báo cáo quý", days(3), days(3))
    assert events(make, one)[-1].payload["before"]["text"].startswith("Lập báo cáo số")
    version = one.version
    services.start(one, **by(make, make.officer(unit_of(make, one))))
    make.session.commit()
    with pytest.raises(Stale):
        services.edit(one, better, version=version, **by(make, make.reviewer))


def test_days_run_forwards(make):
    one = task(make, given=days(-10))
    officer = by(make, make.officer(unit_of(make, one)))
    refused(lambda: services.start(one, **{**officer, "on": days(-11)}), "on")
    refused(lambda: services.start(one, **{**officer, "on": days(1)}), "on")


def test_a_report_is_taken_back_by_its_sender_and_reopened_by_the_giver(make):
    one = task(make, "reported")
    services.recall(one, **by(make, make.officer(unit_of(make, one))))
    assert (one.state, one.reported_on) == (TaskState.DOING, None)
    other = task(make, "done")
    services.reopen(other, reason="Báo cáo sai.", **by(make, make.reviewer))
    assert (other.state, other.done_on, other.days_late) == (TaskState.RETURNED, None, None)


def test_a_table_from_a_word_processor_or_a_spreadsheet_is_read_row_by_row(app):
    table = (
        "TT\tNội dung\tSản phẩm\tChủ trì\n"
        '1.\t"Rà soát\nthủ tục"\tBáo cáo\tSở Xây dựng\tSở Tư pháp; Sở Y tế\tTrước ngày 30/06/2026\n'
        "\n"
        "Tập huấn\t\tSở Nội vụ\t\tquý III\n"
    )
    with app.test_request_context():
        rows, problems = read_table(table)
    assert rows == [
        {
            "text": "Rà soát thủ tục",
            "product": "Báo cáo",
            "unit": "Sở Xây dựng",
            "joining": "Sở Tư pháp; Sở Y tế",
            "due_on": date(2026, 6, 30),
        },
        {"text": "Tập huấn", "product": "", "unit": "Sở Nội vụ", "joining": "", "due_on": None},
    ]
    assert problems == ["Không đọc được thời hạn “quý III”, nhập ở cột Thời hạn"]
