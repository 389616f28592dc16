"""Pictures as they are stored and shown: upright, in plain colours, and silent about the phone and the place."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from inspect_app.core import pictures
from inspect_app.core.clock import HANOI
from tests.support.heic import FROM_A_PHONE

TOP, BOTTOM = (200, 30, 30), (30, 30, 200)


def from_a_phone(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **about: str) -> bytes:
    """Turned by 90 degrees as the phone held it, with where, when and by which phone it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.Make] = 6, "MayAnh"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
    for name, value in about.items():
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base[name]] = value
    picture = Image.new("RGB", size, TOP)
    picture.paste(BOTTOM, (size[0] // 2, 0, *size))
    made = io.BytesIO()
    picture.save(made, kind, exif=exif)
    return made.getvalue()


def bare(content: bytes) -> pictures.Bare:
    return pictures.bare(io.BytesIO(content), home=HANOI)


def small(content: bytes) -> bytes:
    return pictures.small(io.BytesIO(content))


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def colour(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    found = picture.getpixel((x, y))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize(
    "make", [lambda content: bare(content).content, lambda content: pictures.small(io.BytesIO(content))]
)
def test_a_picture_is_upright_and_tells_nothing_of_the_phone(kind, make):
    original = FROM_A_PHONE if kind == "HEIF" else from_a_phone(kind)
    assert b"MayAnh" in original
    made = make(original)
    with opened(made) as shown:
        assert (shown.format, shown.size) == ("JPEG", (20, 40))
        assert not shown.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & shown.info.keys()
        red, blue = colour(shown, 10, 2), colour(shown, 10, 37)
        assert (red[0] > red[2], blue[2] > blue[0]) == (True, True), "what was left is on top now"
    assert b"MayAnh" not in made


def test_a_large_picture_keeps_enough_to_read_by():
    with opened(bare(from_a_phone(size=(4000, 1000))).content) as shown:
        assert shown.size == (750, pictures.LONGEST)


def test_the_same_picture_is_drawn_the_same_each_time():
    assert bare(from_a_phone()).content == bare(from_a_phone()).content


@pytest.mark.parametrize(
    ("about", "taken_at"),
    [
        ({"DateTimeOriginal": "2023:11:14 09:40:00"}, datetime(2023, 11, 14, 2, 40, tzinfo=UTC)),
        (
            {"DateTimeOriginal": "2023:11:14 09:40:00", "OffsetTimeOriginal": "+09:00"},
            datetime(2023, 11, 14, 9, 40, tzinfo=timezone(timedelta(hours=9))),
        ),
        (
            {"DateTimeOriginal": "2023:11:14 09:40:00", "OffsetTimeOriginal": "mùa"},
            datetime(2023, 11, 14, 2, 40, tzinfo=UTC),
        ),
        ({"DateTimeOriginal": "0000:00:00 00:00:00"}, None),
        ({"DateTimeOriginal": "1980:01:01 00:00:00"}, None),
        ({"DateTimeOriginal": "hôm qua"}, None),
        ({}, None),
    ],
)
def test_when_it_was_taken_is_read_before_the_rest_is_let_go(about, taken_at):
    assert bare(from_a_phone(**about)).taken_at == taken_at


def test_a_picture_with_a_colour_profile_of_its_own_becomes_plain_srgb():
    made = io.BytesIO()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (8, 8), TOP).save(made, "JPEG", icc_profile=lab, quality=95)
    with opened(bare(made.getvalue()).content) as shown:
        assert all(abs(a - b) < 8 for a, b in zip(colour(shown, 4, 4), TOP, strict=True))
    made = io.BytesIO()
    Image.new("RGB", (8, 8), TOP).save(made, "JPEG", icc_profile=b"no profile at all")
    assert bare(made.getvalue()).media_type == "image/jpeg"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK", "I;16"])
def test_every_mode_becomes_a_picture_that_every_browser_shows(mode):
    made = io.BytesIO()
    Image.new(mode, (2400, 30)).save(made, "JPEG" if mode == "CMYK" else "PNG")
    with opened(pictures.small(made)) as shown:
        assert (shown.mode, shown.width) == ("RGB", pictures.EDGE)
    made.seek(0)
    with opened(bare(made.getvalue()).content) as stored:
        assert (stored.mode, stored.width) in (("RGB", 2400), ("RGBA", 2400))


def test_what_is_transparent_stays_so_and_is_shown_on_white():
    made = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(made, "PNG")
    stored = bare(made.getvalue())
    assert stored.media_type == "image/png"
    with opened(pictures.small(io.BytesIO(stored.content))) as shown:
        assert shown.getpixel((1, 1)) == (255, 255, 255)
    Image.new("RGBA", (4, 4), (9, 9, 9, 255)).save(again := io.BytesIO(), "PNG")
    assert bare(again.getvalue()).media_type == "image/jpeg", "nothing shines through"


def test_what_a_picture_says_about_itself_in_words_is_gone_too():
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, "JPEG", comment=b"nha toi o day")
    assert b"nha toi" in made.getvalue()
    assert b"nha toi" not in bare(made.getvalue()).content


def test_a_damaged_picture_is_no_picture():
    made = io.BytesIO()
    Image.effect_noise((400, 400), 90).save(made, "PNG")
    for draw in (pictures.small, lambda stream: pictures.bare(stream, home=HANOI)):
        with pytest.raises(pictures.NoPicture):
            draw(io.BytesIO(made.getvalue()[:-3000]))


def test_a_picture_of_too_many_pixels_is_never_decoded():
    made = io.BytesIO()
    Image.new("1", (8000, 5001)).save(made, "PNG")
    with pytest.raises(pictures.TooManyPixels, match="40"):
        bare(made.getvalue())


@given(st.integers(0, 700), st.integers(0, 255))
@example(20, 0xFF)
@settings(deadline=None, max_examples=60)
def test_no_damage_trips_the_drawing(at, value):
    content = bytearray(from_a_phone(DateTimeOriginal="2023:11:14 09:40:00"))
    content[at % len(content)] = value
    try:
        bare(bytes(content))
    except (pictures.NoPicture, pictures.TooManyPixels):
        return


def test_large_pictures_wait_until_few_others_are_being_drawn(monkeypatch):
    monkeypatch.setattr(pictures, "LARGE", 100)
    made = io.BytesIO()
    Image.new("RGB", (11, 11)).save(made, "PNG")
    with pictures._few, pictures._few, ThreadPoolExecutor() as pool:
        bare(from_a_phone(size=(10, 10)))
        waits = pool.submit(bare, made.getvalue())
        with pytest.raises(TimeoutError):
            waits.result(timeout=0.2)
        pictures._few.release()
        try:
            assert waits.result(timeout=20).media_type == "image/jpeg"
        finally:
            assert pictures._few.acquire(timeout=20)
