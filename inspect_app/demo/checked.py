"""What the visits of the living plan saw of the items of the checklist, to fit what they found.

The item that a shortcoming belongs to is the one of its area that shares most words with it.
"""

from collections.abc import Sequence
from datetime import date

from inspect_app.checklists import queries as checklists
from inspect_app.checklists.models import Item
from inspect_app.core.actor import Actor
from inspect_app.core.text import fold
from inspect_app.visits.models import Result, Visit
from inspect_app.visits.services import answers
from inspect_app.visits.services.answers import Seen

TIMES = ("08:20", "08:45", "09:10", "09:40", "10:15", "10:40", "11:05")


def tell(
    visit: Visit, found: Sequence[tuple[str, str]], *, actor: Actor, today: date, on: date, left: int = 0
) -> list[int]:
    """Answer every item but the last `left`; returns for each of `found`, an area and a text, the item it belongs to.

    What was found is not met; of the others most are met, some do not apply.
    """
    checklist = answers.checklist_of(visit)
    assert checklist is not None
    items = checklists.items_of(checklist.id)
    unmet: list[int] = []
    for area, text in found:
        unmet.append(_closest([item for item in items if item.area_code == area and item.id not in unmet], text).id)
    asked = [item for item in items[: len(items) - left] if item.id not in unmet]
    several = {item.id: _met(item, place) for place, item in enumerate(asked)}
    several |= {item_id: Seen(Result.UNMET, observed_at=TIMES[n % len(TIMES)]) for n, item_id in enumerate(unmet)}
    answers.answer(visit, several, opened={}, actor=actor, today=today, on=on)
    return unmet


def _met(item: Item, place: int) -> Seen:
    if place % 11 == 7:
        return Seen(Result.NOT_APPLICABLE)
    if not item.measure:
        return Seen(Result.MET)
    whole = 12 + place * 7 % 30
    return Seen(Result.MET, numerator=whole, denominator=whole)


def _closest(items: Sequence[Item], text: str) -> Item:
    words = set(fold(text).split())
    return max(items, key=lambda item: len(words & set(fold(f"{item.text} {item.shortcoming}").split())))
