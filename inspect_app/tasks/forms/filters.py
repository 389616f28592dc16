"""The address of a list of tasks: read into a `Filter`, written from one. Its parameters are public.

plan: an id · unit: an id, or a name as typed · year: a number · alone, joining, counted, extended, mine, confirm: 1 ·
state: codes, repeated for several · timing: before, on_day, late, undated, overdue, soon, live, open · as_of: a day ·
q: words · sort · after, before: where a page begins. What cannot be read is left out, and said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from inspect_app.core.db import db
from inspect_app.core.text import fold, readable
from inspect_app.tasks.models import TaskState
from inspect_app.tasks.queries import SORTS, Filter, Timing
from inspect_app.tasks.services.plans import FIRST_YEAR, LAST_YEAR
from inspect_app.units.models import Unit
from inspect_app.units.queries import Hit, search
from inspect_app.web.asked import Asked
from inspect_app.web.fields import read_id

MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for. `args` are its readable parameters but for the place of the page."""

    filter: Filter
    sort: str
    args: dict[str, Any]
    problems: Sequence[str]
    """Sentences for what could not be read."""
    typed_unit: str = ""
    offered: Sequence[Hit] = ()
    """Units that `typed_unit` may mean, where it is not clear which."""


def filter_from(args: MultiDict[str, str], *, today: date) -> Wanted:
    """A day after `today` is not known yet."""
    asked = Asked(args)
    unit, typed_unit, offered = _unit(args, asked)
    as_of = asked.day("as_of")
    if as_of is not None and as_of > today:
        asked.problems.append(_("Ngày %(day)s chưa đến, danh sách dưới đây là của hôm nay", day=f"{as_of:%d/%m/%Y}"))
        as_of = None
    found = Filter(
        words=asked.words(),
        plan_id=_id(args, asked, "plan"),
        year=asked.number("year", FIRST_YEAR, LAST_YEAR),
        unit=unit,
        alone=bool(asked.choice("alone")),
        joining=bool(asked.choice("joining")),
        states=tuple(asked.among("state", TaskState)),
        timing=next(iter(asked.among("timing", Timing)), None),
        counted=bool(asked.choice("counted")),
        extended=bool(asked.choice("extended")),
        mine=bool(asked.choice("mine")),
        confirm=bool(asked.choice("confirm")),
        as_of=as_of,
    )
    _note_unknown(args, asked)
    sort = args.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else "due" if found.is_live else "newest"
    understood = to_args(found)
    if sort == args.get("sort"):
        understood["sort"] = sort
    return Wanted(found, sort, understood, asked.problems, typed_unit, offered)


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
        "mine": int(wanted.mine),
        "confirm": int(wanted.confirm),
        "as_of": wanted.as_of.isoformat() if wanted.as_of else "",
    }


ARGUMENTS = frozenset({*_all_args(Filter()), "sort"})
"""What the address of the list may ask for, beside the place of the page."""


def _unit(args: MultiDict[str, str], asked: Asked) -> tuple[Unit | None, str, Sequence[Hit]]:
    """The unit asked for; a name that may mean several gives the name and those units instead.

    A name typed beside a unit that was chosen before replaces it.
    """
    values = [" ".join(readable(value).split()) for value in args.getlist("unit")]
    typed = next((value for value in reversed(values) if value and not value.isdigit()), "")
    if typed:
        hits = search(typed, limit=MOST_OFFERED)
        exact = [hit for hit in hits if fold(hit.name) == fold(typed) and not hit.ended]
        clear = exact if len(exact) == 1 else hits
        if len(clear) == 1:
            return db.session.get(Unit, clear[0].id), "", ()
        if hits:
            asked.problems.append(_("Có %(num)s đơn vị tên như “%(name)s”, chọn một", num=len(hits), name=typed))
        else:
            asked.problems.append(_("Không có đơn vị nào tên “%(name)s”", name=typed))
        return None, typed, hits
    number = _id(args, asked, "unit")
    unit = db.session.get(Unit, number) if number else None
    if number and unit is None:
        asked.problems.append(_unknown("unit", str(number)))
    return unit, "", ()


def _id(args: MultiDict[str, str], asked: Asked, name: str) -> int | None:
    value = next((value for value in args.getlist(name) if value), None)
    try:
        return read_id(value)
    except ValueError:
        asked.problems.append(_unknown(name, str(value)))
        return None


def _note_unknown(args: MultiDict[str, str], asked: Asked) -> None:
    known = {"state": [state.value for state in TaskState], "timing": [timing.value for timing in Timing]}
    for name, codes in known.items():
        for value in args.getlist(name):
            if value and value not in codes:
                asked.problems.append(_unknown(name, value))


def _unknown(name: str, value: str) -> str:
    return str(_("Không hiểu điều kiện lọc %(name)s=%(value)s", name=name, value=readable(value)))
