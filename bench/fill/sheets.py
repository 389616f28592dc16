"""Sheets that teams brought in: what one visit in some found was typed elsewhere, and written down all at once."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bench.fill import days
from bench.fill.log import Person, json
from bench.fill.record import Record
from bench.fill.telling import Teller
from inspect_app.core.storage import Storage
from inspect_app.sheets.services import heads
from inspect_app.sheets.services.bringing import storing
from inspect_app.sheets.services.kinds import KINDS

BROUGHT = 6
"""Of visits that found something, one in so many has it from a sheet."""
CAME, WRITTEN = 190, 265
"""Minutes of the day: before the first finding of a visit is written down, and after the last."""


class Sheet(NamedTuple):
    """What all of them look like."""

    sha256: str
    size: int
    heads: str
    choices: dict[str, Any]


def sample(storage: Storage) -> Sheet:
    """One row, kept where sheets are."""
    row = {"unit": "Xã An Bình", "text": "Chưa niêm yết thủ tục.", "required": "Niêm yết đủ.", "days": "30"}
    kept = storing(storage).keep(written("findings", [row]), limit=10_000)
    labels = [column.label for column in KINDS["findings"].columns if column.name in row]
    choices = {"sheet": 0, "head": 0, "columns": heads.fields(labels, KINDS["findings"].columns)}
    return Sheet(kept.sha256, kept.size, heads.digest(labels), choices)


def written(kind: str, rows: Iterable[Mapping[str, str]]) -> io.BytesIO:
    """A .csv with the columns that the rows have, as the program heads them."""
    told, text = list(rows), io.StringIO()
    columns = [column for column in KINDS[kind].columns if column.name in told[0]]
    writer = csv.writer(text)
    writer.writerow([column.label for column in columns])
    writer.writerows([row[column.name] for column in columns] for row in told)
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


class Sheets:
    def __init__(self, teller: Teller, sheet: Sheet) -> None:
        self.t, self.sheet = teller, sheet

    def tell(self, visit_id: int, unit_name: str, day: int, found: Sequence[Record], by: Person) -> None:
        """`day`: that of the visit."""
        if not found or visit_id % BROUGHT != 1:
            return
        brought_id, name = self.t.ids.next("brought"), f"{unit_name} {days.shown(day).replace('/', '.')}.csv"
        told = {"kind": "findings", "name": name, "sha256": self.sheet.sha256, "added": len(found), "changed": 0}
        moment = day * days.MINUTES + WRITTEN
        self.t.lines.append((moment, day, by, "brought:write_down", "brought", brought_id, json(told)))
        file = (name, self.sheet.sha256, self.sheet.size, self.sheet.heads, json(self.sheet.choices))
        came = days.stored(day * days.MINUTES + CAME)
        row = (brought_id, by.id, "findings", *file, came, days.stored(moment), len(found), 0, 0, 2)
        self.t.batch.add("brought", row)
