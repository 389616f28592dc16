"""A record moved on from its page: one form for each move, and what a refusal or a lost race answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError
from wtforms import Field

from inspect_app.core import clock
from inspect_app.core.db import db
from inspect_app.core.errors import DomainError, Invalid, Stale, WrongState
from inspect_app.core.versions import expect
from inspect_app.core.workflow import Workflow
from inspect_app.web.access import actor
from inspect_app.web.errors import say
from inspect_app.web.forms import VersionedForm
from inspect_app.web.once import OnceForm, leads_to, sent_before
from inspect_app.web.refusing import refuse
from inspect_app.web.uploads import UploadsField

T = TypeVar("T", bound=Any)
Act: TypeAlias = Callable[[T, dict[str, Any]], object]
"""Makes the move on the record, with who makes it, when, and the version that they saw."""


class MoveForm(VersionedForm, OnceForm):
    """Several stand on one page: the ids of a form's controls begin with its move."""

    move: str

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for field in self:
            field.id = field.label.field_id = f"{self.move}-{field.short_name}"

    def typed(self) -> list[tuple[str, str]]:
        """Label and text of what was typed, names of files, for showing it back where the form is no longer there."""
        fields = [field for field in self if field.short_name not in ("version", "once", "csrf_token")]
        told = [(field.label.text, _told(field)) for field in fields]
        return [(label, text) for label, text in told if text]


def _told(field: Field) -> str:
    if isinstance(field, UploadsField):
        return ", ".join([*(file.name for file in field.waiting), *field.lost])
    return field._value() if hasattr(field, "_value") else ""


class Page(Protocol):
    """Draws the page of a record: `refused` shown with what was typed, `conflict` who was first."""

    def __call__(self, record: Any, refused: MoveForm | None = None, conflict: str = "", /) -> str: ...


@dataclass(frozen=True, slots=True)
class Moving(Generic[T]):
    """How records of one kind are moved on."""

    workflow: Workflow[Any, Any]
    seen: Callable[[int], T]
    """The record as the actor may see it, or 404."""
    fit: Callable[[MoveForm, T], None]
    page: Page
    changed: Stale
    """Who changed the record meanwhile, with `%(name)s` and `%(time)s`."""
    raced: Stale
    """The same where nobody can be named."""
    over: Stale
    """Who changed it, where the move cannot be made any more: no form is left to send again."""
    end: Callable[[], None]
    """Commits: the view's to do."""

    def make(
        self, record_id: int, form: MoveForm, act: Act[T], said: str, *, back: Callable[[T], str]
    ) -> ResponseReturnValue:
        """Load, check, act, commit, redirect; a refusal shows the page again with what was typed.

        `said` is what the next page tells, `back` gives its address.
        """
        record, today = self.seen(record_id), clock.today()
        self.fit(form, record)
        done = back(record)
        by = {"actor": actor(), "on": today, "today": today, "version": form.version.data}
        try:
            if not form.validate():
                self.workflow.check(form.move, record, actor=actor())  # nobody fills in what they may not send
                return self.page(record, form), 422
            if (led := sent_before(form)) is not None:
                db.session.rollback()
                return redirect(led, 303)
            act(record, by)
            leads_to(form, done)
            self.end()
        except Invalid as refused:
            status = refuse(form, refused)
            return self.page(self.seen(record_id), form), status
        except (Stale, WrongState, StaleDataError) as lost:
            db.session.rollback()
            record = self.seen(record_id)
            return self.page(record, form, self._who_was_first(lost, record, form)), 409
        flash(said)
        return redirect(done, 303)

    def _who_was_first(self, lost: Exception, record: T, form: MoveForm) -> str:
        """Who changed the record meanwhile, and whether the form can be sent again; else the refusal's own words."""
        again = form.move in self.workflow.offered_to(actor(), record)
        if isinstance(lost, DomainError) and (again or isinstance(lost, WrongState)):
            return say(lost)
        try:
            expect(record, form.version.data, self.changed if again else self.over)
        except Stale as changed:
            return say(changed)
        return say(lost if isinstance(lost, DomainError) else self.raced)
