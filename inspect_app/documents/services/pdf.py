"""Letters as PDF/A-2a in the house's layout, set by Typst in a process of its own (see `typeset`).

Data goes in as JSON, so that no text is ever markup.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from jinja2 import Template
from jinja2.sandbox import SandboxedEnvironment

from inspect_app.core.errors import WrongState
from inspect_app.documents.queries.blocks import (
    Annex,
    Block,
    Each,
    EachRow,
    Head,
    If,
    Paragraph,
    Recipients,
    Row,
    Run,
    Signatures,
    Signer,
    Table,
)
from inspect_app.documents.queries.kinds import Letter

LAYOUT = Path(__file__).with_name("house.typ")
TYPESET = Path(__file__).with_name("typeset.py")
LONGEST = 60
"""Seconds that a letter may take; a usual one takes a tenth of one."""


def set_letter(letter: Letter, *, title: str, at: datetime) -> bytes:
    """The letter as a PDF called `title`, made at that moment. Raises WrongState for letters that no typeface has."""
    told = {"title": title, "blocks": drawn(letter.kind.blocks, letter.fields)}
    done = subprocess.run(
        # -P: what lies beside the script must not be taken for a module of the standard library.
        [sys.executable, "-P", str(TYPESET), str(LAYOUT), at.replace(microsecond=0).isoformat()],
        input=json.dumps(told, ensure_ascii=False).encode(),
        capture_output=True,
        timeout=LONGEST,
    )
    if not done.returncode:
        return done.stdout
    why = done.stderr.decode(errors="replace")
    if "could not be displayed" not in why:
        raise RuntimeError(why)
    raise WrongState(
        "Văn bản có ký tự mà bản PDF không in được. Tải bản Word, hoặc sửa ký tự lạ trong nội dung rồi tải lại."
    )


@cache
def _sandbox() -> SandboxedEnvironment:
    from inspect_app.documents.services.apart import Sandbox

    return Sandbox(autoescape=False)


@cache
def _template(text: str) -> Template:
    return _sandbox().from_string(text)


def _filled(text: str, fields: Mapping[str, Any]) -> str:
    return _template(text).render(fields) if "{" in text else text


def _holds(condition: str, fields: Mapping[str, Any]) -> bool:
    return bool(_filled(f"{{% if {condition} %}}1{{% endif %}}", fields))


def _list(path: str, fields: Mapping[str, Any]) -> Iterable[Any]:
    """`han_che`, `lv.han_che`."""
    found: Any = fields
    for name in path.split("."):
        found = found[name]
    return list(found)


def drawn(blocks: Iterable[Block], fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The blocks with everything filled in, loops gone over and conditions decided."""
    found: list[dict[str, Any]] = []
    several = list(blocks)
    for block, following in zip_longest(several, several[1:]):
        match block:
            case Paragraph():
                runs = [_run(run, fields) for run in block.runs]
                kept = isinstance(following, Signatures)
                found.append({"kind": "paragraph", "style": block.style.value, "kept": kept, "runs": runs})
            case Each():
                for one in _list(block.of, fields):
                    found += drawn(block.blocks, {**fields, block.name: one})
            case If():
                found += drawn(block.blocks, fields) if _holds(block.condition, fields) else []
            case Head():
                found.append(_head(block, fields))
            case Table():
                found.append(_table(block, fields))
            case Signatures():
                parties = [_party(party, fields) for party in block.parties]
                found.append({"kind": "signatures", "parties": parties})
            case Annex():
                found.append(_annex(block, fields))
    return found


def _run(run: Run, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": _filled(run.text, fields), "bold": run.bold, "italic": run.italic}


def _head(head: Head, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "head",
        "above": fields["co_quan_chu_quan"],
        "writer": fields["co_quan"],
        "number": fields["so_ky_hieu"],
        "about": _filled(head.about, fields),
        "place": fields["dia_danh_ngay"] if head.dated else "",
    }


def _table(table: Table, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "table",
        "heads": [column.head for column in table.columns],
        "widths": [column.width for column in table.columns],
        "aligns": [column.align.value for column in table.columns],
        "rows": list(_rows(table.rows, fields)),
    }


def _rows(rows: Iterable[Row | EachRow], fields: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for row in rows:
        if isinstance(row, EachRow):
            for one in _list(row.of, fields):
                yield from _rows(row.rows, {**fields, row.name: one})
        else:
            yield {"cells": [_filled(cell, fields) for cell in row.cells], "bold": row.bold}


def _party(party: Signer | Recipients, fields: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(party, Recipients):
        return {"recipients": list(_list(party.of, fields))}
    above = list(_list(party.above, fields)) if party.above else []
    return {"above": above, "post": _filled(party.post, fields), "name": _filled(party.name, fields)}


def _annex(annex: Annex, fields: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: _filled(getattr(annex, name), fields) for name in ("heading", "title", "below")}
    return {"kind": "annex", **said, "across": annex.landscape, "blocks": drawn(annex.blocks, fields)}
