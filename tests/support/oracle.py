"""The figures of reports, counted again from the event log alone, in plain Python.

Nothing of reports.queries or findings.queries is imported: states, lateness and overdue are worked out here from what
was done and when, by the rules as the office says them, so that a fault there is not repeated here.

    said = figures(events, as_of, plans={plan.id}, units={unit.id}, kinds={unit.id: unit.kind})
    said.tally(kind="department", area="III")   {"counted": 4, "resolved": 3, "days": [12, 40, 7], …}
    said.ids("overdue_1_30", responsible=7)     which findings those are
    said.flow(first, last, month=(2022, 4))     {"issued": 2, "resolved": 1, "lapsed": 0}
    said.aims(kind="commune")                   (units inspected, units meant to be inspected)

What can be asked for are the names in `TESTS`; what can be narrowed to are the fields of `Fact`: plan, visit, team,
unit, kind, area, month of issue, and responsible and responsible_kind, of the unit that answers on the day.
Of many days at once: `log = Log(events, kinds)`, then `log.on(day, plans, units)`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta
from typing import Any

from inspect_app.core.audit import Event
from inspect_app.core.clock import HANOI

AFTER = {
    "issue": "open",
    "start": "in_progress",
    "submit": "submitted",
    "recall": "in_progress",
    "accept": "resolved",
    "return": "returned",
    "reopen": "returned",
    "dispute": "disputed",
    "allow": "withdrawn",
    "withdraw": "withdrawn",
    "retell": "recorded",
}
"""Where a move leaves a finding; `uphold` leaves it where it was before the dispute."""
OPEN = ("open", "in_progress", "submitted", "returned", "disputed")
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Fact:
    """One finding at the end of a day."""

    id: int
    code: str
    """Its own for ever: SQLite gives the id of what was discarded last to the next finding."""
    plan: int
    visit: int
    team: int | None
    unit: int
    kind: str
    area: str
    responsible: int
    responsible_kind: str
    written: date
    """The day on which the latest of it was entered."""
    state: str = "recorded"
    before: str = ""
    """The state that a dispute began in."""
    issued: date | None = None
    deadline: date | None = None
    sent: date | None = None
    """The day of the submission that waits or was accepted."""
    due_then: date | None = None
    """The deadline in force on that day."""
    resolved: date | None = None
    judged: bool = False
    returned: bool = False
    repeats: bool = False
    gone: bool = False

    @property
    def counts(self) -> bool:
        return self.state != "withdrawn"

    @property
    def month(self) -> tuple[int, int] | None:
        return (self.issued.year, self.issued.month) if self.issued else None

    @property
    def late(self) -> int:
        """Days after the deadline that the submission came; below 0 before it."""
        assert self.sent is not None
        assert self.due_then is not None
        return (self.sent - self.due_then).days

    @property
    def days(self) -> int:
        assert self.sent is not None
        assert self.issued is not None
        return (self.sent - self.issued).days

    def overdue(self, day: date) -> int:
        """For how many days it has been overdue at the end of `day`; 0 when it is not."""
        if self.state not in OPEN or self.deadline is None or (self.state == "submitted" and self.late <= 0):
            return 0
        return max((day - self.deadline).days, 0)


Test = Callable[[Fact, date], bool]

TESTS: dict[str, Test] = {
    "counted": lambda one, day: one.state != "withdrawn",
    "resolved": lambda one, day: one.state == "resolved",
    "on_time": lambda one, day: one.state == "resolved" and one.late <= 0,
    "early": lambda one, day: one.state == "resolved" and one.late < 0,
    "on_day": lambda one, day: one.state == "resolved" and one.late == 0,
    "late": lambda one, day: one.state == "resolved" and one.late > 0,
    "live": lambda one, day: one.state in OPEN,
    "overdue": lambda one, day: one.overdue(day) > 0,
    "overdue_1_30": lambda one, day: 1 <= one.overdue(day) <= 30,
    "overdue_31_90": lambda one, day: 31 <= one.overdue(day) <= 90,
    "overdue_over_90": lambda one, day: one.overdue(day) > 90,
    "waiting": lambda one, day: one.state in ("submitted", "disputed"),
    "doing": lambda one, day: one.state in ("in_progress", "returned"),
    "new": lambda one, day: one.state == "open",
    "withdrawn": lambda one, day: one.state == "withdrawn",
    "judged": lambda one, day: one.state != "withdrawn" and one.judged,
    "returned": lambda one, day: one.state != "withdrawn" and one.returned,
    "repeats": lambda one, day: one.state != "withdrawn" and one.repeats,
    "moved": lambda one, day: one.state != "withdrawn" and one.responsible != one.unit,
    "entered_after": lambda one, day: one.written > day,
}
"""What figures count, of findings that were issued by the day."""


@dataclass(frozen=True)
class Figures:
    """What the log says at the end of a day."""

    day: date
    facts: list[Fact]
    """Issued by the day."""
    earlier: dict[str, list[tuple[date, Fact]]]
    """Of each finding by its code, what it was from which day."""
    targets: list[dict[str, Any]]
    visits: list[dict[str, Any]]
    """Last word of the day on each: keys of their events, `id`, and of visits the day of that word, `on`."""
    kinds: Mapping[int, str]

    def where(self, **wanted: Any) -> list[Fact]:
        return [one for one in self.facts if all(getattr(one, name) == value for name, value in wanted.items())]

    def ids(self, name: str, **wanted: Any) -> set[int]:
        return {one.id for one in self.where(**wanted) if TESTS[name](one, self.day)}

    def tally(self, **wanted: Any) -> dict[str, Any]:
        """Every name in `TESTS` -> how many, and `days`: those of each that is resolved, sorted."""
        several = self.where(**wanted)
        numbers: dict[str, Any] = {name: sum(test(one, self.day) for one in several) for name, test in TESTS.items()}
        return {**numbers, "days": sorted(one.days for one in several if one.state == "resolved")}

    def flow(self, first: date, last: date, **wanted: Any) -> dict[str, int]:
        return {name: len(ids) for name, ids in self.flowed(first, last, **wanted).items()}

    def flowed(self, first: date, last: date, **wanted: Any) -> dict[str, set[int]]:
        """Which were issued, resolved, and became overdue from `first` to `last`, and count on the day."""
        counting = [one for one in self.where(**wanted) if one.state != "withdrawn"]
        return {
            "issued": {one.id for one in counting if one.issued and first <= one.issued <= last},
            "resolved": {one.id for one in counting if one.resolved and first <= one.resolved <= last},
            "lapsed": {one.id for one in counting if self._lapsed(one.code, first, min(last, self.day))},
        }

    def _lapsed(self, code: str, first: date, last: date) -> bool:
        days = [first - A_DAY + n * A_DAY for n in range((last - first).days + 2)]
        was, *after = (self._overdue(code, day) for day in days)
        return not was and any(after)

    def _overdue(self, code: str, day: date) -> bool:
        then = [one for since, one in self.earlier[code] if since <= day]
        return bool(then) and then[-1].overdue(day) > 0

    def aims(self, **wanted: Any) -> tuple[int, int]:
        """Units inspected, and units that a plan means to inspect; `plan=`, `unit=`, `kind=` narrow them."""
        begun = {
            one["target"]
            for one in self.visits
            if one["state"] not in ("planned", "cancelled") and date.fromisoformat(one["began_on"]) <= self.day
        }
        aimed = [
            one["id"]
            for one in self.targets
            if all({**one, "kind": self.kinds[one["unit"]]}[name] == value for name, value in wanted.items())
        ]
        return len(begun.intersection(aimed)), len(aimed)


@dataclass
class Log:
    """The log, read once; asked for as many days as one likes."""

    events: Iterable[Event]
    kinds: Mapping[int, str]
    """Unit -> its kind, which no event of a finding says."""
    history: dict[str, list[tuple[date, Fact]]] = field(default_factory=dict)
    targets: list[tuple[date, dict[str, Any]]] = field(default_factory=list)
    visits: list[tuple[date, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for event in sorted(self.events, key=lambda event: event.seq):
            table, _, verb = event.action.partition(":")
            said = {**event.payload, "id": event.subject_id, "on": event.on}
            if table == "finding":
                self._follow(event, verb)
            elif table == "target":
                self.targets.append((event.on, {**said, "gone": verb == "remove"}))
            elif table == "visit" and "state" in said:
                self.visits.append((event.on, said))

    def _follow(self, event: Event, verb: str) -> None:
        past = self.history.setdefault(event.payload["code"], [])
        now = _after(past[-1][1] if past else None, event, verb, self.kinds)
        past.append((event.on, now))

    def on(self, day: date, plans: Collection[int] | None = None, units: Collection[int] | None = None) -> Figures:
        """`units` are those that the reader answers for or looks after: a finding is theirs by the unit inspected or
        by the one that answers for it today, a target by its unit."""
        facts = []
        for past in self.history.values():
            latest = past[-1][1]
            then = [one for since, one in past if since <= day]
            theirs = units is None or latest.unit in units or latest.responsible in units
            meant = plans is None or latest.plan in plans
            if then and theirs and meant and not latest.gone and then[-1].state != "recorded":
                facts.append(then[-1])
        visits = [one for one in _last(self.visits, day) if _within(one, plans, units)]
        targets = [one for one in _last(self.targets, day) if _within(one, plans, units) and not one["gone"]]
        return Figures(day, facts, self.history, targets, visits, self.kinds)


def figures(
    events: Iterable[Event],
    as_of: date,
    plans: Collection[int] | None = None,
    units: Collection[int] | None = None,
    *,
    kinds: Mapping[int, str],
) -> Figures:
    """What the log says at the end of `as_of`: of these plans and units, or of all."""
    return Log(events, kinds).on(as_of, plans, units)


def _after(one: Fact | None, event: Event, verb: str, kinds: Mapping[int, str]) -> Fact:
    """What the finding is once this was done."""
    said, on = event.payload, event.on
    one = one or Fact(
        id=event.subject_id,
        code=said["code"],
        plan=said["plan_id"],
        visit=said["visit_id"],
        team=said["team_id"],
        unit=said["unit_id"],
        kind=kinds[said["unit_id"]],
        area=said["area_code"],
        responsible=said["responsible_unit_id"],
        responsible_kind=kinds[said["responsible_unit_id"]],
        written=on,
    )
    responsible = said["responsible_unit_id"]
    change: dict[str, Any] = {
        "area": said["area_code"],
        "responsible": responsible,
        "responsible_kind": kinds[responsible],
        "state": AFTER.get(verb, one.state),
        "deadline": date.fromisoformat(said["deadline"]) if said["deadline"] else None,
    }
    if verb not in QUIET:
        change["written"] = event.at.replace(tzinfo=UTC).astimezone(HANOI).date()
    match verb:
        case "issue":
            change["issued"] = on
        case "submit":
            change |= {"sent": on, "due_then": one.deadline}
        case "accept":
            change |= {"resolved": on, "judged": True}
        case "return":
            change |= {"sent": None, "due_then": None, "judged": True, "returned": True}
        case "reopen":
            change |= {"sent": None, "due_then": None, "resolved": None}
        case "dispute":
            change["before"] = one.state
        case "uphold":
            change["state"] = one.before
        case "repeat":
            change["repeats"] = said["repeats"]
        case "discard":
            change["gone"] = True
        case "retell":  # from the beginning: what was told before counts no more
            change |= {"issued": None, "sent": None, "due_then": None, "resolved": None}
            change |= {"judged": False, "returned": False}
    return replace(one, **change)


QUIET = (
    *("replan", "progress", "assign", "follow", "message", "repeat"),
    *("ask_extension", "drop_extension", "refuse_extension"),
)
"""What changes nothing that figures are counted from."""


def _last(rows: list[tuple[date, dict[str, Any]]], day: date) -> list[dict[str, Any]]:
    latest = {said["id"]: said for on, said in rows if on <= day}
    return list(latest.values())


def _within(one: dict[str, Any], plans: Collection[int] | None, units: Collection[int] | None) -> bool:
    return (plans is None or one["plan"] in plans) and (units is None or one["unit"] in units)
