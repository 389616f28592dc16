"""Files come ahead of their form: for their sender alone, within limits, and gone when they waited too long."""

import io
import os
from datetime import timedelta

import pytest
from flask import current_app
from PIL import Image
from sqlalchemy import select

from inspect_app.core import clock, drafts, staging
from inspect_app.core.errors import Invalid
from inspect_app.core.staging import Staged
from inspect_app.findings.models import Evidence, Side, State
from inspect_app.units.models import Unit
from tests.core.test_pictures import from_a_phone
from tests.findings.test_page import photo, picture, send

PAGE = "/visits/1/record"
WEEK = timedelta(days=7)


@pytest.fixture
def finding(make):
    return make.finding("in_progress")


@pytest.fixture
def officer(make, session, finding):
    return make.officer(session.get_one(Unit, finding.unit_id))


@pytest.fixture
def storage(app):
    return current_app.extensions["storage"]


@pytest.fixture
def ahead(browser, session):
    """Send a file ahead as whoever is signed in; its number."""

    def go(name="bang.jpg", content=None, page=PAGE, status=201):
        data = {"page": page, "file": photo(name, content)}
        browser.open("POST", "/uploads", data=data, status=status)
        return session.scalars(select(Staged.id).order_by(Staged.id.desc())).first()

    return go


def remedies(session):
    return session.scalars(select(Evidence).where(Evidence.side == Side.REMEDY).order_by(Evidence.id)).all()


def test_a_form_brings_the_numbers_of_what_came_ahead(browser, finding, officer, ahead, session, storage):
    browser.signed_in_as(officer)
    taken = from_a_phone(DateTimeOriginal="2023:11:14 09:40:00")
    numbers = [ahead("anh.jpg", taken), ahead("quyet-dinh.pdf", b"%PDF-1.7 quyet dinh")]
    send(browser, finding, "submit", files=[str(number) for number in numbers])
    first, second = remedies(session)
    assert (first.name, second.name) == ("anh.jpg", "quyet-dinh.pdf")
    assert storage.path(second.sha256).read_bytes() == b"%PDF-1.7 quyet dinh"
    with Image.open(storage.path(first.sha256)) as stored:
        assert (stored.size, dict(stored.getexif())) == ((20, 40), {})
    assert "Chụp lúc 14/11/2023, 09:40" in browser.get("findings.show", finding_id=finding.id).main
    assert session.scalars(select(Staged)).all() == []


def test_what_came_ahead_and_what_comes_along_go_together(browser, finding, officer, ahead, session):
    browser.signed_in_as(officer)
    number = ahead("truoc.jpg")
    files = [str(number), photo("kem.pdf", b"%PDF-1.4 kem")]
    send(browser, finding, "submit", files=files)
    assert sorted(file.name for file in remedies(session)) == ["kem.pdf", "truoc.jpg"]


def test_a_refused_form_still_has_them(browser, finding, officer, ahead, session):
    browser.signed_in_as(officer)
    number = ahead()
    page = send(browser, finding, "submit", statement="", files=[str(number)], status=422)
    assert page.html.select_one(f"[name=files][value='{number}']").has_attr("checked")
    assert page.html.select_one(f"img[src='/uploads/{number}/preview']")
    send(browser, finding, "submit", files=[str(number)])
    assert len(remedies(session)) == 1


def test_a_draft_brings_them_back(browser, finding, officer, ahead, session):
    browser.signed_in_as(officer)
    page = f"/findings/{finding.id}/submit"
    number = ahead(page=page)
    browser.open("POST", f"/drafts?page={page}", data={"statement": "Đã thay", "files": str(number)}, status=200)
    shown = browser.get("findings.show", finding_id=finding.id)
    assert shown.html.select_one(f"[name=files][value='{number}']")
    browser.open("POST", "/drafts/discard", data={"page": page}, status=303)
    assert session.scalars(select(Staged)).all() == []


def test_nobody_sends_looks_at_or_removes_anothers_file(browser, finding, officer, ahead, make, session):
    browser.signed_in_as(make.officer(make.unit()))
    number = ahead()
    browser.signed_in_as(officer)
    page = send(browser, finding, "submit", files=[str(number)], status=422)
    assert page.error_on("submit-files") == "Có tệp đã tải lên quá lâu nên không còn giữ, chọn lại tệp đó"
    browser.visit(f"/uploads/{number}/preview", status=404)
    browser.open("POST", f"/uploads/{number}/remove", status=404)
    assert session.get_one(Staged, number)
    assert finding.state is State.IN_PROGRESS


@pytest.mark.parametrize("odd", ["0", "-1", "99999999999", "1e3", "anh.jpg", "٣"])
def test_an_odd_number_is_no_file(browser, finding, officer, odd):
    browser.signed_in_as(officer)
    page = send(browser, finding, "submit", files=[odd], status=422)
    assert page.error_on("submit-files") == "Đính kèm ít nhất một ảnh hoặc văn bản chứng minh"


def test_a_bad_file_is_refused_by_name_and_nothing_is_kept(browser, officer, ahead, session, storage):
    browser.signed_in_as(officer)
    before = list(storage.apart("staged").files())
    assert ahead("chay.exe", b"MZ", status=422) is None
    assert ahead("hong.jpg", picture()[:200], status=422) is None
    assert list(storage.apart("staged").files()) == before


def test_the_sender_looks_at_a_small_copy_and_takes_a_file_out(browser, officer, ahead, session):
    browser.signed_in_as(officer)
    number = ahead("to.jpg", from_a_phone(size=(1600, 800)))
    answer = browser.client.get(f"/uploads/{number}/preview")
    with Image.open(io.BytesIO(answer.get_data())) as shown:
        assert shown.size == (500, 1000)
    browser.open("POST", f"/uploads/{number}/remove", status=200)
    browser.visit(f"/uploads/{number}/preview", status=404)


def test_the_same_photograph_sent_last_time_is_known_by_what_came(browser, finding, officer, ahead, make, session):
    browser.signed_in_as(officer)
    taken = from_a_phone()
    send(browser, finding, "submit", files=photo("mot.jpg", taken))
    first = remedies(session)[0]
    first.sha256 = "0" * 64  # as if another release had drawn it
    session.commit()
    browser.signed_in_as(make.reviewer)
    browser.open("POST", f"/findings/{finding.id}/return", data={"reason": "Ảnh mờ.", "version": finding.version})
    browser.signed_in_as(officer)
    page = send(browser, finding, "submit", files=[str(ahead("hai.jpg", taken))], status=422)
    assert "đã gửi lần trước" in page.error_on("submit-files")


def test_one_person_keeps_no_more_waiting_than_the_quota(make, session, storage):
    def stage(person, quota):
        return staging.stage(
            make.file("a.pdf", b"%PDF-" + bytes(100)),
            actor=make.actor(person),
            page=PAGE,
            at=clock.now(),
            storage=storage,
            limit=1000,
            quota=quota,
        )

    officer = make.officer(make.unit())
    stage(officer, quota=210)
    stage(officer, quota=210)
    with pytest.raises(Invalid, match="quá nhiều tệp"):
        stage(officer, quota=210)
    stage(make.officer(make.unit()), quota=210)


def test_sweeping_takes_what_waited_too_long_and_leaves_what_a_draft_still_names(make, session, storage):
    officer = make.actor(make.officer(make.unit()))
    now = clock.now()

    def stage(page, at, content):
        staged = staging.stage(
            make.file("a.pdf", content), actor=officer, page=page, at=at, storage=storage, limit=99, quota=9999
        )
        os.utime(storage.apart("staged").path(staged.sha256), (at.timestamp(), at.timestamp()))
        return staged.sha256

    old, fresh = now - 2 * WEEK, now - timedelta(hours=1)
    swept, drafted, young = stage("/a", old, b"swept"), stage("/b", old, b"drafted"), stage("/a", fresh, b"young")
    drafts.save("/b", [("text", "…")], actor=officer, typed_at=fresh, saved_at=fresh)
    assert staging.sweep(before=now - WEEK) == 1
    staging.sweep_content(storage, before=now - WEEK)
    there = {path.name for path in storage.apart("staged").files()}
    assert swept not in there
    assert {drafted, young} <= there
    assert drafts.sweep(before=now) == 1
    assert staging.sweep(before=now - WEEK) == 1
