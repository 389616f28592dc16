"""Finding units the way people name them: without marks, abbreviated, by code, by the name of long ago."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from inspect_app.core.db import db
from inspect_app.core.reading_order import met_by_one
from inspect_app.core.statements import built_once, prepared
from inspect_app.core.text import MOST_WORDS, fold
from inspect_app.units.models import CODE, Lineage, Unit, UnitKind, name_inside
from inspect_app.units.queries.scope import in_force

TITLES = {
    "p": "phuong",
    "q": "quan",
    "h": "huyen",
    "x": "xa",
    "t": "tinh",
    "tx": "thi xa",
    "tt": "thi tran",
    "tp": "thanh pho",
    "vp": "van phong",
    "bql": "ban quan ly",
}
"""What people shorten at the beginning of a name, folded."""
COMMITTEE = "uy ban nhan dan"
"""UBND: stands before most names in letters and in none of ours; inside a name it is spelt out."""
_WORD = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """One unit found. `was` names predecessors of another name by which it was found: "phường Tân An"."""

    id: int
    code: str
    name: str
    kind: UnitKind
    parent_name: str
    valid_from: date | None
    valid_to: date | None
    ended: bool
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query, read: the words of the name, and the codes that it may be meant for."""

    words: tuple[str, ...]
    codes: tuple[str, ...]

    @property
    def values(self) -> dict[str, str]:
        """What `_best` is asked with."""
        parts = {f"part{n}": word for n, word in enumerate(self.words)}
        words = {f"word{n}": f" {word}" for n, word in enumerate(self.words)}
        codes = {f"code{n}": code for n, code in enumerate(self.codes)}
        after = {f"after{n}": f"{code[:-1]}{chr(ord(code[-1]) + 1)}" for n, code in enumerate(self.codes)}
        phrase = " ".join(self.words)
        return {**parts, **words, **codes, **after, "ending": f"% {phrase}", "phrase": f"% {phrase}%"}


def search(text: str, *, day: date | None = None, limit: int = 20) -> list[Hit]:
    """Units by name, code or former name, best first; `day` keeps those in force then.

    A whole name comes before part of one, a unit still in force before a former one, and its own name before
    that of a predecessor. Nothing for a text without a letter or digit.
    """
    asked = _read(text)
    if not asked.words:
        return []
    ranked: dict[int, tuple[tuple[Any, ...], Hit]] = {}
    values = {**asked.values, **({"day": day} if day else {})}
    for row in db.session.execute(_best(len(asked.words), len(asked.codes), day is not None, limit), values):
        was = "" if row.own else name_inside(row.former_name, row.former_kind)
        place, hit = ranked.get(row.id, ((row.rank, row.ended, 0 if row.own else 1, row.sort_key), _hit(row)))
        told = row.own or row.former_name == row.name or was in hit.was
        ranked[row.id] = place, hit if told else replace(hit, was=(*hit.was, was))
    return [hit for _place, hit in sorted(ranked.values(), key=lambda found: found[0])[:limit]]


def named(text: str, unit: Any = Unit) -> ColumnElement[bool]:
    """Units that bear this name or code themselves."""
    asked = _read(text)
    return _matches(asked, unit) if asked.words else false()


def called(text: str) -> ColumnElement[bool]:
    """Units that bear this name or code, or came from one that did."""
    asked = _read(text)
    if not asked.words:
        return false()
    former = aliased(Unit)
    heirs = select(Lineage.unit_id).join(former, former.id == Lineage.predecessor_id).where(_matches(asked, former))
    return or_(_matches(asked, Unit), Unit.id.in_(heirs))


def _read(text: str) -> _Asked:
    typed = _WORD.findall(fold(text))[:MOST_WORDS]
    codes = {"".join(typed)}
    if len(typed) > 1:  # "Sở TN&MT" for STNMT
        codes.add(typed[0][0] + "".join(typed[1:]))
    first, *rest = typed[1:] if len(typed) > 1 and typed[0] == "ubnd" else typed or [""]
    words = [TITLES.get(first, first), *rest]
    spelt = tuple(COMMITTEE if word == "ubnd" else word for word in words if word)
    return _Asked(spelt, tuple(sorted(code for code in codes if len(code) > 1)))


def _matches(asked: _Asked, unit: Any) -> ColumnElement[bool]:
    """Every word begins a word of the name, or the query begins the code."""
    name, code = literal(" ") + unit.name_folded, func.lower(unit.code)
    every_word = and_(*(name.like(f"% {word}%") for word in asked.words))
    return or_(every_word, *(code.like(f"{start}%") for start in asked.codes))


@built_once
def _best(words: int, codes: int, on_a_day: bool, limit: int) -> Select[Any]:
    """The best `limit` units by their own name, and the best by the name of a predecessor, behind them.

    For so many words and codes, which are handed in as `_Asked.values`. Every name is looked at once; an index has the
    codes.
    """
    name, code = literal(" ") + Unit.name_folded, CODE
    is_code = (code == _value(f"code{n}") for n in range(codes))
    rank = case((or_(*is_code, name.like(_value("ending"))), 0), (name.like(_value("phrase")), 1), else_=2)
    """0 for the code or a name that ends so, as "tân an" ends "phường Tân An"; 1 for a phrase; 2."""
    # Most names have a word nowhere: of those it need not be asked what it begins, which costs a copy of the name.
    parts = (_Place(Unit.name_folded, _value(f"part{n}")) > 0 for n in range(words))
    every_word = and_(*parts, *(_Place(name, _value(f"word{n}")) > 0 for n in range(words)))
    begun = (and_(code >= _value(f"code{n}"), code < _value(f"after{n}")) for n in range(codes))
    matches = met_by_one(Unit.id, every_word, *begun)
    matched = select(Unit.id, Unit.name, Unit.kind, Unit.sort_key, rank.label("rank")).where(matches).cte("matched")
    matched = matched.prefix_with("MATERIALIZED")  # SQLite would look at every unit once for each use
    both = union_all(*(select(_named_so(matched, own, on_a_day, limit).subquery()) for own in (True, False))).subquery()
    order = ("rank", "ended", "sort_key", "id", "former_sort_key")
    return prepared(select(both).order_by(both.c.own.desc(), *(both.c[key] for key in order)))


class _Place(FunctionElement[int]):
    """Where a text stands in another, 0 where it does not: on SQLite twice as quick as LIKE."""

    type = Integer()
    inherit_cache = True


@compiles(_Place)
def _by_strpos(element: _Place, compiler: Any, **rest: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **rest)})"


@compiles(_Place, "sqlite")
def _by_instr(element: _Place, compiler: Any, **rest: Any) -> str:
    return f"instr({compiler.process(element.clauses, **rest)})"


def _value(name: str) -> BindParameter[str]:
    return bindparam(name, type_=String())


def _named_so(matched: CTE, own: bool, on_a_day: bool, limit: int) -> Select[Any]:
    """The best of the units that were `matched` themselves, or of those that came from them."""
    above = aliased(Unit)
    rows = select(
        Unit.id,
        Unit.code,
        Unit.name,
        Unit.kind,
        select(above.name).where(above.id == Unit.parent_id).scalar_subquery().label("parent_name"),
        Unit.valid_from,
        Unit.valid_to,
        Unit.ended,
        Unit.sort_key,
        matched.c.rank,
        matched.c.name.label("former_name"),
        matched.c.kind.label("former_kind"),
        matched.c.sort_key.label("former_sort_key"),
        literal(own, literal_execute=True).label("own"),
    ).select_from(matched)
    if own:
        rows = rows.join(Unit, Unit.id == matched.c.id)
    else:
        rows = rows.join(Lineage, Lineage.predecessor_id == matched.c.id).join(Unit, Unit.id == Lineage.unit_id)
    if on_a_day:
        rows = rows.where(in_force(bindparam("day", type_=Date())))
    return rows.order_by(matched.c.rank, Unit.ended, Unit.sort_key, Unit.id, matched.c.sort_key).limit(limit)


def _hit(row: Any) -> Hit:
    return Hit(row.id, row.code, row.name, row.kind, row.parent_name or "", row.valid_from, row.valid_to, row.ended)
