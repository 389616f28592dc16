"""The forms of a page, filled in and sent as a browser does it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode


@dataclass(slots=True)
class Form:
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, typed: Mapping[str, str]) -> list[tuple[str, str]]:
        """What is sent: as drawn, but for what was typed."""
        return [*((name, value) for name, value in self.fields if name not in typed), *typed.items()]


def form_of(page: bytes, action: str) -> Form:
    """The first form that goes to `action`. Raises LookupError."""
    reader = _Reader()
    reader.feed(page.decode())
    for form in reader.forms:
        if form.action.partition("?")[0] == action:
            return form
    raise LookupError(f"no form for {action}")


def plain(fields: list[tuple[str, str]]) -> tuple[str, bytes]:
    """Content type and body."""
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def with_file(fields: list[tuple[str, str]], name: str, file: tuple[str, str, bytes]) -> tuple[str, bytes]:
    """The same with a file (its name, media type and content)."""
    mark, parts = secrets.token_hex(16), list[bytes]()
    for field_name, value in fields:
        parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="{field_name}"\r\n\r\n{value}\r\n'.encode())
    file_name, media_type, content = file
    said = f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: {media_type}'
    parts.append(f"--{mark}\r\n{said}\r\n\r\n".encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={mark}", b"".join([*parts, f"--{mark}--\r\n".encode()])


class _Reader(HTMLParser):
    """Keeps of each form what would be sent if nothing were typed; buttons and files are nobody's."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = self._area = ""
        self._written = list[str]()
        self._before = list[tuple[str, str, str]]()
        """Of controls that name a form (its id) which comes later."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            of_it = [(name, value) for form_id, name, value in self._before if form_id == of.get("id")]
            self.forms.append(Form(of.get("action", ""), of_it))
        elif ("name" not in of and tag != "option") or not (self.forms or "form" in of):
            return
        elif tag == "input" and of.get("type") not in ("submit", "button", "file"):
            ticked = of.get("type") not in ("checkbox", "radio") or "checked" in of
            if "form" in of and ticked:
                self._before.append((of["form"], of["name"], of.get("value", "on")))
            else:
                self._keep(of["name"], of.get("value", "on"), when=ticked)
        elif tag == "select":
            self._select = of["name"]
        elif tag == "option":
            self._keep(self._select, of.get("value", ""), when=bool(self._select) and "selected" in of)
        elif tag == "textarea":
            self._area, self._written = of["name"], []

    def handle_data(self, data: str) -> None:
        if self._area:
            self._written.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self._keep(self._area, "".join(self._written).lstrip("\n"), when=True)
            self._area = ""
        elif tag == "select":
            self._select = ""

    def _keep(self, name: str, value: str, *, when: bool) -> None:
        if when:
            self.forms[-1].fields.append((name, value))
