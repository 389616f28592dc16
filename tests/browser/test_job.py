"""The whole job through the screen with five people, on both databases: from a plan to 100%."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from inspect_app.core import clock
from tests.browser.conftest import PHONE, Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.early]

UNIT = "Phường Ninh Kiều"
WORK = ("Niêm yết đủ 12 thủ tục mới", "Đặt biển tên tại quầy số 9")


def test_from_a_plan_to_one_hundred_per_cent(fresh_site: Site, visit: Visit, tmp_path: Path) -> None:
    reviewer = visit(fresh_site, "sonoivu")
    plan = make_the_plan(reviewer)

    head = visit(fresh_site, "truongdoan")
    log_the_visit(head, plan)
    issue(head)

    officer = visit(fresh_site, "canbo", width=PHONE)
    for number, work in enumerate(WORK):
        send(officer, work, photo(tmp_path, number))

    member = visit(fresh_site, "thanhvien")
    open_from_home(member, "Thiếu 12 thủ tục")
    send_back(member, "Ảnh chưa thấy đủ 12 thủ tục.")
    open_from_home(member, "Quầy số 9 chưa có biển tên")
    accept(member)

    officer.goto("/")
    expect(officer.locator("main")).to_contain_text("Ảnh chưa thấy đủ 12 thủ tục.")
    send(officer, WORK[0], photo(tmp_path, 7))
    open_from_home(member, "Thiếu 12 thủ tục")
    accept(member)

    leader = visit(fresh_site, "lanhdao")
    leader.goto(f"{plan}/report")
    main = leader.locator("main")
    expect(main).to_contain_text("2/2")
    expect(main).to_contain_text("1/1")
    expect(main).to_contain_text("100%")


def press(page: Page, words: str) -> None:
    """A button of the page's own forms, by what it says, and the page that follows."""
    button = page.locator("main button, main summary, main a.btn").filter(has_text=re.compile(rf"^\s*{words}\s*$"))
    button.locator("visible=true").first.click()
    page.wait_for_load_state()


def fill(page: Page, name: str, value: str) -> None:
    page.locator(f"main [name='{name}']").locator("visible=true").first.fill(value)


def shown(days: int = 0) -> str:
    return (clock.today() + timedelta(days=days)).strftime("%d/%m/%Y")


def make_the_plan(page: Page) -> str:
    """The plan's path, with a team of two and one unit."""
    page.goto("/plans/new")
    page.locator("[name='kind'][value='scheduled']").check()
    issuer = page.locator("select[name='issuing_unit']")
    if issuer.count():
        issuer.select_option(label="Thành phố Cần Thơ")
    fill(page, "title", "Kiểm tra Bộ phận Một cửa")
    fill(page, "number", "300/KH-UBND")
    fill(page, "issued_on", shown())
    press(page, "Lập kế hoạch")
    expect(page.locator("h1")).to_have_text("Kiểm tra Bộ phận Một cửa")
    plan = page.url.split(page.url.split("/plans/")[0])[1].split("?")[0]

    page.goto(f"{plan}/teams/new")
    fill(page, "name", "Đoàn kiểm tra Một cửa")
    press(page, "Lập đoàn")
    for name, role in (("Phạm Thu Hà", "head"), ("Trần Minh Khoa", "member")):
        fill(page, "q", name)
        press(page, "Tìm")
        page.locator("select[name='person']").select_option(label=option_of(page, "person", name))
        page.locator(f"[name='role'][value='{role}'], select[name='role']").first.evaluate(
            "(e, v) => { if (e.tagName === 'SELECT') e.value = v; else e.checked = true }", role
        )
        fill(page, "since", shown())
        press(page, "Thêm vào đoàn")
        expect(page.locator("main")).to_contain_text(name)

    page.goto(f"{plan}/targets")
    fill(page, "lines", "phuong ninh kieu")
    page.locator("select[name='team']").select_option(label="Đoàn kiểm tra Một cửa")
    press(page, "Thêm vào kế hoạch")
    expect(page.locator("main")).to_contain_text(UNIT)
    return plan


def option_of(page: Page, select: str, words: str) -> str:
    options = page.locator(f"select[name='{select}'] option").all_inner_texts()
    return next(option for option in options if words in option)


def log_the_visit(page: Page, plan: str) -> None:
    """A visit today with two findings, written down in one go and sent."""
    page.goto(plan)
    page.locator("main a[href*='/visits/new?target=']").first.click()
    page.locator("[name='when'][value='done']").check()
    fill(page, "day", shown())
    press(page, "Lập cuộc kiểm tra")
    press(page, "Ghi hạn chế|Ghi kết quả|Bắt đầu ghi nhận|Ghi tiếp")
    expect(page.locator("h1")).to_contain_text("Ghi nhận cuộc kiểm tra")
    write_down(page, "III", "Thiếu 12 thủ tục hành chính trên bảng niêm yết.", f"{WORK[0]}.")
    write_down(page, "KL", "Quầy số 9 chưa có biển tên công chức.", f"{WORK[1]}.")
    press(page, "Xem lại và gửi")
    expect(page.locator("main")).to_contain_text("Thiếu 12 thủ tục")
    press(page, "Gửi kết quả kiểm tra")


def write_down(page: Page, area: str, text: str, required: str) -> None:
    section = page.locator(f"#area-{area}")
    if section.get_attribute("open") is None:
        section.locator("summary").first.click()
    section.locator("button[name='add']").click()
    block = section.locator(".finding").last
    block.locator("textarea").nth(0).fill(text)
    block.locator("textarea").nth(1).fill(required)


def issue(page: Page) -> None:
    press(page, "Ban hành thông báo kết luận")
    fill(page, "number", "57/TB-ĐKT")
    fill(page, "dated_on", shown())
    fill(page, "signer", "Phạm Thu Hà")
    press(page, "Ban hành thông báo kết luận")
    expect(page.locator("main")).to_contain_text("57/TB-ĐKT")


def open_from_home(page: Page, words: str) -> None:
    page.goto("/")
    page.locator("main .task a").filter(has_text=words).first.click()
    page.wait_for_load_state()


def send(page: Page, work: str, picture: Path) -> None:
    """On a phone: from the work page to the finding, a sentence, a picture, and off it goes."""
    open_from_home(page, work)
    done_already = page.locator("details#submit:not([open]) > summary")
    if done_already.count():
        done_already.click()
    fill(page, "statement", "Đơn vị đã làm xong, gửi kèm ảnh.")
    page.locator("main input[type='file'][name='files']").set_input_files(picture)
    press(page, "Gửi xác nhận")
    expect(page.locator("main")).to_contain_text("Đã gửi xác nhận")


def send_back(page: Page, reason: str) -> None:
    open_choice(page, "Chưa đạt, trả lại đơn vị")
    fill(page, "reason", reason)
    press(page, "Trả lại đơn vị")
    expect(page.locator(".page-h .pill")).to_have_text("Bị trả lại")


def accept(page: Page) -> None:
    open_choice(page, "Đã khắc phục")
    page.locator("main [name='method'][value='documents']").locator("visible=true").first.check()
    press(page, "Đã khắc phục")
    expect(page.locator(".page-h .pill")).to_have_text("Đã khắc phục")


def open_choice(page: Page, words: str) -> None:
    choice = page.locator("main details.pick-open").filter(has_text=words)
    if choice.count() and choice.first.get_attribute("open") is None:
        choice.first.locator("summary").click()


def photo(folder: Path, number: int) -> Path:
    """A picture as a phone takes it, each of its own."""
    stream = BytesIO()
    Image.new("RGB", (1200, 900), (40 + number * 20, 120, 90)).save(stream, "JPEG")
    path = folder / f"anh-{number}.jpg"
    path.write_bytes(stream.getvalue())
    return path
