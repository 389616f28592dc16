"""ClamAV's daemon: a stand-in that speaks its protocol, and the real one of Debian's with a signature of our own."""

import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

HARMFUL = b"SO-KIEM-TRA-THU-VI-RUT-7f1c"
"""What stands in a file that is to be found; harms nobody."""
NAME = "Thu.Nghiem-1"


class StandIn:
    """Listens at `path` until it is closed. `silent`: takes what it is sent and never answers."""

    def __init__(self, path: Path) -> None:
        self.silent = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(path))
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _address = self._socket.accept()
                threading.Thread(target=self._answer, args=[line], daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as asked, suppress(OSError, struct.error):
            command = b""
            while not command.endswith(b"\0"):
                command += asked.read(1)
            content = b""
            if command == b"zINSTREAM\0":
                while length := struct.unpack("!I", asked.read(4))[0]:
                    content += asked.read(length)
            if self.silent:
                asked.read(1)  # until the other side gives up
            elif command == b"zVERSION\0":
                line.sendall(b"ClamAV 0.0.0/stand-in\0")
            else:
                line.sendall(f"stream: {NAME} FOUND\0".encode() if HARMFUL in content else b"stream: OK\0")


@contextmanager
def standing_in(path: Path) -> Iterator[StandIn]:
    daemon = StandIn(path)
    try:
        yield daemon
    finally:
        daemon.close()


@contextmanager
def real(folder: Path) -> Iterator[Path]:
    """The socket of a daemon that knows one signature. Raises RuntimeError where it is not installed."""
    program = shutil.which("clamd") or "/usr/sbin/clamd"
    if not Path(program).exists():
        raise RuntimeError("ClamAV is not installed: apt-get install clamav-daemon")
    database, path, settings = folder / "signatures", folder / "clamd.ctl", folder / "clamd.conf"
    database.mkdir()
    (database / "ours.ndb").write_text(f"{NAME}:0:*:{HARMFUL.hex()}\n")
    settings.write_text(
        f"LocalSocket {path}\nDatabaseDirectory {database}\nForeground yes\nStreamMaxLength 200M\n"
        f"TemporaryDirectory {folder}\nLogFile {folder / 'clamd.log'}\n"
    )
    daemon = subprocess.Popen([program, f"--config-file={settings}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        _wait_for(path, daemon)
        yield path
    finally:
        daemon.terminate()
        daemon.communicate()


def _wait_for(path: Path, daemon: "subprocess.Popen[bytes]") -> None:
    waiting = threading.Event()
    for _tenth_of_a_second in range(300):
        if daemon.poll() is not None:
            raise RuntimeError(f"clamd ended: {daemon.communicate()[0].decode()}")
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.connect(str(path))
            return
        waiting.wait(0.1)
    raise RuntimeError("clamd did not begin to listen")
