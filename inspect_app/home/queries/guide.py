"""The user guide: Markdown files of the project itself, turned into HTML. Nothing here comes from a user."""

import re
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup

from inspect_app.config import ROOT

GUIDE = ROOT / "docs" / "huong-dan"


@dataclass(frozen=True, slots=True)
class GuidePage:
    title: str
    body: Markup


def guide_page(name: str) -> GuidePage | None:
    """A page by the name of its file without `.md`; nothing for a name that the guide does not have."""
    path = {file.stem: file for file in GUIDE.glob("*.md")}.get(name)
    return _read(path) if path else None


@cache
def _read(path: Path) -> GuidePage:
    from markdown_it import MarkdownIt

    title, _newline, text = path.read_text(encoding="utf-8").removeprefix("# ").partition("\n")
    html = MarkdownIt("commonmark").enable("table").render(text)
    # On disk pages link to files, here to addresses.
    html = re.sub(r'href="(?:README|([\w-]+))\.md"', lambda link: f'href="{link[1] or "."}"', html)
    html = re.sub(r'<img src="([^"]+)"', lambda image: f"{image[0]} {_size(GUIDE / image[1])}", html)
    html = html.replace("<table>", '<table class="tbl">').replace("<img ", '<img loading="lazy" class="guide-img" ')
    return GuidePage(title.strip(), Markup(html))  # noqa: S704 - our own files


def _size(picture: Path) -> str:
    """Width and height of a PNG in pixels, as attributes: the page keeps its place until it has come."""
    with picture.open("rb") as file:
        width, height = struct.unpack(">16x2I", file.read(24))
    return f'width="{width}" height="{height}"'
