"""What a reader asks the profile of a unit for, and where its figures lead."""

from dataclasses import dataclass
from typing import Any

from wtforms import HiddenField

from inspect_app.reports.forms.as_of import AsOfForm
from inspect_app.reports.forms.links import Links
from inspect_app.reports.queries.profile import YearLine


class ProfileForm(AsOfForm):
    former = HiddenField()
    """`1` counts those that became part of the unit with it."""

    @property
    def with_former(self) -> bool:
        return bool(self.former.data == "1")


@dataclass(frozen=True, slots=True)
class UnitLinks(Links):
    """To what one unit answers for, whatever the plan."""

    unit_id: int = 0
    former: bool = False

    def findings(self, *, year: YearLine | None = None, **chosen: Any) -> str:  # type: ignore[override]
        """`counted=1`, `state="resolved"`, `timing="late"`, `area="III"`; `year` keeps what was issued then."""
        if year is not None and year.first:
            chosen["issued_from"] = year.first.isoformat()
        if year is not None and year.last:
            chosen["issued_to"] = year.last.isoformat()
        if self.former:
            chosen["former"] = 1
        return self._list("findings.index", unit=self.unit_id, alone=1, responsible=1, **chosen)

    def handed_on(self) -> str:
        """What was found at the unit and another answers for."""
        return self._list("findings.index", unit=self.unit_id, alone=1, moved=1, counted=1)

    def of(self, unit_id: int) -> "UnitLinks":
        """The same of another unit."""
        return UnitLinks(0, self.day, unit_id=unit_id, addresses=self.addresses)

    def inspections(self, *kinds: str) -> str:
        """Visits at the unit under plans of these kinds."""
        return self._list("visits.index", unit=self.unit_id, alone=1, plan_kind=kinds)
