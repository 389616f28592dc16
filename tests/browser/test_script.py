"""What static/js/app.js adds, and that everything is there without it. Needs no demo: a page with every behaviour."""

from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Blueprint, Flask, flash, redirect, render_template, request
from playwright.sync_api import Browser, Dialog, Page, expect
from wtforms import PasswordField, TextAreaField

from inspect_app.web.access import public
from inspect_app.web.fields import FilesField
from inspect_app.web.forms import BaseForm
from inspect_app.web.gate import takes_files
from tests.browser.conftest import PHONE, WIDE
from tests.support.program import program, settings
from tests.support.server import running
from tests.web.test_components import gallery_context

pytestmark = pytest.mark.browser

SENT: list[list[tuple[str, int]]] = []
bp = Blueprint("behaviours", __name__, url_prefix="/behaviours")


class RemedyForm(BaseForm):
    statement = TextAreaField("Đơn vị đã làm gì thêm?")
    code = PasswordField("Mật khẩu")
    files = FilesField("Ảnh, văn bản chứng minh")


@bp.get("")
@public
def page() -> str:
    return render_template("behaviours.html", form=RemedyForm(), title="Việc cần làm")


@bp.get("/sent")
@public
def sent() -> str:
    return render_template("behaviours.html", form=RemedyForm(), title="Đã gửi")


@bp.get("/gallery")
@public
def gallery() -> str:
    return render_template("components/gallery.html", **gallery_context())


@bp.get("/codes")
@public
def codes() -> str:
    made = [f"wmwm-mwmw-wmwm-{number:02}7x" for number in range(10)]
    return render_template("accounts/recovery_codes.html", codes=made, username="nguyenvanan", is_new=True)


@bp.post("")
@public
@takes_files
def send():
    form = RemedyForm()
    SENT.append([(file.filename, len(file.read())) for file in request.files.getlist("files") if file.filename])
    if form.statement.data == "thiếu":
        form.statement.errors = ["Nhập việc đơn vị đã làm"]
        return render_template("behaviours.html", form=form, title="Việc cần làm"), 422
    flash("Đã gửi xác nhận. Đoàn kiểm tra sẽ xem và trả lời.")
    return redirect("/behaviours/sent", 303)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("behaviours")
    app: Flask = program(settings(f"sqlite:///{folder / 'none.sqlite'}", folder))
    pages = jinja2.FileSystemLoader(Path(__file__).parent)
    app.jinja_loader = jinja2.ChoiceLoader([loader for loader in (app.jinja_loader, pages) if loader])
    app.register_blueprint(bp)
    with running(app) as url:
        yield f"{url}/behaviours"


@pytest.fixture
def window(chromium: Browser, address: str) -> Iterator[Page]:
    SENT.clear()
    context = chromium.new_context(locale="vi-VN", viewport={"width": WIDE, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    picture, letter = tmp_path / "bang-niem-yet.jpg", tmp_path / "danh-muc.pdf"
    picture.write_bytes(b"p" * 1_887_437)
    letter.write_bytes(b"l" * 655_360)
    return [str(picture), str(letter)]


def test_typing_in_the_search_swaps_the_list_and_keeps_the_address(window: Page) -> None:
    window.locator("#filter-q").fill("niem yet")
    expect(window.locator("#asked")).to_have_text("q=niem+yet partial")
    expect(window.locator("#filter-q")).to_be_focused()
    assert window.url.endswith("?q=niem+yet")
    window.go_back()
    expect(window.locator("#asked")).to_have_text("whole")


def test_a_chip_says_what_was_chosen_and_keeps_the_focus(window: Page) -> None:
    window.locator(".chip summary").click()
    window.get_by_label("Mới", exact=True).check()
    window.locator(".chip .btn").click()
    expect(window.locator("#asked")).to_have_text("state=open partial")
    expect(window.locator(".chip summary")).to_have_text("Trạng thái: Mới")
    expect(window.locator(".chip summary")).to_be_focused()


def test_escape_closes_a_panel_and_gives_the_focus_back(window: Page) -> None:
    chip = window.locator(".chip")
    chip.locator("summary").click()
    window.get_by_label("Mới", exact=True).focus()
    window.keyboard.press("Escape")
    expect(chip).not_to_have_attribute("open", "")
    expect(chip.locator("summary")).to_be_focused()


def test_ctrl_k_goes_to_the_search(window: Page) -> None:
    window.keyboard.press("Control+k")
    expect(window.locator("#top-q")).to_be_focused()


def test_chosen_files_are_listed_with_their_size_and_can_be_taken_out(window: Page, files: list[str]) -> None:
    window.locator("#files").set_input_files(files)
    chosen = window.locator("#files-chosen .file")
    expect(chosen).to_have_count(2)
    expect(chosen.nth(0)).to_contain_text("1,8 MB")
    expect(chosen.nth(1)).to_contain_text("640 KB")
    window.get_by_role("button", name="Bỏ tệp danh-muc.pdf").click()
    expect(chosen).to_have_count(1)
    window.get_by_role("button", name="Gửi xác nhận").click()
    window.wait_for_url("**/sent")
    assert SENT == [[("bang-niem-yet.jpg", 1_887_437)]]


def test_a_form_is_sent_once_and_its_answer_becomes_the_page(window: Page, files: list[str]) -> None:
    window.locator("#files").set_input_files(files)
    window.locator("form[data-progress] .btn-primary").dblclick()
    window.wait_for_url("**/sent")
    expect(window.get_by_role("status").first).to_contain_text("Đã gửi xác nhận")
    assert len(SENT) == 1
    window.go_back()
    expect(window.locator("h1")).to_have_text("Việc cần làm")


@pytest.mark.parametrize("with_files", [True, False])
def test_a_refused_form_shows_its_errors_and_keeps_what_was_typed(
    window: Page, files: list[str], with_files: bool
) -> None:
    window.locator("#statement").fill("thiếu")
    if with_files:
        window.locator("#files").set_input_files(files)
    window.get_by_role("button", name="Gửi xác nhận").click()
    expect(window.locator(".err-sum")).to_be_focused()
    expect(window.locator("#statement")).to_have_value("thiếu")
    assert window.title().startswith("Lỗi:")


def test_a_lost_connection_is_said_and_loses_nothing(window: Page, files: list[str]) -> None:
    window.locator("#statement").fill("Đã niêm yết đủ")
    window.locator("#files").set_input_files(files)
    window.context.set_offline(True)
    window.get_by_role("button", name="Gửi xác nhận").click()
    expect(window.get_by_role("alert")).to_contain_text("Chưa gửi được vì mất mạng")
    window.context.set_offline(False)
    window.get_by_role("button", name="Gửi xác nhận").click()
    window.wait_for_url("**/sent")
    assert len(SENT) == 1


def test_leaving_with_something_typed_is_asked_about(window: Page, address: str) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    window.on("dialog", leave)
    window.locator("#statement").fill("Đã niêm yết")
    window.goto(f"{address}/sent")
    assert asked == ["beforeunload"]


def test_a_confirmation_opens_in_place_and_is_put_aside(window: Page) -> None:
    window.get_by_role("link", name="Ban hành kết luận").click()
    dialog = window.get_by_role("dialog", name="Ban hành thông báo kết luận?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Chưa ban hành").click()
    expect(dialog).to_be_hidden()


def test_a_password_can_be_looked_at(window: Page) -> None:
    field = window.locator("#code")
    window.get_by_role("button", name="Hiện Mật khẩu").click()
    expect(field).to_have_attribute("type", "text")
    window.get_by_role("button", name="Ẩn Mật khẩu").click()
    expect(field).to_have_attribute("type", "password")


def test_a_sentence_is_copied_without_the_breaks_of_the_page(window: Page) -> None:
    window.get_by_role("button", name="Sao chép").click()
    expect(window.get_by_role("button", name="Đã chép")).to_be_visible()
    assert window.evaluate("navigator.clipboard.readText()") == "Đã khắc phục 41/41 hạn chế."


def test_a_letter_is_copied_with_its_lines(window: Page) -> None:
    letter = "Kính gửi: UBND phường\n\n1. Niêm yết."
    window.evaluate("text => { sentence.className = 'lines'; sentence.textContent = text; }", letter)
    window.get_by_role("button", name="Sao chép").click()
    expect(window.get_by_role("button", name="Đã chép")).to_be_visible()
    assert window.evaluate("navigator.clipboard.readText()") == letter


def test_findings_are_added_and_taken_out_and_never_share_a_number(window: Page) -> None:
    add = window.get_by_role("button", name="Thêm hạn chế khác")
    add.click()
    add.click()
    expect(window.locator("#text-1")).to_be_focused()
    window.locator("#blocks [data-drop]").first.click()
    add.click()
    assert window.locator("#blocks textarea").evaluate_all("all => all.map(one => one.name)") == ["text-1", "text-2"]


@pytest.mark.parametrize("width", [WIDE, PHONE, 320])
def test_without_script_the_same_can_be_done(chromium: Browser, address: str, files: list[str], width: int) -> None:
    SENT.clear()
    context = chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not page.get_by_role("button", name="Hiện Mật khẩu").is_visible()
    page.locator(".chip summary").click()
    page.get_by_label("Mới", exact=True).check()
    page.locator(".chip .btn").click()
    expect(page.locator("#asked")).to_have_text("q=&state=open whole")
    page.locator("#files").set_input_files(files)
    page.get_by_role("button", name="Gửi xác nhận").click()
    page.wait_for_url("**/sent")
    assert len(SENT[0]) == 2
    context.close()


@pytest.mark.parametrize("width", [WIDE, PHONE, 320])
def test_every_component_is_sound_at_every_width(chromium: Browser, address: str, width: int) -> None:
    context = chromium.new_context(locale="vi-VN", viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/gallery")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    context.close()


@pytest.mark.parametrize("width", [WIDE, PHONE, 320])
def test_codes_that_are_shown_once_can_be_read(chromium: Browser, address: str, width: int) -> None:
    context = chromium.new_context(locale="vi-VN", viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/codes")
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        assert page.locator(".codes li").evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
    drawn = page.locator(".codes").evaluate("one => getComputedStyle(one).fontVariantLigatures")
    assert drawn == "none", "Inter would draw 7x3 as 7×3"
    context.close()
