"""Pictures: measured by their header before anything decodes them, and made small for looking at on a page.

What people sent is kept as it came; only what is made here is ever shown inside a page.
"""

import io
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps

from inspect_app.core.storage import Storage

MOST_PIXELS = 40_000_000
DECODED = ("JPEG", "PNG", "WEBP")
MEDIA_TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
"""By what Pillow calls them: an MPO is the JPEG of a phone that carries more than one picture."""
EDGE = 1000
"""Pixels along the longer side of a small picture."""


class NoPicture(ValueError):
    """The content is no picture of a kind in `DECODED`, or a damaged one."""


class TooManyPixels(ValueError):
    """`str()` is their number, in millions."""


@dataclass(frozen=True, slots=True)
class Measured:
    media_type: str
    width: int
    height: int


def measure(stream: IO[bytes]) -> Measured:
    """Reads the header alone and leaves the stream at its beginning. Raises NoPicture, TooManyPixels."""
    try:
        with _opened(stream) as picture:
            return Measured(MEDIA_TYPES[picture.format or ""], *picture.size)
    finally:
        stream.seek(0)


def small(stream: IO[bytes]) -> bytes:
    """A JPEG of at most `EDGE` pixels a side, upright, on white, without any of the original's metadata.

    Raises NoPicture, TooManyPixels.
    """
    with _opened(stream) as picture:
        try:
            picture.draft("RGB", (2 * EDGE, 2 * EDGE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((EDGE, EDGE))
            bare = Image.new("RGB", upright.size, "white")
            if upright.has_transparency_data:
                coloured = upright.convert("RGBA")
                bare.paste(coloured, mask=coloured.getchannel("A"))
            else:
                bare.paste(upright.convert("RGB"))
        except Exception as error:
            raise NoPicture from error
    made = io.BytesIO()
    bare.save(made, "JPEG", quality=80, optimize=True)
    return made.getvalue()


def small_of(storage: Storage, sha256: str) -> bytes:
    """`small` of a stored file, made once and kept beside the storage. Raises NoPicture, TooManyPixels, OSError."""
    kept = storage.root / "small" / sha256[:2] / f"{sha256}.jpg"
    if kept.exists():
        return kept.read_bytes()
    with storage.path(sha256).open("rb") as stream:
        made = small(stream)
    with suppress(OSError):  # a full disk costs only the making of it once more
        _keep(kept, made)
    return made


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix="in-", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(name, path)


def _opened(stream: IO[bytes]) -> Image.Image:
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
