"""The server as it runs in production, mostly with one worker, so that what is spent has one owner; and what it spent.

Processor time is read from `/proc/<pid>/task/*/schedstat`, in nanoseconds: what other programs do meanwhile does not
count. Works on Linux alone.
"""

import importlib.util
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.measure.client import ask

ROOT = Path(__file__).resolve().parent.parent.parent
SERVED = "bench.measure.references:served()"
STARTS = 60.0
"""Seconds for the server to answer for the first time."""
PROC = Path("/proc")


@dataclass(slots=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]
    backends: set[int] = field(default_factory=set)
    """Processes of PostgreSQL that work for this server, where they are on this machine."""

    def workers(self) -> list[int]:
        """The server's process and those it started, the latest last."""
        return [self.process.pid, *sorted(_children(self.process.pid))]


@contextmanager
def running(
    settings: Mapping[str, str], log: Path, port: int = 0, *, workers: int = 1, serves: str = SERVED
) -> Iterator[Server]:
    """What it `serves` on `settings`, the program with the references beside it, while inside. Raises RuntimeError."""
    port = port or _free_port()
    environment = {
        **os.environ,
        **settings,
        "BIND": f"127.0.0.1:{port}",
        "WEB_WORKERS": str(workers),
        "PYTHONUTF8": "1",
    }
    with log.open("wb") as told:
        process = subprocess.Popen(_command(port, serves), cwd=ROOT, env=environment, stdout=told, stderr=told)
        try:
            _wait(port, process, log)
            yield Server(port, process)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def spent(processes: Iterable[int]) -> int:
    """Nanoseconds of processor time, user's and system's, of all threads so far."""
    total = 0
    for pid in processes:
        for stat in (PROC / str(pid) / "task").glob("*/schedstat"):
            try:
                total += int(stat.read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                continue
    return total


def settled(processes: Iterable[int]) -> int:
    """As `spent`, once they have stopped: what a worker does after the last byte belongs to that answer."""
    watched = list(processes)
    before = spent(watched)
    for _look in range(200):
        time.sleep(0.0005)
        now = spent(watched)
        if now == before:
            return now
        before = now
    return before


def resident(pid: int) -> tuple[int, int]:
    """Kilobytes of memory that a process holds, and the most it ever held."""
    told = (PROC / str(pid) / "status").read_text()
    found = [re.search(rf"{name}:\s+(\d+) kB", told) for name in ("VmRSS", "VmHWM")]
    now, most = (int(match[1]) if match else 0 for match in found)
    return now, most


def is_here(pid: int) -> bool:
    """Whether the process that a database calls its own is one of this machine."""
    try:
        return (PROC / str(pid) / "comm").read_text().startswith("postgres")
    except OSError:
        return False


def _command(port: int, serves: str) -> list[str]:
    if importlib.util.find_spec("gunicorn"):
        settings = ["--config", "deploy/gunicorn.conf.py", "--max-requests", "0", "--log-level", "warning"]
        return [sys.executable, "-m", "gunicorn", *settings, serves]
    return [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "--call", serves.removesuffix("()")]


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS
    while time.monotonic() < until and process.poll() is None:
        try:
            if ask(port, "/healthz").status == 200:
                return
        except (OSError, ValueError):
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _children(parent: int) -> list[int]:
    found = []
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
    return found


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port
