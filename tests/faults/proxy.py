"""A line between the program and its database that can be cut without either end being told."""

import socket
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import make_url

from tests.faults.installation import HOST


class Line:
    """`Line(url).address` leads to the database of `url` until `cut`."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.open = Event()
        self.open.set()
        self.sockets: list[socket.socket] = []
        self.listener = socket.create_server((HOST, 0), backlog=64)
        Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        here = self.url.set(host=HOST, port=self.listener.getsockname()[1], query={})
        return here.render_as_string(hide_password=False)

    def cut(self) -> None:
        """From now on nothing comes through, in either direction, and nobody hears why."""
        self.open.clear()

    def mend(self) -> None:
        """New connections come through; those that were cut stay dead."""
        for one in self.sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self.open.set()

    def close(self) -> None:
        self.listener.close()
        self.mend()
        for one in self.sockets:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _from = self.listener.accept()
            except OSError:
                return
            Thread(target=self._join, args=(here,), daemon=True).start()

    def _join(self, here: socket.socket) -> None:
        self.sockets.append(here)
        self.open.wait()
        try:
            there = self._database()
        except OSError:
            here.close()
            return
        if self.listener.fileno() < 0:  # it was closed meanwhile
            there.close()
            return
        self.sockets.append(there)
        for source, target in ((here, there), (there, here)):
            Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _database(self) -> socket.socket:
        folder = str(self.url.query.get("host", ""))
        if not folder:
            return socket.create_connection((self.url.host or HOST, self.url.port or 5432))
        there = socket.socket(socket.AF_UNIX)
        there.connect(str(Path(folder) / ".s.PGSQL.5432"))
        return there

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                self.open.wait()
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
                one.close()
