"""A visit written down on a phone while the connection comes and goes: nothing that was typed or taken is lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from inspect_app.core.db import db
from inspect_app.core.drafts import Draft
from inspect_app.core.staging import Staged
from inspect_app.findings.models import Evidence, Finding, Side
from inspect_app.visits.models import Answer, Result
from tests.browser.conftest import PHONE, Site, Visit
from tests.browser.test_pages import addresses, shuts_nobody_out

pytestmark = pytest.mark.browser

KEPT = re.compile("^Đã lưu nháp lúc ")
LOST = "Mất mạng, đã giữ trên máy này"
UNMET = 3
USUAL, SLOW = 5_000, 20_000
"""Milliseconds: a page of seventy items takes its time on a busy machine."""


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    expect.set_options(timeout=SLOW)
    yield
    expect.set_options(timeout=USUAL)


@pytest.fixture
def shots(tmp_path: Path) -> list[str]:
    """Four photographs, each of its own."""
    paths = [tmp_path / f"anh-{number}.jpg" for number in range(4)]
    for number, path in enumerate(paths):
        Image.new("RGB", (1600, 1200), (40 + 50 * number, 120, 90)).save(path, "JPEG")
    return [str(path) for path in paths]


def writing(page: Page) -> Page:
    """The form of a visit that is under way, with an area open that nothing was said of."""
    page.goto(page.locator("main a[href$='/record']").first.get_attribute("href") or "")
    unfold(page)
    return page


@pytest.fixture
def phone(site: Site, visit: Visit) -> Page:
    """For what changes no record."""
    return writing(visit(site, "truongdoan", width=PHONE))


def unfold(page: Page, section: str = "#area-III") -> None:
    details = page.locator(section)
    if details.get_attribute("open") is None:
        details.locator("summary").first.click()


def items(page: Page) -> list[str]:
    """Names of the radio buttons of the area, one for each item."""
    names = page.locator("#area-III .seg-4 input[type=radio]").evaluate_all("all => all.map(one => one.name)")
    return list(dict.fromkeys(names))


def folded(page: Page) -> list[str]:
    """Those of items that nobody unfolded, in a draft neither."""
    return [name for name in items(page) if page.locator(f"[name='{name.replace('-result', '-text')}']").count() == 0]


def answer(page: Page, name: str, result: str) -> None:
    page.locator(f"label:has([name='{name}'][value='{result}'])").click()


def state(page: Page) -> Locator:
    return page.locator("form[data-draft] [data-draft-state]")


def take(page: Page, name: str, paths: list[str]) -> None:
    """Photographs of an item, its fields unfolded first where they are not."""
    button = page.locator(f"[data-unfold][value='{name.split('-')[1]}']")
    if button.count():
        button.click()
    photos = page.locator(f"[name='{name.replace('-result', '-photos')}'][type=file]")
    photos.set_input_files(paths)


def leave_the_field(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")


def test_ten_answers_three_findings_and_four_photographs_outlive_a_lost_connection(
    fresh_site: Site, visit: Visit, shots: list[str]
) -> None:
    phone = writing(visit(fresh_site, "truongdoan", width=PHONE))
    ten = items(phone)[:10]
    for name in ten[:4]:
        answer(phone, name, "met")
    answer(phone, ten[4], "unmet")
    take(phone, ten[4], shots[:2])
    expect(phone.locator("#area-III .chosen img")).to_have_count(2)
    expect(state(phone)).to_have_text(KEPT)

    phone.context.set_offline(True)
    for name in ten[5:8]:
        answer(phone, name, "not_applicable")
    for name in ten[8:]:
        answer(phone, name, "unmet")
    wrong = phone.locator(f"[name='{ten[8].replace('-result', '-text')}']")
    wrong.fill("Viết khi không có mạng.")
    take(phone, ten[8], shots[2:])
    leave_the_field(phone)
    expect(state(phone)).to_have_text(LOST)
    expect(phone.locator("#area-III .chosen").filter(has_text="Mất mạng")).to_have_count(1)
    phone.get_by_role("button", name="Lưu", exact=True).click()
    expect(phone.get_by_role("alert")).to_contain_text("Chưa gửi được vì mất mạng")

    phone.context.set_offline(False)
    expect(phone.locator("#area-III .chosen img")).to_have_count(4)
    expect(state(phone)).to_have_text(KEPT)
    address = phone.url
    phone.close()

    again = phone.context.new_page()
    again.goto(address)
    expect(again.locator(".note")).to_contain_text("Đã lưu nháp lúc")
    unfold(again)
    assert again.locator("#area-III .seg-4 input:checked:not([value=unchecked])").count() == len(ten)
    expect(again.locator(f"[name='{ten[8].replace('-result', '-text')}']")).to_have_value("Viết khi không có mạng.")
    assert again.locator("#area-III .chosen img").count() == len(shots)
    with fresh_site.app.app_context():
        answered, found = count(Answer), count(Finding)
    again.get_by_role("button", name="Lưu", exact=True).click()
    expect(again.locator("main")).to_contain_text("Đã lưu 3 hạn chế")
    assert again.evaluate("document.documentElement.scrollWidth") <= PHONE

    with fresh_site.app.app_context():
        assert count(Answer) == answered + len(ten)
        assert count(Finding) == found + UNMET
        newest = db.session.scalars(select(Finding.id).order_by(Finding.id.desc()).limit(UNMET)).all()
        proofs = db.session.scalars(
            select(Evidence).where(Evidence.finding_id.in_(newest), Evidence.side == Side.FOUND)
        ).all()
        assert len(proofs) == len(shots)
        assert all(proof.received_sha256 not in (None, proof.sha256) for proof in proofs)
        unmet = db.session.scalar(select(func.count()).where(Answer.result == Result.UNMET))
        assert (unmet or 0) >= UNMET
        assert (count(Draft), count(Staged)) == (0, 0)


def test_what_was_typed_and_taken_without_a_connection_outlives_the_tab(phone: Page, shots: list[str]) -> None:
    phone.context.set_offline(True)
    answer(phone, items(phone)[0], "met")
    take(phone, items(phone)[1], shots[:1])
    unfold(phone, "#general")
    phone.locator("[name=place]").fill("Bộ phận Một cửa, tầng 2")
    leave_the_field(phone)
    expect(state(phone)).to_have_text(LOST)
    address = phone.url
    phone.close(run_before_unload=False)

    phone.context.set_offline(False)
    again = phone.context.new_page()
    again.goto(address)
    expect(again.locator(".note")).to_contain_text("Đã lưu nháp lúc")
    expect(again.locator("[name=place]")).to_have_value("Bộ phận Một cửa, tầng 2")
    assert again.evaluate("Object.keys(localStorage).length") == 0
    unfold(again)
    expect(again.locator("#area-III .chosen img")).to_have_count(1)
    again.get_by_role("button", name="Bỏ bản nháp").click()
    expect(again.get_by_role("button", name="Bỏ bản nháp")).to_have_count(0)
    expect(again.locator("[name=place]")).not_to_have_value("Bộ phận Một cửa, tầng 2")
    assert again.locator(".chosen .file").count() == 0


def test_a_photograph_that_waits_unfolds_its_item(phone: Page, shots: list[str]) -> None:
    phone.context.set_offline(True)
    take(phone, folded(phone)[0], shots[:1])
    expect(phone.locator("#area-III .chosen").filter(has_text="Mất mạng")).to_have_count(1)
    address = phone.url
    phone.close(run_before_unload=False)

    phone.context.set_offline(False)
    again = phone.context.new_page()
    again.add_init_script("localStorage.clear()")
    again.goto(address)
    unfold(again)
    expect(again.locator("#area-III .chosen img")).to_be_visible()
    again.get_by_role("button", name=re.compile("^Bỏ tệp")).click()
    expect(again.locator("#area-III .chosen .file")).to_have_count(0)


def test_a_photograph_that_waits_joins_the_one_that_is_up(phone: Page, shots: list[str]) -> None:
    name = folded(phone)[0]
    take(phone, name, shots[:1])
    expect(phone.locator("#area-III .chosen img")).to_have_count(1)
    expect(state(phone)).to_have_text(KEPT)
    phone.context.set_offline(True)
    take(phone, name, shots[1:2])
    expect(phone.locator("#area-III .chosen").filter(has_text="Mất mạng")).to_have_count(1)
    address = phone.url
    phone.close(run_before_unload=False)

    phone.context.set_offline(False)
    again = phone.context.new_page()
    again.goto(address)
    unfold(again)
    expect(again.locator("#area-III .chosen img")).to_have_count(2)
    again.get_by_role("button", name="Bỏ bản nháp").click()
    expect(again.get_by_role("button", name="Bỏ bản nháp")).to_have_count(0)


def test_an_item_unfolds_without_asking_the_server(phone: Page) -> None:
    name, other = folded(phone)[:2]
    text = phone.locator(f"[name='{name.replace('-result', '-text')}']")
    item = phone.locator(".chk").filter(has=phone.locator(f"[name='{name}']"))
    offer = item.locator("[data-says=text]").text_content()
    phone.context.set_offline(True)
    answer(phone, name, "unmet")
    expect(text).to_have_value(offer or "")
    expect(text).to_be_visible()
    expect(item.get_by_role("textbox", name="Ghi chú")).to_be_visible()
    answer(phone, name, "met")
    expect(text).to_be_hidden()
    expect(item.get_by_role("textbox", name="Ghi chú")).to_be_hidden()

    code = item.locator("legend .num").first.text_content()
    item.get_by_text("Giờ, ghi chú, ảnh").click()
    expect(item.get_by_role("textbox", name="Ghi chú")).to_be_visible()
    expect(item.get_by_role("checkbox", name=f"Giờ, ghi chú, ảnh {code}")).to_be_checked()

    another = phone.locator(".chk").filter(has=phone.locator(f"[name='{other}']"))
    another.get_by_role("button", name="Giờ, ghi chú, ảnh").focus()
    phone.keyboard.press("Enter")
    expect(another.get_by_role("checkbox", name="Giờ, ghi chú, ảnh")).to_be_focused()
    phone.keyboard.press("Tab")
    expect(another.get_by_label("Giờ ghi nhận")).to_be_focused()
    shuts_nobody_out(phone, contrast=True)


def test_what_was_said_of_an_item_stays_in_sight_when_it_unfolds(fresh_site: Site, visit: Visit) -> None:
    phone = writing(visit(fresh_site, "truongdoan", width=PHONE))
    name = folded(phone)[0]
    note = phone.locator(f"textarea[name='{name.replace('-result', '-note')}']")
    take(phone, name, [])
    note.fill("Đã nhắc.\nHẹn xem lại.")
    answer(phone, name, "met")
    phone.get_by_role("button", name="Lưu", exact=True).click()
    expect(note).to_have_count(0)
    unfold(phone)
    expect(phone.locator("#area-III [data-says=note]")).to_have_text("Đã nhắc.\nHẹn xem lại.")
    answer(phone, name, "unmet")
    expect(note).to_have_value("Đã nhắc.\nHẹn xem lại.")
    answer(phone, name, "met")
    expect(note).to_be_visible()


def test_without_script_an_item_unfolds_where_it_stands(site: Site, visit: Visit) -> None:
    page = writing(visit(site, "truongdoan", width=PHONE, script=False))
    name = folded(page)[0]
    item = page.locator(".chk").filter(has=page.locator(f"[name='{name}']"))
    answer(page, name, "unmet")
    expect(item.locator("[data-says=text]")).to_be_visible()
    item.get_by_role("button", name="Sửa nội dung · Giờ, ghi chú, ảnh").click()
    expect(item.get_by_label("Hạn chế là gì")).to_be_in_viewport()
    assert page.locator(f"[name='{name}']:checked").get_attribute("value") == "unmet"


def test_a_file_that_is_refused_says_why_at_once_and_can_be_taken_out(phone: Page, tmp_path: Path) -> None:
    program = tmp_path / "cai-dat.exe"
    program.write_bytes(b"MZ")
    first = items(phone)[0]
    take(phone, first, [str(program)])
    row = phone.locator("#area-III .chosen .file")
    expect(row).to_contain_text("Tệp cai-dat.exe không nhận được, hãy chọn ảnh, PDF, Word hoặc Excel")
    row.get_by_role("button", name="Bỏ tệp cai-dat.exe").click()
    expect(row).to_have_count(0)

    large = tmp_path / "anh-lon.jpg"
    with large.open("wb") as file:
        file.truncate(40 << 20)
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.url))
    take(phone, first, [str(large)])
    expect(row).to_contain_text("Tệp anh-lon.jpg nặng 40 MB, mỗi tệp không quá 20 MB")
    assert not [url for url in sent if url.endswith("/uploads")]


def test_back_to_a_form_that_was_refused_shows_what_was_typed(site: Site, visit: Visit) -> None:
    officer = visit(site, "canbo")
    officer.goto(f"/findings/{addresses(site)['returned']}")
    typed = officer.locator("[name=statement]")
    typed.fill("Đã niêm yết đủ, ảnh chụp sau.")
    officer.get_by_role("button", name="Gửi xác nhận").click()
    expect(officer.locator(".err-sum")).to_be_focused()
    expect(state(officer)).to_have_text(KEPT)
    officer.locator("nav a").first.click()
    officer.wait_for_url("**/")
    officer.go_back()
    expect(typed).to_have_value("Đã niêm yết đủ, ảnh chụp sau.")
    officer.get_by_role("button", name="Bỏ bản nháp").click()
    expect(typed).to_have_value("")


def test_signing_out_leaves_nothing_typed_on_the_machine(phone: Page) -> None:
    phone.evaluate("localStorage.setItem('draft:3:/visits/9/record', '{}')")
    phone.locator("form[data-forget] button").evaluate("button => button.form.requestSubmit(button)")
    phone.wait_for_url("**/login*")
    assert phone.evaluate("Object.keys(localStorage).length") == 0


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0
