"""What is done with a template that somebody changed: in a process of its own, with little memory and little time.

Run as a script (`services.word` starts it), and importing nothing of the program: a request comes in as JSON, an answer
goes out as JSON. A Word template is code, so everything that it may do is named here: print fields that a letter has,
go over its lists, ask whether a field is empty. No calls, no filters but five, no sums, no macros, no other templates,
no loop over the same list inside itself. What is named by nobody is refused with its place before anything runs.
"""

import base64
import json
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment

FILTERS = ("upper", "lower", "length", "first", "last")
LOOP = {"index": "", "index0": "", "first": "", "last": "", "length": ""}
"""What `loop` has inside a loop."""
MOST_TAGS = 2000
DEEPEST = 3
"""Loops inside one another."""
MOST_MEMORY = 1 << 30
"""Bytes."""
AROUND = 80
"""Characters of a paragraph that are quoted as its place."""

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%-?\s*(?:(?:p|tr|tc|r)\s+)?(?P<word>\w+)\s*(?P<rest>.*?)\s*-?%\}", re.DOTALL)
_PRINT = re.compile(r"\{\{-?\s*(?:r\s+)?(?P<rest>.*?)\s*-?\}\}", re.DOTALL)
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " "})
_PASSIVE = (nodes.Template, nodes.TemplateData, nodes.Output, nodes.Const, nodes.Operand)
_LOGIC = (nodes.Compare, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Name, nodes.Getattr, nodes.Filter)
Scope = dict[str, Any]


class Sandbox(SandboxedEnvironment):
    """Nothing may be called, and nothing stands ready but the fields."""

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=StrictUndefined, **options)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {}

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not attr.startswith("_") and super().is_safe_attribute(obj, attr, value)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field called `items` or `values` is the field and no method."""
        return obj[attribute] if isinstance(obj, dict) and attribute in obj else super().getattr(obj, attribute)


def fill(template: bytes, fields: dict[str, Any]) -> bytes:
    """The template with its fields filled in; user text stays text. Raises jinja2.TemplateError."""
    document = DocxTemplate(BytesIO(template))
    document.render(fields, Sandbox(autoescape=True))
    _leave_no_last_row_alone(document.docx)
    filled = BytesIO()
    document.save(filled)
    return filled.getvalue()


def _leave_no_last_row_alone(document: Any) -> None:
    """The totals of a table whose head repeats go to the next page with the row above them, or not at all."""
    for table in document.element.body.iter(qn("w:tbl")):
        rows = table.findall(qn("w:tr"))
        if rows[2:] and rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None:
            for paragraph in rows[-2].iter(qn("w:p")):
                Paragraph(paragraph, document).paragraph_format.keep_with_next = True


def lines_of(document: bytes) -> list[list[str]]:
    """What stands in it, for a look without Word: one list for each paragraph, or for each row of a table its cells."""
    found = []
    for part in Document(BytesIO(document)).element.body.iter(qn("w:p"), qn("w:tr")):
        if part.tag == qn("w:tr"):
            cells = (map(_text, cell.iter(qn("w:p"))) for cell in part.iter(qn("w:tc")))
            found.append(["\n".join(filter(None, several)) for several in cells])
        elif not any(above.tag == qn("w:tc") for above in part.iterancestors()):
            found.append([_text(part)])
    return [line for line in found if any(line)]


# Looking at a template


def check(template: bytes, sample: dict[str, Any]) -> list[dict[str, Any]]:
    """What is wrong with the template, in the order of the page; empty when it may be used."""
    problems = _Looked(sample).problems(template)
    if problems:
        return problems
    try:
        _gate(template, sample)
        fill(template, sample)
    except _Refused as refused:
        return [{"code": refused.code, "tag": refused.tag, "place": {}}]
    except TemplateError as error:
        return [{"code": "syntax", "tag": "", "why": str(error)[:200], "place": {}}]
    except RecursionError:
        return [{"code": "forbidden", "tag": "", "place": {}}]
    return []


class _Refused(Exception):
    def __init__(self, code: str, tag: str) -> None:
        super().__init__(code, tag)
        self.code, self.tag = code, tag


class _Looked:
    """One tag after the other, so that each fault has its place."""

    def __init__(self, sample: dict[str, Any]) -> None:
        self.sandbox, self.sample = Sandbox(), sample
        self.found: list[dict[str, Any]] = []
        self.open: list[tuple[str, str, dict[str, Any], Scope]] = []

    def problems(self, template: bytes) -> list[dict[str, Any]]:
        many = 0
        for part, place, text in _paragraphs(template):
            for tag in _TAG.findall(text):
                many += 1
                self._tag(tag.translate(_QUOTES), {**place, "part": part, "text": text[:AROUND]})
            bare = _TAG.sub("", text)
            if "{{" in bare or "{%" in bare or "}}" in bare or "%}" in bare:
                self._tell("unclosed", bare.strip()[:AROUND], {**place, "part": part, "text": text[:AROUND]})
        for _word, tag, place, _scope in self.open:
            self._tell("no_end", tag, place)
        if many > MOST_TAGS:
            self._tell("too_many", "", {})
        return self.found[:100]

    @property
    def scope(self) -> Scope:
        return self.open[-1][3] if self.open else self.sample

    def _tell(self, code: str, tag: str, place: dict[str, Any]) -> None:
        self.found.append({"code": code, "tag": tag, "place": place})

    def _tag(self, tag: str, place: dict[str, Any]) -> None:
        try:
            if tag.startswith("{{"):
                match = _PRINT.fullmatch(tag)
                self._expression("{{ " + (match["rest"] if match else "") + " }}")
            elif tag.startswith("{%"):
                self._statement(tag, place)
        except _Refused as refused:
            self._tell(refused.code, refused.tag or tag, place)
        except (TemplateError, RecursionError):
            self._tell("syntax", tag, place)

    def _expression(self, text: str) -> None:
        _look(self.sandbox.parse(text), self.scope)

    def _statement(self, tag: str, place: dict[str, Any]) -> None:
        match = _STATEMENT.fullmatch(tag)
        word, rest = (match["word"], match["rest"]) if match else ("", "")
        if word in ("if", "elif"):
            self._expression(f"{{% if {rest} %}}{{% endif %}}")
        if word in ("if", "for"):
            scope = self.scope if word == "if" else _inside(self._loop(rest), self.scope)
            self.open.append((word, tag, place, scope))
        elif word in ("else", "elif"):
            if not self.open:
                raise _Refused("no_start", tag)
        elif word in ("endif", "endfor"):
            if not self.open or self.open[-1][0] != word.removeprefix("end"):
                raise _Refused("no_start", tag)
            self.open.pop()
        else:
            raise _Refused("forbidden", tag)

    def _loop(self, rest: str) -> nodes.For:
        try:
            parsed = self.sandbox.parse(f"{{% for {rest} %}}{{% endfor %}}")
            loop = parsed.body[0]
            assert isinstance(loop, nodes.For)
            _inside(loop, self.scope)
        except (TemplateError, _Refused):
            # Its end is not to be told as a fault of its own.
            self.open.append(("for", rest, {}, self.scope))
            raise
        return loop


def _gate(template: bytes, sample: dict[str, Any]) -> None:
    """The whole of what will run, as docxtpl hands it to Jinja: whatever its tags looked like one by one."""
    document, sandbox = DocxTemplate(BytesIO(template)), Sandbox()
    document.render_init()
    texts = [document.patch_xml(document.get_xml())]
    texts += [document.patch_xml(document.get_part_xml(part)) for _key, part in _headers(document)]
    texts += [_decoded(part.blob) for part in _parts(document, "footnotes")]
    properties = document.get_docx().core_properties
    texts += [str(getattr(properties, name) or "") for name in _PROPERTIES]
    for text in texts:
        _look(sandbox.parse(text), sample)


_PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")


def _headers(document: Any) -> Iterator[tuple[str, Any]]:
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        yield from document.get_headers_footers(uri)


def _parts(document: Any, kind: str) -> list[Any]:
    parts = document.docx.part.package.parts if document.docx else []
    return [part for part in parts if part.content_type.endswith(f".{kind}+xml")]


def _look(node: nodes.Node, scope: Scope, depth: int = 0) -> None:
    """Every node of a template is one of those known here, and every name a field that there is. Raises _Refused."""
    if isinstance(node, nodes.For):
        _look_at_loop(node, scope, depth)
    elif isinstance(node, nodes.If):
        _shape(node.test, scope)
        for part in (*node.body, *node.elif_, *node.else_):
            _look(part, scope, depth)
    elif isinstance(node, nodes.Template):
        for part in node.body:
            _look(part, scope, depth)
    elif isinstance(node, nodes.Output):
        for part in node.nodes:
            if not isinstance(part, nodes.TemplateData) and isinstance(_shape(part, scope), list | dict):
                raise _Refused("list", _said(part))
    elif not isinstance(node, nodes.TemplateData):
        raise _Refused("forbidden", "")


def _look_at_loop(loop: nodes.For, scope: Scope, depth: int) -> None:
    if depth >= DEEPEST:
        raise _Refused("forbidden", "")
    inside = _inside(loop, scope)
    for part in loop.body:
        _look(part, inside, depth + 1)
    for part in loop.else_:
        _look(part, scope, depth)


def _inside(loop: nodes.For, scope: Scope) -> Scope:
    """The names that there are inside the loop."""
    if not isinstance(loop.target, nodes.Name) or loop.test is not None or loop.recursive:
        raise _Refused("forbidden", "")
    many = _shape(loop.iter, scope)
    if not isinstance(many, list):
        raise _Refused("no_list", _said(loop.iter))
    if "loop" in scope and isinstance(loop.iter, nodes.Name):
        raise _Refused("nested", _said(loop.iter))
    return {**scope, loop.target.name: many[0] if many else "", "loop": LOOP}


def _shape(node: nodes.Node, scope: Scope) -> Any:
    """The sample of what the expression gives. Raises _Refused."""
    match node:
        case nodes.Const():
            return "" if isinstance(node.value, str) and len(node.value) <= AROUND else 0
        case nodes.Name():
            if node.ctx != "load" or node.name not in scope:
                raise _Refused("unknown", node.name)
            return scope[node.name]
        case nodes.Getattr() if node.attr.startswith("_"):
            raise _Refused("forbidden", "")
        case nodes.Getattr():
            of = _shape(node.node, scope)
            if not isinstance(of, dict) or node.attr not in of:
                raise _Refused("unknown", _said(node))
            return of[node.attr]
        case nodes.Filter():
            return _filtered(node, scope)
        case nodes.CondExpr():
            _shape(node.test, scope)
            if node.expr2 is not None:
                _shape(node.expr2, scope)
            return _shape(node.expr1, scope)
        case nodes.Not():
            _shape(node.node, scope)
        case nodes.And() | nodes.Or():
            _shape(node.left, scope)
            _shape(node.right, scope)
        case nodes.Compare():
            for part in (node.expr, *(operand.expr for operand in node.ops)):
                _shape(part, scope)
        case _:
            raise _Refused("forbidden", "")
    return ""


def _filtered(node: nodes.Filter, scope: Scope) -> Any:
    if node.name not in FILTERS or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs or node.node is None:
        raise _Refused("forbidden", "")
    of = _shape(node.node, scope)
    if node.name in ("first", "last") and isinstance(of, list):
        return of[0] if of else ""
    return ""


def _said(node: nodes.Node) -> str:
    """`hc.noi_dung`, as the clerk wrote it."""
    if isinstance(node, nodes.Getattr):
        return f"{_said(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else ""


# Reading a document


def _paragraphs(template: bytes) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(part, place, text) of every paragraph; the place of one in a table is table, row and column."""
    document: Any = DocxTemplate(BytesIO(template))
    document.render_init()
    yield from (("body", place, text) for place, text in _in(document.docx.element.body))
    for _key, part in _headers(document):
        yield from (("header", place, text) for place, text in _in(part.element))
    for part in _parts(document, "footnotes"):
        plain = re.sub(r"<[^>]+>", "", _decoded(part.blob))
        yield "notes", {}, plain


def _in(root: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Those paragraphs that may have a tag."""
    outside = 0
    for paragraph in root.iter(qn("w:p")):
        cell = next((above for above in paragraph.iterancestors() if above.tag == qn("w:tc")), None)
        outside += cell is None
        text = _text(paragraph)
        if "{" in text or "}" in text:
            yield ({"paragraph": outside} if cell is None else _in_table(root, cell)), text


def _in_table(root: Any, cell: Any) -> dict[str, int]:
    """Table, row and column of the cell, each from 1."""
    row = next(above for above in cell.iterancestors() if above.tag == qn("w:tr"))
    table = next(above for above in row.iterancestors() if above.tag == qn("w:tbl"))
    return {
        "table": list(root.iter(qn("w:tbl"))).index(table) + 1,
        "row": list(table.iter(qn("w:tr"))).index(row) + 1,
        "column": list(row.iter(qn("w:tc"))).index(cell) + 1,
    }


def _text(element: Any) -> str:
    pieces = []
    for part in element.iter(qn("w:t"), qn("w:br"), qn("w:tab")):
        pieces.append(part.text or "" if part.tag == qn("w:t") else " ")
    return "".join(pieces).strip()


def _decoded(blob: Any) -> str:
    return blob.decode("utf-8") if isinstance(blob, bytes) else str(blob)


def main() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    except ImportError:  # Windows; the time limit holds there too
        pass
    asked = json.loads(sys.stdin.buffer.read())
    template = base64.b64decode(asked["template"])
    if asked["do"] == "check":
        answer: Any = check(template, asked["fields"])
    else:
        filled = fill(template, asked["fields"])
        answer = {"filled": base64.b64encode(filled).decode(), "lines": lines_of(filled) if asked["lines"] else []}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
