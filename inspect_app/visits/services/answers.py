"""Writing down what a visit saw, item by item of its checklist.

Several people of a team answer at once, each on a phone of their own. A form says what it was opened with, and only
what it changed against that is written: answers of others stay as they are.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import inspect, select

from inspect_app.checklists import queries as checklists
from inspect_app.checklists.models import Checklist, Item
from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, Stale, WrongState
from inspect_app.core.text import clean
from inspect_app.visits import policy
from inspect_app.visits.models import Answer, Result, Visit, VisitState
from inspect_app.visits.services.steps import allow, day_of, ready, time_of_day, told

LARGEST_FIGURE = 999_999_999


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one item, as it was typed."""

    result: Result = Result.UNCHECKED
    numerator: int | None = None
    denominator: int | None = None
    observed_at: str = ""
    """Time of day, `08:30`."""
    note: str = ""

    @property
    def mark(self) -> str:
        """Ten letters that differ where the answer does; a form carries them to say what it was opened with."""
        return hashlib.sha256(json.dumps(_plain(self), sort_keys=True).encode()).hexdigest()[:10]


UNCHECKED = Seen()


def seen_in(answer: Answer | None) -> Seen:
    """The answer as a value; an item without a row is unchecked."""
    if answer is None:
        return UNCHECKED
    return Seen(answer.result, answer.numerator, answer.denominator, answer.observed_at, answer.note)


def checklist_of(visit: Visit) -> Checklist | None:
    """The version that the visit is answered on: the one chosen for it or answered already, or else its plan's.

    A self-inspection has none, nor has a follow-up, which looks at what was found before.
    """
    if visit.checklist_id is not None:
        return db.session.get(Checklist, visit.checklist_id)
    return None if visit.is_self_inspection or visit.follow_up else checklists.for_plan(visit.plan)


def may_choose_checklist(visit: Visit) -> bool:
    """Another version may be taken until the first answer; nobody's right to do so is looked at."""
    by_list = not visit.is_self_inspection and not visit.follow_up
    return by_list and visit.state in (VisitState.PLANNED, VisitState.BEGUN) and not _answered(visit)


def choose_checklist(visit: Visit, checklist_id: int | None, *, actor: Actor, today: date) -> None:
    """Answer the visit on this version; with None on its plan's. Raises NotAllowed, WrongState, Invalid."""
    _hold(visit)
    allow(policy.may_record(actor, visit) or policy.may_sign(actor, visit))
    if checklist_id == visit.checklist_id:
        return
    if not may_choose_checklist(visit):
        raise WrongState("Cuộc kiểm tra đã có kết quả theo bộ tiêu chí nên không đổi bộ tiêu chí được nữa.")
    if checklist_id is not None and all(one.id != checklist_id for one in checklists.usable_for(visit.plan)):
        raise Invalid("Chọn một mục trong danh sách", field="checklist_id")
    before, visit.checklist_id = visit.checklist_id, checklist_id
    db.session.flush()
    audit.record("visit:checklist", visit, actor=actor, on=today, **told(visit), checklist=checklist_id, before=before)


def _answered(visit: Visit) -> bool:
    return db.session.scalar(select(Answer.id).where(Answer.visit_id == visit.id).limit(1)) is not None


def answer(
    visit: Visit,
    several: Mapping[int, Seen],
    *,
    opened: Mapping[int, str],
    actor: Actor,
    today: date,
    on: date | None = None,
) -> list[Item]:
    """Write down what the form changed; returns the items whose answers are not what they were.

    `several`: item -> what was typed; `opened`: item -> `Seen.mark` of what the form showed when it was opened, an
    item that it leaves out was unchecked. The first answer fixes the version of the checklist.
    Raises NotAllowed, WrongState, Stale, Invalid.
    """
    items = _open(visit, actor)
    typed = {item_id: _checked(seen, item_id) for item_id, seen in several.items()}
    changed = {item_id: seen for item_id, seen in typed.items() if seen.mark != opened.get(item_id, UNCHECKED.mark)}
    _expect(items, changed)
    rows = answers_of(visit.id)
    before = {item_id: seen_in(rows.get(item_id)) for item_id in changed}
    _refuse_what_others_changed([items[i] for i in changed], before, changed, opened)
    written = {item_id: seen for item_id, seen in changed.items() if seen != before[item_id]}
    if not written:
        return []
    for item_id, seen in written.items():
        _write(visit, rows.get(item_id), items[item_id], seen)
    db.session.flush()
    audit.record(
        "visit:answer",
        visit,
        actor=actor,
        on=day_of(visit, on, today),
        **told(visit),
        checklist=visit.checklist_id,
        answers={items[item_id].code: _plain(seen) for item_id, seen in written.items()},
        before={items[item_id].code: _plain(before[item_id]) for item_id in written},
    )
    return [items[item_id] for item_id in written]


def rows_for(visit: Visit, item_ids: Collection[int], *, actor: Actor) -> dict[int, Answer]:
    """The rows of these items, made where there are none yet: pictures hang on them.

    Raises NotAllowed, WrongState, Stale.
    """
    items = _open(visit, actor)
    _expect(items, item_ids)
    rows = answers_of(visit.id)
    for item_id in set(item_ids) - rows.keys():
        rows[item_id] = _write(visit, None, items[item_id], UNCHECKED)
    db.session.flush()
    return {item_id: rows[item_id] for item_id in item_ids}


def _open(visit: Visit, actor: Actor) -> dict[int, Item]:
    """Hold the visit; the items that it may still be answered on, by their ids."""
    _hold(visit)
    allow(policy.may_record(actor, visit))
    if visit.state is not VisitState.BEGUN:
        raise WrongState("Kết quả đã gửi hoặc cuộc kiểm tra chưa bắt đầu nên không ghi kết quả theo tiêu chí được.")
    checklist = checklist_of(visit)
    return {item.id: item for item in checklists.items_of(checklist.id)} if checklist else {}


def _expect(items: Mapping[int, Item], asked: Iterable[int]) -> None:
    """The page was drawn with another version than the visit is answered on now."""
    if not set(asked) <= items.keys():
        raise Stale("Bộ tiêu chí của cuộc kiểm tra này vừa thay đổi. Xem bản mới rồi gửi lại.")


def _refuse_what_others_changed(
    items: Sequence[Item], now: Mapping[int, Seen], typed: Mapping[int, Seen], opened: Mapping[int, str]
) -> None:
    lost = [
        item
        for item in items
        if now[item.id].mark != opened.get(item.id, UNCHECKED.mark) and now[item.id] != typed[item.id]
    ]
    if lost:
        raise Stale(
            "Người khác trong đoàn vừa ghi kết quả khác cho tiêu chí %(codes)s. Xem lại rồi gửi lần nữa; nội dung đã "
            "nhập vẫn còn bên dưới.",
            codes=", ".join(item.code for item in lost),
        )


def _write(visit: Visit, row: Answer | None, item: Item, seen: Seen) -> Answer:
    visit.checklist_id = item.checklist_id
    if row is None:
        row = Answer(visit_id=visit.id, item_id=item.id)
        db.session.add(row)
    row.result, row.note, row.observed_at = seen.result, seen.note, seen.observed_at
    row.numerator, row.denominator = seen.numerator, seen.denominator
    return row


def answers_of(visit_id: int) -> dict[int, Answer]:
    """Item -> its answer; unchecked items may have none."""
    rows = db.session.scalars(
        select(Answer).where(Answer.visit_id == visit_id).execution_options(populate_existing=True)
    ).all()
    return {row.item_id: row for row in rows}


def _checked(seen: Seen, item_id: int) -> Seen:
    """As it is stored. Raises Invalid for a field named after the item: `answers-7-numerator`."""
    for name in ("numerator", "denominator"):
        figure = getattr(seen, name)
        if figure is not None and not 0 <= figure <= LARGEST_FIGURE:
            raise Invalid("Nhập số từ 0 trở lên", field=f"answers-{item_id}-{name}")
    if (seen.numerator is None) != (seen.denominator is None):
        raise Invalid("Nhập đủ cả hai số", field=f"answers-{item_id}-numerator")
    time = time_of_day(seen.observed_at, field=f"answers-{item_id}-observed_at")
    return Seen(seen.result, seen.numerator, seen.denominator, time, clean(seen.note))


def _plain(seen: Seen) -> dict[str, Any]:
    """What is not empty of it, for the log and for its mark."""
    said = {
        "result": seen.result.value,
        "numerator": seen.numerator,
        "denominator": seen.denominator,
        "observed_at": seen.observed_at,
        "note": seen.note,
    }
    return {name: value for name, value in said.items() if value not in (None, "")}


def _hold(visit: Visit) -> None:
    """Nobody else answers, reports or concludes this visit until this transaction ends; it is read afresh."""
    ready(visit)
    db.session.flush()
    db.session.refresh(visit, [column.key for column in inspect(Visit).column_attrs], with_for_update=True)
