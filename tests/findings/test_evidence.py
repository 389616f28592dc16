"""Files: nothing hostile is stored, what is stored is saved and never run, and only by who may know of it."""

import hashlib
import io
import zipfile

import pytest
from flask import current_app
from PIL import Image
from sqlalchemy import select

from inspect_app.core import clock
from inspect_app.core.actor import Role
from inspect_app.findings import services
from inspect_app.findings.models import Evidence, Side, State
from inspect_app.plans.models import Team
from inspect_app.units.models import Unit
from inspect_app.visits import services as visits
from inspect_app.visits.models import Entry, Visit
from tests.findings.test_page import photo, picture, send


@pytest.fixture
def officer(make, session):
    return lambda finding: make.officer(session.get_one(Unit, finding.unit_id))


def stored():
    """Every file in the storage."""
    root = current_app.extensions["storage"].root
    return {path for path in root.rglob("*") if path.is_file() and "small" not in path.parts}


def package(*, unpacked=0):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for part in ("[Content_Types].xml", "word/document.xml"):
            file.writestr(part, b"<x/>")
        file.infolist()[-1].file_size += unpacked
    return made.getvalue()


def wide_picture():
    made = io.BytesIO()
    Image.new("1", (9000, 5000)).save(made, "PNG")
    return made.getvalue()


HOSTILE = {
    "chay.exe": b"MZ\x90\0" + b"\0" * 100,
    "anh.jpg": b"MZ\x90\0" + b"\0" * 100,
    "anh.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "trang.html": b"<script>alert(1)</script>",
    "trang.pdf": b"<html><script>alert(1)</script></html>",
    "trong.pdf": b"",
    "bom.docx": package(unpacked=1 << 30),
    "to.png": wide_picture(),
}


def test_a_hostile_file_is_refused_by_name_before_anything_is_stored(make, browser, officer, session):
    finding = make.finding("in_progress")
    browser.signed_in_as(officer(finding))
    before = stored()
    for name, content in HOSTILE.items():
        page = send(browser, finding, "submit", status=422, files=photo(f"../../etc/{name}", content))
        assert f" {name} " in page.error_on("submit-files"), name
        assert "Đã niêm yết đủ." in page.text, "what was typed is kept"
    assert stored() == before
    assert finding.state is State.IN_PROGRESS
    assert not session.scalars(select(Evidence.id)).all()


def test_one_bad_file_keeps_the_good_ones_out_too(make, browser, officer, session):
    finding = make.finding("in_progress")
    browser.signed_in_as(officer(finding))
    before = stored()
    files = [photo(), photo("chay.exe", b"MZ")]
    page = send(browser, finding, "submit", status=422, files=files)
    assert page.error_on("submit-files") == "Tệp chay.exe không nhận được, hãy chọn ảnh, PDF, Word hoặc Excel"
    assert stored() == before


def test_too_many_files_are_refused(make, browser, officer):
    finding = make.finding("in_progress")
    browser.signed_in_as(officer(finding))
    page = send(browser, finding, "submit", status=422, files=[photo(f"{n}.jpg") for n in range(21)])
    assert page.error_on("submit-files") == "Mỗi lần gửi không quá 20 tệp"


def test_several_files_go_in_together_and_come_out_as_they_were_but_for_pictures(make, browser, officer, session):
    finding = make.finding("in_progress")
    browser.signed_in_as(officer(finding))
    contents = {"Bảng niêm yết “mới”.jpg": picture(), "quyet-dinh.pdf": b"%PDF-1.7 quyet dinh", "bang.docx": package()}
    send(browser, finding, "submit", files=[photo(f"/sdcard/anh/{n}", c) for n, c in contents.items()])
    kept = session.scalars(select(Evidence).where(Evidence.side == Side.REMEDY).order_by(Evidence.id)).all()
    assert [file.name for file in kept] == list(contents)
    page = browser.get("findings.show", finding_id=finding.id)
    for file in kept:
        assert f"/evidence/{file.id}" in page.links()
        with browser.client.get(f"/evidence/{file.id}") as answer:
            assert answer.status_code == 200
            came = contents[file.name]
            assert (answer.get_data() == came) is (file.received_sha256 is None)
            assert hashlib.sha256(came).hexdigest() == (file.received_sha256 or file.sha256)
            assert hashlib.sha256(answer.get_data()).hexdigest() == file.sha256
            assert answer.mimetype == file.media_type
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
    with browser.client.get(f"/evidence/{kept[0].id}") as answer:
        assert "filename*=UTF-8''B%E1%BA%A3ng%20ni%C3%AAm%20y%E1%BA%BFt" in answer.headers["Content-Disposition"]


def test_a_page_shows_a_small_copy_without_where_it_was_taken(make, browser, officer, session):
    finding = make.finding("in_progress")
    browser.signed_in_as(officer(finding))
    taken = Image.Exif()
    taken[0x010F] = "MayAnhCuaToi"
    made = io.BytesIO()
    Image.new("RGB", (3000, 2000), "blue").save(made, "JPEG", exif=taken)
    send(browser, finding, "submit", files=photo(content=made.getvalue()))
    file = session.scalars(select(Evidence).where(Evidence.side == Side.REMEDY)).one()
    page = browser.get("findings.show", finding_id=finding.id)
    assert page.html.select_one(f'img[src="/evidence/{file.id}/preview"]')
    for _ in range(2):
        answer = browser.client.get(f"/evidence/{file.id}/preview")
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert b"MayAnhCuaToi" not in answer.get_data()
        with Image.open(io.BytesIO(answer.get_data())) as shown:
            assert max(shown.size) == 1000


def test_what_is_no_picture_has_no_small_copy(make, browser, officer, session):
    finding = make.finding("submitted", files=[make.file("bang.pdf")])
    browser.signed_in_as(make.reviewer)
    for file in session.scalars(select(Evidence)):
        status = browser.client.get(f"/evidence/{file.id}/preview").status_code
        assert status == 404, "a PDF, and a picture that is damaged"
    assert finding.state is State.SUBMITTED


def test_files_are_only_for_those_who_may_know_of_the_finding(make, browser, officer, session):
    finding = make.finding("submitted", files=[make.file()])
    particulars = make.finding("recorded", files=[make.file()])
    people = {
        "officer": (officer(finding), {finding.id}),
        "stranger": (make.officer(make.unit()), set()),
        "viewer": (make.person(Role.VIEWER), {finding.id}),
        "reviewer": (make.reviewer, {finding.id, particulars.id}),
        "admin": (make.person(Role.ADMIN), set()),
        "nobody": (None, set()),
    }
    files = session.scalars(select(Evidence)).all()
    assert len(files) == 3
    for who, (person, seen) in people.items():
        browser.signed_in_as(person)
        refused = {"admin": 403, "nobody": 302}.get(who, 404)
        for file in files:
            browser.visit(f"/evidence/{file.id}", status=200 if file.finding_id in seen else refused)
            if file.finding_id not in seen:
                browser.visit(f"/evidence/{file.id}/preview", status=refused)
    browser.signed_in_as(make.reviewer).visit("/evidence/99999", status=404)


def test_the_signed_notice_is_for_those_who_see_the_visit(make, browser, officer, session):
    finding = make.finding("recorded")
    visit = make.whole(session.get_one(Visit, finding.visit_id))
    head = make.actor(make.head_of(session.get_one(Team, visit.team_id)))
    today = clock.today()
    visits.report(visit, entry=Entry.FOUND, actor=head, today=today)
    services.conclude(
        visit,
        actor=head,
        number="57/TB-ĐKT",
        dated_on=today,
        signer="Lê Thị Ký",
        scan=[make.file("thong-bao.pdf")],
        today=today,
        **make.storing,
    )
    session.commit()
    scan = session.scalars(select(Evidence).where(Evidence.side == Side.CONCLUSION)).one()
    for person, status in ((officer(finding), 200), (make.reviewer, 200), (make.officer(make.unit()), 404)):
        browser.signed_in_as(person).visit(f"/evidence/{scan.id}", status=status)
