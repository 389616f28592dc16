"""Plans, teams, targets and visits of ten years, and what the visits found."""

from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from bench.fill import days
from bench.fill.country import FIRST_DAY, Country, Province, Unit
from bench.fill.lives import RULES, Life
from bench.fill.log import Person, json
from bench.fill.record import Held
from bench.fill.sheets import Sheet, Sheets
from bench.fill.telling import Teller
from bench.fill.urging import Urging
from bench.fill.visits import AHEAD, FollowUp, Team, Under, Visit
from bench.fill.wording import Catalogue, Form
from inspect_app.core.text import fold

YEARS = 10
SIZE = 100
"""Findings of the typical plan; a plan's number of visits is three tenths of its findings."""
SHARE = 28
"""Plans of one province in one year, at the size of the country: the measured province has so many at any size."""
SIZES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.3, 2.7)
"""Of plans, as multiples of `SIZE`: their mean is 1."""
FOLLOWED = 19
"""One in so many visits is followed up."""
RELAPSED = 4
"""One in so many follow-ups finds something that has come back."""
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

    def __init__(
        self, country: Country, teller: Teller, catalogue: Catalogue, form: Form, sheet: Sheet, year: int
    ) -> None:
        self.country, self.t, self.catalogue, self.form, self.year = country, teller, catalogue, form, year
        self.urging, self.sheets = Urging(teller), Sheets(teller, sheet)
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
        told_of = self._visits(sketch, plan_id, units, teams, reviewer, first, last)
        self.urging.tell(plan_id, [life for visit in told_of for life in visit.lives], reviewer)
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

    def _teams(self, plan_id: int, above: Unit, by: Person, since: int, visits: int, year: int) -> list[Team]:
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
            made.append(Team(team_id, sitting))
        return made

    def _visits(
        self,
        sketch: Sketch,
        plan_id: int,
        units: list[Unit],
        teams: list[Team],
        reviewer: Person,
        first: int,
        last: int,
    ) -> list[Visit]:
        t, rng = self.t, self.t.rng
        step = (last - first) / len(units)
        dates = [days.weekday_on_or_after(first + int(step * (n + rng.random() * 0.9))) for n in range(len(units))]
        found = [n for n, day in enumerate(dates) if day <= t.today and (n == 0 or n % 10 != 7) and n % 67 != 66]
        under_way = found[-1] if sketch.year == self.year else -1
        again = self._again(units, dates, [n for n in found if n != under_way]) if teams else {}
        came_back = [n for n, day in again.items() if day <= t.today and (plan_id + n) % RELAPSED == 0]
        shares = [0] * len(units)
        for n in range(sketch.findings - len(came_back)):
            shares[found[n % len(found)] if n < len(found) else rng.choice(found)] += 1
        under = Under(plan_id, sketch.kind == "surprise", reviewer, self.form, partial(self._write_down, sketch.year))
        visits = list[Visit]()
        for n, (unit, day) in enumerate(zip(units, dates, strict=True)):
            team = teams[n % len(teams)] if teams else Team(None, [t.people.officers[unit.id]])
            visits.append(Visit(t, under, unit, team, day))
            visits[n].tell(first - 15, shares[n], under_way=n == under_way, cancelled=n % 67 == 66)
        for n, day in again.items():
            visits.append(FollowUp(t, under, visits[n], day))
            visits[-1].tell(day - AHEAD, int(n in came_back))
        for visit in visits if teams else ():
            self.sheets.tell(visit.id, visit.unit.name, visit.day, visit.lives, visit.by)
        return visits

    def _again(self, units: list[Unit], dates: list[int], found: list[int]) -> dict[int, int]:
        """Visit -> the day on which its team goes back, where the unit is still there."""
        went = {n: days.weekday_on_or_after(dates[n] + 100 + n * 37 % 60) for n in found if n % FOLLOWED == 5}
        return {
            n: day
            for n, day in went.items()
            if day <= self.t.today + AHEAD and not (units[n].former and day >= FIRST_DAY)
        }

    def _write_down(self, year: int, held: Held, repeats: Life | None) -> Life:
        """One finding."""
        self.series[year] = number = self.series.get(year, 0) + 1
        rng, t = self.t.rng, self.t
        wording = self.catalogue.one(rng.random())
        rule = RULES[int(rng.random() * len(RULES))]
        life = Life(t, held, wording, t.ids.next("finding"), f"HC-{year}-{number:04d}", rule, repeats)
        life.tell()
        return life

    def _log(self, day: int, minute: int, by: Person, action: str, table: str, subject: int, told: Any) -> None:
        self.t.lines.append((day * days.MINUTES + minute, day, by, action, table, subject, json(told)))
