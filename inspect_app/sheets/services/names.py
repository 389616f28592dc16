"""Which of a few known names somebody meant: without marks, shortened, mistyped, or the name of long ago."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from inspect_app.core.text import fold
from inspect_app.units.queries.search import COMMITTEE, TITLES

T = TypeVar("T")
SURE = 88
"""Of 100: a name so near to one, and to no other, is that one mistyped."""
APART = 5
"""By so much the next one must be farther."""
PERHAPS = 70
MOST_OFFERED = 6
_WORD = re.compile(r"\d+|[^\W\d_]+")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """`found` is what the name means, several where it is not clear which; `offered` what it may mean."""

    found: tuple[T, ...] = ()
    offered: tuple[T, ...] = ()


def normal(name: str) -> str:
    """`UBND P. Cái Khế` is `phuong cai khe`."""
    words = _WORD.findall(fold(name).replace(COMMITTEE, "ubnd"))
    if len(words) > 1 and words[0] == "ubnd":
        words = words[1:]
    if len(words) > 1:
        words[0:1] = TITLES.get(words[0], words[0]).split()
    return " ".join(words)


def meant(name: str, known: Mapping[str, Collection[T]], others: Collection[str]) -> Match[T]:
    """Of `known` (normal name -> what bears it); `others` are normal names of what else there is."""
    asked = normal(name)
    if asked in known:
        return Match(found=tuple(known[asked]))
    if asked in others:
        return Match()
    bare = {one: list(things) for one, things in known.items() if one.endswith(f" {asked}")}
    if len(bare) == 1:  # "Cái Khế" for "phường Cái Khế"
        return Match(found=tuple(*bare.values()))
    from rapidfuzz import fuzz

    near = sorted(((fuzz.ratio(asked, one), one) for one in known), reverse=True)
    likely = [(score, one) for score, one in near if score >= PERHAPS][:MOST_OFFERED]
    offered = tuple(dict.fromkeys(thing for _score, one in likely for thing in known[one]))
    if not likely or likely[0][0] < SURE:
        return Match(offered=offered)
    best = likely[0][1]
    clear = all(score <= likely[0][0] - APART or set(known[one]) == set(known[best]) for score, one in likely[1:])
    if clear and _NUMBER.findall(asked) == _NUMBER.findall(best):
        return Match(found=tuple(known[best]))
    return Match(offered=offered)
