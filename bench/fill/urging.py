"""Units that are late under a plan are urged: reminded, written to twice, reported to the Chairman.

Which step comes when is what the program itself says (`next_step`); it is taken some days later at most, as long as
something is late. Not every unit that is late is urged.
"""

from collections.abc import Sequence
from typing import Any

from bench.fill import days
from bench.fill.country import FIRST_DAY
from bench.fill.log import Person, json
from bench.fill.record import NOT_YET, Record
from bench.fill.telling import Teller
from inspect_app.reminders.models import Level
from inspect_app.reminders.queries.urging import Taken, next_step
from inspect_app.workdays.policy import DEFAULTS

URGED = 3
"""Of units that are late under a plan, one in so many is urged."""
PATIENCE = 3
"""Days after a deadline before anybody looks."""
NUMBERED = 5
"""Days after which a letter has its number in any case."""
MINUTE = 560
"""Of the day, when all else has happened on it."""
WRITTEN = {
    Level.REMINDER: "Đề nghị đơn vị khắc phục, gửi kết quả kèm minh chứng trước ngày {until}.",
    Level.LETTER_1: "Sở Nội vụ đề nghị Thủ trưởng đơn vị chỉ đạo khắc phục dứt điểm, báo cáo trước ngày {until}.",
    Level.LETTER_2: "Đây là lần đôn đốc thứ hai. Quá ngày {until}, Sở Nội vụ sẽ báo cáo Chủ tịch Ủy ban nhân dân.",
    Level.CHAIRMAN: "Kính trình Chủ tịch Ủy ban nhân dân xem xét, chỉ đạo đơn vị thực hiện trước ngày {until}.",
}


class Urging:
    """Tells it of one plan after the other."""

    def __init__(self, teller: Teller) -> None:
        self.t = teller

    def tell(self, plan_id: int, lives: Sequence[Record], reviewer: Person) -> None:
        """`lives`: everything that was found under the plan."""
        late = dict[int, list[Record]]()
        for life in lives:
            unit_id = None if life.deadline is NOT_YET else life.late_at(life.deadline + PATIENCE)
            if unit_id is not None and (plan_id + unit_id) % URGED == 0:
                late.setdefault(unit_id, []).append(life)
        for unit_id, several in late.items():
            self._urge(plan_id, unit_id, several, reviewer)

    def _urge(self, plan_id: int, unit_id: int, lives: Sequence[Record], reviewer: Person) -> None:
        steps = list[Taken]()
        day = days.weekday_on_or_after(min(life.deadline for life in lives) + PATIENCE)
        while day <= self.t.today and not (self.t.units[unit_id].former and day >= FIRST_DAY):
            late = [life for life in lives if life.late_at(day) == unit_id]
            ids, on = {life.id for life in late}, days.day_of(day)
            proposal = next_step(steps, ids, on, DEFAULTS, self.t.deadlines.calendar)[0] if late else None
            if proposal is None:
                return
            due = days.number(proposal.due_on)
            if due > day:
                day = days.weekday_on_or_after(due + plan_id % 4)
                continue
            steps.append(Taken(proposal.level, on, ids))
            self._take(plan_id, unit_id, proposal.level, day, late, reviewer)

    def _take(self, plan_id: int, unit_id: int, level: Level, day: int, late: Sequence[Record], by: Person) -> None:
        t, unit, step_id = self.t, self.t.units[unit_id], self.t.ids.next("urging")
        officer, content, moment = t.people.officers[unit_id], _content(level, unit.name, day, late), _moment(day)
        recipients = [officer.id] if level is Level.REMINDER else []
        told: dict[str, Any] = {"level": level.value, "plan_id": plan_id, "unit_id": unit_id, "recipients": recipients}
        told |= {"findings": [life.code for life in late], "number": "", "dated_on": None}
        self._log(day, by, "take", step_id, told)
        if recipients:
            words = {"by": by.name, "unit": unit.name, "note": content}
            t.inform("urging:reminder", ("urging", step_id), officer, words, moment, occurrence=str(step_id))
        number, dated_on = "", None
        if level is not Level.REMINDER and day + NUMBERED <= t.today:
            number, dated_on = f"{step_id % 2900 + 1}/SNV-CCHC", days.iso(day)
            self._log(day + 1, by, "number", step_id, {"number": number, "dated_on": dated_on})
        ids = json(sorted(life.id for life in late))
        said = (level.value, days.iso(day), number, dated_on, content, ids, by.id, by.name, days.stored(moment))
        t.batch.add("urging", (step_id, plan_id, unit_id, *said))

    def _log(self, day: int, by: Person, verb: str, step_id: int, told: dict[str, Any]) -> None:
        self.t.lines.append((_moment(day), day, by, f"urging:{verb}", "urging", step_id, json(told)))


def _moment(day: int) -> int:
    return day * days.MINUTES + MINUTE


def _content(level: Level, unit: str, day: int, late: Sequence[Record]) -> str:
    first = f"Đến ngày {days.shown(day)}, {unit} còn {len(late)} hạn chế quá hạn khắc phục:"
    lines = [f"- {life.code}: {life.wording.required_title} (hạn ngày {days.shown(life.deadline)})" for life in late]
    return "\n".join((first, *lines, WRITTEN[level].format(until=days.shown(day + 10))))
