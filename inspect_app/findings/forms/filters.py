"""The address of a list of findings: read into a `Filter`, written from one. Its parameters are public.

plan, visit, team: ids · unit: an id, or a name as typed · alone, former, responsible, counted, mine, repeats, judged,
returned, moved, entered_after: 1 · kind, area, state: codes, repeated for several · timing: on_time, early, on_day,
late, overdue, soon, live · age: 1-30, 31-90, over-90 days overdue · extension: granted, waiting · as_of, issued_from,
issued_to, done_from, done_to, overdue_from, overdue_to: days · q: words · year: of the plan · sort ·
after, before: where a page begins. What cannot be read is left out, and said.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from inspect_app.findings.models import State
from inspect_app.findings.queries import SORTS, Age, Extended, Filter, Timing
from inspect_app.units.forms import WantedList, unit_asked
from inspect_app.units.models import UnitKind
from inspect_app.web.asked import FIRST_DAY, LAST_DAY, Asked, ends

DAYS = ("as_of", *(f"{what}_{end}" for what in ("issued", "done", "overdue") for end in ("from", "to")))


Wanted = WantedList[Filter]


def filter_from(args: MultiDict[str, str], *, today: date, areas: Sequence[str]) -> Wanted:
    """`areas` are the codes that there are; a day after `today` is not known yet."""
    asked = Asked(args)
    place = unit_asked(asked)
    chosen = args.getlist("area")
    found = Filter(
        words=asked.words(),
        year=asked.number("year", FIRST_DAY.year, LAST_DAY.year),
        plan_id=asked.chosen_id("plan"),
        visit_id=asked.chosen_id("visit"),
        team_id=asked.chosen_id("team"),
        unit=place.unit,
        alone=bool(asked.choice("alone")),
        former=bool(asked.choice("former")),
        responsible=bool(asked.choice("responsible")),
        kinds=tuple(asked.among("kind", UnitKind)),
        areas=tuple(code for code in areas if code in chosen),
        states=tuple(asked.among("state", State)),
        timing=next(iter(asked.among("timing", Timing)), None),
        age=next(iter(asked.among("age", Age)), None),
        extension=next(iter(asked.among("extension", Extended)), None),
        counted=bool(asked.choice("counted")),
        mine=bool(asked.choice("mine")),
        repeats=bool(asked.choice("repeats")),
        returned=bool(asked.choice("returned")),
        moved=bool(asked.choice("moved")),
        as_of=asked.known_day("as_of", today),
        entered_after=bool(asked.choice("entered_after")),
        issued=asked.period("issued"),
        done=asked.period("done"),
        lapsed=asked.period("overdue"),
        judged=bool(asked.choice("judged")),
    )
    asked.expect(
        {
            "kind": [kind.value for kind in UnitKind],
            "area": areas,
            "state": [state.value for state in State],
            "timing": [timing.value for timing in Timing],
            "age": [age.value for age in Age],
            "extension": [extended.value for extended in Extended],
        }
    )
    sort = args.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else "deadline" if found.is_live else "newest"
    args_understood = to_args(found)
    if sort == args.get("sort"):
        args_understood["sort"] = sort
    return Wanted(found, sort, args_understood, asked.problems, place, DAYS)


def to_args(wanted: Filter) -> dict[str, Any]:
    """The parameters that `filter_from` reads this filter from: `url_for("findings.index", **to_args(wanted))`."""
    return {name: value for name, value in _all_args(wanted).items() if value}


def _all_args(wanted: Filter) -> dict[str, Any]:
    return {
        "q": wanted.words,
        "year": wanted.year,
        "plan": wanted.plan_id,
        "visit": wanted.visit_id,
        "team": wanted.team_id,
        "unit": wanted.unit.id if wanted.unit else None,
        "alone": int(wanted.alone),
        "former": int(wanted.former),
        "responsible": int(wanted.responsible),
        "kind": [kind.value for kind in wanted.kinds],
        "area": list(wanted.areas),
        "state": [state.value for state in wanted.states],
        "timing": wanted.timing.value if wanted.timing else None,
        "age": wanted.age.value if wanted.age else None,
        "extension": wanted.extension.value if wanted.extension else None,
        "counted": int(wanted.counted),
        "mine": int(wanted.mine),
        "repeats": int(wanted.repeats),
        "returned": int(wanted.returned),
        "moved": int(wanted.moved),
        "as_of": wanted.as_of.isoformat() if wanted.as_of else "",
        "entered_after": int(wanted.entered_after),
        **ends("issued", wanted.issued),
        **ends("done", wanted.done),
        **ends("overdue", wanted.lapsed),
        "judged": int(wanted.judged),
    }


ARGUMENTS = frozenset({*_all_args(Filter()), "sort"})
"""What the address of the list may ask for, beside the place of the page."""
