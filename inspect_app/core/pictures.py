"""Pictures: measured by their header before anything decodes them, stored upright and bare, and made small for a page.

Where a phone was and whose it is comes with a picture unasked. What is stored is drawn anew from the pixels alone;
when it was taken is read before the rest is let go.
"""

import io
import re
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import PurePosixPath
from threading import BoundedSemaphore
from typing import IO
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image, ImageCms, ImageOps

from inspect_app.core.storage import Storage

MOST_PIXELS = 40_000_000
DECODED = ("JPEG", "PNG", "WEBP", "HEIF")
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
"""By what Pillow calls them: an MPO is the JPEG of a phone that carries more than one picture."""
EDGE = 1000
"""Pixels along the longer side of a small picture."""
LONGEST = 3000
"""Pixels along the longer side of what is stored: fine print on a notice board can still be read."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""A camera whose clock was never set says another year."""

LARGE = 8_000_000
"""Pixels from which a picture is drawn only when few others are being drawn: each takes up to 600 MB meanwhile."""
_few = BoundedSemaphore(2)
_SMALL = "small"
_OFFSET = re.compile(r"[+-]\d\d:\d\d")


class NoPicture(ValueError):
    """The content is no picture of a kind in `DECODED`, or a damaged one."""


class TooManyPixels(ValueError):
    """`str()` is their number, in millions."""


@dataclass(frozen=True, slots=True)
class Measured:
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Bare:
    """A picture drawn anew, without anything that came along with it."""

    content: bytes
    media_type: str
    taken_at: datetime | None
    """When the camera says that it was taken."""


def measure(stream: IO[bytes]) -> Measured:
    """Reads the header alone and leaves the stream at its beginning. Raises NoPicture, TooManyPixels."""
    try:
        with _opened(stream) as picture:
            return Measured(MEDIA_TYPES[picture.format or ""], *picture.size)
    finally:
        stream.seek(0)


def bare(stream: IO[bytes], *, home: ZoneInfo) -> Bare:
    """The picture upright, at most `LONGEST` pixels a side, in plain sRGB; a JPEG, or a PNG where it is transparent.

    `home` is the zone of a camera that does not say its own. Raises NoPicture, TooManyPixels.
    """
    with _opened(stream) as picture:
        taken_at = _taken_at(picture, home)
        try:
            with _turn(picture):
                drawn = _drawn_anew(picture, LONGEST)
        except Exception as error:
            raise NoPicture from error
    made = io.BytesIO()
    if drawn.mode == "RGBA":
        drawn.save(made, "PNG")
        return Bare(made.getvalue(), "image/png", taken_at)
    drawn.save(made, "JPEG", quality=88)
    return Bare(made.getvalue(), "image/jpeg", taken_at)


def small(stream: IO[bytes]) -> bytes:
    """A JPEG of at most `EDGE` pixels a side, upright, on white, without any of the original's metadata.

    Raises NoPicture, TooManyPixels.
    """
    with _opened(stream) as picture:
        try:
            with _turn(picture):
                drawn = _drawn_anew(picture, EDGE)
        except Exception as error:
            raise NoPicture from error
    if drawn.mode == "RGBA":
        on_white = Image.new("RGB", drawn.size, "white")
        on_white.paste(drawn, mask=drawn.getchannel("A"))
        drawn = on_white
    made = io.BytesIO()
    drawn.save(made, "JPEG", quality=80, optimize=True)
    return made.getvalue()


def small_of(storage: Storage, sha256: str) -> bytes:
    """`small` of a stored file, made once and kept beside the storage. Raises NoPicture, TooManyPixels, OSError."""
    name = f"{_SMALL}/{sha256[:2]}/{sha256}.jpg"
    if (kept := storage.jotted(name)) is not None:
        return kept
    with storage.open(sha256) as stream:
        made = small(stream)
    with suppress(OSError):  # a full disk costs only the making of it once more
        storage.jot(name, made)
    return made


def remove_small(storage: Storage) -> int:
    """Remove small pictures whose originals are gone; how many."""
    removed = 0
    names = storage.jottings(_SMALL)
    while batch := {PurePosixPath(name).stem: name for name in islice(names, 1000)}:
        there = storage.sizes(batch.keys())
        for sha256, name in batch.items():
            if sha256 not in there:
                storage.strike(name)
                removed += 1
    return removed


@cache
def _know_phones() -> None:
    """Pillow learns what iPhones write."""
    import pi_heif

    pi_heif.register_heif_opener()


def _opened(stream: IO[bytes]) -> Image.Image:
    _know_phones()
    try:
        picture = Image.open(stream, formats=DECODED)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels("") from None
    except Exception as error:  # the decoders raise whatever damaged content makes them trip over
        raise NoPicture from error
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise TooManyPixels(str(round(width * height / 1_000_000)))
    return picture


def _turn(picture: Image.Image) -> AbstractContextManager[object]:
    """Waited for before a large picture is drawn."""
    width, height = picture.size
    return _few if width * height > LARGE else nullcontext()


def _drawn_anew(picture: Image.Image, edge: int) -> Image.Image:
    """Upright, in sRGB, at most `edge` pixels a side, with no metadata; RGBA where something shines through, else RGB.

    Made smaller first: everything after that costs the less.
    """
    profile = picture.info.get("icc_profile")
    picture.draft("RGB", (2 * edge, 2 * edge))
    if picture.mode == "P":
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    elif picture.mode == "1":
        picture = picture.convert("L")
    picture.thumbnail((edge, edge))
    upright = ImageOps.exif_transpose(picture)
    if profile and upright.mode in ("RGB", "CMYK"):
        with suppress(Exception):  # a damaged profile costs a shade of colour
            upright = _in_srgb(upright, profile)
    shines = upright.has_transparency_data
    upright = upright.convert("RGBA" if shines else "RGB")
    if shines and upright.getchannel("A").getextrema()[0] == 255:
        upright = upright.convert("RGB")
    drawn = Image.new(upright.mode, upright.size)
    drawn.paste(upright)
    return drawn


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    of_the_camera = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    converted = ImageCms.profileToProfile(picture, of_the_camera, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return converted or picture


def _taken_at(picture: Image.Image, home: ZoneInfo) -> datetime | None:
    """DateTimeOriginal of the EXIF data; None where there is none, or nothing that makes sense."""
    try:
        about = picture.getexif().get_ifd(ExifTags.IFD.Exif)
        said = str(about.get(ExifTags.Base.DateTimeOriginal, "")).strip("\0 ")
        offset = str(about.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
        if _OFFSET.fullmatch(offset):
            taken = datetime.strptime(said + offset, "%Y:%m:%d %H:%M:%S%z")
        else:
            taken = datetime.strptime(said, "%Y:%m:%d %H:%M:%S").replace(tzinfo=home)
    except Exception:  # what cameras and editors write there is anything at all
        return None
    return taken if FIRST_YEAR <= taken.year <= LAST_YEAR else None
