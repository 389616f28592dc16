"""Passwords: kept as argon2id, made up so that they can be read out on the telephone."""

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_hasher = PasswordHasher()
_NOBODYS = _hasher.hash(secrets.token_hex(16))
"""Verified when the name does not exist, so that the answer takes as long."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that is taken for something else: no i, l, o, 0 or 1."""


def new_secret() -> str:
    """A password for the first sign-in: `k7mx-qa2v-…`, four times four letters, 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def hashed(password: str) -> str:
    return _hasher.hash(_as_compared(password))


def is_right(password_hash: str | None, password: str) -> bool:
    """Takes as long where there is nobody to compare with."""
    try:
        right = _hasher.verify(password_hash or _NOBODYS, _as_compared(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return right and password_hash is not None


def is_dated(password_hash: str) -> bool:
    """Hashed with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def _as_compared(password: str) -> str:
    """Keyboards write the same Vietnamese letter in different ways."""
    return unicodedata.normalize("NFC", password)
