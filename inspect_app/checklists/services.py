"""Writing checklists in versions. One verb per function; each checks, logs itself, and never commits.

A published list never changes: every change first holds the list, so that none slips past its publishing.
"""

import csv
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, inspect, select
from sqlalchemy.orm.attributes import flag_modified

from inspect_app.checklists import policy, queries
from inspect_app.checklists.models import Checklist, Item
from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState, sentence
from inspect_app.core.loading import load
from inspect_app.core.text import clean, one_line
from inspect_app.core.versions import expect
from inspect_app.plans.models import Area, Plan
from inspect_app.plans.services import FIRST_YEAR, LAST_YEAR
from inspect_app.units.queries import root

ITEMS = Path(__file__).parent / "reference" / "checklist.csv"
FIRST_TITLE = sentence("Bộ tiêu chí kiểm tra công tác cải cách hành chính")
MOST_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Worded:
    """What an item says, as it was typed."""

    text: str
    evidence: str = ""
    measure: str = ""
    shortcoming: str = ""
    required: str = ""


def load_reference(*, actor: Actor, today: date) -> int:
    """Where there is no checklist yet, make the first one, of this year, for reviewers to look at and publish.

    Returns how many items are new.
    """
    if queries.any_at_all():
        return 0
    checklist = Checklist(title=FIRST_TITLE, year=today.year)
    db.session.add(checklist)
    db.session.flush()
    with ITEMS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    places: dict[str, int] = {}
    for row in rows:
        places[row["area"]] = place = places.get(row["area"], 0) + 1
        told = {name: row[name] for name in Worded.__dataclass_fields__}
        db.session.add(Item(checklist_id=checklist.id, area_code=row["area"], code=row["code"], position=place, **told))
    db.session.flush()
    audit.record("checklist:load", checklist, actor=actor, on=today, **_told(checklist), items=len(rows))
    return len(rows)


# Versions


def copy(source: Checklist, *, title: str, year: int, plan: Plan | None, actor: Actor, today: date) -> Checklist:
    """A new version to write on, with every item of a published one. Raises NotAllowed, WrongState, Invalid."""
    _allow(actor, plan)
    if not source.is_published:
        raise WrongState("Bộ tiêu chí này chưa công bố, sửa ngay trên bản này.")
    made = Checklist(source_id=source.id, plan=plan, **_facts(title, year, plan))
    db.session.add(made)
    db.session.flush()
    for item in queries.items_of(source.id):
        same = {"area_code": item.area_code, "code": item.code, "position": item.position, **asdict(worded(item))}
        db.session.add(Item(checklist_id=made.id, **same))
    db.session.flush()
    audit.record("checklist:copy", made, actor=actor, on=today, **_told(made), source=source.id)
    return made


def change(
    checklist: Checklist,
    *,
    title: str,
    year: int,
    plan: Plan | None,
    note: str,
    actor: Actor,
    today: date,
    version: int | None = None,
) -> None:
    """Its name, its year, its plan. Raises NotAllowed, WrongState, Stale, Invalid."""
    _hold(checklist, actor, version)
    _allow(actor, plan)
    before = _told(checklist)
    for name, value in _facts(title, year, plan).items():
        setattr(checklist, name, value)
    checklist.plan, checklist.note = plan, clean(note)
    if _told(checklist) != before:
        audit.record("checklist:change", checklist, actor=actor, on=today, **_told(checklist), before=before)


def publish(checklist: Checklist, *, actor: Actor, today: date, version: int | None = None) -> None:
    """From now on visits are answered on it, and it never changes. Raises NotAllowed, WrongState, Stale."""
    _hold(checklist, actor, version)
    number = db.session.scalar(select(func.count()).where(Item.checklist_id == checklist.id))
    if not number:
        raise WrongState("Bộ tiêu chí chưa có tiêu chí nào. Thêm tiêu chí rồi công bố.")
    checklist.published_at, checklist.publisher_name = clock.now(), actor.name or "–"
    audit.record("checklist:publish", checklist, actor=actor, on=today, **_told(checklist), items=number)


def discard(checklist: Checklist, *, actor: Actor, today: date, version: int | None = None) -> None:
    """Give up a version that was never published; its events stay. Raises NotAllowed, WrongState, Stale."""
    _hold(checklist, actor, version)
    audit.record("checklist:discard", checklist, actor=actor, on=today, **_told(checklist))
    db.session.execute(delete(Item).where(Item.checklist_id == checklist.id))
    db.session.delete(checklist)
    db.session.flush()


# Items


def add_item(
    checklist: Checklist, area: Area, said: Worded, *, actor: Actor, today: date, version: int | None = None
) -> Item:
    """At the end of its area, under the next number. Raises NotAllowed, WrongState, Stale, Invalid."""
    _hold(checklist, actor, version)
    there = queries.items_of(checklist.id)
    if len(there) >= MOST_ITEMS:
        raise Invalid("Mỗi bộ tiêu chí không quá %(most)s tiêu chí", field="text", most=MOST_ITEMS)
    here = [item for item in there if item.area_code == area.code]
    item = Item(
        checklist_id=checklist.id,
        area_code=area.code,
        code=f"{area.code}.{max(map(_number, here), default=0) + 1}",
        position=max((item.position for item in here), default=0) + 1,
        **asdict(_cleaned(said)),
    )
    db.session.add(item)
    _touch(checklist)
    audit.record("checklist:add_item", checklist, actor=actor, on=today, code=item.code, **asdict(worded(item)))
    return item


def change_item(item: Item, said: Worded, *, actor: Actor, today: date, version: int | None = None) -> None:
    """Its words; `version` is its checklist's. Raises NotAllowed, WrongState, Stale, Invalid."""
    checklist = _hold(_list_of(item), actor, version)
    before, after = asdict(worded(item)), asdict(_cleaned(said))
    if after == before:
        return
    for name, value in after.items():
        setattr(item, name, value)
    _touch(checklist)
    was = {name: before[name] for name in before if before[name] != after[name]}
    audit.record("checklist:change_item", checklist, actor=actor, on=today, code=item.code, **after, before=was)


def move_item(item: Item, *, up: bool, actor: Actor, today: date, version: int | None = None) -> None:
    """Change places with its neighbour in the same area; at the end of it nothing happens.

    Raises NotAllowed, WrongState, Stale.
    """
    checklist = _hold(_list_of(item), actor, version)
    area = [one for one in queries.items_of(checklist.id) if one.area_code == item.area_code]
    here = area.index(item)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(area):
        return
    area[here], area[there] = area[there], area[here]
    for place, one in enumerate(area, start=1):
        one.position = place
    _touch(checklist)
    codes = [one.code for one in area]
    audit.record("checklist:move_item", checklist, actor=actor, on=today, code=item.code, order=codes)


def remove_item(item: Item, *, actor: Actor, today: date, version: int | None = None) -> None:
    """Raises NotAllowed, WrongState, Stale."""
    checklist = _hold(_list_of(item), actor, version)
    audit.record("checklist:remove_item", checklist, actor=actor, on=today, code=item.code, **asdict(worded(item)))
    db.session.delete(item)
    _touch(checklist)


def worded(item: Item) -> Worded:
    return Worded(item.text, item.evidence, item.measure, item.shortcoming, item.required)


def _cleaned(said: Worded) -> Worded:
    """Raises Invalid."""
    tidy: dict[str, Callable[[str], str]] = {"measure": one_line}
    words = {name: tidy.get(name, clean)(value) for name, value in asdict(said).items()}
    if not words["text"]:
        raise Invalid("Nhập nội dung tiêu chí", field="text")
    return Worded(**words)


def _number(item: Item) -> int:
    last = item.code.rpartition(".")[2]
    return int(last) if last.isascii() and last.isdigit() else 0


# What every change goes through


def _hold(checklist: Checklist, actor: Actor, version: int | None) -> Checklist:
    """Nobody else changes or publishes it until this transaction ends; it is read afresh."""
    db.session.flush()
    columns = [column.key for column in inspect(Checklist).column_attrs]
    db.session.refresh(checklist, columns, with_for_update=True)
    load(checklist, "plan")
    _allow(actor, checklist.plan)
    if checklist.is_published:
        raise WrongState("Bộ tiêu chí này đã công bố nên không sửa được. Sao chép thành bản mới để sửa.")
    expect(
        checklist,
        version,
        Stale(
            "%(name)s vừa cập nhật bộ tiêu chí này lúc %(time)s. Xem bản mới rồi gửi lại; "
            "nội dung đã nhập vẫn còn bên dưới."
        ),
    )
    return checklist


def _list_of(item: Item) -> Checklist:
    load(item, "checklist")
    return item.checklist


def _touch(checklist: Checklist) -> None:
    """A change of its items is a change of the list: whoever opened it before learns so."""
    flag_modified(checklist, "note")
    db.session.flush()


def _allow(actor: Actor, plan: Plan | None) -> None:
    over_all = root()
    assert over_all is not None
    if plan is not None:
        load(plan, "issuing_unit")
    if not policy.may_write_for(actor, plan, over_all):
        raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")


def _facts(title: str, year: int, plan: Plan | None) -> dict[str, Any]:
    title = one_line(title)
    if not title:
        raise Invalid("Nhập tên bộ tiêu chí", field="title")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("Nhập năm từ %(first)d đến %(last)d", field="year", first=FIRST_YEAR, last=LAST_YEAR)
    return {"title": title, "year": year, "plan_id": plan.id if plan else None}


def _told(checklist: Checklist) -> dict[str, Any]:
    """What an event says of a checklist."""
    return {
        "title": checklist.title,
        "year": checklist.year,
        "plan": checklist.plan_id,
        "note": checklist.note,
    }
