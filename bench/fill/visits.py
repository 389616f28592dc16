"""One visit from its being planned until today: to a target of a plan, or again to where an earlier one went."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from bench.fill import days
from bench.fill.country import Unit
from bench.fill.lives import Life
from bench.fill.log import Person, json, payload, quoted
from bench.fill.record import Held
from bench.fill.telling import Teller
from bench.fill.wording import Form

TRIGGER = "Phản ánh của người dân qua đường dây nóng."
CANCELLED = "Trùng lịch kiểm tra của tỉnh."
PLANNED = ('"scope":"comprehensive"', '"theme":""', '"manner":"on_site"')
UNWRITTEN = tuple(
    f'"{name}":""' for name in "planned_at remark began_at ended_at strengths causes basis proposals".split()
)
CAME_BACK = "Hạn chế lặp lại ở hồ sơ mới."
ANSWERED = 10
"""One in so many visits of the last year answered the checklist; so did all that are under way."""
AHEAD = 40
"""Days before which a follow-up is planned."""


class Under(NamedTuple):
    """The plan of a visit, as far as it needs it."""

    plan_id: int
    surprise: bool
    reviewer: Person
    form: Form
    write_down: Callable[..., Life]
    """Makes a finding of a `Held` visit."""


class Team(NamedTuple):
    """Who goes there: a team, or the unit's own officer."""

    id: int | None
    people: Sequence[Person]
    """Whoever leads it first."""


class Visit:
    """To a target of the plan."""

    follow_up = False

    def __init__(self, teller: Teller, under: Under, unit: Unit, team: Team, day: int) -> None:
        self.t, self.under, self.unit, self.team, self.day = teller, under, unit, team, day
        self.team_id, self.by = team.id, team.people[0]
        self.id, self.target_id = self.t.ids.next("visit"), self._target()
        self.state, self.entry = "planned", "missing"
        self.began: int | None = None
        self.checklist_id: int | None = None
        self.trigger = TRIGGER if under.surprise else ""
        self.lives: list[Life] = []
        """What it found."""
        self._facts = (
            f'"plan":{under.plan_id}',
            f'"target":{self.target_id or "null"}',
            f'"unit":{unit.id}',
            f'"team":{self.team_id or "null"}',
            f'"planned_on":{days.TOLD[day if self.team_id else None]}',
            f'"follow_up":{"true" if self.follow_up else "false"}',
        )

    def tell(self, arranged: int, findings: int, *, under_way: bool = False, cancelled: bool = False) -> None:
        """`under_way`: the team has not sent its result yet."""
        t, today, own = self.t, self.t.today, self.team_id is None
        self._aim(arranged, begun=self.day <= today and not cancelled)
        if own and (cancelled or self.day > today):
            return  # nobody plans a unit's look at itself but the unit
        arranged = self.day if own else arranged
        reported = self.day if own else max(self.day + 2 + self.id % 6, today + 1 if under_way else 0)
        ended = self.day if own else reported + 5 + self.id % 9
        reported_on = ended_on = None
        if not own:
            self._log(arranged, 80, "plan", *PLANNED, f'"trigger":"{self.trigger}"')
        if cancelled:
            ended_on = self.day if self.day <= today else None
            if ended_on is not None:
                self.state = "cancelled"
                self._log(self.day, 90, "cancel", f'"reason":"{CANCELLED}"')
        elif self.day <= today:
            self.state, self.began = "begun", self.day
            self._log(self.day, 90, "log_self" if own else "begin", *(('"areas":{}',) if own else ()))
            self.entry = "found" if findings else "missing"
            self._look(whole=reported <= today)
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
            common = (self.under.plan_id, self.id, self.target_id, self.team_id, self.unit, self.day, ended, number)
            judge = self.under.reviewer if own else self.by
            held = Held(*common, conclusion_id, judge, self.under.reviewer, () if own else self.team.people)
            self.lives = [self._found(held) for _ in range(findings)]
        if self.began is not None:
            self._settle_up()
        if self.state == "concluded":
            notice = (f'"number":"{number}"', f'"signer":{quoted(signer)}', f'"findings":{findings}', '"files":[]')
            self._log(ended, 390, "conclude", *notice)
        elif self.state == "closed":
            self._log(ended, 390, "close")

    def _look(self, *, whole: bool) -> None:
        """By the checklist."""
        asked = self.team_id is not None and self.day >= self.t.files_since
        if not asked or (whole and self.id % ANSWERED != 3):
            return
        form = self.under.form
        self.checklist_id = form.checklist_id
        seen = form.seen(self.id, whole=whole)
        for item_id, _code, result in seen:
            self.t.batch.add("answer", (self.t.ids.next("answer"), self.id, item_id, result, "", ""))
        now = {code: {"result": result} for _item, code, result in seen}
        before = {code: {"result": "unchecked"} for code in now}
        told = (f'"answers":{json(now)}', f'"before":{json(before)}', f'"checklist":{form.checklist_id}')
        self._log(self.day, 250, "answer", *told)

    def _aim(self, since: int, *, begun: bool) -> None:
        assert self.target_id is not None, "what has no target aims at none"
        month, by = int(days.iso(self.day)[5:7]), self.under.reviewer
        told = (f'"month":{month}', f'"since":{days.TOLD[since]}', *self._facts[0:1], *self._facts[2:4])
        moment = since * days.MINUTES + 75
        self.t.lines.append((moment, since, by, "target:add", "target", self.target_id, payload(*told)))
        began = days.iso(self.day) if begun else None
        facts = (self.under.plan_id, self.unit.id, self.team_id, month, days.iso(since), began, "")
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
                *(self.id, self.under.plan_id, self.target_id, self.unit.id, self.unit.name, self.team_id, self.state),
                *(self.entry, iso[arranged], self._planned(), iso[self.day], "comprehensive", "", "on_site"),
                *(self.trigger, self.follow_up, "", said["place"], said["present"], "", said["opinion"]),
                *("",) * 7,
                *(iso[self.began], iso[reported], iso[ended], why, days.stored(arranged * days.MINUTES + 80), 3),
                self.checklist_id,
            ),
        )

    def _target(self) -> int | None:
        return self.t.ids.next("target")

    def _found(self, held: Held) -> Life:
        return self.under.write_down(held, None)

    def _settle_up(self) -> None:
        """What is left to be told of a visit that took place."""


class FollowUp(Visit):
    """Of an earlier visit of the team: it has no target, and looks at nothing but what was found before."""

    follow_up = True

    def __init__(self, teller: Teller, under: Under, first: Visit, day: int) -> None:
        super().__init__(teller, under, first.unit, first.team, day)
        stood = [(life, life.state_on(day)) for life in first.lives]
        self._earlier = [(life, state) for life, state in stood if state not in (None, "recorded", "withdrawn")]
        self._relapsed = next((life for life, state in self._earlier if state == "resolved"), None)

    def _target(self) -> int | None:
        return None

    def _aim(self, since: int, *, begun: bool) -> None:
        """How far the plan has come stays as it is."""

    def _look(self, *, whole: bool) -> None:
        """By no checklist."""

    def _found(self, held: Held) -> Life:
        return self.under.write_down(held, self._relapsed)

    def _settle_up(self) -> None:
        """What it saw of the earlier findings."""
        before = {"outcome": None, "note": "", "relapse_id": None}
        for life, state in self._earlier:
            seen: dict[str, Any] = {
                "outcome": "held" if state == "resolved" else "unfinished",
                "note": "",
                "relapse_id": None,
            }
            if self.lives and life is self._relapsed:
                seen = {"outcome": "relapsed", "note": CAME_BACK, "relapse_id": self.lives[0].id}
            self.t.batch.add("recheck", (self.t.ids.next("recheck"), self.id, life.id, *seen.values(), 1))
            told = json({"finding_id": life.id, "code": life.code, **seen, "before": before})
            moment = self.day * days.MINUTES + 290
            self.t.lines.append((moment, self.day, self.by, "visit:recheck", "visit", self.id, told))
