"""Keeping `Lineage`, the closure of the successions, in step with them."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import insert, select

from inspect_app.core.db import db
from inspect_app.units.models import Lineage, Succession

TURN = "units"
"""What `take_turns` is about wherever the tree or its successions change."""


def keep_lineage() -> None:
    """Add the pairs that the successions imply and that are not there. Successions are never taken back."""
    db.session.flush()
    parents: defaultdict[int, set[int]] = defaultdict(set)
    for old_id, new_id in db.session.execute(select(Succession.old_id, Succession.new_id)):
        parents[new_id].add(old_id)
    kept = {(row.unit_id, row.predecessor_id) for row in db.session.execute(select(Lineage.__table__))}
    implied = {(heir, former) for heir in list(parents) for former in ancestors(heir, parents)}
    if missing := sorted(implied - kept):
        pairs = [{"unit_id": heir, "predecessor_id": former} for heir, former in missing]
        db.session.execute(insert(Lineage), pairs)


def ancestors(unit_id: int, parents: Mapping[int, set[int]]) -> set[int]:
    """Everything that `unit_id` came from, near and far."""
    reached: set[int] = set()
    waiting = list(parents.get(unit_id, ()))
    while waiting:
        former = waiting.pop()
        if former not in reached:
            reached.add(former)
            waiting += parents.get(former, ())
    return reached
