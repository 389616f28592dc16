"""One finding as its tables and the log hold it: facts, spans, lines. What happens to it is told in `lives`."""

from collections.abc import Callable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from bench.fill import days
from bench.fill.country import Unit
from bench.fill.log import Person, json
from bench.fill.telling import Teller
from bench.fill.wording import Wording

NOT_YET: Any = None
"""A day or a number that is there once something has happened."""
FOREVER = "9999-12-31"
DEADLINE, IN_TIME, ANSWERS, STATE = 7, 8, 12, 13
"""Their places in what is kept of a span."""
LIVE = frozenset({"open", "in_progress", "submitted", "returned", "disputed"})
UNCHANGING = ("area_code", "code", "plan_id", "target_id", "team_id", "unit_id", "visit_id")
CHANGING = (
    *("baseline", "days_late", "days_taken", "deadline", "in_time", "issued_on"),
    *("resolved_on", "responsible_unit_id", "state", "submitted_on"),
)
"""What each line of the log says of a finding, beside what it tells."""


class Held(NamedTuple):
    """The visit at which it was found, as far as a finding needs it."""

    plan_id: int
    visit_id: int
    target_id: int | None
    team_id: int | None
    unit: Unit
    began: int
    concluded: int
    """May be after today."""
    number: str
    conclusion_id: int
    by: Person
    """Who wrote it down and judges it."""
    reviewer: Person
    members: Sequence[Person]
    """Of the team, its head first."""


@cache
def _line(more: tuple[str, ...]) -> tuple[str, Callable[[tuple[Any, ...]], tuple[Any, ...]]]:
    """An object that tells `more`: its text with places, and in which order the parts go there."""
    names = (*UNCHANGING, *CHANGING, *more)
    order = sorted(range(len(names)), key=names.__getitem__)
    return "{" + ",".join(f'"{names[place]}":%s' for place in order) + "}", itemgetter(*order)


class Record:
    """What is known of a finding, from the day it was written down."""

    def __init__(
        self,
        teller: Teller,
        held: Held,
        wording: Wording,
        finding_id: int,
        code: str,
        rule: tuple[int, str],
        repeats: "Record | None" = None,
    ) -> None:
        """`repeats`: the earlier finding that has come back."""
        self.t, self.held, self.wording, self.id, self.code, self.rule = teller, held, wording, finding_id, code, rule
        self.repeats = repeats
        self.state, self.unit = "recorded", held.unit
        self.issued = self.baseline = self.deadline = self.submitted = self.resolved = NOT_YET
        self.in_time, self.late, self.taken = False, NOT_YET, NOT_YET
        self.rounds = self.version = 0
        self.moved_on = self.last = held.began
        self.undertaking, self.undertaking_by, self.disputed_from = "", NOT_YET, NOT_YET
        self.spans: list[tuple[Any, ...]] = []
        self.said: list[tuple[Any, ...]] = []
        """Questions and answers, as rows but for what still waits at the end."""
        self.is_handed_on, self.clock = False, 0
        self.submission: list[Any] | None = None
        self.follower, self.assignee = held.by, NOT_YET
        """Who of the team follows it; who at the unit sees to it."""
        self._unchanging = (
            *(f'"{wording.area_code}"', f'"{code}"', held.plan_id, held.target_id or "null", held.team_id or "null"),
            *(held.unit.id, held.visit_id),
        )

    def state_on(self, day: int) -> str | None:
        """At the end of that day; none before it was written down."""
        span = self.span_on(day)
        return None if span is None else span[STATE]

    def span_on(self, day: int) -> tuple[Any, ...] | None:
        return next((span for span in reversed(self.spans) if span[0] <= days.iso(day)), None)

    def late_at(self, day: int) -> int | None:
        """The unit that is late with it at the end of that day; none where nobody is."""
        span = self.span_on(day)
        if span is None or span[STATE] not in LIVE or span[IN_TIME] or not span[DEADLINE] < days.iso(day):
            return None
        return int(span[ANSWERS])

    def _moment(self, day: int, minute: int) -> int:
        """After whatever happened to it before, be it on the same day."""
        return max(self.clock + 1, day * days.MINUTES + minute + self.id % 60)

    def _settle(self, day: int, verb: str, by: Person, minute: int, more: dict[str, Any]) -> None:
        self.moved_on = self.last = day
        self.version += 1
        moment, iso = self._moment(day, minute), days.ISO
        written, clock = divmod(moment, days.MINUTES)
        held = self.held
        self.spans.append(
            (
                *(iso[day], f"{iso[written]} {days.CLOCK[clock]}.000000", f"finding:{verb}", self.wording.area_code),
                *(iso[self.baseline], self.late, self.taken, iso[self.deadline], self.in_time, iso[self.issued]),
                *(held.plan_id, iso[self.resolved], self.unit.id, self.state, iso[self.submitted], held.team_id),
                *(held.unit.id, held.visit_id),
            )
        )
        self._log(moment, day, verb, by, more)

    def _note(self, day: int, verb: str, by: Person, minute: int, more: dict[str, Any]) -> None:
        """What changes none of the facts."""
        self._log(self._moment(day, minute), day, verb, by, more)

    def _log(self, moment: int, day: int, verb: str, by: Person, more: dict[str, Any]) -> None:
        self.clock, told = moment, days.TOLD
        template, in_order = _line(tuple(more))
        parts = (
            *self._unchanging,
            *(told[self.baseline], "null" if self.late is None else self.late),
            *("null" if self.taken is None else self.taken, told[self.deadline], "true" if self.in_time else "false"),
            *(told[self.issued], told[self.resolved], self.unit.id, f'"{self.state}"', told[self.submitted]),
            *map(json, more.values()),
        )
        payload = template % in_order(parts)
        self.t.lines.append((moment, day, by, f"finding:{verb}", "finding", self.id, payload))

    # Into the tables

    def _text(self) -> str:
        looked_at = 20 + self.id % 180
        wrong = 1 + self.id % looked_at
        return f"{self.wording.text} Kiểm tra {looked_at} hồ sơ, {wrong} hồ sơ không đạt."

    def _keep(self, text: str) -> None:
        self.t.states[self.state] = self.t.states.get(self.state, 0) + 1
        if self.state not in ("recorded", "resolved", "withdrawn"):
            self.t.live[self.unit.id] = self.t.live.get(self.unit.id, 0) + 1
        for *sent, unanswered, by_id, name, words, moment in self.said:
            waits = bool(unanswered) and self.state in LIVE
            self.t.batch.add("message", (*sent, waits, by_id, name, words, moment))
        held, wording, iso = self.held, self.wording, days.ISO
        looked_at, wrong = 20 + self.id % 180, 1 + self.id % (20 + self.id % 180)
        folded = f"{self.code.lower()} {wording.folded} kiem tra {looked_at} ho so, {wrong} ho so khong dat. "
        folded += f"{wording.required_folded} {self.t.folded(held.unit.name)}"
        area, *facts, team_id, unit_id, visit_id = self.spans[-1][3:]
        baseline, late, taken, deadline, in_time, issued, plan_id, resolved, responsible, state, submitted = facts
        by = iso[self.undertaking_by]
        self.t.batch.add(
            "finding",
            (
                *(self.id, self.code, text, wording.title, wording.required, wording.required_title, held.unit.name),
                *(self.rule[0], self.rule[1], "conclusion", iso[held.began], held.by.id, self.follower.id),
                *(self.undertaking, by, "Văn phòng" if by else "", "", wording.item_id, self.disputed_from),
                *(self.rounds, iso[self.moved_on], folded, self.version, state, issued, baseline, deadline, in_time),
                *(submitted, resolved, late, taken, plan_id, visit_id, team_id, unit_id, responsible, area),
                *(self.repeats and self.repeats.id, self.assignee and self.assignee.id),
            ),
        )
        spans, ends = self.spans, [span[0] for span in self.spans[1:]] + [FOREVER]
        for (since, at, action, *kept), until in zip(spans, ends, strict=True):
            self.t.batch.add("span", (self.t.ids.next("span"), self.id, since, until, at, action, *kept))
