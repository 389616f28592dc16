"""What the figures mean, said once: used by lists, tiles and reports alike, for today and for any earlier day.

`F` is either `Finding` (today) or `Span` (the facts of a day); both have the columns of `Facts`.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, exists, false, func, literal, not_, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from inspect_app.core.clock import HANOI
from inspect_app.core.reading_order import found_first, gathered, held_back, ids_among
from inspect_app.core.statements import spelt_out
from inspect_app.findings.models import (
    ASIDE,
    COUNTED,
    FOREVER,
    LIVE,
    WAITING,
    Extension,
    Finding,
    Message,
    Span,
    State,
    Submission,
    Verdict,
)

F = type[Finding] | type[Span]
Alone = aliased(Span, name="alone")
"""Facts that are read without their findings."""
Earlier = aliased(Finding, name="earlier")
Then = aliased(Span, name="then")
_LAST_DAY = literal(FOREVER, literal_execute=True)
_BLOCK = spelt_out(1000)
"""As many findings as are looked at together to tell whether any was issued by a day."""


def facts_on(query: Select[Any], as_of: date | None, *, its: Any = Finding.id) -> tuple[Select[Any], Any]:
    """`query` over Finding, and where its facts are to be read from: today's, or those of the day `as_of`.

    What was not issued by `as_of` is left out. `its`: the id as it is compared, see `core.reading_order`.
    """
    if as_of is None:
        return query, Finding
    return query.join(Span, and_(Span.finding_id == its, *_issued_on(Span, as_of))), Span


def facts_by_deadline(query: Select[Any], as_of: date) -> tuple[Select[Any], Any]:
    """The same of a past day, for whoever walks in the order of deadlines: on PostgreSQL each day finds its finding.

    SQLite, which would first read all findings to know which not to look for, has each finding find its day as before.
    """
    its = gathered(Span.finding_id) == held_back(Finding.id)
    return query.join(Span, and_(its, *_issued_on(Span, as_of), due(Span))), Span


def due(span: Any) -> ColumnElement[bool]:
    """It has a deadline, as all that was issued has: an index of those knows their days in this order."""
    found: ColumnElement[bool] = span.deadline.is_not(None)
    return found


def facts_alone(as_of: date) -> tuple[Select[Any], Any]:
    """The same of all findings, for conditions that ask for no more than facts: no finding is looked at."""
    return select().select_from(Alone).where(*_issued_on(Alone, as_of)), Alone


def _issued_on(span: Any, day: date) -> tuple[ColumnElement[bool], ...]:
    return span.since <= day, span.until > day, span.state != State.RECORDED


def id_in(facts: Any) -> Any:
    """The id of the finding that the facts are of."""
    return Alone.finding_id if facts is Alone else Finding.id


def latest_by(day: date) -> ColumnElement[int]:
    """An id that no finding which was issued by `day` is greater than, a thousand more than the greatest at most."""
    last = _latest_block(day)
    found: ColumnElement[int] = select((last + 1) * _BLOCK - 1).scalar_subquery()
    return found


def earliest_from(day: date) -> ColumnElement[int]:
    """An id that no finding which was issued on `day` or later is less than: told in the same way from the first on."""
    blocks = select(literal(0).label("place")).cte(recursive=True)
    last = select(func.max(Earlier.issued_on)).where(Earlier.id // _BLOCK == blocks.c.place).scalar_subquery()
    newest = select(func.max(Earlier.id) // _BLOCK).scalar_subquery()
    sooner = blocks.c.place < newest, func.coalesce(last, date.min) < day
    blocks = blocks.union_all(select(blocks.c.place + 1).where(*sooner))
    found: ColumnElement[int] = select(func.max(blocks.c.place) * _BLOCK).scalar_subquery()
    return found


def live_on(span: Any, day: date) -> ColumnElement[bool]:
    """Among the findings issued by `day`: of a day long past an index leads to what was live then, and passes by all
    that came later and most that was over."""
    blocks = select(_latest_block(day).label("place")).cte(recursive=True)
    blocks = blocks.union_all(select(blocks.c.place - 1).where(blocks.c.place > 0))
    return and_(_is_live(span), ids_among(span.finding_id // _BLOCK, select(blocks.c.place), walking=False))


def live_first(day: date, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same of findings and their `Span`: found before any finding is looked at. `which`: what else `Then` is."""
    there = select(Then.id).where(*_issued_on(Then, day), live_on(Then, day), *which)
    return found_first(Span.id, there, live_on(Span, day))


def _latest_block(day: date) -> ColumnElement[int]:
    """The last thousand written down one after the other of which any was issued by `day`.

    By the days on which they were issued, whenever that was written: what was written down late has a great id. Told
    from the newest thousand on by an index that knows of each which was issued first.
    """
    blocks = select((func.max(Earlier.id) // _BLOCK).label("place")).cte(recursive=True)
    first = select(func.min(Earlier.issued_on)).where(Earlier.id // _BLOCK == blocks.c.place).scalar_subquery()
    later = blocks.c.place > 0, func.coalesce(first, FOREVER) > day
    blocks = blocks.union_all(select(blocks.c.place - 1).where(*later))
    found: ColumnElement[int] = select(func.min(blocks.c.place)).scalar_subquery()
    return found


def counted(facts: Any) -> ColumnElement[bool]:
    """Issued and not withdrawn: the denominator of every completion figure."""
    found: ColumnElement[bool] = facts.state.in_(COUNTED)
    return found


def resolved_until_later(span: Any, day: date) -> ColumnElement[bool]:
    """Resolved on `day`, by facts of that day that changed afterwards: few, and an index knows these alone."""
    resolved_then: ColumnElement[Any] = literal(State.RESOLVED, span.state.type, literal_execute=True)
    return and_(span.state == resolved_then, span.until < _LAST_DAY, span.until > day, span.since <= day)


def resolved_then(day: date | None) -> list[tuple[Select[Any], Any]]:
    """All that is resolved today, or was on a day that is past: in parts, each with where its facts are.

    What is resolved since then or longer says itself when and how late, since only being reopened changes that; what
    was resolved then and is no longer, or anew, are few.
    """
    now = select().select_from(Finding).where(resolved(Finding))
    if day is None:
        return [(now, Finding)]
    since_then = or_(Finding.resolved_on > day, Finding.resolved_on.is_(None))
    no_longer = select().select_from(Span).join(Finding, Finding.id == Span.finding_id)
    no_longer = no_longer.where(resolved_until_later(Span, day), since_then)
    return [(now.where(Finding.resolved_on <= day), Finding), (no_longer, Span)]


def resolved(facts: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = facts.state == State.RESOLVED
    return found


def on_time(facts: Any) -> ColumnElement[bool]:
    """Resolved by a submission that came before or on the deadline then in force."""
    return and_(resolved(facts), facts.days_late <= 0)


def early(facts: Any) -> ColumnElement[bool]:
    """Resolved by a submission that came before the deadline then in force."""
    return and_(resolved(facts), facts.days_late < 0)


def on_the_day(facts: Any) -> ColumnElement[bool]:
    """Resolved by a submission that came on the deadline then in force."""
    return and_(resolved(facts), facts.days_late == 0)


def late(facts: Any) -> ColumnElement[bool]:
    return and_(resolved(facts), facts.days_late > 0)


def overdue(facts: Any, day: date) -> ColumnElement[bool]:
    """Issued, neither resolved nor withdrawn, past its deadline, and no submission waiting that came in time."""
    return and_(_is_live(facts), not_(facts.in_time), facts.deadline < day)


def overdue_for(facts: Any, day: date, least: int, most: int | None = None) -> ColumnElement[bool]:
    """Overdue on `day` for `least` to `most` calendar days; the day after the deadline is the first of them."""
    since = overdue(facts, day - timedelta(days=least - 1))
    return since if most is None else and_(since, facts.deadline >= day - timedelta(days=most))


class _DayAfter(FunctionElement[date]):
    """The day after the one in a column."""

    type = Date()
    inherit_cache = True


@compiles(_DayAfter)
def _counted_on(element: _DayAfter, compiler: Any, **rest: Any) -> str:
    return f"({compiler.process(element.clauses, **rest)} + 1)"


@compiles(_DayAfter, "sqlite")
def _moved_on(element: _DayAfter, compiler: Any, **rest: Any) -> str:
    return f"date({compiler.process(element.clauses, **rest)}, '+1 day')"


def became_overdue(first: date, last: date, *, walking: bool = True) -> ColumnElement[bool]:
    """Overdue at the end of some day from `first` to `last`, though not at the end of the day before `first`.

    `walking`: see `core.reading_order`.
    """
    if first > last:
        return false()
    span, earlier = aliased(Span), aliased(Span)
    became = _was_late_in(span, first, last)
    there = (
        exists().where(span.finding_id == Finding.id, *became)
        if walking
        else Finding.id.in_(select(span.finding_id).where(*became))
    )
    was = exists().where(earlier.finding_id == Finding.id, *_was_late_before(earlier, first))
    return and_(there, not_(was))


def overdue_since(first: date, last: date) -> Select[int]:
    """Ids of all findings that `became_overdue`, read of an index of what was live on which days."""
    became, was = and_(*_was_late_in(Span, first, last)), and_(*_was_late_before(Span, first))
    either = (live_on(Span, last), Span.until >= first, Span.since <= last, or_(became, was))
    each = select(Span.finding_id).where(*either).group_by(held_back(Span.finding_id))
    return each.having(func.count().filter(was) == 0)


def _was_late_in(span: Any, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    """On some day from `first` to `last`."""
    days = (span.since <= last, span.until > first, span.since < span.until)
    return *days, overdue(span, last), _DayAfter(span.deadline) < span.until


def _was_late_before(span: Any, first: date) -> tuple[ColumnElement[bool], ...]:
    """On the day before `first`."""
    before = first - timedelta(days=1)
    return span.since <= before, span.until > before, overdue(span, before)


def judged_by(day: date) -> ColumnElement[bool]:
    """At least one submission was accepted or returned on or before `day`."""
    return _verdict(day, Verdict.ACCEPTED, Verdict.RETURNED)


def live(facts: Any) -> ColumnElement[bool]:
    """Issued, neither resolved nor withdrawn."""
    return _is_live(facts)


def entered_after(span: type[Span], day: date) -> ColumnElement[bool]:
    """Written after `day` was over in Vietnam, though it counts for that day."""
    return span.at >= datetime.combine(day + timedelta(days=1), time(), HANOI).astimezone(UTC)


def due_within(facts: Any, first: date, last: date) -> ColumnElement[bool]:
    """What will be overdue after its deadline, which is from `first` to `last`, unless something happens."""
    return and_(_is_live(facts), not_(facts.in_time), facts.deadline.between(first, last))


def returned_by(day: date, *, walking: bool = True) -> ColumnElement[bool]:
    """At least one submission was returned on or before `day`, whatever came of the finding since.

    `walking`: see `core.reading_order`.
    """
    if walking:
        return _verdict(day, Verdict.RETURNED)
    returned: ColumnElement[Any] = literal(Verdict.RETURNED, Submission.verdict.type, literal_execute=True)
    return Finding.id.in_(
        select(Submission.finding_id).where(Submission.verdict == returned, Submission.judged_on <= day)
    )


def _verdict(day: date, *verdicts: Verdict) -> ColumnElement[bool]:
    return exists().where(
        Submission.finding_id == Finding.id, Submission.verdict.in_(verdicts), Submission.judged_on <= day
    )


def asks_for_time(as_of: date | None = None) -> ColumnElement[bool]:
    """A request of the unit for a later deadline waits for an answer, or waited on the day `as_of`."""
    waiting: ColumnElement[bool] = Extension.granted.is_(None)
    if as_of is not None:
        waiting = and_(Extension.asked_on <= as_of, or_(Extension.decided_on.is_(None), Extension.decided_on > as_of))
    return Finding.id.in_(select(Extension.finding_id).where(waiting))


def asks_the_team() -> ColumnElement[bool]:
    """A question of the unit waits for an answer."""
    return Finding.id.in_(select(Message.finding_id).where(Message.unanswered))


def aside(facts: Any) -> ColumnElement[bool]:
    """Not issued yet, or withdrawn."""
    return _stands_in(facts, "aside", ASIDE)


def waiting(facts: Any) -> ColumnElement[bool]:
    """Somebody else than the unit has to act."""
    return _stands_in(facts, "waiting", WAITING)


def _is_live(facts: Any) -> ColumnElement[bool]:
    return _stands_in(facts, "live", LIVE)


def _stands_in(facts: Any, name: str, states: tuple[State, ...]) -> ColumnElement[bool]:
    """Its codes stand in the statement itself: with bound values SQLite passes by the indexes of these findings."""
    codes: ColumnElement[Any] = bindparam(name, states, expanding=True, literal_execute=True)
    found: ColumnElement[bool] = facts.state.in_(codes)
    return found
