"""Every word on screen is Vietnamese where it stands and English in the catalogue."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
ENGLISH = ROOT / "inspect_app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
REFUSALS = ("HalfIsOver", "Invalid", "NotAllowed", "SignInRefused", "Stale", "Unavailable", "WrongState")
"""Classes of `core.errors` and their children: the first thing they are given is a sentence."""
MARKS = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "pgettext", "lazy_pgettext", "sentence", *REFUSALS}
KEYWORDS = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext", "sentence", *REFUSALS)),
    "ngettext": (1, 2),
    **dict.fromkeys(("pgettext", "lazy_pgettext"), ((1, "c"), 2)),
}
METHODS = [("inspect_app/**.py", "python"), ("templates/**.html", "jinja2")]

VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)
NOT_SCREEN_TEXT = (
    "inspect_app/demo",  # a story of its own, told in Vietnamese
    "inspect_app/migrations",
    "inspect_app/core/text.py",  # about the letters themselves
    "inspect_app/documents/queries/letters",  # official letters, Vietnamese whatever the language of the page
    "inspect_app/documents/services/house_",
    "inspect_app/sheets/services/history/",  # how officials' own sheets word things, and records that are copied
    "inspect_app/units/spelling.py",
    "inspect_app/units/services/reference.py",  # bases, kept as the sources have them
)
NAMES = {"Sổ kiểm tra CCHC", "Tiếng Việt", "UBND thành phố Cần Thơ", "Cốc Cốc"}
"""Names, the same in every language."""


Key = tuple[str | None, str]
"""The context of a message, if it has one, and what it says."""


@cache
def written() -> set[Key]:
    """Every message of the program."""
    found: set[Key] = set()
    for _file, _line, message, _comments, context in extract_from_dir(ROOT, METHODS, keywords=KEYWORDS):
        said = message[0] if isinstance(message, tuple) else message
        if said:
            found.add((context, said))
    return found


def key(message: Message) -> Key:
    return message.context, forms_of(message.id)[0]


def forms_of(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """One, or singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text or ())


@cache
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def test_everything_is_said_in_english_too():
    done = {key(message) for message in english() if message.string}
    missing = sorted(written() - done, key=str)
    assert missing == [], f"{len(missing)} without English"


def test_nothing_is_translated_that_is_not_said():
    kept = {key(message) for message in english() if message.id}
    assert sorted(kept - written(), key=str) == []


def test_translations_fill_in_the_same_values_and_are_sure():
    wrong = []
    for message in english():
        if not message.id:
            continue
        vietnamese, forms = forms_of(message.id)[0], forms_of(message.string)
        named = set(re.findall(r"%\((\w+)\)", vietnamese))
        if message.fuzzy or any(set(re.findall(r"%\((\w+)\)", form)) - named for form in forms):
            wrong.append(vietnamese)
        if named - set(re.findall(r"%\((\w+)\)", forms[-1])) - {"num"}:
            wrong.append(vietnamese)
        if any(VIETNAMESE.search(_without_terms(form)) for form in forms):
            wrong.append(f"{vietnamese} -> {forms}")
    assert wrong == []


def _without_terms(text: str) -> str:
    """English keeps names of offices and places, signs of documents and words that have to be typed so."""
    return re.sub(r"“[^”]*”|Sở Nội vụ|Phường Cái Khế|Sổ kiểm tra CCHC|Cần Thơ|\d+/[A-ZĐ]+-[A-ZĐ]+", "", text)


def _sources() -> Iterator[Path]:
    for path in sorted((ROOT / "inspect_app").rglob("*.py")):
        if not path.relative_to(ROOT).as_posix().startswith(NOT_SCREEN_TEXT):
            yield path


@pytest.mark.parametrize("path", list(_sources()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_vietnamese_of_the_program_stands_unmarked(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marked = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in MARKS:
                marked |= {id(inner) for argument in node.args for inner in ast.walk(argument)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            marked.add(id(node.value))  # a docstring
    unmarked = [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and VIETNAMESE.search(node.value)
        and id(node) not in marked
        and node.value not in NAMES
        and not node.value.startswith("<!doctype")  # the page that stands when nothing else does, translations included
    ]
    assert unmarked == []


TEMPLATES = sorted({*(ROOT / "templates").rglob("*.html")} - {ROOT / "templates" / "components" / "gallery.html"})


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_vietnamese_of_a_template_stands_unmarked(path):
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"{#.*?#}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%-?\s*trans\b.*?endtrans\s*-?%}", "", text, flags=re.DOTALL)
    outside = re.sub(r"{{.*?}}|{%.*?%}", "", text, flags=re.DOTALL)
    found = [" ".join(line.split()) for line in outside.splitlines() if VIETNAMESE.search(line)]
    assert [line for line in found if line not in NAMES] == []
