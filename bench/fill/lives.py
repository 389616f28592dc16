"""The life of one finding, told up to today: what happens on which day is drawn, what comes of it follows the rules.

What would happen after today does not: so the findings of old plans are all but resolved, and those of the living one
are in every state, with deadlines around today.
"""

from bench.fill import days
from bench.fill.country import FIRST_DAY
from bench.fill.log import Person
from bench.fill.record import LIVE, Record
from bench.fill.wording import ANSWER, DISPUTED, EXTENSION, QUESTION, RETURNED, STATEMENTS

RULES = ((30, "day"), (30, "day"), (45, "day"), (60, "day"), (15, "working_day"), (20, "working_day"))
CUSTODY_DECISION = "1668/NQ-UBTVQH15"
MOVED = FIRST_DAY + 20
"""The day on which what former units had left open was handed to their heirs."""
FOLLOWED, ASSIGNED = 6, 5
"""One finding in so many is followed by another member of the team; one in so many begun is given to an officer."""


class Life(Record):
    """From the day it was written down until today."""

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
        if self.id % FOLLOWED == 1 and self.held.members:
            self._follow(day)

    def _follow(self, day: int) -> None:
        """The head gives it to another member of the team."""
        others, head = self.held.members[1:], self.held.by
        self.follower = others[self.id // FOLLOWED % len(others)]
        told = {"follower_id": self.follower.id, "follower": self.follower.name, "was": head.id}
        self._note(day, "follow", head, 300, told)
        self.t.notice("finding:follow", self, self.follower, head, self.clock)

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
        if self.id % ASSIGNED == 2:
            self._assign(day)
        return True

    def _assign(self, day: int) -> None:
        """Whoever takes it on gives it to a colleague, where there is one, or says that they see to it themselves."""
        officer = self._officer()
        self.assignee = self.t.people.colleagues.get(self.unit.id, officer)
        told = {"assignee_id": self.assignee.id, "assignee": self.assignee.name, "was": None}
        self._note(day, "assign", officer, 240, told)
        if self.assignee is not officer:
            self.t.notice("finding:assign", self, self.assignee, officer, self.clock)

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
        self.t.notice("finding:submit", self, self.follower, officer, moment)
        return True

    def _returned(self) -> bool:
        day = self._judged_on()
        if not self._reaches(day):
            return False
        self._judge(day, "returned", None, None, RETURNED)
        self.state, self.submitted, self.in_time = "returned", None, False
        self._settle(day, "return", self.held.by, 380, {"round": self.rounds, "note": RETURNED, "resubmit_by": None})
        self._inform("return", RETURNED)
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
        self._inform("accept")
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

    def _inform(self, verb: str, note: str = "") -> None:
        """Whoever answers for the unit."""
        several = [self._officer(), self.t.people.colleagues.get(self.unit.id)]
        for one in several:
            if one is not None and one is not self.held.by:
                self.t.notice(f"finding:{verb}", self, one, self.held.by, self.clock, note)

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
        self.unit, self.assignee = heir, None
        decided, reviewer = days.iso(FIRST_DAY - 15), self.held.reviewer
        custody = (self.id, heir.id, days.iso(since), CUSTODY_DECISION, decided, "")
        self.t.batch.add("custody", (self.t.ids.next("custody"), *custody))
        told = {"moved_from": former.id, "former": former.name, "new": heir.name, "decision": CUSTODY_DECISION}
        self._settle(since, "move", reviewer, 100, told | {"decision_on": decided, "note": ""})

    def _officer(self) -> Person:
        return self.t.people.officers[self.unit.id]
