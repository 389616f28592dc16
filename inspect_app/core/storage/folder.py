"""A store that is a folder: of this machine, or one that several share.

A file is written under a temporary name, synced and renamed.

Sweeping and keeping may meet at the same content. Who keeps it marks it as just used before believing that it is
there; who sweeps it first takes it aside, and only then asks, a last time, whether it is named or was just used: if
so it goes back. Whoever finds it gone meanwhile writes it once more.
"""

import errno
import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from inspect_app.core.storage import Kept, Named, copied

_AT_ONCE = 500
_COMING, _GOING = "in-", "out-"
"""How the names of files begin that are half written, and of those that are taken aside to be removed."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Folder:
    def __init__(self, root: Path, scratch: Path | None = None) -> None:
        """`scratch`: where the root is on another machine's disk, a folder of this one's."""
        self.root = root
        self._scratch = scratch

    @property
    def place(self) -> str:
        return str(self.root)

    @property
    def scratch(self) -> Path:
        folder = self._scratch or self.root
        make_folder(folder)
        return folder

    @property
    def folders(self) -> Sequence[Path]:
        return (self.root,)

    def apart(self, name: str) -> "Folder":
        return Folder(self.root / name, self._scratch)

    def trouble(self) -> str:
        return ""

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def keep(self, stream: IO[bytes], *, limit: int) -> Kept:
        make_folder(self.root)
        handle, name = tempfile.mkstemp(prefix=_COMING, dir=self.root)
        try:
            with os.fdopen(handle, "wb") as file:
                kept = copied(stream, file, limit=limit)
                file.flush()
                there = self._is_there(kept.sha256)
                if not there:
                    os.fsync(file.fileno())
            target = self.path(kept.sha256)
            if there:
                Path(name).unlink()
            else:
                make_folder(target.parent)
                os.replace(name, target)
            sync_folder(target.parent)  # of somebody else's file, too: they may not have come so far yet
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return kept

    def _is_there(self, sha256: str) -> bool:
        """Whether the content is there whole; from now on it counts as just used."""
        try:
            os.utime(self.path(sha256))
            return self.digest(sha256) == sha256
        except FileNotFoundError:
            return False

    def open(self, sha256: str) -> IO[bytes]:
        return self.path(sha256).open("rb")

    @contextmanager
    def at_hand(self, sha256: str) -> Iterator[Path]:
        yield self.path(sha256)

    def digest(self, sha256: str) -> str:
        with self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def sizes(self, hashes: Collection[str]) -> dict[str, int]:
        found = {}
        for sha256 in hashes:
            with suppress(FileNotFoundError):
                found[sha256] = self.path(sha256).stat().st_size
        return found

    def files(self) -> Iterator[Path]:
        """Everything under the root, what was left behind half-written too."""
        for folder, _folders, names in os.walk(self.root):
            yield from (Path(folder, name) for name in names)

    def is_empty(self) -> bool:
        return not any(self.files())

    def adopt(self, folder: Path) -> None:
        self.clear()  # of empty folders
        make_folder(self.root.parent)
        if not folder.exists():
            return
        try:
            os.rename(folder, self.root)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            shutil.copytree(folder, self.root)  # onto another disk
        if hasattr(os, "sync"):
            os.sync()  # all files at once: nothing names them before they last

    def clear(self) -> None:
        if self.root.exists():
            shutil.rmtree(self.root)

    def contents(self) -> Iterator[str]:
        for above in _folders(self.root):
            for folder in _folders(above):
                with os.scandir(folder) as entries:
                    yield from (entry.name for entry in entries if _DIGEST.fullmatch(entry.name))

    def remove_unnamed(self, named: Named, *, before: datetime) -> int:
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
        removed = 0
        for path in self.root.glob(f"{_COMING}*"):
            if _is_older(path, before):
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def jot(self, name: str, content: bytes) -> None:
        path = self.root / name
        make_folder(path.parent)
        handle, draft = tempfile.mkstemp(prefix=_COMING, dir=self.root)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(draft, path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise

    def jotted(self, name: str) -> bytes | None:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def strike(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def jottings(self, under: str) -> Iterator[str]:
        for path in Folder(self.root / under).files():
            yield path.relative_to(self.root).as_posix()


def _folders(above: Path) -> Iterator[Path]:
    """Those that `Folder.path` makes."""
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
