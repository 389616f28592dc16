"""Templates that a clerk changed: looked at, kept as versions, put in force, taken out of force."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from io import BytesIO
from typing import Any

from sqlalchemy import func, select

from inspect_app.core import audit, clock
from inspect_app.core.actor import Actor
from inspect_app.core.connections import take_turns
from inspect_app.core.db import db
from inspect_app.core.errors import Invalid, NotAllowed, Stale
from inspect_app.core.storage import Incoming, Storage
from inspect_app.core.text import one_line
from inspect_app.documents import policy
from inspect_app.documents.models import LetterTemplate
from inspect_app.documents.queries import templates as queries
from inspect_app.documents.queries.kinds import Kind, Letter
from inspect_app.documents.services import word
from inspect_app.documents.services.package import LARGEST, refuse_what_lives

LONGEST_NOTE = 200


class Faulty(Exception):
    """The template cannot be used: what is wrong, where, in the order of the page."""

    def __init__(self, problems: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(len(problems))
        self.problems = problems


def look(kind: Kind, file: Incoming, *, actor: Actor) -> bytes:
    """What the file holds, once it is sure that letters of the kind can be made from it. Asks the database nothing.

    It may take seconds: no transaction should wait for it. Raises NotAllowed, Invalid, Faulty.
    """
    _allow(actor)
    content = file.stream.read(LARGEST + 1)
    refuse_what_lives(content)
    try:
        problems = word.check(content, kind)
    except word.Unfit:
        raise Invalid("Mẫu này quá nặng hoặc không điền được. Sửa lại từ mẫu gốc rồi tải lên", field="files") from None
    if problems:
        raise Faulty(problems)
    return content


def upload(
    kind: Kind, content: bytes, *, name: str, note: str, actor: Actor, now: datetime, storage: Storage
) -> LetterTemplate:
    """Keep what `look` let through as the kind's next version; no letter is made from it before it is adopted.

    Raises NotAllowed.
    """
    _allow(actor)
    kept = storage.keep(BytesIO(content), limit=LARGEST)
    take_turns(db.session, "letter_template")
    last = db.session.scalar(select(func.max(LetterTemplate.ordinal)).where(LetterTemplate.kind == kind.code)) or 0
    template = LetterTemplate(
        kind=kind.code,
        ordinal=last + 1,
        sha256=kept.sha256,
        size=kept.size,
        name=name,
        note=one_line(note)[:LONGEST_NOTE],
        uploaded_at=now,
        uploader_id=actor.person_id,
        uploader_name=actor.name,
    )
    db.session.add(template)
    db.session.flush()
    told = {"kind": kind.code, "ordinal": template.ordinal, "sha256": kept.sha256, "name": name}
    audit.record("letter_template:upload", template, actor=actor, on=_day(now), **told, note=template.note)
    return template


def adopt(template: LetterTemplate, *, seen: int, actor: Actor, today: date) -> None:
    """From now on letters of its kind are made from it. `seen`: which one the page showed in force, 0 for the house's.

    Raises NotAllowed, Stale.
    """
    _replace(template.kind, template, seen=seen, actor=actor, today=today)


def retire(kind: Kind, *, seen: int, actor: Actor, today: date) -> None:
    """From now on letters of the kind are made from the house's template again. Raises NotAllowed, Stale."""
    _replace(kind.code, None, seen=seen, actor=actor, today=today)


def _replace(kind: str, by: LetterTemplate | None, *, seen: int, actor: Actor, today: date) -> None:
    _allow(actor)
    take_turns(db.session, "letter_template")
    before = queries.in_force(kind)
    if (before.id if before else 0) != seen:
        raise Stale("Người khác vừa đổi mẫu đang dùng. Xem bản mới rồi làm lại.")
    if before is by:
        return
    if before is not None:
        before.in_force = False
        db.session.flush()
    if by is not None:
        by.in_force = True
        db.session.flush()
    changed = by or before
    assert changed is not None
    ordinals = {"ordinal": by.ordinal if by else 0, "before": before.ordinal if before else 0}
    verb = "letter_template:adopt" if by else "letter_template:retire"
    audit.record(verb, changed, actor=actor, on=today, kind=kind, **ordinals)


def content_of(template: LetterTemplate, storage: Storage) -> bytes:
    """Raises FileNotFoundError."""
    with storage.open(template.sha256) as file:
        return file.read()


def made(letter: Letter, storage: Storage) -> tuple[bytes, int]:
    """The letter as a .docx of the template in force, and the number of that version, 0 for the house's.

    Raises WrongState when the template cannot take it.
    """
    template = queries.in_force(letter.kind.code)
    if template is None:
        return word.by_the_house(letter), 0
    return word.by_template(content_of(template, storage), letter), template.ordinal


def near(kind: Kind, name: str) -> str:
    """The field that the clerk may have meant; empty where none is like it."""
    last = name.rpartition(".")[2]
    return next(iter(get_close_matches(last, sorted(names_in(kind.sample)), n=1, cutoff=0.6)), "")


def names_in(fields: Mapping[str, Any]) -> set[str]:
    """Every name of a field, those inside lists too."""
    found = set(fields)
    for value in fields.values():
        rows = value if isinstance(value, list) else [value]
        for row in rows:
            found |= names_in(row) if isinstance(row, Mapping) else set()
    return found


def _allow(actor: Actor) -> None:
    if not policy.may_keep_templates(actor):
        raise NotAllowed("Mẫu văn bản do Sở Nội vụ cấp thành phố quản lý.")


def _day(now: datetime) -> date:
    return now.astimezone(clock.HANOI).date()
