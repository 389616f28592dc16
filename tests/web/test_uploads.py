"""What is let in, and with which sentence everything else is turned away."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict

from inspect_app.web.forms import BaseForm
from inspect_app.web.uploads import KINDS, MOST_UNPACKED, Refused, UploadsField, admit, clean_name
from tests.support.heic import FROM_A_PHONE

MEGABYTE = 1 << 20
DRAWN_ANEW = {"jpg", "jpeg", "png", "webp", "heic", "heif"}


@pytest.fixture(autouse=True)
def app() -> Iterator[Flask]:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="x" * 32, TESTING=True, WTF_CSRF_ENABLED=False, FILE_LIMIT=20 * MEGABYTE)
    Babel(app, default_locale="vi")
    with app.test_request_context(method="POST"):
        yield app


def picture(kind: str = "JPEG", size: tuple[int, int] = (8, 6)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, kind)
    return made.getvalue()


def see_through(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", (8, 6), (0, 0, 0, 0)).save(made, kind)
    return made.getvalue()


def noise(kind: str) -> bytes:
    made = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(made, kind)
    return made.getvalue()


def package(*parts: str, content: bytes = b"<x/>") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for part in parts:
            file.writestr(part, content)
    return made.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")
XLSX = package("[Content_Types].xml", "xl/workbook.xml")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
HONEST = {
    "anh.jpg": picture(),
    "anh.JPEG": picture(),
    "anh.png": picture("PNG"),
    "anh.webp": picture("WEBP"),
    "anh.heic": FROM_A_PHONE,
    "anh.heif": FROM_A_PHONE,
    "quyet-dinh.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "bao-cao.doc": OLE + "WordDocument".encode("utf-16-le"),
    "bao-cao.docx": DOCX,
    "so-lieu.xls": OLE + "Workbook".encode("utf-16-le"),
    "so-lieu.xlsx": XLSX,
    "gui-qua-zalo.jpg": picture("PNG"),
}
HOSTILE = {
    "anh.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "bao-cao.exe": b"MZ\x90\0",
    "anh.jpg": b"MZ\x90\0" + b"\0" * 600,
    "anh.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "anh.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "trang.html": b"<script>alert(1)</script>",
    "trang.pdf": b"<html><script>alert(1)</script>",
    "bao-cao.docx": XLSX,
    "so-lieu.xlsx": package("xl/workbook.xml"),
    "co-macro.docx": package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "goi.docx": package("[Content_Types].xml", "word/document.xml")[:-8],
    "cai-dat.doc": OLE + "SummaryInformation".encode("utf-16-le"),
    "khong-duoi": picture(),
    ".jpg": picture(),
    "nen.zip": DOCX,
}


def sent(name: str, content: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(content), name)


PICTURES = {name: content for name, content in HONEST.items() if name.rpartition(".")[2].lower() in DRAWN_ANEW}


@pytest.mark.parametrize("name", sorted(HONEST.keys() - PICTURES.keys()))
def test_an_honest_file_comes_in_byte_for_byte_with_the_type_of_its_ending(name):
    file = admit(sent(name, HONEST[name]), limit=MEGABYTE)
    assert (file.name, file.media_type) == (name, KINDS[name.rpartition(".")[2].lower()][0])
    assert file.stream.read() == HONEST[name]
    assert file.received_sha256 is None


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_comes_in_drawn_anew_and_what_came_is_remembered_by_its_hash(name):
    file = admit(sent(name, PICTURES[name]), limit=MEGABYTE)
    assert file.received_sha256 == hashlib.sha256(PICTURES[name]).hexdigest()
    content = file.stream.read()
    assert content != PICTURES[name]
    with Image.open(io.BytesIO(content)) as picture:
        size = (20, 40) if PICTURES[name] is FROM_A_PHONE else (8, 6)
        assert (picture.format, picture.size, file.media_type) == ("JPEG", size, "image/jpeg")


def test_the_name_says_what_a_picture_is_now():
    assert admit(sent("anh.png", picture("PNG")), limit=MEGABYTE).name == "anh.jpg"
    assert admit(sent("anh.JPEG", picture()), limit=MEGABYTE).name == "anh.JPEG"
    file = admit(sent("bieu-trung.webp", see_through("WEBP")), limit=MEGABYTE)
    assert (file.name, file.media_type) == ("bieu-trung.png", "image/png")


def test_a_damaged_picture_is_refused_in_words():
    whole = noise("JPEG")
    with pytest.raises(Refused) as refused:
        admit(sent("hong.jpg", whole[: len(whole) // 2]), limit=MEGABYTE)
    assert str(refused.value) == "Ảnh hong.jpg bị hỏng nên không mở được, hãy chụp hoặc chọn ảnh khác"


def test_every_kind_is_tried():
    assert {name.rpartition(".")[2].lower() for name in HONEST} == set(KINDS)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_not_what_it_says_stays_outside(name):
    with pytest.raises(Refused, match="không nhận được"):
        admit(sent(name, HOSTILE[name]), limit=MEGABYTE)


def test_the_sentences_name_the_file_and_say_what_to_do():
    with pytest.raises(Refused) as refused:
        admit(sent("C:\\tam\\bao-cao.exe", b"MZ"), limit=MEGABYTE)
    assert str(refused.value) == "Tệp bao-cao.exe không nhận được, hãy chọn ảnh, PDF, Word hoặc Excel"
    with pytest.raises(Refused) as refused:
        admit(sent("anh-1.jpg", picture() + b"\0" * (32 * MEGABYTE)), limit=20 * MEGABYTE)
    assert str(refused.value) == "Tệp anh-1.jpg nặng 32 MB, mỗi tệp không quá 20 MB"
    with pytest.raises(Refused) as refused:
        admit(sent("trong.pdf", b""), limit=MEGABYTE)
    assert str(refused.value) == "Tệp trong.pdf không có nội dung, hãy chọn lại tệp"


def test_a_picture_of_too_many_pixels_is_known_by_its_header():
    made = io.BytesIO()
    Image.new("1", (8000, 5001)).save(made, "PNG")
    assert len(made.getvalue()) < 100_000
    with pytest.raises(Refused, match="không quá 40 triệu điểm ảnh"):
        admit(sent("to.png", made.getvalue()), limit=MEGABYTE)
    header = picture("PNG")
    monstrous = header[:16] + (60_000).to_bytes(4, "big") * 2 + header[24:]
    with pytest.raises(Refused):
        admit(sent("khong-lo.png", monstrous), limit=MEGABYTE)


def test_a_package_that_would_burst_is_known_by_its_table_of_contents():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        for part in ("[Content_Types].xml", "word/document.xml"):
            file.writestr(part, b"\0" * 1000)
        file.infolist()[-1].file_size = MOST_UNPACKED
    with pytest.raises(Refused, match="không nhận được"):
        admit(sent("bom.docx", bomb.getvalue()), limit=MEGABYTE)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Hạnh\\ảnh bảng.jpg", "ảnh bảng.jpg"),
        ("...an.pdf", "an.pdf"),
        ("a\r\nb\0c.pdf", "a bc.pdf"),
        ('"><img>.png', "___img_.png"),
        ("a\u0309nh.jpg", "\u1ea3nh.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("d" * 300 + ".docx", "d" * 145 + ".docx"),
        ("", "tep"),
        ("///", "tep"),
    ],
)
def test_a_name_is_only_ever_a_name(name, cleaned):
    assert clean_name(name) == cleaned


def form_with(*files: FileStorage) -> BaseForm:
    class Form(BaseForm):
        files = UploadsField("Ảnh, văn bản chứng minh")

    return Form(MultiDict([("files", file) for file in files]))


def test_the_field_refuses_each_file_by_name_and_gives_the_service_none():
    form = form_with(sent("a.exe", b"MZ"), sent("b.pdf", b"%PDF-1.4"), sent("c.svg", b"<svg/>"))
    assert not form.validate()
    assert [error.split()[1] for error in form["files"].errors] == ["a.exe", "c.svg"]


def test_the_field_counts_before_it_looks():
    form = form_with(*(sent(f"{n}.exe", b"MZ") for n in range(21)))
    assert not form.validate()
    assert form["files"].errors == ["Mỗi lần gửi không quá 20 tệp"]


def test_the_field_hands_over_what_it_let_in():
    form = form_with(sent("anh.jpg", picture()))
    assert form.validate()
    assert [file.media_type for file in form["files"].incoming] == ["image/jpeg"]


@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=400))
@example("docx", b"PK\x05\x06" + b"\xff" * 18)
@example("png", picture("PNG")[:40])
@example("jpg", picture()[:30])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_content_trips_the_looking(ending, content):
    with suppress(Refused):
        admit(sent(f"tep.{ending}", content), limit=MEGABYTE)
