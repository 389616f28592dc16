"""Passwords that anybody would try first: read once from the list beside this package."""

import re
from functools import cache
from pathlib import Path

LIST = Path(__file__).parent.parent / "common-passwords.txt"


def commonplace(password: str) -> bool:
    """In the list as it stands, without the figures and signs around it, or put together from two words of the list.

    `password` in small letters without marks and blanks.
    """
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", password)
    known = _known()
    if password in known or core in known:
        return True
    return any(core[:at] in known and core[at:] in known for at in range(3, len(core) - 2))


@cache
def _known() -> frozenset[str]:
    lines = LIST.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("# ") and line != "#")
