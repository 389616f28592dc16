"""Lifecycles as data: a workflow is a table of moves, each with where it leads from and to, and a guard."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from inspect_app.core.actor import Actor
from inspect_app.core.errors import NotAllowed, WrongState

S = TypeVar("S", bound=StrEnum)


class HasState(Protocol):
    state: Any


T = TypeVar("T", bound=HasState)


@dataclass(frozen=True, slots=True)
class Move(Generic[S, T]):
    """One named arrow of the diagram."""

    name: str
    sources: frozenset[S]
    target: S | Callable[[T], S]
    """A state, or a function of the record where the arrow leads back to where it came from."""
    guard: Callable[[Actor, T], bool]
    when: Callable[[T], bool] | None = None
    """What must be true of the record beside its state; whoever may act but comes too late learns that it changed."""

    def possible_for(self, subject: T) -> bool:
        return subject.state in self.sources and (self.when is None or self.when(subject))

    def leads_to(self, subject: T) -> S:
        return self.target if isinstance(self.target, StrEnum) else self.target(subject)


class Workflow(Generic[S, T]):
    def __init__(self, *moves: Move[S, T]) -> None:
        self.moves = {move.name: move for move in moves}

    def offered_to(self, actor: Actor, subject: T) -> list[str]:
        """Names of the moves to draw buttons for: exactly those that `apply` would accept."""
        return [m.name for m in self.moves.values() if m.possible_for(subject) and m.guard(actor, subject)]

    def check(self, name: str, subject: T, *, actor: Actor) -> Move[S, T]:
        """The move, if the actor may make it now. Raises NotAllowed, WrongState."""
        move = self.moves[name]
        if not move.guard(actor, subject):
            raise NotAllowed("Việc này không thuộc quyền của tài khoản đang dùng.")
        if not move.possible_for(subject):
            raise WrongState("Trạng thái vừa thay đổi nên không làm được việc này nữa. Xem bản mới rồi làm tiếp.")
        return move

    def apply(self, name: str, subject: T, *, actor: Actor) -> Move[S, T]:
        """Make the move. Raises NotAllowed, WrongState; changes nothing but `state`."""
        move = self.check(name, subject, actor=actor)
        subject.state = move.leads_to(subject)
        return move
