"""The address of a list of tasks: read into a `Filter`, written from one. Its parameters are public.

plan: an id · unit: an id, or a name as typed · year: a number · alone, joining, counted, extended, asked, mine,
confirm, decide: 1 · state: codes, repeated for several · timing: before, on_day, late, undated, overdue, soon, live,
open · as_of, given_from, given_to, done_from, done_to: days · q: words · sort · after, before: where a page begins.
What cannot be read is left out, and said.
"""

from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from inspect_app.plans.services import FIRST_YEAR, LAST_YEAR
from inspect_app.tasks.models import TaskState
from inspect_app.tasks.queries import SORTS, Filter, Timing
from inspect_app.units.forms import WantedList, unit_asked
from inspect_app.web.asked import Asked, ends

DAYS = ("as_of", *(f"{what}_{end}" for what in ("given", "done") for end in ("from", "to")))


Wanted = WantedList[Filter]


def filter_from(args: MultiDict[str, str], *, today: date) -> Wanted:
    """A day after `today` is not known yet."""
    asked = Asked(args)
    place = unit_asked(asked)
    found = Filter(
        words=asked.words(),
        plan_id=asked.chosen_id("plan"),
        year=asked.number("year", FIRST_YEAR, LAST_YEAR),
        unit=place.unit,
        alone=bool(asked.choice("alone")),
        joining=bool(asked.choice("joining")),
        states=tuple(asked.among("state", TaskState)),
        timing=next(iter(asked.among("timing", Timing)), None),
        counted=bool(asked.choice("counted")),
        extended=bool(asked.choice("extended")),
        asked=bool(asked.choice("asked")),
        mine=bool(asked.choice("mine")),
        confirm=bool(asked.choice("confirm")),
        decide=bool(asked.choice("decide")),
        given=asked.period("given"),
        done=asked.period("done"),
        as_of=asked.known_day("as_of", today),
    )
    asked.expect({"state": [state.value for state in TaskState], "timing": [timing.value for timing in Timing]})
    sort = args.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else "due" if found.is_live else "newest"
    understood = to_args(found)
    if sort == args.get("sort"):
        understood["sort"] = sort
    return Wanted(found, sort, understood, asked.problems, place, DAYS)


def to_args(wanted: Filter) -> dict[str, Any]:
    """The parameters that `filter_from` reads this filter from: `url_for("tasks.index", **to_args(wanted))`."""
    return {name: value for name, value in _all_args(wanted).items() if value}


def _all_args(wanted: Filter) -> dict[str, Any]:
    return {
        "q": wanted.words,
        "plan": wanted.plan_id,
        "year": wanted.year,
        "unit": wanted.unit.id if wanted.unit else None,
        "alone": int(wanted.alone),
        "joining": int(wanted.joining),
        "state": [state.value for state in wanted.states],
        "timing": wanted.timing.value if wanted.timing else None,
        "counted": int(wanted.counted),
        "extended": int(wanted.extended),
        "asked": int(wanted.asked),
        "mine": int(wanted.mine),
        "confirm": int(wanted.confirm),
        "decide": int(wanted.decide),
        **ends("given", wanted.given),
        **ends("done", wanted.done),
        "as_of": wanted.as_of.isoformat() if wanted.as_of else "",
    }


ARGUMENTS = frozenset({*_all_args(Filter()), "sort"})
"""What the address of the list may ask for, beside the place of the page."""
