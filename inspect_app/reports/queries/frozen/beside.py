"""Frozen findings beside those that are counted now: both by their ids, and in memory no more than what differs."""

import json
from collections.abc import Sequence

from inspect_app.reports.queries.frozen.document import Lines
from inspect_app.reports.queries.frozen.figures import Document


class Pair:
    """One finding as it was frozen and as it counts now; either is empty where it was not there."""

    __slots__ = ("_now", "_then", "id")

    def __init__(self, finding_id: int, then: bytes, now: bytes) -> None:
        self.id, self._then, self._now = finding_id, then, now

    @property
    def before(self) -> Document:
        return _taken_apart(self._then)

    @property
    def after(self) -> Document:
        return _taken_apart(self._now)


class Beside:
    """Is handed what counts now, several findings at a time, and keeps what differs."""

    def __init__(self, frozen: Lines) -> None:
        self.frozen, self.place = frozen, frozen.first
        self._differing: list[Pair] = []

    def take(self, lines: Sequence[str]) -> None:
        """The next findings that count now, as they would be written."""
        several = ",".join(lines).encode()
        if self.frozen.text.startswith(several, self.place):
            self.place += len(several) + 1
        else:
            for line in lines:
                self._take(line.encode())

    def differing(self) -> list[Pair]:
        """Once everything that counts now was taken: what counts otherwise, by id."""
        self._pass_by(None)
        return self._differing

    def _take(self, now: bytes) -> None:
        its = _id(now)
        self._pass_by(its)
        then = self.frozen.at(self.place)
        if not then or _id(then) != its:
            then = b""
        else:
            self.place += len(then) + 1
        if then != now:
            self._differing.append(Pair(its, then, now))

    def _pass_by(self, coming: int | None) -> None:
        """What was frozen and counts no more, up to the finding that is coming."""
        while then := self.frozen.at(self.place):
            its = _id(then)
            if coming is not None and its >= coming:
                return
            self._differing.append(Pair(its, then, b""))
            self.place += len(then) + 1


def _id(line: bytes) -> int:
    found: int = json.loads(line)["id"]
    return found


def _taken_apart(line: bytes) -> Document:
    found: Document = json.loads(line) if line else {}
    return found
