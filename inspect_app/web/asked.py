"""What the address of a list asks for: read once, with a sentence for what cannot be read.

A list never guesses: where `problems` is not empty it says so above its rows and answers 422.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from flask import abort, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from inspect_app.core import text
from inspect_app.web.fields import read_date, read_id
from inspect_app.web.formats import date as shown_day

E = TypeVar("E", bound=StrEnum)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""What a period is open to where one end of it is not given."""
_AHEAD = _l("Ngày %(day)s chưa đến, danh sách dưới đây là của hôm nay")


class Asked:
    def __init__(self, args: MultiDict[str, str] | None = None) -> None:
        self.args = request.args if args is None else args
        self.problems: list[str] = []
        """Sentences in the reader's language."""
        self.said: dict[str, str | list[str]] = {}
        """What was understood, as the arguments of an address."""

    def words(self, name: str = "q") -> str:
        return str(self._say(name, " ".join(text.readable(self.args.get(name, "")).split())))

    def day(self, name: str) -> date | None:
        """A day, typed as in a form or as an ISO date."""
        typed = self.args.get(name, "").strip()
        if not typed:
            return None
        try:
            day = read_date(text.readable(typed))
        except ValueError as unreadable:
            self.problems.append(str(unreadable))
            return None
        self._say(name, day.isoformat())
        return day

    def known_day(self, name: str, today: date, ahead: Any = _AHEAD) -> date | None:
        """A day that is not after `today`; one that is is said in the words of `ahead`, and asks for nothing."""
        day = self.day(name)
        if day is None or day <= today:
            return day
        self.problems.append(str(ahead) % {"day": shown_day(day)})
        self.said.pop(name)
        return None

    def period(self, name: str) -> tuple[date, date] | None:
        """`<name>_from` and `<name>_to`, both included; open where one end is not given, none where neither is."""
        first, last = self.day(f"{name}_from"), self.day(f"{name}_to")
        return (first or FIRST_DAY, last or LAST_DAY) if first or last else None

    def number(self, name: str, least: int, most: int) -> int | None:
        """A whole number within limits; anything else asks for nothing."""
        typed = self.args.get(name, "")
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= 9 and least <= int(typed) <= most):
            return None
        return int(self._say(name, typed))

    def id(self, name: str) -> int | None:
        """The id of a record; an unreadable one is no address of ours."""
        typed = self.args.get(name, "")
        try:
            found = read_id(typed)
        except ValueError:
            abort(404)
        if found is not None:
            self._say(name, typed)
        return found

    def chosen_id(self, name: str) -> int | None:
        """The id of a record to narrow a list to; an unreadable one is said."""
        typed = next((value for value in self.args.getlist(name) if value), None)
        try:
            return read_id(typed)
        except ValueError:
            self.misses(name, str(typed))
            return None

    def misses(self, name: str, value: str) -> None:
        """Say that this condition means nothing here."""
        self.problems.append(
            _("Không hiểu điều kiện lọc %(name)s=%(value)s", name=name, value=text.readable(value)),
        )

    def expect(self, known: Mapping[str, Sequence[str]]) -> None:
        """Say each code that is none of those `known` for its name."""
        for name, codes in known.items():
            for value in self.args.getlist(name):
                if value and value not in codes:
                    self.misses(name, value)

    def among(self, name: str, members: type[E]) -> list[E]:
        """The members named, in their own order; `state=open&state=returned`. Others ask for nothing."""
        wanted = set(self.args.getlist(name))
        found = [member for member in members if member.value in wanted]
        if found:
            self.said[name] = [member.value for member in found]
        return found

    def choice(self, name: str) -> bool | None:
        """`1` for yes, `0` for no, nothing for either."""
        typed = self.args.get(name, "")
        if typed not in ("0", "1"):
            return None
        return self._say(name, typed) == "1"

    def _say(self, name: str, value: str) -> str:
        if value:
            self.said[name] = value
        return value


def ends(name: str, period: tuple[date, date] | None) -> dict[str, str]:
    """The arguments that `Asked.period` reads this period from; empty for an end that is open."""
    first, last = period or (FIRST_DAY, LAST_DAY)
    return {
        f"{name}_from": "" if first == FIRST_DAY else first.isoformat(),
        f"{name}_to": "" if last == LAST_DAY else last.isoformat(),
    }
