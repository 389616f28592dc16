"""A backup as one file: a .tar that any computer unpacks, or the same within age (age-encryption.org).

In it, in this order: a few words for whoever finds it, the database, files by their hashes, `SHA256SUMS` of all that
(`sha256sum -c` checks it), `manifest.json`, and the manifest's seal, an HMAC under the key of the log. Written and
read in one go from front to back, in flat memory. Knows neither database nor storage.
"""

import hashlib
import hmac
import io
import json
import os
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

import pyrage

FORMAT = 1
SUMS, MANIFEST, SEAL = "SHA256SUMS", "manifest.json", "manifest.hmac"
ENCRYPTED = ".age"
LARGEST_MANIFEST = 16 << 20
_CHUNK = 1 << 20
_ABOUT = b"backup of the inspection register\0"


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


Take = Callable[[str, int, Readable], None]
"""What is done with a member: its name, its bytes and how many those are. It has to read all of them."""


class BadBackup(Exception):
    """It cannot be read or is not to be believed; `str()` says why, for an operator."""


class BadKey(Exception):
    """A recipient or an identity that is none; `str()` says so."""


def recipients_of(keys: Sequence[str]) -> list[Any]:
    """Those who may open it: age1… of age-keygen. Raises BadKey."""
    try:
        return [pyrage.x25519.Recipient.from_str(key) for key in keys]
    except pyrage.RecipientError:
        raise BadKey("A recipient begins with age1, as age-keygen prints it.") from None


def identities_in(path: Path) -> list[Any]:
    """The secret keys in a file of age-keygen. Raises BadKey, OSError."""
    lines = [line.strip() for line in path.read_text("utf-8", "replace").splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise BadKey(f"{path} holds no secret key of age-keygen (AGE-SECRET-KEY-1…).")
    return found


class Writer:
    """Adds members one after the other; `finish` last."""

    def __init__(self, tar: tarfile.TarFile, sums: IO[bytes]) -> None:
        self._tar = tar
        self._sums = sums

    def add(self, name: str, source: IO[bytes], *, at: float) -> tuple[str, int]:
        """Add what the open file holds; its hash and its size."""
        size = os.fstat(source.fileno()).st_size
        return self._put(name, source, size, at), size

    def add_bytes(self, name: str, content: bytes, *, at: float) -> str:
        return self._put(name, io.BytesIO(content), len(content), at)

    def finish(self, manifest: dict[str, Any], *, key: bytes, at: float) -> None:
        """`manifest` with the hash of the sums, sealed with the key."""
        self._sums.seek(0)
        digest = hashlib.file_digest(self._sums, "sha256").hexdigest()  # type: ignore[arg-type]  # a file it is
        size = self._sums.tell()
        self._sums.seek(0)
        self._plain(SUMS, self._sums, size, at)
        content = json.dumps({"format": FORMAT, **manifest, "sums": digest}, ensure_ascii=False, indent=1).encode()
        for name, part in ((MANIFEST, content), (SEAL, f"{_seal(key, content)}\n".encode())):
            self._plain(name, io.BytesIO(part), len(part), at)

    def _put(self, name: str, source: IO[bytes], size: int, at: float) -> str:
        hashed = _Hashed(source)
        self._plain(name, hashed, size, at)
        self._sums.write(_line(hashed.hexdigest(), name))
        return hashed.hexdigest()

    def _plain(self, name: str, source: Any, size: int, at: float) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, 0o600, int(at)
        self._tar.addfile(member, source)


@contextmanager
def writing(path: Path, recipients: Sequence[Any]) -> Iterator[Writer]:
    """A new backup at `path`, for its owner alone; there whole and lasting, or not at all. Raises OSError."""
    folder = path.parent
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=folder)  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            with ExitStack() as stack:
                sums = stack.enter_context(tempfile.TemporaryFile(dir=folder))
                out = stack.enter_context(_encrypting(file, recipients)) if recipients else file
                tar = stack.enter_context(tarfile.open(mode="w|", fileobj=out, format=tarfile.PAX_FORMAT))
                yield Writer(tar, sums)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            raise FileExistsError(f"{path} is there already.")
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read(path: Path, take: Take, *, identities: Sequence[Any], keys: Sequence[bytes]) -> dict[str, Any]:
    """Go through the whole backup, handing each member on, and return its manifest, which every byte agreed with.

    What was handed on is to be believed only once this has returned. Raises BadBackup, OSError.
    """
    with ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(path.open("rb"))
        if file.read(4) == b"age-":
            if not identities:
                raise BadBackup("The backup is encrypted: name the file with the secret key (--identity).")
            file.seek(0)
            file = stack.enter_context(_decrypting(file, identities))
        else:
            file.seek(0)
        try:
            with tarfile.open(mode="r|", fileobj=file) as tar:
                found = _go_through(tar, take)
        except (tarfile.TarError, EOFError) as error:
            raise BadBackup(f"{path.name} is no backup, or was cut off or damaged on its way.") from error
    return _believed(path, found, keys)


def _go_through(tar: tarfile.TarFile, take: Take) -> dict[str, Any]:
    ends: dict[str, bytes] = {}
    sums = hashlib.sha256()
    for member in tar:
        stream = tar.extractfile(member) if member.isreg() else None
        if stream is None or ends.keys() >= {SEAL}:
            raise tarfile.ReadError("a member that does not belong there")
        if member.name in (MANIFEST, SEAL):
            if member.size > LARGEST_MANIFEST:
                raise tarfile.ReadError("too large a manifest")
            ends[member.name] = stream.read()
            continue
        if ends:
            raise tarfile.ReadError("a member after the manifest")
        hashed = _Hashed(stream)
        if member.name == SUMS:
            while hashed.read(_CHUNK):
                pass
            ends[SUMS] = hashed.hexdigest().encode()
        else:
            take(member.name, member.size, hashed)
            sums.update(_line(hashed.hexdigest(), member.name))
    return {**ends, "found": sums.hexdigest()}


def _believed(path: Path, found: dict[str, Any], keys: Sequence[bytes]) -> dict[str, Any]:
    if not found.keys() >= {SUMS, MANIFEST, SEAL}:
        raise BadBackup(f"{path.name} was cut off: it ends before its manifest.")
    content = found[MANIFEST]
    try:
        manifest = json.loads(content)
        version = int(manifest["format"])
    except (ValueError, KeyError, TypeError):
        raise BadBackup(f"{path.name} has no manifest that can be read.") from None
    if version > FORMAT:
        raise BadBackup(f"{path.name} was made by a newer version of the program. Install that one first.")
    seal = found[SEAL].decode("ascii", "replace").strip()
    if not any(hmac.compare_digest(_seal(key, content).encode(), seal.encode()) for key in keys):
        raise BadBackup(
            f"{path.name} was changed, or comes from an installation with another AUDIT_KEY. "
            "Put the audit-key of that installation in place first: without it its log could not be checked."
        )
    if not found[SUMS].decode() == found["found"] == manifest["sums"]:
        raise BadBackup(f"{path.name} was changed or damaged: its content is not what its manifest says.")
    known: dict[str, Any] = manifest
    return known


def _seal(key: bytes, manifest: bytes) -> str:
    return hmac.new(key, _ABOUT + manifest, hashlib.sha256).hexdigest()


def _line(digest: str, name: str) -> bytes:
    """As sha256sum writes and reads it."""
    return f"{digest}  {name}\n".encode()


class _Hashed:
    """Reads on, and knows the hash of what was read."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._source.read(size)
        self._digest.update(chunk)
        return chunk

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


@contextmanager
def _encrypting(file: IO[bytes], recipients: Sequence[Any]) -> Iterator[IO[bytes]]:
    """What is written to it arrives in the file encrypted."""
    try:
        with _through(lambda reader: pyrage.encrypt_io(reader, file, list(recipients)), "r") as writer:
            yield writer
    except pyrage.EncryptError as error:
        raise OSError(str(error)) from error


@contextmanager
def _decrypting(file: IO[bytes], identities: Sequence[Any]) -> Iterator[IO[bytes]]:
    """What is read from it is what the file holds."""
    try:
        with _through(lambda writer: pyrage.decrypt_io(file, writer, list(identities)), "w") as reader:
            yield reader
    except (pyrage.DecryptError, OSError) as error:
        if getattr(error, "errno", None) is not None:  # the disk's; the library's own has none
            raise
        raise BadBackup("The backup does not open with this key, or was changed or cut off.") from error


@contextmanager
def _through(work: Callable[[IO[bytes]], None], its_end: str) -> Iterator[IO[bytes]]:
    """One end of a pipe, while `work` has the other in a thread of its own; what it raises is raised here."""
    into, out = os.pipe()
    reader, writer = os.fdopen(into, "rb"), os.fdopen(out, "wb")
    its, ours = (reader, writer) if its_end == "r" else (writer, reader)
    raised: list[BaseException] = []

    def run() -> None:
        try:
            with its:
                work(its)
        except BaseException as error:  # also what the library's own language panics with
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield ours
    except Exception:
        _close(ours)
        thread.join()
        if raised and not isinstance(raised[0], BrokenPipeError):  # what went wrong here went wrong there first
            raise raised[0] from None
        raise
    finally:
        _close(ours)
        thread.join()
    if raised and not (its_end == "w" and isinstance(raised[0], BrokenPipeError)):
        raise raised[0]


def _close(end: IO[bytes]) -> None:
    with suppress(BrokenPipeError):
        end.close()
