"""Where a page leads: its links, and what the choices of its forms that only ask would send.

What somebody types into a form is nobody's guess: a field for words or a day leads nowhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import lxml.html
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

WORD = re.compile(r"-?[a-z_]+")
"""A value that is one of few. Others (ids, days, keys of a page) are one of many, and alike."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is alike in addresses: the endpoint, and the names of what is asked for there."""

    endpoint: str
    asked: frozenset[str] = frozenset()
    """Names, with their value where that is a `WORD`."""


class Patterns:
    """Of the addresses of a program."""

    def __init__(self, app: Flask) -> None:
        self._adapter: MapAdapter = app.url_map.bind("localhost")

    def of(self, path: str) -> Pattern | None:
        """None where nothing answers a GET."""
        parts = urlsplit(path)
        try:
            endpoint, named = self._adapter.match(parts.path)
        except HTTPException:
            return None
        words = [(name, value) for name, value in named.items() if WORD.fullmatch(str(value))]
        return Pattern(endpoint, frozenset(_alike([*words, *parse_qsl(parts.query)])))


def _alike(asked: list[tuple[str, str]]) -> Iterator[str]:
    for name, value in asked:
        yield f"{name}={value}" if WORD.fullmatch(value) else name


def leads(page: bytes, path: str) -> list[str]:
    """Addresses of this site that the `page` at `path` leads to, in their order, each once."""
    root = lxml.html.document_fromstring(page)
    found = [str(address) for address in root.xpath("//a/@href")]
    for form in root.xpath("//form[@method='get']"):
        found += _choices(form)
    return list(dict.fromkeys(address for address in (ours(path, each) for each in found) if address))


def ours(path: str, address: str) -> str:
    """The `address` that stands on the page at `path`, whole; empty where it is another site's."""
    whole = urldefrag(urljoin(path, address)).url
    return whole if whole.startswith("/") and not whole.startswith("//") else ""


def _choices(form: Any) -> Iterator[str]:
    """One address for each thing that can be chosen, wherever the form can be sent to."""
    kept = [(one.get("name"), one.get("value", "")) for one in form.xpath(".//input[@type='hidden'][@name]")]
    ticks = form.xpath(".//input[@type='checkbox' or @type='radio'][@name]")
    choices = [(one.get("name"), one.get("value", "on")) for one in ticks]
    choices += [(one.get("name"), value) for one in form.xpath(".//select[@name]") for value in one.value_options]
    for action in [form.get("action", ""), *form.xpath(".//button/@formaction")]:
        for name, value in choices:
            if value:
                yield f"{action}?{urlencode([*kept, (name, value)])}"
