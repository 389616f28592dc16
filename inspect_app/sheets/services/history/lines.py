"""The rows of a sheet of past work, gathered by visit and plan."""

from dataclasses import dataclass, field
from datetime import date

from inspect_app.plans.models import PlanKind
from inspect_app.sheets.queries.history import KnownFinding, KnownPlan, KnownVisit, Named
from inspect_app.sheets.services.history.rows import Told
from inspect_app.sheets.services.lines import Line


@dataclass(slots=True)
class PlanOf:
    """The plan that rows belong to, in the register or to be made."""

    number: str
    year: int
    title: str
    issued_on: date | None
    kind: PlanKind
    row: int
    """The first that names it."""
    known: KnownPlan | None
    is_one_of_several: bool = False
    """Several plans of the register have its number and year."""


@dataclass(slots=True)
class VisitOf:
    """One visit, of one row or several."""

    plan: PlanOf
    unit: Named
    row: int
    """The first that names it."""
    began_on: date
    last_on: date
    number: str
    """Of the notice, as on paper."""
    dated_on: date
    """The day of the notice; of a visit that found nothing the day it was closed."""
    signer: str
    found_nothing: bool
    known: KnownVisit | None
    lines: list["HistoryLine"] = field(default_factory=list)
    was: dict[str, str] = field(default_factory=dict)
    """Cell -> what the register says of the visit where the sheet says otherwise."""

    def said(self) -> dict[str, object]:
        """As it is kept with its origin."""
        return {
            "began_on": self.began_on.isoformat(),
            "last_on": self.last_on.isoformat(),
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "signer": self.signer,
            "found_nothing": self.found_nothing,
        }


@dataclass(slots=True)
class HistoryLine(Line):
    """One row, the visit that it belongs to, and what it says was found."""

    visit: VisitOf | None = None
    told: Told | None = None
    """Nothing for a visit that found nothing."""
    known: KnownFinding | None = None

    def rests_on(self) -> tuple[object, ...]:
        there = self.visit.known.visit if self.visit and self.visit.known else None
        finding = self.known.finding if self.known else None
        plan = self.visit.plan.known.plan if self.visit and self.visit.plan.known else None
        return (
            plan.id if plan else 0,
            self.visit.unit.id if self.visit else 0,
            (there.id, there.version) if there else (),
            (finding.id, finding.version) if finding else (),
            repr(self.told),
        )
