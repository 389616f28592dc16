"""Adding, changing and ending units by hand.

A unit's row is never rewritten: a new name or parent closes it and opens another, joined by a succession.
What hangs under a row that is closed so hangs under the new one.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, or_, select, update

from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale, WrongState
from inspect_app.core.text import fold, one_line, sort_key
from inspect_app.core.versions import expect
from inspect_app.units import policy
from inspect_app.units.models import Lineage, Succession, SuccessionKind, Unit, UnitKind
from inspect_app.units.queries import below, in_force
from inspect_app.units.services.lineage import TURN, keep_lineage

A_DAY = timedelta(days=1)
CHANGED = Stale(
    "%(name)s vừa cập nhật đơn vị này lúc %(time)s. Xem bản mới rồi gửi lại; nội dung đã nhập vẫn còn bên dưới"
)


def found(
    parent: Unit,
    *,
    actor: Actor,
    code: str,
    name: str,
    kind: UnitKind,
    valid_from: date | None,
    basis: str,
    today: date,
) -> Unit:
    """Add a unit under `parent`. Raises NotAllowed, Invalid (code, kind, valid_from)."""
    _take_turn(parent)
    if not policy.may_add(actor, parent):
        raise _not_theirs()
    _check_parent(kind, parent, field="kind")
    _check_code_is_free(code, valid_from)
    unit = _open_row(parent, code=code, name=name, kind=kind, valid_from=valid_from, basis=basis)
    audit.record(
        "unit:found",
        unit,
        actor=actor,
        on=today,
        code=unit.code,
        name=unit.name,
        kind=kind,
        parent_id=parent.id,
        valid_from=valid_from,
        basis=basis,
    )
    return unit


def change(
    unit: Unit,
    *,
    actor: Actor,
    name: str,
    parent: Unit,
    since: date,
    basis: str,
    today: date,
    version: int | None = None,
) -> Unit:
    """Give the unit a new name, a new parent or both from the day `since`; return the row opened.

    Raises NotAllowed, Stale, WrongState when the unit is no more, Invalid (name, parent, since).
    """
    _take_turn(unit, parent)
    _check_may_edit(actor, unit)
    expect(unit, version, CHANGED)
    _check_not_ended(unit)
    if parent.id != unit.parent_id and not policy.may_add(actor, parent):
        raise _not_theirs()
    name = one_line(name)
    if (name, parent.id) == (unit.name, unit.parent_id):
        raise Invalid("Nhập tên mới hoặc chọn đơn vị cấp trên mới", field="name")
    if parent.path.startswith(unit.path):
        raise Invalid("Đơn vị cấp trên không được là đơn vị này hoặc đơn vị trực thuộc của nó", field="parent")
    _check_parent(unit.kind, parent, field="parent")
    _check_after_first_day(unit, since - A_DAY, field="since")
    kind = SuccessionKind.UNCHANGED if name == unit.name else SuccessionKind.RENAME
    _close_row(unit, since - A_DAY)
    heir = _open_row(parent, code=unit.code, name=name, kind=unit.kind, valid_from=since, basis=basis)
    _move_under(unit, heir)
    _join(unit, heir, kind, is_default=True, effective=since, basis=basis)
    audit.record(
        "unit:change",
        unit,
        actor=actor,
        on=today,
        became=heir.id,
        name=[unit.name, name],
        parent_id=[unit.parent_id, parent.id],
        since=since,
        basis=basis,
    )
    return heir


def end(
    unit: Unit,
    *,
    actor: Actor,
    last_day: date,
    successors: Sequence[Unit] = (),
    basis: str,
    today: date,
    version: int | None = None,
) -> None:
    """Close the unit after `last_day`; several successors split it, the first of them by default.

    Raises NotAllowed, Stale, WrongState when it is no more or units in force hang under it,
    Invalid (last_day, successors).
    """
    _take_turn(unit)
    _check_may_edit(actor, unit)
    expect(unit, version, CHANGED)
    _check_not_ended(unit)
    _check_after_first_day(unit, last_day, field="last_day")
    left = db.session.scalar(
        select(func.count()).select_from(Unit).where(Unit.parent_id == unit.id, in_force(last_day + A_DAY))
    )
    if left:
        raise WrongState(
            "Còn %(count)s đơn vị trực thuộc đang hoạt động. Kết thúc hoặc chuyển các đơn vị đó trước.", count=left
        )
    _close_row(unit, last_day)
    db.session.flush()
    audit.record("unit:end", unit, actor=actor, on=today, last_day=last_day, basis=basis)
    kind = SuccessionKind.SPLIT if len(successors) > 1 else SuccessionKind.MERGE
    for place, successor in enumerate(successors):
        succeed(
            unit,
            successor,
            actor=actor,
            kind=kind,
            is_default=place == 0,
            effective=last_day + A_DAY,
            basis=basis,
            today=today,
        )


def succeed(
    old: Unit,
    new: Unit,
    *,
    actor: Actor,
    kind: SuccessionKind,
    is_default: bool,
    effective: date,
    basis: str,
    today: date,
) -> Succession:
    """Say that `old`, which is no more, became or became part of `new`.

    Raises NotAllowed, WrongState while `old` is in force, Invalid (successors).
    """
    _take_turn(old, new)
    _check_may_edit(actor, old)
    if new.above is not None:
        _check_may_edit(actor, new)
    if not old.ended:
        raise WrongState("Đơn vị còn hiệu lực thì chưa có đơn vị kế thừa.")
    if old.id == new.id or _came_from(old, new):
        raise Invalid("%(name)s không thể kế thừa chính mình", field="successors", name=new.name)
    if _came_from(new, old):
        raise Invalid("%(name)s đã được ghi là đơn vị kế thừa", field="successors", name=new.name)
    step = _join(old, new, kind, is_default=is_default, effective=effective, basis=basis)
    audit.record(
        "unit:succeed",
        old,
        actor=actor,
        on=today,
        became=new.id,
        kind=kind,
        is_default=is_default,
        effective=effective,
        basis=basis,
    )
    return step


def _came_from(unit: Unit, former: Unit) -> bool:
    return db.session.get(Lineage, (unit.id, former.id)) is not None


def _take_turn(*units: Unit) -> None:
    """One editor of the tree at a time, each looking at these units as the last one left them.

    No row holds what must hold: a code names one unit at a time, paths follow parents, successions make no circle.
    """
    take_turns(db.session, TURN)
    for unit in units:
        db.session.refresh(unit, ["path", "ended", "version"])


# What must hold


def _not_theirs() -> NotAllowed:
    return NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")


def _check_may_edit(actor: Actor, unit: Unit) -> None:
    if not policy.may_edit(actor, unit):
        raise _not_theirs()


def _check_not_ended(unit: Unit) -> None:
    if unit.ended:
        raise WrongState("%(name)s đã kết thúc nên không thay đổi được nữa.", name=unit.name)


def _check_parent(kind: UnitKind, parent: Unit, *, field: str) -> None:
    if parent.ended:
        raise Invalid("%(name)s đã kết thúc, chọn đơn vị cấp trên khác", field=field, name=parent.name)
    if not policy.may_hang(kind, parent.kind):
        raise Invalid("Loại đơn vị này không đặt dưới %(name)s được", field=field, name=parent.name)


def _check_after_first_day(unit: Unit, day: date, *, field: str) -> None:
    if unit.valid_from is not None and day < unit.valid_from:
        raise Invalid(
            "Ngày này phải sau ngày đơn vị bắt đầu, %(day)s",
            field=field,
            day=unit.valid_from.strftime("%d/%m/%Y"),
        )


def _check_code_is_free(code: str, valid_from: date | None) -> None:
    """A code names one unit at a time."""
    held = select(Unit.name).where(Unit.code == one_line(code))
    if valid_from is not None:
        held = held.where(or_(Unit.ended.is_(False), func.coalesce(Unit.valid_to, Unit.last_known) >= valid_from))
    name = db.session.scalars(held.limit(1)).first()
    if name is not None:
        raise Invalid("Mã này đang dùng cho %(name)s, nhập mã khác", field="code", name=name)


# Rows


def _open_row(parent: Unit, *, code: str, name: str, kind: UnitKind, valid_from: date | None, basis: str) -> Unit:
    name = one_line(name)
    unit = Unit(
        code=one_line(code),
        name=name,
        kind=kind,
        parent_id=parent.id,
        path="",
        valid_from=valid_from,
        name_folded=fold(name),
        sort_key=sort_key(name),
        basis=basis,
    )
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{parent.path}{unit.id}/"
    db.session.flush()
    return unit


def _close_row(unit: Unit, last_day: date) -> None:
    unit.ended, unit.valid_to = True, last_day


def _move_under(unit: Unit, heir: Unit) -> None:
    """Everything under `unit` hangs under `heir` from now on."""
    db.session.flush()
    db.session.execute(update(Unit).where(Unit.parent_id == unit.id).values(parent_id=heir.id))
    db.session.execute(
        update(Unit)
        .where(below(unit.path), Unit.id != unit.id)
        .values(path=heir.path + func.substr(Unit.path, len(unit.path) + 1)),
        execution_options={"synchronize_session": "fetch"},
    )


def _join(old: Unit, new: Unit, kind: SuccessionKind, *, is_default: bool, effective: date, basis: str) -> Succession:
    step = Succession(old_id=old.id, new_id=new.id, kind=kind, is_default=is_default, effective=effective, basis=basis)
    db.session.add(step)
    keep_lineage()
    return step
