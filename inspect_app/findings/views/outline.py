"""What the page of writing down shows, area by area: items with their answers, findings saved and typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inspect_app.findings.forms.answers import AnswerBlock
from inspect_app.findings.forms.recording import FindingBlock, RecordForm
from inspect_app.findings.models import Finding
from inspect_app.findings.queries.answers import Answered, Tally, tally
from inspect_app.plans.models import Area
from inspect_app.visits.models import Result


@dataclass(frozen=True, slots=True)
class Section:
    """One area on the page: what was saved in it, what is being typed, the number of its blank block if it has one."""

    area: Area
    checked: list[AnswerBlock]
    tally: Tally
    saved: list[Finding]
    typed: list[FindingBlock]
    blank: int | None
    open: bool

    @property
    def written(self) -> int:
        return len(self.saved) + len(self.typed)

    @property
    def apart(self) -> list[Finding]:
        """Saved findings that stand under no item on the page."""
        items = {block.item.id for block in self.checked}
        return [finding for finding in self.saved if finding.item_id not in items]

    def of(self, block: AnswerBlock) -> list[Finding]:
        """Saved findings about the item of this block."""
        return [finding for finding in self.saved if finding.item_id == block.item.id]


def sections(
    areas: Sequence[Area],
    saved: Sequence[Finding],
    form: RecordForm,
    answered: Sequence[Answered],
    *,
    more_in: str | None,
    shown: str | None,
) -> list[Section]:
    """By area; a block of no known one stands in the first.

    There is a blank block in `more_in`, where one more was asked for, and without a checklist also in every area
    where nothing was written. `shown` is the area to open, where no item was unfolded just now.
    """
    known, found, number = {area.code for area in areas}, list[Section](), len(form.blocks)
    shown = next((block.item.area_code for block in form.answered if block.asked), shown)
    begun = shown in known
    for area in areas:
        already = [finding for finding in saved if finding.area_code == area.code]
        odd = known if area is areas[0] else ()
        typed = [block for block in form.blocks if block.area.data == area.code or (odd and block.area.data not in odd)]
        checked = [block for block in form.answered if block.item.area_code == area.code]
        seen = _tally(checked) if checked else tally(one for one in answered if one.item.area_code == area.code)
        wanted = more_in == area.code or not (answered or already or typed)
        first = bool(checked) and seen.unchecked > 0 and not begun
        begun = begun or first
        opened = area.code == shown or first or bool(typed) or _refused(checked) or (not answered and bool(already))
        found.append(Section(area, checked, seen, already, typed, number if wanted else None, opened))
        number += wanted
    return found


def whole(parts: Sequence[Section]) -> Tally:
    """All areas together."""
    met, unmet, not_applicable, unchecked = (
        sum(getattr(part.tally, name) for part in parts) for name in ("met", "unmet", "not_applicable", "unchecked")
    )
    return Tally(met, unmet, not_applicable, unchecked)


def _tally(checked: Sequence[AnswerBlock]) -> Tally:
    """As the page stands, saved or not."""
    numbers: dict[Any, int] = dict.fromkeys(Result, 0)
    for block in checked:
        numbers[block.result.data or Result.UNCHECKED] += 1
    return Tally(*(numbers[result] for result in (Result.MET, Result.UNMET, Result.NOT_APPLICABLE, Result.UNCHECKED)))


def _refused(checked: Sequence[AnswerBlock]) -> bool:
    return any(block.errors for block in checked)
