"""The log's lines: noted in any order, written in that of their moments, each sealed to the one before.

`core.audit` says how a line is sealed; here the same bytes are put together in fewer steps, and `audit verify` says
whether they are the same.
"""

import hmac
from collections.abc import Sequence
from json.encoder import JSONEncoder, encode_basestring
from typing import Any, NamedTuple

from bench.fill import days
from bench.fill.load import Batch

json = JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
quoted = encode_basestring


class Person(NamedTuple):
    id: int
    name: str
    role: str
    """The hats worn, as the log tells them."""
    username: str = ""


class Line(NamedTuple):
    moment: int
    """Minutes."""
    on: int
    actor: Person
    action: str
    table: str
    id: int
    payload: str
    """JSON with its keys in order."""


class Log:
    def __init__(self, key: bytes, seq: int, head: str) -> None:
        """`seq` and `head`: number and hash of the last line that is there."""
        self._key, self.seq, self._head = key, seq, head

    def write(self, lines: Sequence[Line], batch: Batch) -> None:
        add, key, seq, head = batch.rows["event"].append, self._key, self.seq, self._head
        for moment, on, actor, action, table, subject, payload in sorted(lines, key=_moment):
            seq += 1
            day = days.iso(on)
            chained = (
                f'{head}{{"action":"{action}","actor_id":{actor.id},"actor_name":{quoted(actor.name)},"address":"",'
                f'"at":"{days.sealed(moment)}","on":"{day}","payload":{payload},"request_id":"",'
                f'"role":"{actor.role}","seq":{seq},"subject_id":{subject},"subject_table":"{table}"}}'
            )
            before, head = head, hmac.digest(key, chained.encode(), "sha256").hex()
            row: tuple[Any, ...] = (
                *(seq, day, days.stored(moment), actor.id, actor.name, actor.role, "", "", action, table, subject),
                *(payload, before, head),
            )
            add(row)
        self.seq, self._head = seq, head


def _moment(line: Line) -> int:
    return line.moment
