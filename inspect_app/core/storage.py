"""Files kept by the SHA-256 of their content, outside the web root.

A file is written under a temporary name, synced and renamed, and only then may a row that names it commit: a
row never points at a file that is not there. What nobody's row names is harmless.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO

from inspect_app.core.errors import Invalid

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was let in: its type settled from its content, its name cleaned, a picture upright and bare."""

    name: str
    media_type: str
    stream: IO[bytes]
    claimed_on: date | None = None
    """The day that the sender says it shows."""
    received_sha256: str | None = None
    """Of what came, where `stream` holds a picture that was drawn anew from it."""
    taken_at: datetime | None = None
    """When the camera says that the picture was taken."""


class Storage:
    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def keep(self, stream: IO[bytes], *, limit: int) -> Kept:
        """Store what the stream holds, up to `limit` bytes. Raises Invalid when there is more.

        Content that is there already is left as it is.
        """
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(prefix="in-", dir=self.root)
        try:
            with os.fdopen(handle, "wb") as file:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise Invalid("Tệp quá lớn, hãy chọn tệp nhỏ hơn.", field="files")
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                target = self.path(digest.hexdigest())
                if not target.exists():
                    os.fsync(file.fileno())
            if target.exists():
                Path(name).unlink()
                return Kept(digest.hexdigest(), size)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.replace(name, target)
            _sync_folder(target.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Kept(digest.hexdigest(), size)

    def files(self) -> Iterator[Path]:
        """Everything under the root, what was left behind half-written too."""
        for folder, _folders, names in os.walk(self.root):
            yield from (Path(folder, name) for name in names)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
