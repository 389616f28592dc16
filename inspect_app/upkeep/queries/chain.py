"""The log read from its beginning, so many events at a time, with what is wrong with it on the way.

Whether an event is what was written is told by its seal; whether it stands where it was written by its number and by
the hash of the one before; whether all of it was written anew by the anchors.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Text, cast, select

from inspect_app.core.anchors import Anchor
from inspect_app.core.audit import CHANGE_OF_KEY, GENESIS, Event, fingerprint, seal, sealed_with
from inspect_app.core.errors import sentence
from inspect_app.upkeep.queries.looking import at_one_moment

BATCH = 1000
RESTORE = "log:restore"
"""Its payload: `seq` and `hash`, the last event of the backup, and `anchored`, the last one that was anchored."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as the log says. `str()` is a sentence."""

    message: str
    values: Mapping[str, Any]
    kind: str
    """`chain`, `anchor`, `state` or `file`."""

    def __str__(self) -> str:
        return self.message % self.values


def events_of(engine: Engine, *, since: int = 1) -> Iterator[Row]:
    """Every event from number `since` on, in order; of one that cannot be read only its number."""
    last = since - 1
    while True:
        numbers, rows = _batch(engine, last)
        yield from rows
        if len(numbers) < BATCH:
            return
        last = numbers[-1]


def _batch(engine: Engine, last: int) -> tuple[list[int], Sequence[Row]]:
    with at_one_moment(engine) as connection:
        numbers = list(connection.scalars(select(Event.seq).where(Event.seq > last).order_by(Event.seq).limit(BATCH)))
        if not numbers:
            return numbers, []
        try:
            return numbers, read(connection, Event.seq.between(numbers[0], numbers[-1]))
        except ValueError:  # somebody wrote there what is no day, no moment or no JSON
            return numbers, [_alone(connection, seq) for seq in numbers]


def _alone(connection: Connection, seq: int) -> Row:
    try:
        return read(connection, Event.seq == seq)[0]
    except ValueError:
        return {"seq": seq}


def read(connection: Connection, *which: ColumnElement[bool]) -> list[Row]:
    """The events, in order. Raises ValueError where one of them cannot be read."""
    columns = [column for column in Event.__table__.c if column.name != "payload"]
    query = select(*columns, cast(Event.payload, Text).label("payload")).where(*which).order_by(Event.seq)
    return [{**row, "payload": json.loads(row["payload"])} for row in connection.execute(query).mappings()]


@dataclass(slots=True)
class Walk:
    """Goes along the chain; afterwards it knows how far it came."""

    keys: tuple[bytes, ...]
    """The one in force first, then those before it."""
    anchors: Mapping[int, tuple[Anchor, ...]] = field(default_factory=dict)
    since: int = 1
    seq: int = 0
    """The last event seen."""
    head: str = GENESIS
    changes_of_key: int = 0
    restores: list[Row] = field(default_factory=list)
    """The events that tell that the data were restored from a backup."""
    _key: bytes | None = None

    def along(self, rows: Iterable[Row]) -> Iterator[Fault]:
        """What is wrong, in the order of the events."""
        first = True
        for row in rows:
            if "hash" not in row:
                yield Fault(sentence("Sự kiện %(seq)s không đọc được: đã bị sửa."), {"seq": row["seq"]}, "chain")
                self.seq, self.head = row["seq"], ""
                continue
            if first and self.since > 1:
                self.seq, self.head = row["seq"] - 1, row["prev_hash"]
            first = False
            if row["seq"] != self.seq + 1:
                missing = {"first": self.seq + 1, "last": row["seq"] - 1}
                yield Fault(sentence("Nhật ký thiếu sự kiện %(first)s đến %(last)s: đã bị xóa."), missing, "chain")
            elif row["prev_hash"] != self.head and self.head:
                yield _at(row, sentence("Sự kiện %(seq)s không nối tiếp sự kiện trước nó: nhật ký đã bị viết lại."))
            if not self._fits(row):
                yield _at(
                    row,
                    sentence("Sự kiện %(seq)s (%(action)s) không khớp mã của nó: đã bị sửa hoặc do nơi khác ghi."),
                )
            yield from self._anchored(row)
            self.seq, self.head = row["seq"], row["hash"]
        yield from self._beyond()

    def _fits(self, row: Row) -> bool:
        """Its seal is that of the key in force. The first event settles which one that is."""
        if self._key is None:
            self._key = sealed_with(row, self.keys)
        fits = self._key is not None and seal(row["prev_hash"], row, self._key) == row["hash"]
        if row["action"] == CHANGE_OF_KEY:
            return self._takes_over(row, fits)
        if row["action"] == RESTORE and fits:
            self.restores.append(row)
        return fits

    def _takes_over(self, row: Row, fits: bool) -> bool:
        """Sealed with the key before or, where that one was lost, with the one that takes over."""
        new = next((key for key in self.keys if fingerprint(key) == _told(row, "key")), None)
        if new is None:
            return False
        if not fits and not (_told(row, "before") == "" and seal(row["prev_hash"], row, new) == row["hash"]):
            return False
        self._key = new
        self.changes_of_key += 1
        return True

    def _anchored(self, row: Row) -> Iterator[Fault]:
        for anchor in self.anchors.get(row["seq"], ()):
            if not row["hash"].startswith(anchor.hash) and not self._given_up(anchor):
                yield _at(
                    row,
                    sentence("Sự kiện %(seq)s khác với mã đã neo ngoài cơ sở dữ liệu lúc %(at)s: nhật ký bị viết lại."),
                    kind="anchor",
                    at=f"{anchor.at:%d/%m/%Y %H:%M} UTC",
                )

    def _beyond(self) -> Iterator[Fault]:
        beyond = [
            seq
            for seq, several in self.anchors.items()
            if seq > self.seq and not all(self._given_up(anchor) for anchor in several)
        ]
        if beyond:
            yield Fault(
                sentence(
                    "Nhật ký dừng ở sự kiện %(last)s, nhưng đã neo đến sự kiện %(seq)s: phần cuối bị cắt, hoặc dữ liệu "
                    "được khôi phục từ bản cũ mà không ghi lại."
                ),
                {"last": self.seq, "seq": max(beyond)},
                "anchor",
            )

    def _given_up(self, anchor: Anchor) -> bool:
        """It speaks of what was lost when the data were restored from an earlier backup, as an event says."""
        return any(
            _told(row, "seq") < anchor.seq <= _told(row, "anchored") and anchor.at < row["at"] for row in self.restores
        )


def _told(row: Row, name: str) -> Any:
    payload = row["payload"]
    return payload.get(name) if isinstance(payload, Mapping) else None


def _at(row: Row, message: str, kind: str = "chain", **values: Any) -> Fault:
    return Fault(message, {"seq": row["seq"], "action": row["action"], **values}, kind)
