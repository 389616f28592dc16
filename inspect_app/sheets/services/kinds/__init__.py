"""Every kind of sheet that can be brought in, by its name. A further kind is one module here and one line below."""

from collections.abc import Mapping

from inspect_app.core.actor import Actor
from inspect_app.sheets.services.declared import Kind
from inspect_app.sheets.services.kinds.findings import FINDINGS
from inspect_app.sheets.services.kinds.grants import GRANTS
from inspect_app.sheets.services.kinds.history import HISTORY
from inspect_app.sheets.services.kinds.people import PEOPLE
from inspect_app.sheets.services.kinds.units import UNITS

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (FINDINGS, UNITS, PEOPLE, GRANTS, HISTORY)}
"""In the order in which they are offered."""


def open_to(actor: Actor) -> list[Kind]:
    """Those that the actor may bring in."""
    return [kind for kind in KINDS.values() if kind.may(actor)]
