"""What came with a request that could not be answered: given back, so that nobody has to type it again.

Asks neither the database nor who is signed in: both may be the trouble.
"""

from dataclasses import dataclass

from flask import request

from inspect_app.web.gate import SAFE
from inspect_app.web.returning import local_path

MOST = 200_000
"""Characters that are given back."""
PROSE = 20
"""Characters from which on a text is shown, too; what is shorter are choices, numbers and dates."""
SECRETIVE = frozenset({"accounts"})
"""Blueprints whose forms hold passwords."""
OURS = frozenset({"csrf_token", "once", "version", "kept"})


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form to be sent again."""

    address: str
    fields: list[tuple[str, str]]
    texts: list[str]
    """What a person wrote, to be read and copied."""
    with_files: bool
    """Files came along, which have to be chosen again."""


def unsent() -> Unsent | None:
    """The form of this request; None where there was none, it was not received whole or it may not be shown."""
    received = "form" in request.__dict__  # asking for it would begin to read what may be cut off
    if request.method in SAFE or not received or request.endpoint is None or request.blueprint in SECRETIVE:
        return None
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name and name != "csrf_token" and "password" not in name.lower()
    ]
    if not fields or sum(len(name) + len(value) for name, value in fields) > MOST:
        return None
    texts = [value for name, value in fields if name not in OURS and len(value) >= PROSE]
    files = any(file.filename for file in request.files.values())
    address = request.script_root + request.full_path.rstrip("?")
    return Unsent(local_path(address), fields, texts, files)
