"""What a browser loads: styles, script, pictures, icons and font, cut to what our pages use.

`build` is the set-up step that makes them from the installed packages and `inspect_app/static`; it needs no Flask.
`init_app` serves the result under names that carry a hash of their content, so that browsers keep them for a year.
Nothing here is fetched from the network.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import io
import json
import mimetypes
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from flask import Flask, Response

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "inspect_app" / "static"
TARGET = ROOT / ".assets"
MANIFEST = "manifest.json"
STAMP = ".stamp"
PACKAGES = ("bootstrap-flask", "fontpkg-inter", "fonttools", "brotli")
ONE_YEAR = 365 * 24 * 60 * 60
COMPRESSED = {"br": ".br", "gzip": ".gz"}
"""Content coding -> ending of the ready-made file beside the plain one, best first."""

HASHED = re.compile(r"(?:[a-z]+/)?[a-z-]+\.[0-9a-f]{12}\.[a-z0-9]+")
"""What a served file is called; nothing else in the folder is served."""

ICONS = {
    "alert-circle": "exclamation-circle",
    "arrow-back-up": "arrow-return-left",
    "bell": "bell",
    "bookmark": "bookmark",
    "building": "bank",
    "calendar-event": "calendar-event",
    "camera": "camera",
    "check": "check-lg",
    "chevron-down": "chevron-down",
    "chevron-left": "chevron-left",
    "chevron-right": "chevron-right",
    "circle-check": "check-circle",
    "circle-x": "x-circle",
    "clipboard-check": "clipboard-check",
    "clipboard-list": "card-checklist",
    "clock": "clock",
    "clock-plus": "calendar-plus",
    "copy": "copy",
    "dashboard": "columns-gap",
    "dots": "three-dots",
    "download": "download",
    "eye": "eye",
    "file": "file-earmark",
    "file-doc": "file-earmark-word",
    "file-pdf": "file-earmark-pdf",
    "file-text": "file-earmark-text",
    "file-xls": "file-earmark-excel",
    "filter": "funnel",
    "flag": "flag",
    "help-circle": "question-circle",
    "history": "clock-history",
    "hourglass": "hourglass",
    "info-circle": "info-circle",
    "key": "key",
    "list-check": "list-check",
    "lock": "lock",
    "mail-forward": "envelope-arrow-up",
    "map-pin": "geo-alt",
    "menu": "list",
    "message": "chat-left-text",
    "move": "arrow-left-right",
    "notes": "journal-text",
    "paperclip": "paperclip",
    "pencil": "pencil",
    "phone": "telephone",
    "photo": "image",
    "plus": "plus-lg",
    "printer": "printer",
    "report": "clipboard-data",
    "search": "search",
    "send": "send",
    "sign-out": "box-arrow-right",
    "slash": "slash-circle",
    "sort-ascending": "sort-down-alt",
    "sort-descending": "sort-down",
    "tool": "wrench",
    "trash": "trash3",
    "tree": "diagram-3",
    "trophy": "trophy",
    "undo": "arrow-counterclockwise",
    "user": "person",
    "users": "people",
    "wifi-off": "wifi-off",
    "x": "x-lg",
}
"""Our name -> the name in Bootstrap Icons. A template asks for `ic("flag")`; a new icon is a new line here."""

OWN_ICONS = {
    "circle-dashed": '<circle cx="8" cy="8" r="7.4" fill="none" stroke-width="1.3" stroke-dasharray="3.2 2.6"/>',
}
"""Bootstrap Icons draws no dashed circle; this one is ours."""

ICON_BOX = "-1.6 -1.6 19.2 19.2"
"""Bootstrap Icons fill their 16 units to the edge; the margin gives them the optical size of the words beside them."""

UNUSED_BOOTSTRAP = (
    "accordion alert badge breadcrumb btn-close btn-group btn-toolbar card-group card-img carousel dropdown "
    "dropend dropstart dropup figure form-floating form-range img-thumbnail input-group list-group modal nav navbar "
    "offcanvas page-item page-link pagination placeholder popover progress tab-content toast tooltip was-validated"
).split()
"""Families of Bootstrap's components that our pages never use; their rules are left out of the style sheet."""

CHARACTERS = (
    "0000-00FF,0102-0103,0110-0111,0128-0129,0131,0152-0153,0168-0169,01A0-01A1,01AF-01B0,02BB-02BC,02C6,02DA,02DC,"
    "0300-0301,0303-0304,0308-0309,0323,0329,1EA0-1EF9,2000-206F,20AB,20AC,2122,2191,2193,2212,2215,FEFF,FFFD"
)
"""What the font holds: every page is in Vietnamese, or names something in it, so that one file is all it takes."""

FONT_FEATURES = ["calt", "ccmp", "kern", "locl", "mark", "mkmk", "pnum", "tnum"]


def build(target: Path = TARGET) -> None:
    """Make the served files in `target` with their manifest, logical name -> hashed name.

    Does nothing when the sources and the packages are those of the last build. Files are written beside the old ones
    and the manifest last, so that a reader always finds whole files. Those of the last build stay, for pages that
    were opened before this one; older ones go.
    """
    stamp = _stamp()
    if _read(target / STAMP) == stamp and (target / MANIFEST).is_file():
        return
    before = _names_in(target / MANIFEST)
    manifest: dict[str, str] = {}
    for name, content in _contents():
        if name.endswith(".css"):
            content = _with_hashed_names(content, name, manifest)
        hashed = _hashed(name, content)
        _publish(target / hashed, content)
        if not name.endswith(".woff2"):
            _publish(target / f"{hashed}.gz", gzip.compress(content, 9, mtime=0))
            _publish(target / f"{hashed}.br", _brotli(content))
        manifest[name] = hashed
    _publish(target / MANIFEST, json.dumps(manifest, indent=2, sort_keys=True).encode())
    _publish(target / STAMP, stamp.encode())
    _remove_all_but({*before.values(), *manifest.values()}, target)


def compile_messages(root: Path = ROOT) -> None:
    """Compile each catalogue under `root`/inspect_app/translations that is newer than its compiled form."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for catalogue in (root / "inspect_app" / "translations").glob("*/LC_MESSAGES/*.po"):
        compiled = catalogue.with_suffix(".mo")
        if compiled.is_file() and compiled.stat().st_mtime_ns >= catalogue.stat().st_mtime_ns:
            continue
        with catalogue.open("rb") as lines:
            messages = read_po(lines, locale=catalogue.parts[-3])
        binary = io.BytesIO()
        write_mo(binary, messages)
        _publish(compiled, binary.getvalue())


def init_app(app: Flask, folder: Path = TARGET) -> None:
    """Serve `folder` at /assets/ and give templates `asset(name)`, the address of a file by its logical name."""
    from flask import abort, g, request

    names = _Names(folder / MANIFEST)

    def asset(name: str) -> str:
        found: dict[str, str] | None = g.get("assets")
        if found is None:  # looked up once for a page, which asks dozens of times
            root = request.script_root
            found = g.assets = {logical: f"{root}/assets/{hashed}" for logical, hashed in names.now().items()}
        return found[name]

    def send(name: str) -> Response:
        return _send(folder, name) if HASHED.fullmatch(name) else abort(404)

    app.add_url_rule("/assets/<path:name>", "assets", send)
    app.jinja_env.globals["asset"] = asset


class _Names:
    """Logical name -> hashed name, as the manifest says now: a build need not wait for a restart.

    Names that a build has given up stay known: the templates of a process are those it started with.
    """

    def __init__(self, manifest: Path) -> None:
        self._manifest = manifest
        self._read_at = 0
        self._names: dict[str, str] = {}

    def now(self) -> dict[str, str]:
        try:
            changed_at = self._manifest.stat().st_mtime_ns
        except FileNotFoundError:
            raise FileNotFoundError(f"{self._manifest} is missing: run `flask --app inspect_app assets`.") from None
        if changed_at != self._read_at:
            self._names = self._names | _names_in(self._manifest)
            self._read_at = changed_at
        return self._names


def _send(folder: Path, name: str) -> Response:
    """The file, in the best content coding that both sides have, to be kept for a year."""
    from flask import request, send_from_directory

    codings = [coding for coding, ending in COMPRESSED.items() if (folder / f"{name}{ending}").is_file()]
    coding = request.accept_encodings.best_match(codings) or ""
    response = send_from_directory(
        folder,
        name + COMPRESSED.get(coding, ""),
        mimetype=mimetypes.guess_type(name)[0],
        max_age=ONE_YEAR,
    )
    response.cache_control.public = True
    response.cache_control.immutable = True
    if coding:
        response.content_encoding = coding
    if codings:
        response.vary.add("Accept-Encoding")
    return response


def _contents() -> Iterator[tuple[str, bytes]]:
    """Logical name and content of every served file; style sheets last, since they name the others."""
    yield "fonts/inter.woff2", _font()
    yield "img/icons.svg", _sprite()
    sources = sorted(path for path in SOURCE.rglob("*") if path.is_file())
    for path in sorted(sources, key=lambda path: path.suffix == ".css"):
        yield path.relative_to(SOURCE).as_posix(), path.read_bytes()
    yield "css/bootstrap.css", _bootstrap()


def _font() -> bytes:
    """Inter in upright style with a variable weight, only `CHARACTERS`, as woff2."""
    import fontpkg_inter
    from fontTools.subset import Options, Subsetter, parse_unicodes
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf", recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=FONT_FEATURES, name_IDs=[1, 2], notdef_outline=True))
    subsetter.populate(unicodes=parse_unicodes(CHARACTERS))
    subsetter.subset(font)
    font = instantiateVariableFont(font, {"opsz": 14, "wght": (400, 700)})
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _sprite() -> bytes:
    """One SVG file with a symbol `i-name` for each icon."""
    shapes = sorted(_icons().items())
    symbols = (f'<symbol id="i-{name}" viewBox="{ICON_BOX}">{shape}</symbol>' for name, shape in shapes)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'.encode()


def _in_a_sheet(name: str) -> str:
    """The icon as the address of a mask, for style sheets."""
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{ICON_BOX}" stroke="#000" stroke-width=".35">'
    drawn = quote(f"{frame}{_icons()[name]}</svg>", safe=' "=:/<>')
    return f"url('data:image/svg+xml,{drawn}')"


def _icons() -> dict[str, str]:
    drawn = (_bootstrap_files() / "icons" / "bootstrap-icons.svg").read_text(encoding="utf-8")
    shapes = dict(OWN_ICONS)
    for ours, theirs in ICONS.items():
        found = re.search(rf'<symbol [^>]*id="{theirs}"[^>]*>(.*?)</symbol>', drawn)
        if found is None:
            raise LookupError(f"Bootstrap Icons has no icon {theirs!r}.")
        shapes[ours] = found[1]
    return shapes


def _bootstrap() -> bytes:
    """Bootstrap's style sheet without the components that we do not use."""
    text = (_bootstrap_files() / "css" / "bootstrap.min.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*# sourceMappingURL.*?\*/", "", text)
    return "".join(_rules_in_use(text)).encode()


def _bootstrap_files() -> Path:
    # Its location without importing it: importing Bootstrap-Flask would bring Flask in.
    package = importlib.metadata.distribution("bootstrap-flask").locate_file("flask_bootstrap")
    return Path(str(package)) / "static" / "bootstrap5"


def _rules_in_use(css: str) -> Iterator[str]:
    """The rules of a minified style sheet that some element of ours may match; media queries are looked into."""
    unused = re.compile(rf"[^,{{}}]*\.({'|'.join(UNUSED_BOOTSTRAP)})(?![a-z])")
    for head, body in _blocks(css):
        if head.startswith("@media"):
            inside = "".join(_rules_in_use(body))
            if inside:
                yield f"{head}{{{inside}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            used = [part for part in _selectors(head) if not unused.match(part)]
            if used:
                yield f"{','.join(used)}{{{body}}}"


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """Split a style sheet into (what stands before the brace, what stands between the braces)."""
    at = 0
    while (opening := css.find("{", at)) >= 0:
        depth, closing = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[closing], 0)
            closing += 1
        yield css[at:opening].strip(), css[opening + 1 : closing - 1]
        at = closing


def _selectors(head: str) -> list[str]:
    """Split a selector list at the commas that are not inside brackets."""
    return re.split(r",(?![^(\[]*[)\]])", head)


def _with_hashed_names(css: bytes, name: str, manifest: Mapping[str, str]) -> bytes:
    """The style sheet with each `url(...)` under its hashed name or, of an `icon:`, drawn; no comments and indents."""
    text = css.decode("utf-8")
    folder = Path(name).parent

    def renamed(found: re.Match[str]) -> str:
        address = found[1]
        if ":" in address:
            return _in_a_sheet(address.removeprefix("icon:")) if address.startswith("icon:") else found[0]
        logical = os.path.normpath(folder / address).replace(os.sep, "/")
        return f"url({os.path.relpath(manifest[logical], folder).replace(os.sep, '/')})"

    text = re.sub(r'url\("?([^")]+?)"?\)', renamed, text)
    text = re.sub(r"/\*(?!!).*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", text).strip().encode()


def _hashed(name: str, content: bytes) -> str:
    path = Path(name)
    return path.with_name(f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}").as_posix()


def _stamp() -> str:
    """A hash of all that the built files depend on."""
    seen = hashlib.sha256(Path(__file__).read_bytes())
    for package in PACKAGES:
        seen.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    for path in sorted(path for path in SOURCE.rglob("*") if path.is_file()):
        seen.update(f"{path.relative_to(SOURCE).as_posix()} {path.stat().st_size}\n".encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()


def _publish(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{secrets.token_hex(8)}")
    half.write_bytes(content)
    os.replace(half, path)


def _remove_all_but(hashed: set[str], target: Path) -> None:
    kept = {target / MANIFEST, target / STAMP}
    kept |= {target / f"{name}{ending}" for name in hashed for ending in ("", *COMPRESSED.values())}
    for path in target.rglob("*"):
        if path.is_file() and path not in kept:
            path.unlink(missing_ok=True)


def _names_in(manifest: Path) -> dict[str, str]:
    return dict(json.loads(_read(manifest) or "{}"))


def _brotli(content: bytes) -> bytes:
    import brotli

    return bytes(brotli.compress(content))


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
