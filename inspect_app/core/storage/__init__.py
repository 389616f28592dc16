"""Where content is kept by its SHA-256, outside the web root: what a store promises, whatever it is made of.

Content that `keep` gave back is durable, and only then may a row that names it commit: a row never points at content
that is not there. What nobody's row names is harmless, and swept away when it is old. `folder` keeps it in a folder of
this machine, or one that several share; `bucket` in an object store that speaks S3.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Protocol

from inspect_app.core.errors import Invalid

CHUNK = 1 << 20
Named = Callable[[Collection[str]], Collection[str]]
"""Of these hashes, those that some row names."""


class StoreAway(OSError):
    """The store does not answer, or not now. Whatever was typed is kept for another try."""


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
    kept: Kept | None = None
    """What is stored of it, where that was done before."""

    def keep(self, storage: "Storage", *, limit: int) -> Kept:
        """Store it, up to `limit` bytes, unless that was done before. Raises what `Storage.keep` raises."""
        return self.kept or storage.keep(self.stream, limit=limit)


class Storage(Protocol):
    """All of it may raise StoreAway where the store is another machine, and OSError where it is a disk."""

    @property
    def place(self) -> str:
        """What to call it in a message."""
        ...

    @property
    def scratch(self) -> Path:
        """A folder of this machine, for files on their way in or out."""
        ...

    @property
    def folders(self) -> Sequence[Path]:
        """Whose disk it fills."""
        ...

    def apart(self, name: str) -> "Storage":
        """Another store within this one, whose content is none of this one's."""
        ...

    def trouble(self) -> str:
        """In a word, why nothing can be kept now; empty when it can. How full a disk is, is asked elsewhere."""
        ...

    def keep(self, stream: IO[bytes], *, limit: int) -> Kept:
        """Store what the stream holds, up to `limit` bytes. Raises Invalid when there is more.

        From now on it counts as just used. Damaged content that is there under the same hash gives way.
        """
        ...

    def open(self, sha256: str) -> IO[bytes]:
        """The content as a file that can be read from anywhere, whole. Raises FileNotFoundError."""
        ...

    def at_hand(self, sha256: str) -> AbstractContextManager[Path]:
        """The content as a file of this machine, for another program to read. Raises FileNotFoundError."""
        ...

    def digest(self, sha256: str) -> str:
        """The hash that the content kept under this one has now. Raises FileNotFoundError."""
        ...

    def sizes(self, hashes: Collection[str]) -> dict[str, int]:
        """How many bytes each has, of those that are there."""
        ...

    def contents(self) -> Iterator[str]:
        """The hashes of what is kept here; not what is kept apart."""
        ...

    def is_empty(self) -> bool:
        """Whether nothing is here, kept apart or half written either."""
        ...

    def adopt(self, folder: Path) -> None:
        """Take over what lies in a folder as `folder.Folder` lays it; this one is empty."""
        ...

    def clear(self) -> None:
        """Remove everything, what is kept apart as well."""
        ...

    def remove_unnamed(self, named: Named, *, before: datetime) -> int:
        """Remove content that no row names and nobody used since that moment; how many files that were.

        `before` is to be longer ago than any transaction lasts. Also mends what an earlier sweep, cut off, left.
        """
        ...

    def remove_half_written(self, *, before: datetime) -> int:
        """Remove what was begun before that moment and never finished; how many files that were."""
        ...

    # Jottings stand beside the content, under names of their own, and may be lost: whoever wants one makes it again.

    def jot(self, name: str, content: bytes) -> None: ...

    def jotted(self, name: str) -> bytes | None: ...

    def strike(self, name: str) -> None: ...

    def jottings(self, under: str) -> Iterator[str]:
        """Their names that begin with this folder."""
        ...


def copied(stream: IO[bytes], into: IO[bytes], *, limit: int) -> Kept:
    """Copy the stream, and say what it held. Raises Invalid beyond `limit` bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise Invalid("Tệp quá lớn, hãy chọn tệp nhỏ hơn.", field="files")
        digest.update(chunk)
        into.write(chunk)
    return Kept(digest.hexdigest(), size)
