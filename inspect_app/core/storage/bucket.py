"""A store that is a bucket of any object store that speaks S3, for several machines at once.

An object appears whole or not at all, and whoever was told that it was stored can read it from anywhere: so content is
simply put, again where it was there already, which also mends it and marks it as just used.

There is no renaming, so that sweeping and keeping meet differently than in a folder. Who sweeps hangs a sign beside
the content, looks a last time whether it was just used or is named, removes it and takes the sign down. Who keeps puts
the content first, then waits until there is no sign, and then looks whether the content is there: were it removed
after it was put, the sign would still hang or the content be missing. A sign that was left behind counts for nothing
when it is older than anybody's sweep.
"""

import hashlib
import io
import re
import secrets
import tempfile
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import IO, Any, TypeVar
from xml.etree.ElementTree import ParseError

from inspect_app.core import clock
from inspect_app.core.storage import CHUNK, Kept, Named, StoreAway, copied
from inspect_app.core.storage.folder import make_folder

CONNECTING = 3.0
"""Seconds for a connection."""
ANSWERING = 15.0
"""Seconds without a byte."""
SPARED = 2.0
"""Seconds after a silence in which others do not wait for it, too."""
PART = 8 << 20
"""Bytes that are sent at once; longer content goes in several parts, and only the last one makes it appear."""
SWEEPING = 20.0
"""Seconds after which who sweeps lets go of what is still to be removed."""
SIGN_LASTS = timedelta(minutes=5)
"""Longer than `SWEEPING`, one unanswered request and what the store's clock and ours may differ."""
PATIENCE = 5.0
"""Seconds that who keeps content waits for who sweeps it."""
_AT_ONCE = 200
_FEW = 3
_SIGN = ".going-"
"""Ends with what tells one sweep from another: none takes down the sign of another."""
_CONTENT = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")
T = TypeVar("T")
_pause = threading.Event()
"""Never set."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where the store is, and how it knows us."""

    endpoint: str
    """`https://host:port`."""
    bucket: str
    key: str
    secret: str
    region: str = ""
    authorities: str = ""
    """A file of certificates that sign the store's; those of the system where none is told."""


class Connection:
    """To the bucket; made when it is first needed, so that each process has its own."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._silent_at: float | None = None

    @property
    def bucket(self) -> str:
        return self.access.bucket

    @cached_property
    def client(self) -> Any:
        import urllib3  # here, since most installations keep content in a folder
        from minio import Minio

        secure, _colon, host = self.access.endpoint.partition("://")
        pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECTING, read=ANSWERING),
            # A connection that lay about may be dead; a store that is busy says so. More is for who asked to decide.
            retries=urllib3.Retry(connect=1, read=1, status=2, backoff_factor=0.2, status_forcelist=(500, 502, 503)),
            maxsize=10,
            cert_reqs="CERT_REQUIRED",
            ca_certs=self.access.authorities or None,
        )
        return Minio(
            host,
            access_key=self.access.key,
            secret_key=self.access.secret,
            region=self.access.region or "us-east-1",
            secure=secure == "https",
            http_client=pool,
        )

    @contextmanager
    def asked(self, about: str = "") -> Iterator[Any]:
        """The client. Raises FileNotFoundError for an object that is not there, StoreAway for all else."""
        import urllib3
        from minio.error import MinioException, S3Error

        if self._silent_at is not None and monotonic() - self._silent_at < SPARED:
            raise StoreAway("the store did not answer a moment ago")
        try:
            yield self.client
        except S3Error as error:
            if error.code == "NoSuchKey":
                raise FileNotFoundError(about) from None
            raise StoreAway(f"{error.code}: {about}") from error
        except (MinioException, urllib3.exceptions.HTTPError, ValueError, ParseError) as error:
            self._silent_at = monotonic()
            raise StoreAway(f"{type(error).__name__}: {about}") from error
        self._silent_at = None


class Bucket:
    def __init__(self, connection: Connection, prefix: str, scratch: Path) -> None:
        """`prefix`: empty, or ends with a slash."""
        self.connection = connection
        self.prefix = prefix
        self._scratch = scratch

    @property
    def place(self) -> str:
        return f"s3://{self.connection.bucket}/{self.prefix}"

    @property
    def scratch(self) -> Path:
        make_folder(self._scratch)
        return self._scratch

    @property
    def folders(self) -> Sequence[Path]:
        return ()

    def apart(self, name: str) -> "Bucket":
        return Bucket(self.connection, f"{self.prefix}{name}/", self._scratch)

    def trouble(self) -> str:
        try:
            with self._asked() as client:
                return "" if client.bucket_exists(self.connection.bucket) else "missing"
        except OSError:
            return "away"

    def key(self, sha256: str) -> str:
        return f"{self.prefix}{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def keep(self, stream: IO[bytes], *, limit: int) -> Kept:
        with tempfile.TemporaryFile(dir=self.scratch) as file:
            kept = copied(stream, file, limit=limit)
            key, until = self.key(kept.sha256), monotonic() + PATIENCE
            while True:
                self._put(key, file, kept.size)
                self._wait_for_sweep(key, until)
                if self._size(key) == kept.size:
                    return kept
                if monotonic() > until:
                    raise StoreAway(f"{key} does not stay")

    def _put(self, key: str, file: IO[bytes], size: int) -> None:
        file.seek(0)
        with self._asked(key) as client:
            client.put_object(self.connection.bucket, key, file, size, part_size=PART, num_parallel_uploads=1)

    def _wait_for_sweep(self, key: str, until: float) -> None:
        signs = f"{key}{_SIGN}".removeprefix(self.prefix)
        while any(clock.now() - hung < SIGN_LASTS for _name, _size, hung in self._listed(under=signs)):
            if monotonic() > until:
                raise StoreAway(f"{key} is being swept")
            _pause.wait(0.1)

    def open(self, sha256: str) -> IO[bytes]:
        file = tempfile.TemporaryFile(dir=self.scratch)  # noqa: SIM115 - whoever asked closes it
        try:
            for chunk in self._chunks(sha256):
                file.write(chunk)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    @contextmanager
    def at_hand(self, sha256: str) -> Iterator[Path]:
        with tempfile.NamedTemporaryFile(dir=self.scratch) as file:
            for chunk in self._chunks(sha256):
                file.write(chunk)
            file.flush()
            yield Path(file.name)

    def digest(self, sha256: str) -> str:
        digest = hashlib.sha256()
        for chunk in self._chunks(sha256):
            digest.update(chunk)
        return digest.hexdigest()

    def _chunks(self, sha256: str) -> Iterator[bytes]:
        key = self.key(sha256)
        with self._asked(key) as client, closing(client.get_object(self.connection.bucket, key)) as answer:
            yield from answer.stream(CHUNK)
            answer.release_conn()

    def sizes(self, hashes: Collection[str]) -> dict[str, int]:
        if len(hashes) <= _FEW:
            asked = {sha256: self._size(self.key(sha256)) for sha256 in hashes}
            return {sha256: size for sha256, size in asked.items() if size is not None}
        # Lists come in the order of names, a thousand at a time.
        wanted, found = set(hashes), {}
        last = self.key(max(wanted))
        for name, size, _used in self._listed(after=self.key(min(wanted))[:-1]):
            if name > last.removeprefix(self.prefix):
                break
            if (content := _CONTENT.fullmatch(name)) and content[3] in wanted:
                found[content[3]] = size
        return found

    def contents(self) -> Iterator[str]:
        for name, _size, _used in self._listed():
            if content := _CONTENT.fullmatch(name):
                yield content[3]

    def is_empty(self) -> bool:
        return not any(True for _listed in self._listed())

    def adopt(self, folder: Path) -> None:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                with path.open("rb") as file:
                    self._put(self.prefix + path.relative_to(folder).as_posix(), file, path.stat().st_size)

    def clear(self) -> None:
        for name, _size, _used in list(self._listed()):
            self._remove(self.prefix + name)

    def remove_unnamed(self, named: Named, *, before: datetime) -> int:
        removed = 0
        old = (
            content[3]
            for name, _size, used in self._listed()
            if (content := _CONTENT.fullmatch(name)) and used < before
        )
        while batch := list(islice(old, _AT_ONCE)):
            kept = set(named(batch))
            removed += self._sweep([sha256 for sha256 in batch if sha256 not in kept], named, before)
        return removed

    def _sweep(self, hashes: list[str], named: Named, before: datetime) -> int:
        """What was decided on a moment ago is asked once more under a sign, and goes."""
        if not hashes:
            return 0
        began, removed = monotonic(), 0
        mine = _SIGN + secrets.token_hex(4)
        signs = [self.key(sha256) + mine for sha256 in hashes]
        try:
            for sign in signs:
                self._write(sign, b"")
            unused = [sha256 for sha256 in hashes if self._unused_since(self.key(sha256), before)]
            kept = set(named(unused)) if unused else set()
            for sha256 in unused:
                if sha256 not in kept and monotonic() - began < SWEEPING:
                    self._remove(self.key(sha256))
                    removed += 1
        finally:
            for sign in signs:
                self._remove(sign)
        return removed

    def remove_half_written(self, *, before: datetime) -> int:
        """Parts of what was never finished; a store that does not list them is told to drop them by itself."""
        removed = 0
        with self._asked() as client:
            found = self._unfinished(client)
            for upload in found:
                if upload.initiated_time and upload.initiated_time < before:
                    client._abort_multipart_upload(self.connection.bucket, upload.object_name, upload.upload_id)
                    removed += 1
        for name, _size, used in list(self._listed()):
            if _SIGN in name and used < before:
                self._remove(self.prefix + name)
        return removed

    def _unfinished(self, client: Any) -> Iterable[Any]:
        from minio.error import MinioException

        try:
            found: list[Any] = client._list_multipart_uploads(self.connection.bucket, prefix=self.prefix).uploads
        except MinioException:
            return []
        return found

    def jot(self, name: str, content: bytes) -> None:
        self._write(self.prefix + name, content)

    def jotted(self, name: str) -> bytes | None:
        key = self.prefix + name
        try:
            with self._asked(key) as client, closing(client.get_object(self.connection.bucket, key)) as answer:
                content: bytes = answer.read()
                answer.release_conn()
                return content
        except FileNotFoundError:
            return None

    def strike(self, name: str) -> None:
        self._remove(self.prefix + name)

    def jottings(self, under: str) -> Iterator[str]:
        for name, _size, _used in self._listed(under=f"{under}/"):
            yield name

    def _write(self, key: str, content: bytes) -> None:
        self._put(key, io.BytesIO(content), len(content))

    def _remove(self, key: str) -> None:
        with self._asked(key) as client:
            client.remove_object(self.connection.bucket, key)

    def _listed(self, *, under: str = "", after: str | None = None) -> Iterator[tuple[str, int, datetime]]:
        """Name, bytes, and when it was last put, in the order of names."""
        with self._asked() as client:
            every = client.list_objects(
                self.connection.bucket, prefix=self.prefix + under, recursive=True, start_after=after
            )
            for one in every:
                if not one.is_dir:
                    yield one.object_name.removeprefix(self.prefix), one.size or 0, one.last_modified

    def _size(self, key: str) -> int | None:
        return self._looked_at(key, lambda found: int(found.size))

    def _unused_since(self, key: str, before: datetime) -> bool:
        """What is not there was not unused for long."""
        return bool(self._looked_at(key, lambda found: found.last_modified < before))

    def _looked_at(self, key: str, take: Callable[[Any], T]) -> T | None:
        try:
            with self._asked(key) as client:
                return take(client.stat_object(self.connection.bucket, key))
        except FileNotFoundError:
            return None

    def _asked(self, about: str = "") -> Any:
        return self.connection.asked(about)
