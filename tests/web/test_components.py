"""The gallery of components, drawn in the program's own surroundings, and what single macros promise."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import get_template_attribute, render_template, render_template_string
from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField, TextAreaField

from inspect_app.web.charts import line_chart
from inspect_app.web.fields import FilesField, VietnameseDateField, choice
from inspect_app.web.forms import BaseForm
from tests.support.browser import Page, check_every_page

TODAY = datetime(2023, 11, 14, 3, 5, tzinfo=UTC)
REFUSED = "Nhập việc đơn vị đã làm"
WRONG_FILES = ["Tệp bao-cao.exe không nhận được, hãy chọn ảnh, PDF, Word hoặc Excel", "Tệp anh-1.jpg nặng 32 MB"]


class SampleForm(BaseForm):
    statement = TextAreaField("Đơn vị đã làm gì thêm?", description="Viết ngắn: làm việc gì, ngày nào, ai làm.")
    until = VietnameseDateField("Hạn gửi lại")
    plan = SelectField("Kế hoạch", choices=[choice("1", "248/KH-UBND"), choice("2", "130/KH-UBND")])
    kind = RadioField("Hình thức", choices=[choice("a", "Theo kế hoạch"), choice("b", "Đột xuất")])
    verdict = RadioField(
        "Kết quả xem xét",
        choices=[choice("accept", "Đã khắc phục"), choice("return", "Chưa đạt, trả lại đơn vị")],
    )
    note = StringField("Ghi chú")
    code = PasswordField("Mật khẩu")
    below = BooleanField("Gồm cả xã, phường trực thuộc")
    files = FilesField("Ảnh, văn bản chứng minh", description="Ảnh, PDF, Word, Excel. Mỗi tệp không quá 20 MB.")


@pytest.fixture
def request_context(app, session):
    with app.test_request_context("/"):
        yield app


def refused_form():
    form = SampleForm()
    form.statement.errors = [REFUSED]
    form.verdict.errors = ["Chọn một kết quả"]
    form.files.errors = list(WRONG_FILES)
    return form


def parsed(text) -> Any:
    return BeautifulSoup(text, "html.parser")


def draw(macro, *given, **named):
    file, name = macro.split(":")
    return parsed(str(get_template_attribute(f"components/{file}.html", name)(*given, **named)))


def words(part):
    return " ".join(part.get_text(" ").split())


def gallery_context() -> dict[str, Any]:
    """What components/gallery.html is drawn with."""
    curves = [("Đã ghi nhận", "rec", [6, 12, 41]), ("Đã khắc phục", "done", [0, 3, 39])]
    months = ["T4", "T5", "T6"]
    return {
        "form": refused_form(),
        "today": TODAY,
        "chart": line_chart(months, curves),
        "narrow": line_chart(months, curves, width=330, height=220, room=92),
    }


def test_the_gallery_is_a_page_like_any_other(request_context):
    text = render_template("components/gallery.html", **gallery_context())
    html = parsed(text)
    check_every_page(Page(200, text, None, {}), "gallery")
    assert html.title.get_text().startswith("Lỗi:")
    assert html.html["lang"] == "vi"


def test_the_summary_says_the_same_words_as_the_fields_and_leads_to_them(request_context):
    form = refused_form()
    summary = draw("form:error_summary", form)
    page = parsed("".join(str(draw("form:field", field)) for field in form))
    links = summary.select("a")
    assert "còn 4 chỗ cần sửa" in words(summary.h2)
    assert [words(link) for link in links] == [REFUSED, "Chọn một kết quả", *WRONG_FILES]
    for link in links:
        control = page.select_one(link["href"])
        assert control.name in ("input", "textarea")
        assert words(link) in words(control.find_parent(class_="field-err"))


def test_the_summary_counts_no_places_where_there_is_none_to_mend(request_context):
    form = SampleForm()
    form.form_errors = ["Trần Minh Khoa vừa cập nhật hạn chế này lúc 10:05."]
    assert words(draw("form:error_summary", form).h2) == "Chưa gửi được"


def test_a_refused_field_is_described_by_its_hint_and_its_error(request_context):
    field = draw("form:field", refused_form().statement).textarea
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "statement-hint statement-error"


def test_a_day_is_typed_as_text_with_figures(request_context):
    control = draw("form:field", SampleForm().until).input
    assert (control["type"], control["inputmode"]) == ("text", "numeric")


def test_files_say_what_they_take(request_context):
    control = draw("form:field", SampleForm().files).input
    assert control.has_attr("multiple")
    assert ".pdf" in control["accept"]
    assert not control.has_attr("capture")
    assert draw("form:field", SampleForm().files, capture=True).input["capture"] == "environment"


@pytest.mark.parametrize(
    ("days_left", "said"),
    [
        (-8, "Quá hạn 8 ngày"),
        (0, "Hạn hôm nay"),
        (3, "Còn 3 ngày"),
        (4, "Còn 4 ngày"),
        (60, "Còn 60 ngày"),
        (61, "Hạn 14/11/2023"),
        (None, "Hạn 14/11/2023"),
    ],
)
def test_a_deadline_in_words(request_context, days_left, said):
    assert words(draw("status:due", days_left, date(2023, 11, 14)).select_one(".due")) == said


@pytest.mark.parametrize(
    ("days_left", "closed", "said"),
    [(3, "early", "Trước hạn"), (0, "on_time", "Đúng hạn"), (-2, "late", "Muộn 2 ngày")],
)
def test_a_deadline_that_is_over(request_context, days_left, closed, said):
    assert words(draw("status:due", days_left, date(2023, 11, 14), closed=closed).select_one(".due")) == said


def test_an_extended_deadline_says_so(request_context):
    assert words(draw("status:due", 9, date(2023, 11, 14), extended=True)).endswith("14/11/2023 · đã gia hạn")


@pytest.mark.parametrize(
    ("state", "step"),
    [("open", 1), ("in_progress", 2), ("returned", 2), ("submitted", 3), ("disputed", 3), ("resolved", 4)],
)
def test_the_stepper_stands_where_the_finding_does(request_context, state, step):
    steps = draw("stepper:stepper", state).select("li")
    assert [n for n, li in enumerate(steps, 1) if li.get("aria-current") == "step"] == [step]


@pytest.mark.parametrize("state", ["recorded", "withdrawn"])
def test_a_finding_that_is_not_counted_has_no_steps(request_context, state):
    assert not draw("stepper:stepper", state).select("li")


def test_a_figure_is_heard_as_it_is_said(request_context):
    figure = draw("figures:fig", 41, 41, "hạn chế đã khắc phục", percent="100%", url="/findings/?x=1")
    for silent in figure.select("[aria-hidden=true]"):
        silent.decompose()
    assert words(figure) == "41 trên 41 hạn chế đã khắc phục 100%"


def test_a_linked_figure_carries_its_number(request_context):
    assert draw("figures:count", 1288, "/x").a["data-count"] == "1288"
    assert words(draw("figures:count", 1288, "/x")) == "1.288"
    assert draw("figures:count", 0, "/x").a is None


def test_a_bar_is_as_long_as_its_parts(request_context):
    rects = draw("figures:bar", [("ok", 21), ("wait", 0), ("doing", 14), ("new", 3)], 38).select("rect")
    assert [rect["class"] for rect in rects] == [["f-ok"], ["f-doing"], ["f-new"]]
    last = rects[-1]
    assert float(last["x"]) + float(last["width"]) == pytest.approx(100, abs=0.02)


@pytest.mark.parametrize("aside", ["", "{% block aside %}<p>phụ</p>{% endblock %}"])
def test_a_page_shows_all_its_blocks_with_and_without_a_second_column(request_context, aside):
    page = """{% extends "layouts/app.html" %}{% block title %}Tên{% endblock %}
      {% block main %}<p>đầu</p>{% endblock %}{% block more %}<p>cuối</p>{% endblock %}"""
    html = parsed(render_template_string(page + aside))
    expected = ["đầu", "phụ", "cuối"] if aside else ["đầu", "cuối"]
    assert [words(part) for part in html.select("main p")] == expected


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503])
def test_every_refusal_has_a_page_that_says_what_to_do(request_context, status):
    text = render_template("errors/refused.html", status=status, message="", request_id="7f3a")
    html = parsed(text)
    check_every_page(Page(status, text, None, {}), str(status))
    assert "7f3a" in words(html.main)
    assert len(words(html.main.p)) > 20
