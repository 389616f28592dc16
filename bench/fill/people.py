"""Everybody who works with the register: officers of every unit in force, inspectors, reviewers, leaders."""

from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import NamedTuple

from argon2 import PasswordHasher

from bench.fill import days
from bench.fill.country import Country, Unit
from bench.fill.load import Batch
from bench.fill.log import Line, Person, json
from bench.fill.wording import person_name
from inspect_app.core.text import fold, name_sort_key

PASSWORD = "do-toc-do-cua-so-kiem-tra"
INSPECTORS = 20
"""In each province, and for the whole country."""


NAMES = 900


@cache
def _keys(name: str) -> tuple[str, str]:
    return fold(name), name_sort_key(name)


@dataclass(slots=True)
class People:
    admin: Person
    root_reviewer: Person
    root_viewer: Person
    reviewers: dict[int, Person] = field(default_factory=dict)
    """Province (its unit's id) -> who reviews it."""
    viewers: dict[int, Person] = field(default_factory=dict)
    inspectors: dict[int, list[Person]] = field(default_factory=dict)
    """Province, or the root -> who may sit on its teams."""
    officers: dict[int, Person] = field(default_factory=dict)
    """Unit -> who answers for it; of a former unit whoever answers for its heir."""
    colleagues: dict[int, Person] = field(default_factory=dict)
    """Department in force -> who answers for it, too."""


class Post(NamedTuple):
    role: str
    home: Unit
    over: Unit | None


class _Register:
    def __init__(self, batch: Batch, lines: list[Line], rng: Random, *, since: int, today: int) -> None:
        self._batch, self._lines, self._rng = batch, lines, rng
        self._since, self._entered = since, (today - 7) * days.MINUTES + days.OPENS
        self._hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        self.names = [person_name(rng) for _ in range(NAMES)]
        self._last = self._grants = 0
        self._admin = ""

    def add(
        self, username: str, role: str, home: Unit, over: Unit | None = None, title: str = "", name: str = ""
    ) -> Person:
        """`name`: drawn, unless it is given."""
        self._last += 1
        name = name or self._rng.choice(self.names)
        person = Person(self._last, name, role, username)
        keys = (*_keys(name), title, "", "", home.id, self._hash, days.stored(self._entered))
        self._batch.add("person", (person.id, username, name, *keys, False, True, False, 1))
        facts = {"name": name, "title": title, "phone": "", "email": "", "home_unit_id": home.id}
        by = Person(1, self._admin, "admin") if self._last > 1 else person
        if self._last == 1:
            self._admin = name
        told = {"username": username, "demo": False, **facts}
        self._tell(by, "person:add", "person", person.id, told)
        if over is not None:
            self._grants += 1
            since = days.iso(self._since)
            self._batch.add("grant", (self._grants, person.id, role, over.id, since, 1))
            given = {"person": person.id, "role": role, "unit": over.id, "since": since, "until": None}
            self._tell(by, "grant:give", "grant", self._grants, given)
        return person

    def _tell(self, by: Person, action: str, table: str, subject: int, payload: dict[str, object]) -> None:
        self._lines.append((self._entered, self._since, by, action, table, subject, json(payload)))


def gather(country: Country, batch: Batch, lines: list[Line], rng: Random, *, since: int, today: int) -> People:
    """`since`: the day from which their roles hold; they were entered a week ago, as on a move to a new program."""
    register = _Register(batch, lines, rng, since=since, today=today)
    root = country.root
    people = People(
        register.add("quantri", "admin", root, root, "Quản trị hệ thống"),
        register.add("noivu", "reviewer", root, root, "Vụ Cải cách hành chính"),
        register.add("lanhdao", "viewer", root, root, "Lãnh đạo"),
    )
    people.inspectors[root.id] = [register.add(f"doan00-{n:02d}", "inspector", root) for n in range(INSPECTORS)]
    for number, province in enumerate(country.provinces, 1):
        top, home = province.unit, province.home
        people.reviewers[top.id] = register.add(
            f"noivu{number:02d}", "reviewer", home, top, "Phòng Cải cách hành chính"
        )
        people.viewers[top.id] = register.add(f"lanhdao{number:02d}", "viewer", top, top, "Phó Chủ tịch")
        people.inspectors[top.id] = [
            register.add(f"doan{number:02d}-{n:02d}", "inspector", home, title="Chuyên viên") for n in range(INSPECTORS)
        ]
        for unit in province.now:
            officer = register.add(f"canbo{unit.id}", "officer", unit, unit, "Công chức Văn phòng - Thống kê")
            people.officers[unit.id] = officer
        for unit in province.before:
            people.officers[unit.id] = people.officers[unit.heir]
    for unit in [unit for one in country.provinces for unit in one.now if unit.kind == "department"]:
        own = (f"canbo{unit.id}b", "officer", unit, unit, "Chuyên viên Văn phòng")
        people.colleagues[unit.id] = register.add(*own, name=register.names[unit.id % NAMES])
    return people
