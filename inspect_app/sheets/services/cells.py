"""What may stand in a cell: text that no program takes for a formula, an address or an instruction.

Pure functions. A text is only ever text: numbers and days come typed, from columns that say so.
"""

import re
import unicodedata

from inspect_app.core.text import readable

LONGEST = 32_767
"""Characters that a cell of Excel holds."""
_CUT = "…"
_STARTS_A_FORMULA = re.compile(r"[=+\-@\t\r\n]")


def text(value: str) -> str:
    """Only characters that XML knows, in NFC, cut to what a cell holds."""
    # Nearly every text is stored so already, and asking costs a tenth of cleaning.
    clean = value if value.isprintable() and unicodedata.is_normalized("NFC", value) else readable(value)
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + _CUT


def defused(value: str) -> str:
    """For files without types: a text that a program may take for a formula gets an apostrophe in front.

    Blanks before it do not help, nor do the wide forms of the signs (＝ ＋ － ＠).
    """
    clean = text(value)
    if clean[:1].isalnum():
        return clean
    first = unicodedata.normalize("NFKC", value.lstrip(" \u00a0\u3000\ufeff\u200b")[:1])
    return f"'{clean}" if _STARTS_A_FORMULA.match(first) else clean
