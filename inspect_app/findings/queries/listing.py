"""Lists of findings: one filter, one set of columns, for screens, figures' links, spreadsheets and documents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, Subquery, case, func, literal, not_, select
from sqlalchemy.orm import aliased

from inspect_app.core import counting, words
from inspect_app.core.actor import Actor, covers_everything
from inspect_app.core.counting import Counting, CountingAtOnce, Counts, counted_rows, number_of
from inspect_app.core.db import db
from inspect_app.core.shapes import filling_with, shape_of
from inspect_app.core.statements import built_once, prepared, spelt_out
from inspect_app.findings.models import Finding, State
from inspect_app.findings.queries import facts as f
from inspect_app.findings.queries.filter import Filter, Timing
from inspect_app.findings.queries.narrowing import (
    conditions,
    leaves_few,
    narrowed,
    place_of,
    sees_much,
    sees_provinces,
)
from inspect_app.findings.queries.ordering import led_by_words, order_of, sort_keys
from inspect_app.findings.queries.scope import nothing_is_hidden, seen_by, ways_to_see
from inspect_app.plans.models import Area, Plan
from inspect_app.units.models import Unit

Responsible = aliased(Unit, name="responsible")
R = TypeVar("R")
MOST_LIVE = 4_000
"""Findings of a part of the country that are looked at to count the ready-made views at once."""


VIEWS = {
    "live": Filter(timing=Timing.LIVE),
    "overdue": Filter(timing=Timing.OVERDUE),
    "submitted": Filter(states=(State.SUBMITTED,)),
    "soon": Filter(timing=Timing.SOON),
    "all": Filter(),
}
"""What is ready-made, by name."""
ALSO_OVERDUE = ("live", "overdue", "all")
"""Those that all overdue findings are in."""


def listed(actor: Actor, wanted: Filter, *, today: date) -> tuple[Select[Any], Any]:
    """Rows of a whole list, and where their facts are read from (`Finding` or `Span`), for sorting.

    Columns: id, code, title, required_title, unit_name, unit_id, responsible_name, responsible_unit_id, area,
    area_en, plan_id, plan_number, state, deadline, baseline, in_time, submitted_on, resolved_on, days_late.
    """
    query, facts = narrowed(actor, wanted.shape, today=today)
    rows = _told(query.join(Unit, Unit.id == Finding.unit_id), facts)
    return rows.params(wanted.filling), facts


def in_order(actor: Actor, wanted: Filter, *, sort: str, today: date) -> tuple[Select[Any], Select[Any], Any]:
    """A whole list, to be found first and told a part at a time: often an index has what it is found by, while what
    is told lies all over the disk.

    The ids of its facts, in order; the rows with the columns of `listed`, whichever; where their facts are read from.
    """
    query, facts = _chosen(shape_of(actor), wanted.shape, sort, today, many=False)
    keys, downwards = sort_keys(sort, facts, wanted, many=not wanted.words)
    ids = query.with_only_columns(facts.id, maintain_column_froms=True).params(filling_with(actor, wanted))
    rows = select().select_from(Finding)
    if facts is not Finding:
        rows = rows.join(facts, facts.finding_id == Finding.id)
    return ids.order_by(*(key.desc() if downwards else key.asc() for key in keys)), _told(rows, facts), facts


def chosen(
    actor: Actor,
    wanted: Filter,
    *,
    sort: str,
    many: bool,
    newest: bool = False,
    recent: bool = False,
    first: bool = False,
    today: date,
) -> tuple[Select[Any], Any]:
    """The same rows for one page of a list, as ids that `told` makes into rows once they are sorted and cut.

    `many`: they are walked in their order rather than gathered, see `are_walked`. `newest`: as `counts` tells it of
    words. `recent`: see `first_page`. `first`: of the first page. The same objects each time for the same shapes; asked
    with `filling_with`.
    """
    return _chosen(
        shape_of(actor),
        wanted.shape,
        sort,
        today,
        many=many,
        newest=newest,
        by_words=many and led_by_words(wanted, newest),
        recent=recent,
        first=first,
        facts_alone=True,
    )


def are_walked(actor: Actor, wanted: Filter, counts: Counts, *, sort: str) -> bool:
    """There are many of them, and not far between. What few teams and small units have lies together, and is gathered
    however much it is; so is what has the words, where few would be left without them, or where the index of words is
    to find them and it is not told of everything that has them, the newest first.

    In order, who sits on some teams would look at all the country's findings for a page of theirs.
    """
    if not counts.capped or not sees_much(actor) or (wanted.words and leaves_few(actor, wanted)):
        return False
    everywhere = wanted.unit is None and covers_everything(actor.grants)
    return (everywhere and sort == "newest") or not led_by_words(wanted, counts.newest)


def first_page(
    actor: Actor,
    wanted: Filter,
    *,
    sort: str,
    counts: Counts,
    read: Callable[[bool], R],
    is_whole: Callable[[R], bool],
) -> R:
    """What `read` reads: among the newest findings of all where told so, and where they have no whole page, among all.

    In order, those of a province with common words are far between: the databases would look at every finding with the
    words until they have a page, or at all of the province.
    """
    if sort == "newest" and _are_far_between(actor, wanted, counts) and is_whole(found := read(True)):
        return found
    return read(False)


def _are_far_between(actor: Actor, wanted: Filter, counts: Counts) -> bool:
    if not counts.more:
        return False
    soon = counts.newest or db.session.get_bind().dialect.name == "sqlite"
    return soon and (place_of(wanted) is not None or sees_provinces(actor))


@built_once
def _chosen(
    actor: Actor,
    wanted: Filter,
    sort: str,
    today: date,
    *,
    many: bool,
    newest: bool = False,
    by_words: bool = False,
    recent: bool = False,
    first: bool = False,
    facts_alone: bool = False,
) -> tuple[Select[Any], Any]:
    latest, order = newest and sort == "newest", sort.removeprefix("-")
    by_deadline = many and order == "deadline"
    query, facts = narrowed(
        actor,
        wanted,
        today=today,
        walking=many,
        common=newest,
        latest=latest,
        by_words=by_words,
        by_deadline=by_deadline,
        recent=recent,
        from_newest=first and many and sort == "newest",
        facts_alone=facts_alone and order != "unit",
    )
    if order == "unit":
        query = query.join(Unit, Unit.id == Finding.unit_id)
    return query.add_columns(f.id_in(facts).label("id"), facts.id.label("facts_id")), facts


@built_once
def told(facts: Any) -> Callable[[Subquery], Select[Any]]:
    """What makes ids that were `chosen` into the columns of `listed`."""

    def of_these(ids: Subquery) -> Select[Any]:
        query = select().select_from(ids).join(Finding, Finding.id == ids.c.id)
        if facts is not Finding:
            query = query.join(facts, facts.id == ids.c.facts_id)
        return _told(query, facts)

    return of_these


def _told(query: Select[Any], facts: Any) -> Select[Any]:
    return (
        query.join(Responsible, Responsible.id == facts.responsible_unit_id)
        .join(Area, Area.code == facts.area_code)
        .join(Plan, Plan.id == Finding.plan_id)
        .add_columns(
            Finding.id,
            Finding.code,
            Finding.title,
            Finding.required_title,
            Finding.unit_name,
            Finding.unit_id,
            Responsible.name.label("responsible_name"),
            facts.responsible_unit_id,
            Area.short_name.label("area"),
            Area.name_en.label("area_en"),
            Finding.plan_id,
            Plan.number.label("plan_number"),
            facts.state,
            facts.deadline,
            facts.baseline,
            facts.in_time,
            facts.submitted_on,
            facts.resolved_on,
            facts.days_late,
        )
    )


def counts(actor: Actor, wanted: Filter, *, today: date) -> Counts:
    """Of the filtered list, and of the ready-made views over all that the actor may see: one statement.

    Two for who may see some units in which more than `MOST_LIVE` findings are live.
    """
    most, dialect = counting.MOST_COUNTED, db.session.get_bind().dialect.name
    shapes, asked = (shape_of(actor), wanted.shape), filling_with(actor, wanted)
    if covers_everything(actor.grants):
        return _counting(*shapes, today, dialect, most, None).counts(asked)
    found = _counting(*shapes, today, dialect, most, MOST_LIVE).counts(asked)
    if found.views["live"] > MOST_LIVE:
        return _counting(*shapes, today, dialect, most, None).counts(asked)
    return found.up_to(most + 1)


@built_once
def _counting(
    actor: Actor, wanted: Filter, today: date, dialect: str, most: int, most_live: int | None
) -> Counting | CountingAtOnce:
    """`most_live`: see `_ready`; without it each view is counted apart."""
    ready = _ready_apart(actor, today, most) if most_live is None else _ready(actor, today, most, most_live)
    if wanted.words:
        return _counting_words(actor, wanted, ready, today, dialect)
    view = next((name for name, narrow in VIEWS.items() if wanted == narrow), None)
    if view is not None and view in ALSO_OVERDUE:
        return Counting.of(ready[view], ready["overdue"], ready)
    query, facts = narrowed(actor, wanted, today=today, facts_alone=True)
    rows = query
    if wanted.done is not None and facts is f.Alone:  # from the newest on: how old the others are nobody knows
        newest = query.add_columns(facts.finding_id).order_by(facts.finding_id.desc())
        rows = select().select_from(newest.limit(spelt_out(most + 1)).subquery())
    total = ready[view] if view else number_of(rows, most=most)
    late = total
    if wanted.as_of is not None and wanted.timing is None:  # led by what was overdue on that day, which were few
        query, _facts = narrowed(actor, replace(wanted, timing=Timing.OVERDUE), today=today, facts_alone=True)
        late = number_of(query, most=most)
    elif wanted.timing is not Timing.OVERDUE:
        late = number_of(query.where(f.overdue(facts, wanted.as_of or today)), most=most)
    return Counting.of(total, late, ready)


def _counting_words(
    actor: Actor, wanted: Filter, ready: Mapping[str, ScalarSelect[int]], today: date, dialect: str
) -> CountingAtOnce:
    """What has common words and stands in a narrow place is looked for among some that have them."""
    found = _with_words(actor, wanted, today, dialect)
    late = case((f.overdue(found.facts, wanted.as_of or today), 1), else_=0).label("late")
    query = found.query if found.total is None else found.query.where(not_(found.more))
    return CountingAtOnce.of(query, late, ready, more=found.more, newest=found.newest, total=found.total)


@dataclass(frozen=True, slots=True)
class _WithWords:
    """Those that have the words, to be counted."""

    query: Select[Any]
    facts: Any
    more: ColumnElement[Any]
    newest: ColumnElement[Any]
    """`more` and `newest` as `words.Sought` tells them."""
    total: ScalarSelect[int] | None = None
    """How many, where whatever has the words is wanted and seen: then no finding need be looked at to count them."""


def _with_words(actor: Actor, wanted: Filter, today: date, dialect: str) -> _WithWords:
    if leaves_few(actor, wanted) or not isinstance(wanted.words, words.Blanks):
        return _WithWords(*narrowed(actor, wanted, today=today), literal(0), literal(0))
    sought = words.of(Finding).sought(wanted.words, dialect=dialect)
    query, facts = narrowed(actor, wanted, today=today, walking=True, among=sought.ids)
    nothing_else = nothing_is_hidden(actor) and wanted == Filter(words=wanted.words)
    total = counted_rows(select().select_from(sought.ids)) if nothing_else else None
    return _WithWords(query, facts, sought.more, sought.newest, total)


def newest_with(actor: Actor, text: str, *, most: int, today: date) -> tuple[Sequence[Row[Any]], Counts]:
    """The newest findings that have the words of a text, at most so many, as `listed`; and how many have them."""
    wanted = Filter(words=text)
    shapes, asked = (shape_of(actor), wanted.shape), filling_with(actor, wanted)
    number = _number_with(*shapes, today, db.session.get_bind().dialect.name, counting.MOST_COUNTED)
    total, left_out, soon = db.session.execute(number, asked).one()
    counts = Counts(total, 0, {}, more=bool(left_out), newest=bool(soon))
    if not counts.total and not counts.more:
        return [], counts
    many = are_walked(actor, wanted, counts, sort="newest")
    by_words = many and led_by_words(wanted, counts.newest)

    def read(recent: bool) -> Sequence[Row[Any]]:
        query = _newest_with(*shapes, many, counts.newest, by_words, recent, most, today)
        return db.session.execute(query, asked).all()

    rows = first_page(actor, wanted, sort="newest", counts=counts, read=read, is_whole=lambda found: len(found) == most)
    return rows, counts.seen(len(rows), whole=len(rows) < most)


@built_once
def _number_with(actor: Actor, wanted: Filter, today: date, dialect: str, most: int) -> Select[Any]:
    found = _with_words(actor, wanted, today, dialect)
    total = number_of(found.query, most=most) if found.total is None else found.total
    return select(total, found.more, found.newest)


@built_once
def _newest_with(
    actor: Actor, wanted: Filter, many: bool, newest: bool, by_words: bool, recent: bool, most: int, today: date
) -> Select[Any]:
    read = {"many": many, "newest": newest, "by_words": by_words, "recent": recent}
    query, facts = _chosen(actor, wanted, "newest", today, **read)
    (key,), _downwards = order_of("newest", facts, wanted.is_live, True, many, by_words)
    found = query.add_columns(key.label("_key"))
    ids = found.order_by(key.desc()).limit(spelt_out(most)).subquery("ids")
    rows = told(facts)(ids).order_by(ids.c["_key"].desc())
    return prepared(rows) if newest else rows  # walked in any case, whatever the words


@built_once
def _ready(actor: Actor, today: date, most: int, most_live: int) -> dict[str, ScalarSelect[int]]:
    """How many each ready-made view has, of a part of the country: what is live there is read once for all of them.

    Wrong where that is more than `most_live`, and then told as more. Built once a day for whoever holds the same.
    """
    live = select(Finding.state, Finding.deadline, Finding.in_time).where(seen_by(actor), f.live(Finding))
    rows = live.limit(most_live + 1).subquery()
    of_all = {name: conditions(actor, view, rows.c, day=today, walking=False) for name, view in VIEWS.items()}
    numbers = [func.count().filter(*of_all[name]).label(name) for name in VIEWS if name != "all"]
    at_once = select(*numbers).select_from(rows).cte().prefix_with("MATERIALIZED")
    found = {name: select(at_once.c[name]).scalar_subquery() for name in VIEWS if name != "all"}
    return {**found, "all": _all_of(actor, most)}


def _all_of(actor: Actor, most: int) -> ScalarSelect[int]:
    """How many findings the actor may see, up to `most`: where one way to see them has so many, no other is tried."""
    seen = select().select_from(Finding)
    ways = [number_of(seen.where(way), most=most) for way in ways_to_see(actor, walking=False)]
    alone = number_of(seen.where(seen_by(actor)), most=most)
    if len(ways) < 2 or not sees_much(actor):
        return alone
    return select(case(*((way > most, most + 1) for way in ways), else_=alone)).scalar_subquery()


@built_once
def _ready_apart(actor: Actor, today: date, most: int) -> dict[str, ScalarSelect[int]]:
    """The same where there is much of each view, and each is counted up to `most` alone."""
    of_all = {name: conditions(actor, view, Finding, day=today, walking=False) for name, view in VIEWS.items()}
    # By their days: of the few that are due soon PostgreSQL compares each with every unit of a place otherwise.
    scopes = {name: seen_by(actor, walking=name == "soon") for name in VIEWS}
    scoped = {name: select().select_from(Finding).where(scope) for name, scope in scopes.items()}
    return {name: number_of(scoped[name].where(*conditions), most=most) for name, conditions in of_all.items()}
