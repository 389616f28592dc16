"""Rules that a reviewer should never have to type again. Each lists what breaks it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from inspect_app.web.access import AUDIENCE, UNDECLARED
from tests.test_permissions import ACCESS

ROOT = Path(__file__).parent.parent
PROGRAM = sorted(path for path in (ROOT / "inspect_app").rglob("*.py") if "migrations" not in path.parts)
SOURCES = [*PROGRAM, *sorted((ROOT / "tests").rglob("*.py")), ROOT / "manage.py"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

EDGE = {"views", "jobs", "cli", "commands", "demo"}
"""Rooms that begin and end transactions."""
LONGEST_FILE = 400
LONGEST_TEST = 700
"""A file of tests is read one test at a time."""
PRINTED_AS_IT_IS = {"inspect_app/home/queries/guide.py"}
"""Outside `web`: markup that is the program's own and no user's."""
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "info", "misc", "common"}
REFUSALS = {"HalfIsOver", "NotAllowed", "WrongState", "Stale", "Invalid", "Unavailable", "SignInRefused"}
TRANSLATED = {"_", "_l", "gettext", "lazy_gettext"}


@cache
def text(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """(name, call) of every call in a module."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def those_with(pattern: str, paths: list[Path]) -> list[str]:
    """`file:line` of every place that matches."""
    found = re.compile(pattern, re.DOTALL)
    return [
        f"{named(path)}:{text(path)[: match.start()].count(chr(10)) + 1}"
        for path in paths
        for match in found.finditer(text(path))
    ]


# Addresses


def test_every_view_names_its_audience(app):
    silent = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in UNDECLARED and not hasattr(view, AUDIENCE)
    ]
    assert silent == [], "add @public, @signed_in or @for_roles(...)"


def test_addresses_are_kebab_case(app):
    literals = [re.sub(r"<[^>]*>", "", rule.rule) for rule in app.url_map.iter_rules()]
    assert [literal for literal in literals if literal != literal.lower().replace("_", "-")] == []


def test_every_argument_of_an_address_is_typed_and_ids_are_bounded(app):
    arguments = [
        (rule.rule, argument) for rule in app.url_map.iter_rules() for argument in re.findall(r"<([^>]*)>", rule.rule)
    ]
    assert [found for found in arguments if ":" not in found[1] or found[1].startswith("int")] == []
    assert [found for found in arguments if found[1].endswith("_id") and not found[1].startswith("id:")] == []


def test_addresses_are_opened_or_posted_to_and_nothing_else(app):
    odd = [rule.rule for rule in app.url_map.iter_rules() if not rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}]
    assert odd == []


def test_the_table_of_permissions_names_each_row_once():
    rows = [line.split()[0] for line in ACCESS.strip().splitlines()[1:] if line.strip()]
    assert sorted(rows) == sorted(set(rows))


# Sources


def test_only_the_edge_commits():
    inside = [path for path in PROGRAM if not EDGE & {path.stem, *path.relative_to(ROOT).parts}]
    assert [named(path) for path in inside if "commit" in {name for name, _call in calls(path)}] == []


def test_files_are_short_enough_to_hold_in_the_head():
    lengths = {path: len(text(path).splitlines()) for path in SOURCES}
    assert [named(path) for path in PROGRAM if lengths[path] > LONGEST_FILE] == []
    assert [named(path) for path in SOURCES if lengths[path] > LONGEST_TEST] == []


def test_modules_say_what_they_are_for():
    assert [named(path) for path in PROGRAM if path.stem in SAYS_NOTHING] == []
    assert [named(path) for path in PROGRAM if tree(path).body and not ast.get_docstring(tree(path))] == []


def test_messages_are_whole_sentences_that_the_catalogue_finds():
    """`_("…", name=…)` and `NotAllowed("…")`: a literal, or a message handed on; never put together from pieces."""
    pieces = [
        f"{named(path)}:{call.lineno}"
        for path in PROGRAM
        for name, call in calls(path)
        if name in TRANSLATED | REFUSALS and call.args
        if not isinstance(call.args[0], ast.Constant | ast.Name | ast.Attribute)
    ]
    assert pieces == []


# Templates


def test_templates_keep_to_the_content_security_policy():
    assert those_with(r"\sstyle\s*=\s*[\"']", TEMPLATES) == []
    assert those_with(r"<style\b|<script(?![^>]*\ssrc=)", TEMPLATES) == []
    assert those_with(r"\son[a-z]+\s*=\s*[\"']", TEMPLATES) == []
    assert those_with(r"(?:href|src|action)=[\"'](?:https?:)?//", TEMPLATES) == []


def test_templates_escape_everything():
    assert those_with(r"\|\s*safe\b|autoescape\s+false|\|\s*tojson", TEMPLATES) == []
    elsewhere = [path for path in PROGRAM if "web" not in path.parts and named(path) not in PRINTED_AS_IT_IS]
    assert those_with(r"\bMarkup\(", elsewhere) == []
    assert those_with(r"render_template_string", PROGRAM) == []


def test_every_form_that_posts_carries_its_token():
    forms = r"<form\b[^>]*method=\"post\"(?:(?!</form>).)*</form>"
    bare = [
        named(path)
        for path in TEMPLATES
        for form in re.findall(forms, text(path), flags=re.DOTALL)
        if "hidden(" not in form and "csrf_token" not in form
    ]
    assert bare == []
