"""What a kind of letter is, and what one letter of it says."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspect_app.documents.queries.blocks import Block

Fields = Mapping[str, Any]
"""Texts, lists of texts, and lists of such mappings; nothing else, all of it ready to be printed."""

LONGEST_NAME = 120
_D = {0x110: "D", 0x111: "d"}
"""The one Vietnamese letter that does not come apart into a plain one and its marks."""


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of letter. Its sample is its schema: a letter has exactly the fields of the sample, and their shapes."""

    code: str
    """What addresses and rows call it; never reworded."""
    name: str
    """On screen; a message id."""
    file_name: str
    blocks: Sequence[Block]
    sample: Fields


@dataclass(frozen=True, slots=True)
class Letter:
    kind: Kind
    fields: Fields
    called: tuple[str, ...] = field(default=())
    """Number and unit, for the name of the file."""

    @property
    def title(self) -> str:
        """What the document calls itself where a reader lists its properties."""
        return " - ".join((self.kind.name, *(part for part in self.called if part)))

    def file_name(self, ending: str) -> str:
        """`Thong-bao-ket-luan_12-TB-SNV_Phuong-Cai-Khe.docx`: what every file system and mail server takes."""
        parts = (self.kind.file_name, *(_plain(part) for part in self.called))
        return f"{'_'.join(part for part in parts if part)[:LONGEST_NAME]}.{ending}"


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.translate(_D))
    bare = "".join(letter for letter in letters if letter.isascii())
    return "-".join(re.findall(r"[A-Za-z0-9]+", bare))
