"""The life of one finding, told up to today: what happens on which day is drawn, what comes of it follows the rules.

What would happen after today does not: so the findings of old plans are all but resolved, and those of the living one
are in every state, with deadlines around today.
"""

from typing import Any, NamedTuple

from bench.fill import days
from bench.fill.country import FIRST_DAY, Unit
from bench.fill.log import Person, json, quoted
from bench.fill.telling import Teller
from bench.fill.wording import ANSWER, DISPUTED, EXTENSION, QUESTION, RETURNED, STATEMENTS, Wording

RULES = ((30, "day"), (30, "day"), (45, "day"), (60, "day"), (15, "working_day"), (20, "working_day"))
NOT_YET: Any = None
"""A day or a number that is there once something has happened."""
FOREVER = "9999-12-31"
STATE = 13  # its place in what is kept of a span
CUSTODY_DECISION = "1668/NQ-UBTVQH15"
MOVED = FIRST_DAY + 20
"""The day on which what former units had left open was handed to their heirs."""
LIVE = frozenset({"open", "in_progress", "submitted", "returned", "disputed"})


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
    surprise: bool


class Life:
    """One finding from the day it was written down until today."""

    def __init__(
        self,
        teller: Teller,
        held: Held,
        wording: Wording,
        finding_id: int,
        code: str,
        rule: tuple[int, str],
        repeats: "Life | None" = None,
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
        self._unchanging = (
            f'"area_code":"{wording.area_code}"',
            f'"code":"{code}"',
            f'"plan_id":{held.plan_id}',
            f'"target_id":{held.target_id or "null"}',
            f'"team_id":{held.team_id or "null"}',
            f'"unit_id":{held.unit.id}',
            f'"visit_id":{held.visit_id}',
        )

    def state_on(self, day: int) -> str | None:
        """At the end of that day; none before it was written down."""
        return next((span[STATE] for span in reversed(self.spans) if span[0] <= days.iso(day)), None)

    # What happens

    def tell(self) -> None:
        text, wording = self._text(), self.wording
        n, unit = self.rule
        told = {"text": text, "required": wording.required, "deadline_n": n, "deadline_unit": unit}
        told |= {"counted_from": "conclusion", "fixed_deadline": None, "follower_id": self.held.by.id, "files": []}
        self._settle(self.held.began, "record", self.held.by, 200, told | {"item_id": wording.item_id})
        if self.repeats is not None:
            told = {"repeats": True, "earlier_id": self.repeats.id, "earlier": self.repeats.code}
            self._note(self.held.began, "repeat", self.held.by, 200, told)
        if self.held.concluded <= self.t.today:
            self._issue()
            self._go_on()
            if self.state in LIVE:
                self._hand_on(self.t.today)
        if self.submission is not None:
            self._keep_submission()
        self._keep(text)

    def _issue(self) -> None:
        day = self.issued = self.held.concluded
        self.baseline = self.deadline = self.t.deadlines.due(*self.rule, day)
        self.state = "open"
        self.t.batch.add("custody", (self.t.ids.next("custody"), self.id, self.unit.id, days.iso(day), "", None, ""))
        told = {"number": self.held.number, "conclusion": self.held.conclusion_id}
        self._settle(day, "issue", self.held.by, 300, told)

    def _go_on(self) -> None:
        draw = self.t.rng.random
        day, fate = self.issued + 2 + int(draw() * 12), draw()
        if fate < 0.01:
            day += 20
            if self._reaches(day):
                self.state = "withdrawn"
                note = {"note": "Nội dung trùng với hạn chế đã ghi.", "decision": f"{self.id % 900 + 1}/QĐ-UBND"}
                self._settle(day, "withdraw", self.held.reviewer, 500, note)
            return
        if fate < 0.03 and not self._disputed(day):
            return
        if fate > 0.3 and not self._started(max(day, self.last)):
            return
        if self.id % 25 == 7 and not self._asked(self.last + 2):
            return
        if fate > 0.92 and not self._extended():
            return
        if 0.5 < fate < 0.505:
            return  # never put right, and nobody ever did anything about it
        if not self._submitted(self._first_day_of_work()):
            return
        while self.rounds < 3 and draw() < 0.15:
            if not (self._returned() and self._submitted(self.last + 5 + int(draw() * 25))):
                return
        if self._accepted() and draw() < 0.006:
            self._reopened()

    def _first_day_of_work(self) -> int:
        """Most in the last days before the deadline, some late, a few very late."""
        draw = self.t.rng.random
        kind, spread = draw(), draw()
        if kind < 0.13:
            return int(self.deadline)
        if kind < 0.76:
            return max(self.last, int(self.deadline - 1 - 25 * spread * spread))
        return int(self.deadline) + 1 + int(45 * spread if kind < 0.97 else 400 * spread)

    def _started(self, day: int) -> bool:
        if not self._reaches(day):
            return False
        self.state, self.undertaking = "in_progress", self.wording.required
        self.undertaking_by = day + 20
        told = {"undertaking": self.undertaking, "by": days.iso(self.undertaking_by), "doer": "Văn phòng"}
        self._settle(day, "start", self._officer(), 240, told)
        return True

    def _asked(self, day: int) -> bool:
        """The unit has a question; few wait for their answer longer than some days, and one in twelve for ever."""
        if not self._reaches(day):
            return False
        answer, officer = day + 1 + self.id % 4, self._officer()
        waits = answer > self.t.today or self.id % 12 == 0
        self._say(day, officer, QUESTION, unanswered=waits)
        if not waits:
            self._hand_on(answer)
            self._say(answer, self.held.by, ANSWER)
        return True

    def _say(self, day: int, by: Person, text: str, *, unanswered: bool | None = None) -> None:
        """`unanswered`: of a question; nothing of the answer to one."""
        message_id, asks, moment = self.t.ids.next("message"), unanswered is not None, self._moment(day, 270)
        self.said.append((message_id, self.id, asks, unanswered, by.id, by.name, text, days.stored(moment)))
        self._note(day, "message", by, 270, {"message_id": message_id, "from_unit": asks, "answers": not asks})
        self.last = max(self.last, day)

    def _disputed(self, day: int) -> bool:
        if not self._reaches(day):
            return False
        self.disputed_from, self.state = self.state, "disputed"
        self._settle(day, "dispute", self._officer(), 250, {"note": DISPUTED})
        day += 8 + int(self.t.rng.random() * 30)
        if not self._reaches(day):
            return False
        self.state, self.disputed_from = self.disputed_from, None
        self._settle(day, "uphold", self.held.reviewer, 350, {"note": "Giải trình chưa có căn cứ."})
        return True

    def _extended(self) -> bool:
        day, wanted = max(self.last, self.deadline - 6), self.deadline + 30
        if not self._reaches(day):
            return False
        officer, answer = self._officer(), day + 2 + int(self.t.rng.random() * 5)
        asked = {"note": EXTENSION, "wanted": days.iso(wanted), "letter": "", "asker_id": officer.id}
        self._note(day, "ask_extension", officer, 260, asked)
        row = [self.t.ids.next("extension"), self.id, officer.id, days.iso(day), days.iso(wanted), EXTENSION, "", None]
        old, grants = days.iso(self.deadline), self.t.rng.random() < 0.8
        self.last = day
        if answer > self.t.today:
            self.t.batch.add("extension", (*row, None, None, None, "", old, None))
            return False
        self._hand_on(answer)
        reviewer, decided = self.held.reviewer, {"asker_id": officer.id, "wanted": days.iso(wanted)}
        if grants:
            self.deadline = wanted
            self._settle(
                answer, "extend", reviewer, 360, {"note": "", "old": old, "until": days.iso(wanted), **decided}
            )
        else:
            self._note(answer, "refuse_extension", reviewer, 360, {"note": "Việc này làm được ngay.", **decided})
            self.last = answer
        until = days.iso(wanted) if grants else None
        note = "" if grants else "Việc này làm được ngay."
        self.t.batch.add("extension", (*row, grants, reviewer.id, days.iso(answer), note, old, until))
        return True

    def _submitted(self, day: int) -> bool:
        day = max(day, self.last)
        if not self._reaches(day):
            return False
        self.rounds += 1
        self.state, self.submitted, self.in_time = "submitted", day, day <= self.deadline
        officer, statement = self._officer(), STATEMENTS[(self.id + self.rounds) % len(STATEMENTS)]
        moment = self._moment(day, 280)
        submission_id = self.t.ids.next("submission")
        files = []
        if day >= self.t.files_since:
            files = [self.t.file[0]]
            kept = ("remedy", self.id, submission_id, *self.t.file, "minh-chung.txt", days.iso(day))
            self.t.batch.add("evidence", (self.t.ids.next("evidence"), *kept, days.stored(moment), officer.id))
        sent = [submission_id, self.id, self.rounds, statement, "", None, officer.id, officer.name, days.iso(day)]
        self.submission = [*sent, days.stored(moment), None, None, None, "", None, None, None, "", self.deadline, None]
        told = {"round": self.rounds, "statement": statement, "files": files, "letter": ""}
        self._settle(day, "submit", officer, 280, told)
        self.t.notice("finding:submit", self, self.held.by, officer, moment)
        return True

    def _returned(self) -> bool:
        day = self._judged_on()
        if not self._reaches(day):
            return False
        self._judge(day, "returned", None, None, RETURNED)
        self.state, self.submitted, self.in_time = "returned", None, False
        self._settle(day, "return", self.held.by, 380, {"round": self.rounds, "note": RETURNED, "resubmit_by": None})
        self.t.notice("finding:return", self, self._officer(), self.held.by, self.clock, RETURNED)
        return True

    def _accepted(self) -> bool:
        day = self._judged_on()
        if not self._reaches(day):
            return False
        assert self.submission is not None
        method = "on_site" if self.id % 5 == 0 else "documents"
        self.late, self.taken = self.submitted - self.submission[18], self.submitted - self.issued
        self._judge(day, "accepted", method, self.late, "")
        self.state, self.resolved, self.in_time = "resolved", day, False
        self._settle(day, "accept", self.held.by, 380, {"round": self.rounds, "method": method, "note": ""})
        self.t.notice("finding:accept", self, self._officer(), self.held.by, self.clock)
        return True

    def _reopened(self) -> None:
        day = self.last + 20 + int(self.t.rng.random() * 60)
        if not self._reaches(day):
            return
        old, self.deadline = self.deadline, max(day + 30, self.deadline)
        self.state, self.resolved, self.submitted, self.late, self.taken = "returned", None, None, None, None
        note, reviewer = "Kiểm tra lại cho thấy hạn chế vẫn còn.", self.held.reviewer
        if self.deadline != old:
            decided = (note, "", None, True, reviewer.id, days.iso(day), "", days.iso(old), days.iso(self.deadline))
            self.t.batch.add("extension", (self.t.ids.next("extension"), self.id, None, None, None, *decided))
        self._settle(day, "reopen", reviewer, 390, {"note": note})
        if self._submitted(day + 10 + int(self.t.rng.random() * 25)):
            self._accepted()

    def _judged_on(self) -> int:
        return self.last + 1 + int(self.t.rng.random() * 11)

    def _judge(self, day: int, verdict: str, method: str | None, late: int | None, note: str) -> None:
        assert self.submission is not None
        moment, by = days.stored(self._moment(day, 380)), self.held.by
        self.submission[10:18] = [moment, verdict, by.id, by.name, days.iso(day), moment, method, note]
        self.submission[19] = late
        self._keep_submission()

    def _keep_submission(self) -> None:
        assert self.submission is not None
        self.submission[18] = days.iso(self.submission[18])
        self.t.batch.add("submission", tuple(self.submission))
        self.submission = None

    # Time goes by

    def _reaches(self, day: int) -> bool:
        """Whether that day has come; what happened of itself until then is told."""
        if day > self.t.today:
            return False
        self._hand_on(day)
        return True

    def _hand_on(self, day: int) -> None:
        """A former unit answers no more once its heirs have taken over."""
        if self.is_handed_on or not self.unit.former or day < MOVED or self.state == "resolved":
            return
        self.is_handed_on = True
        if self.issued is None or self.issued > MOVED:
            return
        since, former, heir = max(MOVED, self.last), self.unit, self.t.units[self.unit.heir]
        self.unit = heir
        decided, reviewer = days.iso(FIRST_DAY - 15), self.held.reviewer
        custody = (self.id, heir.id, days.iso(since), CUSTODY_DECISION, decided, "")
        self.t.batch.add("custody", (self.t.ids.next("custody"), *custody))
        told = {"moved_from": former.id, "former": former.name, "new": heir.name, "decision": CUSTODY_DECISION}
        self._settle(since, "move", reviewer, 100, told | {"decision_on": decided, "note": ""})

    def _officer(self) -> Person:
        return self.t.people.officers[self.unit.id]

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
        parts = [
            *self._unchanging,
            f'"baseline":{told[self.baseline]}',
            f'"days_late":{"null" if self.late is None else self.late}',
            f'"days_taken":{"null" if self.taken is None else self.taken}',
            f'"deadline":{told[self.deadline]}',
            f'"in_time":{"true" if self.in_time else "false"}',
            f'"issued_on":{told[self.issued]}',
            f'"resolved_on":{told[self.resolved]}',
            f'"responsible_unit_id":{self.unit.id}',
            f'"state":"{self.state}"',
            f'"submitted_on":{told[self.submitted]}',
        ]
        for name, value in more.items():
            parts.append(f'"{name}":{quoted(value) if type(value) is str else json(value)}')
        parts.sort()
        payload = "{" + ",".join(parts) + "}"
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
                *(self.rule[0], self.rule[1], "conclusion", iso[held.began], held.by.id, held.by.id),
                *(self.undertaking, by, "Văn phòng" if by else "", "", wording.item_id, self.disputed_from),
                *(self.rounds, iso[self.moved_on], folded, self.version, state, issued, baseline, deadline, in_time),
                *(submitted, resolved, late, taken, plan_id, visit_id, team_id, unit_id, responsible, area),
                self.repeats and self.repeats.id,
            ),
        )
        spans, ends = self.spans, [span[0] for span in self.spans[1:]] + [FOREVER]
        for (since, at, action, *kept), until in zip(spans, ends, strict=True):
            self.t.batch.add("span", (self.t.ids.next("span"), self.id, since, until, at, action, *kept))
