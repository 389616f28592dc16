"""Small secrets that a copy of the database alone does not give away: sealed with a key made from SECRET_KEY.

What is sealed is an age file (pyrage) for an identity that HKDF makes from the secret. After SECRET_KEY was changed,
what was sealed before opens as long as the earlier one is among SECRET_KEY_FALLBACKS, and never again afterwards.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from functools import cache
from typing import Any

_ABOUT = b"inspect-app sealed in the database v1"
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PREFIX = "age-secret-key-"
_keys: tuple[str, ...] = ()


class CannotUnseal(Exception):
    """Sealed with a key that is no longer known, or damaged."""


def configure(keys: Sequence[str]) -> None:
    """Told once by the composition root: the secret in use first, then earlier ones."""
    global _keys
    _keys = tuple(keys)


def seal(secret: bytes) -> str:
    import pyrage

    sealed = pyrage.encrypt(secret, [_identity(_keys[0]).to_public()])
    return base64.b64encode(sealed).decode()


def unseal(sealed: str) -> bytes:
    """Raises CannotUnseal."""
    import pyrage

    try:
        return bytes(pyrage.decrypt(base64.b64decode(sealed), [_identity(key) for key in _keys]))
    except (pyrage.DecryptError, ValueError) as error:
        raise CannotUnseal from error


def is_dated(sealed: str) -> bool:
    """Whether only an earlier secret opens it."""
    import pyrage

    try:
        pyrage.decrypt(base64.b64decode(sealed), [_identity(_keys[0])])
    except (pyrage.DecryptError, ValueError):
        return True
    return False


@cache
def _identity(key: str) -> Any:
    from pyrage import x25519

    extracted = hmac.new(b"\0" * 32, key.encode(), hashlib.sha256).digest()  # HKDF (RFC 5869) with one block
    scalar = hmac.new(extracted, _ABOUT + b"\1", hashlib.sha256).digest()
    return x25519.Identity.from_str(_bech32(scalar).upper())


def _bech32(content: bytes) -> str:
    """How age writes an identity (BIP 173)."""
    bits = int.from_bytes(content) << (-len(content) * 8) % 5
    words = [bits >> shift & 31 for shift in range((len(content) * 8 + 4) // 5 * 5 - 5, -1, -5)]
    spread = [*(ord(letter) >> 5 for letter in _PREFIX), 0, *(ord(letter) & 31 for letter in _PREFIX)]
    check = _polymod([*spread, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    ending = [check >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{_PREFIX}1{''.join(_LETTERS[word] for word in [*words, *ending])}"


def _polymod(words: Sequence[int]) -> int:
    value = 1
    for word in words:
        top = value >> 25
        value = (value & 0x1FFFFFF) << 5 ^ word
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            value ^= generator if top >> place & 1 else 0
    return value
