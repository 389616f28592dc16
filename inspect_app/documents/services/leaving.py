"""Every letter that leaves is noted: who took what, made from which template, with the hash of the file."""

from datetime import date
from hashlib import sha256

from inspect_app.accounts.models import Person
from inspect_app.core import audit
from inspect_app.core.actor import Actor
from inspect_app.core.db import db
from inspect_app.documents.queries.kinds import Letter


def note_leaving(
    letter: Letter, content: bytes, *, ending: str, subject_id: int, template: int, actor: Actor, today: date
) -> None:
    """`template` is the number of the version that it was made from, 0 for the house's."""
    taker = db.session.get_one(Person, actor.person_id)
    audit.record(
        "person:take_document",
        taker,
        actor=actor,
        on=today,
        kind=letter.kind.code,
        of=subject_id,
        format=ending,
        template=template,
        size=len(content),
        sha256=sha256(content).hexdigest(),
    )
