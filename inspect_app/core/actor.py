"""Who is asking: a frozen value made once per request, handed to every service.

It holds what policies and scoped queries need and nothing else, so that the domain never meets a session.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """The hats of DOMAIN.md. `INSPECTOR` is never granted: it follows from sitting on a team."""

    ADMIN = "admin"
    REVIEWER = "reviewer"
    INSPECTOR = "inspector"
    OFFICER = "officer"
    VIEWER = "viewer"


class TeamRole(StrEnum):
    HEAD = "head"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    MEMBER = "member"


SIGNING = (TeamRole.HEAD, TeamRole.SECRETARY)
"""Who signs for a team."""


def is_root(path: str) -> bool:
    return path.count("/") == 1


def steps_of(path: str) -> frozenset[int]:
    """The ids of the unit at this path and of all above it."""
    return frozenset(int(step) for step in path.split("/") if step)


class Placed(Protocol):
    """A unit, as far as scope is concerned."""

    @property
    def id(self) -> int: ...
    @property
    def path(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Held:
    """A grant in force today: `role` over the unit at `path`, all under it, and their predecessors."""

    role: Role
    unit_id: int
    path: str
    predecessors: frozenset[int] = frozenset()
    """Units outside the subtree that became part of it."""

    def covers(self, unit: Placed) -> bool:
        return unit.path.startswith(self.path) or unit.id in self.predecessors

    @property
    def above(self) -> frozenset[int]:
        """The unit and all above it."""
        return steps_of(self.path)


def covers_everything(held: Iterable[Held]) -> bool:
    """One of the grants is over the root."""
    return any(is_root(grant.path) for grant in held)


@dataclass(frozen=True, slots=True)
class Seat:
    """A place on an inspection team, held today."""

    team_id: int
    plan_id: int
    role: TeamRole


@dataclass(frozen=True, slots=True)
class CopiedFrom:
    """The row of a sheet in which it was written down long ago what others did, and which is entered now."""

    file: str
    """Its name."""
    sha256: str
    row: int
    """As the sheet counts, from 1."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Equal to another who is and holds the same, whichever request it asks in: statements are kept for an actor."""

    person_id: int | None
    """Nobody, when the program acts by itself."""
    name: str
    home_unit_id: int | None = None
    home_path: str = ""
    grants: tuple[Held, ...] = ()
    seats: tuple[Seat, ...] = ()
    address: str = field(default="", compare=False)
    request_id: str = field(default="", compare=False)
    copies: CopiedFrom | None = None
    """Only while a sheet of past work is written down, row by row: every event says so, and policies ask for it."""

    @property
    def roles(self) -> frozenset[Role]:
        """Every hat the actor wears somewhere."""
        granted = {held.role for held in self.grants}
        return frozenset(granted | {Role.INSPECTOR} if self.seats else granted)

    def held(self, *roles: Role) -> tuple[Held, ...]:
        return tuple(held for held in self.grants if held.role in roles)

    def holds(self, role: Role, unit: Placed) -> bool:
        return any(held.covers(unit) for held in self.held(role))

    def administers(self, unit: Placed) -> bool:
        return self.holds(Role.ADMIN, unit)

    def reviews(self, unit: Placed) -> bool:
        return self.holds(Role.REVIEWER, unit)

    def answers_for(self, unit: Placed) -> bool:
        return self.holds(Role.OFFICER, unit)

    def sits_on(self, team_id: int | None) -> bool:
        return any(seat.team_id == team_id for seat in self.seats)

    def leads(self, team_id: int | None) -> bool:
        """Head of the team."""
        return team_id in self.led_team_ids

    def signs_for(self, team_id: int | None) -> bool:
        """Head or secretary: those who may conclude a visit."""
        return team_id in self.signing_team_ids

    def belongs_to(self, unit: Placed) -> bool:
        """It is the actor's own unit, by home or by being its officer: they may not verify for it."""
        at_home = self.home_unit_id == unit.id
        return at_home or self.answers_for(unit)

    @property
    def team_ids(self) -> frozenset[int]:
        return frozenset(seat.team_id for seat in self.seats)

    @property
    def plan_ids(self) -> frozenset[int]:
        """The plans of the actor's teams."""
        return frozenset(seat.plan_id for seat in self.seats)

    @property
    def led_team_ids(self) -> frozenset[int]:
        """Those that the actor `leads`."""
        return frozenset(seat.team_id for seat in self.seats if seat.role is TeamRole.HEAD)

    @property
    def signing_team_ids(self) -> frozenset[int]:
        """Those that the actor `signs_for`."""
        return frozenset(seat.team_id for seat in self.seats if seat.role in SIGNING)


SYSTEM = Actor(person_id=None, name="")
"""The program itself: set-up, imports at start, jobs."""
