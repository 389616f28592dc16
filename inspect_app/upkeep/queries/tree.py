"""What the log says that the units are: the tables they were loaded from, and every change of the tree since.

A unit that came from other tables than the program carries now is not compared until an event tells of it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from inspect_app.units.services.reference import digest, entries

FACTS = ("name", "parent_id", "valid_from", "valid_to", "ended")
Units = dict[int, dict[str, Any]]


def units_of(events: Iterable[Mapping[str, Any]], ids: Mapping[tuple[str, str | None], int]) -> Units:
    """Unit -> what is known of it. `ids`: code and first day of every row -> its id."""
    units: Units = {}
    for told in events:
        verb, payload, unit_id = told["action"].partition(":")[2], told["payload"], told["subject_id"]
        if verb == "load_reference":
            if payload["tables"] == digest():
                _loaded(units, ids)
        elif verb == "found":
            named = ("name", "parent_id", "valid_from")
            units[unit_id] = {**{name: payload[name] for name in named}, "valid_to": None, "ended": False}
        elif verb == "change":
            _changed(units, unit_id, payload)
        elif verb == "end":
            units.setdefault(unit_id, {}).update(valid_to=payload["last_day"], ended=True)
    return units


def _loaded(units: Units, ids: Mapping[tuple[str, str | None], int]) -> None:
    """Rows that were there already stayed as they were."""
    for entry in entries():
        unit_id = ids.get((entry.key.code, _said(entry.key.valid_from)))
        if unit_id is None or unit_id in units:
            continue
        parent = ids.get((entry.parent.code, _said(entry.parent.valid_from))) if entry.parent else None
        units[unit_id] = {
            "name": entry.name,
            "parent_id": parent,
            "valid_from": _said(entry.key.valid_from),
            "valid_to": _said(entry.valid_to),
            "ended": entry.ended,
        }


def _changed(units: Units, unit_id: int, payload: Mapping[str, Any]) -> None:
    heir, name, parent = payload["became"], payload["name"][-1], payload["parent_id"][-1]
    last_day = date.fromisoformat(payload["since"]) - timedelta(days=1)
    units.setdefault(unit_id, {}).update(valid_to=last_day.isoformat(), ended=True)
    for unit in units.values():
        if unit.get("parent_id") == unit_id:
            unit["parent_id"] = heir
    units[heir] = {
        "name": name,
        "parent_id": parent,
        "valid_from": payload["since"],
        "valid_to": None,
        "ended": False,
    }


def _said(day: Any) -> str | None:
    return day.isoformat() if day else None
