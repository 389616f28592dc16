"""The document that is frozen: how it is written, and how it is read without taking all of it apart.

A year of a country is a hundred thousand findings. They are written one after the other as they are counted, and stay
as they are written until somebody asks for one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any

from inspect_app.reports.queries.frozen.figures import Document

FACTS = (
    *("code", "plan", "unit", "responsible", "area", "state", "issued_on", "baseline", "deadline"),
    *("submitted_on", "resolved_on", "days_late", "days_taken", "counts_as"),
)
"""What is kept of each finding, beside its id."""
WRITTEN = tuple(sorted(("id", *FACTS)))
"""The same in the order in which it is written."""


def canonical(document: Mapping[str, Any]) -> str:
    """The one way to write a document: sorted names, no spaces, no escapes but those that JSON demands."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


LINE = canonical(dict.fromkeys(WRITTEN, "%s")).replace('"%s"', "%s")
"""A finding, to be filled in with the JSON of each of `WRITTEN`."""
_BETWEEN = f'}},{{"{WRITTEN[0]}":'.encode()
"""Stands between two findings and nowhere else: in a text it would have its quotation marks escaped."""
_OPENS, _CLOSES = b'"findings":[', b'],"format":'
quoted = encode_basestring
"""A text as JSON."""


class Texts(dict[Any, str]):
    """Values as JSON, each worked out once: days, states and areas are few and come again and again."""

    def __missing__(self, value: Any) -> str:
        text = self[value] = json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":"))
        return text


class Writing:
    """A document on its way: the findings as they come, then all that stands around them."""

    def __init__(self) -> None:
        self._text = bytearray()

    def take(self, lines: Sequence[str]) -> None:
        """The next findings, each as it is written."""
        self._text += b"," * bool(self._text) + ",".join(lines).encode()

    def whole(self, rest: Mapping[str, Any]) -> bytearray:
        before, opens, after = canonical({**rest, "findings": []}).encode().partition(_OPENS)
        self._text[:0] = before + opens
        self._text += after
        return self._text


def read(text: bytes, *, as_written: bool) -> Document:
    """All of the document, its findings as `Lines`.

    `as_written`: it is as it left this program. Anything else is trusted to be JSON of these names, no more.
    """
    if not as_written:
        found = json.loads(text)
        text = canonical({**found, "findings": sorted(found["findings"], key=itemgetter("id"))}).encode()
    first = text.index(_OPENS) + len(_OPENS)
    end = text.index(_CLOSES, first)
    return {**json.loads(text[:first] + text[end:]), "findings": Lines(text, first, end)}


class Lines:
    """The findings that stand in a text from `first` to `end`, each taken apart when it is asked for."""

    def __init__(self, text: bytes, first: int, end: int) -> None:
        self.text, self.first, self.end = text, first, end

    def __len__(self) -> int:
        return self._number

    @cached_property
    def _number(self) -> int:
        return self.text.count(_BETWEEN, self.first, self.end) + 1 if self.first < self.end else 0

    def __getitem__(self, which: slice) -> list[Document]:
        return [json.loads(line) for line in islice(self._each(), which.start, which.stop)]

    def _each(self) -> Iterator[bytes]:
        at = self.first
        while at < self.end:
            line = self.at(at)
            yield line
            at += len(line) + 1

    def at(self, place: int) -> bytes:
        """The finding that begins there; nothing where none does."""
        last = self.text.find(_BETWEEN, place, self.end)
        return self.text[place : self.end if last < 0 else last + 1]
