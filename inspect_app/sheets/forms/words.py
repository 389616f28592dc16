"""What columns and conditions are called, and how they read; in the language of whoever asks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from inspect_app.sheets.queries.rows import Column, Kind, Value
from inspect_app.web.formats import date as shown_day
from inspect_app.web.paging import Sort

Words = Mapping[Any, Any]


def in_english() -> bool:
    return str(get_locale() or "vi") == "en"


def spelt(table: Words) -> dict[str, str]:
    """Code -> word, looked up once and not in each cell; of badges their words."""
    return {str(code): str(getattr(word, "word", word)) for code, word in table.items()}


def column(label: str, width: int, name: str) -> Column:
    """The text that a row has under `name`."""
    return Column(label, Kind.TEXT, width, lambda row, _beside: getattr(row, name) or None)


def coded(label: str, width: int, name: str, words: Mapping[str, str]) -> Column:
    """The word for the code that a row has under `name`."""

    def word(row: Any, _beside: Any) -> Value:
        code = getattr(row, name)
        return None if code is None else words[code.value]

    return Column(label, Kind.TEXT, width, word)


def day(label: str, name: str) -> Column:
    return Column(label, Kind.DAY, 12, lambda row, _beside: getattr(row, name))


def number(label: str, name: str, width: int = 10) -> Column:
    return Column(label, Kind.NUMBER, width, lambda row, _beside: getattr(row, name))


def yes(label: str, width: int, name: str) -> Column:
    """A word where it is so, nothing where it is not."""
    said = str(_("Có"))
    return Column(label, Kind.TEXT, width, lambda row, _beside: said if getattr(row, name) else None)


def computed(label: str, kind: Kind, width: int, value: Callable[[Any, Any], Value]) -> Column:
    return Column(label, kind, width, value)


def order(sort: Sort) -> tuple[Any, ...]:
    """As the page sorts."""
    return tuple(key.desc() if sort.descending else key.asc() for key in sort.keys)


# Conditions


def conditions(
    args: Mapping[str, Any], labels: Mapping[str, Any], words: Mapping[str, Callable[[str], str]]
) -> list[tuple[str, str]]:
    """What an address asks for, in words; an argument without a label is named as it stands in the address."""
    said = []
    for name, value in args.items():
        if name == "sort":
            continue
        values: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
        word = words.get(name, str)
        said.append((str(labels.get(name, name)), ", ".join(_word(word, str(one)) for one in values)))
    return said


def _word(word: Callable[[str], str], value: str) -> str:
    try:
        return str(word(value))
    except (KeyError, ValueError):
        return value


def a_day(value: str) -> str:
    return shown_day(date.fromisoformat(value))


def is_so(value: str) -> str:
    return str(_("Có")) if value == "1" else str(_("Không"))


def named(rows: Sequence[Any]) -> Callable[[str], str]:
    """Id -> name, of rows of (id, name)."""
    names = {str(row[0]): str(row[1]) for row in rows}
    return names.__getitem__
