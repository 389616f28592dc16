"""Word search that stays cheap at a million texts: which words of a text are kept, and how a query asks for them.

A record whose model was given to `keep` has a row in a table of its own, `finding_words` for `finding`, written in the
flush that writes the record; nobody else writes there. It holds the words of the record's `folded` text, and each two
neighbours as one (`_dat_dai`), so that a phrase of common syllables is found by what is rare in it. On PostgreSQL a
GIN index finds the rows, on SQLite the table is one of FTS5. What is a word is said here and nowhere else: neither
database ever cuts up a text or reads what somebody typed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    bindparam,
    case,
    event,
    false,
    func,
    not_,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, UOWTransaction, attributes, scoped_session
from sqlalchemy.sql.functions import FunctionElement

from inspect_app.core.conditions import Condition
from inspect_app.core.db import Base
from inspect_app.core.text import pieces

LONGEST = 40
"""Letters of a word that count; of longer ones only so many are compared."""
MOST_KEPT = 20_000
"""Words of one text that are kept: PostgreSQL holds no more than a megabyte of them."""
MOST_ASKED = 24
"""Words and pairs that one search asks for."""
SHORTEST_BEGINNING = 2
"""From so many letters on, the last word typed may be the beginning of one."""
COMMON = 5_000
"""Words that more records than this have are common: of those records only some are looked at to count."""
MOST_LOOKED_AT = 1_000
"""Records with common words that are looked at to tell how many of them a narrow place has."""
NEWEST = 3_000
"""Records that PostgreSQL walks to see whether common words stand in the newest ones often enough for a page."""
SAMPLE = 500
"""Of these, so many are walked first, to see whether it is worth while."""
A_PAGE = 51
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a text must have: a word, or two neighbours (`_dat_dai`)."""

    word: str
    begins: bool = False
    """Any word that begins so will do."""

    @property
    def for_sqlite(self) -> str:
        return f'"{self.word}"*' if self.begins else f'"{self.word}"'

    @property
    def for_postgresql(self) -> str:
        return f"'{self.word}':*" if self.begins else f"'{self.word}'"

    @property
    def in_row(self) -> str:
        """Where it stands in what `kept` makes."""
        return f" {self.word}" if self.begins else f" {self.word} "


@dataclass(frozen=True, slots=True)
class Blanks:
    """So many terms in a statement, which is the same for all that are asked for; `filling` says what they are."""

    number: int

    @property
    def for_postgresql(self) -> ColumnElement[str]:
        return bindparam("terms", type_=TSQUERY())  # a text would be read anew for each row that is walked

    @property
    def for_sqlite(self) -> ColumnElement[str]:
        return bindparam("matched", type_=Text())

    @property
    def in_row(self) -> list[ColumnElement[str]]:
        return [bindparam(f"term{place}", type_=Text()) for place in range(self.number)]


def kept(folded: str) -> str:
    """What is kept of a folded text: its words and pairs, each once, with a space around each."""
    found = _cut(folded, MOST_KEPT)
    return f" {' '.join(dict.fromkeys([*found, *_pairs(found)]))} "


def asked(query: str) -> tuple[Term, ...]:
    """What a text must have, all of it, to be found by what somebody typed; nothing for no letter and no digit.

    A quoted phrase, and what is written in one piece like `262/KH-UBND`, is found as it stands. The last word
    may be the beginning of one, unless it is quoted or a single letter.
    """
    terms: list[Term] = []
    read = [(_cut(piece, MOST_ASKED), quoted) for piece, quoted in pieces(query)]
    read = [(found, quoted) for found, quoted in read if found]
    for place, (found, quoted) in enumerate(read, 1):
        long_enough = len(found) > 1 or len(found[0]) >= SHORTEST_BEGINNING
        open_ended = place == len(read) and not quoted and long_enough
        whole = _pairs(found) or found
        terms += [Term(word) for word in whole[:-1]]
        terms.append(Term(whole[-1], open_ended))
    return tuple(dict.fromkeys(terms))[:MOST_ASKED]


def blanks(query: str | Blanks) -> Blanks:
    """For what somebody typed."""
    return query if isinstance(query, Blanks) else Blanks(len(asked(query)))


def filling(query: str | Blanks) -> dict[str, str]:
    """What the statement is asked with in which the `blanks` of it stand; these themselves are filled in already."""
    if isinstance(query, Blanks):
        return {}
    terms = asked(query)
    return {
        "terms": " & ".join(term.for_postgresql for term in terms),
        "matched": " AND ".join(term.for_sqlite for term in terms),
        **{f"term{place}": term.in_row for place, term in enumerate(terms)},
    }


def _cut(folded: str, most: int) -> list[str]:
    return [word[:LONGEST] for word in _WORD.findall(folded)[:most]]


def _pairs(found: Sequence[str]) -> list[str]:
    """Begins with what no word has in it, so that the beginning of a word is never that of a pair."""
    return [f"_{one}_{other}" for one, other in pairwise(found)]


class WordIndex:
    """The words of one model's records."""

    def __init__(self, model: type[Base]) -> None:
        self.model: Any = model
        self.name = f"{model.__tablename__}_words"
        self.table = Table(
            self.name,
            MetaData(),  # not a table of the models: SQLite's is a virtual one that no reflection knows
            Column("rowid", BigInteger, primary_key=True, key="id"),
            Column("words", Text),
            Column(self.name, Text),
        )
        """`id` is the record's; the column called like the table is how FTS5 is asked."""

    @property
    def newest_first(self) -> ColumnElement[int]:
        """The record's id, to sort what `found` keeps by, downwards: both databases walk their index so."""
        found: ColumnElement[int] = self.table.c.id
        return found

    def joined(self, terms: Blanks, *, few: bool = False, many: bool = False) -> ColumnElement[bool]:
        """ON what to join `table` to records that have all of the terms.

        `few`: the query leaves few records without the words, and the words of each shall be looked at. `many`: so
        many records have them that PostgreSQL shall walk the records in their order (`Sought.newest`); it takes words
        that go together for rarer than they are.
        """
        return and_(self.table.c.id == self.model.id, self._has(terms, few=few, many=many))

    def having(self, terms: Blanks) -> ColumnElement[bool]:
        """Condition on `table`: its records have all of the terms."""
        return self._has(terms, few=False, many=False)

    def sought(self, terms: Blanks, *, dialect: str) -> "Sought":
        """Records that have all of the terms; where those are common, some of them."""
        indexed: Any = select(self.table.c.id).where(self.having(terms)).limit(COMMON + 1)
        newest: ColumnElement[bool] = false()
        if dialect == "postgresql" and terms.number:
            walked = self._newest(terms, NEWEST).where(self._worth_walking(terms)).cte("walked")
            a_page = select(func.count()).select_from(walked).scalar_subquery() >= A_PAGE
            soon = select(a_page.label("soon")).cte("soon")
            newest = select(soon.c.soon).scalar_subquery()
            few = select(indexed.where(not_(newest)).subquery().c.id)
            indexed = union_all(select(walked.c.id).where(newest), few)
        found = indexed.cte("found")
        more = or_(newest, select(func.count()).select_from(found).scalar_subquery() > COMMON)
        some = select(found.c.id).limit(case((more, MOST_LOOKED_AT), else_=COMMON)).subquery()
        return Sought(some, more, newest)

    def _worth_walking(self, terms: Blanks) -> ColumnElement[bool]:
        """So many seem to have the terms that their index is dear.

        What is in PostgreSQL's index is gathered whole, a microsecond or two for each record that has the words.
        """
        in_sample = select(func.count()).select_from(self._newest(terms, SAMPLE).subquery()).scalar_subquery()
        last = select(func.max(self.table.c.id)).scalar_subquery()
        return in_sample * last > COMMON * SAMPLE

    def _newest(self, terms: Blanks, most: int) -> Select[Any]:
        """Of so many of the newest records those that have all of the terms."""
        latest = select(self.table.c.id, self.table.c.words).order_by(self.table.c.id.desc()).limit(most).subquery()
        return select(latest.c.id).where(_Walked(latest.c.words, terms.for_postgresql))

    def _has(self, terms: Blanks, *, few: bool, many: bool) -> ColumnElement[bool]:
        if not terms.number:
            return false()
        if few:
            return _InRow(self.table.c.words, terms.for_postgresql, *terms.in_row)
        found = _Walked if many else _InIndex
        return found(self.table.c.words, terms.for_postgresql, self.table.c[self.name], terms.for_sqlite)

    def write(self, session: Session | scoped_session[Any], rows: Iterable[tuple[int, str]]) -> None:
        """Keep the words of these (id, folded text)."""
        several = [{"id": number, "words": kept(folded)} for number, folded in rows]
        if several:
            self._execute(session, _WRITTEN[session.get_bind().dialect.name], several)

    def drop(self, session: Session | scoped_session[Any], ids: Iterable[int]) -> None:
        several = [{"id": number} for number in ids]
        if several:
            self._execute(session, "DELETE FROM {table} WHERE rowid = :id", several)

    def _execute(self, session: Session | scoped_session[Any], sql: str, several: list[dict[str, Any]]) -> None:
        session.execute(text(sql.format(table=self.name)), several, bind_arguments={"mapper": self.model})

    def differing(self, session: Session | scoped_session[Any]) -> list[int]:
        """Ids of records whose words are not those of their text, and of words without a record. Reads everything."""
        wrong: list[int] = []
        for numbers, folded, there in self._batches(session):
            wrong += [one for one in numbers if there.pop(one, None) != _as_set(kept(folded[one]))]
            wrong += there
        return sorted(wrong)

    def mend(self, session: Session | scoped_session[Any]) -> int:
        """Write anew what differs; how many did."""
        wrong = self.differing(session)
        for start in range(0, len(wrong), _BATCH):
            ids = wrong[start : start + _BATCH]
            self.drop(session, ids)
            rows = session.execute(select(self.model.id, self.model.folded).where(self.model.id.in_(ids)))
            self.write(session, [(row.id, row.folded) for row in rows])
        return len(wrong)

    def _batches(self, session: Session | scoped_session[Any]) -> Iterator[tuple[list[int], dict[int, str], Any]]:
        """Ids in order, id -> text, id -> set of words: batch by batch, the ids between two batches included."""
        words: Any = self.table.c.words
        if session.get_bind().dialect.name == "postgresql":
            words = func.array_to_string(func.tsvector_to_array(words), " ")
        after, last = -1, False
        while not last:
            rows = session.execute(
                select(self.model.id, self.model.folded)
                .where(self.model.id > after)
                .order_by(self.model.id)
                .limit(_BATCH)
            )
            folded = {row.id: row.folded for row in rows}
            last = len(folded) < _BATCH
            number = self.table.c.id
            there = select(number, words.label("words")).where(number > after)
            after = max(folded, default=after)
            there = there if last else there.where(number <= after)
            yield list(folded), folded, {row.id: _as_set(row.words) for row in session.execute(there)}


@dataclass(frozen=True, slots=True)
class Sought:
    """What is to be known of the records that have some words before a page of them is read."""

    ids: Subquery
    """Of all of them, or of `MOST_LOOKED_AT`."""
    more: ColumnElement[bool]
    """There are more than `ids`."""
    newest: ColumnElement[bool]
    """Who walks the records, newest first, finds a page of them soon; otherwise the index of words finds them."""


_BATCH = 2_000
_WRITTEN = {
    "sqlite": "INSERT OR REPLACE INTO {table} (rowid, words) VALUES (:id, :words)",
    "postgresql": "INSERT INTO {table} (rowid, words)"
    " VALUES (:id, array_to_tsvector(array_remove(string_to_array(:words, ' '), '')))"
    " ON CONFLICT (rowid) DO UPDATE SET words = excluded.words",
}


def _as_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


class _InIndex(Condition):
    """`words`, the query of PostgreSQL, the column of FTS5, the query of FTS5; PostgreSQL needs but the first two."""

    inherit_cache = True


class _Walked(_InIndex):
    """The same, by a function that PostgreSQL's index knows nothing of."""

    inherit_cache = True


class _InRow(Condition):
    """`words`, the query of PostgreSQL, and what must stand in the words."""

    inherit_cache = True


@compiles(_InIndex)
def _in_vector(element: FunctionElement[bool], compiler: Any, **rest: Any) -> str:
    words, query, *_others = element.clauses
    return f"({compiler.process(words, **rest)} @@ CAST({compiler.process(query, **rest)} AS tsquery))"


@compiles(_InRow)
@compiles(_Walked)
def _by_function(element: FunctionElement[bool], compiler: Any, **rest: Any) -> str:
    words, query, *_others = element.clauses
    return f"ts_match_vq({compiler.process(words, **rest)}, CAST({compiler.process(query, **rest)} AS tsquery))"


@compiles(_InIndex, "sqlite")
@compiles(_Walked, "sqlite")
def _in_fts(element: FunctionElement[bool], compiler: Any, **rest: Any) -> str:
    _words, _query, column, asked_for = element.clauses
    return f"({compiler.process(column, **rest)} MATCH {compiler.process(asked_for, **rest)})"


@compiles(_InRow, "sqlite")
def _in_text(element: FunctionElement[bool], compiler: Any, **rest: Any) -> str:
    words, _query, *needles = (compiler.process(clause, **rest) for clause in element.clauses)
    return "(" + " AND ".join(f"instr({words}, {needle}) > 0" for needle in needles) + ")"


_indexes: dict[type[Base], WordIndex] = {}


def keep(model: type[Base]) -> WordIndex:
    """From now on the words of each record's `folded` are kept. Its table is made by a migration."""
    return _indexes.setdefault(model, WordIndex(model))


def of(model: type[Base]) -> WordIndex:
    return _indexes[model]


def is_kept_here(table: str) -> bool:
    """Whether this is a table of words, or one of those in which FTS5 keeps them: no model describes them."""
    return any(table == index.name or table.startswith(f"{index.name}_") for index in _indexes.values())


def check(session: Session | scoped_session[Any]) -> list[tuple[str, int]]:
    """(table, id) of each record whose kept words are not those of its text, and of words without a record."""
    return [(index.model.__tablename__, number) for index in _indexes.values() for number in index.differing(session)]


def mend(session: Session | scoped_session[Any]) -> int:
    """Write anew what `check` finds; how many it found."""
    return sum(index.mend(session) for index in _indexes.values())


@event.listens_for(Session, "after_flush")
def _keep_up(session: Session, _context: UOWTransaction) -> None:
    for one in session.deleted:
        if index := _indexes.get(type(one)):
            index.drop(session, [one.id])
    written: dict[WordIndex, list[tuple[int, str]]] = {}
    for one in session.new:
        if index := _indexes.get(type(one)):
            written.setdefault(index, []).append((one.id, one.folded))
    for one in session.dirty:
        if (index := _indexes.get(type(one))) and attributes.get_history(one, "folded").has_changes():
            written.setdefault(index, []).append((one.id, one.folded))
    for index, rows in written.items():
        index.write(session, rows)
