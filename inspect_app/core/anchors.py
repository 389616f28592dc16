"""Anchors of the log: its head, put down again and again where whoever reaches the database does not reach.

A chain tells that nothing within it was changed; that its end was cut off, or that all of it was written anew by
somebody who has the key, is told only by what was put down elsewhere meanwhile. Lines are added, never rewritten.
"""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from logging.handlers import SysLogHandler
from pathlib import Path

from inspect_app.core.storage.folder import sync_folder

FILE = "%Y-%m.jsonl"


class Damaged(Exception):
    """A line of the anchors is none."""


@dataclass(frozen=True, slots=True)
class Anchor:
    seq: int
    hash: str
    at: datetime
    """When it was put down."""
    why: str
    """`worker`, `snapshot`, `print`, `export`, `restore` …"""


class Anchors:
    """A folder of the instance, one file a month; `syslog` is where each goes beside, if anywhere."""

    def __init__(self, folder: Path, syslog: str = "") -> None:
        self.folder = folder
        self.syslog = syslog

    def drop(self, seq: int, head: str, *, at: datetime, why: str) -> bool:
        """Put the head down, durably, unless it was the last one put down; whether it was. Raises OSError."""
        try:
            last = self.last()
        except Damaged:
            last = None  # the check says so; this one is put down all the same
        if seq == 0 or (last is not None and (last.seq, last.hash) == (seq, head)):
            return False
        line = json.dumps({"seq": seq, "hash": head, "at": at.isoformat(timespec="seconds"), "why": why})
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / at.strftime(FILE)
        new = not path.exists()
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{line}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if new:
            sync_folder(self.folder)
        if self.syslog:
            _say(self.syslog, line)
        return True

    def last(self) -> Anchor | None:
        """The one put down last. Raises Damaged."""
        for path in reversed(self._files()):
            lines = path.read_text("utf-8").splitlines()
            if lines:
                return _read(path, lines[-1])
        return None

    def __iter__(self) -> Iterator[Anchor]:
        """All of them, oldest first. Raises Damaged."""
        for path in self._files():
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    yield _read(path, line)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.jsonl"))


def _read(path: Path, line: str) -> Anchor:
    try:
        told = json.loads(line)
        return Anchor(int(told["seq"]), str(told["hash"]), datetime.fromisoformat(told["at"]), str(told["why"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(path.name) from error


def _say(where: str, line: str) -> None:
    """To the system's log, which keeps it elsewhere. What listens there may be away: the file stands all the same."""
    host, _colon, port = where.rpartition(":")
    address: str | tuple[str, int] = where if where.startswith("/") else (host, int(port))
    try:
        handler = SysLogHandler(address, facility=SysLogHandler.LOG_AUTHPRIV)
    except OSError:
        return
    try:
        handler.emit(logging.LogRecord("so-kiem-tra", logging.INFO, "", 0, "so-kiem-tra: anchor %s", (line,), None))
    finally:
        handler.close()
