"""The set-up step and what is served from it. Builds once for the module: it cuts fonts."""

import json
import os
import re
import unicodedata

import pytest
from flask import Flask
from fontTools.ttLib import TTFont

from inspect_app.web import assets

FIRST_VISIT = 150_000
"""Bytes, compressed, fonts included, that a first page may weigh without its own HTML."""
LAST, OLDER = "css/app.111111111111.css", "css/app.000000000000.css"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Where files of the last build, and of one before it, lay already."""
    folder = tmp_path_factory.mktemp("assets")
    (folder / "css").mkdir()
    for name in (LAST, OLDER):
        (folder / name).write_text(name)
    (folder / assets.MANIFEST).write_text(json.dumps({"css/app.css": LAST}))
    assets.build(folder)
    return folder


@pytest.fixture
def served(built):
    app = Flask("only files", static_folder=None)
    assets.init_app(app, built)
    return app


def manifest(folder):
    return json.loads((folder / assets.MANIFEST).read_text())


def address(app, name):
    with app.test_request_context():
        return app.jinja_env.globals["asset"](name)


def fetch(app, path, **headers):
    """The answer, its file read and closed."""
    with app.test_client().get(path, headers=headers, buffered=True) as answer:
        return answer


def test_every_file_carries_a_hash_of_its_content(built):
    for name, hashed in manifest(built).items():
        assert re.search(r"\.[0-9a-f]{12}\.", hashed), name
        assert (built / hashed).is_file()


def test_a_second_build_changes_nothing(built):
    before = {path: path.stat().st_mtime_ns for path in built.rglob("*")}
    assets.build(built)
    assert {path: path.stat().st_mtime_ns for path in built.rglob("*")} == before


def test_a_build_keeps_the_files_of_the_last_one_and_drops_older_ones(built):
    assert (built / LAST).exists()
    assert not (built / OLDER).exists()


def test_style_sheets_name_the_hashed_files(built):
    names = manifest(built)
    css = (built / names["css/app.css"]).read_text()
    assert f"url(../{names['fonts/inter.woff2']})" in css


def test_style_sheets_draw_the_icons_that_they_name(built):
    named = (assets.SOURCE / "css" / "app.css").read_text().count("url(icon:")
    css = (built / manifest(built)["css/app.css"]).read_text()
    assert css.count("url('data:image/svg+xml,<svg ") == named > 0
    assert "url(icon:" not in css


def test_the_font_has_every_letter_of_vietnamese(built):
    tones = ["", *"\N{COMBINING GRAVE ACCENT}\N{COMBINING ACUTE ACCENT}\N{COMBINING HOOK ABOVE}"]
    tones += "\N{COMBINING TILDE}\N{COMBINING DOT BELOW}"
    vowels = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in tones}
    letters = "".join(sorted(vowels)) + "bcdđghklmnpqrstvxfjwz"
    drawn = TTFont(built / manifest(built)["fonts/inter.woff2"]).getBestCmap()
    assert not [letter for letter in letters + letters.upper() if ord(letter) not in drawn]


def test_every_icon_of_the_templates_is_in_the_sprite(built):
    sprite = (built / manifest(built)["img/icons.svg"]).read_text()
    sources = [*(assets.ROOT / "templates").rglob("*.html"), *(assets.ROOT / "inspect_app").rglob("*.py")]
    asked = {name for path in sources for name in re.findall(r"""\bic\(["']([a-z-]*[a-z])["']""", path.read_text())}
    missing = {name for name in asked if f'id="i-{name}"' not in sprite}
    assert asked
    assert not missing


def test_bootstrap_keeps_the_grid_and_the_forms_and_loses_the_carousel(built):
    css = (built / manifest(built)["css/bootstrap.css"]).read_text()
    for kept in (".row", ".col-md-6", ".form-control", ".btn", ".visually-hidden", ".d-flex", "@media print"):
        assert kept in css
    for lost in (".carousel", ".modal", ".navbar", ".offcanvas", ".tooltip"):
        assert lost not in css
    assert css.count("{") == css.count("}")


def test_a_first_visit_stays_light(built):
    weighed = [built / hashed for hashed in manifest(built).values()]
    total = sum(
        (path.with_name(path.name + ".gz") if path.suffix != ".woff2" else path).stat().st_size for path in weighed
    )
    assert total < FIRST_VISIT


def test_files_are_kept_for_a_year(served):
    answer = fetch(served, address(served, "css/app.css"))
    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert answer.cache_control.max_age == assets.ONE_YEAR
    assert answer.cache_control.immutable


@pytest.mark.parametrize(("accepted", "coding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", None)])
def test_files_come_in_the_best_coding_both_sides_have(served, accepted, coding):
    answer = fetch(served, address(served, "js/app.js"), **{"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.mimetype == "text/javascript"
    assert "Accept-Encoding" in answer.vary


def test_a_build_is_seen_without_a_restart(tmp_path):
    app = Flask("only files", static_folder=None)
    assets.init_app(app, tmp_path)
    for n, hashed in enumerate(("css/app.111111111111.css", "css/app.222222222222.css"), 1):
        (tmp_path / assets.MANIFEST).write_text(json.dumps({"css/app.css": hashed}))
        os.utime(tmp_path / assets.MANIFEST, (n, n))
        assert address(app, "css/app.css") == f"/assets/{hashed}"


def test_a_name_that_a_build_gives_up_is_known_until_the_restart(tmp_path):
    app = Flask("only files", static_folder=None)
    assets.init_app(app, tmp_path)
    for n, name in enumerate(("fonts/old.woff2", "fonts/new.woff2"), 1):
        (tmp_path / assets.MANIFEST).write_text(json.dumps({name: name}))
        os.utime(tmp_path / assets.MANIFEST, (n, n))
        assert address(app, "fonts/old.woff2") == "/assets/fonts/old.woff2"
    assert address(app, "fonts/new.woff2") == "/assets/fonts/new.woff2"


@pytest.mark.parametrize(
    "name", ["manifest.json", ".stamp", "../secret", "css/app.css", "css/%00", "css/app.999999999999.css"]
)
def test_only_built_files_are_served(served, name):
    assert fetch(served, f"/assets/{name}").status_code == 404


def test_without_the_step_the_error_says_what_to_run(tmp_path):
    app = Flask("no files", static_folder=None)
    assets.init_app(app, tmp_path)
    with pytest.raises(FileNotFoundError, match="flask --app inspect_app assets"):
        address(app, "css/app.css")


def test_messages_are_compiled_where_the_catalogue_is_newer(tmp_path):
    folder = tmp_path / "inspect_app" / "translations" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Sửa"\nmsgstr "Edit"\n'
    )
    assets.compile_messages(tmp_path)
    compiled = folder / "messages.mo"
    assert b"Edit" in compiled.read_bytes()
    made = compiled.stat().st_mtime_ns
    assets.compile_messages(tmp_path)
    assert compiled.stat().st_mtime_ns == made
