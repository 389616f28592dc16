"""Units that people name by typing: all names of a form are looked up at once."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid
from inspect_app.core.text import fold, one_line
from inspect_app.plans.queries import named_line_by_line
from inspect_app.units.models import Unit

_BETWEEN = re.compile(r"[;\n]|,(?=\s)")
MOST_NAMES = 400
"""Of one form; what is typed beyond is not understood."""


class Named:
    """The units that the typed names mean, of those that `actor` reviews and that are in force on `day`."""

    def __init__(self, typed: Iterable[str], actor: Actor, day: date) -> None:
        names = {fold(name): name for text in typed for name in split(text)}
        asked = list(names.values())[:MOST_NAMES]
        found = named_line_by_line(actor, asked, day) if asked else []
        self._meant = dict(zip((fold(name) for name in asked), found, strict=True))
        wanted = {row.id for rows in found for row in rows}
        self._units = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(wanted)))}

    def units(self, text: str, field: str) -> Sequence[Unit]:
        """Those named in the text, parted by semicolons. Raises Invalid for `field`."""
        return list(dict.fromkeys(self.unit(name, field) for name in split(text)))

    def unit(self, name: str, field: str) -> Unit:
        """Raises Invalid for `field` where no unit is meant, or more than one may be."""
        name = one_line(name)
        rows = self._meant.get(fold(name), [])
        exact = [row for row in rows if row.name_folded == fold(name)]
        clear = exact if len(exact) == 1 else rows
        if len(clear) == 1:
            return self._units[clear[0].id]
        if not rows:
            raise Invalid("Không có đơn vị nào tên “%(name)s”", field=field, name=name)
        raise Invalid(
            "“%(name)s” có thể là %(several)s. Ghi rõ tên đơn vị",
            field=field,
            name=name,
            several=", ".join(row.name for row in rows),
        )


def split(text: str) -> list[str]:
    """The names in a text: parted by semicolons, commas or line ends."""
    return [name for part in _BETWEEN.split(text or "") if (name := one_line(part))]
