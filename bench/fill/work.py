"""Plans, teams, targets and visits of ten years, and what the visits found."""

from dataclasses import dataclass
from random import Random
from typing import Any

from bench.fill import days
from bench.fill.country import Country, Province, Unit
from bench.fill.lives import RULES, Held, Life
from bench.fill.log import Person, json, payload, quoted
from bench.fill.telling import Teller
from bench.fill.wording import Catalogue, Form
from inspect_app.core.text import fold

YEARS = 10
SIZE = 100
"""Findings of the typical plan; a plan's number of visits is three tenths of its findings."""
SHARE = 28
"""Plans of one province in one year, at the size of the country: the measured province has so many at any size."""
SIZES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.3, 2.7)
"""Of plans, as multiples of `SIZE`: their mean is 1."""
TRIGGER = "Phản ánh của người dân qua đường dây nóng."
CANCELLED = "Trùng lịch kiểm tra của tỉnh."
PLANNED = ('"scope":"comprehensive"', '"theme":""', '"manner":"on_site"')
UNWRITTEN = tuple(
    f'"{name}":""' for name in "planned_at remark began_at ended_at strengths causes basis proposals".split()
)
ANSWERED = 10
"""One in so many visits of the last year answered the checklist; so did all that are under way."""
SEATS = ("head", "secretary", "member", "member", "member")


@dataclass(frozen=True, slots=True)
class Sketch:
    """A plan to be."""

    year: int
    province: int
    """Its place in the list; -1 for the whole country's own plans."""
    findings: int
    kind: str
    late: bool
    """In the year of the reorganisation: after it."""


def sketches(findings: int, provinces: int, year: int, rng: Random) -> list[Sketch]:
    """Which plans there are, in the order of their years; the findings of all add up to `findings`.

    The first province has its full share of this year's plans whatever the size, so that a page about it shows as much
    at ten thousand findings as at a million.
    """
    many = max(2, findings // SIZE)
    own = min(SHARE, many // 3 or 1)
    sizes = _sizes(findings - SIZE, many - 1, rng)
    places = [(year, 0)] * own
    for n in range(many - own):
        places.append((year - n % YEARS, -1 if n % 50 == 49 else (1 if year - n % YEARS == year else 0) + n // YEARS))
    kinds = ("scheduled",) * 16 + ("surprise",) * 3 + ("self",)
    made = []
    for n, (when, where) in enumerate(places):
        place = where if where < 0 else where % provinces
        if when == year and n >= own and place == 0:
            place = 1 % provinces
        size = SIZE if n == 0 else sizes[n - 1]
        kind = "scheduled" if n == 0 or place < 0 else kinds[n * 7 % len(kinds)]
        made.append(Sketch(when, place, size, kind, late=n % 2 == 0))
    return sorted(made, key=lambda one: (one.year, one is made[0], one.late))


def _sizes(findings: int, many: int, rng: Random) -> list[int]:
    sizes = [round(SIZE * SIZES[n % len(SIZES)]) for n in range(many)]
    rng.shuffle(sizes)
    left = findings - sum(sizes)
    step = 1 if left > 0 else -1
    n = 0
    while left:
        if sizes[n % many] + step > 0:
            sizes[n % many] += step
            left -= step
        n += 1
    return sizes


class Work:
    """Tells one plan after the other."""

    def __init__(self, country: Country, teller: Teller, catalogue: Catalogue, form: Form, year: int) -> None:
        self.country, self.t, self.catalogue, self.form, self.year = country, teller, catalogue, form, year
        self.series: dict[int, int] = {}
        self._numbers = 0

    def tell(self, sketch: Sketch) -> int:
        """Returns the plan's id."""
        t, (first, last) = self.t, self._period(sketch)
        province = self.country.provinces[sketch.province] if sketch.province >= 0 else None
        issuing = province.unit if province else self.country.root
        reviewer = t.people.reviewers[issuing.id] if province else t.people.root_reviewer
        plan_id, issued = t.ids.next("plan"), first - 20
        self._numbers += 1
        number = f"{self._numbers % 997 + 1}/KH-UBND"
        wave = "" if sketch.kind != "surprise" else " đột xuất"
        title = f"Kiểm tra{wave} công tác cải cách hành chính năm {sketch.year}, đợt {plan_id % 28 + 1}"
        told = {"kind": sketch.kind, "year": sketch.year, "title": title, "number": number}
        told |= {"issued_on": days.iso(issued), "unit": issuing.id, "note": ""}
        facts = (sketch.kind, sketch.year, title, number, days.iso(issued), issuing.id, "")
        t.batch.add("plan", (plan_id, *facts, False, False, fold(f"{number} {title}"), 1))
        self._log(issued, 60, reviewer, "plan:create", "plan", plan_id, told)
        visits = max(1, round(sketch.findings * 0.3))
        pools = [province] if province else self.country.provinces
        every = [unit for one in pools for unit in self._inspected(one, sketch)]
        units = t.rng.sample(every, min(visits, len(every)))
        teams = [] if sketch.kind == "self" else self._teams(plan_id, issuing, reviewer, issued, visits, sketch.year)
        self._visits(sketch, plan_id, units, teams, reviewer, first, last)
        return plan_id

    def _period(self, sketch: Sketch) -> tuple[int, int]:
        """The days between which its visits are; those of this year lie around today."""
        if sketch.year == self.year:
            return self.t.today - 270, self.t.today + 40
        months = (2, 1, 11, 30)
        if sketch.year == 2025:
            months = (7, 25, 12, 5) if sketch.late else (1, 25, 6, 15)
        return days.of_year(sketch.year, *months[:2]), days.of_year(sketch.year, *months[2:])

    def _inspected(self, province: Province, sketch: Sketch) -> list[Unit]:
        after = sketch.year > 2025 or (sketch.year == 2025 and sketch.late)
        return province.now if after else province.before

    def _teams(
        self, plan_id: int, above: Unit, by: Person, since: int, visits: int, year: int
    ) -> list[tuple[int, Person]]:
        """Team and head of each."""
        made = []
        for n in range(1 + visits // 40):
            team_id = self.t.ids.next("team")
            number, name = f"{team_id % 900 + 1}/QĐ-UBND", f"Đoàn kiểm tra số {n + 1}"
            self.t.batch.add("team", (team_id, plan_id, name, number, days.iso(since), 1))
            told = {"plan": plan_id, "name": name, "decision_number": number, "decision_on": days.iso(since)}
            self._log(since, 70, by, "team:make", "team", team_id, told)
            sitting = self.t.rng.sample(self.t.people.inspectors[above.id], len(SEATS))
            until = None if year == self.year else days.iso(days.of_year(year + 2, 12, 31))
            for person, role in zip(sitting, SEATS, strict=True):
                seat = (team_id, person.id, role, days.iso(since), until)
                self.t.batch.add("team_member", (self.t.ids.next("team_member"), *seat))
                sitting_there = dict(zip(("team", "person", "role", "since", "until"), seat, strict=True))
                self._log(since, 71, by, "team:seat", "team", team_id, {**sitting_there, "plan": plan_id})
            made.append((team_id, sitting[0]))
        return made

    def _visits(
        self,
        sketch: Sketch,
        plan_id: int,
        units: list[Unit],
        teams: list[tuple[int, Person]],
        reviewer: Person,
        first: int,
        last: int,
    ) -> None:
        t, rng = self.t, self.t.rng
        step = (last - first) / len(units)
        dates = [days.weekday_on_or_after(first + int(step * (n + rng.random() * 0.9))) for n in range(len(units))]
        found = [n for n, day in enumerate(dates) if day <= t.today and (n == 0 or n % 10 != 7) and n % 67 != 66]
        shares = [0] * len(units)
        for n in range(sketch.findings):
            shares[found[n % len(found)] if n < len(found) else rng.choice(found)] += 1
        under_way = found[-1] if sketch.year == self.year else -1
        for n, (unit, day) in enumerate(zip(units, dates, strict=True)):
            team_id, by = teams[n % len(teams)] if teams else (None, t.people.officers[unit.id])
            visit = _Visit(self, sketch, plan_id, unit, team_id, by, reviewer, day, cancelled=n % 67 == 66)
            visit.tell(first - 15, shares[n], under_way=n == under_way)

    def write_down(self, held: Held, year: int) -> None:
        """One finding."""
        self.series[year] = number = self.series.get(year, 0) + 1
        rng, t = self.t.rng, self.t
        wording = self.catalogue.one(rng.random())
        rule = RULES[int(rng.random() * len(RULES))]
        Life(t, held, wording, t.ids.next("finding"), f"HC-{year}-{number:04d}", rule).tell()

    def _log(self, day: int, minute: int, by: Person, action: str, table: str, subject: int, told: Any) -> None:
        self.t.lines.append((day * days.MINUTES + minute, day, by, action, table, subject, json(told)))


class _Visit:
    """One visit from its being planned until today."""

    def __init__(
        self,
        work: Work,
        sketch: Sketch,
        plan_id: int,
        unit: Unit,
        team_id: int | None,
        by: Person,
        reviewer: Person,
        day: int,
        *,
        cancelled: bool,
    ) -> None:
        self.work, self.t, self.sketch, self.plan_id, self.unit = work, work.t, sketch, plan_id, unit
        self.team_id, self.by, self.reviewer, self.day, self.cancelled = team_id, by, reviewer, day, cancelled
        self.id, self.target_id = self.t.ids.next("visit"), self.t.ids.next("target")
        self.state, self.entry = "planned", "missing"
        self.began: int | None = None
        self.checklist_id: int | None = None
        self.trigger = TRIGGER if sketch.kind == "surprise" else ""
        self._facts = (
            f'"plan":{plan_id}',
            f'"target":{self.target_id}',
            f'"unit":{unit.id}',
            f'"team":{team_id or "null"}',
            f'"planned_on":{days.TOLD[day if team_id else None]}',
            '"follow_up":false',
        )

    def tell(self, arranged: int, findings: int, *, under_way: bool) -> None:
        """`under_way`: the team has not sent its result yet."""
        t, today, own = self.t, self.t.today, self.team_id is None
        self._aim(arranged)
        if own and (self.cancelled or self.day > today):
            return  # nobody plans a unit's look at itself but the unit
        arranged = self.day if own else arranged
        reported = self.day if own else max(self.day + 2 + self.id % 6, today + 1 if under_way else 0)
        ended = self.day if own else reported + 5 + self.id % 9
        reported_on = ended_on = None
        if not own:
            self._log(arranged, 80, "plan", *PLANNED, f'"trigger":"{self.trigger}"')
        if self.cancelled:
            ended_on = self.day if self.day <= today else None
            if ended_on is not None:
                self.state = "cancelled"
                self._log(self.day, 90, "cancel", f'"reason":"{CANCELLED}"')
        elif self.day <= today:
            self.state, self.began = "begun", self.day
            self._log(self.day, 90, "log_self" if own else "begin", *(('"areas":{}',) if own else ()))
            self.entry = "found" if findings else "missing"
            if not own and self.day >= t.files_since and (self.id % ANSWERED == 3 or reported > today):
                self._answer(whole=reported <= today)
            if reported <= today:
                self.state, self.entry, reported_on = "reported", "found" if findings else "none_found", reported
                self._log(reported, 310, "report", *PLANNED, *UNWRITTEN, *self._written())
            if ended <= today:
                ended_on, self.state = ended, "concluded" if findings else "closed"
        number, conclusion_id = "" if own else f"{self.id % 400 + 1}/TB-ĐKT", 0
        if self.state == "concluded":
            conclusion_id = t.ids.next("conclusion")
            signer = "" if own else self.by.name
            dated, issued = days.iso(ended), days.stored(ended * days.MINUTES + 320)
            t.batch.add("conclusion", (conclusion_id, self.id, number, dated, signer, issued, self.by.id))
        self._keep(arranged, reported_on, ended_on)
        if findings:
            common = (self.plan_id, self.id, self.target_id, self.team_id, self.unit, self.day, ended, number)
            judge = self.reviewer if own else self.by
            held = Held(*common, conclusion_id, judge, self.reviewer, self.sketch.kind == "surprise")
            for _ in range(findings):
                self.work.write_down(held, self.sketch.year)
        if self.state == "concluded":
            notice = (f'"number":"{number}"', f'"signer":{quoted(signer)}', f'"findings":{findings}', '"files":[]')
            self._log(ended, 390, "conclude", *notice)
        elif self.state == "closed":
            self._log(ended, 390, "close")

    def _answer(self, *, whole: bool) -> None:
        form = self.work.form
        self.checklist_id = form.checklist_id
        seen = form.seen(self.id, whole=whole)
        for item_id, _code, result in seen:
            self.t.batch.add("answer", (self.t.ids.next("answer"), self.id, item_id, result, "", ""))
        now = {code: {"result": result} for _item, code, result in seen}
        before = {code: {"result": "unchecked"} for code in now}
        told = (f'"answers":{json(now)}', f'"before":{json(before)}', f'"checklist":{form.checklist_id}')
        self._log(self.day, 250, "answer", *told)

    def _aim(self, since: int) -> None:
        month = int(days.iso(self.day)[5:7])
        told = (f'"month":{month}', f'"since":{days.TOLD[since]}', *self._facts[0:1], *self._facts[2:4])
        moment = since * days.MINUTES + 75
        self.t.lines.append((moment, since, self.reviewer, "target:add", "target", self.target_id, payload(*told)))
        began = days.iso(self.day) if self.day <= self.t.today and not self.cancelled else None
        facts = (self.plan_id, self.unit.id, self.team_id, month, days.iso(since), began, "")
        self.t.batch.add("target", (self.target_id, *facts))

    def _written(self) -> list[str]:
        said = [f'"{name}":{quoted(value)}' for name, value in self._said().items()]
        return [*said, f'"trigger":"{self.trigger}"']

    def _said(self) -> dict[str, str]:
        place = f"Trụ sở {self.unit.name}"
        return {"place": place, "present": f"{self.by.name} và đại diện đơn vị", "opinion": "Thống nhất."}

    def _log(self, day: int, minute: int, verb: str, *more: str) -> None:
        """`more`: what the event tells beside what each tells, as parts of its payload."""
        now = (f'"began_on":{days.TOLD[self.began]}', f'"entry":"{self.entry}"', f'"state":"{self.state}"')
        told = payload(*self._facts, *now, *more)
        self.t.lines.append((day * days.MINUTES + minute, day, self.by, f"visit:{verb}", "visit", self.id, told))

    def _planned(self) -> str | None:
        return None if self.team_id is None else days.iso(self.day)

    def _keep(self, arranged: int, reported: int | None, ended: int | None) -> None:
        said = self._said() if reported is not None else dict.fromkeys(("place", "present", "opinion"), "")
        iso = days.ISO
        why = CANCELLED if self.state == "cancelled" else ""
        self.t.batch.add(
            "visit",
            (
                *(self.id, self.plan_id, self.target_id, self.unit.id, self.unit.name, self.team_id, self.state),
                *(self.entry, iso[arranged], self._planned(), iso[self.day], "comprehensive", "", "on_site"),
                *(self.trigger, False, "", said["place"], said["present"], "", said["opinion"], *[""] * 5, "", ""),
                *(iso[self.began], iso[reported], iso[ended], why, days.stored(arranged * days.MINUTES + 80), 3),
                self.checklist_id,
            ),
        )
