"""The units of a whole country: what they are today, what they were before 1/7/2025, and what became of them."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random

from bench.fill import days
from bench.fill.load import Batch
from bench.fill.log import Line, Person, json
from bench.fill.wording import place_name, syllables
from inspect_app.core.text import fold, sort_key
from inspect_app.units.models import UnitKind
from inspect_app.units.services.reference import REORGANISED, entries

NAMES = 600
"""Of places; many are borne by several, as in life."""
BASIS = "Danh mục dùng để đo tốc độ"
FIRST_DAY = days.number(REORGANISED)


@dataclass(frozen=True, slots=True)
class Measures:
    """How large the country is: the real one, or one that is made in a second."""

    provinces: int
    former_provinces: int
    communes: int
    """In each province; as many as there are in force."""
    departments: int
    former_communes: int
    """For each commune in force."""
    districts: int
    former_departments: int


WHOLE = Measures(34, 29, 97, 15, 3, 20, 20)
SMALL = Measures(4, 2, 12, 5, 2, 3, 6)


@dataclass(frozen=True, slots=True)
class Unit:
    id: int
    name: str
    kind: str
    path: str
    former: bool = False
    heir: int = 0
    """The unit that answers for what it left open."""


@dataclass(slots=True)
class Province:
    unit: Unit
    before: list[Unit] = field(default_factory=list)
    """Departments, districts and communes up to the reorganisation."""
    now: list[Unit] = field(default_factory=list)
    """Departments and communes since."""

    @property
    def home(self) -> Unit:
        """Its department of home affairs."""
        return self.now[0]


@dataclass(slots=True)
class Country:
    root: Unit
    provinces: list[Province]

    @property
    def units(self) -> dict[int, Unit]:
        every = [self.root, *(unit for one in self.provinces for unit in (one.unit, *one.before, *one.now))]
        return {unit.id: unit for unit in every}


@cache
def _keys(name: str) -> tuple[str, str]:
    return fold(name), sort_key(name)


class Founding:
    """Gives units their ids, and tells the log."""

    def __init__(self, batch: Batch, lines: list[Line], actor: Person, rng: Random) -> None:
        self._batch, self._lines, self._actor, self._rng = batch, lines, actor, rng
        parts = syllables()
        self._names = [place_name(rng, parts) for _ in range(NAMES)]
        self._codes = 10_000
        self._last = 0

    def name(self) -> str:
        return self._rng.choice(self._names)

    def code(self) -> str:
        self._codes += 1
        return str(self._codes)

    def found(
        self, above: Unit | None, code: str, name: str, kind: UnitKind, *, former: bool = False, since: bool = False
    ) -> Unit:
        """`former`: it ended with the reorganisation; `since`: it began with it."""
        self._last += 1
        unit = Unit(self._last, name, kind.value, f"{above.path if above else ''}{self._last}/", former)
        first, last = days.iso(FIRST_DAY) if since else None, days.iso(FIRST_DAY - 1) if former else None
        parent_id = above.id if above else None
        keys = (*_keys(name), BASIS, 2 if former else 1)
        self._batch.add("unit", (unit.id, code, name, kind.value, parent_id, unit.path, first, last, former, *keys))
        told = {"code": code, "name": name, "kind": kind.value, "parent_id": parent_id, "valid_from": first}
        self._tell("found", unit, 0, {**told, "basis": BASIS})
        if former:
            self._tell("end", unit, 1, {"last_day": last, "basis": BASIS})
        return unit

    def _tell(self, verb: str, unit: Unit, minute: int, payload: dict[str, object]) -> None:
        on = days.of_year(2016, 1, 4)
        moment = on * days.MINUTES + days.OPENS + minute
        self._lines.append((moment, on, self._actor, f"unit:{verb}", "unit", unit.id, json(payload)))

    def succeed(self, old: Unit, new: Unit, kind: str) -> None:
        row_id = len(self._batch.rows["succession"]) + 1
        self._batch.add("succession", (row_id, old.id, new.id, kind, True, True, days.iso(FIRST_DAY), BASIS))


def found_country(measures: Measures, batch: Batch, lines: list[Line], actor: Person, rng: Random) -> Country:
    """Parents before children, in the order in which a register would have come by them."""
    founding = Founding(batch, lines, actor, rng)
    root = founding.found(None, "00", "Cả nước", UnitKind.CITY)
    agencies = list(dict.fromkeys(e.name for e in entries() if e.kind is UnitKind.DEPARTMENT and e.ended))
    today = list(dict.fromkeys(e.name for e in entries() if e.kind is UnitKind.DEPARTMENT and not e.ended))
    today.sort(key=lambda name: name != "Sở Nội vụ")
    agencies.sort(key=lambda name: name != "Sở Nội vụ")
    provinces = [
        Province(founding.found(root, f"{number:02d}", f"Tỉnh {founding.name()}", UnitKind.CITY))
        for number in range(1, measures.provinces + 1)
    ]
    for number in range(measures.former_provinces):
        heir = provinces[number % len(provinces)].unit
        old = founding.found(heir, f"{number + 50:02d}", f"Tỉnh {founding.name()}", UnitKind.CITY, former=True)
        founding.succeed(old, heir, "merge")
    for number, province in enumerate(provinces, 1):
        _departments(founding, province, number, today[: measures.departments], agencies[: measures.former_departments])
        _communes(founding, province, number, measures, rng)
    return Country(root, provinces)


def _departments(founding: Founding, province: Province, number: int, today: list[str], before: list[str]) -> None:
    heirs = [
        founding.found(province.unit, f"S{place:02d}-{number:02d}", name, UnitKind.DEPARTMENT, since=True)
        for place, name in enumerate(today)
    ]
    province.now += heirs
    for place, name in enumerate(before):
        heir = heirs[place % len(heirs)]
        old = founding.found(province.unit, f"S{place:02d}-{number:02d}", name, UnitKind.DEPARTMENT, former=True)
        founding.succeed(old, heir, "unchanged" if old.name == heir.name else "merge")
        province.before.append(_with_heir(old, heir))


def _communes(founding: Founding, province: Province, number: int, measures: Measures, rng: Random) -> None:
    districts = [
        founding.found(
            province.unit, f"{number:02d}{place:02d}", f"Huyện {founding.name()}", UnitKind.DISTRICT, former=True
        )
        for place in range(measures.districts)
    ]
    led: dict[int, Unit] = {}
    for place in range(measures.communes):
        district, word = districts[place % len(districts)], rng.choice(("Xã", "Xã", "Phường"))
        codes = [founding.code() for _ in range(measures.former_communes)]
        heir = founding.found(province.unit, codes[0], f"{word} {founding.name()}", UnitKind.COMMUNE, since=True)
        led.setdefault(district.id, heir)
        province.now.append(heir)
        for code in codes:
            old = founding.found(district, code, f"{word} {founding.name()}", UnitKind.COMMUNE, former=True)
            founding.succeed(old, heir, "merge")
            province.before.append(_with_heir(old, heir))
    province.before += [_with_heir(district, led[district.id]) for district in districts if district.id in led]


def _with_heir(unit: Unit, heir: Unit) -> Unit:
    return Unit(unit.id, unit.name, unit.kind, unit.path, unit.former, heir.id)


def in_force(province: Province, day: date) -> list[Unit]:
    return province.now if day >= REORGANISED else province.before
