"""A day put off: asked for by the unit, granted or refused, or given unasked. Never a state of what it is the day of.

Whether something came in time stays what it was on the day it was sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, Stale, WrongState, sentence
from inspect_app.core.moves import said
from inspect_app.core.text import clean, one_line
from inspect_app.workdays import queries
from inspect_app.workdays.policy import TermCode, due

S = TypeVar("S", bound=Any)
"""What has a day, and as `request` the request that nobody decided on yet."""
R = TypeVar("R", bound=Any)
"""A request for a later day, or one given unasked."""

ALREADY_ASKED = sentence("Đơn vị đã có một đề nghị gia hạn đang chờ trả lời. Xem bản mới rồi làm tiếp.")
ALREADY_DECIDED = sentence("Đề nghị gia hạn này vừa có người xử lý. Xem bản mới rồi làm tiếp.")


@dataclass(frozen=True, slots=True)
class PuttingOff(Generic[S, R]):
    """How the day of one kind of record is put off."""

    request: type[R]
    of: str
    """The column of a request that names its record."""
    day: str
    """The record's day in force; a request holds it as `old_…`, and as `new_…` what was granted."""
    prepare: Callable[..., None]
    """Whether the actor may make a move now; changes nothing."""
    tell: Callable[..., object]
    """Logs what was done."""
    move: Callable[..., object]
    """Makes a move of the record's workflow."""
    settle: Callable[..., object]
    """Keeps what the record was before, and logs the change."""
    no_day: str
    """What is said to whoever gave a later day and no day."""
    exhausted: str
    """What a unit is told that was granted as many (`times`) as it may have."""

    def ask(
        self,
        subject: S,
        *,
        actor: Actor,
        wanted: date | None,
        reason: str,
        letter_number: str = "",
        letter_on: date | None = None,
        on: date,
        today: date,
        version: int | None = None,
    ) -> R:
        """Ask for a later day, within what the terms allow. Raises NotAllowed, Stale, WrongState, Invalid."""
        self.prepare(subject, "ask_extension", actor=actor, on=on, today=today, version=version)
        reason = said(reason, sentence("Nhập lý do đề nghị gia hạn"), "reason")
        if wanted is None:
            raise Invalid("Nhập ngày đề nghị gia hạn đến", field="wanted")
        self.check_later(subject, wanted, on=on, field="wanted")
        self._check_terms(subject, wanted)
        if letter_on is not None and letter_on > today:
            raise Invalid("Ngày này chưa đến, nhập ngày không sau hôm nay", field="letter_on")
        letter = one_line(letter_number)
        asked = {"asker_id": actor.person_id, "asked_on": on, "wanted": wanted, "reason": reason}
        request = self._new(subject, letter_number=letter, letter_on=letter_on, **asked)
        try:
            db.session.flush()
        except IntegrityError as error:  # a colleague asked while this was typed
            raise Stale(ALREADY_ASKED) from error
        db.session.expire(subject, ["request"])
        told = {"wanted": wanted, "letter": letter, "asker_id": actor.person_id}
        self.tell(subject, "ask_extension", actor=actor, on=on, note=reason, **told)
        return request

    def take_back(self, subject: S, *, actor: Actor, on: date, today: date, version: int | None = None) -> R:
        """The asker no longer wants it; it stays on record as decided.

        Raises NotAllowed, Stale, WrongState, Invalid.
        """
        self.prepare(subject, "drop_extension", actor=actor, on=on, today=today, version=version)
        request = self._waiting(subject)
        self._decide(subject, granted=False, decider=actor, on=on)
        self.tell(subject, "drop_extension", actor=actor, on=on, wanted=request.wanted)
        return request

    def refuse(self, subject: S, *, actor: Actor, reason: str, on: date, today: date, version: int | None = None) -> R:
        """The day stays. Raises NotAllowed, Stale, WrongState, Invalid."""
        self.prepare(subject, "refuse_extension", actor=actor, on=on, today=today, version=version)
        reason = said(reason, sentence("Nhập lý do không gia hạn"), "reason")
        request = self._waiting(subject)
        self._decide(subject, granted=False, decider=actor, on=on, note=reason)
        asked = {"asker_id": request.asker_id, "wanted": request.wanted}
        self.tell(subject, "refuse_extension", actor=actor, on=on, note=reason, **asked)
        return request

    def extend(
        self,
        subject: S,
        *,
        actor: Actor,
        until: date | None,
        reason: str = "",
        on: date,
        today: date,
        version: int | None = None,
    ) -> None:
        """A later day: in answer to the request that waits, or else unasked, which needs a `reason`.

        The first day is kept. The record is not overdue from `on` as long as the new day lasts; the days before stay
        as they were. Raises NotAllowed, Stale, WrongState, Invalid.
        """
        self.prepare(subject, "extend", actor=actor, on=on, today=today, version=version)
        request, old = subject.request, self._day_of(subject)
        reason = clean(reason) if request is not None else said(reason, sentence("Nhập lý do gia hạn"), "reason")
        if until is None:
            raise Invalid(self.no_day, field="until")
        self.check_later(subject, until, on=on, field="until")
        self.move("extend", subject, actor=actor)
        self.put_off(subject, until=until, actor=actor, reason=reason, on=on)
        asked = {"asker_id": request.asker_id, "wanted": request.wanted} if request is not None else {}
        self.settle(subject, "extend", actor=actor, on=on, note=reason, old=old, until=until, **asked)

    def check_later(self, subject: S, until: date, *, on: date, field: str, same: bool = False) -> None:
        """A day is only ever put off, and to one still to come; `same` lets it stay. Raises Invalid."""
        day = self._day_of(subject)
        if until <= on:
            raise Invalid("Chọn một ngày sau ngày %(day)s", field=field, day=f"{on:%d/%m/%Y}")
        if until < day or (until == day and not same):
            if same:
                raise Invalid(
                    "Ngày này sớm hơn thời hạn hiện nay, nhập ngày từ %(day)s trở đi",
                    field=field,
                    day=f"{day:%d/%m/%Y}",
                )
            raise Invalid("Chọn một ngày sau thời hạn hiện nay là %(day)s", field=field, day=f"{day:%d/%m/%Y}")

    def put_off(self, subject: S, *, until: date, actor: Actor, reason: str, on: date) -> None:
        """A later day, in answer to the request that waits or unasked; the same one is no extension.

        Whoever calls settles the record. Raises WrongState where somebody decided on the request meanwhile.
        """
        if until == self._day_of(subject):
            return
        if subject.request is not None:
            self._decide(subject, granted=True, decider=actor, on=on, note=reason, until=until)
        else:
            given = {"reason": reason, "granted": True, "decider_id": actor.person_id, "decided_on": on}
            self._new(subject, **given, **{f"new_{self.day}": until})
        setattr(subject, self.day, until)

    def let_lapse(self, subject: S, *, on: date) -> None:
        """There is nothing left to put off: the request that still waits is closed, decided by nobody."""
        if subject.request is not None:
            self._decide(subject, granted=False, decider=None, on=on)

    def _new(self, subject: S, **columns: Any) -> R:
        request: R = self.request(**{self.of: subject.id, f"old_{self.day}": self._day_of(subject)}, **columns)
        db.session.add(request)
        return request

    def _day_of(self, subject: S) -> date:
        day: date | None = getattr(subject, self.day)
        assert day is not None, "the move is possible only with a day"
        return day

    def _waiting(self, subject: S) -> R:
        request: R | None = subject.request
        assert request is not None, "the move is possible only while a request waits"
        return request

    def _decide(
        self, subject: S, *, granted: bool, decider: Actor | None, on: date, note: str = "", until: date | None = None
    ) -> None:
        """Of several who decide at once the first counts. Raises WrongState, Invalid."""
        request, table = self._waiting(subject), self.request
        if request.asked_on is not None and on < request.asked_on:
            day = f"{request.asked_on:%d/%m/%Y}"
            raise Invalid("Ngày này trước ngày đề nghị, nhập ngày từ %(day)s trở đi", field="on", day=day)
        decision = {"granted": granted, "decider_id": decider.person_id if decider else None, "decided_on": on}
        decided = db.session.scalar(
            update(table)
            .where(table.id == request.id, table.granted.is_(None))
            .values(**decision, note=note, **{f"new_{self.day}": until})
            .returning(table.id)
        )
        if decided is None:
            raise WrongState(ALREADY_DECIDED)
        db.session.expire(request)
        db.session.expire(subject, ["request"])

    def _check_terms(self, subject: S, wanted: date) -> None:
        """What a unit may ask for is limited by the terms; whoever decides is not. Raises Invalid."""
        terms = queries.terms()
        times, longest = terms[TermCode.EXTENSION_TIMES].n, terms[TermCode.EXTENSION_DAYS]
        of_it = getattr(self.request, self.of) == subject.id
        granted = select(func.count()).where(of_it, self.request.granted.is_(True), self.request.asker_id.is_not(None))
        if (db.session.scalar(granted) or 0) >= times:
            raise Invalid(self.exhausted, field="wanted", times=times)
        last = due(longest, self._day_of(subject), queries.calendar())
        if wanted > last:
            raise Invalid("Mỗi lần chỉ đề nghị được đến ngày %(day)s", field="wanted", day=f"{last:%d/%m/%Y}")
