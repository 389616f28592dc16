"""What was seen of the items of a checklist, one block for each, with the finding that follows from an unmet one.

An item offers its finding in words of its own. Whoever wants other ones, or a picture, unfolds its block: only then
has the page the fields for it, and only then are they sent.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, ValidationError
from wtforms.validators import Optional

from inspect_app.checklists.models import Item
from inspect_app.core.errors import Invalid
from inspect_app.core.storage import Incoming
from inspect_app.findings.forms.wording import Within, Wording
from inspect_app.findings.queries.answers import Answered
from inspect_app.findings.services import Particulars
from inspect_app.visits.models import Result
from inspect_app.visits.services.answers import LARGEST_FIGURE, UNCHECKED, Seen
from inspect_app.visits.services.steps import time_of_day
from inspect_app.web.errors import say
from inspect_app.web.fields import CleanStringField, CleanTextAreaField, EnumRadioField, WholeNumberField
from inspect_app.web.forms import BaseForm
from inspect_app.web.presentation import RESULTS
from inspect_app.web.uploads import UploadsField

MOST_MARKS = 400
"""Items that a form may say it was opened with."""


class AnswerBlock(BaseForm):
    """One item: what was seen of it, and whether the finding that it offers is made where it is not met."""

    class Meta(BaseForm.Meta):
        csrf = False

    result = EnumRadioField(
        _l("Kết quả"),
        words={result: RESULTS[result.value] for result in Result},
        default=Result.UNCHECKED,
    )
    numerator = WholeNumberField(_l("Đạt"), [Optional()])
    denominator = WholeNumberField(_l("Trên tổng số"), [Optional()])
    observed_at = CleanStringField(_l("Giờ ghi nhận"), longest=20)
    note = CleanTextAreaField(_l("Ghi chú"), longest=2000)
    write = BooleanField(_l("Ghi thành hạn chế giao cho đơn vị"))

    item: Item
    answered: Answered
    follower_id: int | None = None
    """Who follows a finding that is written here."""
    begun: date | None = None
    """The day of the visit, as far as it is known."""
    asked: bool = False
    """It was unfolded by its button just now."""

    @property
    def is_unfolded(self) -> bool:
        return False

    @property
    def makes_a_finding(self) -> bool:
        """It is not met, and whoever typed it means to say so to the unit."""
        return self.result.data is Result.UNMET and bool(self.write.data)

    @property
    def seen(self) -> Seen:
        """What a valid block says of the item."""
        return Seen(
            self.result.data or Result.UNCHECKED,
            self.numerator.data if "numerator" in self else None,
            self.denominator.data if "denominator" in self else None,
            self.observed_at.data,
            self.note.data,
        )

    @property
    def pictures(self) -> Sequence[Incoming]:
        """Taken of the item."""
        return ()

    def take_over(self, seen: Seen) -> None:
        """Show an answer that others wrote while this form left the item as it was."""
        for name, value in _answer(seen).items():
            if name in self:
                self[name].process(None, value)
                self[name].raw_data = None

    def particulars(self) -> Particulars:
        """The finding of a valid block that makes one."""
        return Particulars(
            self.item.area_code,
            text=said_of(self.item),
            required=self.item.required,
            deadline_n=OFFERED_DAYS,
            follower_id=self.follower_id,
            item_id=self.item.id,
        )

    def validate_observed_at(self, field: CleanStringField) -> None:
        try:
            field.data = time_of_day(field.data, field.name)
        except Invalid as refused:
            raise ValidationError(say(refused)) from None

    def validate_numerator(self, field: WholeNumberField) -> None:
        self._a_figure(field)
        if (field.data is None) != (self.denominator.data is None) and not self.denominator.errors:
            raise ValidationError(_l("Nhập đủ cả hai số"))

    def validate_denominator(self, field: WholeNumberField) -> None:
        self._a_figure(field)

    def _a_figure(self, field: WholeNumberField) -> None:
        if field.data is not None and not 0 <= field.data <= LARGEST_FIGURE:
            raise ValidationError(_l("Nhập số từ 0 trở lên"))


class UnfoldedBlock(AnswerBlock, Wording):
    """The same with the words and the deadline of its finding, and with pictures."""

    photos = UploadsField(_l("Ảnh tại chỗ"), description=_l("Mỗi ảnh không quá 20 MB."))

    @property
    def is_unfolded(self) -> bool:
        return True

    @property
    def pictures(self) -> Sequence[Incoming]:
        return self.photos.incoming

    def particulars(self) -> Particulars:
        return self.said(self.item.area_code, item_id=self.item.id, follower_id=self.follower_id, files=self.pictures)

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if not self.makes_a_finding:  # what stands in its fields was offered, not typed
            for field in (self.text, self.required, self.within, self.days, self.day):
                field.errors = []
        return not any(field.errors for field in self)


OFFERED = Within.FIFTEEN
OFFERED_DAYS = int(OFFERED)
"""Until when the finding that an item offers is to be put right."""
FOLDED, UNFOLDED = FormField(AnswerBlock), FormField(UnfoldedBlock)
ONLY_UNFOLDED = frozenset({"text", "required", "within", "days", "days_unit", "day", "photos"})
"""Fields that a block has when it is unfolded."""


class AnswersField(FieldList):  # type: ignore[type-arg]  # not generic when it runs
    """A block for each item that the page asks about, under the item's id; empty until `ask` is called."""

    of_another_list = False
    """It came with answers to items that the page no longer asks about."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(FOLDED, **rest)

    def process(self, formdata: Any, *args: Any, **rest: Any) -> None:
        self._sent = formdata
        self.entries: list[Any] = []
        self.object_data = ()

    def ask(self, answered: Sequence[Answered], *, follower_id: int | None, wanted: str = "") -> None:
        """`wanted`: the id of an item whose block is unfolded now.

        So are those that came unfolded, and those whose item offers no whole finding.
        """
        came = self._came()
        asked = {str(one.item.id) for one in answered}
        self.of_another_list = any(self._is_answered(item_id) for item_id in came.keys() - asked)
        for one in answered:
            item_id = str(one.item.id)
            sent = came.get(item_id, set())
            is_unfolded = item_id == wanted or not sent.isdisjoint(ONLY_UNFOLDED) or not one.item.required
            self.unbound_field = UNFOLDED if is_unfolded else FOLDED  # type: ignore[assignment]  # outside a form
            formdata, data = (self._sent, _as_sent(one)) if sent else (None, _as_shown(one))
            entry = self._add_entry(formdata, data, index=one.item.id)  # type: ignore[attr-defined]
            block = entry.form
            block.item, block.answered, block.follower_id = one.item, one, follower_id
            block.asked = item_id == wanted
            if not one.item.measure:
                del block.numerator, block.denominator

    @property
    def blocks(self) -> list[AnswerBlock]:
        return [entry.form for entry in self.entries]

    def _is_answered(self, item_id: str) -> bool:
        return self._sent.get(f"{self.name}-{item_id}-result", "") not in ("", Result.UNCHECKED.value)

    def _came(self) -> dict[str, set[str]]:
        """The id of each item whose block came, with the names of its fields."""
        came: dict[str, set[str]] = {}
        for name in self._sent or ():
            ours, _dash, rest = name.partition("-")
            item_id, _dash, field = rest.partition("-")
            if ours == self.name:
                came.setdefault(item_id, set()).add(field)
        return came


def _as_shown(one: Answered) -> dict[str, Any]:
    """The answer as the values of its block, and the finding that the item offers."""
    item = one.item
    return {**_answer(one.seen), "text": said_of(item), "required": item.required, "within": OFFERED}


def _as_sent(one: Answered) -> dict[str, Any]:
    """The same of a block that came: a page has no field for a note that there was none of when it was opened."""
    return {**_as_shown(one), "observed_at": "", "note": ""}


def _answer(seen: Seen) -> dict[str, Any]:
    return {
        "result": seen.result,
        "numerator": seen.numerator,
        "denominator": seen.denominator,
        "observed_at": seen.observed_at,
        "note": seen.note,
        "write": seen.result is not Result.UNMET,
    }


def pattern() -> UnfoldedBlock:
    """An unfolded block for every item that is folded: `__i__` stands for the item."""
    return UnfoldedBlock(formdata=None, prefix="answers-__i__-", within=OFFERED)


def said_of(item: Item) -> str:
    """What a finding about the item says."""
    return item.shortcoming or item.text


class MarksField(HiddenField):
    """What the form showed when it was opened: `7.1a2b3c4d5e,…`, items that were unchecked left out."""

    @property
    def marks(self) -> dict[int, str]:
        found = {}
        for part in str(self.data or "").split(",")[:MOST_MARKS]:
            item_id, _dot, mark = part.partition(".")
            if item_id.isascii() and item_id.isdigit() and len(item_id) <= 10:
                found[int(item_id)] = mark
        return found

    def show(self, answered: Iterable[Answered]) -> None:
        marked = [f"{one.item.id}.{one.seen.mark}" for one in answered if one.seen != UNCHECKED]
        self.data = ",".join(marked)
