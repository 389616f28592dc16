"""A small city of two groups with a year of inspections behind it, built once for a test that walks several facts."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from inspect_app.accounts.models import Person
from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.core.loading import load
from inspect_app.grading import queries, services
from inspect_app.grading.models import Grading
from inspect_app.grading.services import Entry
from inspect_app.units.models import Unit, UnitKind
from tests.support.make import Make

D = Decimal


@dataclass
class City:
    """Three departments and two districts; `year` is last year, whose results are due."""

    make: Make
    year: int
    departments: list[Unit]
    districts: list[Unit]

    @property
    def writer(self) -> Any:
        return self.make.actor(self.make.reviewer)

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.writer, "today": clock.today(), "now": clock.now()}

    def opened(self, kind: UnitKind = UnitKind.DEPARTMENT, year: int | None = None) -> Grading:
        grading = services.open_grading(year or self.year, kind, **self.by)
        self.make.session.commit()
        load(grading, "steps")
        return grading

    def enter(self, grading: Grading, *totals: str | None, **told: Any) -> int:
        """The totals of the group's units in the order of their names; None is none."""
        units = queries.units_of(grading, clock.today())
        said = {unit.id: Entry(D(total)) if total else None for unit, total in zip(units, totals, strict=True)}
        changed = services.enter(grading, said, units=units, **{**self.by, **told})
        self.make.session.commit()
        return changed

    def publish(self, grading: Grading, on: date | None = None) -> None:
        dated_on = on or clock.today()
        services.publish(grading, number="12/QĐ-UBND", dated_on=dated_on, **self.by)
        self.make.session.commit()

    def viewer(self, unit: Unit | None = None) -> Person:
        return self.make.person(Role.VIEWER, unit)


def city(make: Make) -> City:
    last_year = clock.today().year - 1
    departments = [make.unit(f"Sở {letter}", kind=UnitKind.DEPARTMENT) for letter in ("A", "B", "C")]
    districts = [make.unit(f"Huyện {letter}", kind=UnitKind.DISTRICT) for letter in ("X", "Y")]
    return City(make, last_year, departments, districts)


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)
