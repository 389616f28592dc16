"""`make.finding(state="resolved")`: valid by default, so a test states only what it is about.

Records are made by the services, as people make them; only what has no service is added directly.
"""

from datetime import date
from itertools import count

from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from inspect_app.accounts.models import Grant, Person
from inspect_app.core import clock
from inspect_app.core.actor import Actor, Role
from inspect_app.core.text import fold, name_sort_key, sort_key
from inspect_app.units.models import Unit, UnitKind

PASSWORD = "mật khẩu dùng khi thử"


class Make:
    def __init__(self, session: scoped_session[Session]) -> None:
        self.session = session
        self.serial = count(1)
        self._root: Unit | None = None

    @property
    def root(self) -> Unit:
        """The city: one for each test."""
        if self._root is None:
            self._root = self.unit("Thành phố Cần Thơ", kind=UnitKind.CITY, parent=None)
        return self._root

    def unit(
        self,
        name: str | None = None,
        *,
        kind: UnitKind = UnitKind.COMMUNE,
        parent: Unit | str | None = "root",
        code: str | None = None,
        valid_from: date | None = None,
        valid_to: date | None = None,
    ) -> Unit:
        n = next(self.serial)
        name = name or f"Phường Số {n}"
        above = self.root if isinstance(parent, str) else parent
        unit = Unit(
            code=code or f"U{n}",
            name=name,
            kind=kind,
            parent_id=above.id if above else None,
            path="",
            valid_from=valid_from,
            valid_to=valid_to,
            ended=valid_to is not None,
            name_folded=fold(name),
            sort_key=sort_key(name),
        )
        self.session.add(unit)
        self.session.flush()
        unit.path = f"{above.path if above else ''}{unit.id}/"
        self.session.commit()
        return unit

    def person(self, role: Role | None = None, unit: Unit | None = None, *, home: Unit | None = None) -> Person:
        """Somebody holding `role` over `unit` (or the city), at home in `home` (or nowhere)."""
        n = next(self.serial)
        name = f"Nguyễn Thị Số {n}"
        person = Person(
            username=f"nguoi{n}",
            name=name,
            name_folded=fold(name),
            sort_key=name_sort_key(name),
            home_unit_id=home.id if home else None,
            password_hash="!",
            password_set_at=clock.now(),
            must_change_password=False,
        )
        self.session.add(person)
        self.session.flush()
        if role is not None:
            self.grant(person, role, unit or self.root)
        self.session.commit()
        return person

    def grant(self, person: Person, role: Role, unit: Unit) -> None:
        self.session.add(Grant(person_id=person.id, role=role, unit_id=unit.id, since=date(2000, 1, 1)))
        self.session.commit()

    def actor(self, person: Person) -> Actor:
        """The person as services see them today."""
        from inspect_app.accounts import queries as accounts
        from inspect_app.plans import queries as plans

        today = clock.today()
        home = self.session.get(Unit, person.home_unit_id) if person.home_unit_id else None
        return Actor(
            person_id=person.id,
            name=person.name,
            home_unit_id=person.home_unit_id,
            home_path=home.path if home else "",
            grants=accounts.held_by(person.id, today),
            seats=plans.seats_of(person.id, today),
        )
