"""Asking a virus scanner (clamd) what it thinks of a file, over its socket; what it could not be asked about waits.

One command and one answer each time (`INSTREAM`, clamd(8)); the scanner never reads our disk. It may be away, busy or
too slow: then nobody knows, and `Away` says so.
"""

import re
import socket
import struct
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from inspect_app.core.db import Base, db, pk, plain

PATIENCE = 10.0
"""Seconds for one file: somebody waits for the page, and on SQLite others wait for them."""
_CHUNK = 1 << 16
_LENGTH = struct.Struct("!I")
_ADDRESS = re.compile(r"unix:(?P<path>/\S+)|tcp:(?P<host>[^\s:/]+|\[[0-9a-fA-F:]+\]):(?P<port>[0-9]{1,5})")


class Away(Exception):
    """It did not answer, or not in time, or not this; `str()` says what for the log, no file's content."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """Where it listens: the path of a socket, or host and port."""

    address: str | tuple[str, int]
    patience: float = PATIENCE
    """Seconds for a whole conversation."""

    def found_in(self, stream: IO[bytes]) -> str:
        """What was found in the file, by the scanner's name for it; empty when it is clean. Reads from its beginning.

        The stream is left at its beginning. Raises Away.
        """
        stream.seek(0)
        try:
            with _Line(self) as line:
                line.send(b"zINSTREAM\0")
                while chunk := stream.read(_CHUNK):
                    line.send(_LENGTH.pack(len(chunk)) + chunk)
                line.send(_LENGTH.pack(0))
                said = line.answer()
        finally:
            stream.seek(0)
        if said == "stream: OK":
            return ""
        if said.startswith("stream: ") and said.endswith(" FOUND"):
            return said.removeprefix("stream: ").removesuffix(" FOUND")
        raise _odd(said)

    def version(self) -> str:
        """Of the scanner and its signatures: also tells that it is there. Raises Away."""
        with _Line(self) as line:
            line.send(b"zVERSION\0")
            said = line.answer()
        if not said.startswith("ClamAV "):
            raise _odd(said)
        return said


class _Line:
    """A connection, given up when the scanner's patience is over. Raises Away."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._until = monotonic() + scanner.patience

    def __enter__(self) -> "_Line":
        address = self._scanner.address
        try:
            if isinstance(address, tuple):
                self._socket = socket.create_connection(address, self._scanner.patience)
            else:
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self._wait()
                self._socket.connect(address)
        except OSError as error:
            self.__exit__()
            raise Away(f"{type(error).__name__}: {error}") from error
        return self

    def __exit__(self, *_raised: object) -> None:
        if hasattr(self, "_socket"):
            self._socket.close()

    def send(self, content: bytes) -> None:
        try:
            self._wait()
            self._socket.sendall(content)
        except OSError as error:
            raise Away(f"{type(error).__name__}: {error}") from error

    def answer(self) -> str:
        """Up to the NUL that ends it; an answer is one short line."""
        said = b""
        try:
            while not said.endswith(b"\0") and len(said) < _CHUNK:
                self._wait()
                if not (more := self._socket.recv(4096)):
                    break
                said += more
        except OSError as error:
            raise Away(f"{type(error).__name__}: {error}") from error
        return said.rstrip(b"\0\n").decode("utf-8", "replace")

    def _wait(self) -> None:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("too slow")
        self._socket.settimeout(left)


def at(setting: str) -> Scanner:
    """`unix:/run/clamav/clamd.ctl` or `tcp:127.0.0.1:3310`. Raises ValueError."""
    found = _ADDRESS.fullmatch(setting)
    if found is None:
        raise ValueError(setting)
    return Scanner(found["path"] or (found["host"].strip("[]"), int(found["port"])))


def _odd(said: str) -> Away:
    return Away(f"answered {said[:200]!r}")


class Unscanned(Base):
    """Content that came in while the scanner was away, until it was looked at; for good where something was found."""

    __tablename__ = "unscanned"

    id: Mapped[pk]
    sha256: Mapped[plain] = mapped_column(index=True)
    name: Mapped[str]
    received_at: Mapped[datetime]
    found: Mapped[str] = mapped_column(default="", server_default="")
    """The scanner's name for it. What has one is handed to nobody."""


def is_harmful(sha256: str) -> bool:
    """Whether something was found in this content after it had come in."""
    found = select(Unscanned.id).where(Unscanned.sha256 == sha256, Unscanned.found != "").limit(1)
    return db.session.scalar(found) is not None
