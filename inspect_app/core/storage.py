"""Files kept by the SHA-256 of their content, outside the web root.

A file is written under a temporary name, synced and renamed, and only then may a row that names it commit: a
row never points at a file that is not there. What nobody's row names is harmless, and swept away when it is old.

Sweeping and keeping may meet at the same content. Who keeps it marks it as just used before believing that it is
there; who sweeps it first takes it aside, and only then asks, a last time, whether it is named or was just used: if
so it goes back. Whoever finds it gone meanwhile writes it once more.
"""

import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO

from inspect_app.core.errors import Invalid

_CHUNK = 1 << 20
_AT_ONCE = 500
_COMING, _GOING = "in-", "out-"
"""How the names of files begin that are half written, and of those that are taken aside to be removed."""
_DIGEST = re.compile(r"[0-9a-f]{64}")

Named = Callable[[Collection[str]], Collection[str]]
"""Of these hashes, those that some row names."""


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

        Content that is there already is left as it is, unless it is damaged: then this one takes its place.
        """
        make_folder(self.root)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(prefix=_COMING, dir=self.root)
        try:
            with os.fdopen(handle, "wb") as file:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise Invalid("Tệp quá lớn, hãy chọn tệp nhỏ hơn.", field="files")
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                there = self._is_there(digest.hexdigest())
                if not there:
                    os.fsync(file.fileno())
            target = self.path(digest.hexdigest())
            if there:
                Path(name).unlink()
            else:
                make_folder(target.parent)
                os.replace(name, target)
            sync_folder(target.parent)  # of somebody else's file, too: they may not have come so far yet
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Kept(digest.hexdigest(), size)

    def _is_there(self, sha256: str) -> bool:
        """Whether the content is there whole; from now on it counts as just used."""
        try:
            os.utime(self.path(sha256))
            return self.digest(sha256) == sha256
        except FileNotFoundError:
            return False

    def digest(self, sha256: str) -> str:
        """The hash that the content kept under this one has now. Raises FileNotFoundError."""
        with self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def files(self) -> Iterator[Path]:
        """Everything under the root, what was left behind half-written too."""
        for folder, _folders, names in os.walk(self.root):
            yield from (Path(folder, name) for name in names)

    def contents(self) -> Iterator[str]:
        """The hashes of what is kept here; not what is kept apart below the same root."""
        for above in _folders(self.root):
            for folder in _folders(above):
                with os.scandir(folder) as entries:
                    yield from (entry.name for entry in entries if _DIGEST.fullmatch(entry.name))

    def remove_unnamed(self, named: Named, *, before: datetime) -> int:
        """Remove content that no row names and nobody used since that moment; how many files that were.

        `before` is to be longer ago than any transaction lasts. Also puts back what an earlier sweep, cut off, had
        taken aside.
        """
        self._put_back()
        removed = 0
        batch: list[str] = []
        for sha256 in self.contents():
            batch.append(sha256)
            if len(batch) == _AT_ONCE:
                removed += self._remove(batch, named, before)
                batch = []
        return removed + self._remove(batch, named, before)

    def _remove(self, hashes: list[str], named: Named, before: datetime) -> int:
        kept = set(named(hashes))
        old = [sha256 for sha256 in hashes if sha256 not in kept and _is_older(self.path(sha256), before)]
        aside = {sha256: self.root / f"{_GOING}{sha256}-{secrets.token_hex(4)}" for sha256 in old}
        for sha256, path in aside.items():
            with suppress(FileNotFoundError):
                os.rename(self.path(sha256), path)
        kept = set(named(old)) if old else set()
        removed = 0
        for sha256, path in aside.items():
            if sha256 in kept or not _is_older(path, before):
                with suppress(FileNotFoundError):
                    os.replace(path, self.path(sha256))
            else:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _put_back(self) -> None:
        for path in self.root.glob(f"{_GOING}*"):
            sha256 = path.name.removeprefix(_GOING).partition("-")[0]
            with suppress(FileNotFoundError):
                if self.path(sha256).exists():
                    path.unlink()
                else:
                    os.replace(path, self.path(sha256))

    def remove_half_written(self, *, before: datetime) -> int:
        """Remove what was begun before that moment and never finished; how many files that were."""
        removed = 0
        for path in self.root.glob(f"{_COMING}*"):
            if _is_older(path, before):
                path.unlink(missing_ok=True)
                removed += 1
        return removed


def _folders(above: Path) -> Iterator[Path]:
    """Those that `Storage.path` makes."""
    with suppress(FileNotFoundError), os.scandir(above) as entries:
        yield from (Path(entry.path) for entry in entries if len(entry.name) == 2 and entry.is_dir())


def _is_older(path: Path, before: datetime) -> bool:
    """Not used since that moment; what is not there is not older than anything."""
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def make_folder(folder: Path) -> None:
    """With those above it, each lasting: a folder whose name is lost takes its files along."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """A file that was made or renamed in it is there after a crash, too."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
