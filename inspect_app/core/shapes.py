"""What statements are built of that are kept for everybody: an actor without the values by which people differ.

Two officers of a commune each hold one role over one unit three steps down the tree. What they ask differs by values
alone: who they are, where they are at home, which paths and teams. So a statement is built of the `shape_of` its actor,
in which blanks stand for values, and is asked with the `filling_of` the actor. What goes on in Python while it is built
sees the roles, how many grants there are and how far down; of anything else the blanks tell nothing: who reads one as a
value builds no statement, or one that finds nothing. Without its filling a statement is not asked at all.
"""

from collections.abc import Collection, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol

from sqlalchemy import BindParameter, ColumnElement, Integer, String, bindparam

from inspect_app.core.actor import Actor, Held, Seat, TeamRole, is_root
from inspect_app.core.these import one_of

NOWHERE = 1 << 70
"""The value of a blank that is read as one: no id, and more than SQLite takes."""
_MANY = 64
"""Actors whose shape and filling are remembered: one request asks for them some twenty times."""


class Blank(int):
    """Stands for a number: an id, a year."""

    name: str

    def __new__(cls, name: str) -> "Blank":
        blank = super().__new__(cls, NOWHERE)
        blank.name = name
        return blank

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, Blank) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)

    def __clause_element__(self) -> BindParameter[int]:
        return bindparam(self.name, type_=Integer())


class BlankIds(frozenset[int]):
    """Stands for ids, one at least."""

    name: str

    def __new__(cls, name: str) -> "BlankIds":
        blank = super().__new__(cls, (Blank(name),))
        blank.name = name
        return blank


class BlankPath(str):
    """Stands for the path of a unit that is as many steps down the tree as the one that it is `like`."""

    name: str

    def __new__(cls, name: str, *, like: str) -> "BlankPath":
        blank = super().__new__(cls, f"{name}/" + "?/" * (like.count("/") - 1))
        blank.name = name
        return blank

    def __clause_element__(self) -> BindParameter[str]:
        return bindparam(self.name, type_=String())

    @property
    def end(self) -> BindParameter[str]:
        """For the `end_of` the path."""
        return bindparam(f"{self.name}_end", type_=String())


def end_of(path: str) -> Any:
    """Where the paths under this one end: at `0`, the character after `/`."""
    return path.end if isinstance(path, BlankPath) else f"{path[:-1]}0"


def among(column: Any, ids: Collection[int]) -> ColumnElement[bool]:
    """The column is one of the ids, or of those that a blank stands for."""
    found: ColumnElement[bool] = one_of(column, ids.name) if isinstance(ids, BlankIds) else column.in_(sorted(ids))
    return found


def blank_path(name: str, path: str) -> str:
    """A blank like this path; the root's own, of which there is but one."""
    return path if is_root(path) else BlankPath(name, like=path)


def path_filling(name: str, path: str) -> dict[str, Any]:
    """What the `blank_path` of that name is filled in with."""
    return {name: path, f"{name}_end": end_of(path)}


@lru_cache(maxsize=_MANY)
def shape_of(actor: Actor) -> Actor:
    """Equal for all who hold the same roles over as many units as far down the tree, and sit on teams as the same.

    The shape of a shape is itself.
    """
    if isinstance(actor, _Shape):
        return actor
    places = _places(actor)
    return _Shape(
        person_id=None if actor.person_id is None else Blank("actor"),
        name="",
        home_unit_id=None if actor.home_unit_id is None else Blank("actor_home"),
        grants=tuple(_blank(grant, places[grant.path]) for grant in actor.grants),
        seats=tuple(_SEATS[role] for role in TeamRole if any(seat.role is role for seat in actor.seats)),
    )


@lru_cache(maxsize=_MANY)
def filling_of(actor: Actor) -> Mapping[str, Any]:
    """What a statement of the actor's shape is asked with."""
    filling: dict[str, Any] = {"actor": actor.person_id, "actor_home": actor.home_unit_id}
    for name in _TEAMS if actor.seats else ():
        filling[f"actor_{name}"] = sorted(getattr(actor, name))
    for path, place in _places(actor).items():
        held = next(grant for grant in actor.grants if grant.path == path)
        filling |= {**path_filling(place, path), f"{place}_id": held.unit_id}
        filling |= {f"{place}_above": sorted(held.above), f"{place}_former": sorted(held.predecessors)}
    return MappingProxyType(filling)


class Filled(Protocol):
    """A filter."""

    @property
    def filling(self) -> dict[str, Any]:
        """What a statement of the filter's shape is asked with."""


def filling_with(actor: Actor, wanted: Filled) -> dict[str, Any]:
    """What a statement of both their shapes is asked with."""
    return {**filling_of(actor), **wanted.filling}


def blanks_for(wanted: object, names: Collection[str]) -> dict[str, Any]:
    """In place of those fields of a filter that hold a number."""
    return {name: Blank(f"wanted_{name}") for name in names if getattr(wanted, name) is not None}


def numbers_for(wanted: object, names: Collection[str]) -> dict[str, Any]:
    """What the `blanks_for` the fields are filled in with."""
    return {f"wanted_{name}": getattr(wanted, name) for name in names}


def _places(actor: Actor) -> dict[str, str]:
    """Path -> what its blanks are called."""
    return {path: f"place{n}" for n, path in enumerate(dict.fromkeys(grant.path for grant in actor.grants))}


def _blank(held: Held, place: str) -> Held:
    former = BlankIds(f"{place}_former") if held.predecessors else held.predecessors
    return _HeldShape(held.role, Blank(f"{place}_id"), blank_path(place, held.path), former)


_SEATS = {role: Seat(Blank("team"), Blank("plan"), role) for role in TeamRole}
"""Whatever there is to be asked of them is in `_TEAMS`."""
_TEAMS = ("team_ids", "plan_ids", "led_team_ids", "signing_team_ids")
"""What an actor sits on, by the names of its properties."""


class _Shape(Actor):
    """An actor of blanks."""

    @property
    def team_ids(self) -> frozenset[int]:
        return self._blanks("team_ids")

    @property
    def plan_ids(self) -> frozenset[int]:
        return self._blanks("plan_ids")

    @property
    def led_team_ids(self) -> frozenset[int]:
        return self._blanks("led_team_ids")

    @property
    def signing_team_ids(self) -> frozenset[int]:
        return self._blanks("signing_team_ids")

    def _blanks(self, name: str) -> frozenset[int]:
        return BlankIds(f"actor_{name}") if getattr(super(), name) else frozenset()


class _HeldShape(Held):
    """A grant of blanks."""

    @property
    def above(self) -> frozenset[int]:
        return BlankIds(f"{self.path.name}_above") if isinstance(self.path, BlankPath) else super().above
