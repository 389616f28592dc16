"""Which unit a row of past work means: by the name that it bore on the day of the visit."""

from collections.abc import Mapping
from datetime import date

from inspect_app.core.errors import Invalid
from inspect_app.sheets.queries.history import Known, Named
from inspect_app.sheets.services.history.rows import Field
from inspect_app.sheets.services.lines import Line, Offer, Question
from inspect_app.sheets.services.names import Match, meant, normal


class Units:
    """Asked once for each way of writing a name and each day."""

    def __init__(self, known: Known, answers: Mapping[str, int]) -> None:
        self._known, self._answers = known, answers
        self._normal = {one.id: normal(one.name) for one in known.units.values()}
        self._meant: dict[tuple[str, date], tuple[Match[int], bool]] = {}
        self._names: dict[date, dict[str, set[int]]] = {}
        self._asked: dict[str, tuple[str, int, tuple[int, ...]]] = {}

    def of(self, line: Line, day: date) -> Named | None:
        """The unit in the row, or nothing where that is not clear: why is said at the cell."""
        name = line.cells.get(Field.UNIT, "")
        if not name:
            return None
        asked = normal(name)
        if (asked, day) not in self._meant:
            self._meant[asked, day] = self._find(name, asked, day)
        match, ended = self._meant[asked, day]
        if len(match.found) == 1:
            return self._take(line, match.found[0])
        offered = match.found or match.offered
        if not offered:
            line.wrong[Field.UNIT] = Invalid("Không có đơn vị nào mang tên này vào ngày %(day)s", day=f"{day:%d/%m/%Y}")
            return None
        key = self._key(asked, offered)
        if (answer := self._answers.get(key)) in offered:
            return self._take(line, answer)
        _name, rows, _offered = self._asked.get(key, (name, 0, offered))
        self._asked[key] = (name, rows + 1, offered)
        line.wrong[Field.UNIT] = (
            Invalid("Vào ngày %(day)s không có đơn vị mang tên này, hãy chọn ở trên", day=f"{day:%d/%m/%Y}")
            if ended
            else Invalid("Chưa rõ là đơn vị nào, hãy chọn ở trên")
        )
        return None

    def questions(self) -> list[Question]:
        return [
            Question(name, key, rows, tuple(self._offer(one) for one in offered))
            for key, (name, rows, offered) in self._asked.items()
        ]

    def _take(self, line: Line, unit_id: int) -> Named:
        unit = self._known.units[unit_id]
        if unit.name != line.cells[Field.UNIT]:
            line.taken[Field.UNIT] = unit.name
        return unit

    def _find(self, name: str, asked: str, day: date) -> tuple[Match[int], bool]:
        """What the name means on the day; True where only units of other days bear it: then their kin are offered."""
        then = self._of_day(day)
        others = {one for one in self._normal.values() if one not in then}
        match = meant(name, then, others)
        if match.found or asked not in others:
            return match, False
        units = self._known.units
        bearers = [one for one, called in self._normal.items() if called == asked]
        kin = {other for one in bearers for other in self._known.kin.get(one, ())}
        return Match(offered=tuple(sorted(one for one in kin if one in units and units[one].in_force(day)))), True

    def _of_day(self, day: date) -> dict[str, set[int]]:
        if day not in self._names:
            names: dict[str, set[int]] = {}
            for one in self._known.units.values():
                if one.in_force(day):
                    names.setdefault(self._normal[one.id], set()).add(one.id)
            self._names[day] = names
        return self._names[day]

    def _key(self, asked: str, offered: tuple[int, ...]) -> str:
        """One question for a name, and a further one where on another day it may mean others."""
        first = self._asked.get(asked)
        if (first is None or first[2] == offered) and self._answers.get(asked, offered[0]) in offered:
            return asked
        return normal(f"{asked} {min(offered)}")

    def _offer(self, unit_id: int) -> Offer:
        unit = self._known.units[unit_id]
        return Offer(unit.id, unit.name, unit.above)
