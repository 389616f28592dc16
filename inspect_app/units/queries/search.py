"""Finding units the way people name them: without marks, abbreviated, by code, by the name of long ago."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import aliased

from inspect_app.core.db import db
from inspect_app.core.text import MOST_WORDS, fold
from inspect_app.units.models import Lineage, Unit, UnitKind, name_inside
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


def search(text: str, *, day: date | None = None, limit: int = 20) -> list[Hit]:
    """Units by name, code or former name, best first; `day` keeps those in force then.

    A whole name comes before part of one, a unit still in force before a former one, and its own name before
    that of a predecessor. Nothing for a text without a letter or digit.
    """
    asked = _read(text)
    if not asked.words:
        return []
    own = _rows(asked, Unit, day, limit)
    former = aliased(Unit)
    heirs = _rows(asked, former, day, limit)
    rows = db.session.execute(own).all()
    ranked = {row.id: ((row.rank, row.ended, 0, row.sort_key), _hit(row)) for row in rows}
    for row in db.session.execute(
        heirs.join(Lineage, Lineage.predecessor_id == former.id).join(Unit, Unit.id == Lineage.unit_id)
    ):
        was = name_inside(row.former_name, row.former_kind)
        place, hit = ranked.get(row.id, ((row.rank, row.ended, 1, row.sort_key), _hit(row)))
        told = row.former_name == row.name or was in hit.was
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


def _rank(asked: _Asked, unit: Any) -> ColumnElement[int]:
    """0 for the code or a name that ends so, as "tân an" ends "phường Tân An"; 1 for a phrase; 2."""
    name, phrase = literal(" ") + unit.name_folded, " ".join(asked.words)
    return case(
        (or_(func.lower(unit.code).in_(asked.codes), name.like(f"% {phrase}")), 0),
        (name.like(f"% {phrase}%"), 1),
        else_=2,
    )


def _rows(asked: _Asked, matched: Any, day: date | None, limit: int) -> Select[Any]:
    """The best `limit` units by the name of `matched`: the unit itself, or an alias of a predecessor."""
    above, rank = aliased(Unit), _rank(asked, matched)
    rows = (
        select(
            Unit.id,
            Unit.code,
            Unit.name,
            Unit.kind,
            select(above.name).where(above.id == Unit.parent_id).scalar_subquery().label("parent_name"),
            Unit.valid_from,
            Unit.valid_to,
            Unit.ended,
            Unit.sort_key,
            rank.label("rank"),
            matched.name.label("former_name"),
            matched.kind.label("former_kind"),
        )
        .select_from(matched)
        .where(_matches(asked, matched))
        .order_by(rank, Unit.ended, Unit.sort_key, Unit.id, matched.sort_key)
        .limit(limit)
    )
    return rows.where(in_force(day)) if day else rows


def _hit(row: Any) -> Hit:
    return Hit(row.id, row.code, row.name, row.kind, row.parent_name or "", row.valid_from, row.valid_to, row.ended)
