"""Which unit a cell names, asked once for each way of writing it."""

from collections.abc import Callable, Mapping
from typing import Any

from inspect_app.core.errors import Invalid
from inspect_app.sheets.queries.places import Known, Places
from inspect_app.sheets.services.lines import Line, Offer, Question
from inspect_app.sheets.services.names import Match, meant, normal


class Named:
    """Units by name, as the cells of one column of a sheet name them."""

    def __init__(
        self,
        places: Places,
        answers: Mapping[str, int],
        *,
        among: Callable[[Known], bool] = lambda _unit: True,
    ) -> None:
        """`among`: the units that are the actor's to name; of others nothing is offered."""
        self._places, self._answers, self._among = places, answers, among
        self._names: dict[str, set[int]] = {}
        for unit in places.units.values():
            if among(unit):
                for name in {unit.name, *places.former.get(unit.id, ())}:
                    self._names.setdefault(normal(name), set()).add(unit.id)
        # Who bears a name today is meant by it before whoever came from one that did.
        today = dict[str, set[int]]()
        for unit in places.units.values():
            if among(unit):
                today.setdefault(normal(unit.name), set()).add(unit.id)
        self._names |= today
        self._others = frozenset(normal(name) for name in places.elsewhere) - self._names.keys()
        self._meant: dict[str, Match[int]] = {}
        self._asked: dict[str, tuple[str, int, tuple[int, ...]]] = {}

    def of(self, line: Line, field: str) -> Known | None:
        """The unit in the cell; where it is none, or not clear which, that is wrong with the cell."""
        name = line.cells.get(field, "")
        if not name:
            return None
        asked = normal(name)
        if asked not in self._meant:
            self._meant[asked] = self._match(name)
        match = self._meant[asked]
        if len(match.found) == 1:
            return self._taken(line, field, match.found[0])
        offered = match.found or match.offered
        if not offered:
            line.wrong[field] = Invalid("Không có đơn vị này trong phạm vi của tài khoản đang dùng")
            return None
        answer = self._answers.get(asked)
        if answer in offered:
            return self._taken(line, field, answer)
        _name, rows, _offered = self._asked.get(asked, (name, 0, offered))
        self._asked[asked] = (name, rows + 1, offered)
        line.wrong[field] = Invalid("Chưa rõ là đơn vị nào, hãy chọn ở trên")
        return None

    def questions(self) -> list[Question]:
        return [
            Question(name, key, rows, tuple(_offer(self._places.units[one]) for one in offered))
            for key, (name, rows, offered) in self._asked.items()
        ]

    def _match(self, name: str) -> Match[int]:
        by_code = [unit.id for unit in self._places.units.values() if unit.code.lower() == name.lower()]
        if len(by_code) == 1 and self._among(self._places.units[by_code[0]]):
            return Match(found=tuple(by_code))
        return meant(name, self._names, self._others)

    def _taken(self, line: Line, field: str, unit_id: int) -> Known:
        unit = self._places.units[unit_id]
        if unit.name != line.cells[field]:
            line.taken[field] = unit.name
        return unit


def _offer(unit: Known) -> Offer:
    return Offer(unit.id, unit.name, unit.parent_name)


def shown_day(day: Any) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
