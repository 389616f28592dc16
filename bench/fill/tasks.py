"""Tasks that provinces gave to their units in ten years: the plan of each year, and what was ordered in its course.

They are told as findings are (`lives`): what happens on which day is drawn, what comes of it follows the rules, and
nothing happens after today.
"""

from collections import Counter
from random import Random
from typing import Any, NamedTuple

from bench.fill import days
from bench.fill.country import Country, Province, Unit
from bench.fill.lives import CUSTODY_DECISION, MOVED
from bench.fill.log import Person, json
from bench.fill.record import FOREVER, NOT_YET
from bench.fill.telling import Teller
from bench.fill.wording import FIELDS_OF_WORK, STATEMENTS
from bench.fill.work import YEARS
from inspect_app.core.text import fold

FINDINGS_FOR_A_LIST = 3_000
"""So many findings, and one province more has its tasks of one year."""
OF_A_PLAN, ORDERED = 100, 50
"""Tasks of a province in one year: of its plan, and by orders of their own."""
TO_DO = (
    "Rà soát, đơn giản hóa thủ tục hành chính lĩnh vực {field}",
    "Nâng tỷ lệ hồ sơ trực tuyến toàn trình lĩnh vực {field}",
    "Số hóa kết quả giải quyết còn hiệu lực lĩnh vực {field}",
    "Công khai đầy đủ thủ tục lĩnh vực {field} tại nơi tiếp nhận hồ sơ",
    "Tập huấn công chức làm công tác {field} cấp xã",
    "Báo cáo kết quả xử lý phản ánh, kiến nghị lĩnh vực {field}",
)
PRODUCT = "Báo cáo kết quả thực hiện."
PROGRESS = "Đã phân công công chức thực hiện, đang tổng hợp số liệu."
RETURNED = "Báo cáo chưa nêu số liệu cụ thể, đề nghị bổ sung."
PUT_OFF = "Chờ hướng dẫn của Bộ quản lý ngành."
WITHDRAWN = "Nội dung đã có trong kế hoạch khác."
HANDED_ON = f"Sắp xếp đơn vị hành chính theo Nghị quyết {CUSTODY_DECISION}."


class Lists(NamedTuple):
    """The two lists of one province in one year."""

    year: int
    province: int
    """Its place among them."""


def lists(findings: int, provinces: int, year: int) -> list[Lists]:
    """In the order of their years; the first province has this year's whatever the size."""
    many = max(1, findings // FINDINGS_FOR_A_LIST)
    places = [Lists(year - n % YEARS, n // YEARS % provinces) for n in range(many)]
    return sorted(dict.fromkeys(places))


class Tasks:
    """Tells the tasks of one province and year after the other."""

    def __init__(self, country: Country, teller: Teller, year: int) -> None:
        self.country, self.t, self.year = country, teller, year
        self.series = Counter[int]()
        """Year -> the last number given to a task."""

    def tell(self, wanted: Lists) -> None:
        province = self.country.provinces[wanted.province]
        first, last = self._period(wanted.year)
        given = [first] * OF_A_PLAN
        self._list(wanted.year, province, "plan", "Kế hoạch cải cách hành chính", given)
        step = (last - first) / ORDERED
        given = [min(first + int(n * step), self.t.today) for n in range(ORDERED)]
        self._list(wanted.year, province, "orders", "Nhiệm vụ cải cách hành chính được giao", given)

    def _period(self, year: int) -> tuple[int, int]:
        """The days between which tasks are given; those of this year lie around today, as its visits do."""
        if year == self.year:
            return self.t.today - 270, self.t.today
        return days.of_year(year, 1, 15), days.of_year(year, 12, 15)

    def _list(self, year: int, province: Province, kind: str, called: str, given: list[int]) -> None:
        t, by, first = self.t, self.t.people.reviewers[province.unit.id], given[0]
        plan_id, title = t.ids.next("task_plan"), f"{called} năm {year} của {province.unit.name}"
        number, issued = (f"{plan_id % 400 + 1}/KH-UBND", days.iso(first)) if kind == "plan" else ("", None)
        facts = (kind, year, title, number, issued, province.unit.id, "")
        t.batch.add("task_plan", (plan_id, *facts, False, fold(f"{number} {title}"), 1))
        names = ("kind", "year", "title", "number", "issued_on", "unit", "note")
        self._log(first, 50, by, "create", plan_id, dict(zip(names, facts, strict=True)))
        units = Counter[Unit]()
        for day in given:
            unit = self._unit(province, day)
            units[unit] += 1
            self.series[year] += 1
            code = f"NV-{year}-{self.series[year]:04d}"
            _Task(t, t.ids.next("task"), code, plan_id, unit, by, day).tell(province)
        for unit, many in units.items():
            told = {"unit_id": unit.id, "unit": unit.name, "many": many, "number": number, "title": title}
            self._log(first, 60, by, "give", plan_id, told)

    def _unit(self, province: Province, day: int) -> Unit:
        """Departments are in charge more often than communes."""
        pool = province.before if day < MOVED else province.now
        departments = [unit for unit in pool if unit.kind == "department"]
        return self.t.rng.choice(departments if self.t.rng.random() < 0.6 else pool)

    def _log(self, day: int, minute: int, by: Person, verb: str, plan_id: int, told: dict[str, Any]) -> None:
        moment = day * days.MINUTES + minute
        self.t.lines.append((moment, day, by, f"task_plan:{verb}", "task_plan", plan_id, json(told)))


class _Task:
    """One task from the day it was given until today."""

    def __init__(
        self, teller: Teller, task_id: int, code: str, plan_id: int, unit: Unit, giver: Person, given: int
    ) -> None:
        self.t, self.id, self.code, self.plan_id, self.unit, self.giver = teller, task_id, code, plan_id, unit, giver
        self.given = self.last = given
        self.state, self.in_time, self.rounds, self.version = "todo", False, 0, 0
        draw = teller.rng.random
        self.baseline = self.due = NOT_YET if draw() < 0.1 else given + 30 + int(draw() * 250)
        self.reported = self.done = self.late = self.noted = NOT_YET
        self.clock, self.sent = 0, tuple[Any, ...]()
        self.spans: list[tuple[Any, ...]] = []

    def tell(self, province: Province) -> None:
        self._settle(self.given, "give", self.giver, 40, {})
        self._go_on(self.t.rng)
        self._reaches(self.t.today)
        self._keep(province)

    def _go_on(self, rng: Random) -> None:
        fate = rng.random()
        if fate < 0.02 and self._reaches(self.given + 30):
            self.state = "withdrawn"
            self._settle(self.given + 30, "withdraw", self.giver, 500, {"note": WITHDRAWN})
            return
        if fate > 0.25 and not self._started(self.given + 2 + int(rng.random() * 20), noted=fate > 0.6):
            return
        if fate > 0.92 and self.due is not NOT_YET and not self._put_off():
            return
        if fate > 0.99:
            return  # nobody ever reported it
        wanted = self.given + 150 if self.due is NOT_YET else self.due
        late = rng.random()
        if not self._sent(wanted + int(late * 90 - 75 if late < 0.85 else late * 60)):
            return
        while rng.random() < 0.1:
            if not (self._returned(rng) and self._sent(self.last + 3 + int(rng.random() * 15))):
                return
        self._accepted(rng)

    def _started(self, day: int, *, noted: bool) -> bool:
        if not self._reaches(day):
            return False
        self.state = "doing"
        note = PROGRESS if noted else ""
        self.noted = day if noted else NOT_YET
        self._settle(day, "start", self._officer(), 240, {"note": note})
        return True

    def _put_off(self) -> bool:
        day, old, until = max(self.last, self.due - 5), days.iso(self.due), self.due + 30
        if not self._reaches(day):
            return False
        self.due = until
        self._settle(day, "extend", self.giver, 360, {"note": PUT_OFF, "old": old, "until": days.iso(until)})
        return True

    def _sent(self, day: int) -> bool:
        day = max(day, self.last)
        if not self._reaches(day):
            return False
        t, officer = self.t, self._officer()
        self.rounds += 1
        self.state, self.reported = "reported", day
        self.in_time = self.due is not NOT_YET and day <= self.due
        statement, moment = STATEMENTS[(self.id + self.rounds) % len(STATEMENTS)], self._moment(day, 280)
        report_id, files = t.ids.next("task_report"), list[str]()
        if day >= t.files_since:
            files = [t.file[0]]
            kept = (self.id, report_id, *t.file, "bao-cao.txt", days.iso(day), days.stored(moment), officer.id)
            t.batch.add("task_file", (t.ids.next("task_file"), *kept))
        by = (officer.id, officer.name, days.iso(day), days.stored(moment))
        self.sent = (report_id, self.id, self.rounds, statement, "", None, *by, days.ISO[self.due])
        told = {"round": self.rounds, "statement": statement, "letter": "", "files": files}
        self._settle(day, "report", officer, 280, told)
        return True

    def _returned(self, rng: Random) -> bool:
        day = self.last + 1 + int(rng.random() * 8)
        if not self._reaches(day):
            return False
        self._judge(day, "returned", RETURNED)
        self.state, self.reported, self.in_time = "returned", NOT_YET, False
        self._settle(day, "return", self.giver, 380, {"round": self.rounds, "note": RETURNED})
        return True

    def _accepted(self, rng: Random) -> None:
        day = self.last + 1 + int(rng.random() * 8)
        if not self._reaches(day):
            return
        self._judge(day, "accepted", "")
        self.late = NOT_YET if self.due is NOT_YET else self.reported - self.due
        self.state, self.done, self.in_time = "done", day, False
        self._settle(day, "accept", self.giver, 380, {"round": self.rounds, "note": ""})

    def _judge(self, day: int, verdict: str, note: str) -> None:
        moment = days.stored(self._moment(day, 380))
        judged = (verdict, self.giver.id, self.giver.name, days.iso(day), moment, note)
        self.t.batch.add("task_report", (*self.sent, *judged))
        self.sent = ()

    def _reaches(self, day: int) -> bool:
        """Whether that day has come; until then a former unit has handed on what it had not done."""
        if day > self.t.today:
            return False
        if self.unit.former and day >= MOVED and self.state in ("todo", "doing", "returned"):
            former, self.unit = self.unit, self.t.units[self.unit.heir]
            told = {"note": HANDED_ON, "former": former.name, "new": self.unit.name}
            self._settle(max(MOVED, self.last), "hand_on", self.giver, 100, told)
        return True

    def _officer(self) -> Person:
        return self.t.people.officers[self.unit.id]

    def _moment(self, day: int, minute: int) -> int:
        """After whatever happened to it before, be it on the same day."""
        return max(self.clock + 1, day * days.MINUTES + minute + self.id % 60)

    def _settle(self, day: int, verb: str, by: Person, minute: int, more: dict[str, Any]) -> None:
        self.last, self.version, self.clock = day, self.version + 1, self._moment(day, minute)
        facts = {
            "plan_id": self.plan_id,
            "unit_id": self.unit.id,
            "state": self.state,
            "baseline": days.ISO[self.baseline],
            "due_on": days.ISO[self.due],
            "in_time": self.in_time,
            "reported_on": days.ISO[self.reported],
            "done_on": days.ISO[self.done],
            "days_late": self.late,
        }
        self.spans.append((days.iso(day), days.stored(self.clock), f"task:{verb}", *facts.values()))
        told = json({"code": self.code, **facts, **more})
        self.t.lines.append((self.clock, day, by, f"task:{verb}", "task", self.id, told))

    def _keep(self, province: Province) -> None:
        t = self.t
        if self.sent:
            t.batch.add("task_report", (*self.sent, None, None, "", None, None, ""))
        field = FIELDS_OF_WORK[self.id % len(FIELDS_OF_WORK)]
        text = TO_DO[self.id % len(TO_DO)].format(field=field) + "."
        folded = " ".join((self.code.lower(), t.folded(text), t.folded(PRODUCT), t.folded(self.unit.name)))
        note, noted = (PROGRESS, days.iso(self.noted)) if self.noted is not NOT_YET else ("", None)
        said = (text, text, PRODUCT, "", None, "", self.unit.name, days.iso(self.given), self.giver.id, note, noted)
        facts = self.spans[-1][3:]
        row = (self.id, self.code, *said, self.rounds, days.iso(self.last), folded, self.version, *facts)
        t.batch.add("task", row)
        ends = [span[0] for span in self.spans[1:]] + [FOREVER]
        for (since, at, action, *kept), until in zip(self.spans, ends, strict=True):
            t.batch.add("task_span", (t.ids.next("task_span"), self.id, since, until, at, action, *kept))
        if self.id % 3 == 0:
            pool = province.now if self.unit in province.now else province.before
            for unit in t.rng.sample(pool, 2):
                if unit.id != self.unit.id:
                    t.batch.add("task_unit", (self.id, unit.id))
