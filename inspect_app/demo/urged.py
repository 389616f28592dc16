"""Units that are late were urged: one reminded, one written to. And a list that somebody keeps by name."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from inspect_app.accounts.services import saved_views
from inspect_app.core.db import db
from inspect_app.demo import cast
from inspect_app.demo.past import Stage
from inspect_app.demo.plot import WARD
from inspect_app.findings.models import Finding
from inspect_app.reminders.models import Level, Urging
from inspect_app.reminders.queries.urging import standing
from inspect_app.reminders.services import urging
from inspect_app.units import queries as units
from inspect_app.units.models import Unit

LATE_SINCE_LAST_YEAR = "31213"
STEPS = ((Level.REMINDER, -40), (Level.LETTER_1, -25))
"""What was done about it, on days counted from today: far enough apart for the calendar of any year."""
LETTER = """V/v đôn đốc khắc phục hạn chế sau kiểm tra cải cách hành chính

Kính gửi: {unit}

Đến ngày {day}, {unit} còn {many:02d} hạn chế đã quá hạn khắc phục, cụ thể như sau:

{late}

Sở Nội vụ đề nghị {unit} tập trung khắc phục các hạn chế nêu trên, gửi kết quả kèm minh chứng trước ngày {until}./.

Nơi nhận:
- Như trên;
- Lưu: VT."""
REMINDER = """Đến ngày {day}, {unit} còn {many:02d} hạn chế quá hạn khắc phục:

{late}

Đề nghị đơn vị khắc phục, gửi kết quả kèm minh chứng trước ngày {until}."""


def tell(stage: Stage) -> None:
    """After everything that was found was told."""
    for level, days in STEPS:
        step = _urge(stage, LATE_SINCE_LAST_YEAR, level, stage.today + timedelta(days=days))
    urging.put_number(
        step,
        number="1126/SNV-CCHC",
        dated_on=step.taken_on + timedelta(days=1),
        actor=cast.on(stage.cast.reviewer, stage.today),
        today=stage.today,
    )
    _urge(stage, WARD.code, Level.REMINDER, stage.today)
    saved_views.save_view(
        page="findings.index",
        name="Quá hạn của xã, phường",
        query="kind=commune&timing=overdue",
        actor=cast.on(stage.cast.reviewer, stage.today),
    )


def _urge(stage: Stage, code: str, level: Level, day: date) -> Urging:
    """Take the step about the unit's latest findings, under the plan that they belong to."""
    unit = units.by_code(code, stage.today)
    assert unit is not None
    plan_id = db.session.scalars(
        select(Finding.plan_id).where(Finding.responsible_unit_id == unit.id).order_by(Finding.id.desc())
    ).first()
    assert plan_id is not None
    actor = cast.on(stage.cast.reviewer, stage.today)
    now = standing(actor, plan_id, unit.id, day)
    assert now is not None
    words = LETTER if level is Level.LETTER_1 else REMINDER
    content = _worded(words, unit, [(row.code, row.required_title, row.deadline) for row in now.rows], day)
    return urging.take(plan_id, unit.id, level, actor=actor, content=content, seen=now.seen, today=day)


def _worded(words: str, unit: Unit, late: Sequence[tuple[str, str, date]], day: date) -> str:
    lines = (
        f"{n}. {code}: {required.rstrip('.')}. Hạn khắc phục ngày {due:%d/%m/%Y}, quá hạn {(day - due).days} ngày."
        for n, (code, required, due) in enumerate(late, 1)
    )
    until = day + timedelta(days=10)
    return words.format(
        unit=unit.office, day=f"{day:%d/%m/%Y}", many=len(late), late="\n".join(lines), until=f"{until:%d/%m/%Y}"
    )
