"""Words in templates are those of the page's language, whatever was drawn before."""

import pytest
from flask import render_template
from flask_babel import force_locale


@pytest.fixture
def drawn(app, tmp_path, monkeypatch):
    """`drawn(template, language, **values)`: a template of one's own, as the program draws it."""
    monkeypatch.setattr(app, "template_folder", str(tmp_path))
    app.__dict__.pop("jinja_loader", None)

    def draw(source, language, **values):
        (tmp_path / "own.html").write_text(source, encoding="utf-8")
        with app.test_request_context(), force_locale(language):
            return render_template("own.html", **values)

    yield draw
    app.__dict__.pop("jinja_loader", None)


def test_a_sentence_is_said_in_the_language_of_each_page(drawn):
    page = "{{ _('Đăng xuất') }}|{{ _('Hạn %(day)s', day=day) }}|{{ ngettext('%(num)s việc', '%(num)s việc', 2) }}"
    said = {language: drawn(page, language, day="<b>").split("|") for language in ("vi", "en", "vi")}
    assert said["vi"][:2] == ["Đăng xuất", "Hạn &lt;b&gt;"]
    assert said["en"][0] == "Sign out"
    assert "&lt;b&gt;" in said["en"][1]
