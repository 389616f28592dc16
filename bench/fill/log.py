"""The log's lines: noted in any order, written in that of their moments, each sealed to the one before.

`core.audit` says how a line is sealed; here the same bytes are put together in fewer steps, and `audit verify` says
whether they are the same.
"""

from collections.abc import Sequence
from hashlib import sha256
from json import encoder
from operator import itemgetter
from typing import Any, NamedTuple

from bench.fill.days import CLOCK, ISO, MINUTES
from bench.fill.load import Batch

quoted = encoder.encode_basestring
_begun = (None, encoder.JSONEncoder().default, quoted, None, ":", ",", True, False, False)
_parts = encoder.c_make_encoder(*_begun)  # type: ignore[attr-defined]
BLOCK = 64
"""Bytes that SHA-256 works on at once."""


class Person(NamedTuple):
    id: int
    name: str
    role: str
    """The hats worn, as the log tells them."""
    username: str = ""


Line = tuple[int, int, Person, str, str, int, str]
"""Its moment in minutes, the day it counts for, who, the action, table and id of its subject, its payload.

The payload is JSON with its keys in order and no blanks.
"""


def json(value: Any) -> str:
    """With keys in order and no blanks. One encoder for all: making one for each value takes as long as the value."""
    return quoted(value) if type(value) is str else "".join(_parts(value, 0))


def payload(*parts: str) -> str:
    """An object of `"key":value` parts in any order: sorted as text, a key that goes on from another follows it."""
    return "{" + ",".join(sorted(parts)) + "}"


class Log:
    def __init__(self, key: bytes, seq: int, head: str) -> None:
        """`seq` and `head`: number and hash of the last line that is there."""
        self.seq, self._head = seq, head
        padded = (sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
        # HMAC as RFC 2104 writes it, its two hashes begun once: half of what beginning them for each line takes.
        self._inner, self._outer = sha256(bytes(x ^ 0x36 for x in padded)), sha256(bytes(x ^ 0x5C for x in padded))

    def write(self, lines: Sequence[Line], batch: Batch) -> None:
        add, seq, head, inner, outer = batch.rows["event"].append, self.seq, self._head, self._inner, self._outer
        for moment, on, actor, action, table, subject, told in sorted(lines, key=itemgetter(0)):
            seq += 1
            day, minute = divmod(moment, MINUTES)
            counts_for, written, clock = ISO[on], ISO[day], CLOCK[minute]
            chained = (
                f'{head}{{"action":"{action}","actor_id":{actor[0]},"actor_name":{quoted(actor[1])},"address":"",'
                f'"at":"{written}T{clock}+00:00","on":"{counts_for}","payload":{told},"request_id":"",'
                f'"role":"{actor[2]}","seq":{seq},"subject_id":{subject},"subject_table":"{table}"}}'
            )
            first, second, before = inner.copy(), outer.copy(), head
            first.update(chained.encode())
            second.update(first.digest())
            head = second.hexdigest()
            at = f"{written} {clock}.000000"
            add((seq, counts_for, at, actor[0], actor[1], actor[2], "", "", action, table, subject, told, before, head))
        self.seq, self._head = seq, head
