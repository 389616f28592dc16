"""Filling Word templates: the house's own at once, one that somebody changed in a process apart (see `apart`)."""

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspect_app.core.errors import WrongState
from inspect_app.documents.queries.kinds import Kind, Letter

APART = Path(__file__).with_name("apart.py")
LONGEST = 15
"""Seconds that a changed template may take."""


class Unfit(Exception):
    """The template broke, or took too long or too much memory."""


@dataclass(frozen=True, slots=True)
class Filled:
    content: bytes
    lines: list[list[str]]
    """What stands in it, for a look without Word; empty where nobody asked."""


def house_template(kind: Kind) -> bytes:
    """The .docx of this kind of letter with its fields in place; the same bytes whenever it is asked for."""
    from inspect_app.documents.services import house_word

    return house_word.house_template(kind)


def by_the_house(letter: Letter) -> bytes:
    """The letter as a .docx of the house's template."""
    from inspect_app.documents.services import apart

    return apart.fill(house_template(letter.kind), dict(letter.fields))


def by_template(template: bytes, letter: Letter) -> bytes:
    """The letter as a .docx of a changed template. Raises WrongState when the template cannot take it."""
    try:
        return fill(template, letter.fields).content
    except Unfit:
        raise WrongState("Mẫu đang dùng không điền được văn bản này. Dùng lại mẫu gốc hoặc tải lên mẫu khác.") from None


def fill(template: bytes, fields: Mapping[str, Any], *, lines: bool = False) -> Filled:
    """Fill a changed template. Raises Unfit."""
    answer = _apart({"do": "fill", "fields": fields, "lines": lines}, template)
    return Filled(base64.b64decode(answer["filled"]), answer["lines"])


def check(template: bytes, kind: Kind) -> list[dict[str, Any]]:
    """What is wrong with a changed template, in the order of the page; empty when it may be used. Raises Unfit."""
    found: list[dict[str, Any]] = _apart({"do": "check", "fields": kind.sample}, template)
    return found


def _apart(asked: dict[str, Any], template: bytes) -> Any:
    handed = json.dumps({**asked, "template": base64.b64encode(template).decode()}).encode()
    # -P: what lies beside the script must not be taken for a module of the standard library.
    command = [sys.executable, "-P", str(APART)]
    try:
        done = subprocess.run(command, input=handed, capture_output=True, timeout=LONGEST, check=True)
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise Unfit from error
