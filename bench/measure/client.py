"""The smallest client that can be told what to ask: one request, one connection, every byte and moment of it."""

import socket
from dataclasses import dataclass
from time import perf_counter

WAITS = 120.0
"""Seconds for an answer; the server gives up by then, too."""
KIND = "X-Bench"
"""The header that asks for something else than the page itself; see `references`."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    size: int
    """Bytes on the wire, head and all, as compressed."""
    body: bytes
    first: float
    """Seconds until the first byte."""
    seconds: float
    head: bytes = b""

    def header(self, name: str) -> str:
        """Of several the last; empty where there is none."""
        found = [line.partition(b":")[2] for line in self.head.split(b"\r\n") if _is_called(line, name)]
        return found[-1].strip().decode("latin-1") if found else ""


def ask(
    port: int,
    path: str,
    *,
    cookie: str = "",
    kind: str = "",
    coding: str = "br, gzip",
    sent: tuple[str, bytes] | None = None,
) -> Answer:
    """GET `path` from this machine, or POST what is `sent`, a content type and a body.

    Raises OSError, and ValueError where no whole answer comes back.
    """
    lines = [f"{'POST' if sent else 'GET'} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: text/html"]
    lines += ["Connection: close"]
    lines += [f"Content-Type: {sent[0]}", f"Content-Length: {len(sent[1])}"] if sent else []
    lines += [f"Accept-Encoding: {coding}"] if coding else []
    lines += [f"Cookie: {cookie}"] if cookie else []
    lines += [f"{KIND}: {kind}"] if kind else []
    began = perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=WAITS) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode("ascii") + (sent[1] if sent else b""))
        parts = [line.recv(65536)]
        first = perf_counter() - began
        while parts[-1]:
            parts.append(line.recv(262_144))
    took = perf_counter() - began
    came = b"".join(parts)
    head, _, body = came.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1."):
        raise ValueError(f"{path}: no answer but {head[:80]!r}")
    if b"transfer-encoding: chunked" in head.lower():
        body = _joined(body)
    return Answer(int(head[9:12]), len(came), body, first, took, head)


def _is_called(line: bytes, name: str) -> bool:
    return line.partition(b":")[0].lower() == name.lower().encode()


def _joined(chunked: bytes) -> bytes:
    parts, at = list[bytes](), 0
    while True:
        end = chunked.find(b"\r\n", at)
        if end < 0:
            raise ValueError("with something that breaks off")
        length = int(chunked[at:end].split(b";")[0], 16)
        if not length:
            return b"".join(parts)
        parts.append(chunked[end + 2 : end + 2 + length])
        at = end + length + 4
