"""One's own data handed out, and who somebody was erased. What they did stays, under a pseudonym."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete

from inspect_app.accounts.models import Person
from inspect_app.accounts.queries import grants_of
from inspect_app.accounts.queries import personal as queries
from inspect_app.accounts.services.authority import check_manages
from inspect_app.accounts.services.signing import forgive
from inspect_app.core import audit, pseudonyms
from inspect_app.core.actor import Actor, Placed
from inspect_app.core.db import Base, db
from inspect_app.core.errors import Invalid, NotAllowed, WrongState, sentence
from inspect_app.core.text import fold, name_sort_key

PSEUDONYM = sentence("Người dùng %(number)s")
NO_PASSWORD = "!"
"""No password has this hash."""
THEIRS = (
    *("draft", "feed", "notice", "mail", "preference", "saved_view", "sign_in", "second_factor", "recovery_code"),
    *("reset_link", "old_password", "once"),
)
"""Tables whose rows go with who the person was, in an order that foreign keys allow. Staged files and exports go when
nobody has come back to them for a week."""


def hand_out(person: Person, *, actor: Actor, today: date) -> dict[str, Any]:
    """Everything about oneself. Raises NotAllowed."""
    if actor.person_id != person.id:
        raise NotAllowed("Mỗi người chỉ lấy được dữ liệu của chính mình.")
    found = queries.whole(person)
    audit.record("person:hand_out", person, actor=actor, on=today, log=len(found["log"]))
    return found


def erase(person: Person, *, typed: str, actor: Actor, reach: Iterable[Placed], now: datetime, today: date) -> str:
    """Put a pseudonym in place of who the person was; returns it. It cannot be taken back.

    `typed` is the user name, typed to confirm. The log keeps the name that the person had when they acted: nobody can
    change it, and pages show the pseudonym. Raises NotAllowed, Invalid; WrongState while the account is active.
    """
    check_manages(actor, person, reach)
    if person.active:
        raise WrongState("Ngừng hoạt động tài khoản trước khi xóa thông tin cá nhân.")
    if person.erased_at is not None:
        raise WrongState("Thông tin cá nhân của tài khoản này đã được xóa.")
    if typed.strip().lower() != person.username:
        raise Invalid("Gõ đúng tên đăng nhập %(username)s để xác nhận", field="typed", username=person.username)
    forgive(person.username)
    pseudonym = PSEUDONYM % {"number": person.id}
    person.username, person.name = f"nguoi-dung-{person.id}", pseudonym
    person.name_folded, person.sort_key = fold(pseudonym), name_sort_key(pseudonym)
    person.title = person.phone = person.email = ""
    person.password_hash, person.secret_expires_at, person.erased_at = NO_PASSWORD, None, now
    db.session.flush()
    references = {table.name: column for table, column in pseudonyms.references() if table.name in THEIRS}
    for name in THEIRS:
        if name in references:
            db.session.execute(delete(Base.metadata.tables[name]).where(references[name] == person.id))
    pseudonyms.rename(person.id, pseudonym, at=now)
    _end_grants(person, actor=actor, now=now, today=today)
    audit.record("person:erase", person, actor=actor, on=today, pseudonym=pseudonym)
    return pseudonym


def _end_grants(person: Person, *, actor: Actor, now: datetime, today: date) -> None:
    for given in grants_of(person):
        if given.may_hold(today):
            given.ended_at = now
            facts = {"person": person.id, "role": given.role, "unit": given.unit_id}
            days = {"since": given.since, "until": given.until}
            audit.record("grant:end", given, actor=actor, on=today, **facts, **days, by_itself=True)
