"""Evidence to look at: drawn notice boards and letters, a few of each, none of a real place."""

import io
import random
from functools import cache

from PIL import Image, ImageDraw

from inspect_app.findings.services import Incoming

WIDE, HIGH = 640, 480
SORTS = 6
"""So many drawings of each kind; a finding never gets the same one twice in a row."""


def board(seed: int, *, full: bool, name: str) -> Incoming:
    """A notice board with a few sheets, or with all of them."""
    return _incoming(_board(seed % SORTS, full), name)


def letter(seed: int, *, name: str) -> Incoming:
    """A signed sheet with a round stamp."""
    return _incoming(_letter(seed % SORTS), name)


@cache
def _board(seed: int, full: bool) -> bytes:
    chance = random.Random(seed)  # noqa: S311 - a drawing, not a secret
    picture = Image.new("RGB", (WIDE, HIGH), (216, 206, 190))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((60, 50, 580, 400), fill=(96, 62, 38))
    pen.rectangle((76, 66, 564, 384), fill=(46, 92, 74))
    pen.rectangle((120, 82, 520, 116), fill=(166, 27, 27))
    for n in range(12 if full else 5):
        left, top = 96 + (n % 6) * 78, 136 + (n // 6) * 120
        pen.rectangle((left, top, left + 62, top + 92), fill=(250, 250, 246))
        for line in range(7):
            length = chance.randint(20, 50)
            pen.line((left + 7, top + 12 + line * 11, left + 7 + length, top + 12 + line * 11), fill=(120, 128, 140))
    return _png(picture)


@cache
def _letter(seed: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311 - a drawing, not a secret
    picture = Image.new("RGB", (WIDE, HIGH), (206, 213, 220))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((190, 20, 450, 460), fill=(255, 255, 255))
    pen.line((250, 56, 390, 56), fill=(60, 60, 60), width=5)
    for line in range(20):
        pen.line((216, 90 + line * 14, 216 + chance.randint(140, 208), 90 + line * 14), fill=(130, 138, 150), width=2)
    pen.ellipse((350, 372, 420, 442), outline=(190, 40, 40), width=4)
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _incoming(content: bytes, name: str) -> Incoming:
    return Incoming(name=f"{name}.png", media_type="image/png", stream=io.BytesIO(content))
